"""Replay counts against age, from Spaces observed again and again. It interpolates, and never extrapolates."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from spacekit.arguments import span
from spacekit.stats.columns import COUNT, FLAG, SPAN, TEXT, first_reason, frame, pick_observations

GROWTH_REASONS: Final = ("no id", "not ended", "observed before the end", "no replay count")
"""Why an observation is not part of a growth curve, in the order in which they are tried."""

_AT_AGE: Final[dict[str, Any]] = {"space_id": TEXT, "age": SPAN, "total_replay_watched": COUNT}


def growth(observations: pd.DataFrame) -> pd.DataFrame:
    """
    Replay count of each Space against its age.

    Parameters
    ----------
    observations
        Table of `Archive.observations`, in any order; read are `space_id`, `age` and `total_replay_watched`.

    Returns
    -------
    frame
        `space_id, age, total_replay_watched, is_last`: one row an observation, sorted by Space, age and count.
        `is_last` marks the oldest of each Space. Only observations after the end with a count;
        `frame.attrs["left_out"]` is the number of the others, and `growth_left_out` tells why. Counts that fall are
        kept as they are.

    Raises
    ------
    TypeError
        `observations` is no DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.
    """
    table = pick_observations(observations)
    kept = table[_left_out(table).isna().to_numpy()].sort_values([*_AT_AGE], ignore_index=True)
    last = ~kept.duplicated("space_id", keep="last")
    found = frame({**kept, "is_last": last}, {**_AT_AGE, "is_last": FLAG})
    found.attrs["left_out"] = len(table) - len(kept)
    return found


def growth_left_out(observations: pd.DataFrame) -> pd.DataFrame:
    """
    How many observations `growth` leaves out, by reason.

    Returns
    -------
    frame
        `reason`, `n`: one row for each of `GROWTH_REASONS`, in that order, also where none.
    """
    counted = _left_out(pick_observations(observations)).value_counts()
    columns = {"reason": GROWTH_REASONS, "n": [int(counted.get(r, 0)) for r in GROWTH_REASONS]}
    return frame(columns, {"reason": TEXT, "n": COUNT})


def at_age(observations: pd.DataFrame, age: str | pd.Timedelta) -> pd.DataFrame:
    """
    Replay count of each Space at the same age, so that Spaces of different age compare.

    Parameters
    ----------
    observations
        Table of `Archive.observations`, any number of rows for each Space.
    age
        Time since the Space ended, such as "7D".

    Returns
    -------
    frame
        One row a Space, sorted by id: `space_id`, `age`, `total_replay_watched` (Int64), interpolated between the
        two observations around `age` and rounded to a whole number; `<NA>` where they do not bracket it. Nothing is
        extrapolated. `frame.attrs["left_out"]` is the number of Spaces with `<NA>`.

    Raises
    ------
    TypeError
        `observations` is no DataFrame.
    ValueError
        `age` is negative or cannot be read as a span of time, or a column is missing.

    Notes
    -----
    Source: counts are cumulative (see "Five times and two counts"); linear between observations. An observation at
    exactly `age` gives its own count (the greater, if two differ).
    """
    wanted = span("age", age).as_unit("ms")
    curves = growth(observations)
    ids = sorted(pick_observations(observations).space_id.dropna().unique())
    before = curves[curves.age <= wanted].groupby("space_id").last().reindex(ids)
    after = curves[curves.age >= wanted].drop_duplicates(["space_id", "age"], keep="last")
    after = after.groupby("space_id").first().reindex(ids)
    counts = _between(before, after, wanted)
    found = frame({"space_id": ids, "age": [wanted] * len(ids), "total_replay_watched": counts}, _AT_AGE)
    found.attrs["left_out"] = int(counts.isna().sum())
    return found


def _left_out(table: pd.DataFrame) -> pd.Series[Any]:
    early = table.age < pd.Timedelta(0)
    tests = (table.space_id.isna(), table.age.isna(), early, table.total_replay_watched.isna())
    return first_reason(dict(zip(GROWTH_REASONS, tests, strict=True)), table.index)


def _between(before: pd.DataFrame, after: pd.DataFrame, wanted: pd.Timedelta) -> pd.Series[Any]:
    """Straight line from the count before to the count after; missing where one is."""
    width = (after.age - before.age).dt.total_seconds()
    part = ((wanted - before.age).dt.total_seconds() / width.mask(width == 0)).fillna(0)
    gained = (after.total_replay_watched - before.total_replay_watched).astype("Float64") * part
    counts: pd.Series[Any] = before.total_replay_watched + gained.round().astype(COUNT)
    return counts
