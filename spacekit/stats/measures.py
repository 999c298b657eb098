"""What is measured of each Space, and which Spaces cannot be compared and why. One row in, one row out."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit.stats.columns import COUNT, NUMBER, SPAN, TEXT, first_reason, frame, pick_spaces
from spacekit.tables import has_ended

REASONS: Final = ("not ended", "no recording", "no live count", "no replay count", "both zero")
"""Why a Space is not compared, in the order in which they are tried."""

MEASURES: Final[dict[str, Any]] = {
    "space_id": TEXT,
    "creator_screen_name": TEXT,
    "state": TEXT,
    "duration": SPAN,
    "notice": SPAN,
    "start_delay": SPAN,
    "live": COUNT,
    "replay": COUNT,
    "replay_share": NUMBER,
    "log2_ratio": NUMBER,
    "live_per_1k_followers": NUMBER,
    "replay_per_1k_followers": NUMBER,
    "age": SPAN,
    "excluded": TEXT,
}
"""Columns of `measures` and their dtypes."""

_NEEDED = (
    "space_id",
    "creator_screen_name",
    "state",
    "created_at",
    "scheduled_start",
    "started_at",
    "ended_at",
    "total_live_listeners",
    "total_replay_watched",
    "is_space_available_for_replay",
    "creator_followers_count",
    "fetched_at",
)


def measures(spaces: pd.DataFrame) -> pd.DataFrame:
    """
    Live and replay of each Space, its times, and whether the two counts can be compared.

    Parameters
    ----------
    spaces
        The `spaces` table. It is not changed.

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
        - `live_per_1k_followers`, `replay_per_1k_followers`: per 1,000 followers of the creator at fetch; `<NA>`
          where the followers are 0 or missing.
        - `age`: fetched_at minus ended_at; `NaT` where the Space has not ended. Replay counts grow with it.
        - `excluded`: why the Space is not compared, or `<NA>`: the first that applies of `not ended`,
          `no recording`, `no live count`, `no replay count`, `both zero`.

        Excluded Spaces have `<NA>` in `replay_share` and `log2_ratio`; `log2_ratio` is also `<NA>` where one count
        is 0.

    Raises
    ------
    TypeError
        `spaces` is no DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Notes
    -----
    Ended are the states Ended and TimedOut, in any case. A missing or unknown state counts as ended if
    `ended_at` is there. `no recording`: the replay flag is false and the replay count 0 or missing; a false flag
    beside a count above 0 means a recording removed later, and is kept.
    """
    table = pick_spaces(spaces, *_NEEDED)
    excluded = _excluded(table)
    return frame(
        {
            **{name: table[name] for name in ("space_id", "creator_screen_name", "state")},
            **_times(table),
            "live": table.total_live_listeners,
            "replay": table.total_replay_watched,
            **_ratios(table[excluded.isna()].reset_index(drop=True), excluded.isna().to_numpy()),
            **_per_followers(table),
            "excluded": excluded,
        },
        MEASURES,
        spaces.index,
    )


def exclusions(spaces: pd.DataFrame) -> pd.DataFrame:
    """
    How many Spaces are not compared, by reason.

    Returns
    -------
    frame
        `reason`, `n`: one row for each of `REASONS`, in that order, also where none.
    """
    counted = measures(spaces).excluded.value_counts()
    return frame(
        {"reason": REASONS, "n": [int(counted.get(r, 0)) for r in REASONS]}, {"reason": TEXT, "n": COUNT}
    )


def _excluded(table: pd.DataFrame) -> pd.Series[Any]:
    live, replay = table.total_live_listeners, table.total_replay_watched
    silent = ~table.is_space_available_for_replay & (replay.fillna(0) == 0)
    tests = (~has_ended(table), silent, live.isna(), replay.isna(), (live == 0) & (replay == 0))
    return first_reason(dict(zip(REASONS, tests, strict=True)), table.index)


def _times(table: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    duration = table.ended_at - table.started_at
    return {
        "duration": duration.mask(duration < pd.Timedelta(0)),
        "notice": table.scheduled_start - table.created_at,
        "start_delay": table.started_at - table.scheduled_start,
        "age": table.fetched_at - table.ended_at,
    }


def _ratios(kept: pd.DataFrame, places: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, Any]:
    """Compute share and ratio of the Spaces that are compared, put at their places; NaN elsewhere."""
    live = kept.total_live_listeners.to_numpy(dtype=np.float64)
    replay = kept.total_replay_watched.to_numpy(dtype=np.float64)
    both = (live > 0) & (replay > 0)
    share, ratio = np.full(len(places), np.nan), np.full(len(places), np.nan)
    share[places] = replay / (live + replay)
    ratio[np.flatnonzero(places)[both]] = np.log2(replay[both]) - np.log2(live[both])
    return {"replay_share": share, "log2_ratio": ratio}


def _per_followers(table: pd.DataFrame) -> dict[str, pd.Series[Any]]:
    followers = table.creator_followers_count.astype(NUMBER)
    thousands = followers.mask(followers <= 0) / 1_000
    return {
        "live_per_1k_followers": table.total_live_listeners.astype(NUMBER) / thousands,
        "replay_per_1k_followers": table.total_replay_watched.astype(NUMBER) / thousands,
    }
