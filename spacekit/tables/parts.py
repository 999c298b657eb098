"""Turns Spaces into one typed chunk of the tables; what cannot be read becomes a Problem. Reads no text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from spacekit.fields import CREATORS, PARTICIPANTS, PARTICIPANTS_NOW, SPACES, TABLES, Field
from spacekit.tables.arrays import ARROW, Bad, read_column, to_array
from spacekit.tables.recognition import Space, value_at
from spacekit.tables.rows import OBJECTS, row_with_care, values_in
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
class Part:
    """One chunk of each table, in Arrow's types; `creators` has a row for each record that holds one."""

    spaces: pa.Table
    creators: pa.Table
    participants: pa.Table
    problems: list[Problem]
    creator_times: pa.ChunkedArray
    """For each row of `creators`: when it was fetched, in epoch milliseconds; null where that is not known."""


_SCHEMAS = {
    table: pa.schema([(f.name, ARROW[f.kind]) for f in TABLES[table]])
    for table in ("spaces", "creators", "participants", "problems")
}
_NOBODY = _SCHEMAS["participants"].empty_table()
_COLUMNS: dict[str, Field] = {}
"""Every path once, with the field whose name its problems carry."""
for _field in (*SPACES, *CREATORS):
    _COLUMNS.setdefault(_field.path, _field)
UNAVAILABLE = "the account is not available"
"""How the reason begins that tells of a creator whom the service does not show, such as a protected account."""
_ROLES = {"admins": "admin", "speakers": "speaker", "listeners": "listener"}

_Finding = tuple[int, int, str | None, Any, str]  # row, order within the record, column, raw value, reason


def _reported_as(path: str) -> str:
    """Return the column that reports a wrong object: the only one that it leads to, else its own path."""
    below = {f.name for f in _COLUMNS.values() if f.path.startswith(f"{path}.")}
    return below.pop() if len(below) == 1 else path


_OBJECT_COLUMNS = {path: _reported_as(path) for path in OBJECTS}
_OBJECT_ORDER = {path: place - len(OBJECTS) for place, path in enumerate(sorted(OBJECTS))}


