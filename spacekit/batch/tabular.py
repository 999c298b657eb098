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
_TO_READ: Final = re.compile(r"(?:title {2,}host {2,}date \(UTC\)|space_id {2,}age|group {2,}n) {2}")
"""How the tables begin that spacekit writes for reading."""
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_OTHERS: Final = {
    "participants": {"role", "account_id"},
    "problems": {"record", "column", "reason"},
    "outcomes": {"input", "outcome"},
    "posts": {"post_id"},
    "audience": {"audience", "listeners"},
    "creators": {"creator_id", "has_graduated_access"},
    "measures": {"replay_share", "log2_ratio"},
    "ratio": {"log2_size", "log2_ratio"},
    "timeline": {"lane", "is_open"},
    "trend": {"live_change", "replay_usual"},
    "growth": {"age", "is_last"},
    "typical growth": {"share_median", "final_age_median"},
    "compare": {"group", "share_median", "spearman"},
    "contrast": {"reference", "superiority"},
    "hosts": {"estimate", "rank_low"},
    "over-time": {"period", "share_median"},
    "trend by period": {"period", "change_median"},
    "calendar": {"weekday", "hour", "share_median"},
    "reach": {"n_views", "views_per_live"},
    "followers": {"followers", "residual"},
    "punctuality": {"on_time", "delay_median"},
    "slopes": {"slope", "log2_size_mean"},
    "changes within hosts": {"live_change", "share_change"},
    "shares": {"replay_share", "fraction"},
    "correlation": {"x", "y", "spearman", "n_left_out"},
    "ages": {"youngest", "tenfold"},
    "checks": {"check", "examples"},
    "exclusions": {"reason", "n"},
}
"""Tables that are not of Spaces, by columns that no other has."""


def is_table_text(head: bytes) -> bool:
    """Whether text begins as a table of Spaces: with the names of its columns, or a row as a JSON object."""
    if head[:1] in (b"{", b"[") and head[1:2] != b"\0" and b'"space_id"' not in head:
        return False  # the usual answer, of which there may be many files
    text = _text(head)
    if text[:1] in ("[", ""):
        return False
    if text[:1] == "{":
        return _is_row(_LINE_END.split(text, maxsplit=1)[0])
    return "space_id" in _header(text)


def _text(head: bytes) -> str:
    return head.decode(encoding_of(head), "replace").removeprefix("\ufeff").lstrip()


def _header(text: str) -> list[str]:
    try:
        return header_of(text)
    except csv.Error:
        return []


def _is_row(line: str | bytes) -> bool:
    """Whether a line of JSON is a row of a table, not an answer."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and "space_id" in row and row.keys().isdisjoint(_ANSWER)


def no_answers(head: bytes) -> str | None:
    """Return that text is a table, in words for those who expect answers; None where it is none that is known."""
    if is_table_text(head):
        return "a table, not answers. Use sk.read_table for tables of Spaces."
    if _TO_READ.match(_text(head)):
        return "a table to read, not data. Write it as CSV, or in another format."
    what = None if head.lstrip()[:1] in (b"{", b"[") else table_named(_header(_text(head)))
    return f"a table of {what}, not of Spaces. Use the Spaces that it was made of." if what else None


def table_named(columns: Iterable[object]) -> str | None:
    """Return which table has these columns: "spaces" where they may be of Spaces; None if of none that is known."""
    names = set(columns)
    other = next((name for name, marks in _OTHERS.items() if marks <= names), None)
    return other or ("spaces" if "space_id" in names else None)
