"""Replay plays as a Space ages: one curve a Space. Numbers are those of `stats`, and none is added."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D

from spacekit import stats
from spacekit.plot import axes, caption, labels, scales
from spacekit.stats.columns import floats
from spacekit.words import UNDEFINED, plural

_NAMED: Final = 6
_MOST_CURVES: Final = 400
_MEANING: Final = f"{UNDEFINED} Nothing is drawn beyond the last observation."


def growth(
    observations: pd.DataFrame, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw the replay plays of each Space against its age, as step curves; the largest in colour, the rest grey.

    Parameters
    ----------
    observations
        Table of `Archive.observations`. Of more than 400 Spaces, those with most plays are drawn.
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.step` for the curves in colour.

    Returns
    -------
    ax
        A curve stays at what was last seen until the next observation, and ends at the last one. A Space that was
        seen once is a dot.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     ax = sk.plot.growth(archive.observations())
    >>> ax.get_xlabel()
    'age: time since the Space ended'
    """
    scales.check_scale(scale)
    seen = stats.growth(observations)
    last = seen[seen["is_last"]].sort_values("total_replay_watched", ascending=False, kind="stable")
    ids = last["space_id"].head(_MOST_CURVES)
    ax = axes.given_or_new(ax)
    if seen.empty:
        axes.nothing(ax, len(observations), "No observation after the end with a replay count")
    else:
        _draw_curves(ax, seen[seen["space_id"].isin(ids)], list(ids), scale, **kwargs)
    axes.name_axes(ax, "age: time since the Space ended", labels.REPLAY)
    rest = f" Those {len(ids):,} with most plays are shown." if len(last) > len(ids) else ""
    n = f"n = {plural(len(last), 'Space')}, {len(seen):,} of {len(observations):,} observations.{rest}"
    left_out = caption.reasons(stats.growth_left_out(observations))
    caption.put(ax, observations, n, _MEANING, left_out, ages=False)
    return ax


def _draw_curves(ax: Axes, seen: pd.DataFrame, ids: list[str], scale: scales.Scale, **kwargs: Any) -> None:
    age, plays = scales.minutes(seen["age"]), floats(seen["total_replay_watched"])
    scales.fit_spans(ax.xaxis, age)
    scales.fit(ax.yaxis, plays, scale)
    points = np.column_stack([age, plays])
    curves = {name: points[rows] for name, rows in seen.groupby("space_id").indices.items()}
    rest, grey = [curves[name] for name in ids[_NAMED:]], axes.faint(ax, 0.35)
    ax.add_collection(LineCollection([*map(_stepped, rest)], colors=[grey], linewidths=0.9), autolim=False)
    once = [curve[0] for curve in rest if len(curve) == 1]
    if once:
        x, y = np.array(once).T
        ax.scatter(x, y, s=10, color=grey)
    handles = []
    for name, colour in zip(ids[:_NAMED], axes.colours(ax), strict=False):
        usual = {"color": colour, "where": "post", "linewidth": 1.6, "marker": "o", "markersize": 3.5}
        handles += ax.step(*curves[name].T, **axes.options(Line2D, usual, kwargs))
    axes.legend(ax, handles, labels.named(ids[:_NAMED], 13))


def _stepped(curve: scales.Floats) -> scales.Floats:
    """Return the corners of a curve that stays at what was seen, until the next observation."""
    return np.column_stack([np.repeat(curve[:, 0], 2)[1:], np.repeat(curve[:, 1], 2)[:-1]])
