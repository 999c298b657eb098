"""Numbers, instants, spans of time and long texts in words, the same wherever they are told. It decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd

_UNITS: Final = ((2.0, 365.25 * 86_400, "y"), (2.0, 86_400.0, "d"), (1.0, 3_600.0, "h"), (1.0, 60.0, "min"))


def plural(number: int, noun: str) -> str:
    """Give a number with its noun: "1 Space", "2,000 Spaces"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, characters: int) -> str:
    """Cut a text to a number of characters, and mark the cut."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def show(value: Any) -> str:
    """Give the repr of a value, cut at 100 characters; of what has none, its type."""
    try:
        return repr(value)[:100]
    except (RecursionError, ValueError):  # too deep, or an integer of thousands of digits
        return f"<{type(value).__name__}>"


def iso(milliseconds: int) -> str:
    """Give epoch milliseconds as ISO 8601 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def minute(milliseconds: int) -> str:
    """Give epoch milliseconds to the minute, in UTC: "2026-06-01 12:00"."""
    return iso(milliseconds)[:16].replace("T", " ")


def span(length: pd.Timedelta) -> str:
    """Give a span of time in its largest fitting unit, such as "36 h"."""
    seconds = length.total_seconds()
    for least, unit, name in _UNITS:
        if abs(seconds) >= least * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"
