"""Shares of replay in the counts: by group and by host. Numbers are those of `stats`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, labels
from spacekit.stats.columns import floats

_MOST_LINES: Final = 7
_LINES: Final = ("-", (0, (5, 1)), (0, (1, 1)), (0, (4, 1, 1, 1)), (0, (8, 2)), (0, (2, 2)), "-")
_NAME_COLUMNS: Final = 24


def replay_share(spaces: pd.DataFrame, *, by: Any = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the share of Spaces with at most a given replay share, as a step curve for each group.

    Parameters
    ----------
    spaces
        Table `spaces`. Spaces for which live and replay do not compare are left out, and counted in the caption.
    by
        Groups, as in `stats.compare`: "host", "weekday", a column's name, a function of the table, values. Of more
        than 7, the largest are drawn, and the caption says how many are not.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.step` for each curve.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.compare`.

    Returns
    -------
    ax
        The replay share is plays / (live + plays), not a share of people. A curve crosses 50 % at the median.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.replay_share(sk.sample_batch().spaces, by="host")
    >>> ax.get_xlabel()
    'replay share: plays / (live + plays)'
    """
    curves = stats.share_ecdf(spaces, by)
    ax = axes.given_or_new(ax)
    curves["group"] = curves["group"].fillna("no group")
    sizes = curves.groupby("group", sort=False)["n"].first()
    largest = sizes.sort_values(ascending=False, kind="stable").head(_MOST_LINES)
    if curves.empty:
        axes.nothing(ax, len(spaces))
    else:
        _draw_curves(ax, curves, sizes[sizes.index.isin(largest.index)], **kwargs)
    axes.name_axes(ax, labels.SHARE, "share of Spaces at or below")
    caption.put(ax, spaces, f"{caption.of(int(sizes.sum()), spaces)}.",
                caption.not_shown(len(sizes), _MOST_LINES), caption.SHARE, caption.left_out(spaces),
                caption.ages_apart(spaces, by))  # fmt: skip
    return ax


def _draw_curves(ax: Axes, curves: pd.DataFrame, sizes: pd.Series[Any], **kwargs: Any) -> None:
    handles = []
    for name, colour, line in zip(sizes.index, (*axes.colours(ax), axes.ink(ax)), _LINES, strict=False):
        curve = curves[curves["group"] == name]
        x, y = floats(curve["replay_share"]), floats(curve["fraction"])
        usual = {"color": colour, "linestyle": line, "linewidth": 1.8, "where": "post"}
        handles += ax.step(np.r_[0, x, 1], np.r_[0, y, 1], **axes.options(Line2D, usual, kwargs))
    ax.axhline(0.5, color=axes.faint(ax, 0.3), linewidth=0.8, zorder=0)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))
    notes = [f" (n = {n:,})" for n in sizes]
    axes.legend(ax, handles, labels.named(list(sizes.index), _NAME_COLUMNS, notes))


def hosts(spaces: pd.DataFrame, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the median replay share of each host, with its 95 % interval and the middle half of the host's Spaces.

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
        Hosts by median share, the highest on top, with n after the name. A hollow dot without an interval is a host
        with too few Spaces for one (`thin` in `stats.compare`).

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.hosts(sk.sample_batch().spaces)
    >>> ax.get_yticklabels()[-1].get_text()
    'sample_radio (n = 11)'
    """
    kept = spaces[stats.measures(spaces)["excluded"].isna().to_numpy()]
    rows, not_shown = by_host(kept, stats.summarise, axes.rows_that_fit(ax))
    rows = rows.sort_values("share_median", ascending=False, kind="stable")
    ax = axes.given_or_new(ax, rows=len(rows))
    if rows.empty:
        axes.nothing(ax, len(spaces))
    else:
        _draw_intervals(ax, rows, **kwargs)
    axes.name_axes(ax, labels.SHARE)
    unknown = int(stats.group_labels(kept, "host").isna().sum())
    caption.put(ax, spaces, f"{caption.of(len(kept), len(spaces))}.", not_shown,
                f"{unknown:,} without a known host not shown." if unknown else "", caption.SHARE,
                caption.left_out(spaces))  # fmt: skip
    return ax


def by_host(
    spaces: pd.DataFrame, compute: Callable[..., pd.DataFrame], most: int
) -> tuple[pd.DataFrame, str]:
    """Return what `compute` makes of the hosts with most Spaces, and a sentence on the others."""
    host = stats.group_labels(spaces, "host")
    sizes = host.value_counts()
    sizes = sizes[sizes > 0]
    chosen = host.isin(list(sizes.index[:most]))
    rows = compute(spaces[chosen.to_numpy()], by=host[chosen].astype(str).to_numpy())
    return rows, caption.not_shown(len(sizes), len(rows), "hosts")


def _draw_intervals(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    quarter, middle, three_quarters, low, high = (
        floats(rows[f"share_{name}"]) for name in ("q25", "median", "q75", "low", "high")
    )
    colour, thin = axes.colours(ax)[1], rows["thin"].to_numpy(dtype=bool)
    half = ax.hlines(at, quarter, three_quarters, linewidth=7, color=axes.faint(ax, 0.18),
                     label="middle half of the Spaces")  # fmt: skip
    interval = ax.hlines(at, low, high, linewidth=1.8, color=colour, label="95 % interval of the median")
    faces = [axes.paper(ax) if few else colour for few in thin]
    usual = {"c": faces, "s": 30, "zorder": 3, "edgecolor": colour}
    ax.scatter(middle, at, **axes.options(PathCollection, usual, kwargs))
    ax.set_xlim(-0.02, 1.02)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.axvline(0.5, color=axes.faint(ax, 0.3), linewidth=0.8, zorder=0)
    notes = [f" (n = {n:,})" for n in rows["n"]]
    axes.label_rows(ax, labels.named(rows["group"].tolist(), axes.label_columns(ax) - 6, notes))
    full = [_dot(colour, colour, "median"), interval] if not thin.all() else []
    hollow = [_dot(colour, "none", "median, too few for an interval")] if thin.any() else []
    axes.legend(ax, [*full, half, *hollow])


def _dot(edge: Any, face: Any, label: str) -> Line2D:
    return Line2D([], [], linestyle="", marker="o", markeredgecolor=edge, markerfacecolor=face, label=label)
