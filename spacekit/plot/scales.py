"""Axes of counts, spans and dates: linear or logarithmic, marked with the numbers that people use. It draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.dates import AutoDateLocator, date2num, num2date
from matplotlib.ticker import FixedFormatter, FixedLocator, Formatter, FuncFormatter, MaxNLocator, NullLocator

from spacekit.plot import axes
from spacekit.stats.columns import floats
from spacekit.words import show, span

Floats: TypeAlias = npt.NDArray[np.float64]
Scale: TypeAlias = Literal["auto", "log", "linear"]
"""Of an axis of counts: "auto" is logarithmic where the counts span decades."""

_UNITS: Final = ((1e9, "bn"), (1e6, "M"))
_SPAN_FOR_LOG: Final = 20.0
_SPAN_OF_ZERO: Final = 0.5
_MOST_DOUBLINGS: Final = 12
_SIGNED: Final = (-10_000, -1_000, -100, -10, -1, 0, 1, 10, 100, 1_000, 10_000)
_STEPS: Final = (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 43_200)  # minutes
# In minutes; a year has its length on average.
_SPANS: Final = {
    float(length): span(60.0 * length)
    for length in (1, 3, 10, 30, 60, 180, 360, 1_440, 4_320, 10_080, 20_160, 43_200, 129_600, 259_200,
                   525_960, 1_051_920, 2_629_800)
}  # fmt: skip


# -- numbers to draw ---------------------------------------------------------------------------------------------------


def minutes(spans: pd.Series[Any]) -> Floats:
    """Return spans of time in minutes, NaN where one is missing."""
    return floats(spans) / 60_000


def days(instants: pd.Series[Any]) -> Floats:
    """Return instants as matplotlib counts them: days since 1970 in UTC."""
    plain = instants.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return np.asarray(date2num(plain), dtype=np.float64)  # type: ignore[no-untyped-call]  # matplotlib.dates has no types


def number(value: float) -> str:
    """Word a count on an axis: 1,000, 2.5 M, 3 bn."""
    for size, unit in _UNITS:
        if abs(value) >= size:
            return f"{value / size:,g} {unit}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,g}"


def middle(value: float) -> str:
    """Word a median of counts: 1,913, 12.5, 7."""
    return number(round(value) if value >= 100 else round(value, 1))


# -- counts ------------------------------------------------------------------------------------------------------------


def check_scale(scale: Scale) -> None:
    """Check the word for how an axis of counts is scaled."""
    if not isinstance(scale, str) or scale not in get_args(Scale):
        raise ValueError(f"scale: got {show(scale)}. Use 'auto', 'log' or 'linear'.")


def fit(axis: Axis, values: Floats, scale: Scale = "auto", before: float = 0.04, after: float = 0.06) -> None:
    """
    Fit an axis to counts.

    With "auto" the axis is logarithmic where they span decades. On a logarithmic axis a 0 has its own place at the
    beginning, marked "0". `before` and `after` are left empty, as shares of what the values take.
    """
    known = values[np.isfinite(values)]
    positive = known[known > 0]
    if positive.size and (scale == "log" or (scale == "auto" and span_decades(values))):
        _fit_log(axis, positive, has_zero=bool((known == 0).any()), before=before, after=after)
        return
    _limit(axis, 0.0, float(positive.max(initial=0.0)) or 1.0, before, after)
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value) if value >= 0 else ""))


def span_decades(values: Floats) -> bool:
    """Whether counts spread so far that "auto" takes a logarithmic axis for them."""
    positive = values[values > 0]
    return bool(positive.size and positive.max() >= _SPAN_FOR_LOG * positive.min())


def _fit_log(axis: Axis, positive: Floats, *, has_zero: bool, before: float, after: float) -> None:
    low, high = float(positive.min()), float(positive.max())
    decade = 10.0 ** np.floor(np.log10(low))
    if low == high:
        low, high = decade, 10 * decade
    if has_zero:
        _set(axis, "scale", "symlog", linthresh=decade, linscale=_SPAN_OF_ZERO)
    else:
        _set(axis, "scale", "log")
    _limit(axis, 0.0 if has_zero else low, high, before, after)
    log_ticks(axis, low, high, has_zero=has_zero)


def fit_signed(axis: Axis, values: Floats) -> None:
    """Fit an axis to numbers on both sides of 0: logarithmic on both where most of them are near 0."""
    known = values[np.isfinite(values)]
    is_log = float(np.abs(known).max(initial=0.0)) > _SPAN_FOR_LOG
    if is_log:
        _set(axis, "scale", "symlog", linthresh=1.0, linscale=0.7)
    low, high = float(known.min(initial=-1.5)), float(known.max(initial=1.5))
    _limit(axis, low, high, 0.05, 0.05)
    if is_log:
        ticks = [tick for tick in _SIGNED if low * 1.2 <= tick <= high * 1.2]
        set_ticks(axis, {tick: f"{tick:+,g}" if tick else "0" for tick in ticks})


def _factor(log2: float, _: int | None = None) -> str:
    """Word a power of two as a factor: × 4, × 1/4."""
    times = number(float(f"{2.0 ** abs(log2):.6g}"))
    return f"× {times}" if log2 >= 0 else f"× 1/{times}"


def mark_factors(axis: Axis) -> None:
    """Mark an axis of log2 with factors: powers of two, or of ten where they span many."""
    low, high = sorted(axis.get_view_interval())
    if high - low <= _MOST_DOUBLINGS:
        axis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=2))
        axis.set_major_formatter(FuncFormatter(_factor))
        return
    decade = np.log2(10)
    step = int(np.ceil((high - low) / decade / 7))
    first, last = int(np.ceil(low / decade / step)), int(np.floor(high / decade / step))
    set_ticks(
        axis, {place * step * decade: _factor(place * step * decade) for place in range(first, last + 1)}
    )


def log_ticks(axis: Axis, low: float, high: float, *, has_zero: bool) -> None:
    """Mark decades, and steps between them where there is room; no tick where there can be no count."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    start, stop = sorted(axis.get_view_interval())
    for steps, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        decades = 10.0 ** np.arange(first, last + 1, every)
        ticks = [float(tick) for tick in np.ravel(np.outer(decades, steps)) if start <= tick <= stop]
        if len(ticks) + has_zero <= _ticks_that_fit(axis, number(high)):
            break
    set_ticks(axis, ({0.0: "0"} if has_zero else {}) | {tick: number(tick) for tick in ticks})


