"""Live and replay over calendar time, each Space against its creator's own usual. No drawing."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from spacekit.arguments import check_whole
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import (
    COUNT,
    FLAG,
    INSTANT,
    NUMBER,
    TEXT,
    floats,
    frame,
    pick_spaces,
    schema,
    zoned,
)
from spacekit.stats.groups import creator_keys
from spacekit.stats.medians import quantiles
from spacekit.stats.periods import Every, periods
from spacekit.stats.usual import against_usual
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_AUDIENCE: Final = pd.CategoricalDtype(["live", "replay"])
_TREND: Final = schema(
    (TEXT, "space_id creator_id creator_screen_name"),
    (INSTANT, "started_at"),
    (COUNT, "live replay"),
    (NUMBER, "live_usual replay_usual live_change replay_change"),
    (TEXT, "left_out"),
)


@keyless
def trend(spaces: Spaces) -> pd.DataFrame:
    """
    Return each Space's counts against its creator's usual, so that large and small creators share one scale.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.

    Returns
    -------
    frame
        One row a Space, in the order and on the index of `spaces`: `space_id, creator_id, creator_screen_name,
        started_at, live, replay`; `live_usual`, `replay_usual`: median of the creator's other Spaces;
        `live_change`, `replay_change`: log2(count / usual), 0 for as usual, 1 for twice. A half is added to count and
        usual, so that a 0 counts as what it is, the lowest of all. `left_out`: why a Space has no usual, or `<NA>`:
        its reason of exclusion (see `measures`), `no start`, `no creator` or `fewer than 3 Spaces` of its creator.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Warns
    -----
    AgeWarning
        Ages of the compared Spaces when fetched are too far apart, see `trend_periods`.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     changes = sk.stats.trend(sk.sample_batch().spaces)
    >>> changes.loc[changes.left_out.isna(), ["live", "live_usual", "live_change"]].head(3).round(2)
        live  live_usual  live_change
    0  26463     49279.5         -0.9
    1   1250       867.0         0.53
    2    151       130.0         0.22
    """
    spaces = spaces_in(spaces)
    found = changes(spaces)
    warn_of_ages("trend", spaces, found.left_out.isna())
    return found


@keyless
def trend_periods(
    spaces: Spaces, every: Every = "month", tz: str = "UTC", thin_below: int = 5
) -> pd.DataFrame:
    """
    Return the median change against the usual in each period of calendar time.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    every
        Length of a period: "month", "week" (from Monday on), "quarter", "year", "day". Or "MS", "W", "QS", "YS" with a
        number or an anchor as pandas has them ("2MS", "QS-OCT"); "ME" are the same months as "MS". Or a span of an hour
        or more: "7D" from the first day on.
    tz
        Time zone of the calendar.
    thin_below
        Periods with fewer creators are marked as thin.

    Returns
    -------
    frame
        One row for each period and audience, from the first to the last: `period` (its start, in `tz`), `audience`
        ("live" or "replay", categorical), `n` Spaces, `n_creators`, `n_zero` (of the `n`, those whose count is 0),
        `change_median, change_q25, change_q75` (of `trend`; `<NA>` with no Space), `thin`.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        There is no such `every` or `tz`, `thin_below` is not a whole number, or a column is missing.

    Warns
    -----
    AgeWarning
        Ages when fetched are too far apart between Spaces or periods. They are in any table that was fetched on one
        day: its later Spaces had less time for plays, so the last periods of `replay` are too low. Take counts at the
        same age (`at_age`).

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     quarters = sk.stats.trend_periods(sk.sample_batch().spaces, every="quarter")
    >>> quarters[["audience", "n", "n_creators", "n_zero", "change_median"]].tail(2).round(2)
      audience   n  n_creators  n_zero  change_median
    2     live  32          11       1          -0.07
    3   replay  32          11       0          -0.05
    """
    spaces = spaces_in(spaces)
    found = changes(spaces)
    by_period = changes_by_period(found, every, tz, thin_below)
    warn_of_period_ages("trend_periods", spaces, found, every, tz)
    return by_period


def warn_of_period_ages(
    function: str, spaces: pd.DataFrame, found: pd.DataFrame, every: Every, tz: str
) -> None:
    """Warn as `trend_periods` does, from the table of `changes`."""
    kept = found.left_out.isna().to_numpy()
    place, _ = periods(zoned(found.started_at[kept], tz), every)
    warn_of_ages(function, spaces, kept, pd.Series(place, dtype=COUNT))


def changes(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return what `trend` does, without its warning: for charts, whose captions state the ages."""
    picked = pick_spaces(spaces, "creator_id started_at").reset_index(drop=True)
    table = against_usual(spaces, {"no start": picked.started_at.isna()}).join(picked)
    return frame(table, _TREND, spaces.index)


def changes_by_period(
    found: pd.DataFrame, every: Every = "month", tz: str = "UTC", thin_below: int = 5
) -> pd.DataFrame:
    """Return what `trend_periods` does, from the table of `changes`, without its warning."""
    check_whole("thin_below", thin_below, 0)
    kept = found[found.left_out.isna()].reset_index(drop=True)
    place, starts = periods(zoned(kept.started_at, tz), every)
    kept = kept.assign(period=place, key=creator_keys(kept).array)
    parts = [_summarised(kept, name, starts) for name in _AUDIENCE.categories]
    joined = pd.concat(parts, ignore_index=True).sort_values(["period", "audience"])
    dtypes = schema(
        (pd.DatetimeTZDtype("ms", starts.tz), "period"),
        (_AUDIENCE, "audience"),
        (COUNT, "n n_creators n_zero"),
        (NUMBER, "change_median change_q25 change_q75"),
        (FLAG, "thin"),
    )
    return frame(joined.assign(thin=joined.n_creators < thin_below), dtypes)


def _summarised(kept: pd.DataFrame, audience: str, starts: pd.DatetimeIndex) -> pd.DataFrame:
    """Summarise one audience in every period."""
    period, change = kept.period.to_numpy(), floats(kept[f"{audience}_change"])
    creators = kept[["period", "key"]].drop_duplicates().period
    columns = {
        "period": starts,
        "audience": audience,
        "n": np.bincount(period, minlength=len(starts)),
        "n_creators": np.bincount(creators, minlength=len(starts)),
        "n_zero": np.bincount(period[kept[audience].eq(0).to_numpy(bool)], minlength=len(starts)),
    }
    for name, part in (("change_q25", 0.25), ("change_median", 0.5), ("change_q75", 0.75)):
        columns[name] = quantiles(change, period, len(starts), part)
    return pd.DataFrame(columns)
