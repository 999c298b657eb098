"""Arguments, checked and read: each raises a `ValueError` that says what to pass instead."""

from __future__ import annotations

import math
import numbers
from datetime import timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit.words import show

CONFIDENCE: Final = 0.95
"""Of intervals, unless a caller says otherwise."""

SEED: Final = 0
"""Of chance, unless a caller says otherwise: the same call returns the same numbers."""

Span = str | timedelta | np.timedelta64
"""A span of time as callers write it: "90min", "7D", or a timedelta of pandas, numpy or Python."""


def span(
    name: str, value: Any, *, zero: bool = True, negative: bool = False, advice: str = ""
) -> pd.Timedelta:
    """Read a span of time; 0 needs no unit. `advice` is what the message adds, such as what 0 does."""
    number = _bare_number(value)
    try:
        read: Any = pd.NaT if number else pd.Timedelta(value)
    except (ValueError, TypeError, OverflowError):
        read = pd.NaT
    lower = "" if negative else " of 0 or more" if zero else " above 0"
    if pd.isna(read) or (read < pd.Timedelta(0) and not negative) or (not read and not zero):
        what = "is a number without a unit" if number else f"is not a span of time{lower}"
        raise ValueError(f"{name}: {show(value)} {what}. Use a span such as '90min', '6h' or '7D'{advice}.")
    return pd.Timedelta(read)


def milliseconds(length: pd.Timedelta) -> int:
    """Return a span of time in whole milliseconds."""
    return int(length // pd.Timedelta(1, "ms"))


def _bare_number(value: object) -> bool:
    """Whether a value is a number, also as text: pandas takes one as nanoseconds, which nobody means."""
    if isinstance(value, str):
        try:
            return float(value) != 0
        except ValueError:
            return False
    if isinstance(value, np.timedelta64):
        return np.datetime_data(value.dtype)[0] == "generic" and not np.isnat(value)
    return isinstance(value, numbers.Real) and value != 0


def confidence(value: Any) -> float:
    """Read the confidence of an interval, between 0 and 1."""
    if _is_number(value) and 0 < value < 1:
        return float(value)
    raise ValueError(f"confidence: got {show(value)}. Use a number between 0 and 1, such as 0.95 for 95 %.")


def seed(value: Any) -> int:
    """Read a seed of chance: the same one gives the same numbers."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool | np.timedelta64) and value >= 0:
        return int(value)
    raise ValueError(f"seed: got {show(value)}. Use a whole number of 0 or more.")


def _is_number(value: object) -> bool:
    return isinstance(value, numbers.Real) and not isinstance(value, bool | np.timedelta64)


def check_whole(name: str, value: object, least: int, hint: str = "") -> None:
    """Check a whole number of `least` or more."""
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool | np.timedelta64)
    if not whole or value < least:  # type: ignore[operator]  # `whole` says that it is a number
        raise ValueError(f"{name}: got {show(value)}. Use a whole number of {least} or more{hint}.")


def check_number(name: str, value: object, *, zero: bool = True) -> None:
    """Check a number of 0 or more, or above 0."""
    ok = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not ok or value < 0 or (value == 0 and not zero):  # type: ignore[operator]  # `ok` says it is a number
        raise ValueError(f"{name}: got {show(value)}. Use a number {'of 0 or more' if zero else 'above 0'}.")