# -- spans and dates ---------------------------------------------------------------------------------------------------


def fit_spans(axis: Axis, spans: Floats) -> None:
    """Fit an axis to spans in minutes, marked in the units that people use."""
    fit(axis, spans)
    start, stop = sorted(axis.get_view_interval())
    steps = _even_spans(stop) if axis.get_scale() == "linear" else {0.0: "0", **_SPANS}
    names = {minute: name for minute, name in steps.items() if start <= minute <= stop}
    while len(names) > max(2, _ticks_that_fit(axis, "30 min")):
        names = dict(list(names.items())[::2])
    set_ticks(axis, names)


def _even_spans(stop: float) -> dict[float, str]:
    step = next((step for step in _STEPS if stop / step <= 8), stop / 4)
    return {float(minute): span(60 * minute) if minute else "0" for minute in np.arange(0, stop, step)}


def mark_dates(ax: Axes, tz: str) -> None:
    """Mark the x axis with dates and times of a zone, seven at most, as dense as there is room."""
    most = int(np.clip(axes.size_points(ax)[1] / 45, 3, 7))
    ax.xaxis.set_major_locator(AutoDateLocator(tz=tz, minticks=2, maxticks=most))  # type: ignore[no-untyped-call]  # as above
    ax.xaxis.set_major_formatter(_Dates(tz))


class _Dates(Formatter):
    """Words for marks of time: months, days or times, and with the first what they are part of."""

    def __init__(self, tz: str) -> None:
        self.tz = tz

    def __call__(self, value: float, pos: int | None = None) -> str:  # noqa: ARG002  (matplotlib's)
        """Return the words for one instant."""
        return f"{num2date(value, self.tz):%Y-%m-%d %H:%M}"  # type: ignore[no-untyped-call]  # as above

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        """Return the words for all marks; those that are not seen say nothing."""
        low, high = sorted(self.axis.get_view_interval()) if self.axis else (-np.inf, np.inf)
        seen = [low <= value <= high for value in values]
        shown = [value for value, is_seen in zip(values, seen, strict=True) if is_seen]
        words = iter(_date_words([num2date(value, self.tz) for value in shown]))  # type: ignore[no-untyped-call]  # as above
        return [next(words) if is_seen else "" for is_seen in seen]


def _date_words(instants: Sequence[datetime]) -> list[str]:
    """Return short words for instants in order: "Jan" or "5 Jan" or "14:00"; what they are part of where it changes."""
    midnight = all(at.hour == at.minute == at.second == 0 for at in instants)
    if midnight and all(at.day == at.month == 1 for at in instants) and len(instants) > 1:
        return [f"{at:%Y}" for at in instants]
    if midnight:
        months = all(at.day == 1 for at in instants)
        short, long = (
            [f"{at:%b}" if months else f"{at.day} {at:%b}" for at in instants],
            [f"{at:%Y}" for at in instants],
        )
    else:
        short, long = [f"{at:%H:%M}" for at in instants], [f"{at.day} {at:%b %Y}" for at in instants]
    before = ["", *long]
    return [
        one if part == last else f"{one}\n{part}"
        for one, part, last in zip(short, long, before, strict=False)
    ]


# -- an axis -----------------------------------------------------------------------------------------------------------


def set_ticks(axis: Axis, names: Mapping[float, str]) -> None:
    """Mark an axis at these places with these names, and nowhere else."""
    axis.set_major_locator(FixedLocator(list(names)))
    axis.set_major_formatter(FixedFormatter(list(names.values())))
    axis.set_minor_locator(NullLocator())


def _name(axis: Axis) -> str:
    return "x" if axis is axis.axes.xaxis else "y"


def _set(axis: Axis, what: str, *values: Any, **options: Any) -> None:
    getattr(axis.axes, f"set_{_name(axis)}{what}")(*values, **options)


def _limit(axis: Axis, low: float, high: float, before: float, after: float) -> None:
    transform = axis.get_transform()
    first, last = transform.transform([low, high])
    room = last - first
    _set(axis, "lim", *transform.inverted().transform([first - before * room, last + after * room]))


def _ticks_that_fit(axis: Axis, longest: str) -> int:
    height, width = axes.size_points(axis.axes)
    return int(width / (9.0 * len(longest) + 6)) if _name(axis) == "x" else int(height / 24)
