"""Takes values out of records along the paths of `fields`, column by column; what is odd becomes a Problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from spacekit.fields import CREATORS, FETCHED_AT, SOURCE, SPACES, Field
from spacekit.tables.arrays import read_column, to_array
from spacekit.tables.shapes import MissingSpaceError, source_of, spaces_in
from spacekit.tables.values import KIND_WORDS, is_missing
from spacekit.words import show


@dataclass(frozen=True, slots=True)
class Problem:
    """One value that could not be read; the fields are the columns of `problems`."""

    record: int
    space_id: str | None
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Extract:
    """Tables of one chunk; `creators` has a row for each record that holds one, fetched at `creator_times`."""

    spaces: pd.DataFrame
    creators: pd.DataFrame
    creator_times: Any  # array of epoch milliseconds; the smallest integer where not known
    problems: list[Problem]


COLUMNS: dict[str, Field] = {}
"""Every path once, with the field under whose name its problems are told."""
for _field in (*SPACES, *CREATORS):
    COLUMNS.setdefault(_field.path, _field)


def objects_on(path: str) -> list[str]:
    """Give the paths of the objects that lead to a path, outer ones first."""
    parts = path.split(".")
    return [".".join(parts[:depth]) for depth in range(1, len(parts))]


def told_as(container: str) -> str:
    """Give the column that tells of a wrong object: the only one that it leads to, else its own path."""
    below = {f.name for f in COLUMNS.values() if f.path.startswith(container + ".")}
    return below.pop() if len(below) == 1 else container


CONTAINERS: dict[str, str] = {
    container: told_as(container)
    for f in COLUMNS.values()
    for path in (f.path, f.also)
    for container in objects_on(path)
}
"""Every object on the way to a value, outer ones first, and the column under which a wrong one is told."""

IN_BOTH = {f.path for f in SPACES} & {f.path for f in CREATORS}
"""Paths that both tables show: each gets an array of its own, so that changing one table leaves the other."""

Finding = tuple[int, int, str | None, Any, str]  # row, order within the record, column, raw value, reason
Rows = Sequence[Mapping[str, Any]]


def extract(records: Sequence[Any], start: int, fetched_at: Sequence[int | None]) -> Extract:
    """
    Make the tables of one chunk of records.

    Parameters
    ----------
    records
        Parsed JSON values; what is no object, or says that there is no Space, is no row but a problem.
    start
        Place of the first in the whole input.
    fetched_at
        Epoch milliseconds of each, or None.
    """
    rows, places, refused = rows_of(records, start)
    found: list[Finding] = []
    objects = open_objects(rows, found)
    arrays = {path: read_path(f, order, objects, found) for order, (path, f) in enumerate(COLUMNS.items())}
    times = to_array("instant", [fetched_at[i] for i in places])
    ids = arrays["id"]
    problems = [
        Problem(start + places[row], None if ids[row] is pd.NA else ids[row], column, show(value), reason)
        for row, _, column, value, reason in sorted(found, key=lambda finding: finding[:2])
    ]
    if refused:
        problems = sorted(refused + problems, key=lambda problem: problem.record)
    told = {FETCHED_AT.name: times, SOURCE.name: to_array("text", [source_of(records[i]) for i in places])}
    spaces = pd.DataFrame({**{f.name: arrays[f.path] for f in SPACES}, **told}, copy=False)
    creators, known = creators_of(arrays, objects["creator"])
    return Extract(spaces, creators, np.asarray(times.asi8)[known], problems)


def rows_of(records: Sequence[Any], start: int) -> tuple[list[Mapping[str, Any]], list[int], list[Problem]]:
    """Give the Spaces in records, the place of each one's record, and the records that hold none."""
    rows: list[Mapping[str, Any]] = []
    places: list[int] = []
    refused: list[Problem] = []
    for i, record in enumerate(records):
        try:
            spaces = spaces_in(record) if isinstance(record, Mapping) else [record]
        except MissingSpaceError as missing:
            refused.append(Problem(start + i, None, None, show(record), str(missing)))
            continue
        for space in spaces:
            if isinstance(space, Mapping):
                rows.append(space)
                places.append(i)
            else:
                reason = f"not an object: {type(space).__name__}"
                refused.append(Problem(start + i, None, None, show(space), reason))
    return rows, places, refused


def open_objects(rows: Rows, found: list[Finding]) -> dict[str, Rows]:
    """Give, for each path of an object, that object of every row; an empty one where there is none."""
    objects: dict[str, Rows] = {"": rows}
    for order, (path, column) in enumerate(CONTAINERS.items(), -len(CONTAINERS)):
        parent, _, key = path.rpartition(".")
        values = [outer.get(key) for outer in objects[parent]]
        objects[path] = as_objects(values, order, column, found)
    tell_unavailable(objects["creator"], found)
    return objects


NOTHING: Mapping[str, Any] = {}


def as_objects(values: list[Any], order: int, column: str, found: list[Finding]) -> Rows:
    """Take values as objects; anything else but a missing one is a finding."""
    if {dict, type(None)}.issuperset(map(type, values)):  # the quick way: nothing else is there
        return [value or NOTHING for value in values]
    return [as_object(value, row, order, column, found) for row, value in enumerate(values)]


def as_object(value: Any, row: int, order: int, column: str, found: list[Finding]) -> Mapping[str, Any]:
    """Take one value as an object."""
    if isinstance(value, Mapping):
        return value
    if not (value == "" if isinstance(value, str) else is_missing(value)):
        found.append((row, order, column, value, f"not an object: {type(value).__name__}"))
    return NOTHING


def tell_unavailable(creators: Rows, found: list[Finding]) -> None:
    """Tell the creators that the service does not show, such as protected accounts."""
    for row, creator in enumerate(creators):
        if creator.get("__typename") == "UserUnavailable":
            reason = f"the account is not available: {creator.get('reason') or 'no reason given'}"
            found.append((row, -len(CONTAINERS), "creator", dict(creator), reason))


def read_path(column: Field, order: int, objects: dict[str, Rows], found: list[Finding]) -> Any:
    """Read one column of all rows."""
    raw = raw_values(column.path, objects)
    if column.also and any(objects[column.also.rpartition(".")[0]]):
        spare = raw_values(column.also, objects)
        raw = [second if first is None else first for first, second in zip(raw, spare, strict=True)]
    array, bad = read_column(column.kind, raw)
    for row, reason in bad:
        told = reason if column.path == column.name else f"{reason} (at {column.path})"
        found.append((row, order, column.name, raw[row], f"not {KIND_WORDS[column.kind]}: {told}"))
    return array


def raw_values(path: str, objects: dict[str, Rows]) -> list[Any]:
    """Give the raw value at a path of every row; None where there is none."""
    parent, _, key = path.rpartition(".")
    return [outer.get(key) for outer in objects[parent]]


def creators_of(arrays: dict[str, Any], creators: Rows) -> tuple[pd.DataFrame, Any]:
    """Make the rows of the creators that have an id or any other value, and tell which records hold one."""
    columns = {f.name: arrays[f.path].copy() if f.path in IN_BOTH else arrays[f.path] for f in CREATORS}
    frame = pd.DataFrame(columns, copy=False)
    known = np.fromiter(map(bool, creators), bool, len(creators))
    nameless = known & arrays["creator.id"].isna()
    if nameless.any():
        known[nameless] = frame[nameless].notna().any(axis=1).to_numpy()
    return (frame if known.all() else frame[known].reset_index(drop=True)), known
