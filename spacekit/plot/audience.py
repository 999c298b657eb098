"""Live listeners and replay plays of each Space, in rows. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, scales, titles
from spacekit.plot.drawn import remember
from spacekit.plot.rows import largest, name_rows, with_titles
from spacekit.stats.columns import floats, newest_rows
from spacekit.stats.measures import NO_REPLAY
from spacekit.stats.totals import Totals, totals
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, plural

_NARROW_POINTS: Final = 240.0  # less has no room for a long grey line


@keyless
def audience(spaces: Spaces, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw live listeners and replay plays of each Space, as a dot and a diamond, the largest live audience on top.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of more than 30 Spaces, or than fit into `ax`, those with most
        live listeners are drawn, and the grey line says so.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter`, for dots and diamonds.

    Returns
    -------
    ax
        Rows are named by title, host and day; by id in place of a title with characters that no installed font has.
        On a logarithmic axis a 0 has its own place. Where there can be no replay (not ended, or no recording and a
        count of 0), the reason takes the place of the diamond.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.audience(sk.sample_batch().spaces)
    >>> ax.get_title(loc="left")
    'More live listeners than replay plays in 53 of 71 Spaces'
    """
    spaces = spaces_in(spaces)
    scales.check_scale(scale)
    once = newest_rows(spaces)
    measured = stats.measures(once)
    shown = _largest(measured, once, axes.rows_that_fit(ax))
    ax = axes.given_or_new(ax, rows=len(shown), wide=True)
    axes.name_axes(ax, f"{'counts' if axes.is_low(ax) else 'live listeners and replay plays'} (as X reports)")
    without_title, compared = "", totals(measured)
    if spaces.empty:
        axes.nothing(ax, 0)
    else:
        without_title = _draw_pairs(ax, shown, scale, **kwargs)
    frame.put(ax, spaces, titles.which_is_larger(compared), _what_is_shown(ax, len(shown), len(once), compared),
                           without_title, _no_replay(measured), caption.repeated(spaces), caption.COUNTS,
              grid="x")  # fmt: skip
    return ax


def _largest(measured: pd.DataFrame, spaces: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return so many rows by live, then replay; a replay that cannot exist is missing, not 0."""
    place = largest(measured["live"], most)
    rows = measured.iloc[place]
    rows = with_titles(
        rows.assign(replay=rows["replay"].mask(rows["excluded"].isin(NO_REPLAY))), spaces.iloc[place]
    )
    order = ["live", "replay", "space_id"]
    return rows.sort_values(order, ascending=[False, False, True], kind="stable").head(most)


def _draw_pairs(ax: Axes, shown: pd.DataFrame, scale: scales.Scale, **kwargs: Any) -> str:
    """Draw the rows, and return what there is to say of their names."""
    live, replay = floats(shown["live"]), floats(shown["replay"])
    scales.fit(ax.xaxis, np.concatenate([live, replay]), scale)
    rows = np.arange(len(shown))[::-1]
    ax.hlines(rows, live, replay, color=axes.faint(ax, 0.3), linewidth=1.5, zorder=1)
    for values, name in ((live, "live"), (replay, "replay")):
        usual = {"label": labels.SHORT[name], "zorder": 2, **axes.mark_of(ax, name, 30)}
        ax.scatter(values, rows, **axes.options(PathCollection, usual, kwargs))
        remember(ax, values, rows, shown["space_id"])
    _explain_missing(ax, shown, rows)
    without_title = name_rows(ax, shown)
    axes.legend(ax, ax.get_legend_handles_labels()[0])
    return without_title


def _explain_missing(ax: Axes, shown: pd.DataFrame, rows: Any) -> None:
    """Say why a mark is missing, next to the other one, on the side where there is room."""
    left, _ = ax.get_xlim()
    place = ax.transScale + ax.transLimits
    for row, live, replay, why in zip(rows, shown["live"], shown["replay"], shown["excluded"], strict=True):
        if pd.notna(live) and pd.notna(replay):
            continue
        known = live if pd.notna(live) else replay
        x = left if pd.isna(known) else float(known)
        on_left = place.transform((x, row))[0] > 0.6
        reason = why if pd.notna(why) else "no live count" if pd.isna(live) else "no replay count"
        ax.annotate(
            reason, (x, row), (-7 if on_left else 7, 0), textcoords="offset points", va="center_baseline",
            ha="right" if on_left else "left", fontsize=axes.TINY, style="italic", color=axes.faint(ax, 0.7),
        )  # fmt: skip


def _what_is_shown(ax: Axes, shown: int, n: int, compared: Totals) -> str:
    """Say which Spaces are drawn, and how many the title compares where these are not all."""
    number = f"{shown:,} of {n:,} Spaces" if shown < n else plural(n, "Space")
    most = ", most live" if axes.size_points(ax)[1] < _NARROW_POINTS else ", those with most live listeners"
    can = f"; {compared.n:,} can be compared" if 1 < compared.n < n else ""
    return f"n = {number}{most if shown < n else ''}{can}"


def _no_replay(measured: pd.DataFrame) -> str:
    n = measured["excluded"].dropna().value_counts()
    named = [caption.together(f"{n[why]:,} {why}") for why in NO_REPLAY if why in n]
    return f"Without a replay: {', '.join(named)}." if named else ""
