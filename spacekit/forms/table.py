"""The table of Spaces in a form: a widget that sorts and pages in the browser, and plain HTML where no widgets run."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

import numpy as np
import pandas as pd
from anywidget import AnyWidget
from traitlets import Bytes, Unicode

from spacekit import stats
from spacekit.forms import web
from spacekit.forms.rows import packed
from spacekit.tables.views import titles_of
from spacekit.words import as_html, columns_of, percent, shortened

_COLUMNS: Final = {
    "title": "Title",
    "creator_screen_name": "Host",
    "started_at": "Started (UTC)",
    "total_live_listeners": "Live",
    "total_replay_watched": "Replay",
    "replay_share": "Replay share",
    "state": "State",
    "space_id": "Space",
}
"""The columns that a form shows, and their names for people; downloads have all, under the API's names."""

_TITLE: Final = 60  # columns; longer titles would push all else out of sight
_MOST_PLAIN: Final = 100  # rows of a table in plain HTML
_MOST_STILL: Final = 8  # rows of a still picture


class SpaceTable(AnyWidget):
    """
    A table of Spaces that is sorted and paged in the browser; a click or Enter selects a row.

    Parameters
    ----------
    spaces
        All Spaces that may come into view; their texts go to the page once.
    names
        What `rows.packed` returned of them before; None if it was not called yet.

    Attributes
    ----------
    selected
        The id of the Space selected; "" for none.
    """

    _esm = web.script("table.js")
    _css = web.style()

    names = Bytes(b"", help="JSON: the columns of `rows.packed`.").tag(sync=True)
    view = Bytes(b"", help="Int32: the rows in view, in their order.").tag(sync=True)
    selected = Unicode("", help="The id of the Space selected.").tag(sync=True)

    def __init__(self, spaces: pd.DataFrame, names: bytes | None = None) -> None:
        super().__init__(
            names=packed(spaces) if names is None else names, view=_numbers(np.arange(len(spaces)))
        )
        self.layout.width = "100%"

    def show(self, kept: Any) -> None:
        """Show the rows for which `kept`, a mask over all rows, is true."""
        self.view = _numbers(np.flatnonzero(kept))


def table_widget(spaces: pd.DataFrame) -> SpaceTable:
    """Return a table of Spaces that can be sorted."""
    return SpaceTable(spaces)


def shown(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a form shows, named for people: instants to the minute in UTC, titles cut."""
    table = spaces.assign(replay_share=stats.measures(spaces)["replay_share"])
    table = table[[name for name in _COLUMNS if name in table]].reset_index(drop=True)
    if "title" in table:
        table["title"] = titles_of(table)
    words = {"title": lambda title: shortened(title, _TITLE), "replay_share": percent}
    for name, word in words.items():
        table[name] = table[name].astype(object).map(word, na_action="ignore")
    return table.rename(columns=_COLUMNS)


def _numbers(rows: Any) -> bytes:
    return bytes(np.asarray(rows, dtype="<i4").tobytes())


def plain(table: pd.DataFrame, caption: str, most: int = _MOST_PLAIN, left: Container[str] = ()) -> str:
    """
    Return the first rows as an HTML table that says how many there are. All text is escaped.

    `left` names the columns set to the left: by default those that hold no numbers.
    """
    right = [str(name) for name in table if name not in left] if left else ()
    title = caption if len(table) <= most else f"{caption}: the first {most:,} of {len(table):,} rows"
    return as_html(columns_of(table.head(most), right=right), title)


def still_table(spaces: pd.DataFrame, caption: str) -> str:
    """Return the first Spaces as HTML for a still picture, in the columns for which a narrow page has room."""
    table = shown(spaces).drop(columns=[_COLUMNS["state"], _COLUMNS["space_id"]], errors="ignore")
    return plain(table, caption, _MOST_STILL)
