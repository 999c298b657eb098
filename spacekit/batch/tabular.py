"""Whether text, or a list of columns, is one of spacekit's tables, and which. It reads none."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from typing import Final

from spacekit.arguments.delimited import header_of
from spacekit.arguments.encodings import encoding_of

_ANSWER: Final = frozenset({"space", "status", "body", "body_base64"})
"""What stands beside `space_id` in the lines of an archive."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_OTHERS: Final = {
    "participants": {"role", "account_id"},
    "problems": {"record", "column", "reason"},
    "outcomes": {"input", "outcome"},
    "posts": {"post_id"},
    "audience": {"audience", "listeners"},
    "measures": {"replay_share", "log2_ratio"},
    "creators": {"creator_id", "has_graduated_access"},
    "growth": {"age", "is_last"},
    "checks": {"check", "examples"},
}
"""Tables that are not of Spaces, by columns that no other has."""


def is_table_text(head: bytes) -> bool:
    """Whether text begins as a table of Spaces: with the names of its columns, or a row as a JSON object."""
    if head[:1] in (b"{", b"[") and head[1:2] != b"\0" and b'"space_id"' not in head:
        return False  # the usual answer, of which there may be many files
    encoding = encoding_of(head)
    text = head.decode(encoding, "replace").removeprefix("\ufeff").lstrip()
    if text[:1] in ("[", ""):
        return False
    if text[:1] == "{":
        return _is_row(_LINE_END.split(text, maxsplit=1)[0])
    try:
        return "space_id" in header_of(text)
    except csv.Error:
        return False


def _is_row(line: str | bytes) -> bool:
    """Whether a line of JSON is a row of a table, not an answer."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "space_id" in row and row.keys().isdisjoint(_ANSWER)


def table_named(columns: Iterable[object]) -> str | None:
    """Return which table has these columns: "spaces" where they may be of Spaces; None if of none that is known."""
    names = set(columns)
    other = next((name for name, marks in _OTHERS.items() if marks <= names), None)
    return other or ("spaces" if "space_id" in names else None)
