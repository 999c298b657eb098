"""Replay share of each host: single Spaces, their median, an estimate. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, titles
from spacekit.plot.drawn import remember
from spacekit.stats.columns import floats
from spacekit.stats.hosts import largest_hosts
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_SHRINKAGE: Final = "Estimates of hosts with few or scattered Spaces are pulled towards all hosts."
_NOTHING_POOLED: Final = "No estimates: they need three hosts, and hosts with several Spaces that differ."
_MARKS: Final = "Grey dots: single Spaces; their height in a row means nothing. Circle: their median."
_NAME_COLUMNS: Final = 24
_STEP: Final = 0.618  # of the height of a dot in its row: even, and never the same twice
_HEIGHT: Final = 0.55  # of the band of dots in a row


@keyless
def hosts(spaces: Spaces, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the replay share of each host: single Spaces, their median, and an estimate with its 95 % interval.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of more than 30 hosts, or than fit into `ax`, those with most
        Spaces to compare are drawn.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter` for the estimates.

    Returns
    -------
    ax
        Hosts by estimate, the highest on top, with n after the name. Grey dots are single Spaces; their height in the
        row means nothing. The estimates are those of `stats.hosts`, which leans on all hosts where one has few Spaces.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.hosts`.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.hosts(sk.sample_batch().spaces)
    >>> ax.get_yticklabels()[-1].get_text()
    'sample_radio (n = 11)'
    """
    spaces = spaces_in(spaces)
    most = axes.rows_that_fit(ax)
    pooled = largest_hosts(spaces, most)
    compared = pooled[pooled["n"] > 0]
    largest = compared.sort_values("n", ascending=False, kind="stable").head(most)
    rows = compared[compared.index.isin(largest.index)]
    ax = axes.given_or_new(ax, rows=len(rows))
    shares, n, unknown = _single_spaces(spaces, rows["creator_screen_name"].tolist())
    if rows.empty:
        axes.nothing(ax, len(spaces))
    else:
        _draw_hosts(ax, rows, shares, **kwargs)
    axes.name_axes(ax, labels.SHARE)
    frame.put(ax, spaces, titles.highest_host(compared, _handles(compared.head(1))), caption.of(n, spaces),
                caption.not_shown(len(compared), len(rows), "hosts"),
                f"{unknown:,} without a known host not shown." if unknown else "",
                _MARKS if len(rows) else "", _NOTHING_POOLED if rows["estimate"].isna().all() else _SHRINKAGE,
                caption.SHARE, caption.left_out(spaces), grid="x")  # fmt: skip
    return ax


def _single_spaces(spaces: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, int, int]:
    """
    Return host, share and id of each Space of these hosts that is compared, by host and share.

    The numbers are how many Spaces are compared, and how many of them are of no known host.
    """
    share, host = floats(stats.measures(spaces)["replay_share"]), stats.group_labels(spaces, "host").array
    compared = ~np.isnan(share)
    kept = compared & host.isin(names)
    table = pd.DataFrame(
        {
            "host": host[kept].astype("string"),
            "share": share[kept],
            "space_id": spaces["space_id"].array[kept],
        }
    )
    unknown = int((compared & host.isna()).sum())
    return table.sort_values(["host", "share", "space_id"]), int(compared.sum()), unknown


def _handles(rows: pd.DataFrame) -> list[str]:
    return [name.text for name in labels.named(rows["creator_screen_name"].tolist(), _NAME_COLUMNS)]


def _draw_hosts(ax: Axes, rows: pd.DataFrame, shares: pd.DataFrame, **kwargs: Any) -> None:
    at = np.arange(len(rows))[::-1]
    colour, names = axes.colours(ax)[1], rows["creator_screen_name"].tolist()
    middle, estimate, low, high = (floats(rows[name]) for name in ("share_median", "estimate", "low", "high"))
    dots = _draw_spaces(ax, shares, dict(zip(names, at, strict=True)))
    median = ax.scatter(middle, at, s=46, facecolor="none", edgecolor=axes.faint(ax, 0.8), linewidth=1.1, zorder=3,
                        label="median of them")  # fmt: skip
    shown: list[Artist] = [dots, median]
    if not np.isnan(estimate).all():
        interval = ax.hlines(at, low, high, linewidth=1.8, color=colour, zorder=2)
        usual = {**axes.mark_of(ax, "replay", 32), "zorder": 4, "linewidth": 0}
        ax.scatter(estimate, at, **axes.options(PathCollection, usual, kwargs))
        shown += [_key_to_estimates(interval.get_color()[0], colour)]
    ax.set_xlim(-0.02, 1.02)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.axvline(0.5, color=axes.faint(ax, 0.3), linewidth=0.8, zorder=0)
    notes = [f" (n = {n:,})" for n in rows["n"]]
    axes.label_rows(ax, labels.named(names, axes.label_columns(ax) - 6, notes))
    axes.legend(ax, shown)


def _draw_spaces(ax: Axes, shares: pd.DataFrame, at: dict[str, int]) -> PathCollection:
    """Draw a dot for each Space, at heights that follow from its place among the host's shares."""
    place = shares.groupby("host").cumcount().to_numpy()
    height = shares["host"].map(at).to_numpy(dtype=np.float64) + _HEIGHT * ((place * _STEP + 0.5) % 1 - 0.5)
    remember(ax, shares["share"], height, shares["space_id"])
    return ax.scatter(shares["share"], height, s=11, color=axes.faint(ax, 0.4), linewidth=0, zorder=1.5,
                      label="a Space")  # fmt: skip


def _key_to_estimates(line: Any, dot: Any) -> Line2D:
    return Line2D([], [], color=line, linewidth=1.8, marker="D", markersize=5, markerfacecolor=dot, markeredgewidth=0,
                  label="estimate, 95 % interval")  # fmt: skip
