"""When Spaces are on air, how punctual and how long. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales
from spacekit.plot.drawn import remember
from spacekit.plot.hosts import by_host
from spacekit.stats.columns import floats, pick_spaces, zoned
from spacekit.stats.measures import lacking
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, shortened, show

_MOST_BARS: Final = 400
_LEAST_COLUMNS: Final = 8


def timeline(spaces: Spaces, *, tz: str = "UTC", ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw when each Space was on air, as bars in time; Spaces that overlap lie one above the other.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of more than 400 with a start and an end, the latest are drawn.
    tz
        Time zone of the clocks.
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
        There is no such zone.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.timeline(sk.sample_batch().spaces, tz="Europe/London")
    >>> ax.get_xlabel()
    'time (Europe/London)'
    """
    spaces = spaces_in(spaces)
    placed = stats.timeline(spaces)
    zoned(placed["started_at"], tz)  # refuses what is no zone; matplotlib takes some of it
    on_air = placed["left_out"].isna().to_numpy()
    shown = placed[on_air]
    if len(shown) > _MOST_BARS:
        latest = np.argsort(shown["started_at"].to_numpy(), kind="stable")[-_MOST_BARS:]
        shown = stats.timeline(spaces[on_air].iloc[latest])
    lanes = 1 if shown.empty else int(shown["lane"].max()) + 1
    ax = axes.given_or_new(ax, rows=int(np.clip(2 * lanes, 5, 20)))
    if shown.empty:
        axes.nothing(ax, len(spaces), "No Space with a start and an end")
    else:
        _draw_bars(ax, shown, tz, **kwargs)
    axes.name_axes(ax, f"time ({tz})", "Spaces at once")
    frame.put(ax, spaces, "When Spaces were on air", caption.of(int(on_air.sum()), spaces),
                _what_is_on_air(shown, int(on_air.sum())),
                caption.reasons(caption.tally(placed["left_out"])), ages=False, grid="x")  # fmt: skip
    return ax


def _draw_bars(ax: Axes, shown: pd.DataFrame, tz: str, **kwargs: Any) -> None:
    start, end = (scales.days(shown[name]) for name in ("started_at", "ended_at"))
    lane, crowded = floats(shown["lane"]) + 1, (shown["overlaps"] > 0).to_numpy(dtype=bool)
    lanes, room = lane.max(), max((end.max() - start.min()) * 0.03, 1 / 1_440)
    height, _ = axes.size_points(ax)
    thick = float(np.clip(0.5 * height / lanes, 1.5, 14))
    colour = np.where(crowded, axes.colours(ax)[1], axes.colours(ax)[0])
    usual = {"color": colour, "linewidth": thick}
    ax.hlines(lane, start, end, **axes.options(LineCollection, usual, kwargs))
    ax.scatter(start, lane, marker="|", s=thick**2, color=colour, linewidths=1)
    still = shown["is_open"].to_numpy(dtype=bool)
    ax.scatter(end[still], lane[still], marker=">", s=0.4 * thick**2, color=colour[still])
    ax.set(xlim=(start.min() - room, end.max() + room), ylim=(0.4, lanes + 0.6))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    scales.mark_dates(ax, tz)
    _title_bars(ax, shown, start, end, colour)
    names = ("alone on air", "overlaps another one")
    axes.legend(ax, [Patch(color=c, label=name) for c, name in zip(axes.colours(ax), names, strict=False)])


def _title_bars(ax: Axes, shown: pd.DataFrame, start: scales.Floats, end: scales.Floats, colour: Any) -> None:
    """Write titles on the bars that have room for some of it."""
    _, width = axes.size_points(ax)
    left, right = ax.get_xlim()
    columns = ((end - start) / (right - left) * width / 4.5).astype(int)
    wide = np.flatnonzero(columns >= _LEAST_COLUMNS)
    ids = shown["space_id"].fillna("no id").iloc[wide].tolist()
    names = labels.of_titles(shown["title"].iloc[wide].astype(object), ids, [""] * len(ids), 300)
    for place, name in zip(wide, names, strict=True):
        text = ax.text(start[place], float(shown["lane"].iloc[place]) + 1, "", fontsize=axes.TINY, va="center_baseline",
                       color=axes.readable_on(colour[place]), clip_on=True)  # fmt: skip
        labels.Label(" " + shortened(name.text, columns[place] - 1), name.families).put_on(text)


def _what_is_on_air(shown: pd.DataFrame, on_air: int) -> str:
    overlapping = int((shown["overlaps"] > 0).sum())
    rest = f"The latest {len(shown):,} are shown. " if on_air > len(shown) else ""
    still = int(shown["is_open"].sum())
    arrow = f" {still:,} had not ended when fetched (arrow)." if still else ""
    return f"{rest}{overlapping:,} of these overlap another one.{arrow}"


