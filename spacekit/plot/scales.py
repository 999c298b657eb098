"""Axes of counts and spans, linear or logarithmic as the range asks for; cells in place of many points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
    PercentFormatter,
)

from spacekit.plot import axes, caption

Floats = npt.NDArray[np.float64]
Scale: TypeAlias = Literal["auto", "log", "linear"]
"""Of an axis of counts: "auto" is logarithmic where the counts span decades."""

_SPAN_FOR_LOG: Final = 20.0
_SPAN_OF_ZERO: Final = 0.5
_CELLS: Final = 40
_STEPS: Final = (1, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 43_200)  # minutes
_SIGNED: Final = (-10_000, -1_000, -100, -10, -1, 0, 1, 10, 100, 1_000, 10_000)
# In minutes; a year has its length on average.
_SPANS: Final = {
    1.0: "1 min", 3.0: "3 min", 10.0: "10 min", 30.0: "30 min", 60.0: "1 h", 180.0: "3 h", 360.0: "6 h", 1_440.0: "1 d",
    4_320.0: "3 d", 10_080.0: "7 d", 20_160.0: "14 d", 43_200.0: "30 d", 129_600.0: "90 d", 259_200.0: "180 d",
    525_960.0: "1 y", 1_051_920.0: "2 y", 2_629_800.0: "5 y",
}  # fmt: skip


def floats(column: Any) -> Floats:
    """Numbers to draw, with NaN where one is missing."""
    return np.asarray(column.to_numpy(dtype="float64", na_value=np.nan), dtype=np.float64)


def number(value: float) -> str:
    """Word a count on an axis: 1,000, 2.5 M."""
    if abs(value) >= 1e6:
        return f"{value / 1e6:g} M"
    return f"{value:,.0f}" if value == round(value) else f"{value:,g}"


def check_scale(scale: Scale) -> None:
    """Check the word for how an axis of counts is scaled."""
    if scale not in get_args(Scale):
        raise ValueError(f"scale: got {scale!r}. Use 'auto', 'log' or 'linear'.")


def fit(axis: Axis, values: Floats, scale: Scale = "auto", before: float = 0.04, after: float = 0.06) -> None:
    """
    Fit an axis to counts.

    With "auto" the axis is logarithmic where they span decades. On a logarithmic axis a 0 has its own place at the
    beginning, marked "0". `before` and `after` are left empty, as shares of what the values take.
    """
    known = values[np.isfinite(values)]
    positive = known[known > 0]
    spans_decades = bool(positive.size and positive.max() >= _SPAN_FOR_LOG * positive.min())
    if positive.size and (scale == "log" or (scale == "auto" and spans_decades)):
        _fit_log(axis, positive, has_zero=bool((known == 0).any()), before=before, after=after)
        return
    _limit(axis, 0.0, float(positive.max(initial=0.0)) or 1.0, before, after)
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value) if value >= 0 else ""))


def _fit_log(axis: Axis, positive: Floats, *, has_zero: bool, before: float, after: float) -> None:
    low, high = float(positive.min()), float(positive.max())
    if low == high:
        low, high = 10.0 ** np.floor(np.log10(low)), 10.0 ** (np.floor(np.log10(low)) + 1)
    set_scale = getattr(axis.axes, f"set_{_name(axis)}scale")
    if has_zero:
        set_scale("symlog", linthresh=10.0 ** np.floor(np.log10(low)), linscale=_SPAN_OF_ZERO)
    else:
        set_scale("log")
    _limit(axis, 0.0 if has_zero else low, high, before, after)
    _log_ticks(axis, low, high, has_zero=has_zero)


def minutes(spans: Any) -> Floats:
    """Spans of time as numbers to draw, with NaN where one is missing."""
    return np.asarray(
        spans.dt.total_seconds().to_numpy(dtype="float64", na_value=np.nan) / 60, dtype=np.float64
    )


def scale_spans(axis: Axis, spans: Floats) -> None:
    """Fit an axis to spans in minutes, marked in the units that people say."""
    fit(axis, spans)
    start, stop = sorted(axis.get_view_interval())
    is_log = axis.get_scale() != "linear"
    steps = _SPANS if is_log else _even_spans(stop)
    names = {minute: name for minute, name in steps.items() if start <= minute <= stop}
    while len(names) > max(2, _ticks_that_fit(axis, "30 min")):
        names = dict(list(names.items())[::2])
    _set_ticks(axis, names)


def _even_spans(stop: float) -> dict[float, str]:
    step = next((step for step in _STEPS if stop / step <= 8), stop / 4)
    return {
        minute: caption.span(pd.Timedelta(minutes=minute)) if minute else "0"
        for minute in np.arange(0, stop, step)
    }


def scale_signed(axis: Axis, values: Floats) -> None:
    """Fit an axis to numbers on both sides of 0: logarithmic on both where most of them are near 0."""
    known = values[np.isfinite(values)]
    reach = float(np.abs(known).max(initial=0.0))
    name, ax = _name(axis), axis.axes
    if reach > _SPAN_FOR_LOG:
        getattr(ax, f"set_{name}scale")("symlog", linthresh=1.0, linscale=0.7)
    low, high = float(known.min(initial=-1.5)), float(known.max(initial=1.5))
    _limit(axis, low, high, 0.05, 0.05)
    ticks = [tick for tick in _SIGNED if low * 1.2 <= tick <= high * 1.2] if reach > _SPAN_FOR_LOG else None
    if ticks:
        _set_ticks(axis, {tick: f"{tick:+,g}" if tick else "0" for tick in ticks})


def _name(axis: Axis) -> str:
    return "x" if axis is axis.axes.xaxis else "y"


def _limit(axis: Axis, low: float, high: float, before: float, after: float) -> None:
    transform = axis.get_transform()
    first, last = transform.transform([low, high])
    span = last - first
    limits = transform.inverted().transform([first - before * span, last + after * span])
    getattr(axis.axes, f"set_{_name(axis)}lim")(*limits)


def _log_ticks(axis: Axis, low: float, high: float, *, has_zero: bool) -> None:
    """Mark decades, and steps between them where there is room; no tick where there can be no count."""
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    start, stop = sorted(axis.get_view_interval())
    for steps, every in (((1, 2, 5), 1), ((1, 3), 1), ((1,), 1), ((1,), 2), ((1,), 3)):
        decades = 10.0 ** np.arange(first, last + 1, every)
        ticks = [tick for tick in np.ravel(np.outer(decades, steps)) if start <= tick <= stop]
        if len(ticks) + has_zero <= _ticks_that_fit(axis, number(high)):
            break
    _set_ticks(axis, {**({0.0: "0"} if has_zero else {}), **{float(tick): number(tick) for tick in ticks}})


def _ticks_that_fit(axis: Axis, longest: str) -> int:
    height, width = axes.size_points(axis.axes)
    return int(width / (9.0 * len(longest) + 6)) if _name(axis) == "x" else int(height / 24)


def _set_ticks(axis: Axis, names: Mapping[float, str]) -> None:
    axis.set_major_locator(FixedLocator(list(names)))
    axis.set_major_formatter(FixedFormatter(list(names.values())))
    axis.set_minor_locator(NullLocator())


def cells(ax: Axes, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Middles of the cells of a grid over the axes that hold points, and how many each holds."""
    transform = ax.transScale
    points = transform.transform(np.column_stack([x, y]))
    low, high = transform.transform(np.column_stack([ax.get_xlim(), ax.get_ylim()]))
    n, x_edges, y_edges = np.histogram2d(
        points[:, 0], points[:, 1], bins=_CELLS, range=np.column_stack([low, high])
    )
    column, row = np.nonzero(n)
    middles = np.column_stack(
        [(x_edges[column] + x_edges[column + 1]) / 2, (y_edges[row] + y_edges[row + 1]) / 2]
    )
    back = transform.inverted().transform(middles)
    return back[:, 0], back[:, 1], n[column, row]


