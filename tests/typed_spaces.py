"""Small tables of made-up Spaces with the real columns and dtypes, from the few columns a test is about."""

from typing import Any

import numpy as np
import pandas as pd

from spacekit import fields

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
T0 = 1_767_607_200_000  # Monday 2026-01-05 10:00 UTC

ONE_EACH = {  # a Space like any other, in whatever a test does not set
    "state": "Ended",
    "created_at": T0 - DAY,
    "scheduled_start": T0,
    "started_at": T0,
    "ended_at": T0 + HOUR,
    "is_space_available_for_replay": True,
    "creator_followers_count": 1_000,
    "fetched_at": T0 + HOUR + 30 * DAY,
}

OBSERVED = [
    ("1b", 48, 30),
    ("1a", 10, 100),
    ("1a", 30, 140),
    ("1a", 20, 131),
    ("1a", -1, 90),
    ("1a", 5, None),
    ("1c", None, 7),
    (None, 5, 7),
]
"""Rows for `observations`: each kind of point, and what is none."""


def typed(values: list[Any], kind: fields.Kind) -> pd.Series:
    """Make a column of this kind; instants and spans are in milliseconds."""
    if kind == "span":  # pandas 2.2 turns no missing integer into a span
        known = [np.timedelta64("NaT" if value is None else round(value), "ms") for value in values]
        return pd.Series(np.array(known, dtype="timedelta64[ms]")).astype(fields.DTYPES[kind])
    first = fields.DTYPES["count"] if kind == "instant" else fields.DTYPES[kind]
    return pd.Series(pd.array(values, dtype=first)).astype(fields.DTYPES[kind])


def spaces(**columns: list[Any]) -> pd.DataFrame:
    """Make a `spaces` table; missing ids are made from the place of the row."""
    n = len(next(iter(columns.values())))
    columns.setdefault("space_id", [f"1MADEUP{i:06d}" for i in range(n)])
    given = {name: [value] * n for name, value in ONE_EACH.items()} | columns
    table = fields.TABLES["spaces"]
    return pd.DataFrame({f.name: typed(given.get(f.name, [None] * n), f.kind) for f in table})


def counted(
    live: list[int | None], replay: list[int | None], creator: list[Any] | None = None, **more: list[Any]
) -> pd.DataFrame:
    """Make a table of Spaces with these two counts, of one creator unless `creator` says otherwise."""
    creator = ["1"] * len(live) if creator is None else creator
    return spaces(total_live_listeners=live, total_replay_watched=replay, creator_id=creator, **more)


def observations(rows: list[tuple[Any, Any, Any]], **columns: list[Any]) -> pd.DataFrame:
    """Make a table of observations from (space_id, age in hours, replay count); without an age there is no end."""
    ids, ages, counts = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    spans = [None if age is None else int(age * HOUR) for age in ages]
    end = T0 + HOUR
    given = {
        "space_id": ids,
        "ended_at": [None if ms is None else end for ms in spans],
        "fetched_at": [end + (ms or 0) for ms in spans],
        "total_live_listeners": [10] * len(ids),
        "total_replay_watched": counts,
    }
    return spaces(**given | columns).assign(age=typed(spans, "span").array)
