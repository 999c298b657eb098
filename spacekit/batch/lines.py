"""Lines of JSON on disk: bare Spaces or `{"fetched_at": ..., "space": {...}}`. Looks at no field of a Space."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from spacekit.batch.files import replacing
from spacekit.errors import DataError
from spacekit.tables.values import Unreadable, read_instant
from spacekit.words import iso, show

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a file: a Space and when it was fetched, or why it is none."""

    number: int
    space: Any = None
    fetched_at: int | None = None  # epoch milliseconds
    message: str | None = None
    """What is wrong with the line, or with its time."""


def open_lines(path: Path, mode: str) -> IO[bytes]:
    """Open a file of lines as bytes; compressed if its name ends in .gz."""
    return gzip.open(path, mode) if path.suffix == ".gz" else path.open(mode)  # type: ignore[return-value]  # both are


def write_lines(path: str | os.PathLike[str], lines: Iterable[bytes]) -> Path:
    """Write lines to a file, which is replaced when all are there, or to a device."""
    target = Path(path)
    opened = gzip.open if target.suffix == ".gz" else open
    with replacing(target) as part, opened(part, "wb") as out:
        out.writelines(line + b"\n" for line in lines)
    return target


def write_jsonl(path: str | os.PathLike[str], spaces: Iterable[tuple[bytes, int | None]]) -> Path:
    """Write texts of Spaces, each with the time when it was fetched, if that is known."""
    return write_lines(path, (as_line(text, fetched_at) for text, fetched_at in spaces))


def as_line(text: bytes, fetched_at: int | None) -> bytes:
    """Give one line; the text of the Space stays as it is unless it has line breaks."""
    if b"\n" in text or b"\r" in text:
        text = json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "surrogatepass")
    if fetched_at is None:
        return text
    return b'{"fetched_at": "' + iso(fetched_at).encode() + b'", "space": ' + text + b"}"


def read_lines(path: str | os.PathLike[str]) -> Iterator[Line]:
    """
    Read a file of lines, one by one; blank lines are skipped.

    Raises
    ------
    DataError
        The file is one JSON document, or is no text at all: then no line of it makes sense.
    OSError
        The file cannot be read.
    """
    file = Path(path)
    with open_lines(file, "rb") as lines:
        for number, raw in enumerate(lines, 1):
            text = raw.removeprefix(BOM).strip() if number == 1 else raw.strip()
            if number == 1:
                refuse_document(file, text)
            if text:
                yield read_line(number, text)


def refuse_document(file: Path, first: bytes) -> None:
    """Refuse a file whose first line begins a JSON document that spans it."""
    if first[:1] == b"[" or first == b"{":
        raise DataError(
            f"{file}: one JSON document, not a line for each Space: it begins with "
            f"{first[:40].decode('utf-8', 'replace')!r}. Parse it with json.load, then use sk.normalize or sk.Batch.of."
        )


def read_line(number: int, text: bytes) -> Line:
    """Read one line."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        return Line(number, message=f"not JSON: {error}. Correct or remove the line")
    if not isinstance(value, dict):
        return Line(number, message=f"not a JSON object: got {show(value)}. Correct or remove the line")
    if "fetched_at" not in value or not {"space", "status"} & value.keys():
        return Line(number, value)
    if "space" not in value:
        told = f"no Space: the service answered {show(value['status'])} for {show(value.get('space_id'))}"
        return Line(number, message=told)
    if not isinstance(value["space"], dict):
        return Line(
            number,
            message=f"'space' is no JSON object: got {show(value['space'])}. Correct or remove the line",
        )
    return dated(number, value["space"], value["fetched_at"])


def dated(number: int, space: dict[str, Any], fetched_at: Any) -> Line:
    """Read the time of a line; a wrong one costs the time, not the Space."""
    if fetched_at is None:
        return Line(number, space)
    try:
        return Line(number, space, read_instant(fetched_at))
    except Unreadable as problem:
        return Line(
            number,
            space,
            message=f"cannot read 'fetched_at': got {show(fetched_at)}: {problem}. It is left out",
        )
