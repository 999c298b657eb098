"""Tables for a terminal: aligned, cut to its width, safe to print. It computes nothing."""

from __future__ import annotations

import math
import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from spacekit import words
from spacekit.tables.values import is_missing

if TYPE_CHECKING:
    from collections.abc import Sequence

GAP: Final = "  "
MISSING: Final = "-"
_NARROWEST: Final = 10
_NO_WIDTH: Final = ("Mn", "Me", "Cf")
_TURNS: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}

VIEWS: Final = {
    "spaces": {
        "started_at": "started (UTC)",
        "state": "state",
        "creator_screen_name": "creator",
        "total_live_listeners": "live",
        "total_replay_watched": "replay",
        "title": "title",
    },
    "creators": {
        "created_at": "since (UTC)",
        "screen_name": "creator",
        "followers_count": "followers",
        "friends_count": "follows",
        "verified_type": "verified",
        "name": "name",
    },
    "outcomes": {
        "input": "input",
        "outcome": "outcome",
        "http_status": "status",
        "attempts": "attempts",
        "message": "message",
    },
    "measures": {
        "space_id": "space_id",
        "duration": "duration",
        "live": "live",
        "replay": "replay",
        "replay_share": "share",
        "age": "age",
        "excluded": "excluded",
    },
}
"""Columns that are shown of a table, with their heads; free text last, where its width can do no harm."""


def width() -> int:
    """Columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def wrapped(words: str) -> str:
    """Wrap a sentence or more to the terminal."""
    return textwrap.fill(words, min(width(), 100), break_on_hyphens=False)


def view(table: str, frame: pd.DataFrame, rows: int | None = None) -> str:
    """Text of the columns of a table that fit a terminal; a Space without title shows its id."""
    shown = frame if rows is None else frame.head(rows)
    if table == "spaces":
        shown = shown.assign(title=shown["title"].fillna(shown["space_id"]))
    heads = VIEWS.get(table, {name: name for name in shown})
    return text_table(shown[list(heads)].rename(columns=heads))


def text_table(frame: pd.DataFrame, room: int | None = None, right: Sequence[str] = ()) -> str:
    """
    Text of a table, a line each row; numbers to the right.

    Parameters
    ----------
    frame
        The table; its index is not shown.
    room
        Width to keep to; None for that of the terminal. Long texts are cut with `…`; columns for which there is no
        room at all are named below the table.
    right
        Columns of text that go to the right too.
    """
    room = width() if room is None else room
    cells = {str(name): [cell(value) for value in frame[name]] for name in frame}
    columns = {name: [name, *texts] for name, texts in cells.items()}
    kinds = {str(name): frame[name].dtype.kind for name in frame}
    numbers = [name for name, kind in kinds.items() if kind in "iufm" or name in right]
    widths = {name: max(map(columns_of, texts)) for name, texts in columns.items()}
    left_out = _fit(widths, [name for name in widths if kinds[name] not in "iufmMb"], room)
    lines = [
        GAP.join(fit(columns[name][row], widths[name], right=name in numbers) for name in widths).rstrip()
        for row in range(len(frame) + 1)
    ]
    if left_out:
        lines.append(f"Not shown for want of room: {', '.join(left_out)}.")
    return "\n".join(lines)


def _fit(widths: dict[str, int], texts: Sequence[str], room: int) -> list[str]:
    """Narrow the widest texts until all fits, then take columns away from the end; give those."""
    left_out: list[str] = []
    while _total(widths) > room:
        wide = [name for name in texts if widths.get(name, 0) > _NARROWEST]
        if wide:
            widest = max(wide, key=widths.__getitem__)
            others = max([_NARROWEST, *(widths[name] for name in wide if name != widest)])
            cut = min(_total(widths) - room, max(1, widths[widest] - others))
            widths[widest] -= cut
        elif len(widths) > 1:
            left_out.insert(0, widths.popitem()[0])
        else:
            break
    return left_out


def _total(widths: dict[str, int]) -> int:
    return sum(widths.values()) + len(GAP) * (len(widths) - 1)


def cell(value: Any) -> str:
    """Text of one value: counts with commas, instants to the minute, `-` where it is missing."""
    if is_missing(value):
        return MISSING
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float) or (hasattr(value, "dtype") and value.dtype.kind == "f"):
        return figure(float(value))
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, pd.Timedelta):
        return words.span(value)
    return f"{value:,}" if isinstance(value, int) or hasattr(value, "dtype") else safe(str(value))


def figure(value: float) -> str:
    """Three figures of a number, all of a large one: 0.0123, 1.23, 12,345."""
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:.{digits}f}" if digits <= 5 else f"{value:.1e}"


def safe(text: str) -> str:
    """Take out what would steer a terminal: titles are other people's text."""
    shown = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if ord(c) not in _TURNS
    )
    return "".join(shown).strip()


def columns_of(text: str) -> int:
    """Columns that a text takes in a terminal; East Asian characters and emoji take two."""
    if text.isascii():
        return len(text)
    return sum(map(_columns_of_one, text))


def _columns_of_one(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def fit(text: str, columns: int, *, right: bool = False) -> str:
    """Cut a text to a number of columns, or fill it up with blanks."""
    if columns_of(text) > columns:
        text = _cut(text, columns - 1) + "…"
    blanks = " " * (columns - columns_of(text))
    return blanks + text if right else text + blanks


def _cut(text: str, columns: int) -> str:
    taken = 0
    for place, character in enumerate(text):
        taken += _columns_of_one(character)
        if taken > columns:
            return text[:place].removesuffix("\u200d")
    return text
