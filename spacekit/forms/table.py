"""A table of Spaces in a form: sortable if itables is installed, else plain HTML. Nothing comes from the network."""

from __future__ import annotations

from collections.abc import Container
from html import escape
from typing import Any, Final

import ipywidgets as w
import pandas as pd

from spacekit.words import cell, shortened

COLUMNS: Final = (
    "title",
    "creator_screen_name",
    "state",
    "started_at",
    "total_live_listeners",
    "total_replay_watched",
    "is_space_available_for_replay",
    "creator_followers_count",
    "space_id",
)
"""The columns of `spaces` that a form shows; downloads have all."""

_TITLE: Final = 60  # columns; longer titles would push all else out of sight
_MOST_PLAIN: Final = 100  # rows of a table in plain HTML
_CELL: Final = "padding:.15em .8em .15em 0;border-bottom:1px solid #8884;vertical-align:top"

# A missing count comes as text, and would turn its column into text, which sorts 9 above 10.
_MISSING_LEAST: Final = (
    "function (data, type) { return data === '<NA>' ? (type === 'display' ? '–' : -1) : data; }"
)


def shown(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that a form shows: instants to the minute in UTC, titles cut."""
    table = spaces[[name for name in COLUMNS if name in spaces.columns]].reset_index(drop=True)
    started = table["started_at"].dt.tz_convert("UTC").dt.strftime("%Y-%m-%d %H:%M")
    titles = table["title"].map(lambda title: shortened(title, _TITLE), na_action="ignore")
    table = table.assign(started_at=started, title=titles)
    return table.rename(columns={"started_at": "started_at (UTC)"})


def table_widget(spaces: pd.DataFrame) -> w.Widget:
    """Return a table that can be sorted and searched, or a plain one if itables is not installed."""
    table = shown(spaces)
    try:
        from itables import JavascriptFunction
        from itables.widget import ITable
    except ImportError:  # the extra "notebook" is not installed
        return w.HTML(plain(table, "Spaces"))
    if table.empty:
        return w.HTML(plain(table, "Spaces"))
    counts = [place for place, name in enumerate(table) if pd.api.types.is_integer_dtype(table[name])]
    return ITable(
        _worded(table),
        maxBytes=0,
        showIndex=False,
        pageLength=10,
        lengthMenu=[10, 25, 100],
        classes="display compact nowrap",
        style="width:100%;table-layout:auto",
        scrollX=True,
        allow_html=False,
        order=[],
        columnDefs=[
            {"targets": counts, "className": "dt-right", "render": JavascriptFunction(_MISSING_LEAST)}
        ],
        text_in_header_can_be_selected=False,  # else a click on a column's name does not sort
    )


def _worded(table: pd.DataFrame) -> pd.DataFrame:
    """Word every column but those of counts, which stay numbers so that they sort as numbers."""
    worded = table.copy()
    for name in table:
        if not pd.api.types.is_integer_dtype(table[name]):
            worded[name] = table[name].map(_text)
    return worded


def plain(table: pd.DataFrame, caption: str, most: int = _MOST_PLAIN, left: Container[str] = ()) -> str:
    """
    Return the first rows as an HTML table that says how many there are. All text is escaped.

    `left` names the columns set to the left: by default those that hold no numbers.
    """
    left = left or [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    sides = ["left" if name in left else "right" for name in table]
    title = caption if len(table) <= most else f"{caption}: the first {most:,} of {len(table):,} rows"
    head = "".join(_head(str(name), side) for name, side in zip(table, sides, strict=True))
    body = "".join(f"<tr>{_cells(values, sides)}</tr>" for values in table.head(most).itertuples(index=False))
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" aria-label="' + escape(caption) + '">'
        f'<table style="border-collapse:collapse;line-height:1.3"><caption style="text-align:left">{escape(title)}'
        f"</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(name: str, side: str) -> str:
    return f'<th scope="col" style="{_CELL};text-align:{side}">{escape(name)}</th>'


def _cells(values: Any, sides: list[str]) -> str:
    pairs = zip(values, sides, strict=True)
    return "".join(
        f'<td style="{_CELL};text-align:{side}">{escape(_text(value))}</td>' for value, side in pairs
    )


def _text(value: Any) -> str:
    return cell(value, "–")
