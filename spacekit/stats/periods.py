"""Periods of calendar time, such as months or weeks: which one each instant is in, and when each starts."""

from __future__ import annotations

import re
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit import arguments
from spacekit.words import show

Every = str | arguments.Span
"""Length of a period: a word such as "month", "week" or "QS", or a span such as "7D"."""

_WORDS: Final = {"year": "YS", "quarter": "QS", "month": "MS", "week": "W", "day": "D", "hour": "h"}
"""Plain words for periods; a plural is the same."""

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS_IN: Final = {"M": 1, "Q": 3, "Y": 12}
_WORD: Final = re.compile(r"([-+.\d]*)(?:(M)[SE]?|([QY])([SE]?)(?:-(\w{3}))?|(W)(?:-(\w{3}))?)")
_DAY: Final = pd.Timedelta(1, "D")
_SHORTEST: Final = pd.Timedelta(1, "h")
_TOO_MANY: Final = 100_000
_MONDAY: Final = -3  # days from 1970-01-01, a Thursday

_NUMPY: Final = {"month": "M", "day": "D", "ms": "ms"}  # as numpy calls the units of an instant

_Ints = npt.NDArray[np.int64]


class _Length(NamedTuple):
    """A period of `many` times `step` units; one may start `anchor` units from 1970, or any step from there."""

    unit: str  # "month", "day", or "ms" for what is not whole days
    step: int
    many: int = 1
    anchor: int | None = None  # None: at the first day of the data


def periods(local: pd.Series[Any], every: Every) -> tuple[_Ints, pd.DatetimeIndex]:
    """
    Return the place of the period that each instant is in, and the starts of all periods.

    Parameters
    ----------
    local
        Instants in the zone of the calendar, none missing.
    every
        "month", "quarter", "year", "week" (from Monday on), "day" or "hour". Or "MS", "QS", "YS" or "W", with a number
        before and an anchor behind as pandas has them ("2MS", "QS-OCT", "W-SUN": weeks that end on Sunday); "ME" or "M"
        are the same months. Or a span of an hour or more, such as "7D", counted from midnight of the first day on.

    Returns
    -------
    place, starts
        `starts` has every period from the first to the last instant, in their zone.

    Raises
    ------
    ValueError
        There is no such period.
    """
    length = _read(every)
    units = _units(local, length.unit)
    if not len(units):
        return units, pd.DatetimeIndex(local)
    first = _first(local, units, length)
    place = (units - first) // (length.step * length.many)
    starts = first + length.step * length.many * np.arange(place.max() + 1)
    return place, _instants(starts, length.unit, local.dt.tz)


def ends(starts: pd.DatetimeIndex, every: Every) -> pd.DatetimeIndex:
    """Return the end of each period, from the starts that `periods` returns."""
    length = _read(every)
    begun = _units(starts.to_series(), length.unit)
    return _instants(begun + length.step * length.many, length.unit, starts.tz)


def period_names(starts: pd.DatetimeIndex, every: Every) -> list[str]:
    """Return what people call each period: "January 2026", "the week of 5 January 2026", else its first day."""
    length = _read(every)
    return [_named(start, length.unit, length.step * length.many) for start in starts]


def _named(start: pd.Timestamp, unit: str, many: int) -> str:
    day, month = f"{start.day} {start:%B %Y}", f"{start:%B %Y}"
    if unit == "month":
        whole_year = {12: f"{start:%Y}"} if start.month == 1 else {}
        return {1: month, 3: f"the quarter from {month}", **whole_year}.get(
            many, f"the {many} months from {month}"
        )
    if unit == "day":
        return {1: day, 7: f"the week of {day}"}.get(many, f"the {many} days from {day}")
    return f"the period from {day}, {start:%H:%M}"


def _read(every: Any) -> _Length:
    every = _WORDS.get(every.lower().removesuffix("s"), every) if isinstance(every, str) else every
    word = _WORD.fullmatch(every) if isinstance(every, str) else None
    try:
        if word:
            return _of_word(word)
        return _of_span(f"1{every}" if isinstance(every, str) and every in ("D", "h") else every)
    except ValueError as error:
        raise ValueError(
            f"every: {show(every)} is not a period. Use 'month', 'week', 'quarter', 'year', a word of pandas such as "
            "'QS-OCT', or a span of an hour or more such as '7D'."
        ) from error


def _of_word(word: re.Match[str]) -> _Length:
    number, month, longer, end, start_month, _, end_day = word.groups()
    many = int(number or 1)
    if not 0 < many < _TOO_MANY:
        raise ValueError(f"{many!r} periods in one")
    if month or longer:
        first = _MONTHS.index(start_month or ("JAN" if end == "S" else "DEC")) + (end != "S")
        return _Length("month", _MONTHS_IN[month or longer], many, first)
    return _Length("day", 7, many, _MONDAY + _WEEKDAYS.index(end_day or "SUN") + 1)


def _of_span(every: Any) -> _Length:
    span = arguments.span("every", every, zero=False)
    if span < _SHORTEST:
        raise ValueError(f"{span} is shorter than {_SHORTEST}")
    days, rest = divmod(span, _DAY)
    return _Length("ms", arguments.milliseconds(span)) if rest else _Length("day", int(days))


def _units(local: pd.Series[Any], unit: str) -> _Ints:
    """Return how many months or days the calendar, or milliseconds the clock, has passed since 1970."""
    as_the_clock_shows = local.dt.tz_convert("UTC") if unit == "ms" else local
    times = as_the_clock_shows.dt.tz_localize(None).to_numpy().astype(f"datetime64[{_NUMPY[unit]}]")
    units: _Ints = times.astype(np.int64)
    return units


def _first(local: pd.Series[Any], units: _Ints, length: _Length) -> int:
    """Return where the first period starts."""
    first = int(units.min())
    if length.anchor is not None:
        return first - (first - length.anchor) % length.step
    if length.unit == "day":
        return first
    midnight = _instants(_units(local, "day").min(keepdims=True), "day", local.dt.tz)
    return int(_units(midnight.to_series(), "ms")[0])


def _instants(units: _Ints, unit: str, tz: Any) -> pd.DatetimeIndex:
    """Return instants in a zone; a midnight that the clocks skip is the moment after it, of two the first."""
    times = pd.DatetimeIndex(units.astype(f"datetime64[{_NUMPY[unit]}]").astype("datetime64[ms]"))
    if unit == "ms":
        return times.tz_localize("UTC").tz_convert(tz)
    earlier = np.ones(len(times), dtype=bool)
    return times.tz_localize(tz, ambiguous=earlier, nonexistent="shift_forward")