def scatter_cells(
    ax: Axes, x: Floats, y: Floats, what: str = "Spaces in a cell", **kwargs: Any
) -> PathCollection:
    """Draw many points as cells, coloured by how many each holds, with the key beside."""
    across, up, n = cells(ax, x, y)
    height, width = axes.size_points(ax)
    usual = {
        "s": (min(height, width) / _CELLS * 0.95) ** 2,
        "norm": LogNorm(1, max(2.0, n.max())),
        "cmap": axes.colour_map(ax),
    }
    drawn = ax.scatter(across, up, **axes.options(PathCollection, {"c": n, "linewidth": 0, **usual}, kwargs))
    if drawn.get_array() is not None:
        key(ax, drawn, what)
    return drawn


def key(ax: Axes, drawn: ScalarMappable, label: str) -> None:
    """Put the key to colours that stand for counts beside the axes."""
    bar = axes.colour_bar(ax, drawn, label)
    low, high = _ends(drawn)
    if isinstance(drawn.norm, LogNorm):
        _log_ticks(bar.yaxis, low, high, has_zero=False)
    elif high <= 1:
        bar.yaxis.set_major_formatter(PercentFormatter(1.0))
    else:
        bar.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _ends(drawn: ScalarMappable) -> tuple[float, float]:
    low, high = np.ravel([drawn.norm.vmin, drawn.norm.vmax]).astype(float)
    return float(low), float(high)


def age_bar(ax: Axes, drawn: PathCollection) -> None:
    """Put the key to colours that stand for ages in minutes beside the axes, with ages that people say."""
    low, high = _ends(drawn)
    named = {age: name for age, name in _SPANS.items() if low <= age <= high}
    if len(named) < 2:
        named = {age: caption.span(pd.Timedelta(minutes=age)) for age in (low, high)}
    _set_ticks(axes.colour_bar(ax, drawn, "age at fetch").yaxis, named)


def days(instants: pd.Series[Any]) -> Floats:
    """Give instants as matplotlib counts them: days since 1970 in UTC."""
    plain = instants.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
    return np.asarray(date2num(plain), dtype=np.float64)  # type: ignore[no-untyped-call]  # matplotlib.dates has no types


def mark_dates(ax: Axes, tz: str) -> None:
    """Mark the x axis with dates and times of a zone, seven at most, as dense as there is room."""
    locator = AutoDateLocator(tz=tz, minticks=2, maxticks=7)  # type: ignore[no-untyped-call]  # as above
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, tz=tz))  # type: ignore[no-untyped-call]  # as above
