"""Audience of each creator against followers. Numbers are those of `stats`."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from spacekit.fields import field
from spacekit.plot import axes, beside, caption, frame, labels, points, scales
from spacekit.stats.columns import floats
from spacekit.stats.followers import furthest_off
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import UNDEFINED, keyless, plural

_NAMED: Final = 3
_COUNTED: Final = {"live": "live listeners", "replay": "replay plays"}
_RULE: Final = (
    "The line is what followers suggest: least squares on logarithms, each creator once. Named are those whose 95 % "
    "interval lies off the line, by partial pooling, the three furthest above and below it; in grey, for orientation, "
    "the three others with the most followers."
)
_FOLLOWERS: Final = "Followers are those when fetched, not at the time of the Space."


@keyless
def followers(
    spaces: Spaces,
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
        A table of Spaces, a `Batch` or an `Archive`. More than 400 creators are drawn as cells, coloured by how many
        creators each holds.
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
        The line is what `stats.followers` expects (least squares on logarithms). Named are the creators whose interval
        lies off the line, three on either side at most, where a name hides neither the line nor another one; a thin
        line joins a name to its dot where another dot is as near. The notes have how many times the audience on the
        line they reach, by partial pooling, and how many cannot be told apart from it. In grey, where there is room,
        stand the names of the three others with the most followers.

    Warns
    -----
    AgeWarning
        Of replay plays, as in `stats.followers`.

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
    spaces = spaces_in(spaces)
    scales.check_scale(scale)
    spaces = spaces_in(spaces)
    ranked = furthest_off(spaces, audience, _NAMED)
    known = ranked[ranked["followers"].notna() & ranked["audience_median"].notna()]
    ax = axes.given_or_new(ax)
    if known.empty:
        axes.nothing(ax, len(spaces), "No creator with followers and a median")
    else:
        _draw_creators(ax, known, audience, scale, **kwargs)
    axes.name_axes(ax, field("creator_followers_count").axis_label, f"median {labels.COUNTS[audience]}")
    is_replay = audience == "replay"
    frame.put(ax, spaces, title(ranked, audience), _size(ranked, known, spaces), _ranking(ranked), _RULE,
              caption.COUNTS if is_replay else UNDEFINED, _FOLLOWERS,
              caption.left_out(spaces, plays=is_replay), ages=is_replay)  # fmt: skip
    return ax


def title(ranked: pd.DataFrame, audience: str) -> str:
    """Word who is furthest off the line, from `furthest_off`."""
    n = int(ranked["audience_median"].notna().sum())
    if ranked["off_line"].isna().all():
        if ranked["expected"].notna().any():
            return f"Too few creators, or Spaces of each, to say who stands out ({plural(n, 'creator')})"
        return (
            f"{plural(n, 'creator')}: too few to say what followers suggest"
            if n
            else "No creators to compare"
        )
    above, below = _extremes(ranked)
    far = above if len(above) else below
    if not len(far):
        return f"No creator stands out from what followers suggest ({int(ranked['off_line'].notna().sum()):,} creators)"
    first = ranked.iloc[far[:1]]
    factor = 2 ** float(first["residual_pooled"].iloc[0])
    times = (
        f"{factor:,.0f}" if factor >= 10 else f"{factor:.2g}"
    )  # its interval is far wider than a third digit
    rest = (
        f"; {len(above):,} creators above the line, {len(below):,} below"
        if len(above) + len(below) > 1
        else ""
    )
    return f"{_handles(first)[0].text} has {times} times the {_COUNTED[audience]} that its followers suggest{rest}"


def _size(ranked: pd.DataFrame, known: pd.DataFrame, spaces: pd.DataFrame) -> str:
    """Word how many creators are drawn, and on how many Spaces they rest."""
    n = int(known["n"].sum())
    return f"n = {len(known):,} of {plural(len(ranked), 'creator')}, {caption.of(n, spaces).removeprefix('n = ')}"


def _draw_creators(ax: Axes, known: pd.DataFrame, audience: str, scale: scales.Scale, **kwargs: Any) -> None:
    x, y = floats(known["followers"]), floats(known["audience_median"])
    scales.fit(ax.xaxis, x, scale)
    scales.fit(ax.yaxis, y, scale)
    usual = {"marker": "o" if audience == "live" else "D"} if len(x) <= points.MOST_POINTS else {}
    points.scatter(ax, x, y, "creators", axes.colour_of(ax, audience), **{**usual, **kwargs})
    fitted = known[known["expected"].notna() & (known["followers"] > 0)].sort_values("followers")
    line = _places(fitted, "expected") if len(fitted) > 1 else np.empty((0, 2))
    ax.plot(*line.T, linewidth=1.2, color=axes.faint(ax, 0.6), zorder=1, scaley=False)
    off = known.iloc[np.concatenate([side[:_NAMED] for side in _extremes(known)])]
    big = _biggest(known.drop(off.index)) if len(x) <= points.MOST_POINTS else known.head(0)
    named = pd.concat([off, big])
    places = _places(named, "audience_median")
    beside.name_points(ax, _handles(named), places, line, np.column_stack([x, y]), faint=len(big))


def _places(rows: pd.DataFrame, height: str) -> scales.Floats:
    return np.column_stack([floats(rows["followers"]), floats(rows[height])])


def _extremes(ranked: pd.DataFrame) -> tuple[Any, Any]:
    """Return the places of rows whose interval lies above the line, then of those below it, the furthest first."""
    pooled = np.nan_to_num(
        floats(ranked["residual_pooled"])
    )  # it is missing of none that is among the furthest
    order = np.argsort(pooled, kind="stable")
    side = floats(ranked["side"])[order]
    return order[side > 0][::-1], order[side < 0]


def _biggest(known: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with the most followers, for orientation."""
    down = known.sort_values(["followers", "creator_id"], ascending=[False, True], kind="stable")
    return down.head(_NAMED)


def _handles(rows: pd.DataFrame) -> list[labels.Label]:
    names = ("@" + rows["creator_screen_name"]).fillna(rows["creator_id"]).fillna("")
    return labels.named(names.tolist(), 24)


def _ranking(ranked: pd.DataFrame) -> str:
    """Word who is off the line, how far, and how many cannot be told apart from it."""
    if ranked["off_line"].isna().all():
        few = "Too few creators, or Spaces of each, to tell anyone apart from the line."
        return few if ranked["expected"].notna().any() else ""
    sides = [
        _side(name, ranked.iloc[places[:_NAMED]], len(places))
        for name, places in zip(("Above", "Below"), _extremes(ranked), strict=True)
    ]
    n = int((~ranked["off_line"].dropna()).sum())
    rest = f"{plural(n, 'creator')} cannot be told apart from the line." if n else ""
    return " ".join(filter(None, [*sides, rest]))


def _side(name: str, named: pd.DataFrame, n: int) -> str:
    """Word how many times the audience on the line the first of `n` above or below it reach."""
    if named.empty:
        return ""
    more = n - len(named)
    times = [2 ** floats(named[f"residual_{part}"]) for part in ("pooled", "low", "high")]
    words = [
        caption.together(f"{handle.text} × {middle:.2g} ({low:.2g} to {high:.2g})")
        for handle, middle, low, high in zip(_handles(named), *times, strict=True)
    ]
    return (
        f"{name} the line, with 95 % interval: {', '.join(words)}{f' and {more:,} more' if more > 0 else ''}."
    )
