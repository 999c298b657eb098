"""Spaces as they were at one age, read between two observations. It reads nothing beyond the last of them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from spacekit import fields
from spacekit.arguments import Span, span
from spacekit.errors import CountWarning, warn
from spacekit.stats.columns import COUNT, pick_observations
from spacekit.stats.curves import Bracket, Curves, at, bracket, curves_of, gained_by
from spacekit.stats.ranks import Bools, Ints
from spacekit.tables import is_repeated
from spacekit.tables.given import Observations, observed_in
from spacekit.words import keyless, plural
from spacekit.words import span as worded

_SPACES: Final = tuple(field.name for field in fields.TABLES["spaces"])
_READ: Final = (
    "space_id title state created_at scheduled_start started_at ended_at fetched_at total_live_listeners "
    "total_replay_watched is_space_available_for_replay creator_id creator_screen_name creator_followers_count"
)  # what the functions of `stats` read


@keyless
def at_age(observations: Observations, age: Span, max_gap: Span | None = None) -> pd.DataFrame:
    """
    Return the Spaces as they were at the same age, so that their replay counts compare.

    Parameters
    ----------
    observations
        An `Archive`, or a table as its `observations` returns: any number of rows for each Space, in
        any order. It is not changed.
    age
        Time since the Space ended, such as "7D".
    max_gap
        The longest time between the two observations from which a count is read, such as "3D"; None for twice `age`.

    Returns
    -------
    frame
        A table of Spaces, for `compare`, `measures`, the charts and all else that takes one: one row for each Space
        that was observed, sorted by id, with all columns of `spaces` and

        - `total_replay_watched`: at `age`, interpolated between two observations and rounded to a whole number; `<NA>`
          where there are none on both sides, or where they are further apart than `max_gap`. `measures` then
          excludes the Space as `no replay count`.
        - `fetched_at`: `ended_at` + `age`, `NaT` without an end.
        - `total_live_listeners`: the newest count known after the end.
        - `age_before`, `age_after` (timedelta64[ms]): the ages of those two observations, equal if there is one at
          exactly `age`; `NaT` where there is none. They are there also where the gap is too wide.

        All other columns are those of the newest observation, after the end if there is one: so are followers, and
        whether there is a recording. `frame.attrs` has `left_out`, the number of Spaces without a count;
        `falling`, of those whose plays fell between the two; and `live_changed`, of those with several live counts.

    Raises
    ------
    TypeError
        `observations` is not a DataFrame.
    ValueError
        `age` or `max_gap` is negative or cannot be read as a span of time, or columns are missing.

    Warns
    -----
    CountWarning
        There are Spaces, but not one has a count at `age`; or plays fell between two observations around `age`, or live
        listeners changed after the end.

    Notes
    -----
    Plays are taken to grow evenly with log(1 h + age) between two observations: a straight line over that scale, which
    errs less than one over age (measured in "Five times and two counts", also how the error grows with the gap).
    Nothing is extrapolated. Of several counts at one age the greatest is taken. Columns of `spaces` that nothing in
    `stats` reads are `<NA>` if `observations` lacks them.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> spaces = sk.at_age(observations, "7D")
    >>> spaces[["space_id", "total_live_listeners", "total_replay_watched"]].head(3)
            space_id  total_live_listeners  total_replay_watched
    0  1SAMPLE1snXke                  7832                   570
    1  1SAMPLE6YBdYF                  2789                  1554
    2  1SAMPLEHDwSSW                  7418                  2311
    >>> sk.compare(spaces)[["n", "n_excluded", "share_median"]].round(2)
        n  n_excluded  share_median
    0  21           2          0.26
    """
    observations = observed_in(observations)
    wanted = span("age", age).floor("ms").as_unit("ms")
    curves = curves_of(observations)
    found = bracket(curves, wanted, max_gap)
    pick_observations(observations.head(0), _READ)  # it names the columns that the table lacks
    seen = _by_time(observations, curves)
    newest = observations.iloc[_newest(observations, seen)]
    lacking = dict.fromkeys(name for name in _SPACES if name not in newest)
    spaces = pick_observations(newest.assign(**lacking), " ".join(_SPACES)).reset_index(drop=True)
    live, changed = _live(seen, spaces)
    spaces = spaces.assign(
        total_live_listeners=live,
        total_replay_watched=_counts(curves, found, wanted),
        fetched_at=(spaces.ended_at + wanted).array,
        age_before=_ages(curves, found.before),
        age_after=_ages(curves, found.after),
    )
    falling = found.close & (at(curves.counts, found.after) < at(curves.counts, found.before))
    _note(spaces, falling, changed, wanted)
    return spaces


class _Seen(NamedTuple):
    """Every row of a Space, by Space, those after the end last, then by time and live count; all in arrays."""

    rows: Ints
    codes: Ints
    over: Bools
    fetched: Ints
    live: Ints
    """-1 where missing."""


def _by_time(observations: pd.DataFrame, curves: Curves) -> _Seen:
    table = pick_observations(observations, "fetched_at total_live_listeners")
    live = table.total_live_listeners.to_numpy(np.int64, na_value=-1)
    fetched = table.fetched_at.to_numpy(dtype="datetime64[ms]").astype(np.int64)  # the missing are lowest
    order = np.lexsort((live, fetched, curves.row_ages >= 0, curves.codes))
    order = order[curves.codes[order] >= 0]
    return _Seen(order, curves.codes[order], curves.row_ages[order] >= 0, fetched[order], live[order])


def _newest(observations: pd.DataFrame, seen: _Seen) -> Ints:
    """Return the row of each Space's newest observation, after the end if there is one."""
    changes = [np.diff(key, prepend=-1) != 0 for key in (seen.codes, seen.over, seen.fetched)]
    time = np.cumsum(np.any(changes, axis=0))
    rows = seen.rows[np.isin(time, time[_ends(seen.codes)])]
    if len(rows) > _ends(seen.codes).sum():  # several of one time: something else tells them apart
        rows = rows[~is_repeated(observations.iloc[rows]).to_numpy()]
    return rows


