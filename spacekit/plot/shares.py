"""How the replay share is spread in each group. Numbers are those of `stats`."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.ticker import PercentFormatter

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, titles
from spacekit.plot.drawn import remember
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import floats
from spacekit.stats.totals import totals
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_OF_TIME: Final = re.compile(
    r"\d\d(\d\d-\d\d)?|(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
)  # 20, 2026-01, Monday
_STEP: Final = 0.618  # of the height of a dot in its row: even, and never the same twice
_HEIGHT: Final = 0.6  # of the band of dots in a row
_MOST_DOTS: Final = 5_000
_MARKS: Final = (
    "Grey dots: single Spaces; their height in a row means nothing. Diamond: median. Bar: middle half."
)


@keyless
def replay_share(spaces: Spaces, *, by: Any = None, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw the replay share of each Space as a dot in the row of its group, with the median and the middle half.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces for which live and replay do not compare are left out, and
        counted in the notes.
    by
        Groups, as in `stats.compare`: a column's name, "host", "month", several names, a function, values. Of more
        than 30, or than fit into `ax`, the largest are drawn, and the notes say how many are not.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter` for the medians.

    Warns
    -----
    AgeWarning
        Ages when fetched make the plays incomparable, as in `stats.compare`.

    Returns
    -------
    ax
        The replay share is plays / (live + plays), not a share of people. Weekdays, hours and months stand in their
        order, other groups by their median, the highest on top. Of more than 5,000 Spaces only medians and halves are
        drawn. A group of fewer than three Spaces has its dots only.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.replay_share(sk.sample_batch().spaces, by="weekday")
    >>> ax.get_xlabel()
    'replay share: plays / (live + plays)'
    """
    spaces = spaces_in(spaces)
    measured, group = stats.measures(spaces), stats.group_labels(spaces, by)
    kept = measured["excluded"].isna().to_numpy()
    groups = stats.summarise(spaces, by)
    groups = groups.assign(group=groups["group"].fillna(titles.NO_GROUP))[groups["n"] > 0]
    rows = _rows(groups, axes.rows_that_fit(ax))
    ax = axes.given_or_new(ax, rows=len(rows) + 1)
    if rows.empty:
        axes.nothing(ax, len(spaces))
    else:
        known = group.astype(object).where(group.notna(), titles.NO_GROUP)
        _draw_spaces(ax, measured.assign(group=known.array)[kept], rows)
        _draw_groups(ax, rows, **kwargs)
        _name(ax, rows, grouped=by is not None)
    axes.name_axes(ax, labels.SHARE)
    frame.put(ax, spaces, _title(measured, groups, grouped=by is not None), caption.of(int(kept.sum()), spaces),
              _MARKS if len(rows) else "", caption.not_shown(len(groups), len(rows)), caption.SHARE,
              caption.left_out(spaces), caption.ages_apart(spaces, by), grid="x")  # fmt: skip
    warn_of_ages("replay_share", spaces, kept, None if by is None else group[kept])
    return ax


def _title(measured: pd.DataFrame, groups: pd.DataFrame, *, grouped: bool) -> str:
    of = totals(measured)
    added = titles.added_by_replays(of, groups)
    if ";" in added or of.n < 2:
        return added
    if grouped:
        return titles.range_of_shares(groups) or added
    return f"{added}; {titles.typical_share(groups)}"


def _rows(groups: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the largest groups: weekdays, hours and months in their order, others by median."""
    largest = groups.sort_values("n", ascending=False, kind="stable").head(most)
    if all(_OF_TIME.fullmatch(name) for name in largest["group"] if name != titles.NO_GROUP):
        return largest.sort_index()
    return largest.sort_index().sort_values("share_median", ascending=False, kind="stable")


def _draw_spaces(ax: Axes, measured: pd.DataFrame, rows: pd.DataFrame) -> None:
    """Draw a dot for each Space, at heights that follow from its place among the shares of its group."""
    at = dict(zip(rows["group"], range(len(rows))[::-1], strict=True))
    shown = measured[measured["group"].isin(at)].sort_values(["replay_share", "space_id"])
    place = shown.groupby("group").cumcount().to_numpy()
    x, y = floats(shown["replay_share"]), shown["group"].map(at).to_numpy(dtype=np.float64)
    y += _HEIGHT * ((place * _STEP + 0.5) % 1 - 0.5)
    if len(x) <= _MOST_DOTS:
        remember(ax, x, y, shown["space_id"])
        ax.scatter(
            x, y, s=12, color=axes.faint(ax, 0.45), alpha=0.8, linewidth=0, zorder=1.5, label="a Space"
        )


def _draw_groups(ax: Axes, rows: pd.DataFrame, **kwargs: Any) -> None:
    at, enough = np.arange(len(rows))[::-1], (rows["n"] >= titles.FEWEST).to_numpy(dtype=bool)
    low, middle, high = (floats(rows[f"share_{part}"])[enough] for part in ("q25", "median", "q75"))
    colour = axes.colour_of(ax, "replay")
    ax.hlines(at[enough], low, high, color=colour, alpha=0.35, linewidth=7, zorder=2, label="middle half")
    usual = {**axes.mark_of(ax, "replay", 46), "edgecolor": axes.paper(ax), "linewidth": 0.8, "zorder": 3}
    usual["facecolor"] = usual.pop("color")
    ax.scatter(middle, at[enough], label="median", **axes.options(PathCollection, usual, kwargs))
    ax.set_xlim(-0.02, 1.02)
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))


def _name(ax: Axes, rows: pd.DataFrame, *, grouped: bool) -> None:
    names = rows["group"].tolist() if grouped else ["all Spaces"]
    notes = [f" (n = {n:,})" for n in rows["n"]]
    axes.label_rows(ax, labels.named(names, axes.label_columns(ax) - 6, notes))
    handles, _ = ax.get_legend_handles_labels()
    axes.legend(ax, [handle for handle in handles if _has_marks(handle)])


def _has_marks(handle: Any) -> bool:
    return bool(len(handle.get_segments() if isinstance(handle, LineCollection) else handle.get_offsets()))
