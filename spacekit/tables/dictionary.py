"""The data dictionary: what every column is; and `drift`, what records hold that no column shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from spacekit.arguments.nesting import TooDeepError, is_too_deep
from spacekit.errors import IncompleteWarning, warn
from spacekit.fields import CREATORS, DTYPES, NOT_SHOWN, PARTICIPANTS, PARTICIPANTS_NOW, SPACES, TABLES, Field
from spacekit.tables.arrays import to_array, to_pandas
from spacekit.tables.recognition import Space, spaces_in
from spacekit.tables.records import as_records
from spacekit.tables.shapes import NAMES, RESELLER_PATHS, V2_PATHS
from spacekit.words import plural, show


def describe_columns() -> pd.DataFrame:
    """
    Return the data dictionary: every column of every table.

    Returns
    -------
    frame
        One row a column: `table, column, dtype, unit, meaning, path` (place in the JSON of the SocialData API; of
        `participants`, in a person that GraphQL lists; empty where spacekit sets the value), `sources` (whose JSON can
        fill it, as in `spaces.source`; empty where spacekit sets the value).

    Examples
    --------
    >>> import spacekit as sk
    >>> columns = sk.describe_columns().set_index("column")
    >>> columns.loc["total_replay_watched", ["dtype", "unit", "sources"]].tolist()
    ['Int64', 'plays', 'socialdata, graphql, reseller']
    """
    rows = [
        (
            table,
            f.name,
            str(pd.Series(dtype=f.dtype).dtype),
            f.unit,
            f.meaning,
            f.path,
            ", ".join(_sources(table, f)),
        )
        for table, columns in TABLES.items()
        for f in columns
    ]
    names = ["table", "column", "dtype", "unit", "meaning", "path", "sources"]
    return pd.DataFrame(rows, columns=names, dtype=DTYPES["text"])


def _sources(table: str, column: Field) -> list[str]:
    """Return whose JSON can fill a column."""
    if column == PARTICIPANTS_NOW:
        return ["graphql", "v2"]
    if table == "participants":
        return ["graphql"]
    if not column.path:
        return []
    if table == "posts":
        return ["socialdata"]
    others = {"v2": V2_PATHS, "reseller": RESELLER_PATHS}
    return ["socialdata", "graphql", *(name for name, paths in others.items() if column.path in paths)]


def drift(records: Iterable[Any]) -> pd.DataFrame:
    """
    List the fields of records that no table shows: what an API has added, or what only one of them has.

    Parameters
    ----------
    records
        Parsed records, as for `normalize`.

    Returns
    -------
    frame
        One row a field, sorted: `path` (from the Space, or from what is around it), `n` (records that hold it),
        `example` (repr of the first value, cut).

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.drift([sk.documented_record() | {"language": "en"}])
           path  n example
    0  language  1    'en'
    """
    found: dict[str, list[Any]] = {}
    for record in _shallow(as_records(records)):
        for path, value in _fields_beside(record).items():
            found.setdefault(path, [0, show(value)])[0] += 1
    columns: dict[str, Any] = {
        "path": to_pandas("text", to_array("text", sorted(found))),
        "n": to_pandas("count", to_array("count", [found[path][0] for path in sorted(found)])),
        "example": to_pandas("text", to_array("text", [found[path][1] for path in sorted(found)])),
    }
    return pd.DataFrame(columns)


def _shallow(records: Iterable[Any]) -> Iterator[Any]:
    """Yield the records that can be walked through; warn of others."""
    left = 0
    for record in records:
        if is_too_deep([record]):
            left += 1
        else:
            yield record
    if left:
        warn(
            f"drift: {plural(left, 'record')} left out: {TooDeepError()}. Correct or remove it.",
            IncompleteWarning,
        )


_ROLES = ("admins", "speakers", "listeners")
_OURS = {path for f in (*SPACES, *CREATORS) for path in (f.path, f.also) if path}
_KNOWN = (
    _OURS | NOT_SHOWN
    | {f"{place}.{name}" if place else name for place, names in NAMES.items() for name in names}
    | {f"creator_results.result.{path.partition('.')[2]}" for path in _OURS | NOT_SHOWN if path.startswith("creator.")}
    | {"creator_results.result.rest_id", PARTICIPANTS_NOW.path, "participant_count"}
    | {f"participants.{role}.{f.path}" for role in _ROLES for f in PARTICIPANTS[2:]}
)  # fmt: skip
"""Places that a table shows, or that need none."""
_OBJECTS = {path[:at] for path in _KNOWN for at, letter in enumerate(path) if letter == "."} | {"includes"}
_LISTS = {f"participants.{role}" for role in _ROLES}


def _fields_beside(record: Any) -> dict[str, Any]:
    """Return the fields of one record at unknown places, each with its first value."""
    found: dict[str, Any] = {}
    for space in spaces_in(record)[0]:
        for path, value in (*_beside(space.body, ""), *_beside(_around(space), "")):
            found.setdefault(path, value)
    return found


def _around(space: Space) -> dict[str, Any]:
    return {key: value for key, value in space.beside.items() if key not in space.body}


def _beside(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk one object along the known places, and yield what is at others."""
    for key, child in value.items() if isinstance(value, Mapping) else ():
        name = str(key).encode("utf-8", "replace").decode()  # a lone surrogate would be no text of a table
        inner = f"{path}.{name}" if path else name
        if inner in _LISTS and isinstance(child, list):
            for entry in child:
                yield from _beside(entry, inner)
        elif inner in _OBJECTS:
            yield from _beside(child, inner)
        elif inner not in _KNOWN:
            yield inner, child
