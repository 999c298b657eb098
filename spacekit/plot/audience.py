"""Live and replay: of each Space, and of all Spaces in one scatter. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales
from spacekit.plot.drawn import remember
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import floats, newest_rows, pick_spaces
from spacekit.stats.measures import NO_REPLAY
from spacekit.tables.given import Spaces, spaces_in

_GUIDES: Final = ((10.0, "10:1"), (1.0, "1:1"), (0.1, "1:10"))
_GUTTER: Final = 0.1


def audience(spaces: Spaces, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any) -> Axes:
    """
    Draw live listeners and replay plays of each Space, as a pair of dots, the largest live audience on top.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Of more than 30 Spaces, or than fit into `ax`, those with most
        live listeners are drawn, and the caption says how many are not.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure, high enough for the rows, if None.
    **kwargs
        Passed to `Axes.scatter`, for both kinds of dots.

    Returns
    -------
    ax
        Rows are named by title; by id where there is none, or where no installed font has its characters. On a
        logarithmic axis a 0 has its own place. Where there can be no replay (not ended, or no recording and a count
        of 0), the reason takes the place of the dot.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.audience(sk.sample_batch().spaces)
    >>> ax.get_xlabel()
    'live listeners and replay plays (as X reports)'
    """
    spaces = spaces_in(spaces)
    scales.check_scale(scale)
    once = newest_rows(spaces)
    measured = _largest_first(stats.measures(once), once)
    shown = measured.head(axes.rows_that_fit(ax))
    ax = axes.given_or_new(ax, rows=len(shown))
    axes.name_axes(ax, "live listeners and replay plays (as X reports)")
    if spaces.empty:
        axes.nothing(ax, 0)
        frame.put(ax, spaces, "No Spaces", caption.of(0, spaces))
        return ax
    _draw_pairs(ax, shown, scale, **kwargs)
    frame.put(ax, spaces, "Live and replay of each Space", _what_is_shown(len(shown), len(once)), _no_replay(measured),
              caption.repeated(spaces), caption.COUNTS, grid="x")  # fmt: skip
    return ax


def _largest_first(measured: pd.DataFrame, spaces: pd.DataFrame) -> pd.DataFrame:
    """Return rows by live, then replay; a replay that cannot exist is missing, not 0."""
    known = pick_spaces(spaces, "title started_at scheduled_start created_at")
    started = known["started_at"].fillna(known["scheduled_start"]).fillna(known["created_at"])
    replay = measured["replay"].mask(measured["excluded"].isin(NO_REPLAY))
    rows = measured.assign(replay=replay, title=known["title"].array, at=started.array)
    return rows.sort_values(["live", "replay", "space_id"], ascending=[False, False, True], kind="stable")


def _draw_pairs(ax: Axes, shown: pd.DataFrame, scale: scales.Scale, **kwargs: Any) -> None:
    live, replay = floats(shown["live"]), floats(shown["replay"])
    scales.fit(ax.xaxis, np.concatenate([live, replay]), scale)
    rows = np.arange(len(shown))[::-1]
    ax.hlines(rows, live, replay, color=axes.faint(ax, 0.35), linewidth=1.5, zorder=1)
    pairs = ((live, labels.SHORT["live"], "o"), (replay, labels.SHORT["replay"], "D"))
    for (values, label, marker), colour in zip(pairs, axes.colours(ax), strict=False):
        usual = {"label": label, "marker": marker, "color": colour, "s": 30, "zorder": 2}
        ax.scatter(values, rows, **axes.options(PathCollection, usual, kwargs))
    _explain_missing(ax, shown, rows)
    axes.label_rows(ax, _names(ax, shown))
    axes.legend(ax, ax.get_legend_handles_labels()[0])


def _names(ax: Axes, shown: pd.DataFrame) -> list[labels.Label]:
    ids = shown["space_id"].fillna("no id").tolist()
    days = shown["at"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    known = shown["title"].astype(object).where(shown["title"].notna(), None)
    return labels.of_titles(known, ids, days, axes.label_columns(ax))


def _explain_missing(ax: Axes, shown: pd.DataFrame, rows: Any) -> None:
    """Say why a dot is missing, next to the other one, on the side where there is room."""
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


def _what_is_shown(shown: int, n: int) -> str:
    if n == 1:
        return "n = 1 Space"
    if shown == n:
        return f"n = {n:,} Spaces"
    return f"n = {shown:,} of {n:,} Spaces, those with most live listeners"


def _no_replay(measured: pd.DataFrame) -> str:
    n = measured["excluded"].value_counts()
    named = [caption.together(f"{n[why]:,} {why}") for why in NO_REPLAY if why in n]
    return f"Without a replay: {', '.join(named)}." if named else ""


def live_vs_replay(
    spaces: Spaces, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw replay plays against live listeners, one point a Space, coloured by its age when fetched.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. More than 400 Spaces are drawn as cells, coloured by how many
        Spaces each holds.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
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
        On a logarithmic axis a 0 has its own place. Lines mark plays equal to, ten times and a tenth of live. Spaces
        that cannot have a replay (no recording) stand apart, as ticks below the points. The caption has Spearman's
        rho with its interval, as `stats.compare` does.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.live_vs_replay(sk.sample_batch().spaces, scale="log")
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('live listeners (as X reports)', 'replay plays')
    """
    spaces = spaces_in(spaces)
    scales.check_scale(scale)
    measured = stats.measures(spaces)
    ax = axes.given_or_new(ax)
    kept = measured[measured["excluded"].isna()]
    apart = measured.loc[measured["excluded"] == "no recording", "live"].dropna()
    if kept.empty and apart.empty:
        axes.nothing(ax, len(spaces), "No Space with both counts to compare")
    else:
        x, y = floats(kept["live"]), floats(kept["replay"])
        scales.fit(ax.xaxis, np.concatenate([x, floats(apart)]), scale)
        scales.fit(ax.yaxis, y, scale, before=_GUTTER + 0.03 if len(apart) else 0.04)
        _draw_guides(ax)
        _draw_points(ax, x, y, kept["age"], **kwargs)
        remember(ax, x, y, kept["space_id"])
        _draw_apart(ax, floats(apart))
    axes.name_axes(ax, labels.LIVE, labels.SHORT["replay"])
    rho = caption.rho(stats.summarise(spaces).iloc[0]) if len(kept) else ""
    lines = "Lines: ratio of plays to live." if len(kept) else ""
    frame.put(ax, spaces, "Replay plays against live listeners", caption.of(len(kept), spaces), rho, lines,
              caption.COUNTS, caption.left_out(spaces))  # fmt: skip
    warn_of_ages("live_vs_replay", spaces[measured["excluded"].isna().to_numpy()])
    return ax


