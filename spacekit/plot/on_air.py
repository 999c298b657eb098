"""Spaces as bars in time, so that those on air at once are seen. Times and lanes are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from spacekit import stats
from spacekit.plot import caption, counts, dates, frame, titles

_MOST_BARS: Final = 400
_LEAST_COLUMNS: Final = 8


def timeline(spaces: pd.DataFrame, *, tz: str = "UTC", ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    When each Space was on air, as bars in time; those on air at a same moment lie one above the other.

    Parameters
    ----------
    spaces
        Table `spaces`. Of more than 400 with a start and an end, the latest are drawn.
    tz
        Zone whose clocks are meant.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.hlines` for the bars.

    Returns
    -------
    ax
        Bars that overlap another one differ in colour. A Space that had not ended when it was fetched is drawn up to
        then, with an arrow. Bars too short to be seen have a mark at their start.

    Raises
    ------
    ValueError
        `tz` is not understood.
    """
    placed = stats.timeline(spaces)
    on_air = placed["left_out"].isna().to_numpy()
    shown = placed[on_air]
    if len(shown) > _MOST_BARS:
        latest = np.argsort(shown["started_at"].to_numpy(), kind="stable")[-_MOST_BARS:]
        shown = stats.timeline(spaces[on_air].iloc[latest])
    lanes = 1 if shown.empty else int(shown["lane"].max()) + 1
    ax = frame.axes(ax, rows=int(np.clip(2 * lanes, 5, 20)))
    if shown.empty:
        frame.nothing(ax, len(spaces), "No Space with a start and an end")
    else:
        _draw_bars(ax, shown, tz, **kwargs)
    frame.name_axes(ax, f"time ({tz})", "Spaces at once")
    caption.put(ax, _what_is_on_air(shown, int(on_air.sum()), len(spaces)),
                caption.reasons(caption.tally(placed["left_out"])), caption.fetched(spaces),
                caption.made_up(spaces))  # fmt: skip
    return ax


def _draw_bars(ax: Axes, shown: pd.DataFrame, tz: str, **kwargs: Any) -> None:
    start, end = (dates.days(shown[name]) for name in ("started_at", "ended_at"))
    lane, crowded = counts.floats(shown["lane"]) + 1, (shown["overlaps"] > 0).to_numpy(dtype=bool)
    lanes, room = lane.max(), max((end.max() - start.min()) * 0.03, 1 / 1_440)
    height, _ = frame.size_points(ax)
    thick = float(np.clip(0.5 * height / lanes, 1.5, 14))
    colour = np.where(crowded, frame.colours(ax)[1], frame.colours(ax)[0])
    ax.hlines(
        lane, start, end, **frame.options(LineCollection, {"color": colour, "linewidth": thick}, kwargs)
    )
    ax.scatter(start, lane, marker="|", s=thick**2, color=colour, linewidths=1)
    still = shown["is_open"].to_numpy(dtype=bool)
    ax.scatter(end[still], lane[still], marker=">", s=0.4 * thick**2, color=colour[still])
    ax.set(xlim=(start.min() - room, end.max() + room), ylim=(0.4, lanes + 0.6))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    dates.mark(ax, tz)
    _title_bars(ax, shown, start, end, colour)
    names = ("alone on air", "with another one")
    frame.legend(ax, [Patch(color=c, label=name) for c, name in zip(frame.colours(ax), names, strict=False)])


def _title_bars(ax: Axes, shown: pd.DataFrame, start: counts.Floats, end: counts.Floats, colour: Any) -> None:
    """Write titles on the bars that have room for some of it."""
    _, width = frame.size_points(ax)
    left, right = ax.get_xlim()
    columns = ((end - start) / (right - left) * width / 4.5).astype(int)
    wide = np.flatnonzero(columns >= _LEAST_COLUMNS)
    ids = shown["space_id"].fillna("no id").iloc[wide].tolist()
    names = titles.labels(shown["title"].iloc[wide].astype(object), ids, [""] * len(ids), 300)
    for place, name in zip(wide, names, strict=True):
        on_bar = "black" if frame.brightness(colour[place]) > 0.5 else "white"
        text = ax.text(start[place], float(shown["lane"].iloc[place]) + 1, "", fontsize="x-small", va="center_baseline",
                       color=on_bar, clip_on=True)  # fmt: skip
        titles.Label(" " + titles.shorten(name.text, columns[place] - 1), name.families).put_on(text)


def _what_is_on_air(shown: pd.DataFrame, on_air: int, n: int) -> str:
    with_others = int((shown["overlaps"] > 0).sum())
    rest = f"; the latest {len(shown):,} are shown" if on_air > len(shown) else ""
    still = int(shown["is_open"].sum())
    arrow = f" {still:,} had not ended when fetched (arrow)." if still else ""
    return f"{caption.of(on_air, n)}{rest}, {with_others:,} of these on air together with another one.{arrow}"
