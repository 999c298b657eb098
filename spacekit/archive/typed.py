"""A table of Spaces with its dtypes again, after it went through a file, Excel or another tool. It reads no files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import pandas as pd

from spacekit.errors import DataError
from spacekit.fields import DTYPES, TABLES, Field
from spacekit.tables.plain import spans_of_hours
from spacekit.words import show

_TABLES: Final = {"Spaces": ("spaces", "creators", "observations", "at_age"), "posts": ("posts",)}
_TRUE: Final = (
    "true 1 1.0 wahr vrai verdadero vero verdadeiro waar sant sand prawda tosi igaz истина doğru 真"
)
_FALSE: Final = "false 0 0.0 falsch faux falso onwaar falskt falsk fałsz epätosi hamis ложь yanlış 偽 假"
_FLAGS: Final = {**dict.fromkeys(_TRUE.split(), True), **dict.fromkeys(_FALSE.split(), False)}
"""Flags as tools write them: Python, SQLite and Stata, and Excel in the language of its user."""
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d| UTC| GMT)?)?"
)
_UTC: Final = re.compile(r" (?:UTC|GMT)\Z")
_LIKE_FLOAT: Final = re.compile(r"\d+\.0|\d+(?:[.,]\d+)?[eE]\+\d+")
_DIGITS: Final = 15
"""How many digits of a number Excel keeps."""
_COMMA: Final = re.compile(r"-?\d+,\d+")
_SETTLED: Final[dict[str, Any]] = {"boolean": "boolean", "integer": "Int64"}
_INTEGER: Final = r"-?(?:0|[1-9]\d{0,17})"


def typed(table: pd.DataFrame, what: str = "Spaces", *, decimal_comma: bool = False) -> pd.DataFrame:
    """
    Return a table of spacekit's with its dtypes again.

    Your own columns are kept; where all of one is text that is numbers or flags, it becomes such.

    Parameters
    ----------
    table
        Of any dtypes; missing values are missing, or "".
    what
        Which columns are known: those of "Spaces" or of "posts".
    decimal_comma
        Whether 7,25 is a number, as where semicolons stand between cells.

    Raises
    ------
    DataError
        It has no column `space_id`, or a value of a column is not of its kind.
    """
    if "space_id" not in table:
        names = ", ".join(map(str, table.columns[:6]))
        raise DataError(f"table: it has no column 'space_id', but {names}. Use a table of {what}.")
    fields = {field.name: field for name in _TABLES[what] for field in TABLES[name]}
    if decimal_comma:
        table = table.map(lambda cell: cell.replace(",", ".") if _is_decimal(cell) else cell)
    columns: dict[str, Any] = {
        str(name): _known(table[name], fields[str(name)]) if name in fields else _own(table[name])
        for name in table
    }
    return pd.DataFrame(columns, index=table.index)


def _is_decimal(cell: Any) -> bool:
    return isinstance(cell, str) and _COMMA.fullmatch(cell) is not None


def _known(column: pd.Series, field: Field) -> pd.Series:
    if column.dtype == field.dtype:
        return column
    column = column.mask(column.astype(object) == "")
    try:
        return _READERS.get(field.kind, _text)(column).astype(field.dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(f"column {field.name!r}: cannot be read as {field.kind}: {error}.") from None


def _text(column: pd.Series) -> pd.Series:
    return column


def _numbers(column: pd.Series) -> pd.Series:
    values: Any = [None if pd.isna(value) else _whole(value) for value in column]
    return pd.Series(pd.array(values, "Int64"), column.index)


def _whole(value: Any) -> int:
    """Read a whole number; pandas writes counts as "12.0" where others of the column are missing."""
    try:
        number = int(value) if isinstance(value, str) else float(value)
    except ValueError:
        number = _float(value)
    if number != int(number):
        raise ValueError(f"got {show(value)}, which is not whole")
    return int(value) if isinstance(value, int) else int(number)


def _float(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"got {show(value)}. Write digits, without separators") from None


def _ids(column: pd.Series) -> pd.Series:
    """Refuse ids that were read as floats: their last digits are lost."""
    texts = column.map(_id, na_action="ignore").astype("string")
    lost = texts[texts.str.fullmatch(_LIKE_FLOAT.pattern, na=False)]
    long = texts[texts.str.fullmatch(rf"\d{{{_DIGITS + 1},}}", na=False)]
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


def _flags(column: pd.Series) -> pd.Series:
    return column.map(_flag, na_action="ignore").astype("boolean")


def _flag(value: Any) -> bool:
    try:
        return _FLAGS[str(value).strip().lower()]
    except KeyError:
        raise ValueError(f"got {show(value)}. Write true or false") from None


def _instants(column: pd.Series) -> pd.Series:
    """Read instants: ISO 8601, in UTC where no zone is named, as spacekit writes them where a format has none."""
    if column.dtype.kind != "M":
        for value in column:
            if not (pd.isna(value) or isinstance(value, datetime) or _ISO.fullmatch(str(value))):
                raise ValueError(
                    f"got {show(value)}: which is the day, which the month, and in which zone, cannot be known. "
                    "Write it as 2023-03-31T20:11:17Z"
                )
        column = column.map(lambda value: _UTC.sub("Z", str(value)), na_action="ignore")
    return pd.to_datetime(column, utc=True, format="ISO8601").dt.round("ms")


def _spans(column: pd.Series) -> pd.Series:
    """Read spans: a number is one of hours, as the shell and `plain` write it; text is as pandas writes it."""
    if column.dtype.kind == "m":
        return column
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().sum() == column.notna().sum():
        return spans_of_hours(numbers)
    return pd.to_timedelta(column)


_READERS: Final[dict[str, Callable[[pd.Series], pd.Series]]] = {
    "id": _ids, "count": _numbers, "code": _numbers, "flag": _flags, "instant": _instants, "span": _spans,
}  # fmt: skip


def _is_float(text: str) -> bool:
    """Whether a text is a number, written as Python writes it: 1.10 may be the name of a version."""
    try:
        return repr(float(text)) == text
    except ValueError:
        return False


def _own(column: pd.Series) -> pd.Series:
    """Return a column of somebody else's: text that is numbers or flags throughout as such, unless a zero would go."""
    if not pd.api.types.is_object_dtype(column) and not pd.api.types.is_string_dtype(column):
        return column
    filled = column[column.notna() & (column.astype(object) != "")]
    if not all(isinstance(value, str) for value in filled):
        return _settled(column, filled)
    text = column.astype(DTYPES["text"]).replace("", pd.NA)
    texts = text.dropna()
    if texts.empty:
        return text
    if texts.str.fullmatch(_INTEGER).all():
        return text.astype("Int64")
    if all(map(_is_float, texts)):
        return text.astype("Float64").astype("float64")
    if texts.isin(["True", "False"]).all():
        return text.map({"True": True, "False": False}, na_action="ignore").astype("boolean")
    return text


def _settled(column: pd.Series, filled: pd.Series) -> pd.Series:
    """Return Python's whole numbers and flags as such: one that is missing does not make the others floats."""
    dtype = _SETTLED.get(pd.api.types.infer_dtype(filled, skipna=True))
    if dtype is None or (dtype == "Int64" and any(abs(value) >= 2**63 for value in filled)):
        return column.infer_objects()
    return column.where(column.index.isin(filled.index), None).astype(dtype)