@dataclass(slots=True)
class Rows:
    """The Spaces of one chunk as they are found: rows, the number of each one's record, and what some have besides."""

    rows: list[Any] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    others: dict[int, Space] = field(default_factory=dict)
    _found: list[_Finding] = field(default_factory=list)

    def add(self, space: Space, number: int) -> None:
        """Read one Space with care."""
        place = len(self.rows)

        def report(path: str, value: Any, reason: str) -> None:
            self._found.append((place, _OBJECT_ORDER[path], _OBJECT_COLUMNS[path], value, reason))

        if space.unknown:
            self._found.append((place, -len(_OBJECT_ORDER) - 1, None, space.body, space.unknown))
        self.rows.append(row_with_care(space.record, report))
        self.numbers.append(number)
        self.others[place] = space

    def part(self, times: Sequence[Any]) -> Part:
        """Return the tables of the chunk; `times` says when each row was fetched: epoch milliseconds, or anything."""
        values = values_in(self.rows)
        self._note_unavailable(values["creator.__typename"], values["creator.reason"])
        columns = {path: self._column(f, order, values) for order, (path, f) in enumerate(_COLUMNS.items())}
        special = [self._in_room(), self._fetched(times), self._sources()]
        spaces = [*(columns[f.path] for f in SPACES), *special]
        creators = pa.Table.from_arrays([columns[f.path] for f in CREATORS], schema=_SCHEMAS["creators"])
        fetched = pa.chunked_array([special[1].view(ARROW["count"])])
        known = _known(creators)
        if known is not None:
            creators, fetched = creators.filter(known), fetched.filter(known)
        people = self._participants(columns["id"])
        return Part(pa.Table.from_arrays(spaces, schema=_SCHEMAS["spaces"]), creators, people,
                    self._problems(columns["id"]), fetched)  # fmt: skip

    def _note_unavailable(self, kinds: Sequence[Any], reasons: Sequence[Any]) -> None:
        """Note the creators that the service does not show, such as protected accounts."""
        if str not in set(map(type, kinds)):
            return
        for row in (row for row, kind in enumerate(kinds) if type(kind) is str and kind == "UserUnavailable"):
            value = {"__typename": kinds[row], "reason": reasons[row]}
            words = f"{UNAVAILABLE}: {_as_words(reasons[row])}"
            self._found.append((row, _OBJECT_ORDER["creator"], "creator", value, words))

    def _column(self, column: Field, order: int, values: Mapping[str, Sequence[Any]]) -> pa.Array:
        """Read one column of all rows."""
        raw = values[column.path]
        if column.also and type(None) in set(map(type, raw)):
            raw = [
                second if first is None else first
                for first, second in zip(raw, values[column.also], strict=True)
            ]
        array, bad = read_column(column.kind, raw, plain=not self.others)
        if bad:
            self._note(column, order, bad, raw, range(len(raw)), column.path)
        return array

    def _note(
        self, column: Field, order: int, bad: Bad, raw: Sequence[Any], rows: Sequence[int], path: str
    ) -> None:
        """Note the values of a column that could not be read."""
        for place, reason in bad:
            why = reason if path == column.name else f"{reason} (at {path})"
            words = f"not {KIND_WORDS[column.kind]}: {why}"
            self._found.append((rows[place], order, column.name, raw[place], words))

    def _in_room(self) -> pa.Array:
        """Read how many were in the room while a Space was running."""
        if not self.others:
            return pa.nulls(len(self.rows), ARROW[PARTICIPANTS_NOW.kind])
        raw: list[Any] = [None] * len(self.rows)
        for place, space in self.others.items():
            raw[place] = space.in_room
        array, bad = read_column(PARTICIPANTS_NOW.kind, raw)
        self._note(PARTICIPANTS_NOW, len(_COLUMNS), bad, raw, range(len(raw)), PARTICIPANTS_NOW.path)
        return array

    def _fetched(self, times: Sequence[Any]) -> pa.Array:
        """Read when each row was fetched."""
        array, bad = read_column("instant", times)
        for place, reason in bad:
            self._found.append(
                (place, len(_COLUMNS) + 2, "fetched_at", times[place], f"not an instant: {reason}")
            )
        return array

    def _sources(self) -> pa.Array:
        """Return whose JSON each row came from."""
        if not self.others:
            return pa.repeat(pa.scalar("socialdata", ARROW["text"]), len(self.rows))
        sources: list[str | None] = ["socialdata"] * len(self.rows)
        for place, space in self.others.items():
            sources[place] = space.source
        return to_array("text", sources)

    def _participants(self, ids: pa.Array) -> pa.Table:
        """Return the table of the people that the Spaces list."""
        people = [
            person for place, space in self.others.items() for person in self._people(place, space.people)
        ]
        if not people:
            return _NOBODY
        rows = [row for row, _, _ in people]
        arrays = [
            ids.take(pa.array(rows, pa.int64())),
            to_array("text", [_ROLES[role] for _, role, _ in people]),
        ]
        for order, f in enumerate(PARTICIPANTS[2:], len(_COLUMNS) + 1):
            raw = [value_at(f.path, person) for _, _, person in people]
            array, bad = read_column(f.kind, raw)
            self._note(f, order, bad, raw, rows, f"participants, {f.path}")
            arrays.append(array)
        return pa.Table.from_arrays(arrays, schema=_SCHEMAS["participants"])

    def _people(self, row: int, people: Any) -> Iterator[tuple[int, str, Any]]:
        """Yield the people of one Space: the row of the Space, their list, the person."""
        lists = (
            [(role, people.get(role)) for role in _ROLES] if isinstance(people, Mapping) else [("", people)]
        )
        for role, entries in lists:
            for entry in entries if role and isinstance(entries, list) else [entries]:
                if role and isinstance(entry, Mapping):
                    yield row, role, entry
                elif not is_missing(entry):
                    reason = f"not an object: {type(entry).__name__}"
                    self._found.append((row, len(_COLUMNS) + 1, "participants", entry, reason))

    def _problems(self, ids: pa.Array) -> list[Problem]:
        """Return the findings in the order of the rows, then of the columns."""
        return [
            Problem(self.numbers[row], ids[row].as_py(), column, show(value), reason)
            for row, _, column, value, reason in sorted(self._found, key=lambda finding: finding[:2])
        ]


def _as_words(reason: Any) -> str:
    """Return a reason as text that a table can hold."""
    words = reason if isinstance(reason, str) else show(reason)
    return words.encode("utf-8", "replace").decode() if reason else "no reason given"


def _known(creators: pa.Table) -> Any:
    """Return which rows hold a creator: one with an id or any other value; None if all do."""
    ids = creators.column("creator_id")
    if ids.null_count == 0:
        return None
    known = ids.is_valid()
    without_id = creators.filter(pc.invert(known))
    for column, seen in zip(creators.columns, without_id.columns, strict=True):
        if seen.null_count < len(seen):
            known = pc.or_(known, column.is_valid())
    return known


def join(parts: Sequence[Part]) -> Part:
    """Return several chunks as one."""
    if len(parts) == 1:
        return parts[0]
    return Part(
        pa.concat_tables([part.spaces for part in parts]),
        pa.concat_tables([part.creators for part in parts]),
        pa.concat_tables([part.participants for part in parts]),
        [problem for part in parts for problem in part.problems],
        pa.chunked_array([chunk for part in parts for chunk in part.creator_times.chunks], pa.int64()),
    )
