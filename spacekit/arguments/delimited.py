"""Text with a table -> rows of cells: commas, semicolons, tabs; as Excel, R, PowerShell and others write it."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final, NamedTuple

from spacekit.errors import DataError

_DELIMITERS: Final = ",;\t|"
_LOOK: Final = 50  # rows that show the delimiter
_START: Final = 2**16  # characters in which that many rows usually are
_SEP: Final = re.compile(r'\A"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_TYPE: Final = re.compile(r"\A#TYPE [^\r\n]*(?:\r\n|\r|\n|\Z)")
_BLANK_START: Final = re.compile(r"\A(?:[\ufeff \r\n]*[\ufeff\r\n])?")
_BARE: Final = re.compile(r"\r(?!\n)")
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_QUOTED_BY_BLANKS: Final = re.compile(r'"[^"\r\n]*"(?: "[^"\r\n]*")+[ ]*(?:[\r\n]|\Z)')
_BACKSLASHED: Final = re.compile(r'\\"[^",;|\s]')
"""A quote within a cell after a backslash; in other tables two quotes stand there, or the cell ends."""
_NA: Final = re.compile(r'"(?:[^"]|"")*"|(?<![^,;\t \n\r])NA(?![^,;\t \n\r])')

_OF_R: Final = re.compile(r'"(?:[^"]|"")*"(?:[,;\t ]"|[\r\n])')

_RULE: Final = " -:=\t"
"""What lines between rows are drawn with."""
_DOUBTFUL: Final = 2**17  # characters of a cell at the end that may be all rows after an open quote
_LIMIT: Final = 2**31 - 1  # as large as a long of Windows
_LIMITED: Final = threading.Lock()


class _Layout(NamedTuple):
    """How the cells of a table are written."""

    delimiter: str
    backslash: bool = False
    """Whether quotes in cells have a backslash before them, as R's `write.table` writes them."""


def rows_in(text: str, name: str, delimiter: str | None = None) -> list[list[str]]:
    """
    Return the rows of a table as text, without those that are blank.

    Parameters
    ----------
    text
        May begin with a line `sep=;`, as Excel reads it, or `#TYPE ...`, as PowerShell writes it.
    name
        What the table is called in messages.
    delimiter
        What stands between the cells; None: what the rows show.

    Raises
    ------
    DataError
        A quote is never closed, and the cell behind it takes in much of the table.
    """
    return table_of(text, name, delimiter)[0]


def table_of(text: str, name: str, delimiter: str | None = None) -> tuple[list[list[str]], str]:
    """Return the rows, as `rows_in` does, and what stands between their cells."""
    body, said = body_of(text)
    body, stand_in = _with_stand_in(_without_na(body))
    given = said or delimiter
    layout = _Layout(given) if given else _layout_of(body)
    try:
        rows = _read(body, layout)
        _check_closed(rows, body, layout)
        if stand_in:
            rows = [[cell.replace(stand_in, "\r") for cell in row] for row in rows]
        return _headed(rows), layout.delimiter
    except csv.Error as error:
        raise DataError(f"{name}: cannot be read as CSV: {error}. Save it as CSV again.") from error


def _with_stand_in(text: str) -> tuple[str, str | None]:
    """
    Return a table with another character for each bare carriage return in a cell, and that character.

    Where rows end with a line feed, a bare carriage return ends none: pandas writes one within a title without quotes.
    """
    end = _LINE_END.search(text)
    if end is None or end[0] != "\n" or not _BARE.search(text):
        return text, None
    stand_in = next(char for char in map(chr, range(0xE000, 0xF900)) if char not in text)
    return _BARE.sub(stand_in, text), stand_in


def _check_closed(rows: list[list[str]], text: str, layout: _Layout) -> None:
    """Refuse a table whose last cell is long and takes in a line that is put behind it: its quote is open."""
    if rows and len(rows[-1][-1]) > _DOUBTFUL and len(_read(f"{text}\nend", layout)) == len(rows):
        raise csv.Error("a quote is never closed")


