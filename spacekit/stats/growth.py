"""Replay counts against age, from Spaces observed more than once. It interpolates and never extrapolates."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from spacekit.arguments import span
from spacekit.stats.columns import (
    COUNT,
    FLAG,
    SPAN,
    TEXT,
    frame,
    pick_observations,
    schema,
    tally,
)
from spacekit.tables import first_reason

_REASONS: Final = ("no id", "not ended", "observed before the end", "no replay count")
_AT_AGE: Final = schema((TEXT, "space_id"), (SPAN, "age"), (COUNT, "total_replay_watched"))


def growth(observations: pd.DataFrame) -> pd.DataFrame:
    """
    Return the replay count of each Space against its age.

    Parameters
    ----------
    observations
        Table of `Archive.observations`, in any order; `space_id`, `age` and `total_replay_watched` are read.

    Returns
    -------
    frame
        `space_id, age, total_replay_watched, is_last`: one row an observation, sorted by Space, age and count.
        `is_last` marks the oldest of each Space. Only observations after the end with a count;
        `frame.attrs["left_out"]` is the number of the others, and `growth_left_out` says why. Counts that fall are
        kept as they are.

    Raises
    ------
    TypeError
        `observations` is not a DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.growth(observations).head(3)
            space_id                    age  total_replay_watched  is_last
    0  1SAMPLE1snXke 0 days 01:01:32.744000                    12    False
    1  1SAMPLE1snXke 0 days 06:21:23.744000                    72    False
    2  1SAMPLE1snXke 1 days 00:51:10.744000                   222    False
    """
    table = pick_observations(observations)
    kept = table[_left_out(table).isna().to_numpy()].sort_values([*_AT_AGE], ignore_index=True)
    last = ~kept.duplicated("space_id", keep="last")
    found = frame({**kept, "is_last": last}, {**_AT_AGE, "is_last": FLAG})
    found.attrs["left_out"] = len(table) - len(kept)
    return found


def growth_left_out(observations: pd.DataFrame) -> pd.DataFrame:
    """
    Count the observations that `growth` leaves out, by reason.

    Returns
    -------
    frame
        `reason`, `n`: one row for each reason, in the order in which they are tried, also where there is none.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.stats.growth_left_out(observations)
                        reason  n
    0                    no id  0
    1                not ended  0
    2  observed before the end  0
    3          no replay count  0
    """
    return tally(_left_out(pick_observations(observations)), _REASONS)


def at_age(observations: pd.DataFrame, age: str | pd.Timedelta) -> pd.DataFrame:
    """
    Return the replay count of each Space at the same age, so that Spaces of different ages compare.

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
        `observations` is not a DataFrame.
    ValueError
        `age` is negative or cannot be read as a span of time, or a column is missing.

    Notes
    -----
    Source: counts are cumulative (see "Five times and two counts"); linear between observations. Of an observation at
    exactly `age` its own count is taken (the greater, if two differ).

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.at_age(observations, "1D").head(3)
            space_id    age  total_replay_watched
    0  1SAMPLE1snXke 1 days                   215
    1  1SAMPLE6YBdYF 1 days                  1411
    2  1SAMPLEHDwSSW 1 days                  1610
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
    return first_reason(dict(zip(_REASONS, tests, strict=True)), table.index)


def _between(before: pd.DataFrame, after: pd.DataFrame, wanted: pd.Timedelta) -> pd.Series[Any]:
    """Return the count on a straight line from the one before to the one after; missing where either is."""
    width = (after.age - before.age).dt.total_seconds()
    part = ((wanted - before.age).dt.total_seconds() / width.mask(width == 0)).fillna(0)
    gained = (after.total_replay_watched - before.total_replay_watched).astype("Float64") * part
    counts: pd.Series[Any] = before.total_replay_watched + gained.round().astype(COUNT)
    return counts
