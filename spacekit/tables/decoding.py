"""From the JSON texts of answers to one chunk of tables, and what holds no Space. Reads no files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from spacekit.tables.columns import Extract, extract
from spacekit.tables.shapes import MissingSpaceError, spaces_in
from spacekit.tables.values import is_missing
from spacekit.words import show


@dataclass(frozen=True, slots=True)
class Refused:
    """A text, or a part of one, that holds no Space: its place in the input, and why."""

    place: int
    kind: Literal["not_found", "failed"]
    reason: str
    space_id: str | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a chunk of texts holds; `texts` and `origin` have one entry for each row of `part.spaces`."""

    texts: list[bytes]
    origin: list[int]
    refused: list[Refused]
    part: Extract


def decode(texts: Sequence[bytes], fetched_at: Sequence[int | None], start: int = 0) -> Decoded:
    """
    Return the typed chunk of a number of JSON answers, each of any known shape.

    Parameters
    ----------
    texts
        One JSON document each.
    fetched_at
        Epoch milliseconds of each, or None.
    start
        Number of rows in the chunks before this one: `problems` count records from here.

    Returns
    -------
    decoded
        `part` is what `normalize` makes of the parsed `texts` that it holds; what has no Space is in `refused`,
        with its place in the input.
    """
    kept: list[bytes] = []
    records: list[Any] = []
    origin: list[int] = []
    refused: list[Refused] = []
    for place, text in enumerate(texts):
        try:
            for one, record in _spaces_of(text):
                kept.append(one)
                records.append(record)
                origin.append(place)
        except _RefusedError as why:
            refused.append(Refused(place, why.args[0], why.args[1]))
    times = [fetched_at[place] for place in origin]
    return Decoded(kept, origin, refused, extract(records, start, times))


class _RefusedError(Exception):
    """The text holds no Space; `args` are the kind and the reason."""


def _spaces_of(text: bytes) -> list[tuple[bytes, Any]]:
    """Return each Space of a text with a text of its own: mostly the text itself."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise _RefusedError("failed", f"not JSON: {error}") from None
    if not isinstance(record, Mapping):
        raise _RefusedError("failed", f"not an object: {show(record)}")
    try:
        spaces = spaces_in(record)
    except MissingSpaceError as missing:
        raise _RefusedError("not_found", str(missing)) from None
    for space in spaces:
        if not isinstance(space, Mapping):
            raise _RefusedError("failed", f"not an object: {show(space)}")
        if all(_says_nothing(space.get(key)) for key in ("id", "state")):
            kind = "not_found" if not record else "failed"
            raise _RefusedError(kind, f"neither id nor state: {show(record)}")
    if len(spaces) == 1:
        return [(text, record)]
    alone = [{**record, "data": entry} for entry in record["data"]]
    return [(json.dumps(one).encode(), one) for one in alone]


def _says_nothing(value: Any) -> bool:
    """Whether an id or a state is missing."""
    return is_missing(value) or (isinstance(value, str) and value == "")
