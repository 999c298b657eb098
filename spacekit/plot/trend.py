"""Live and replay over time, each Space against its creator's usual. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from spacekit.plot import axes, caption, frame, labels, periods, scales
from spacekit.stats.columns import floats
from spacekit.stats.periods import Every, period_names
from spacekit.stats.trend import changes, changes_by_period, warn_of_period_ages
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, keyless, plural

_READING: Final = "Hollow: fewer than 5 creators."
_MEANING: Final = (
    "Line: median. Band: middle half. No line leads to a period of fewer than 5 creators. Usual: the median of the "
    f"creator's other Spaces. {UNDEFINED} Later Spaces had less time to gather plays."
)
_ROOM: Final = 0.12  # above and below what must be seen, as a part of it


@keyless
def trend(
    spaces: Spaces, *, every: Every = "month", tz: str = "UTC", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw live and replay over time, each Space against its creator's own usual, so that small creators count too.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Creators with fewer than 3 Spaces to compare have no usual and are
        left out.
    every
        Length of a period, "month", "week", "quarter", "year", or anything that `stats.trend_periods` takes.
    tz
        Time zone of the calendar.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.plot` for both lines.

    Returns
    -------
    ax
        Medians in the middle of each period (of one not over when fetched: of its part until then), with the middle
        half as a band. Periods of fewer than 5 creators are hollow, and no line leads to them. × 1 is as usual: the
        median of the creator's other Spaces. A half is added to each count and usual, so that a 0 counts; the notes say
        how many there are. Up to 400 single Spaces lie behind, in grey.

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
    >>> ax = sk.plot.trend(sk.sample_batch().spaces, every="quarter")
    >>> ax.get_ylabel()
    "count against the creator's usual"
    """
    spaces = spaces_in(spaces)
    found = changes(spaces)
    table, left_out = changes_by_period(found, every, tz), found["left_out"]
    kept = found[left_out.isna()]
    ax, until = axes.given_or_new(ax), periods.over_at(spaces, left_out.isna().to_numpy())
    outside = 0
    if kept.empty:
        axes.nothing(ax, len(spaces), "No creator with 3 Spaces to compare")
    else:
        outside = _draw_trend(ax, table, kept, every, tz, until, **kwargs)
    axes.name_axes(ax, f"start of the Space ({tz})", "count against the creator's usual")
    live = table[table["audience"] == "live"]
    reading = _READING if (table["thin"] & (table["n"] > 0)).any() else ""
    frame.put(ax, spaces, title(live, period_names(pd.DatetimeIndex(live["period"]), every)),
              caption.of(len(kept), spaces), _zeros(table), _beyond(outside), _MEANING,
              periods.cut_short(live["period"], every, until),
              caption.reasons(caption.tally(left_out)), caption.unknown_recordings(spaces),
              reading=reading, grid="y")  # fmt: skip
    warn_of_period_ages("trend", spaces, found, every, tz)
    return ax


def title(live: pd.DataFrame, names: list[str]) -> str:
    """Word the first and the last period of live listeners that rest on enough creators."""
    if told := periods.first_and_last(live["change_median"], names, live["thin"], _factor):
        return f"Live listeners against the creators' usual: {told}"
    few = "Fewer than 5 creators in every period: no trend to rely on"
    return few if live["n"].sum() else "Too few Spaces of any creator for a trend"


def _factor(change: float) -> str:
    factor = 2**change
    return caption.together(f"× {factor:.2g}" if round(factor, 1) != 1 or factor < 1 else "× 1.0")


def _beyond(n: int) -> str:
    return f"Beyond the axis: {plural(n, 'dot')} of single Spaces." if n else ""


def _zeros(periods: pd.DataFrame) -> str:
    n = {name: int(part.sum()) for name, part in periods.groupby("audience", observed=False)["n_zero"]}
    return caption.zeros(n["live"], n["replay"], "a half is added to each count and usual")


def _draw_trend(
    ax: Axes, table: pd.DataFrame, kept: pd.DataFrame, every: Every, tz: str, until: float, **kwargs: Any
) -> int:
    """Draw the chart, and return how many single counts lie beyond its axis."""
    singles = {name: floats(kept[f"{name}_change"]) for name in labels.COUNTS}
    few = periods.draw_singles(ax, scales.days(kept["started_at"]), singles, kept["space_id"])
    handles = []
    for name, label in labels.SHORT.items():
        part = table[table["audience"] == name]
        at, thin = periods.fit(ax, part["period"], every, tz, until), part["thin"].to_numpy(dtype=bool)
        middle, *half = (floats(part[f"change_{what}"]) for what in ("median", "q25", "q75"))
        handles.append(periods.draw_line(ax, name, at, middle, half, thin, label=label, **kwargs))
    low, high = _limits(table)
    ax.set_ylim(low, high)
    ax.axhline(0, color=axes.faint(ax, 0.4), linewidth=0.8, zorder=0)
    scales.mark_factors(ax.yaxis)
    axes.legend(ax, handles)
    return sum(int(((values < low) | (values > high)).sum()) for values in singles.values()) if few else 0


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: all medians and middle halves are within, and half and twice the usual."""
    parts = np.concatenate(
        [floats(table[f"change_{part}"]) for part in ("median", "q25", "q75")] + [np.array([-1.0, 1.0])]
    )
    low, high = np.nanmin(parts), np.nanmax(parts)
    return low - _ROOM * (high - low), high + _ROOM * (high - low)
