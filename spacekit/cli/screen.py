"""Tables for a terminal: aligned, cut to its width, safe to print. It computes nothing."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from spacekit import words

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING: Final = "-"
_GAP: Final = "  "
_NARROWEST: Final = 10
_ROWS: Final = 40
_DIRECTIONS: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}

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
    "observations": {
        "space_id": "space_id",
        "fetched_at": "fetched (UTC)",
        "age": "age",
        "state": "state",
        "total_live_listeners": "live",
        "total_replay_watched": "replay",
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
"""The columns of a table that are shown, with their heads; free text last, where its width does no harm."""


def width() -> int:
    """Return the columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def wrapped(text: str, indent: str = "") -> str:
    """Return sentences wrapped to the terminal."""
    room = max(40, min(width(), 100))
    return textwrap.fill(text, room, break_on_hyphens=False, initial_indent=indent, subsequent_indent=indent)


def view(table: str, frame: pd.DataFrame, rows: int = _ROWS, rest: str = "-o FILE writes all") -> str:
    """Return the first rows of a table as text, in the columns that fit; a Space without a title shows its id."""
    shown = frame.head(rows)
    if table == "spaces":
        shown = shown.assign(title=shown["title"].fillna(shown["space_id"]))
    heads = VIEWS.get(table, {name: name for name in shown})
    text = text_table(shown[list(heads)].rename(columns=heads))
    more = len(frame) - len(shown)
    return f"{text}\n... and {words.plural(more, 'row')} more; {rest}." if more else text


def text_table(frame: pd.DataFrame, room: int | None = None, right: Sequence[str] = ()) -> str:
    """
    Return a table as text, one line a row, with numbers to the right.

    Parameters
    ----------
    frame
        The table; its index is not shown.
    room
        The width to keep to; None for that of the terminal. Long texts are cut with `…`; columns for which there is
        no room at all are named below the table.
    right
        Columns of text that go to the right too.
    """
    kinds = {str(name): frame[name].dtype.kind for name in frame}
    columns = {name: [name, *map(cell, frame[name])] for name in kinds}
    widths = {name: max(map(words.columns, texts)) for name, texts in columns.items()}
    texts = [name for name, kind in kinds.items() if kind not in "iufmMb"]
    left_out = _narrow(widths, texts, width() if room is None else room)
    numbers = {*right, *(name for name, kind in kinds.items() if kind in "iufm")}
    lines = [
        _GAP.join(fit(columns[name][row], widths[name], right=name in numbers) for name in widths).rstrip()
        for row in range(len(frame) + 1)
    ]
    return "\n".join(lines + ([f"Not shown, for lack of room: {', '.join(left_out)}."] if left_out else []))


def _narrow(widths: dict[str, int], texts: Sequence[str], room: int) -> list[str]:
    """Narrow the widest texts until all fits, then remove columns from the end; return those."""
    left_out: list[str] = []
    while (excess := sum(widths.values()) + len(_GAP) * (len(widths) - 1) - room) > 0:
        wide = sorted((widths[name], name) for name in texts if widths.get(name, 0) > _NARROWEST)
        if wide:
            widest, name = wide[-1]
            second = wide[-2][0] if len(wide) > 1 else _NARROWEST
            widths[name] -= min(excess, max(1, widest - second))
        elif len(widths) > 1:
            left_out.insert(0, widths.popitem()[0])
        else:
            break
    return left_out


def cell(value: Any) -> str:
    """Return one value as text that is safe to print; `-` where it is missing."""
    return safe(words.cell(value, MISSING))


def safe(text: str) -> str:
    """Remove what would control a terminal: titles are other people's text."""
    shown = (
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text if ord(c) not in _DIRECTIONS
    )
    return "".join(shown).strip()


def fit(text: str, room: int, *, right: bool = False) -> str:
    """Cut a text to a number of columns, or pad it with blanks."""
    text = words.shortened(text, room)
    blanks = " " * (room - words.columns(text))
    return blanks + text if right else text + blanks
