"""Lines over periods of time, broken where a period is thin, with the single Spaces behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from spacekit.plot import axes, points, scales
from spacekit.plot.drawn import remember
from spacekit.plot.scales import Floats
from spacekit.stats.columns import pick_spaces
from spacekit.stats.periods import Every, ends

_MARKERS: Final = {"live": "o", "replay": "D"}
_MANY: Final = 50  # periods whose marks would lie on each other at the usual size


def draw_singles(ax: Axes, at: Floats, counts: Mapping[str, Floats], ids: pd.Series[Any]) -> bool:
    """Draw single Spaces in grey, if they are few enough to be told apart, at most 400; return whether they are."""
    if len(at) > points.MOST_POINTS:
        return False
    for name, values in counts.items():
        ax.scatter(at, values, s=7, marker=_MARKERS[name], color=axes.faint(ax, 0.3), linewidth=0, zorder=1)
        remember(ax, at, values, ids)
    return True


def fit(ax: Axes, starts: pd.Series[Any], every: Every, tz: str, until: float) -> Floats:
    """Show all periods from start to end, marked with dates; return the middles of what was over at `until`."""
    first, last = scales.days(starts), scales.days(ends(pd.DatetimeIndex(starts), every).to_series())
    room = 0.02 * (last[-1] - first[0])
    ax.set_xlim(first[0] - room, last[-1] + room)
    scales.mark_dates(ax, tz)
    return np.asarray((first + np.clip(until, first, last)) / 2)


def over_at(spaces: pd.DataFrame, kept: npt.NDArray[np.bool_]) -> float:
    """Return up to when periods hold those Spaces, in days: the last fetch, or a later start; infinite if unknown."""
    times = pick_spaces(spaces, "fetched_at started_at")[kept]
    fetched, started = times["fetched_at"].max(), times["started_at"].max()
    if pd.isna(fetched):
        return np.inf
    return float(scales.days(pd.Series([fetched, started]).dropna()).max())


def cut_short(starts: pd.Series[Any], every: Every, until: float) -> str:
    """Say that the last period was not over when fetched; "" where it was."""
    last = scales.days(ends(pd.DatetimeIndex(starts[-1:]), every).to_series())
    if not len(last) or until >= last[0]:
        return ""
    return "The last period was not over when fetched: its marks are in the middle of its part until then."


def first_and_last(
    values: Iterable[float], names: Iterable[str], thin: Iterable[bool], word: Callable[[float], str]
) -> str:
    """Word the values of the first and the last period that is not thin, once where they are one; "" without any."""
    rows = zip(values, names, thin, strict=True)
    known = [(word(value), name) for value, name, is_thin in rows if not is_thin]
    if not known:
        return ""
    (first, begun), (last, ended) = known[0], known[-1]
    if first == last:
        return f"{first} in {begun}" + (f" and again in {ended}" if len(known) > 1 else "")
    return f"{first} in {begun}, {last} in {ended}"


def draw_line(
    ax: Axes, audience: str, at: Floats, middle: Floats, half: Sequence[Floats], thin: Any, **kwargs: Any
) -> Line2D:
    """
    Draw the medians of one audience and return their line.

    Parameters
    ----------
    audience
        "live" or "replay".
    at, middle
        Where each period is, and its median; NaN where there is none.
    half
        The ends of the middle half, drawn as a band.
    thin
        Which periods have too few to rely on: hollow, without a band, and no line leads to them.
    **kwargs
        Passed to `Axes.plot`.
    """
    colour, marker = axes.colour_of(ax, audience), _MARKERS[audience]
    low, high = (np.where(thin, np.nan, end) for end in half)
    ax.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0, zorder=1.5)
    size = 6 if len(at) <= _MANY else 3
    usual = {"color": colour, "marker": marker, "linewidth": 1.8, "markersize": size, "zorder": 3}
    (line,) = ax.plot(at, np.where(thin, np.nan, middle), **axes.options(Line2D, usual, kwargs))
    hollow = {"linestyle": "", "marker": marker, "markersize": size, "markerfacecolor": axes.paper(ax)}
    ax.plot(at[thin], middle[thin], color=colour, zorder=2.5, **hollow)
    return line
