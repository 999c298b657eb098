"""A table of Spaces with its dtypes again, after it went through a file, Excel or another tool. It reads no files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeAlias

import pandas as pd

from spacekit.archive.wholes import numbers
from spacekit.errors import DataError
from spacekit.fields import DTYPES, TABLES, Field
from spacekit.tables.objects import of_objects
from spacekit.tables.plain import spans_of_hours
from spacekit.words import show

_Column: TypeAlias = "pd.Series[Any]"
_TABLES: Final = {"Spaces": ("spaces", "creators", "observations", "at_age"), "posts": ("posts",)}
_TRUE: Final = (
    "true 1 1.0 wahr vrai verdadero vero verdadeiro waar sant sand prawda tosi igaz истина doğru 真"
)
_FALSE: Final = "false 0 0.0 falsch faux falso onwaar falskt falsk fałsz epätosi hamis ложь yanlış 偽 假"
_FLAGS: Final = {**dict.fromkeys(_TRUE.split(), True), **dict.fromkeys(_FALSE.split(), False)}
"""Flags as tools write them: Python, SQLite and Stata, and Excel in the language of its user."""
_ISO: Final = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d| UTC| GMT)?)?"
_UTC: Final = r" (?:UTC|GMT)$"
_HOURS: Final = r" h$"
_LIKE_FLOAT: Final = r"\d+\.0|\d+(?:[.,]\d+)?[eE]\+\d+"
_DIGITS: Final = 15
"""How many digits of a number Excel keeps."""
_COMMA: Final = r"^(-?\d+),(\d+(?:[eE][-+]?\d+)?(?: h)?)$"
_INTEGER: Final = r"-?(?:0|[1-9]\d{0,17})"


def typed(table: pd.DataFrame, what: str = "Spaces", delimiter: str | None = None) -> pd.DataFrame:
    """
    Return a table of spacekit's with its dtypes again.

    Your own columns are kept. In CSV, where all is text, one that is numbers or flags throughout becomes such.

    Parameters
    ----------
    table
        Of any dtypes; missing values are missing, or "".
    what
        Which columns are known: those of "Spaces" or of "posts".
    delimiter
        What stood between the cells of CSV; after semicolons, 7,25 is a number. None: the cells are of their kinds.

    Raises
    ------
    DataError
        It has no column `space_id`, or a value of a column is not of its kind.
    """
    if "space_id" not in table:
        names = ", ".join(map(str, table.columns[:6]))
        raise DataError(f"table: it has no column 'space_id', but {names}. Use a table of {what}.")
    fields = {field.name: field for name in _TABLES[what] for field in TABLES[name]}
    columns: dict[str, Any] = {
        str(name): _known(table[name], fields[str(name)], delimiter == ";")
        if name in fields
        else _own(table[name], delimiter)
        for name in table
    }
    return pd.DataFrame(columns, index=table.index)


def _known(column: _Column, field: Field, decimal_comma: bool) -> _Column:
    column = _texts(column)
    if column.dtype == field.dtype and field.kind != "id":
        return column
    if field.kind != "text" and (column.dtype == object or _is_text(column)):
        column = column.mask(column == "")
    try:
        if field.kind in ("count", "code"):
            return numbers(column, decimal_comma).astype(field.dtype)
        column = _pointed(column) if decimal_comma and field.kind == "span" else column
        return _READERS.get(field.kind, _text)(column).astype(field.dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(f"column {field.name!r}: cannot be read as {field.kind}: {error}.") from None


def _texts(column: _Column) -> _Column:
    """Return Python objects that all are text in the dtype of text; any other column as it is."""
    return column.astype(DTYPES["text"]) if column.dtype == object and _is_text(column) else column


def _is_text(column: _Column) -> bool:
    """Whether all values of a column are text; one without values is none."""
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) == "string"
    return isinstance(column.dtype, pd.StringDtype)


def _pointed(column: _Column) -> _Column:
    """Return texts in which numbers have points in place of decimal commas."""
    return column.str.replace(_COMMA, r"\1.\2", regex=True) if _is_text(column) else column


def _text(column: _Column) -> _Column:
    return column


def _ids(column: _Column) -> _Column:
    """Refuse ids that were read as floats: their last digits are lost."""
    texts = column if _is_text(column) else column.map(_id, na_action="ignore").astype("string")
    lost = texts[texts.str.fullmatch(f"(?:{_LIKE_FLOAT})").fillna(False).astype(bool)]
    long = texts[texts.str.fullmatch(rf"\d{{{_DIGITS + 1},}}").fillna(False).astype(bool)]
    if (
        len(long) and (long.str[_DIGITS:].str.strip("0") == "").all()
    ):  # all of them end in zeros, as Excel rounds
        lost = long
    if len(lost):
        raise ValueError(f"{lost.iloc[0]!r} was rounded. Write the table again, with its ids read as text")
    return texts


def _id(value: Any) -> str:
    """Return an id as text; a whole number is one as long as Excel and floats keep all its digits."""
    is_exact = isinstance(value, float) and value.is_integer() and abs(value) < 10**_DIGITS
    return str(int(value)) if is_exact else str(value)


def _flags(column: _Column) -> _Column:
    known = {value: _flag(value) for value in column.dropna().unique()}
    return column.astype(object).map(known, na_action="ignore").astype("boolean")


def _flag(value: Any) -> bool:
    try:
        return _FLAGS[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"got {show(value)}. Write true or false") from None


def _instants(column: _Column) -> _Column:
    """Read instants: ISO 8601, in UTC where no zone is named, as spacekit writes them where a format has none."""
    if column.dtype.kind != "M":
        texts = column if _is_text(column) else column.map(_as_iso, na_action="ignore").astype(DTYPES["text"])
        odd = texts[~texts.str.fullmatch(f"(?:{_ISO})").fillna(True).astype(bool)]
        if len(odd):
            raise ValueError(
                f"got {show(odd.iloc[0])}: which is the day, which the month, and in which zone, cannot be known. "
                "Write it as 2023-03-31T20:11:17Z"
            )
        column = texts.str.replace(_UTC, "Z", regex=True)
    return pd.to_datetime(column, utc=True, format="ISO8601").dt.round("ms")


def _as_iso(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _spans(column: _Column) -> _Column:
    """Read spans: a number is one of hours, as the shell and `plain` write it; text is as pandas writes it."""
    if column.dtype.kind == "m":
        return column
    bare = column.str.replace(_HOURS, "", regex=True) if _is_text(column) else column
    hours: _Column = pd.to_numeric(bare.astype(object), errors="coerce")
    if hours.notna().sum() == column.notna().sum():
        return spans_of_hours(hours)
    for value in column.dropna()[hours[column.notna()].isna()]:
        if "," in str(value):  # pandas passes over it
            raise ValueError(f"got {show(value)}. Write hours, such as 1.5")
    return pd.to_timedelta(column.astype(object))


_READERS: Final[dict[str, Callable[[_Column], _Column]]] = {
    "id": _ids, "flag": _flags, "instant": _instants, "span": _spans,
}  # fmt: skip


def _is_float(text: str) -> bool:
    """Whether a text is a number, written as Python writes it: 1.10 may be the name of a version."""
    try:
        return repr(float(text)) == text
    except ValueError:
        return False


def _own(column: _Column, delimiter: str | None) -> _Column:
    """Return a column of somebody else's: text of CSV that is numbers or flags throughout as such."""
    if _is_text(column):
        text: _Column = _texts(column).astype(DTYPES["text"])
        read = None if delimiter is None else _read(_pointed(text) if delimiter == ";" else text)
        return text if read is None else read
    if column.dtype != object:
        return column
    filled = column.mask(column == "")
    return of_objects(filled) if filled.notna().any() else filled.astype(DTYPES["text"])


def _read(text: _Column) -> _Column | None:
    """Return texts as numbers or flags; None where one is neither or would lose a zero, or all are missing."""
    texts = text.dropna()
    if texts.empty:
        return None
    if texts.str.fullmatch(_INTEGER).all():
        return text.astype("Int64")
    if all(map(_is_float, texts)):
        return text.astype("Float64").astype("float64")
    if texts.isin(["True", "False"]).all():
        return text.map({"True": True, "False": False}, na_action="ignore").astype("boolean")
    return None
