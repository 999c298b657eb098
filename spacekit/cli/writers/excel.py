"""Tables as a workbook of Excel: real dates, text that is never computed, columns as wide as what is in them."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from spacekit.cli.writers.columns import Note, exact, iso, kind, settled
from spacekit.errors import DataError
from spacekit.tables.plain import hours
from spacekit.words import columns as width_of
from spacekit.words.cells import escaped_for_xlsx, looks_like_formula

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell

_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
_TEXT: Final = 32_767  # as UTF-16 counts
_LOOKED_AT: Final = 1000  # rows from which a width is found
_WIDTHS: Final = (7, 60)
_BUTTON: Final = 3  # of the filter, beside a name
_FIRST_DAY: Final = pd.Timestamp("1900-03-01")  # before it, Excel's calendar has a day too many
_FORMATS: Final = {
    "text": "@",
    "flag": "General",
    "count": "#,##0",
    "number": "0.000",
    "large": "#,##0.0",
    "instant": 'yyyy-mm-dd hh:mm:ss" UTC"',
    "clock": "yyyy-mm-dd hh:mm:ss",
    "span": '0.000" h"',
}
_ROOM: Final = {"instant": 22, "clock": 19, "span": 12, "number": 8, "large": 12}
_LARGE: Final = 100  # numbers up to here are shares and the like, and need their decimals


def xlsx(tables: Mapping[str, pd.DataFrame], note: Note) -> bytes:
    """Return a workbook with one sheet for each table."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "spacekit"
    for name, frame in tables.items():
        _write(book.create_sheet(name), exact(settled(frame), note, "Excel"), note)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _write(sheet: Any, frame: pd.DataFrame, note: Note) -> None:
    """Write one table: names, then rows; widths and what is frozen come first in the file."""
    from openpyxl.utils import get_column_letter

    rows, columns = len(frame) + 1, frame.shape[1]
    if rows > _ROWS or columns > _COLUMNS:
        raise DataError(
            f"{sheet.title}: {len(frame):,} rows of {columns:,} columns do not fit into a sheet of Excel, which has "
            f"{_ROWS:,} and {_COLUMNS:,}. Write CSV or Parquet."
        )
    made = [_Column(sheet, str(name), frame[name]) for name in frame]
    for place, column in enumerate(made, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(columns)}{rows}"
    sheet.append([column.head for column in made])
    for row in zip(*made, strict=True):
        sheet.append(row)
    for column in made:
        if column.cut:
            note(
                f"Excel holds {_TEXT:,} characters in a cell: {column.cut:,} of {sheet.title}.{column.name} are cut."
            )


class _Column:
    """One column: its head, its width, and its cells, which are one object that is filled anew for each row."""

    def __init__(self, sheet: Any, name: str, column: pd.Series[Any]) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Font

        self.name, self.cut = name, 0
        self.kind, self._values = _values(column)
        self.head = WriteOnlyCell(sheet)
        self.head.font = Font(name="Calibri", size=11, bold=True)
        self._fill(self.head, name)
        self._cell, self._quoted = WriteOnlyCell(sheet), WriteOnlyCell(sheet)
        self._cell.number_format = self._quoted.number_format = _FORMATS[self.kind]
        self._quoted.quotePrefix = True

    @property
    def width(self) -> float:
        """The width in characters that shows the name and what is in the first rows."""
        least, most = _WIDTHS
        shown = (
            width_of(_first_line(value)) for value in self._values[:_LOOKED_AT] if isinstance(value, str)
        )
        needed = max(width_of(self.name) + _BUTTON, _ROOM.get(self.kind, 0), *shown, least)
        return min(1.15 * needed + 1, most)  # letters are wider than the digits in which widths are counted

    def __iter__(self) -> Iterator[WriteOnlyCell | None]:
        for value in self._values:
            yield None if value is None else self._filled(value)

    def _filled(self, value: Any) -> WriteOnlyCell:
        if not isinstance(value, str):
            self._cell.value = value
            return self._cell
        cell = self._quoted if looks_like_formula(value) else self._cell
        self._fill(cell, value)
        return cell

    def _fill(self, cell: WriteOnlyCell, text: str) -> None:
        """Put text into a cell, also such as Excel would take for a formula or an error."""
        fitting = _fitting(text)
        self.cut += fitting != escaped_for_xlsx(text)
        cell.value = fitting
        cell.data_type = "s"


def _values(column: pd.Series[Any]) -> tuple[str, list[Any]]:
    """Return what a column is in Excel, and its values: of Python's kinds, None where missing."""
    what = kind(column)
    if what == "instant":
        return _instants(column)
    if what == "span":
        column = hours(column)
    if what == "number" and (column.abs() > _LARGE).any():
        what = "large"
    values = column.astype(object).where(column.notna(), None).tolist()
    return what, [_number(value) for value in values] if column.dtype.kind == "f" else values


def _instants(column: pd.Series[Any]) -> tuple[str, list[Any]]:
    """Return dates in UTC without a zone, which Excel does not know; as text where its calendar ends."""
    zone = column.dt.tz
    clock = column if zone is None else column.dt.tz_convert("UTC").dt.tz_localize(None)
    if (clock < _FIRST_DAY).any():
        return "text", iso(column).astype(object).where(column.notna(), None).tolist()
    days = [None if pd.isna(value) else value.to_pydatetime() for value in clock.dt.floor("us")]
    return "clock" if zone is None else "instant", days


def _number(value: float | None) -> Any:
    """Return a number; infinity, for which Excel has none, as text."""
    return str(value) if value in (float("inf"), float("-inf")) else value


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0][: _WIDTHS[1]]


def _fitting(text: str) -> str:
    """Return a text as it stands in the file, cut to what a cell holds."""
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) > 2 * _TEXT:
        text = units[: 2 * _TEXT].decode("utf-16-le", "ignore")
    while len(escaped := escaped_for_xlsx(text)) > _TEXT:
        text = text[: -max(1, (len(escaped) - _TEXT) // 7)]
    return escaped
