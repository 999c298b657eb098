"""Spaces as bars in time, so that those on air at once are seen. Times and lanes are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection, QuadMesh
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from spacekit import stats
from spacekit.plot import axes, caption, labels, scales, shares
from spacekit.stats.columns import pick_spaces

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_VALUES: Final = {
    **{name: f"median {label}" for name, label in labels.COUNTS.items()},
    "share": f"median {labels.SHARE}",
}
_POINTS: Final = {"s": 34, "alpha": 0.8, "linewidth": 0}
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
    ax = axes.given_or_new(ax, rows=int(np.clip(2 * lanes, 5, 20)))
    if shown.empty:
        axes.nothing(ax, len(spaces), "No Space with a start and an end")
    else:
        _draw_bars(ax, shown, tz, **kwargs)
    axes.name_axes(ax, f"time ({tz})", "Spaces at once")
    caption.put(ax, _what_is_on_air(shown, int(on_air.sum()), len(spaces)),
                caption.reasons(caption.tally(placed["left_out"])), caption.fetched(spaces),
                caption.made_up(spaces))  # fmt: skip
    return ax


def _draw_bars(ax: Axes, shown: pd.DataFrame, tz: str, **kwargs: Any) -> None:
    start, end = (scales.days(shown[name]) for name in ("started_at", "ended_at"))
    lane, crowded = scales.floats(shown["lane"]) + 1, (shown["overlaps"] > 0).to_numpy(dtype=bool)
    lanes, room = lane.max(), max((end.max() - start.min()) * 0.03, 1 / 1_440)
    height, _ = axes.size_points(ax)
    thick = float(np.clip(0.5 * height / lanes, 1.5, 14))
    colour = np.where(crowded, axes.colours(ax)[1], axes.colours(ax)[0])
    ax.hlines(lane, start, end, **axes.options(LineCollection, {"color": colour, "linewidth": thick}, kwargs))
    ax.scatter(start, lane, marker="|", s=thick**2, color=colour, linewidths=1)
    still = shown["is_open"].to_numpy(dtype=bool)
    ax.scatter(end[still], lane[still], marker=">", s=0.4 * thick**2, color=colour[still])
    ax.set(xlim=(start.min() - room, end.max() + room), ylim=(0.4, lanes + 0.6))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=8, integer=True, min_n_ticks=1))
    scales.mark_dates(ax, tz)
    _title_bars(ax, shown, start, end, colour)
    names = ("alone on air", "with another one")
    axes.legend(ax, [Patch(color=c, label=name) for c, name in zip(axes.colours(ax), names, strict=False)])


def _title_bars(ax: Axes, shown: pd.DataFrame, start: scales.Floats, end: scales.Floats, colour: Any) -> None:
    """Write titles on the bars that have room for some of it."""
    _, width = axes.size_points(ax)
    left, right = ax.get_xlim()
    columns = ((end - start) / (right - left) * width / 4.5).astype(int)
    wide = np.flatnonzero(columns >= _LEAST_COLUMNS)
    ids = shown["space_id"].fillna("no id").iloc[wide].tolist()
    names = labels.labels(shown["title"].iloc[wide].astype(object), ids, [""] * len(ids), 300)
    for place, name in zip(wide, names, strict=True):
        on_bar = "black" if axes.brightness(colour[place]) > 0.5 else "white"
        text = ax.text(start[place], float(shown["lane"].iloc[place]) + 1, "", fontsize="x-small", va="center_baseline",
                       color=on_bar, clip_on=True)  # fmt: skip
        labels.Label(" " + labels.shorten(name.text, columns[place] - 1), name.families).put_on(text)


def _what_is_on_air(shown: pd.DataFrame, on_air: int, n: int) -> str:
    with_others = int((shown["overlaps"] > 0).sum())
    rest = f"; the latest {len(shown):,} are shown" if on_air > len(shown) else ""
    still = int(shown["is_open"].sum())
    arrow = f" {still:,} had not ended when fetched (arrow)." if still else ""
    return f"{caption.of(on_air, n)}{rest}, {with_others:,} of these on air together with another one.{arrow}"


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
    ax = axes.given_or_new(ax)
    if n == 0:
        axes.nothing(ax, len(spaces), "No Space to compare with a start")
    else:
        _draw_calendar(ax, cells, value, **kwargs)
    axes.name_axes(ax, f"hour of the start ({tz})")
    caption.put(ax, f"{caption.of(n, len(spaces))}. The number in a cell is its Spaces; grey: fewer than 3.",
                caption.SHARE if value == "share" else caption.COUNTS, caption.of_spaces(spaces))  # fmt: skip
    return ax


def _draw_calendar(ax: Axes, cells: pd.DataFrame, value: str, **kwargs: Any) -> None:
    table = cells.sort_values(["weekday", "hour"])
    middle = scales.floats(table[f"{value}_median"]).reshape(7, 24)
    thin, n = table["thin"].to_numpy(dtype=bool).reshape(7, 24), table["n"].to_numpy(dtype=int).reshape(7, 24)
    grey = np.where(thin & (n > 0), 1.0, np.nan)
    edges = np.arange(25) - 0.5, np.arange(8) - 0.5
    ax.pcolormesh(*edges, grey, cmap=axes.one_colour(axes.faint(ax, 0.2)), zorder=0)
    thick = np.where(thin, np.nan, middle)
    if np.isfinite(thick).any():
        usual = {
            "cmap": axes.colour_map(ax),
            "norm": _norm(thick, value),
            "edgecolor": axes.paper(ax),
            "linewidth": 0.5,
        }
        drawn = ax.pcolormesh(*edges, thick, **axes.options(QuadMesh, usual, kwargs))
        scales.key(ax, drawn, _VALUES[value])
        _write_n(ax, n, drawn)
    else:
        _write_n(ax, n, None)
    ax.set_yticks(range(7), _DAYS)
    ax.set_xticks(range(0, 24, 3))
    ax.set(xlim=(-0.5, 23.5), ylim=(6.5, -0.5))


def _norm(values: scales.Floats, value: str) -> Normalize:
    if value == "share":
        return Normalize(0, 1)
    low, high = max(np.nanmin(values), 1.0), np.nanmax(values)
    return LogNorm(low, high, clip=True) if high > 10 * low else Normalize(0, max(high, 1.0))


def _write_n(ax: Axes, n: Any, drawn: QuadMesh | None) -> None:
    """Write how many Spaces each cell holds, in a colour that can be read on it."""
    _, width = axes.size_points(ax)
    behind = drawn.to_rgba(np.ma.asarray(drawn.get_array())) if drawn is not None else np.zeros((*n.shape, 4))
    for (day, hour), number in np.ndenumerate(n):
        if number == 0:
            continue
        shade = behind[day, hour]
        on = shade[:3] if shade[3] > 0 else axes.faint(ax, 0.2)
        colour = "black" if axes.brightness(on) > 0.5 else "white"
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


def punctuality(spaces: pd.DataFrame, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Delay of each host's starts against the announced time: median, middle half, and how many were early, on time, late.

    Parameters
    ----------
    spaces
        Table `spaces`. Started Spaces with an announced start count. Of more than 30 hosts, or than fit into `ax`,
        those with most of them are drawn.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter` for the medians.

    Returns
    -------
    ax
        Hosts by median delay, the earliest on top; negative is before the announced time. On time is within a minute.
    """
    times = pick_spaces(spaces, "started_at scheduled_start")
    begun, announced = times["started_at"].notna().to_numpy(), times["scheduled_start"].notna().to_numpy()
    timed = spaces[begun & announced]
    host = stats.group_labels(timed, "host")
    chosen, n_hosts = shares.largest(host, axes.rows_that_fit(ax))
    rows = stats.punctuality(timed[chosen.to_numpy()], by=host[chosen].astype(str).tolist())
    rows = rows.sort_values("delay_median", kind="stable")
    ax = axes.given_or_new(ax, rows=len(rows))
    if rows.empty:
        axes.nothing(ax, len(spaces), "No started Space with an announced start")
    else:
        _draw_delays(ax, rows, **kwargs)
    axes.name_axes(ax, "start delay (minutes after the announced start)")
    instant = int((begun & ~announced).sum())
    caption.put(ax, f"{caption.of(len(timed), len(spaces))}.", caption.not_shown(n_hosts, len(rows), "hosts"),
                f"Left out: {len(spaces) - len(timed) - instant:,} not started, {instant:,} not announced.",
                "In brackets: early, on time (within a minute), late.", caption.fetched(spaces),
                caption.made_up(spaces))  # fmt: skip
    return ax