def _live(seen: _Seen, spaces: pd.DataFrame) -> tuple[Any, Any]:
    """Return each newest live count after the end, else that of `spaces`, and whether a Space has several."""
    known = seen.over & (seen.live >= 0)
    codes, counts = seen.codes[known], seen.live[known]
    live = spaces.total_live_listeners.copy()
    live.iloc[codes[_ends(codes)]] = counts[_ends(codes)]
    changed = np.zeros(len(spaces), dtype=bool)
    changed[codes[1:][(np.diff(codes) == 0) & (np.diff(counts) != 0)]] = True
    return live, changed


def _ends(codes: Ints) -> Bools:
    """Return which entries are the last of their Space."""
    ends: Bools = np.diff(codes, append=-1) != 0
    return ends


def _counts(curves: Curves, found: Bracket, wanted: pd.Timedelta) -> Any:
    """Return whole counts, those of a point unchanged however large."""
    gained = np.rint(gained_by(curves, found, wanted))
    whole = pd.array(np.nan_to_num(gained).astype(np.int64) + at(curves.counts, found.before), dtype=COUNT)
    whole[~found.close] = pd.NA
    return whole


def _ages(curves: Curves, places: Ints) -> Any:
    ages = at(curves.ages, places).astype("timedelta64[ms]")
    return np.where(places >= 0, ages, np.timedelta64("NaT", "ms"))


def _note(spaces: pd.DataFrame, falling: Any, changed: Any, age: pd.Timedelta) -> None:
    """Note in `attrs` what a reader must know, and warn of counts that are not as they should be."""
    left_out = int(spaces.total_replay_watched.isna().sum())
    spaces.attrs = {"left_out": left_out, "falling": int(falling.sum()), "live_changed": int(changed.sum())}
    told = {
        f"plays fall between the observations around {worded(age)}, and the count is read in between": falling,
        "live listeners change after the end, and the newest count is taken": changed,
    }
    words = [f"in {_which(spaces[holds])} {what}" for what, holds in told.items() if holds.any()]
    if words:
        warn(f"at_age: {'; '.join(words)}. Look at them in growth, or leave them out.", CountWarning)
    if left_out and left_out == len(spaces):
        warn(
            f"at_age: {plural(left_out, 'Space')}, and not one has a count at {worded(age)}. It takes "
            "archive.observations() with looks on both sides of that age, or a wider max_gap.",
            CountWarning,
        )


def _which(spaces: pd.DataFrame) -> str:
    return f"{plural(len(spaces), 'Space')} ({spaces.space_id.iloc[0]!r}{', ...' if len(spaces) > 1 else ''})"
