"""The ratio of plays to live listeners against the size of both. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales, titles
from spacekit.plot.drawn import remember
from spacekit.stats.ages import ages_told_elsewhere, warn_of_ages
from spacekit.stats.columns import floats
from spacekit.stats.ratio import ratios
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, plural

_MOST_GROUPS: Final = 6
_NAME_COLUMNS: Final = 18
_SIZE: Final = (
    "Size is the geometric mean of both counts: against live listeners alone, a ratio falls by construction."
)


@keyless
def ratio(spaces: Spaces, *, by: Any = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw how many plays there are for each live listener, against the size of the Space.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces for which live and replay do not compare are left out. More
        than 400 are drawn as cells, coloured by how many Spaces each holds.
    by
        Groups, as in `stats.compare`. The 6 largest have a colour and a line each, the others are grey.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.scatter` for the points or cells.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.compare`.

    Returns
    -------
    ax
        Both axes are logarithmic: up is replay / live (× 1 for equal counts), across the geometric mean of the two. A
        half is added to each count, so that a 0 has a place. The line is the slope of `stats.ratio_slope`: level where
        large and small Spaces have the same ratio. The fan behind it is its 95 % interval over creators.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     ax = sk.plot.ratio(sk.sample_batch().spaces)
    >>> ax.get_ylabel()
    'replay plays / live listeners'
    """
    spaces = spaces_in(spaces)
    with ages_told_elsewhere():  # below, once, for the chart
        slopes, found = stats.ratio_slope(spaces, by), ratios(spaces)
        of_all = slopes if by is None else stats.ratio_slope(spaces)
    group, kept = stats.group_labels(spaces, by), found["excluded"].isna().to_numpy()
    warn_of_ages("ratio", spaces, kept, None if by is None else group[kept])
    named = group.astype(object).fillna("no group")
    shown = found.assign(group=named.array)[found["log2_ratio"].notna().to_numpy()]
    slopes = slopes.assign(group=slopes["group"].fillna("no group"))[slopes["n"] > 0]
    largest = slopes.sort_values("n", ascending=False, kind="stable").head(_MOST_GROUPS).sort_index()
    ax = axes.given_or_new(ax)
    if shown.empty:
        axes.nothing(ax, len(spaces))
    else:
        _draw(ax, shown, largest, grouped=by is not None, **kwargs)
        remember(ax, *_places(shown), shown["space_id"])
    axes.name_axes(ax, "geometric mean of both counts (as X reports)", "replay plays / live listeners")
    lines = _slope_in_words(slopes) if by is None else _which_lines(len(slopes), len(largest))
    title = titles.plays_per_listener(of_all.iloc[0] if len(shown) else None, _n_zero(shown))
    frame.put(ax, spaces, title, caption.of(len(shown), spaces),
              lines if len(shown) else "", _zeros(shown), _SIZE, caption.COUNTS, caption.left_out(spaces),
              caption.ages_apart(spaces, by))  # fmt: skip
    return ax


def _draw(ax: Axes, shown: pd.DataFrame, slopes: pd.DataFrame, *, grouped: bool, **kwargs: Any) -> None:
    size, ratio = _places(shown)
    scales.fit(ax.xaxis, size, "log")
    low, high = min(ratio.min(), -1.0), max(ratio.max(), 1.0)
    room = 0.05 * (high - low)
    ax.set_ylim(low - room, high + room)
    scales.mark_factors(ax.yaxis)
    ax.axhline(0, color=axes.faint(ax, 0.4), linewidth=0.8, zorder=0)
    if grouped:
        _draw_groups(ax, shown, slopes, **kwargs)
    else:
        points.scatter(ax, size, ratio, "Spaces", axes.faint(ax, 0.5), **kwargs)
        axes.legend(ax, _draw_line(ax, size, slopes.iloc[0])[: 2 if axes.is_low(ax) else None])


