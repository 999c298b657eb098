"""Audience of each creator against followers. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from spacekit import stats
from spacekit.fields import field
from spacekit.plot import axes, caption, labels, points, scales
from spacekit.stats.columns import floats

_NAMED: Final = 3


def followers(
    spaces: pd.DataFrame,
    *,
    audience: Literal["live", "replay"] = "live",
    scale: scales.Scale = "auto",
    ax: Axes | None = None,
    **kwargs: Any,
) -> Axes:
    """
    Draw the median audience of each creator against followers, and who does better or worse than they suggest.

    Parameters
    ----------
    spaces
        Table `spaces`. More than 400 creators are drawn as cells, coloured by how many creators each holds.
    audience
        "live" or "replay".
    scale
        Of the counts: "log", "linear", or "auto", which is logarithmic where they span decades.
    ax
        Where to draw; a new figure if None.
    **kwargs
        Passed to `Axes.scatter` for the points or cells.

    Returns
    -------
    ax
        The line is what `stats.followers` expects (least squares on logarithms). The three creators furthest above
        it and the three furthest below are named; the caption has the ratio of their median to it.

    Raises
    ------
    ValueError
        `audience` is another word.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.followers(sk.sample_batch().spaces)
    >>> ax.get_ylabel()
    'median live listeners (as X reports)'
    """
    scales.check_scale(scale)
    ranked = stats.followers(spaces, audience)
    known = ranked[ranked["followers"].notna() & ranked["audience_median"].notna()]
    ax = axes.given_or_new(ax)
    if known.empty:
        axes.nothing(ax, len(spaces), "No creator with followers and a median")
    else:
        _draw_creators(ax, known, audience, scale, **kwargs)
    axes.name_axes(ax, field("creator_followers_count").axis_label, f"median {labels.COUNTS[audience]}")
    n = f"n = {len(known):,} of {len(ranked):,} creators, {known['n'].sum():,} of {len(spaces):,} Spaces."
    caption.put(ax, spaces, n, _ranking(ranked), "Followers are those when fetched, not at the time of the Space.",
                caption.left_out(spaces))  # fmt: skip
    return ax


def _draw_creators(ax: Axes, known: pd.DataFrame, audience: str, scale: scales.Scale, **kwargs: Any) -> None:
    x, y = floats(known["followers"]), floats(known["audience_median"])
    scales.fit(ax.xaxis, x, scale)
    scales.fit(ax.yaxis, y, scale)
    points.scatter(ax, x, y, "creators", axes.colour_of(ax, audience), **kwargs)
    fitted = known[known["expected"].notna() & (known["followers"] > 0)].sort_values("followers")
    if len(fitted) > 1:
        ax.plot(floats(fitted["followers"]), floats(fitted["expected"]), linewidth=1.2,
                color=axes.faint(ax, 0.6), zorder=1, scaley=False)  # fmt: skip
    _name_extremes(ax, _extremes(known))


def _extremes(ranked: pd.DataFrame) -> pd.DataFrame:
    """Return the rows furthest above the line, then those furthest below; none twice."""
    placed = ranked[ranked["residual"].notna()].sort_values("rank", kind="stable")
    above, below = placed[placed["residual"] > 0], placed[placed["residual"] < 0]
    return pd.concat([above.head(_NAMED), below.tail(_NAMED)])


def _name_extremes(ax: Axes, named: pd.DataFrame) -> None:
    place = ax.transScale + ax.transLimits
    at = zip(floats(named["followers"]), floats(named["audience_median"]), strict=True)
    for name, (x, y), above in zip(_handles(named), at, named["residual"] > 0, strict=True):
        across = place.transform((x, y))[0]
        # Above the line there is room on the left, below it on the right: the line rises.
        to_left = across > 0.75 or (above and across > 0.25)
        side, offset = ("right", -5) if to_left else ("left", 5)
        remark = ax.annotate(
            "", (x, y), (offset, 5 if above else -5), textcoords="offset points", ha=side, fontsize="x-small",
            va="bottom" if above else "top", color=axes.ink(ax), zorder=4,
            path_effects=[withStroke(linewidth=2, foreground=axes.paper(ax))],
        )  # fmt: skip
        name.put_on(remark)


def _handles(rows: pd.DataFrame) -> list[labels.Label]:
    names = ("@" + rows["creator_screen_name"]).fillna(rows["creator_id"]).fillna("")
    return labels.named(names.tolist(), 20)


def _ranking(ranked: pd.DataFrame) -> str:
    """Word how far the named ones are from the line."""
    named = _extremes(ranked)
    factors = [
        caption.together(f"{name.text} × {2.0**residual:.2g}")
        for name, residual in zip(_handles(named), named["residual"], strict=True)
    ]
    above = int((named["residual"] > 0).sum())
    sides = (("above", factors[:above]), ("below", factors[above:][::-1]))
    return " ".join(f"Furthest {side} the line: {', '.join(names)}." for side, names in sides if names)
