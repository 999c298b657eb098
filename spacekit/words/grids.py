"""Small tables, as text for a terminal and as HTML for a notebook. All text is made safe; it computes nothing."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Collection, Sequence
from html import escape
from typing import TYPE_CHECKING, Final, NamedTuple

from spacekit.words.widths import beginning, columns, fit, safe
from spacekit.words.wording import cell

if TYPE_CHECKING:
    import pandas as pd

MISSING: Final = "–"
_MIDNIGHT: Final = " 00:00"
_GAP: Final = "  "
_NARROWEST: Final = 10
_CELL: Final = (
    "padding:.15em .9em .15em 0;vertical-align:top;border-bottom:1px solid #8884;font-size:inherit;"
)
_TABLE: Final = (
    "border-collapse:collapse;line-height:1.35;margin:.3em 0;color:inherit;font-variant-numeric:tabular-nums"
)


class Column(NamedTuple):
    """One column of a grid: its head, its cells as text, whether it stands to the right, whether it may be cut."""

    head: str
    cells: Sequence[str]
    right: bool = False
    whole: bool = False


def width() -> int:
    """Return the columns of the terminal; 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def wrapped(text: str, indent: str = "") -> str:
    """Return sentences wrapped to the terminal."""
    room = max(40, min(width(), 100))
    return textwrap.fill(text, room, break_on_hyphens=False, initial_indent=indent, subsequent_indent=indent)


def columns_of(frame: pd.DataFrame, missing: str = MISSING, right: Collection[str] = ()) -> list[Column]:
    """Return the columns of a table as text: numbers, and the columns named in `right`, to the right."""
    return [column_of(str(name), values, missing, right=name in right) for name, values in frame.items()]


def column_of(head: str, values: pd.Series, missing: str = MISSING, *, right: bool = False) -> Column:
    """
    Return one column as text: numbers and spans to the right, and never cut, nor are instants.

    Instants that all are midnights are days, such as the starts of months.
    """
    kind = values.dtype.kind
    cells = [beginning(cell(value, missing)) for value in values]
    if kind == "M" and all(text.endswith((_MIDNIGHT, missing)) for text in cells):
        cells = [text.removesuffix(_MIDNIGHT) for text in cells]
    return Column(head, cells, right or kind in "iufm", kind in "iufmMb")


def as_text(grid: Sequence[Column], room: int | None = None) -> str:
    """
    Return a grid as text, one line a row.

    `room` is the width to keep to; None for that of the terminal. Long texts are cut with `…`; columns for which there
    is no room at all are named below the table.
    """
    grid = [_safe(column) for column in grid]
    widths = {place: max(map(columns, (c.head, *c.cells))) for place, c in enumerate(grid)}
    texts = [place for place, column in enumerate(grid) if not column.whole]
    left_out = [grid[place].head for place in _narrow(widths, texts, width() if room is None else room)]
    shown = [(grid[place], room) for place, room in widths.items()]
    rows = zip(*((column.head, *column.cells) for column, _ in shown), strict=True)
    lines = [
        _GAP.join(
            fit(text, room, right=column.right) for text, (column, room) in zip(row, shown, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines + ([f"Not shown, for lack of room: {', '.join(left_out)}."] if left_out else []))


def _safe(column: Column) -> Column:
    """Return a column without what would control a terminal or turn its line; blanks before a word stay."""
    cells = [text if text.isascii() and text.isprintable() else safe(text) for text in column.cells]
    return column._replace(head=safe(column.head), cells=cells)


def _narrow(widths: dict[int, int], texts: Sequence[int], room: int) -> list[int]:
    """Narrow the widest texts until all fits, then remove columns from the end; return the places of those."""
    left_out: list[int] = []
    while (excess := sum(widths.values()) + len(_GAP) * (len(widths) - 1) - room) > 0:
        wide = sorted((widths[place], place) for place in texts if widths.get(place, 0) > _NARROWEST)
        if wide:
            widest, place = wide[-1]
            second = wide[-2][0] if len(wide) > 1 else _NARROWEST
            widths[place] -= min(excess, max(1, widest - second))
        elif len(widths) > 1:
            left_out.insert(0, widths.popitem()[0])
        else:
            break
    return left_out


def as_html(grid: Sequence[Column], caption: str = "") -> str:
    """Return a grid as an HTML table, in the colours of the page; a wide one scrolls by itself."""
    grid = [_safe(column) for column in grid]
    head = "".join(f'<th scope="col" style="{_style(column)}">{escape(column.head)}</th>' for column in grid)
    rows = zip(*(column.cells for column in grid), strict=True)
    body = "".join(f"<tr>{_cells(row, grid)}</tr>" for row in rows)
    title = f'<caption style="text-align:left">{escape(caption)}</caption>' if caption else ""
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="region" aria-label="{escape(caption or "Table")}">'
        f'<table style="{_TABLE}">{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cells(row: Sequence[str], grid: Sequence[Column]) -> str:
    pairs = zip(row, grid, strict=True)
    return "".join(f'<td dir="auto" style="{_style(column)}">{escape(text)}</td>' for text, column in pairs)


def _style(column: Column) -> str:
    side = "right" if column.right else "left"
    room = "white-space:nowrap" if column.whole or column.right else "max-width:32em;overflow-wrap:break-word"
    return f"{_CELL}text-align:{side};{room}"
