"""Checks of what a caller gives: each raises `ValueError` that says what to give. They change nothing."""

from __future__ import annotations

import math
import numbers
from typing import Any

import pandas as pd


def milliseconds(max_age: Any) -> int:
    """Read `max_age` as milliseconds."""
    advice = "Give a span such as '1h', '7D' or a timedelta; 0 asks anew."
    if lacks_unit(max_age):
        raise ValueError(f"max_age: a number without a unit, {max_age!r}. {advice}")
    try:
        age = pd.Timedelta(max_age)
    except (ValueError, TypeError, OverflowError):
        raise ValueError(f"max_age: cannot read {max_age!r} as a span of time. {advice}") from None
    if pd.isna(age) or age < pd.Timedelta(0):
        raise ValueError(f"max_age: got {max_age!r}, which is no span of 0 or more. {advice}")
    return int(age // pd.Timedelta(1, "ms"))


def lacks_unit(span: object) -> bool:
    """Whether a span of time is a bare number, also as text: pandas takes one as nanoseconds, which nobody means."""
    if not isinstance(span, str):
        return isinstance(span, numbers.Real) and span != 0
    try:
        return float(span) != 0
    except ValueError:
        return False


def check_whole(name: str, value: object, least: int, hint: str = "") -> None:
    """Check a whole number of `least` or more."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{name}: got {value!r}. Give a whole number of {least} or more{hint}.")


def check_number(name: str, value: object, *, zero: bool = True) -> None:
    """Check a number of 0 or more, or above 0."""
    ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not ok or value < 0 or (value == 0 and not zero):  # type: ignore[operator]  # `ok` says it is a number
        raise ValueError(f"{name}: got {value!r}. Give a number {'of 0 or more' if zero else 'above 0'}.")
