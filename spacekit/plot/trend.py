"""Live and replay over time, each Space against its creator's usual. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from spacekit.plot import axes, caption, frame, labels, scales
from spacekit.stats.columns import floats
from spacekit.stats.periods import Every
from spacekit.stats.trend import changes, changes_by_period, warn_of_period_ages
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED

_READING: Final = (
    "Line: median. Band: middle half. Hollow: fewer than 5 creators. Usual: the median of the creator's other Spaces. "
    f"{UNDEFINED} Later Spaces had less time to gather plays."
)


def trend(
    spaces: Spaces, *, every: Every = "MS", tz: str = "UTC", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw live and replay over time, each Space against its creator's own usual, so that small creators count too.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Creators with fewer than 3 Spaces to compare have no usual and are
        left out.
    every
        Length of a period, as in `stats.trend_periods`: "MS" months, "QS" quarters, "W" weeks, "7D".
    tz
        Time zone of the calendar.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.plot` for both lines.

    Returns
    -------
    ax
        Medians at each period's start, with the middle half as a band; hollow where there are fewer than 5 creators.
        × 1 is as usual: the median of the creator's other Spaces. A half is added to each count and usual, so that a 0
        counts; the caption says how many there are.

    Raises
    ------
    ValueError
        There is no such `every` or `tz`.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.trend_periods`.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.trend(sk.sample_batch().spaces, every="QS")
    >>> ax.get_ylabel()
    "count against the creator's usual"
    """
    spaces = spaces_in(spaces)
    found = changes(spaces)
    periods, left_out = changes_by_period(found, every, tz), found["left_out"]
    n = int(left_out.isna().sum())
    ax = axes.given_or_new(ax)
    if n == 0:
        axes.nothing(ax, len(spaces), "No creator with 3 Spaces to compare")
    else:
        _draw_trend(ax, periods, tz, **kwargs)
    axes.name_axes(ax, f"start of the period ({tz})", "count against the creator's usual")
    reasons = caption.reasons(caption.tally(left_out))
    frame.put(ax, spaces, "Live and replay over time", caption.of(n, spaces), _zeros(periods), _READING, reasons,
                caption.unknown_recordings(spaces))  # fmt: skip
    warn_of_period_ages("trend", spaces, found, every, tz)
    return ax


def _zeros(periods: pd.DataFrame) -> str:
    n = {name: int(part.sum()) for name, part in periods.groupby("audience", observed=False)["n_zero"]}
    return caption.zeros(n["live"], n["replay"], "a half is added to each count and usual")


def _draw_trend(ax: Axes, periods: pd.DataFrame, tz: str, **kwargs: Any) -> None:
    colours, handles = axes.colours(ax), []
    for (name, label), colour, marker in zip(labels.SHORT.items(), colours, "oD", strict=False):
        part = periods[(periods["audience"] == name)]
        at = scales.days(part["period"])
        middle, low, high = (floats(part[f"change_{what}"]) for what in ("median", "q25", "q75"))
        ax.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        usual = {"color": colour, "marker": marker, "label": label, "linewidth": 1.8, "markersize": 6}
        handles += ax.plot(at, middle, **axes.options(Line2D, usual, kwargs))
        thin = part["thin"].to_numpy(dtype=bool)
        ax.plot(at[thin], middle[thin], linestyle="", marker=marker, markersize=6, color=colour,
                markerfacecolor=axes.paper(ax))  # fmt: skip
    ax.axhline(0, color=axes.faint(ax, 0.4), linewidth=0.8, zorder=0)
    scales.mark_factors(ax.yaxis)
    if len(periods) == 2:  # one period of two audiences: the date axis would take years around it
        ax.set_xlim(at[0] - 20, at[0] + 20)
    scales.mark_dates(ax, tz)
    axes.legend(ax, handles)
