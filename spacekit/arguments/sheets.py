"""Workbooks of Excel (.xlsx) -> the cells of each sheet as text, with the links behind them. It writes none."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from spacekit.errors import DataError, ReadWarning, warn

if TYPE_CHECKING:
    from types import ModuleType

_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SPECIAL: Final = re.compile(rb"<(?:\w+:)?(f|hyperlink)(?=[\s/>])")
_TEXT: Final = re.compile(r'="((?:[^"]|"")*)"')
"""A formula that is a mere text, as one types it to keep an id or `007` as it is."""
_MIDNIGHT: Final = dt.time()


@dataclass
class Sheet:
    """One sheet: its name, its rows of cells, and the links behind cells by row and column, from 0."""

    name: str
    rows: list[list[Any]]
    links: dict[tuple[int, int], str] = field(default_factory=dict)


def sheets_of(content: bytes, name: str) -> list[Sheet]:
    """
    Return the sheets of a workbook that have cells, also those that are hidden.

    A cell is text, a number, a bool, a datetime or None. A formula is its saved value; one that was never worked out
    is its own text, `=A1`, and said; of `="007"` it is the text in it.

    Raises
    ------
    DataError
        It cannot be read, or openpyxl, which reads workbooks, is not installed.

    Warns
    -----
    ReadWarning
        A formula has no saved value, and is neither a mere text nor a link.
    """
    with _opened(content, name, read_only=True, data_only=True) as book:
        sheets = [Sheet(sheet.title, _rows(sheet)) for sheet in book.worksheets]
    special = _special_in(content)
    if b"f" in special:
        with _opened(content, name, read_only=True) as book:
            formulas = [_rows(sheet) for sheet in book.worksheets]
        _add_formulas(sheets, formulas, name)
    if b"hyperlink" in special:
        with _opened(content, name) as book:
            _add_links(sheets, book)
    return [sheet for sheet in sheets if sheet.rows]


def _excel(what: str) -> ModuleType:
    """Return openpyxl, or raise a `DataError` that says how to install it; `what` opens the message."""
    try:
        import openpyxl
    except ImportError:
        raise DataError(
            f"{what}: workbooks of Excel need openpyxl, which is not installed. "
            'Install it with: pip install "spacekit-audiences[excel]", or use CSV.'
        ) from None
    found: ModuleType = openpyxl
    return found


@contextmanager
def _opened(content: bytes, name: str, **options: bool) -> Iterator[Any]:
    openpyxl = _excel(name)
    with warnings.catch_warnings():
        # It warns of styles and of rules for entering data that it leaves out; no value is among them.
        warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), **options)
            try:
                yield book
            finally:
                book.close()
        except Exception as error:  # it raises whatever a damaged part of the file leads to
            raise DataError(
                f"{name}: cannot be read as a workbook: {error}. Save it again, or as CSV."
            ) from error


def _special_in(content: bytes) -> set[bytes]:
    """Return which of formulas and links the sheets of a workbook have: reading these takes more time."""
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheets = [part for part in parts.namelist() if "/worksheets/" in part and part.endswith(".xml")]
        return {tag for sheet in sheets for tag in _SPECIAL.findall(parts.read(sheet))}


def _rows(sheet: Any) -> list[list[Any]]:
    """Return the cells of a sheet, whatever range it says that it has, without the empty rows at its end."""
    sheet.reset_dimensions()
    rows = [[_value(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    while rows and not any(cell not in (None, "") for cell in rows[-1]):
        rows.pop()
    return rows


def _value(value: Any) -> Any:
    """Return the value of a cell, with characters that a workbook cannot hold in place of their codes."""
    if isinstance(value, str) and "_x" in value:
        return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), value)
    return value


def _add_formulas(sheets: Sequence[Sheet], formulas: Sequence[list[list[Any]]], name: str) -> None:
    """Put formulas where no value was saved, and those with an address behind the cell that shows their text."""
    unknown: list[str] = []
    for sheet, rows in zip(sheets, formulas, strict=True):
        sheet.rows += [[] for _ in rows[len(sheet.rows) :]]
        for number, row in enumerate(rows):
            unknown += [
                f"{sheet.name}!{_letters(place)}{number + 1}" for place in _of_row(sheet, number, row)
            ]
    if unknown:
        more = f" and {len(unknown) - 3:,} more" if len(unknown) > 3 else ""
        formulas_in = f"no saved value for the formula in {', '.join(unknown[:3])}{more}"
        warn(f"{name}: {formulas_in}. Open it in Excel or LibreOffice and save it.", ReadWarning)


def _of_row(sheet: Sheet, number: int, row: Sequence[Any]) -> Iterator[int]:
    """Put the formulas of a row where they belong; yield the places of those that have no value."""
    cells = sheet.rows[number]
    cells += [None] * (len(row) - len(cells))
    for place, formula in enumerate(row):
        text = str(getattr(formula, "text", formula))  # an array formula is an object that has it
        if text.startswith("=") and text != cells[place]:
            sheet.links[number, place] = text
            if cells[place] is None:
                cells[place] = mere_text(text)
                if cells[place] == text and "HYPERLINK" not in text.upper():  # whose address is in it
                    yield place


def mere_text(cell: str) -> str:
    """Return the text in a formula that is nothing else, such as `="007"`; any other cell as it is."""
    formula = _TEXT.fullmatch(cell)
    return formula[1].replace('""', '"') if formula else cell


def _letters(place: int) -> str:
    """Return the name of a column, from 0: A, B, ..., Z, AA."""
    return (_letters(place // 26 - 1) if place >= 26 else "") + chr(ord("A") + place % 26)


def _add_links(sheets: Sequence[Sheet], book: Any) -> None:
    for sheet, whole in zip(sheets, book.worksheets, strict=True):
        for row in whole.iter_rows():
            for cell in row:
                if cell.hyperlink is not None and cell.hyperlink.target:
                    sheet.links[cell.row - 1, cell.column - 1] = str(cell.hyperlink.target)


def as_text(value: Any) -> str | None:
    """Return a cell as its text in CSV: whole numbers without a point, instants as ISO 8601; None if it is empty."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == _MIDNIGHT else value.isoformat(" ")
    return str(value)
