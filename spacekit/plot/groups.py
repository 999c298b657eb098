"""Groups side by side: shares of replay, hosts, punctuality. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spacekit import stats
from spacekit.plot import caption, counts, frame, titles
from spacekit.stats.columns import pick_spaces

SHARE: Final = "replay share: plays / (live + plays)"
NO_PEOPLE: Final = "The replay share is one of counts as X reports them, not of people, and grows with age."

_MOST_LINES: Final = 7
_LINES: Final = ("-", (0, (5, 1)), (0, (1, 1)), (0, (4, 1, 1, 1)), (0, (8, 2)), (0, (2, 2)), "-")
_NAME_COLUMNS: Final = 24


def replay_share(spaces: pd.DataFrame, *, by: Any = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Share of Spaces with at most a given replay share, as a step curve for each group.

    Parameters
    ----------
    spaces
        Table `spaces`. Spaces for which live and replay do not compare are left out, and counted in the caption.
    by
        Groups, as `stats.compare` takes them: "host", "weekday", a column's name, a function of the table, values. Of
        more than 7, the largest are drawn, and the caption says how many are not.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.step` for each curve.

    Returns
    -------
    ax
        The replay share is plays / (live + plays), and no share of people. Where a curve crosses 50 % is the median.
    """
    curves = stats.share_ecdf(spaces, by)
    ax = frame.axes(ax)
    curves["group"] = curves["group"].fillna("no group")
    sizes = curves.groupby("group", sort=False)["n"].first()
    largest = sizes.sort_values(ascending=False, kind="stable").head(_MOST_LINES)
    if curves.empty:
        frame.nothing(ax, len(spaces))
    else:
        _draw_curves(ax, curves, sizes[sizes.index.isin(largest.index)], **kwargs)
    frame.name_axes(ax, SHARE, "share of Spaces at or below")
    caption.put(ax, f"{caption.of(int(sizes.sum()), len(spaces))}.", _groups_not_shown(len(sizes), _MOST_LINES),
                NO_PEOPLE, caption.of_spaces(spaces))  # fmt: skip
    return ax


def _draw_curves(ax: Axes, curves: pd.DataFrame, sizes: pd.Series[Any], **kwargs: Any) -> None:
    handles = []
    for name, colour, line in zip(sizes.index, (*frame.colours(ax), frame.ink(ax)), _LINES, strict=False):
        curve = curves[curves["group"] == name]
        x, y = counts.floats(curve["replay_share"]), counts.floats(curve["fraction"])
        usual = {"color": colour, "linestyle": line, "linewidth": 1.8, "where": "post"}
        handles += ax.step(np.r_[0, x, 1], np.r_[0, y, 1], **frame.options(Line2D, usual, kwargs))
    ax.axhline(0.5, color=frame.faint(ax, 0.3), linewidth=0.8, zorder=0)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    notes = [f" (n = {n:,})" for n in sizes]
    frame.legend(ax, handles, titles.named(list(sizes.index), _NAME_COLUMNS, notes))


def _groups_not_shown(n: int, shown: int, what: str = "groups") -> str:
    return f"The {shown:,} largest of {n:,} {what}; {n - shown:,} not shown." if n > shown else ""