def _draw_delays(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    low, middle, high = (scales.minutes(rows[f"delay_{name}"]) for name in ("q25", "median", "q75"))
    colour = axes.colours(ax)[0]
    scales.scale_signed(ax.xaxis, np.concatenate([low, high]))
    ax.axvspan(-1, 1, color=axes.faint(ax, 0.1), zorder=0, label="on time: within a minute")
    ax.hlines(at, low, high, linewidth=1.8, color=colour, label="middle half of the starts")
    usual = {"color": colour, "s": 30, "zorder": 3, "label": "median"}
    ax.scatter(middle, at, **axes.options(PathCollection, usual, kwargs))
    notes = [
        f" ({early:,}, {on_time:,}, {late:,})"
        for early, on_time, late in zip(rows["early"], rows["on_time"], rows["late"], strict=True)
    ]
    axes.label_rows(ax, labels.named(rows["group"].tolist(), axes.label_columns(ax) - 6, notes))
    axes.legend(ax, ax.get_legend_handles_labels()[0][::-1])


def duration(
    spaces: pd.DataFrame,
    *,
    audience: Literal["live", "replay"] = "live",
    scale: scales.Scale = "auto",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Audience of each Space against how long it lasted, with Spearman's rho.

    Parameters
    ----------
    spaces
        Table `spaces`. Spaces for which live and replay do not compare are left out. More than 400 are drawn as
        cells, coloured by how many Spaces each holds.
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
        Length is from start to end. Logarithmic where lengths or counts span decades.

    Raises
    ------
    ValueError
        `audience` is another word.
    """
    if audience not in labels.COUNTS:
        raise ValueError(f"duration: there is no audience {audience!r}. Use 'live' or 'replay'.")
    scales.check_scale(scale)
    measured = stats.measures(spaces)
    known = measured[measured["excluded"].isna() & measured["duration"].notna()]
    ax = axes.given_or_new(ax)
    if known.empty:
        axes.nothing(ax, len(spaces), "No Space to compare with a length")
    else:
        _draw_durations(ax, known, audience, scale, **kwargs)
    axes.name_axes(ax, "length of the Space, from start to end", labels.COUNTS[audience])
    rho = caption.rho(stats.correlation(spaces, "duration", audience).iloc[0]) if len(known) else ""
    caption.put(ax, f"{caption.of(len(known), len(spaces))}{rho}.", caption.COUNTS, caption.of_spaces(spaces))
    return ax


def _draw_durations(ax: Axes, known: pd.DataFrame, audience: str, scale: scales.Scale, **kwargs: Any) -> None:
    x, y = scales.minutes(known["duration"]), scales.floats(known[audience])
    scales.scale_spans(ax.xaxis, x)
    scales.fit(ax.yaxis, y, scale)
    if len(known) > axes.MOST_POINTS:
        scales.scatter_cells(ax, x, y, **kwargs)
        return
    colour = axes.colours(ax)[0 if audience == "live" else 1]
    ax.scatter(x, y, **axes.options(PathCollection, {"color": colour, **_POINTS}, kwargs))
