"""Median live listeners and replay plays by month, week or other period. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from spacekit.plot import axes, caption, frame, labels, periods, scales
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import floats, pick_spaces
from spacekit.stats.over_time import by_period, in_periods
from spacekit.stats.periods import Every, period_names
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_READING = "Hollow: fewer than 3 Spaces."
_MEANING = (
    "Line: median. Band: middle half. No line leads to a period of fewer than 3 Spaces. Later Spaces had less time to "
    "gather plays. Medians also move when other hosts go on air: trend holds each Space against its creator's usual."
)


@keyless
def over_time(
    spaces: Spaces,
    *,
    every: Every = "month",
    tz: str = "UTC",
    scale: scales.Scale = "auto",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Draw the median live listeners and replay plays of each month, week or other period.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces that are not compared (see `measures`) or have no start are
        left out.
    every
        Length of a period: "month", "week", "quarter", "year", or anything that `stats.trend_periods` takes.
    tz
        Time zone of the calendar.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.plot` for both lines.

    Returns
    -------
    ax
        Medians of `stats.over_time` in the middle of each period (of one not over when fetched: of its part until
        then), with the middle half as a band. Periods of fewer than 3 Spaces are hollow, and no line leads to them. Up
        to 400 single Spaces lie behind, in grey.

    Raises
    ------
    ValueError
        There is no such `every` or `tz`.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.over_time`.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.over_time(sk.sample_batch().spaces)
    >>> ax.get_title(loc="left")
    'Median live listeners: 1,913 in January 2026, 385 in May 2026'
    """
    scales.check_scale(scale)
    spaces = spaces_in(spaces)
    started, starts = in_periods(spaces, every, tz)
    table = by_period(started, starts)
    kept = (started["left_out"].isna() & started["place"].notna()).to_numpy(dtype=bool)
    ax, until = axes.given_or_new(ax), periods.over_at(spaces, kept)
    if not kept.any():
        axes.nothing(ax, len(spaces), "No Space to compare with a start")
    else:
        _draw(
            ax,
            table,
            started[kept],
            pick_spaces(spaces, "started_at")["started_at"][kept],
            every,
            tz,
            scale,
            until,
            **kwargs,
        )
    axes.name_axes(ax, f"start of the Space ({tz})", "median of the Spaces (as X reports)")
    reading = _READING if (table["thin"] & (table["n"] > 0)).any() else ""
    frame.put(ax, spaces, title(table, period_names(starts, every)), caption.of(int(kept.sum()), spaces), _MEANING,
              periods.cut_short(table["period"], every, until), caption.COUNTS,
              caption.reasons(caption.tally(started["left_out"])), caption.unknown_recordings(spaces),
              reading=reading, grid="y")  # fmt: skip
    warn_of_ages("over_time", spaces, kept, started["place"][kept])
    return ax


def title(table: pd.DataFrame, names: list[str]) -> str:
    """Word the first and the last median of live listeners that rest on enough Spaces."""
    if told := periods.first_and_last(table["live_median"], names, table["thin"], scales.middle):
        return f"Median live listeners: {told}"
    few = "Fewer than 3 Spaces in every period: no medians to rely on"
    return few if table["n"].sum() else "No Spaces over time"


def _draw(
    ax: Axes, table: pd.DataFrame, started: pd.DataFrame, instants: pd.Series[Any], every: Every, tz: str,
    scale: scales.Scale, until: float, **kwargs: Any,
) -> None:  # fmt: skip
    counts = {name: floats(started[name]) for name in labels.COUNTS}
    few = periods.draw_singles(ax, scales.days(instants), counts, started["space_id"])
    quarters = [floats(table[f"{name}_{part}"]) for name in counts for part in ("median", "q25", "q75")]
    scales.fit(ax.yaxis, np.concatenate([*counts.values()] if few else quarters), scale)
    at, thin = periods.fit(ax, table["period"], every, tz, until), table["thin"].to_numpy(dtype=bool)
    handles = []
    for name, label in labels.SHORT.items():
        middle, *half = (floats(table[f"{name}_{part}"]) for part in ("median", "q25", "q75"))
        handles.append(periods.draw_line(ax, name, at, middle, half, thin, label=label, **kwargs))
    axes.legend(ax, handles)