def _draw_guides(ax: Axes) -> None:
    """Mark where plays are ten times, equal to and a tenth of live; not between 0 and the first decade."""
    place = ax.transScale + ax.transLimits
    across = np.linspace(0.002, 0.998, 500)
    x = place.inverted().transform(np.column_stack([across, across]))[:, 0]
    first_x, first_y = (getattr(axis.get_transform(), "linthresh", 0.0) for axis in (ax.xaxis, ax.yaxis))
    for ratio, name in _GUIDES:
        line = np.column_stack([x, ratio * x])[(x > first_x) & (ratio * x > first_y)]
        up = place.transform(line)[:, 1]
        inside = line[(up > _GUTTER) & (up < 0.998)]
        if len(inside) < 25:  # too short to be read as a line
            continue
        style: dict[str, Any] = {"linewidth": 1, "linestyle": "-" if ratio == 1 else ":", "zorder": 0.5}
        ax.plot(*inside.T, color=axes.faint(ax, 0.45), **style)
        ax.annotate(
            name, inside[-1], (-10, -3), textcoords="offset points", ha="right", va="top", fontsize=axes.TINY,
            color=axes.faint(ax, 0.75), zorder=3, path_effects=[withStroke(linewidth=2, foreground=axes.paper(ax))],
        )  # fmt: skip


def _draw_points(ax: Axes, x: scales.Floats, y: scales.Floats, ages: pd.Series[Any], **kwargs: Any) -> None:
    """Draw points in the colours of their ages, where these are known and differ."""
    if len(x) > points.MOST_POINTS:
        points.scatter(ax, x, y, **kwargs)
        return
    age = scales.minutes(ages)
    usual = {"s": 34, "linewidth": 0.5, "edgecolor": axes.faint(ax, 0.5), "zorder": 2}
    if np.nanmax(age, initial=0) > np.nanmin(age, initial=np.inf):
        norm = LogNorm(max(np.nanmin(age), 1.0), max(np.nanmax(age), 2.0), clip=True)
        usual |= {"c": age, "cmap": axes.colour_map(ax), "norm": norm, "plotnonfinite": True}
    else:
        usual |= {"color": axes.colours(ax)[0]}
    drawn = ax.scatter(x, y, **axes.options(PathCollection, usual, kwargs))
    if drawn.get_array() is not None:
        points.key_to_ages(ax, drawn)


def _draw_apart(ax: Axes, live: scales.Floats) -> None:
    """Mark Spaces without a replay in a strip of their own, which is not a part of the scale."""
    if not len(live):
        return
    strip = Rectangle((0, 0), 1, _GUTTER, transform=ax.transAxes, facecolor=axes.faint(ax, 0.08), zorder=0)
    ax.add_patch(strip)
    ax.scatter(live, np.full(len(live), 0.025), marker="|", s=30, color=axes.faint(ax, 0.8), zorder=2,
               transform=ax.get_xaxis_transform(), label="no recording")  # fmt: skip
    ax.annotate(f"no recording: {len(live):,}", (0, _GUTTER), (3, -2), xycoords="axes fraction", va="top",
                textcoords="offset points", fontsize=axes.TINY, color=axes.faint(ax, 0.75))  # fmt: skip
