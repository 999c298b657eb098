"""From the JSON texts of answers to one typed chunk of the tables, and what holds no Space. Reads no files."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from spacekit.arguments.encodings import json_in_utf8
from spacekit.arguments.nesting import TooDeepError, check_depth
from spacekit.tables.parts import Part, Rows, join
from spacekit.tables.recognition import Missing, Space, says, spaces_in
from spacekit.tables.rows import NOT_PLAIN, row_of_text
from spacekit.words import show

_SLICE = 2_000
"""Texts or records read at a time: few enough to stay in the processor's cache, which more than halves the time."""
_LONGEST_INTEGER = 4_000
"""Digits; Python refuses texts of more than 4,300."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A text, or a part of one, that holds no Space: its place in the input, and why."""

    place: int
    kind: Literal["not_found", "failed"]
    reason: str
    space_id: str | None = None


@dataclass(slots=True)
class Decoded:
    """What a chunk of texts holds: `texts` and `origin`, the place of each in the input, have an entry for each row."""

    part: Part
    texts: list[bytes] = field(default_factory=list)
    origin: list[int] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)


def decode(texts: Sequence[bytes], fetched_at: Sequence[Any], start: int = 0) -> Decoded:
    """
    Return the typed chunk of a number of JSON answers, each of any known form.

    Parameters
    ----------
    texts
        One JSON document each.
    fetched_at
        When each was fetched, in epoch milliseconds; None where that is not known. Anything else is a problem.
    start
        Number of rows in the chunks before this one: `problems` count their records from here.

    Returns
    -------
    decoded
        One row for each Space; a text with several becomes a text for each. The tables of `part` are those that
        `normalize` makes of the parsed `texts`. What is no Space, or has neither id nor state, is in `refused`.
    """
    found = _Texts([], [], [])
    with collector_paused():
        parts = [found.read(texts[at : at + _SLICE], fetched_at[at : at + _SLICE], at, start)
                 for at in range(0, max(len(texts), 1), _SLICE)]  # fmt: skip
    return Decoded(join(parts), found.texts, found.origin, found.refused)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause the garbage collector: it would look again and again through rows that are all in use."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


@dataclass(slots=True)
class _Texts:
    """Gathers the texts with a Space, slice by slice."""

    texts: list[bytes]
    origin: list[int]
    refused: list[Refused]

    def read(self, texts: Sequence[bytes], times: Sequence[Any], at: int, start: int) -> Part:
        """Read one slice, which begins at this place of the input."""
        rows = Rows()
        first = len(self.origin)
        for place, text in enumerate(texts, at):
            try:
                row = row_of_text(text)
            except NOT_PLAIN:
                self._read_with_care(text, place, rows, start)
            else:
                rows.numbers.append(start + len(self.origin))
                rows.rows.append(row)
                self.texts.append(text)
                self.origin.append(place)
        return rows.part([times[place - at] for place in self.origin[first:]])

    def _read_with_care(self, text: bytes, place: int, rows: Rows, start: int) -> None:
        """Read a text that is not plain."""
        try:
            spaces, missing = spaces_in(_parsed(text))
        except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
            spaces, missing = [], [Missing("failed", not_json(error, text))]
        for space in spaces:
            doubt = _doubt(space)
            if doubt:
                missing.append(doubt)
                continue
            rows.add(space, start + len(self.origin))
            self.texts.append(json_in_utf8(text) if space.answer is None else as_text(space.answer))
            self.origin.append(place)
        self.refused += [Refused(place, one.kind, one.reason, one.space_id) for one in missing]


def _parsed(text: bytes) -> Any:
    """Return the parsed text: quickly, or by the decoder of the standard library, which takes all that is JSON."""
    check_depth(text)
    try:
        if not text.isascii():
            text.decode()
        return msgspec.json.decode(text)
    except NOT_PLAIN:
        return loads(text)


def loads(text: bytes | str, around: int = 0) -> Any:
    """
    Return what the standard library reads in a text; whole numbers that are too long for it stay text.

    Raises
    ------
    ValueError
        It is not JSON, or has more levels than are read, and `around` for what wraps a record (`TooDeepError`).
    """
    check_depth(text, around)
    try:
        return json.loads(text)
    except ValueError:
        return json.loads(text, parse_int=_integer)


def not_json(error: Exception, text: bytes | str) -> str:
    """Say why a text is not JSON."""
    if isinstance(error, RecursionError | TooDeepError):
        return str(TooDeepError())
    if isinstance(text, bytes):
        text = text.decode(errors="backslashreplace")
    text = text.lstrip()
    return f"not JSON: {error if text.startswith(('{', '[')) else f'it begins with {show(text[:40])}'}"


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


def _doubt(space: Space) -> Missing | None:
    """Return why a record is no Space, though `normalize` makes a row of every object."""
    if space.unknown:
        return Missing("failed", space.unknown)
    if says(space.record, "id") or says(space.record, "state"):
        return None
    if not space.record:
        return Missing("not_found", "no Space: an empty object")
    return Missing("failed", f"no Space: neither id nor state in {show(space.body)}")


def as_text(record: Any) -> bytes:
    """Return the compact JSON text of a record, in UTF-8; a lone surrogate, which UTF-8 cannot hold, is escaped."""
    try:
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        return json.dumps(record, separators=(",", ":")).encode()