def header_of(text: str) -> list[str]:
    """Return the cells of the first row of a text that may be cut within a later row."""
    body, said = body_of(text)
    layout = _Layout(said) if said else _layout_of(body)
    return next(iter(_read(body, layout, 1)), [])


def body_of(text: str) -> tuple[str, str | None]:
    """Return a table without what stands before its header, and the delimiter that a line `sep=` names."""
    text = text[_BLANK_START.match(text).end() :]  # type: ignore[union-attr]  # it fits anything
    if typed := _TYPE.match(text):
        return text[typed.end() :], None
    said = _SEP.match(text)
    return (text[said.end() :], said[1]) if said else (text, None)


def _layout_of(text: str) -> _Layout:
    """Return the layout in which most rows have as many cells as the first, and more than one."""
    candidates = [_Layout(delimiter) for delimiter in _DELIMITERS]
    if _QUOTED_BY_BLANKS.match(text):
        candidates.append(_Layout(" "))
    if _BACKSLASHED.search(text):
        candidates = [*(layout._replace(backslash=True) for layout in candidates), *candidates]
    best = max(candidates, key=lambda layout: _fit(text, layout))
    return best if _fit(text, best) > (0, 0) else _Layout(delimiter_of(_LINE_END.split(text, maxsplit=1)[0]))


def delimiter_of(line: str) -> str:
    """Return the character that most often stands between the cells of a line."""
    return max(_DELIMITERS, key=line.count)


def _fit(text: str, layout: _Layout) -> tuple[float, int]:
    """Return how well a layout fits: the share of rows as wide as the first, and their cells; (0, 0) for one column."""
    try:
        widths = [len(row) for row in _first_rows(text, layout)]
    except csv.Error:
        return (0, 0)
    if not widths or widths[0] < 2:
        return (0, 0)
    alike = sum(width in (widths[0], widths[0] + _is_shifted(widths)) for width in widths) / len(widths)
    return (alike, widths[0])


def _first_rows(text: str, layout: _Layout) -> list[list[str]]:
    """Return the rows that show the layout: from the start of the text, where they are whole in it."""
    if len(text) > _START and len(rows := _read(text[:_START], layout, _LOOK + 1)) > _LOOK:
        return rows[:_LOOK]
    return _read(text, layout, _LOOK)


def _is_shifted(widths: list[int]) -> bool:
    """Whether a header lacks the name of the first column, as R writes it before names of rows."""
    return len(widths) > 1 and all(width == widths[0] + 1 for width in widths[1:])


def _headed(rows: list[list[str]]) -> list[list[str]]:
    if _is_shifted([len(row) for row in rows]):
        rows[0].insert(0, "")
    return rows


def _read(text: str, layout: _Layout, most: int | None = None) -> list[list[str]]:
    """Return the rows, or the first of them, without those that are blank, or a line of dashes."""
    style: dict[str, Any] = {"escapechar": "\\", "doublequote": False} if layout.backslash else {}
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, **style)
    with _cells_of_any_length():
        return list(islice(filter(_is_filled, rows), most))


def _is_filled(row: list[str]) -> bool:
    """Whether a row is neither blank nor a line of dashes."""
    return bool(row) and (bool(row[0].strip(_RULE)) or any(cell.strip(_RULE) for cell in row))


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lift the csv module's limit, which is one for all of the process, and put it back."""
    with _LIMITED:
        before = csv.field_size_limit(_LIMIT)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _without_na(text: str) -> str:
    """
    Return a table that R wrote with empty cells in place of NA, which stands there without quotes.

    R puts texts in quotes, the text "NA" among them. A table whose first names have no quotes is returned as it is.
    """
    return _NA.sub(lambda cell: cell[0] if cell[0][0] == '"' else "", text) if _OF_R.match(text) else text
