"""Which Spaces are over, can have a replay, occur twice, and why some cannot be compared. It drops no row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from spacekit.fields import DTYPES, FINISHED_STATES, STATES

_Column: TypeAlias = "pd.Series[Any]"

EXCLUSIONS: Final = (
    "repeated", "not ended", "no recording", "no live count", "no replay count", "both zero"
)  # fmt: skip
"""Why a Space is not compared, in the order in which the reasons are tried."""

_NEWEST: Final = ("fetched_at", "updated_at", "total_replay_watched", "total_live_listeners")
"""What decides which row of a Space is the newest, the first of these that differs."""


def has_ended(spaces: pd.DataFrame) -> _Column:
    """
    Return whether each Space is over: Ended or TimedOut, in upper or lower case.

    Returns
    -------
    ended
        Series of bool with the index of `spaces`, no missing values. Where the state is missing or new, a Space is over
        if it has an `ended_at`; a Space that is Ended is over also without one.
    """
    state = spaces["state"].str.lower()
    known = state.isin([name.lower() for name in STATES])
    return state.isin(FINISHED_STATES) | (~known & spaces["ended_at"].notna())


def unrecorded(spaces: pd.DataFrame) -> _Column:
    """
    Return whether each Space has no recording: the replay flag is false and the replay count is 0 or missing.

    Returns
    -------
    unrecorded
        Series of bool with the index of `spaces`, no missing values. False where the flag is missing, and where plays
        were counted: then there was a recording.
    """
    denied = spaces["is_space_available_for_replay"].eq(False).fillna(False).astype(bool)
    return denied & spaces["total_replay_watched"].fillna(0).eq(0).astype(bool)


def ages_when_fetched(spaces: pd.DataFrame) -> _Column:
    """Return how long after its end each Space was fetched; `NaT` where that is unknown or negative."""
    age = spaces["fetched_at"] - spaces["ended_at"]
    return age.mask(age < pd.Timedelta(0))


def recording_unknown(spaces: pd.DataFrame, excluded: _Column | None = None) -> _Column:
    """
    Return whether each Space is compared with 0 plays, though nothing says that there was a recording.

    Parameters
    ----------
    spaces
        The `spaces` table.
    excluded
        What `exclusion` returns for it, where that is known already.

    Returns
    -------
    unknown
        Series of bool with the index of `spaces`, no missing values: the replay flag is missing, the replay count is 0,
        and the Space is not excluded. It may have had no recording, or one that nobody played.
    """
    flag, plays = spaces["is_space_available_for_replay"], spaces["total_replay_watched"]
    kept = (exclusion(spaces) if excluded is None else excluded).isna()
    return kept & flag.isna() & plays.eq(0).fillna(False).astype(bool)


def is_repeated(spaces: pd.DataFrame) -> _Column:
    """
    Return whether each row is an older row of a Space that has another, newer row in the table.

    Parameters
    ----------
    spaces
        The `spaces` table, whole: rows of the same time are told apart by their other columns.

    Returns
    -------
    repeated
        Series of bool with the index of `spaces`, no missing values. Of the rows of one `space_id`, the one with the
        greatest `fetched_at` is not repeated (a missing time counts as the oldest). Rows of the same time are ordered
        by their values, so that the order of rows decides nothing; of identical rows the first stays. A row without an
        id repeats nothing.
    """
    ids = spaces["space_id"]
    repeated = np.zeros(len(spaces), dtype=bool)
    if not ids.is_unique:
        repeated = (ids.duplicated(keep=False) & ids.notna()).to_numpy(dtype=bool, copy=True)
        places = np.flatnonzero(repeated)
        repeated[places[_newest(spaces.iloc[places])]] = False
    return pd.Series(repeated, index=spaces.index)


def _newest(rows: pd.DataFrame) -> Any:
    """Return the place of the newest row of each Space, among rows that share their ids."""
    ids = pd.factorize(rows["space_id"])[0]
    others = sorted((name for name in rows if name not in (*_NEWEST, "space_id")), key=str)
    keys = [_places(rows[name]) for name in (*_NEWEST, *others) if name in rows]
    order = np.lexsort((-np.arange(len(rows)), *reversed(keys), ids))
    return order[np.diff(ids[order], append=-1) != 0]


def _places(column: _Column) -> Any:
    """Return the place of each value among those of the column, in sorted order; -1 where it is missing."""
    try:
        return pd.factorize(column, sort=True)[0]
    except TypeError:  # values that cannot be hashed or compared
        return pd.factorize(column.map(repr, na_action="ignore"), sort=True)[0]


def creator_keys(spaces: pd.DataFrame) -> _Column:
    """Return whose Space each is: the account id, else the handle after an @; missing where both are."""
    return spaces["creator_id"].fillna("@" + spaces["creator_screen_name"].str.lower())


def exclusion(spaces: pd.DataFrame, repeated: _Column | None = None) -> _Column:
    """
    Return why each Space cannot be compared, live with replay.

    Parameters
    ----------
    spaces
        The `spaces` table.
    repeated
        What `is_repeated` returns for it, where that is known already.

    Returns
    -------
    excluded
        Text with the index of `spaces`: the first of `EXCLUSIONS` that holds, `<NA>` where the Space can be compared.
    """
    live, replay = spaces["total_live_listeners"], spaces["total_replay_watched"]
    tests = (
        is_repeated(spaces) if repeated is None else repeated,
        ~has_ended(spaces),
        unrecorded(spaces),
        live.isna(),
        replay.isna(),
        (live == 0) & (replay == 0),
    )
    return first_reason(dict(zip(EXCLUSIONS, tests, strict=True)), spaces.index)


def first_reason(tests: Mapping[str, _Column], index: pd.Index[Any]) -> _Column:
    """Return the name of the first test that holds for each row, missing where none does."""
    reason = np.full(len(index), len(tests))
    for place, holds in reversed([*enumerate(tests.values())]):
        reason[holds.to_numpy(dtype=bool, na_value=False)] = place
    names = pd.array([*tests, None], dtype=DTYPES["text"])
    return pd.Series(names.take(reason), index=index)
