"""How numbers, instants and spans of time are worded, the same everywhere. It decides nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from spacekit.words.keys import redact

__version__ = "0.1.0"
"""How spacekit names itself: to the service, in reports and to pip."""

NO_TITLE: Final = "no title"
"""What stands for the title of a Space without one, everywhere."""

UNDEFINED: Final = "X does not define these counts; they are not unique listeners."
"""What live listeners and replay plays are; said wherever they are shown."""

_UNITS: Final = ((365.25 * 86_400, "y"), (86_400.0, "d"), (3_600.0, "h"), (60.0, "min"))


def plural(number: int, noun: str) -> str:
    """Return a number with its noun: "1 Space", "2,000 Spaces"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def were(number: int) -> str:
    """Return "was" for none ("no input was") and one, "were" for more."""
    return "was" if number < 2 else "were"


def listed(counts: Mapping[str, int]) -> str:
    """Return numbers with their names: "2 ok, 1,000 not_found"."""
    return ", ".join(f"{number:,} {name}" for name, number in counts.items())


def percent(share: float) -> str:
    """Return a share with two figures where it is small: "31 %", "3.6 %", "0.020 %"."""
    digits = next((digits for digits, least in enumerate((0.1, 0.01, 0.001)) if share >= least), 3)
    return f"{100 * share:.{digits}f} %" if share else "0 %"


def signed(share: float) -> str:
    """Return a difference of shares in points, with its sign: "+12", "-3.4", "0"."""
    points = round(100 * share, 0 if abs(share) >= 0.1 else 1)
    return f"{points:+.3g}" if points else "0"


def figure(value: float) -> str:
    """Return three figures of a number, all of a large one: "0.0123", "1.23", "12,345"."""
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:.{digits}f}" if digits <= 6 else f"{value:.1e}"


def size(number: int) -> str:
    """Return a number of bytes: "412 bytes", "12 kB", "3.4 MB"."""
    if number < 1_000:
        return plural(number, "byte")
    return f"{number / 1e3:,.0f} kB" if number < 1_000_000 else f"{number / 1e6:,.1f} MB"


def cell(value: Any, missing: str = "-") -> str:
    """Return one value of a table: counts with commas, instants to the minute, yes or no."""
    if isinstance(value, str):
        return value
    import numpy as np  # late, as all of the shell's help needs this module and neither of the two
    import pandas as pd

    if pd.isna(value):
        return missing
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, float | np.floating):
        return f"{value:,.0f}" if float(value).is_integer() else figure(float(value))
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, timedelta):
        return span(value)
    return f"{value:,}" if isinstance(value, int | np.integer) else str(value)


def show(value: Any) -> str:
    """Return the repr of a value without API keys, cut at 100 characters; of a value that has none, its type."""
    try:
        return redact(repr(value)[:1000])[:100]
    except (RecursionError, ValueError):  # too deep, or an integer of thousands of digits
        return f"<{type(value).__name__}>"


def iso(milliseconds: int) -> str:
    """Return epoch milliseconds as ISO 8601 in UTC."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def minute(milliseconds: int) -> str:
    """Return epoch milliseconds to the minute, in UTC: "2026-06-01 12:00"."""
    return iso(milliseconds)[:16].replace("T", " ")


def period(first: int, last: int) -> str:
    """Return the time from one instant to another: "2026-06-01 12:00 to 2026-06-02 09:30 UTC", or only one of them."""
    start, end = minute(first), minute(last)
    return f"{end} UTC" if start == end else f"{start} to {end} UTC"


def span(length: timedelta | float, *, up: bool = False) -> str:
    """
    Return a span of time, or a number of seconds, in words: "45 s", "90 min", "2.5 h", "36 h", "12 d".

    The unit is the largest that fits into the span twice or more, or exactly once. Numbers below 10 have one decimal,
    seconds none. `up` rounds up, for a wait: it is never over sooner than it says.
    """
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    size = abs(seconds)
    unit, name = next(((unit, name) for unit, name in _UNITS if size >= 2 * unit or size == unit), (1.0, "s"))
    digits = 1 if unit > 1 and size < 10 * unit else 0
    tenths = round(seconds / unit * 10**digits, 6)
    number = (math.ceil(tenths) if up else round(tenths)) / 10**digits
    return f"{number:,.{digits}f}".removesuffix(".0") + f" {name}"
