"""Reach, live and replay of each Space: views of the announcing post beside the two counts. Numbers are of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from spacekit import stats
from spacekit.plot import axes, caption, frame, scales
from spacekit.plot.drawn import remember
from spacekit.plot.rows import name_rows, with_titles
from spacekit.stats.announcements import NEEDED
from spacekit.stats.columns import floats, newest_rows
from spacekit.tables.given import Posts, Spaces, spaces_in
from spacekit.words import keyless

_COUNTS: Final = ("views", "live", "replay")
_THREE_COUNTS: Final = (
    "X defines none of the three counts: they are not people, and one person can be in all of them. Views are those of "
    "the earliest post found that links the Space and is no repost, as of the search; plays keep growing after the end."
)


@keyless
def reach(spaces: Spaces, posts: Posts | None = None, *, ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw views of the announcing post, live listeners and replay plays of each Space, most views on top.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces that have not ended are left out. Of more than 30, or than
        fit into `ax`, those with most views are drawn, and the grey line says how many there are.
    posts
        The posts that announce them: a `Search`, or its table `posts`. Without them no views are known.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter`, for all three kinds of marks.

    Returns
    -------
    ax
        One row a Space, with three marks on one logarithmic axis, on which a 0 has its own place. What is missing has
        no mark: views where no announcing post was found or it came without them, plays where there is no recording.
        The title has the median of views per live listener, as `stats.reach` does.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     found = client.search(hosts="sample_archive", progress=False)
    ...     batch = client.fetch(found, progress=False)
    >>> ax = sk.plot.reach(batch, found)
    >>> ax.get_xscale()
    'log'
    """
    spaces = spaces_in(spaces)
    once = newest_rows(spaces)
    known = pd.DataFrame(columns=NEEDED) if posts is None else posts
    measured = stats.measures(once, known)
    ended = _most_views_first(measured, once)
    shown = ended.head(axes.rows_that_fit(ax))
    ax = axes.given_or_new(ax, rows=len(shown), wide=True)
    axes.name_axes(ax, "views of the post, live, replay (as X reports)")
    without_title = ""
    if shown.empty:
        axes.nothing(ax, len(once), "No Space has ended")
    else:
        without_title = _draw(ax, shown, **kwargs)
    summary = stats.reach(once, known).iloc[0]
    most = "views" if summary["n_views"] else "live listeners"
    n = caption.of(len(shown), once) + (f", those with most {most}" if len(shown) < len(ended) else "")
    n += f"; {int(summary['n_ratio']):,} with all three counts" if 0 < summary["n_ratio"] < len(once) else ""
    frame.put(ax, once, _finding(summary), n, _medians(summary), without_title, _missing(ended), _left_out(measured),
              caption.repeated(spaces), _THREE_COUNTS, grid="x")  # fmt: skip
    return ax


def _most_views_first(measured: pd.DataFrame, spaces: pd.DataFrame) -> pd.DataFrame:
    """Return the Spaces that have ended, by views, then live; a replay that cannot exist is missing, not 0."""
    replay = measured["replay"].mask(measured["excluded"].isin(["no recording"]))
    rows = with_titles(measured.assign(replay=replay), spaces)
    rows = rows[(rows["excluded"] != "not ended").fillna(value=True)]
    down = ["views", "live", "replay"]
    return rows.sort_values([*down, "space_id"], ascending=[False, False, False, True], kind="stable")


def _draw(ax: Axes, shown: pd.DataFrame, **kwargs: Any) -> str:
    """Draw the rows, and return what there is to say of their names."""
    counts = {name: floats(shown[name]) for name in _COUNTS}
    scales.fit(ax.xaxis, np.concatenate(list(counts.values())), "log")
    rows = np.arange(len(shown))[::-1]
    known = np.ma.masked_invalid(list(counts.values()))
    ax.hlines(rows, known.min(axis=0), known.max(axis=0), color=axes.faint(ax, 0.3), linewidth=1.5, zorder=1)
    for name in _COUNTS:
        mark = (
            {"color": axes.grey(ax), "marker": "s", "s": 26}
            if name == "views"
            else axes.mark_of(ax, name, 30)
        )
        usual = {"label": name, "zorder": 2, **mark}
        ax.scatter(counts[name], rows, **axes.options(PathCollection, usual, kwargs))
        remember(ax, counts[name], rows, shown["space_id"])
    without_title = name_rows(ax, shown)
    axes.legend(ax, ax.get_legend_handles_labels()[0])
    return without_title


def _finding(summary: Any) -> str:
    ratio = summary["views_per_live"]
    if pd.isna(ratio):
        return "No views of an announcing post are known"
    times = f"{ratio:,.0f}" if ratio >= 10 else f"{ratio:.2g}"
    of = "in one Space" if summary["n_ratio"] == 1 else "(median)"
    return f"{times} views of the announcing post for each live listener {of}"


def _medians(summary: Any) -> str:
    if pd.isna(summary["views_median"]):
        return ""
    views, live, replay = (f"{summary[f'{name}_median']:,.0f}" for name in _COUNTS)
    n = int(summary["n_ratio"])
    return f"Medians of the {n:,} Spaces with all three counts: {views} views, {live} live, {replay} plays."


def _missing(ended: pd.DataFrame) -> str:
    """Say for how many Spaces a mark is missing, and why."""
    n, unrecorded = int(ended["views"].isna().sum()), int((ended["excluded"] == "no recording").sum())
    views = f"Without known views of an announcing post: {n:,}." if n else ""
    return " ".join(filter(None, (views, f"Without a recording: {unrecorded:,}." if unrecorded else "")))


def _left_out(measured: pd.DataFrame) -> str:
    n = int((measured["excluded"] == "not ended").sum())
    return f"Left out: {n:,} not ended." if n else ""
