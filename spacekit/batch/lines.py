"""Answers in text, and text of answers: the one reader and the one writer of JSON lines, documents and arrays.

A line is a bare Space in any known shape, `{"fetched_at": ..., "space": {...}}`, or another answer of an archive:
`{"fetched_at", "space_id", "status", "body" or "body_base64"}`, with `unreadable_time` where it has no other. Reads no
field of a Space.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import pyarrow as pa

from spacekit.arguments.nesting import TooDeepError, is_one, items_of
from spacekit.arguments.paths import path_of
from spacekit.batch.files import replacing
from spacekit.batch.tabular import no_answers
from spacekit.batch.texts import BLOCK, Blocks
from spacekit.errors import DataError
from spacekit.tables.decoding import as_text, loads, not_json
from spacekit.tables.values import Unreadable, read_id, read_instant
from spacekit.words import iso, show

_UNREADABLE: Final = "unreadable_time"
_LOOK: Final = 50  # lines that show the layout
_LONGEST_HEADER: Final = 2**16  # bytes
_SHOWN: Final = 40  # characters that show what a text is
_HEAD: Final = re.compile(rb'\s*\{\s*"fetched_at"\s*:\s*("[^"\\]*"|\d+|null)\s*,\s*"space"\s*:\s*(?=\{)')
_OPENING: Final = re.compile(r"^[{\[]", re.MULTILINE)
_ARRAY: Final = re.compile(r"\[\s*\{")
_GAP: Final = re.compile(r"[\s,\x1e]*")
_GAP_OR_END: Final = re.compile(r"[\s,\x1e\]]*")
_DECODER: Final = json.JSONDecoder(parse_int=str)  # only the end of a document is asked for


@dataclass(slots=True)
class Answer:
    """One answer: its place in words, its text as it came, and when it was fetched; or why there is none."""

    place: str
    text: bytes | None
    fetched_at: int | None = None  # epoch milliseconds
    message: str | None = None
    """What is wrong with it, or with its time."""
    status: int = 200
    space_id: str | None = None
    """As the line says it, next to the answer."""
    wrong_time: Any = None
    """What stands in place of `fetched_at` where that cannot be read."""


# Reading


def answers_in(name: str, blocks: Blocks) -> Iterator[list[Answer]]:
    """
    Yield the answers of one text, in lists: of JSON lines, of one document of any layout, of several, of an array.

    The content shows the layout. What cannot be read is an `Answer` that says why; blank lines are skipped.
    """
    try:
        first = _beginning(blocks)
        if not first.strip():
            yield [Answer(name, None, message="the file is empty: there is no Space in it")]
        elif words := no_answers(first[:_LONGEST_HEADER]):
            yield [Answer(name, None, message=words)]
            deque(blocks, maxlen=0)  # a pipe, or the next file of a zip, goes on after it
        elif not has_lines(first):
            yield from _documents(name, chain([first], blocks))
        elif len(first) < BLOCK and b"\n" not in first.strip():
            yield list(_of_line(name, first.strip(b"\n"), _is_utf8(first)))
        else:
            yield from lines_in(name, chain([first], blocks))
    except DataError as error:
        yield [Answer(name, None, message=str(error))]


def _beginning(blocks: Blocks) -> bytes:
    """Return the first blocks, up to one that is not blank."""
    first = [next(blocks, b"")]
    while not first[-1].strip() and (block := next(blocks, None)) is not None:
        first.append(block)
    return b"".join(first)


def has_lines(text: bytes) -> bool:
    """Whether a text is one of lines: its first is JSON, or a later one is while the whole is not."""
    first, *others = text.lstrip().split(b"\n", _LOOK)[:_LOOK]
    if _is_json(first):
        return True
    first = first.strip()
    if first == b"[" or _is_json(first.removesuffix(b",")):
        return False  # an array, or documents with commas between them
    return any(line.startswith(b"{") and _is_json(line) for line in others) and not _is_json(text)


def _is_json(text: bytes) -> bool:
    """Whether a text is one JSON object or array."""
    if text.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except RecursionError:
        return is_one(text)
    except msgspec.DecodeError:
        return b"NaN" in text and _parsed(text) is not None
    return True


def _parsed(text: bytes) -> Any:
    """Return what Python reads in a text, NaN and Infinity among it; None if it is not JSON."""
    try:
        return loads(text, around=1)
    except (ValueError, RecursionError):
        return None


def lines_in(name: str, blocks: Iterable[bytes], number: int = 1) -> Iterator[list[Answer]]:
    """Yield the answers of JSON lines, in lists; `number` is that of the first line."""
    for block in blocks:
        lines = block.split(b"\n")
        sound = _is_utf8(block)
        yield [
            answer
            for place, line in enumerate(lines, number)
            if line and not line.isspace()
            for answer in _of_line(f"{name}, line {place}", line, sound)
        ]
        number += len(lines) - 1


def _is_utf8(text: bytes) -> bool:
    """Whether a text is UTF-8. Arrow looks at a gigabyte in a fifth of a second."""
    end = np.array([0, len(text)])
    try:
        whole = pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(end), pa.py_buffer(text)])
        whole.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _not_utf8(line: bytes) -> str | None:
    """Return the first byte of a line that is not UTF-8, in words; a lone surrogate, as Python writes it, passes."""
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        return f"not UTF-8: byte {line[error.start]:#04x} at {error.start}"
    return None


def _of_line(place: str, line: bytes, sound: bool) -> Iterable[Answer]:
    if line.startswith(b"[") or line.lstrip()[:1] == b"[":
        return _items(place, line, sound)
    return (_answer(place, line, sound),)


def _answer(place: str, text: bytes, sound: bool = True) -> Answer:
    """Return the answer in a text: cut out as it stands where the text has the usual form of a dated Space."""
    if not sound and (wrong := _not_utf8(text)):
        return Answer(place, None, message=wrong)
    head = _HEAD.match(text)
    end = text.rfind(b"}")
    if head is None or text[end + 1 :].strip():
        plain = Answer(place, text)
        return (text.startswith(b'{"fetched_at"') and unwrapped(plain)) or plain
    raw = head[1]
    time, message, wrong = read_time(
        raw[1:-1].decode("utf-8", "surrogatepass") if raw.startswith(b'"') else loads(raw)
    )
    return Answer(place, text[head.end() : end], time, message, wrong_time=wrong)


def _items(place: str, text: bytes, sound: bool) -> list[Answer]:
    """Return the answers in an array."""
    try:
        items = _cut(text)
    except (ValueError, RecursionError) as error:
        return [Answer(place, None, message=not_json(error, text))]
    if not items:
        return [Answer(place, None, message="an empty array: there is no Space in it")]
    return [_answer(f"{place}, item {number}", item, sound) for number, item in enumerate(items, 1)]


def _cut(text: bytes) -> list[bytes]:
    """Return the text of each item of an array; one that is nested too deeply is only cut out."""
    try:
        return [bytes(item) for item in msgspec.json.decode(text, type=list[msgspec.Raw])]
    except RecursionError:
        return items_of(text)
    except msgspec.DecodeError:
        try:
            return [as_text(item) for item in loads(text, around=1)]
        except TooDeepError:
            return items_of(text)


def _documents(name: str, blocks: Iterable[bytes]) -> Iterator[list[Answer]]:
    """Yield the answers of documents that follow one another."""
    kept: list[bytes] = []
    fault = None
    try:
        kept.extend(blocks)  # a list keeps what came before an error
    except DataError as error:
        fault = error
    text = b"".join(kept)
    whole = [("", text, "")] if _is_json(text) else list(_scan(text))
    yield [
        answer
        for where, document, reason in whole
        for answer in _of_document(name if len(whole) == 1 else f"{name}, {where}", document, reason)
    ]
    if fault is not None:
        raise fault


def _of_document(place: str, document: bytes | None, reason: str) -> Iterable[Answer]:
    return (
        [Answer(place, None, message=reason)]
        if document is None
        else _of_line(place, document, _is_utf8(document))
    )


def _scan(content: bytes) -> Iterator[tuple[str, bytes | None, str]]:
    """
    Yield the line where each document begins and its text, or why it is none.

    After a broken one comes the next that begins a line; of a broken array, each of its items is read.
    """
    text = content.decode("utf-8", "surrogateescape")
    place, line, gap = 0, 1, _GAP
    while True:
        start = gap.match(text, place).end()  # type: ignore[union-attr]  # it fits anything
        line += text.count("\n", place, start)
        if start == len(text):
            return
        try:
            place = _end_of(text, start)
            yield f"line {line}", text[start:place].encode("utf-8", "surrogateescape"), ""
        except (ValueError, RecursionError) as error:
            reason = not_json(error, text[start : start + _SHOWN])
            if _ARRAY.match(text, start):
                place, gap = start + 1, _GAP_OR_END
                yield f"line {line}", None, f"{reason}; what is whole in the array was read"
            else:
                found = _OPENING.search(text, start + 1)
                place = found.start() if found else len(text)
                more = text[start:place].rstrip().count("\n")
                yield f"lines {line} to {line + more}" if more else f"line {line}", None, reason
        line += text.count("\n", start, place)


def _end_of(text: str, start: int) -> int:
    if text[start] not in "{[":
        raise ValueError
    return _DECODER.raw_decode(text, start)[1]


def unwrapped(answer: Answer) -> Answer | None:
    """Return the answer in a text that wraps it in a way other than the usual; None if it wraps none."""
    text = answer.text or b""
    content = _parsed(text)
    if content is None and text.startswith(b"{"):  # cut out with what follows
        content = _parsed(b'{"fetched_at": null, "space": ' + text + b"}")
    if (
        not isinstance(content, dict)
        or "fetched_at" not in content
        or not {"space", "status"} & content.keys()
    ):
        return None
    if content["fetched_at"] is not None:
        time, message, wrong = read_time(content["fetched_at"])
        answer = replace(answer, fetched_at=time, message=message, wrong_time=wrong)
    elif _UNREADABLE in content:
        answer = replace(answer, fetched_at=None, wrong_time=content[_UNREADABLE])
    try:
        body, status, space_id = _body(content), _status(content), _space_id(content)
    except DataError as error:
        return replace(answer, text=None, message=str(error))
    return replace(answer, text=body, status=status, space_id=space_id)


def _space_id(content: Mapping[str, Any]) -> str | None:
    space_id = content.get("space_id")
    try:
        return None if space_id is None else read_id(space_id)
    except Unreadable:
        raise DataError(f"'space_id' is not an id: got {show(space_id)}") from None


def _status(content: Mapping[str, Any]) -> int:
    status = content.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int):
        raise DataError(f"'status' is not a whole number: got {show(status)}")
    return status


def _body(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of an answer where the line has them, else the Space as compact JSON."""
    try:
        if "body_base64" in content:
            return base64.b64decode(content["body_base64"], validate=True)
        if "body" in content:
            return bytes(content["body"].encode())
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"the body cannot be read: {error}") from None
    if content.get("status", 200) != 200:
        return b""
    if not isinstance(content.get("space"), dict):
        raise DataError(f"'space' is not a JSON object: got {show(content.get('space'))}")
    return as_text(content["space"])


