"""One answer as it came, with the time of fetching; and its form as a line of a file. Knows no archive."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from spacekit.batch.lines import BOM, open_lines
from spacekit.errors import DataError
from spacekit.tables.values import Unreadable, read_id, read_instant
from spacekit.words import iso, show

_HEAD: Final = re.compile(r'\s*\{\s*"fetched_at"\s*:\s*("[^"\\]*"|\d+)\s*,\s*"space"\s*:\s*(?=\{)')
_DECODER: Final = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Observation:
    """Answer about one Space: when it was fetched (epoch milliseconds), its status, its body as it came."""

    space_id: str
    fetched_at: int
    status: int
    body: bytes


def record_of(observation: Observation) -> dict[str, Any] | None:
    """Give the Space in an answer; None where there is none: no status 200, or neither `id` nor `state`."""
    if observation.status != 200:
        return None
    try:
        record = json.loads(observation.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or all(record.get(key) in (None, "") for key in ("id", "state")):
        return None
    return record


def to_line(observation: Observation) -> str:
    """
    Write an answer as one line, without line end, from which `from_line` makes the same again.

    A Space is `{"fetched_at": ..., "space": {...}}`, with `space_id`, `status` and `body` (the text as it
    came) where the line would not tell them otherwise; any other answer is
    `{"fetched_at", "space_id", "status", "body"}`. A body that is no UTF-8 is `body_base64`.
    """
    record = record_of(observation)
    when = iso(observation.fetched_at)
    body = _body_as_json(observation.body)
    if record is not None and "body" in body:
        line = f'{{"fetched_at": "{when}", "space": {body["body"]}}}'
        if _is_told_by(line, observation):
            return line
    whole: dict[str, Any] = {
        "fetched_at": when,
        "space_id": observation.space_id,
        "status": observation.status,
    }
    if record is not None:
        whole["space"] = record
    return json.dumps({**whole, **body})


def from_line(line: str, where: str, fetched_at: int | None = None) -> Observation:
    """
    Read an answer from a line that `to_line` wrote, or that holds a Space, bare or with `fetched_at`.

    Parameters
    ----------
    line
        JSON text.
    where
        What it is, for messages: file and number of the line.
    fetched_at
        Epoch milliseconds for a bare Space.

    Raises
    ------
    DataError
        The line is none of these, or says no time or id.
    """
    plain = _from_plain(line)
    content = plain[0] if plain else _wrapped(_parsed(line, where))
    when = _instant(content.get("fetched_at"), fetched_at, where)
    space = content.get("space")
    space_id = _space_id(content.get("space_id", space), where)
    status = content.get("status", 200)
    if isinstance(status, bool) or not isinstance(status, int):
        raise DataError(f"{where}: the status is no whole number: got {show(status)}. Correct the line.")
    return Observation(space_id, when, status, plain[1] if plain else _body(content, where))


def read_observations(path: Path, fetched_at: int | None = None) -> Iterator[Observation]:
    """
    Read a file of lines, one by one, each as `from_line`; blank lines are skipped.

    Raises
    ------
    DataError
        A line is no answer, or the file is no text; the message names the line.
    OSError
        The file cannot be read.
    """
    with open_lines(path, "rb") as file:
        try:
            for number, raw in enumerate(file, 1):
                line = (raw.removeprefix(BOM) if number == 1 else raw).decode()
                if line.strip():
                    yield from_line(line, f"{path}, line {number}", fetched_at)
        except (UnicodeDecodeError, EOFError, zlib.error) as error:
            raise DataError(f"{path}: cannot be read as lines of UTF-8: {error}. Check the file.") from None


def _is_told_by(line: str, observation: Observation) -> bool:
    """Tell whether a line reads back as the same answer: same id, and no byte changed."""
    if "\n" in line or "\r" in line:
        return False
    try:
        return from_line(line, "") == observation
    except DataError:
        return False


def _from_plain(line: str) -> tuple[dict[str, Any], bytes] | None:
    """Read the usual form, with the Space's text cut out as it stands in the line."""
    head = _HEAD.match(line)
    if head is None:
        return None
    try:
        space, end = _DECODER.raw_decode(line, head.end())
    except (ValueError, RecursionError):
        return None
    if line[end:].strip() != "}":
        return None
    return {"fetched_at": json.loads(head[1]), "space": space}, line[head.end() : end].encode()


def _wrapped(content: dict[str, Any]) -> dict[str, Any]:
    """Take an object that is no line of an archive as a bare Space."""
    is_line = "fetched_at" in content and ("space" in content or "status" in content)
    return content if is_line else {"space": content}


def _parsed(line: str, where: str) -> dict[str, Any]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{where}: no JSON: {error}; got {show(line)}. Correct or remove the line.") from None
    if not isinstance(content, dict):
        raise DataError(f"{where}: no JSON object: got {show(content)}. Correct or remove the line.")
    return content


def _instant(value: Any, otherwise: int | None, where: str) -> int:
    if value is None and otherwise is None:
        raise DataError(
            f"{where}: it does not say when the Space was fetched. Write lines as "
            '{"fetched_at": "2026-05-01T12:00:00Z", "space": {...}}, or give fetched_at= for all.'
        )
    try:
        return read_instant(otherwise if value is None else value)
    except Unreadable as problem:
        raise DataError(
            f"{where}: cannot read 'fetched_at': {problem}: got {show(value)}. Correct the line."
        ) from None


def _space_id(source: Any, where: str) -> str:
    value = source.get("id") if isinstance(source, dict) else source
    try:
        space_id = read_id(value)
    except Unreadable:
        space_id = ""
    if not space_id:
        raise DataError(f"{where}: no id of a Space in it: got {show(value)}. Correct or remove the line.")
    return space_id


def _body(content: dict[str, Any], where: str) -> bytes:
    """Give the bytes of the answer where the line has them, else the Space written compactly."""
    try:
        if "body_base64" in content:
            return base64.b64decode(content["body_base64"], validate=True)
        if "body" in content:
            return bytes(content["body"].encode())
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{where}: cannot read the body: {error}. Correct or remove the line.") from None
    space = content.get("space")
    if not isinstance(space, dict):
        raise DataError(f"{where}: no Space in it: got {show(space)}. Correct or remove the line.")
    return json.dumps(space, separators=(",", ":")).encode()


def _body_as_json(body: bytes) -> dict[str, str]:
    try:
        return {"body": body.decode()}
    except UnicodeDecodeError:
        return {"body_base64": base64.b64encode(body).decode()}
