"""Tables for a terminal: aligned, cut to its width, safe to print. It computes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from spacekit import words
from spacekit.tables.views import titles_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MISSING: Final = "-"
_ROWS: Final = 40

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
    "posts": {
        "posted_at": "posted (UTC)",
        "author_screen_name": "author",
        "space_id": "space_id",
        "views": "views",
        "text": "text",
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


def view(table: str, frame: pd.DataFrame, rows: int = _ROWS, rest: str = "-o FILE writes all") -> str:
    """Return the first rows of a table as text, in the columns that fit; a missing title is called so."""
    shown = frame.head(rows)
    if table == "spaces":
        shown = shown.assign(title=titles_of(shown))
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
    return words.as_text(words.columns_of(frame, MISSING, right), room)


def cell(value: Any) -> str:
    """Return one value as text that is safe to print; `-` where it is missing."""
    return words.safe(words.cell(value, MISSING))
