"""When Spaces are on air: days by hours, or lanes where all is within two days. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba_array
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, scales
from spacekit.plot.drawn import remember
from spacekit.stats.columns import floats, zoned
from spacekit.stats.timing import by_day, most_at_once, on_air
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import NO_TITLE, keyless, plural, shortened

_MOST_BARS: Final = 2_000
_LEAST_COLUMNS: Final = 8
_LONGEST_IN_LANES: Final = 2.0  # days; titles are written on the bars
_LEAST_BESIDE: Final = 2.5  # points of a bar that lies beside another one
_HOURS: Final = (1, 2, 3, 4, 6)


@keyless
def timeline(spaces: Spaces, *, tz: str = "UTC", ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw when each Space was on air: the hours of each day, or lanes in time where all is within two days.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of more than 2,000 with a start and an end, the latest are drawn.
    tz
        Time zone of days and clocks.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to the `LineCollection` of the bars.

    Returns
    -------
    ax
        A bar a Space, from start to end; one that goes past midnight goes on in the next day. Bars that overlap another
        one differ in colour. Of days they lie side by side where all days have room for it, else over one another, and
        the notes say which. In lanes they lie one above the other, and bars have their titles where there is room. A
        Space that had not ended when it was fetched is drawn up to then, with an arrow.

    Raises
    ------
    ValueError
        There is no such zone.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.timeline(sk.sample_batch().spaces, tz="Europe/London")
    >>> ax.get_ylabel()
    'time of day (Europe/London)'
    """
    spaces = spaces_in(spaces)
    placed = on_air(spaces)
    zoned(placed["started_at"], tz)  # refuses what is no zone; matplotlib takes some of it
    every = placed[placed["left_out"].isna()]
    latest = np.argsort(every["started_at"].to_numpy(), kind="stable")[-_MOST_BARS:]
    shown = stats.timeline(spaces.iloc[every.index[latest]])
    in_lanes = shown.empty or (shown["ended_at"].max() - shown["started_at"].min()).days < _LONGEST_IN_LANES
    ax, crowded = axes.given_or_new(ax), ""
    if shown.empty:
        axes.nothing(ax, len(spaces), "No Space with a start and an end")
    elif in_lanes:
        crowded = _draw_lanes(ax, shown, tz, **kwargs)
    else:
        crowded = _draw_days(ax, shown, tz, **kwargs)
    axes.name_axes(ax, *((f"time ({tz})", "Spaces at once") if in_lanes else ("day", f"time of day ({tz})")))
    frame.put(ax, spaces, title(every), _size(every, shown, spaces), _what_is_drawn(shown),
              f"Those that overlap {crowded}." if (shown["overlaps"] > 0).any() else "",
              caption.reasons(caption.tally(placed["left_out"])), ages=False,
              grid="x" if in_lanes else "both")  # fmt: skip
    return ax


def title(placed: pd.DataFrame) -> str:
    """Word how many Spaces overlap another one, and how many were on air at once."""
    n, overlapping = len(placed), int((placed["overlaps"] > 0).sum())
    if n < 2:
        return "One Space on air" if n else "No Space on air"
    if not overlapping:
        return f"No two of {n:,} Spaces were on air at once"
    return f"{overlapping:,} of {n:,} Spaces overlap another one; {most_at_once(placed):,} on air at once at most"


def _size(every: pd.DataFrame, shown: pd.DataFrame, spaces: pd.DataFrame) -> str:
    """Say how many Spaces were on air, which the title counts, and how many of them are drawn."""
    rest = f", the latest {len(shown):,} drawn" if len(every) > len(shown) else ""
    return f"{caption.of(len(every), spaces)}{rest}"


def _what_is_drawn(shown: pd.DataFrame) -> str:
    still = int(shown["is_open"].sum())
    arrow = f" {plural(still, 'Space')} had not ended when fetched (arrow)." if still else ""
    return f"A bar is a Space, from start to end.{arrow}"


def _colours(ax: Axes, shown: pd.DataFrame) -> Any:
    """Return the colour of each bar, as a row: that of live, and another where it overlaps another one."""
    crowded = (shown["overlaps"] > 0).to_numpy(dtype=np.intp)
    return to_rgba_array([axes.colours(ax)[0], axes.colours(ax)[3]])[crowded]


def _put_legend(ax: Axes, shown: pd.DataFrame) -> None:
    if (shown["overlaps"] > 0).any():
        names = {"alone on air": 0, "overlaps another one": 3}
        axes.legend(ax, [Patch(color=axes.colours(ax)[place], label=name) for name, place in names.items()])


# -- days by hours -----------------------------------------------------------------------------------------------------


