"""Reads one raw value as its kind, or says why it cannot be read. Knows no paths and no tables."""

from __future__ import annotations

import numbers
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from spacekit.fields import Kind

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
EARLIEST = int(datetime(2006, 1, 1, tzinfo=UTC).timestamp()) * 1000  # Twitter began in 2006
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 1000
LONGEST_SPAN = 30 * 24 * 3600 * 1000
INT64_MAX = 2**63 - 1
MONTHS = {
    name: f"{i:02d}"
    for i, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    )
}
_MISSING_TYPES = (type(None), type(pd.NA), type(pd.NaT))

KIND_WORDS: dict[Kind, str] = {
    "id": "an id", "text": "text", "texts": "a list of texts", "count": "a count", "code": "a code",
    "flag": "true or false", "instant": "an instant", "span": "a span of time",
}  # fmt: skip


class Unreadable(Exception):  # noqa: N818  (an answer of a reader, no error of the caller's)
    """A value that is not of its kind; `args[0]` says why, `repaired` is what can be kept of it."""

    def __init__(self, reason: str, repaired: str | None = None) -> None:
        super().__init__(reason)
        self.repaired = repaired


def is_missing(value: Any) -> bool:
    """Whether a raw value says nothing: null, NaN, NA."""
    return isinstance(value, _MISSING_TYPES) or (isinstance(value, float) and value != value)


def _read_integer(value: Any) -> int:
    """Read an integer, a digit string or a whole float."""
    if isinstance(value, bool | np.bool_):
        raise Unreadable("true or false instead of a number")
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, float):
        if not value.is_integer():
            raise Unreadable("not a whole number")
        return int(value)
    if isinstance(value, str):
        if not (value.isascii() and value.isdecimal()):
            raise Unreadable("text that is not a whole number")
        return int(value.lstrip("0")[:40] or "0")  # 40 digits are too large for any kind, and quick to check
    raise Unreadable(f"{type(value).__name__} instead of a number")


def _read_count(value: Any) -> int:
    """Read a count: a whole number from 0 that fits 64 bits."""
    number = _read_integer(value)
    if number < 0:
        raise Unreadable("negative")
    if number > INT64_MAX:
        raise Unreadable("too large for 64 bits")
    return number


def _read_span(value: Any) -> int:
    """Read a span of time as milliseconds, from 0 to 30 days."""
    number = _read_integer(value)
    if not 0 <= number <= LONGEST_SPAN:
        raise Unreadable("outside 0 to 30 days in milliseconds")
    return number


def read_instant(value: Any) -> int:
    """
    Read an instant as epoch milliseconds.

    It is sent as epoch milliseconds, ISO 8601 (UTC if no zone is named), or a profile's date; a record made in Python
    may hold an aware datetime.
    """
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        number = read_date(value)
    elif isinstance(value, date | np.datetime64):
        number = epoch_ms(_aware(value))
    else:
        number = _read_integer(value)
    if not EARLIEST <= number < LATEST:
        seconds = EARLIEST <= number * 1000 < LATEST
        raise Unreadable("seconds instead of milliseconds" if seconds else "outside the years 2006 to 2100")
    return number


def is_instant(value: Any) -> bool:
    """Whether a value is epoch milliseconds of the years that are read."""
    return type(value) is int and EARLIEST <= value < LATEST


def _aware(value: Any) -> datetime:
    """Return a datetime that names its zone; a clock time without one could be any of 26 hours."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise Unreadable("a time without a zone")
    return value


@lru_cache(maxsize=2**16)  # profiles repeat from record to record
def read_date(text: str) -> int:
    """Read ISO 8601 or a profile's date as epoch milliseconds, of any year."""
    try:
        moment = datetime.fromisoformat(_iso_of_profile(text) or text)
    except ValueError:
        raise Unreadable("neither milliseconds nor ISO 8601") from None
    return epoch_ms(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _iso_of_profile(text: str) -> str | None:
    """Return a profile's date, "Sat Jun 16 00:14:36 +0000 2007", as ISO 8601, whatever the machine's language."""
    words = text.split(" ")
    if len(text) != 30 or len(words) != 6 or words[1] not in MONTHS or not words[5].isdecimal():
        return None
    return f"{words[5]}-{MONTHS[words[1]]}-{words[2]}T{words[3]}{words[4]}"


def epoch_ms(moment: datetime) -> int:
    """Return whole milliseconds since 1970 UTC, rounded down."""
    return (moment - _EPOCH) // _MILLISECOND


def _read_flag(value: Any) -> bool:
    """Read true or false, and nothing else."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    raise Unreadable(f"{type(value).__name__} instead of true or false")


def read_text(value: Any) -> str:
    """Read text; a lone surrogate becomes U+FFFD, which counts as a problem."""
    if not isinstance(value, str):
        raise Unreadable(f"{type(value).__name__} instead of text")
    try:
        value.encode()
    except UnicodeEncodeError:
        repaired = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        raise Unreadable("lone surrogate, replaced by U+FFFD", repaired) from None
    return str(value)


def read_id(value: Any) -> str:
    """Read an id: text, or an integer."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool | np.bool_):
        try:
            return str(int(value))
        except ValueError:  # thousands of digits
            raise Unreadable("too long for an id") from None
    return read_text(value)


def _read_texts(value: Any) -> str:
    """Read a list of texts, ids or expanded links as one text, joined by blanks."""
    if not isinstance(value, list):
        raise Unreadable(f"{type(value).__name__} instead of a list")
    if {str}.issuperset(map(type, value)):
        return read_text(" ".join(value))
    words = [word_of(entry) for entry in value]
    return read_text(" ".join(words))


def word_of(entry: Any) -> str:
    """Read an entry of a list: a text, an id, or a link, of which the expanded form is kept."""
    if isinstance(entry, dict):
        entry = entry.get("expanded_url") or entry.get("url")
    if type(entry) is str:
        return entry
    try:
        return read_id(entry)
    except Unreadable as bad:
        raise Unreadable(f"in the list: {bad}") from None


READERS: dict[Kind, Callable[[Any], Any]] = {
    "id": read_id, "text": read_text, "texts": _read_texts, "count": _read_count, "code": _read_count,
    "flag": _read_flag, "instant": read_instant, "span": _read_span,
}  # fmt: skip
