"""Spaces on the calendar: by weekday and hour, and over time against the usual. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spacekit import stats
from spacekit.plot import caption, counts, dates, frame, groups, relations

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_VALUES: Final = {
    **{name: f"median {label}" for name, label in relations.LABELS.items()},
    "share": f"median {groups.SHARE}",
}

_READING: Final = (
    "Line: median; band: middle half; hollow: fewer than 5 creators. Usual: median of the creator's other Spaces. "
    "Counts as X reports them; later Spaces had less time to be replayed."
)


def calendar(
    spaces: pd.DataFrame,
    *,
    value: Literal["live", "replay", "share"] = "live",
    tz: str = "UTC",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Median audience by weekday and hour of the start, with the number of Spaces in each cell.

    Parameters
    ----------
    spaces
        Table `spaces`. Spaces for which live and replay do not compare, or without a start, are left out.
    value
        What the colour shows: "live", "replay", or the replay "share".
    tz
        Zone whose clocks are meant, with its summer time, such as "Europe/Berlin".
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.pcolormesh`.

    Returns
    -------
    ax
        Cells of fewer than 3 Spaces are grey: their median says little. An empty cell had none.

    Raises
    ------
    ValueError
        `value` or `tz` is not understood.
    """
    if value not in _VALUES:
        raise ValueError(f"calendar: there is no value {value!r}. Use one of {[*_VALUES]}.")
    cells = stats.calendar(spaces, tz)
    n = int(cells["n"].sum())
    ax = frame.axes(ax)
    if n == 0:
        frame.nothing(ax, len(spaces), "No Space to compare with a start")
    else:
        _draw_calendar(ax, cells, value, **kwargs)
    frame.name_axes(ax, f"hour of the start ({tz})")
    caption.put(ax, f"{caption.of(n, len(spaces))}. The number in a cell is its Spaces; grey: fewer than 3.",
                groups.NO_PEOPLE if value == "share" else caption.COUNTS, caption.of_spaces(spaces))  # fmt: skip
    return ax


def _draw_calendar(ax: Axes, cells: pd.DataFrame, value: str, **kwargs: Any) -> None:
    table = cells.sort_values(["weekday", "hour"])
    middle = counts.floats(table[f"{value}_median"]).reshape(7, 24)
    thin, n = table["thin"].to_numpy(dtype=bool).reshape(7, 24), table["n"].to_numpy(dtype=int).reshape(7, 24)
    grey = np.where(thin & (n > 0), 1.0, np.nan)
    edges = np.arange(25) - 0.5, np.arange(8) - 0.5
    ax.pcolormesh(*edges, grey, cmap=frame.one_colour(frame.faint(ax, 0.2)), zorder=0)
    thick = np.where(thin, np.nan, middle)
    if np.isfinite(thick).any():
        usual = {
            "cmap": frame.colour_map(ax),
            "norm": _norm(thick, value),
            "edgecolor": frame.paper(ax),
            "linewidth": 0.5,
        }
        drawn = ax.pcolormesh(*edges, thick, **frame.options(QuadMesh, usual, kwargs))
        counts.key(ax, drawn, _VALUES[value])
        _write_n(ax, n, drawn)
    else:
        _write_n(ax, n, None)
    ax.set_yticks(range(7), _DAYS)
    ax.set_xticks(range(0, 24, 3))
    ax.set(xlim=(-0.5, 23.5), ylim=(6.5, -0.5))


def _norm(values: counts.Floats, value: str) -> Normalize:
    if value == "share":
        return Normalize(0, 1)
    low, high = max(np.nanmin(values), 1.0), np.nanmax(values)
    return LogNorm(low, high, clip=True) if high > 10 * low else Normalize(0, max(high, 1.0))


def _write_n(ax: Axes, n: Any, drawn: QuadMesh | None) -> None:
    """Write how many Spaces each cell holds, in a colour that can be read on it."""
    _, width = frame.size_points(ax)
    behind = drawn.to_rgba(np.ma.asarray(drawn.get_array())) if drawn is not None else np.zeros((*n.shape, 4))
    for (day, hour), number in np.ndenumerate(n):
        if number == 0:
            continue
        shade = behind[day, hour]
        on = shade[:3] if shade[3] > 0 else frame.faint(ax, 0.2)
        colour = "black" if frame.brightness(on) > 0.5 else "white"
        text = f"{number}" if number < 1_000 else f"{number / 1_000:.0f}k"
        ax.text(
            hour,
            day,
            text,
            ha="center",
            va="center",
            fontsize=float(np.clip(width / 52, 3.5, 7)),
            color=colour,
        )


def trend(
    spaces: pd.DataFrame, *, every: str = "MS", tz: str = "UTC", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Live and replay over calendar time, each Space against its creator's own usual, so that small creators count too.

    Parameters
    ----------
    spaces
        Table `spaces`. Creators with fewer than 3 Spaces to compare have no usual and are left out.
    every
        Length of a period, as pandas names it: "MS" months, "QS" quarters, "7D".
    tz
        Zone whose calendar is meant.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.plot` for both lines.

    Returns
    -------
    ax
        Medians at each period's start, with the middle half as a band; hollow where fewer than 5 creators. × 1 is as
        usual: the median of the creator's other Spaces.

    Raises
    ------
    ValueError
        `every` or `tz` is not understood.
    """
    periods = stats.trend_periods(spaces, every, tz)
    single = stats.trend(spaces)
    n = int(single["left_out"].isna().sum())
    ax = frame.axes(ax)
    if n == 0 or periods["change_median"].isna().all():
        frame.nothing(ax, len(spaces), "No creator with 3 Spaces to compare")
    else:
        _draw_trend(ax, periods, tz, **kwargs)
    frame.name_axes(ax, f"start of the period ({tz})", "count against the creator's usual")
    caption.put(ax, f"{caption.of(n, len(spaces))}.", _READING,
                caption.reasons(caption.tally(single["left_out"])), caption.fetched(spaces),
                caption.made_up(spaces))  # fmt: skip
    return ax


def _draw_trend(ax: Axes, periods: pd.DataFrame, tz: str, **kwargs: Any) -> None:
    colours, handles = frame.colours(ax), []
    for (name, label), colour, marker in zip(relations.LABELS.items(), colours, "oD", strict=False):
        part = periods[(periods["audience"] == name)]
        at = dates.days(part["period"])
        middle, low, high = (counts.floats(part[f"change_{what}"]) for what in ("median", "q25", "q75"))
        ax.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        usual = {"color": colour, "marker": marker, "label": label, "linewidth": 1.8, "markersize": 6}
        handles += ax.plot(at, middle, **frame.options(Line2D, usual, kwargs))
        thin = part["thin"].to_numpy(dtype=bool)
        ax.plot(at[thin], middle[thin], linestyle="", marker=marker, markersize=6, color=colour,
                markerfacecolor=frame.paper(ax))  # fmt: skip
    ax.axhline(0, color=frame.faint(ax, 0.4), linewidth=0.8, zorder=0)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=7, integer=True, min_n_ticks=2))
    ax.yaxis.set_major_formatter(FuncFormatter(_times))
    if len(periods) == 2:  # one period of two audiences: the date axis would take years around it
        ax.set_xlim(at[0] - 20, at[0] + 20)
    dates.mark(ax, tz)
    frame.legend(ax, handles)


def _times(log2: float, _: int | None = None) -> str:
    """Word a power of two as a factor: × 4, × 1/4."""
    return f"× {2.0**log2:g}" if log2 >= 0 else f"× 1/{2.0**-log2:g}"
