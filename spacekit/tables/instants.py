"""Reads `fetched_at` as callers pass it: one instant for all records, or one for each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

import numpy as np

from spacekit.tables.values import Unreadable, is_missing, read_instant


def one_instant(value: Any) -> int | None:
    """
    Return an instant in epoch milliseconds, None where there is none.

    Raises
    ------
    ValueError
        It cannot be read, or is a datetime without a zone: a local clock would shift every age by hours. Text without
        one is UTC.
    """
    if is_missing(value):
        return None
    if isinstance(value, date | np.datetime64) and not (isinstance(value, datetime) and value.tzinfo):
        raise ValueError(
            f"fetched_at: {value!r} names no zone. Pass an aware datetime, such as datetime.now(UTC) or "
            "pandas.Timestamp(..., tz='UTC')."
        )
    try:
        return read_instant(value)
    except Unreadable as error:
        raise ValueError(
            f"fetched_at: cannot read {value!r} as an instant: {error}. Pass a datetime with its zone."
        ) from None


def instants(fetched_at: Any) -> int | list[int | None] | None:
    """Return `fetched_at` in epoch milliseconds: one instant, or a list of them."""
    if isinstance(fetched_at, str) or not isinstance(fetched_at, Iterable):
        return one_instant(fetched_at)
    return [one_instant(value) for value in fetched_at]


def slice_of(times: int | list[int | None] | None, start: int, length: int) -> list[int | None]:
    """Return the time of each record of a slice."""
    if isinstance(times, list):
        part = times[start : start + length]
        return part + [None] * (length - len(part))
    return [times] * length


def times_for(fetched_at: Any, length: int) -> list[int | None]:
    """Return `fetched_at` for a known number of records; one instant serves for all."""
    times = instants(fetched_at)
    if isinstance(times, list) and len(times) != length:
        raise ValueError(f"fetched_at: {len(times)} for {length} records. Pass one for each, or one for all.")
    return slice_of(times, 0, length)