def punctuality(spaces: Spaces, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw how late each host starts: median delay, middle half, and how many starts were early, on time and late.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Started Spaces with an announced start count. Of more than 30
        hosts, or than fit into `ax`, those with most of them are drawn.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter` for the medians.

    Returns
    -------
    ax
        Hosts by median delay, the earliest on top; negative is before the announced time. On time is within a minute.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.punctuality(sk.sample_batch().spaces)
    >>> ax.get_yticklabels()[-1].get_text()
    'sample_books (0, 1, 3)'
    """
    spaces = spaces_in(spaces)
    times = pick_spaces(spaces, "started_at scheduled_start")
    repeated = (stats.measures(spaces)["excluded"] == "repeated").to_numpy(dtype=bool, na_value=False)
    begun = times["started_at"].notna().to_numpy() & ~repeated
    announced = times["scheduled_start"].notna().to_numpy()
    timed = spaces[begun & announced]
    hosts, not_shown = by_host(timed, stats.punctuality, axes.rows_that_fit(ax))
    rows = hosts.sort_values("delay_median", kind="stable")
    ax = axes.given_or_new(ax, rows=len(rows))
    if rows.empty:
        axes.nothing(ax, len(spaces), "No started Space with an announced start")
    else:
        _draw_delays(ax, rows, **kwargs)
    axes.name_axes(ax, "start delay (minutes after the announced start)")
    n = {"repeated": repeated, "not started": ~begun & ~repeated, "not announced": begun & ~announced}
    left_out = pd.DataFrame({"reason": [*n], "n": [int(rows.sum()) for rows in n.values()]})
    frame.put(ax, spaces, "How early or late hosts start", caption.of(len(timed), spaces), not_shown,
              caption.reasons(left_out), "In brackets: early, on time (within a minute), late.",
              ages=False, grid="x")  # fmt: skip
    return ax


def _draw_delays(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    low, middle, high = (scales.minutes(rows[f"delay_{name}"]) for name in ("q25", "median", "q75"))
    colour = axes.colours(ax)[0]
    scales.fit_signed(ax.xaxis, np.concatenate([low, high]))
    ax.axvspan(-1, 1, color=axes.faint(ax, 0.1), zorder=0, label="on time: within a minute")
    ax.hlines(at, low, high, linewidth=1.8, color=colour, label="middle half of the starts")
    usual = {"color": colour, "s": 30, "zorder": 3, "label": "median"}
    ax.scatter(middle, at, **axes.options(PathCollection, usual, kwargs))
    starts = zip(rows["early"], rows["on_time"], rows["late"], strict=True)
    notes = [f" ({early:,}, {on_time:,}, {late:,})" for early, on_time, late in starts]
    axes.label_rows(ax, labels.named(rows["group"].tolist(), axes.label_columns(ax) - 6, notes))
    axes.legend(ax, ax.get_legend_handles_labels()[0][::-1])


def duration(
    spaces: Spaces,
    *,
    audience: Literal["live", "replay"] = "live",
    scale: scales.Scale = "auto",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Draw the audience of each Space against how long it lasted, with Spearman's rho.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of live listeners, every ended Space with a
        count is drawn, also without a recording; of plays, those whose two counts compare. More
        than 400 are drawn as cells, coloured by how many Spaces each holds.
    audience
        "live" or "replay".
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.scatter` for the points or cells.

    Returns
    -------
    ax
        Length is from start to end; its axis is logarithmic where lengths span decades.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.correlation`; not of live listeners.

    Raises
    ------
    ValueError
        `audience` is another word.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.duration(sk.sample_batch().spaces, audience="replay")
    >>> ax.get_xlabel()
    'length of the Space, from start to end'
    """
    spaces = spaces_in(spaces)
    if not isinstance(audience, str) or audience not in labels.COUNTS:
        raise ValueError(f"audience: got {show(audience)}. Use 'live' or 'replay'.")
    scales.check_scale(scale)
    measured = stats.measures(spaces)
    known = measured[lacking(measured, audience).isna() & measured["duration"].notna()]
    ax = axes.given_or_new(ax)
    if known.empty:
        axes.nothing(ax, len(spaces), "No Space to compare with a length")
    else:
        x, y = scales.minutes(known["duration"]), floats(known[audience])
        scales.fit_spans(ax.xaxis, x)
        scales.fit(ax.yaxis, y, scale)
        points.scatter(ax, x, y, "Spaces", axes.colour_of(ax, audience), **kwargs)
        remember(ax, x, y, known["space_id"])
    axes.name_axes(ax, "length of the Space, from start to end", labels.COUNTS[audience])
    rho = caption.rho(stats.correlation(spaces, "duration", audience).iloc[0]) if len(known) else ""
    is_replay = audience == "replay"
    meaning = caption.COUNTS if is_replay else UNDEFINED
    frame.put(ax, spaces, "Audience against length", caption.of(len(known), spaces), rho, meaning,
              caption.left_out(spaces, plays=is_replay), ages=is_replay)  # fmt: skip
    return ax