def _draw_line(ax: Axes, size: scales.Floats, row: Any) -> list[Artist]:
    """Draw the median, and the slope through the means with a fan for its interval."""
    colour, ends = axes.colours(ax)[1], np.array([size.min(), size.max()])
    median = ax.axhline(row["log2_ratio_median"], color=axes.ink(ax), linestyle="--", linewidth=1.2, zorder=3,
                        label="median")  # fmt: skip
    if pd.isna(row["slope"]):
        return [median]
    (line,) = ax.plot(ends, _heights(row, ends), color=colour, linewidth=2, zorder=3, label="slope")
    if pd.isna(row["slope_low"]):
        return [median, line]
    across = np.array([ends[0], 2.0 ** row["log2_size_mean"], ends[1]])
    low, high = (_heights(row, across, f"slope_{end}") for end in ("low", "high"))
    fan = ax.fill_between(across, low, high, color=colour, alpha=0.15, linewidth=0, zorder=2,
                          label="95 % interval of the slope")  # fmt: skip
    return [median, line, fan]


def _heights(row: Any, size: scales.Floats, slope: str = "slope") -> scales.Floats:
    """Return the height of a line of this slope through the means; NaN where there is none."""
    steepness = np.nan if pd.isna(row[slope]) else row[slope]
    heights: scales.Floats = row["log2_ratio_mean"] + steepness * (np.log2(size) - row["log2_size_mean"])
    return heights


def _draw_groups(ax: Axes, shown: pd.DataFrame, slopes: pd.DataFrame, **kwargs: Any) -> None:
    """Draw the points and the line of each group in its colour; the points of the others in grey."""
    few = len(shown) <= points.MOST_POINTS
    rest = shown[~shown["group"].isin(slopes["group"])] if few else shown
    points.scatter(ax, *_places(rest), "Spaces", axes.faint(ax, 0.3), **kwargs)
    handles: list[Artist] = []
    for (_, row), colour in zip(slopes.iterrows(), axes.group_colours(ax), strict=False):
        size, ratio = _places(shown[shown["group"] == row["group"]])
        if few:
            points.scatter(ax, size, ratio, "Spaces", colour, **kwargs)
        ends = np.array([size.min(), size.max()])
        handles += ax.plot(ends, _heights(row, ends), color=colour, linewidth=2, zorder=3)
    notes = [f" (n = {n:,})" for n in slopes["n"]]
    axes.legend(ax, handles, labels.named(slopes["group"].tolist(), _NAME_COLUMNS, notes))


def _places(rows: pd.DataFrame) -> tuple[scales.Floats, scales.Floats]:
    return 2.0 ** floats(rows["log2_size"]), floats(rows["log2_ratio"])


def _slope_in_words(slopes: pd.DataFrame) -> str:
    if slopes.empty:
        return ""
    row = slopes.iloc[0]
    median = f"Median × {titles.factors([row['log2_ratio_median']])[0]}."
    if pd.isna(row["slope"]):
        return median
    known = [row[name] for name in ("slope", "slope_low", "slope_high") if pd.notna(row[name])]
    slope, *ends = titles.factors(known)
    interval = f"95 % interval × {ends[0]} to × {ends[1]}" if len(ends) == 2 else "too few for an interval"
    creators = plural(int(row["n_creators"]), "creator")
    return f"{median} Where the size doubles, the ratio changes by × {slope} ({interval}; {creators})."


def _n_zero(shown: pd.DataFrame) -> dict[str, int]:
    return {name: int((shown[name] == 0).sum()) for name in ("live", "replay")}


def _zeros(shown: pd.DataFrame) -> str:
    n = _n_zero(shown)
    return caption.zeros(n["live"], n["replay"], "a half is added to each count")


def _which_lines(groups: int, drawn: int) -> str:
    if groups == drawn:
        return "Lines: slope of each group."
    return f"Lines: slopes of the {drawn:,} largest of {groups:,} groups."
