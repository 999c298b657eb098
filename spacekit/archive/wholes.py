"""Counts and codes in cells -> whole numbers, also as a spreadsheet shows them: 1,291,373. It guesses none."""

from __future__ import annotations

import re
from typing import Any, Final

import pandas as pd

from spacekit.fields import DTYPES
from spacekit.words import show

_PLAIN: Final = r"-?\d{1,18}"
_GROUPED: Final = re.compile(r"-?\d{1,3}(?:(?P<mark>[,.'’ \u00a0\u202f])\d{3})(?:(?P=mark)\d{3})*")
"""Digits in groups of exactly three; the mark between them differs from country to country."""


def numbers(column: pd.Series[Any], decimal_comma: bool = False) -> pd.Series[Any]:
    """
    Return whole numbers (Int64).

    Parameters
    ----------
    column
        Of text or of Python objects.
    decimal_comma
        Whether a comma may stand before decimals, so that 12,500 may be twelve and a half.

    Raises
    ------
    ValueError
        A value is not whole, or it cannot be known which number it is.
    """
    what = pd.api.types.infer_dtype(column, skipna=True)
    if what == "integer":
        return column.astype("Int64")
    if what == "string" and column.astype(DTYPES["text"]).str.fullmatch(_PLAIN).fillna(True).all():
        return column.astype(DTYPES["text"]).astype("Int64")
    grouped = what == "string" and decimal_comma and _is_grouped(column.dropna())
    values: Any = [None if pd.isna(value) else _whole(value, decimal_comma, grouped) for value in column]
    return pd.Series(pd.array(values, "Int64"), column.index)


def _is_grouped(texts: pd.Series[Any]) -> bool:
    """Whether points stand between thousands: all have at most three digits before one, and decimals make no sense."""
    marked = texts[texts.str.contains(".", regex=False)]
    fits = marked.map(_GROUPED.fullmatch).notna().all() and texts.str.fullmatch(r"-?\d{1,3}(?:\..*)?").all()
    return bool(fits and (marked.str.split(".").str[1] != "000").any())


def _whole(value: Any, decimal_comma: bool, grouped: bool) -> int:
    """Read a whole number; pandas writes counts as "12.0" where others of the column are missing."""
    if isinstance(value, str) and (found := _GROUPED.fullmatch(value.strip())):
        return _of_groups(value.strip(), found["mark"], decimal_comma, grouped)
    try:
        number = int(value) if isinstance(value, str) else float(value)
    except ValueError:
        number = _float(value, decimal_comma)
    if number != int(number):
        raise ValueError(f"got {show(value)}, which is not whole")
    return int(value) if isinstance(value, int) else int(number)


def _of_groups(text: str, mark: str, decimal_comma: bool, grouped: bool) -> int:
    """Read digits in groups, unless the mark may be one of decimals."""
    may_be_decimal = mark == "." or (mark == "," and decimal_comma)
    if may_be_decimal and text.count(mark) == 1 and not (grouped and mark == "."):
        raise ValueError(
            f"got {show(text)}: it may be thousands or decimals. Write digits, without separators"
        )
    return int(text.replace(mark, ""))


def _float(value: str, decimal_comma: bool) -> float:
    try:
        return float(value.replace(",", ".") if decimal_comma else value)
    except ValueError:
        raise ValueError(f"got {show(value)}. Write digits, without separators") from None
