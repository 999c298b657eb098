"""What is measured of each Space, and which Spaces cannot be compared and why. One row in, one row out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit.stats.announcements import announcements
from spacekit.stats.columns import (
    COUNT,
    NUMBER,
    REPEATED,
    SPAN,
    TEXT,
    floats,
    frame,
    pick_spaces,
    repeated_rows,
    schema,
    tally,
)
from spacekit.stats.kept import Kept, keep, keep_rows, measured_once, once
from spacekit.tables import EXCLUSIONS, exclusion, recording_unknown
from spacekit.tables.given import Posts, Spaces, spaces_in
from spacekit.words import keyless

NO_REPLAY: Final = ("not ended", "no recording")
"""Why a Space cannot have a replay."""

_MEASURES: Final = schema(
    (TEXT, "space_id creator_screen_name state"),
    (SPAN, "duration notice start_delay"),
    (COUNT, "live replay"),
    (NUMBER, "replay_share log2_ratio live_per_1k_followers replay_per_1k_followers"),
    (SPAN, "age"),
    (TEXT, "excluded"),
)
_MEASURED: Final = "measures"  # as what it is kept
_NEEDED: Final = (
    "space_id creator_screen_name state created_at scheduled_start started_at ended_at fetched_at "
    "total_live_listeners total_replay_watched is_space_available_for_replay creator_followers_count"
)


def of_rows(kept: Kept, table: pd.DataFrame, rows: npt.NDArray[np.bool_]) -> tuple[pd.DataFrame, Kept]:
    """
    Return some rows of a table, and what was measured of them where that is known from the whole table.

    A row is measured by itself, unless there are others of its Space: then nothing is known.
    """
    some, known = table[rows], Kept()
    keep_rows(known, some, (kept, table, rows))
    with measured_once(kept):
        measured, repeated = measures(table), repeated_rows(table)
    if not repeated.any():
        keep(known, _MEASURED, some, measured[rows])
        keep(known, REPEATED, some, repeated[rows])
    return some, known


@keyless
def measures(spaces: Spaces, posts: Posts | None = None) -> pd.DataFrame:
    """
    Return live and replay of each Space, its times, and whether the two counts can be compared.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. It is not changed.
    posts
        The posts that announce them, for the column `views`: a `Search`, or its table `posts`. It is not changed.

    Returns
    -------
    frame
        One row a Space, in the order and on the index of `spaces`:

        - `space_id`, `creator_screen_name`, `state`: as in `spaces`.
        - `duration`: ended_at minus started_at; `NaT` where that is negative.
        - `notice`: scheduled_start minus created_at.
        - `start_delay`: started_at minus scheduled_start; negative where the Space began early.
        - `live`, `replay`: the two counts as X reports them (Int64).
        - `replay_share`: replay / (live + replay), a share of counts and not of people.
        - `log2_ratio`: log2(replay / live): 0 for equal counts, 1 for twice as many replay plays.
        - `live_per_1k_followers`, `replay_per_1k_followers`: per 1,000 followers of the creator when fetched; `<NA>`
          where the followers are 0 or missing.
        - `age`: fetched_at minus ended_at; `NaT` where one of them is missing, also of a Space that has ended. Replay
          counts grow with it.
        - `excluded`: why the Space is not compared, or `<NA>`: the first that applies of `repeated`,
          `not ended`, `no recording`, `no live count`, `no replay count`, `both zero`.
        - `views`, with `posts` only: views of the earliest post, no repost, that announces the Space (Int64), as of the
          search; `<NA>` where no such post was found, or it came without them. X does not define them either.

        Excluded Spaces have `<NA>` in `replay_share` and `log2_ratio`; `log2_ratio` is also `<NA>` where one count
        is 0.

    Raises
    ------
    TypeError
        `spaces` is no table and holds none, or `posts`.
    ValueError
        A column is missing, or cannot be read as its kind.

    Notes
    -----
    Spaces in the states Ended and TimedOut, in upper or lower case, have ended. Where the state is missing or unknown,
    a Space with an `ended_at` has. `no recording`: the replay flag is false and the replay count 0 or missing. A false
    flag with a count above 0 means that a recording was removed later; such a Space is kept.

    Examples
    --------
    >>> import spacekit as sk
    >>> measured = sk.measures(sk.sample_batch().spaces)
    >>> measured[["live", "replay", "replay_share", "excluded"]].head(3)
        live  replay  replay_share excluded
    0  26463     759      0.027882     <NA>
    1   1250     607      0.326871     <NA>
    2    151     197      0.566092     <NA>
    """
    measured = once(_MEASURED, spaces_in(spaces), _measured).copy(deep=False)
    if posts is None:
        return measured
    views = announcements(posts).set_index("space_id")["views"].reindex(measured["space_id"])
    return measured.assign(views=views.array)


def _measured(spaces: pd.DataFrame) -> pd.DataFrame:
    table = pick_spaces(spaces, _NEEDED)
    excluded = exclusion(table, pd.Series(repeated_rows(spaces), index=spaces.index))
    columns = {
        **{name: table[name] for name in ("space_id", "creator_screen_name", "state")},
        **_times(table),
        "live": table.total_live_listeners,
        "replay": table.total_replay_watched,
        **_ratios(table, excluded.isna().to_numpy(dtype=bool)),
        **_per_followers(table),
        "excluded": excluded,
    }
    return frame(columns, _MEASURES, spaces.index)


@keyless
def exclusions(spaces: Spaces) -> pd.DataFrame:
    """
    Count the Spaces that are not compared, by reason.

    Returns
    -------
    frame
        `reason`, `n`: one row for each reason of `measures`, in that order, also where there is none.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.exclusions(sk.sample_batch().spaces)
                reason  n
    0         repeated  0
    1        not ended  9
    2     no recording  5
    3    no live count  1
    4  no replay count  0
    5        both zero  1
    """
    spaces = spaces_in(spaces)
    return tally(measures(spaces).excluded, EXCLUSIONS)


def lacking(measured: pd.DataFrame, audience: str) -> pd.Series[Any]:
    """
    Return why each Space has no count of "live" or "replay" to show by itself, or `<NA>`, from a table of `measures`.

    For replay that is `excluded`. A live count needs no recording: for live it is `repeated`, `not ended` or
    `no live count`.
    """
    excluded = measured["excluded"]
    if audience == "replay":
        return excluded
    kept = excluded.where(excluded.isin(("repeated", "not ended")))
    return kept.mask(kept.isna() & measured["live"].isna(), "no live count")


def recordings_unknown(spaces: pd.DataFrame) -> int:
    """Return how many Spaces are compared with 0 plays, though nothing says that there was a recording."""
    return int(recording_unknown(pick_spaces(spaces, _NEEDED), measures(spaces)["excluded"]).sum())


def _times(table: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    duration = table.ended_at - table.started_at
    return {
        "duration": duration.mask(duration < pd.Timedelta(0)),
        "notice": table.scheduled_start - table.created_at,
        "start_delay": table.started_at - table.scheduled_start,
        "age": table.fetched_at - table.ended_at,
    }


def _ratios(table: pd.DataFrame, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, Any]:
    """Compute share and ratio of the Spaces that are compared; NaN elsewhere, the ratio also where a count is 0."""
    live, replay = floats(table.total_live_listeners), floats(table.total_replay_watched)
    both = kept & (live > 0) & (replay > 0)
    share, ratio = np.full(len(kept), np.nan), np.full(len(kept), np.nan)
    share[kept] = replay[kept] / (live[kept] + replay[kept])
    ratio[both] = np.log2(replay[both]) - np.log2(live[both])
    return {"replay_share": share, "log2_ratio": ratio}


def _per_followers(table: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    followers = table.creator_followers_count.astype(NUMBER)
    thousands = followers.mask(followers <= 0) / 1_000
    return {
        "live_per_1k_followers": table.total_live_listeners.astype(NUMBER) / thousands,
        "replay_per_1k_followers": table.total_replay_watched.astype(NUMBER) / thousands,
    }
