"""How punctual hosts are: single starts, their median and middle half. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales
from spacekit.plot.drawn import remember
from spacekit.stats.columns import pick_spaces
from spacekit.stats.groups import creator_keys
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, plural, span

_STEP: Final = 0.618  # of the height of a dot in its row: even, and never the same twice
_HEIGHT: Final = 0.5
_NARROW_POINTS: Final = 240.0  # narrower axes have no room for words at the right


@keyless
def punctuality(spaces: Spaces, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw how late each host starts: single starts, their median and middle half, and how many were on time.

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
        Hosts by median delay, the earliest on top; negative is before the announced time. On time is within a minute;
        how many starts were stands at the right where there is room. Up to 400 single starts lie behind, in grey; their
        height in the row means nothing.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.punctuality(sk.sample_batch().spaces)
    >>> ax.get_title(loc="left")
    '45 of 80 Spaces started on time; 34 late, 1 early'
    """
    spaces = spaces_in(spaces)
    times = pick_spaces(spaces, "started_at scheduled_start")
    repeated = (stats.measures(spaces)["excluded"] == "repeated").to_numpy(dtype=bool, na_value=False)
    begun = times["started_at"].notna().to_numpy() & ~repeated
    announced = times["scheduled_start"].notna().to_numpy()
    timed = begun & announced
    hosts, not_shown = _by_host(spaces, timed, axes.rows_that_fit(ax))
    rows = hosts.sort_values("delay_median", kind="stable")
    ax = axes.given_or_new(ax, rows=len(rows))
    if rows.empty:
        axes.nothing(ax, len(spaces), "No started Space with an announced start and a host")
    else:
        _draw_delays(ax, rows, spaces, timed, **kwargs)
    axes.name_axes(ax, "minutes after the announced start")
    n = {"repeated": repeated, "not started": ~begun & ~repeated, "not announced": begun & ~announced}
    left_out = pd.DataFrame({"reason": [*n], "n": [int(rows.sum()) for rows in n.values()]})
    frame.put(ax, spaces, title(stats.punctuality(spaces).iloc[0]), caption.of(int(timed.sum()), spaces),
              not_shown, _unnamed(spaces, timed), caption.reasons(left_out),
              "On time: within a minute of the announced start.", "Grey: single starts.",
              ages=False, grid="x")  # fmt: skip
    return ax


def title(all_starts: pd.Series[Any]) -> str:
    """Word how many starts were on time, early and late, from the row of `stats.punctuality` over all."""
    n, early, on_time, late = (int(all_starts[name]) for name in ("n", "early", "on_time", "late"))
    if n == 1:
        delay = all_starts["delay_median"]
        side = "early" if early else "late"
        return f"The one Space started {f'{span(abs(delay))} {side}' if early or late else 'on time'}"
    if n == 0:
        return "No announced starts"
    rest = ", ".join(filter(None, [f"{late:,} late" if late else "", f"{early:,} early" if early else ""]))
    return f"{on_time:,} of {n:,} Spaces started on time{f'; {rest}' if rest else ''}"


def _by_host(spaces: pd.DataFrame, timed: npt.NDArray[np.bool_], most: int) -> tuple[pd.DataFrame, str]:
    """Return the punctuality of the hosts with most starts, and a sentence on the others."""
    host = stats.group_labels(spaces, "host")
    sizes = host[timed].value_counts()
    sizes = sizes[sizes > 0]
    shown = host.where(timed & host.isin(list(sizes.index[:most])).to_numpy())
    rows = stats.punctuality(spaces, shown)
    rows = rows[rows["group"].notna()].reset_index(drop=True)
    return rows, caption.not_shown(len(sizes), len(rows), "hosts")


def _unnamed(spaces: pd.DataFrame, timed: npt.NDArray[np.bool_]) -> str:
    n = int((creator_keys(spaces).isna().to_numpy() & timed).sum())
    return f"{plural(n, 'Space')} without a known host not drawn." if n else ""


def _draw_delays(
    ax: Axes, rows: pd.DataFrame, spaces: pd.DataFrame, timed: npt.NDArray[np.bool_], **kwargs: Any
) -> None:
    at, colour = np.arange(len(rows))[::-1], axes.colours(ax)[0]
    low, middle, high = (scales.minutes(rows[f"delay_{name}"]) for name in ("q25", "median", "q75"))
    singles = _singles(spaces, timed, dict(zip(rows["group"], at, strict=True)))
    x, y = singles["delay"], singles["height"]
    scales.fit_signed(ax.xaxis, np.concatenate([low, high, x]))
    ax.axvspan(-1, 1, color=axes.faint(ax, 0.1), linewidth=0, zorder=0, label="on time")
    ax.scatter(x, y, s=9, color=axes.faint(ax, 0.4), linewidth=0, zorder=1.5)
    remember(ax, x, y, singles["space_id"])
    ax.hlines(at, low, high, linewidth=1.8, color=colour, zorder=2, label="middle half")
    usual = {"color": colour, "s": 30, "zorder": 3, "label": "median"}
    ax.scatter(middle, at, **axes.options(PathCollection, usual, kwargs))
    axes.label_rows(ax, labels.named(rows["group"].tolist(), axes.label_columns(ax)))
    is_wide = axes.size_points(ax)[1] > _NARROW_POINTS
    for height, on_time, n in zip(at, rows["on_time"], rows["n"], strict=True) if is_wide else ():
        ax.annotate(f"{on_time:,} of {n:,} on time", (1, height), (4, 0), textcoords="offset points",
                    xycoords=("axes fraction", "data"), va="center_baseline", fontsize=axes.TINY,
                    color=axes.grey(ax))  # fmt: skip
    axes.legend(ax, ax.get_legend_handles_labels()[0][::-1])


def _singles(spaces: pd.DataFrame, timed: npt.NDArray[np.bool_], at: dict[Any, int]) -> pd.DataFrame:
    """
    Return delay in minutes and height of each start of the hosts drawn; none where there are too many.

    Heights follow from the order of delays.
    """
    if timed.sum() > points.MOST_POINTS:
        return pd.DataFrame({"space_id": [], "delay": [], "height": []}, dtype=np.float64)
    host = stats.group_labels(spaces, "host")[timed].astype("string")
    delay = scales.minutes(stats.measures(spaces)["start_delay"][timed])
    table = pd.DataFrame({"space_id": spaces["space_id"][timed].array, "host": host.array, "delay": delay})
    table = table[table["host"].isin(list(at))].sort_values(["host", "delay", "space_id"])
    place = table.groupby("host").cumcount().to_numpy()
    height = table["host"].map(at).to_numpy(dtype=np.float64)
    return table.assign(height=height + _HEIGHT * ((place * _STEP + 0.5) % 1 - 0.5))