def read_time(value: Any) -> tuple[int | None, str | None, Any]:
    """Return a time, or why it cannot be read, and what it is: that costs the time, not the Space."""
    if value is None:
        return None, None, None
    try:
        return read_instant(value), None, None
    except Unreadable as problem:
        words = f"cannot read 'fetched_at': got {show(value)}: {problem}. The time is left out"
        return None, words, value


# Writing


def line_of(text: bytes, fetched_at: int | None) -> bytes:
    """Return the line of a Space, without its end. In JSON a line break is only white space."""
    text = text.replace(b"\n", b" ").replace(b"\r", b" ")
    if fetched_at is None:
        return text
    return b'{"fetched_at": "' + iso(fetched_at).encode() + b'", "space": ' + text + b"}"


def line_of_answer(answer: Answer, record: Any = None) -> bytes:
    """Return the line of any answer, without its end, with the Space if it holds one; it reads back to the byte."""
    body, time = answer.text or b"", answer.fetched_at
    dates: dict[str, Any] = {"fetched_at": None if time is None else iso(time)}
    if answer.wrong_time is not None:
        dates[_UNREADABLE] = (
            answer.wrong_time if isinstance(answer.wrong_time, str | int) else repr(answer.wrong_time)
        )
    whole: dict[str, Any] = {**dates, "space_id": answer.space_id, "status": answer.status}
    if record is not None:
        whole["space"] = record
    try:
        whole["body"] = body.decode()
    except UnicodeDecodeError:
        whole["body_base64"] = base64.b64encode(body).decode()
    return json.dumps(whole).encode()


def write_lines(path: str | os.PathLike[str], lines: Iterable[bytes]) -> Path:
    """Write lines to a file, which is replaced when all are there, or to a device; compressed if it ends in .gz."""
    target = path_of("path", path)
    opened = gzip.open if target.suffix == ".gz" else open
    with replacing(target) as part, opened(part, "wb") as out:
        out.writelines(line + b"\n" for line in lines)
    return target