def _draw_days(ax: Axes, shown: pd.DataFrame, tz: str, **kwargs: Any) -> str:
    """Draw days across and hours down, from the earliest hour of any Space to the latest; say where overlaps lie."""
    bars = by_day(shown, tz)
    day, row = scales.days(bars["day"]) + 0.5, bars["row"].to_numpy()
    begun, ended = bars["from_hour"].to_numpy(), bars["to_hour"].to_numpy()
    first, last = np.floor(day.min()), np.ceil(day.max())
    low, high = max(np.floor(begun.min()), 0.0), min(np.ceil(ended.max()), 24.0)
    room = 0.01 * (last - first)
    ax.set(xlim=(first - room, last + room), ylim=(high + 0.2, low - 0.2))
    height, width = axes.size_points(ax)
    aside, part = _beside(shown, 0.8 * width / (last - first))
    day, thick = day + 0.8 * aside[row], np.clip(0.8 * part * width / (last - first), 1.8, 12)[row]
    colour = _colours(ax, shown)[row]
    usual = {"color": colour, "linewidth": thick, "alpha": 0.85}
    seen = np.maximum(ended, begun + 2.5 * (high - low) / height)  # the shortest can be seen
    from_to: Any = np.stack([day, begun, day, seen], axis=1).reshape(-1, 2, 2)
    ax.add_collection(LineCollection(from_to, **axes.options(LineCollection, usual, kwargs)), autolim=False)
    still = shown["is_open"].to_numpy(dtype=bool)[row] & (np.append(row[1:] != row[:-1], True))
    ax.scatter(
        day[still],
        seen[still],
        marker="v",
        s=np.maximum(1.2 * thick[still], 5) ** 2,
        color=colour[still],
        linewidth=0,
    )
    remember(ax, day, (begun + ended) / 2, shown["space_id"].iloc[row])
    step = next((step for step in _HOURS if (high - low) / step <= 8), 6)
    hours = np.arange(np.ceil(low / step) * step, high + 1, step)
    scales.set_ticks(ax.yaxis, {float(hour): f"{hour:02.0f}:00" for hour in hours})
    scales.mark_dates(ax, tz)
    _put_legend(ax, shown)
    return (
        "lie side by side"
        if (part < 1).any()
        else "are drawn over one another, as days have no room for more"
    )


def _beside(shown: pd.DataFrame, room: float) -> tuple[scales.Floats, scales.Floats]:
    """Return how far from the middle of its day each bar lies, and its part of the width: side by side if that fits."""
    lanes, crowded = floats(shown["lane"]).max() + 1, (shown["overlaps"] > 0).to_numpy(dtype=bool)
    if room < _LEAST_BESIDE * lanes:
        return np.zeros(len(shown)), np.ones(len(shown))
    aside = np.where(crowded, (floats(shown["lane"]) + 0.5) / lanes - 0.5, 0.0)
    return aside, np.where(crowded, 1 / lanes, 1.0)


# -- lanes -------------------------------------------------------------------------------------------------------------


def _draw_lanes(ax: Axes, shown: pd.DataFrame, tz: str, **kwargs: Any) -> str:
    """Draw bars in lanes, and say where those that overlap lie."""
    start, end = (scales.days(shown[name]) for name in ("started_at", "ended_at"))
    lane = floats(shown["lane"]) + 1
    lanes, room = lane.max(), max((end.max() - start.min()) * 0.03, 1 / 1_440)
    height, _ = axes.size_points(ax)
    thick, colour = float(np.clip(0.5 * height / lanes, 1.5, 24)), _colours(ax, shown)
    usual = {"color": colour, "linewidth": thick}
    ax.hlines(lane, start, end, **axes.options(LineCollection, usual, kwargs))
    ax.scatter(start, lane, marker="|", s=thick**2, color=colour, linewidths=1)
    still = shown["is_open"].to_numpy(dtype=bool)
    ax.scatter(end[still], lane[still], marker=">", s=0.4 * thick**2, color=colour[still])
    remember(ax, (start + end) / 2, lane, shown["space_id"])
    ax.set(xlim=(start.min() - room, end.max() + room), ylim=(0.4, lanes + 0.6))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    scales.mark_dates(ax, tz)
    _title_bars(ax, shown, start, end, colour)
    _put_legend(ax, shown)
    return "lie one above the other"


def _title_bars(ax: Axes, shown: pd.DataFrame, start: scales.Floats, end: scales.Floats, colour: Any) -> None:
    """Write titles on the bars that have room for some of it."""
    _, width = axes.size_points(ax)
    left, right = ax.get_xlim()
    columns = ((end - start) / (right - left) * width / 4.5).astype(int)
    wide = np.flatnonzero(columns >= _LEAST_COLUMNS)
    ids = shown["space_id"].fillna("no id").iloc[wide].tolist()
    names = labels.of_titles(shown["title"].iloc[wide].astype(object), ids, [""] * len(ids), 300, NO_TITLE)
    for place, name in zip(wide, names, strict=True):
        text = ax.text(start[place], float(shown["lane"].iloc[place]) + 1, "", fontsize=axes.TINY, va="center_baseline",
                       color=axes.readable_on(colour[place]), clip_on=True)  # fmt: skip
        labels.Label(" " + shortened(name.text, columns[place] - 1), name.families).put_on(text)
