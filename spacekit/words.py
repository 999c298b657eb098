"""How numbers, instants, spans of time and long texts are worded, the same everywhere. It decides nothing."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any, Final

__version__ = "0.1.0"
"""How spacekit names itself: to the service, in reports and to pip."""

UNDEFINED: Final = "X does not define these counts; they are not unique listeners."
"""What live listeners and replay plays are; stands wherever they are shown."""

_UNITS: Final = ((365.25 * 86_400, "y"), (86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: "1 Space", "2,000 Spaces"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(text: str, characters: int) -> str:
    """Cut a text to a number of characters, and mark the cut."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def show(value: Any) -> str:
    """Return the repr of a value, cut at 100 characters; of a value that has none, its type."""
    try:
        return repr(value)[:100]
    except (RecursionError, ValueError):  # too deep, or an integer of thousands of digits
        return f"<{type(value).__name__}>"


def iso(milliseconds: int) -> str:
    """Return epoch milliseconds as ISO 8601 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def minute(milliseconds: int) -> str:
    """Return epoch milliseconds to the minute, in UTC: "2026-06-01 12:00"."""
    return iso(milliseconds)[:16].replace("T", " ")


def span(length: timedelta | float, *, up: bool = False) -> str:
    """
    Return a span of time, or a number of seconds, in words: "45 s", "90 min", "2.5 h", "36 h", "12 d".

    The unit is the largest of which the span is twice or more, or once exactly. Numbers below 10 have one decimal,
    seconds none. `up` rounds up, for a wait: it is never over sooner than it says.
    """
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    size = abs(seconds)
    unit, name = next(((unit, name) for unit, name in _UNITS if size >= 2 * unit or size == unit), (1.0, "s"))
    digits = 1 if unit > 1 and size < 10 * unit else 0
    tenths = round(seconds / unit * 10**digits, 6)
    number = (math.ceil(tenths) if up else round(tenths)) / 10**digits
    return f"{number:,.{digits}f}".removesuffix(".0") + f" {name}"