def hosts(spaces: pd.DataFrame, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Median replay share of each host, with its 95 % interval and the middle half of the host's Spaces.

    Parameters
    ----------
    spaces
        Table `spaces`. Of more than 30 hosts, or than fit into `ax`, those with most Spaces to compare are drawn.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter` for the medians.

    Returns
    -------
    ax
        Hosts by median share, the highest on top, with n behind the name. A hollow dot without an interval is a
        host with too few Spaces for one (`thin` in `stats.compare`).
    """
    kept = spaces[stats.measures(spaces)["excluded"].isna().to_numpy()]
    host = stats.group_labels(kept, "host")
    chosen, n_hosts = _largest(host, frame.rows_that_fit(ax))
    rows = stats.summarise(kept[chosen.to_numpy()], by=host[chosen].astype(str).tolist())
    rows = rows.sort_values("share_median", ascending=False, kind="stable")
    ax = frame.axes(ax, rows=len(rows))
    if rows.empty:
        frame.nothing(ax, len(spaces))
    else:
        _draw_intervals(ax, rows, **kwargs)
    frame.name_axes(ax, SHARE)
    unknown = int(host.isna().sum())
    caption.put(ax, f"{caption.of(len(kept), len(spaces))}.", _groups_not_shown(n_hosts, len(rows), "hosts"),
                f"{unknown:,} without a known host not shown." if unknown else "", NO_PEOPLE,
                caption.of_spaces(spaces))  # fmt: skip
    return ax


def _largest(group: pd.Series[Any], most: int) -> tuple[pd.Series[Any], int]:
    """Which rows belong to the groups with most rows, and how many groups there are."""
    sizes = group.value_counts()
    sizes = sizes[sizes > 0]
    return group.isin(list(sizes.index[:most])), len(sizes)


def _draw_intervals(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    middle, low, high = (counts.floats(rows[f"share_{name}"]) for name in ("median", "low", "high"))
    colour = frame.colours(ax)[1]
    half = ax.hlines(at, counts.floats(rows["share_q25"]), counts.floats(rows["share_q75"]), linewidth=7,
                     color=frame.faint(ax, 0.18), label="middle half of the Spaces")  # fmt: skip
    interval = ax.hlines(at, low, high, linewidth=1.8, color=colour, label="95 % interval of the median")
    thin = rows["thin"].to_numpy(dtype=bool)
    faces = [frame.paper(ax) if few else colour for few in thin]
    usual = {"c": faces, "s": 30, "zorder": 3, "edgecolor": colour}
    ax.scatter(middle, at, **frame.options(PathCollection, usual, kwargs))
    ax.set_xlim(-0.02, 1.02)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.axvline(0.5, color=frame.faint(ax, 0.3), linewidth=0.8, zorder=0)
    notes = [f" (n = {n:,})" for n in rows["n"]]
    frame.label_rows(ax, titles.named(rows["group"].tolist(), frame.label_columns(ax) - 6, notes))
    full = [_dot(colour, colour, "median"), interval] if not thin.all() else []
    hollow = [_dot(colour, "none", "median, too few for an interval")] if thin.any() else []
    frame.legend(ax, [*full, half, *hollow])


def _dot(edge: Any, face: Any, label: str) -> Line2D:
    return Line2D([], [], linestyle="", marker="o", markeredgecolor=edge, markerfacecolor=face, label=label)


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
    times = pick_spaces(spaces, "started_at", "scheduled_start")
    begun, announced = times["started_at"].notna().to_numpy(), times["scheduled_start"].notna().to_numpy()
    timed = spaces[begun & announced]
    host = stats.group_labels(timed, "host")
    chosen, n_hosts = _largest(host, frame.rows_that_fit(ax))
    rows = stats.punctuality(timed[chosen.to_numpy()], by=host[chosen].astype(str).tolist())
    rows = rows.sort_values("delay_median", kind="stable")
    ax = frame.axes(ax, rows=len(rows))
    if rows.empty:
        frame.nothing(ax, len(spaces), "No started Space with an announced start")
    else:
        _draw_delays(ax, rows, **kwargs)
    frame.name_axes(ax, "start delay (minutes after the announced start)")
    instant = int((begun & ~announced).sum())
    caption.put(ax, f"{caption.of(len(timed), len(spaces))}.", _groups_not_shown(n_hosts, len(rows), "hosts"),
                f"Left out: {len(spaces) - len(timed) - instant:,} not started, {instant:,} not announced.",
                "In brackets: early, on time (within a minute), late.", caption.fetched(spaces),
                caption.made_up(spaces))  # fmt: skip
    return ax


def _draw_delays(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    low, middle, high = (counts.minutes(rows[f"delay_{name}"]) for name in ("q25", "median", "q75"))
    colour = frame.colours(ax)[0]
    counts.scale_signed(ax.xaxis, np.concatenate([low, high]))
    ax.axvspan(-1, 1, color=frame.faint(ax, 0.1), zorder=0, label="on time: within a minute")
    ax.hlines(at, low, high, linewidth=1.8, color=colour, label="middle half of the starts")
    usual = {"color": colour, "s": 30, "zorder": 3, "label": "median"}
    ax.scatter(middle, at, **frame.options(PathCollection, usual, kwargs))
    notes = [
        f" ({early:,}, {on_time:,}, {late:,})"
        for early, on_time, late in zip(rows["early"], rows["on_time"], rows["late"], strict=True)
    ]
    frame.label_rows(ax, titles.named(rows["group"].tolist(), frame.label_columns(ax) - 6, notes))
    frame.legend(ax, ax.get_legend_handles_labels()[0][::-1])
