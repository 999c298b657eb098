"""Replay plays against live listeners, one point a Space. Numbers are those of `stats`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation

from spacekit import stats
from spacekit.plot import axes, caption, frame, labels, points, scales, titles
from spacekit.plot.drawn import remember
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import floats
from spacekit.stats.correlation import correlated
from spacekit.stats.totals import furthest_hosts, totals
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, span

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

_GUIDES: Final = ((1.0, "× 1"), (10.0, "× 10"), (0.1, "× 1/10"))  # in the order of their importance
_LEAST_FOR_HOSTS: Final = (
    110.0,
    200.0,
)  # points of height, and of width where it is low: room for a legend of hosts
_GUTTER: Final = 0.1
_NAME_COLUMNS: Final = 20
_HOST_MARKS: Final = "s^vP"


@keyless
def live_vs_replay(
    spaces: Spaces, *, scale: scales.Scale = "auto", ax: Axes | None = None, **kwargs: Any
) -> Axes:
    """
    Draw replay plays against live listeners, one point a Space; hosts that are far from the others have a colour.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. More than 400 Spaces are drawn as cells, coloured by how many
        Spaces each holds, and those of hosts that are far from the others as points over them.
    scale
        Of both axes: "log", "linear", or "auto", which is logarithmic where either of the counts spans decades.
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
        On a logarithmic axis a 0 has its own place. Lines mark plays equal to, ten times and a tenth of live. The hosts
        in colour are the four at most, with three Spaces or more, whose median replay share is furthest from that of
        all Spaces. Hollow points are Spaces under a tenth of the oldest one's age when fetched: their plays still grow.
        Spaces that cannot have a replay (no recording) stand apart, as ticks below the points.

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
    kept = measured["excluded"].isna().to_numpy()
    apart = measured[measured["excluded"].eq("no recording") & measured["live"].notna()]
    marks: tuple[str, ...] = ()
    if not kept.any() and apart.empty:
        axes.nothing(ax, len(spaces), "No Space with both counts to compare")
    else:
        _fit(ax, measured[kept], apart, scale)
        _draw_guides(ax)
        marks = _draw_spaces(ax, spaces, measured, **kwargs)
        _draw_apart(ax, apart)
    axes.name_axes(ax, labels.LIVE, labels.SHORT["replay"])
    row = correlated(spaces, "live", "replay").iloc[0]
    rho = caption.rho(row) if kept.any() else ""
    frame.put(ax, spaces, _title(row, measured), caption.of(int(kept.sum()), spaces), rho, *marks, caption.COUNTS,
              caption.left_out(spaces))  # fmt: skip
    warn_of_ages("live_vs_replay", spaces, kept)
    return ax


def _title(row: Any, measured: pd.DataFrame) -> str:
    of = totals(measured)
    larger = titles.which_is_larger(of)
    words = titles.go_together(
        row,
        "Spaces with more live listeners tend to have more replay plays",
        "Spaces with more live listeners tend to have fewer replay plays",
        "",
    )
    return f"{words}; {larger[:1].lower()}{larger[1:]}" if words else larger


def _fit(ax: Axes, kept: pd.DataFrame, apart: pd.DataFrame, scale: scales.Scale) -> None:
    """Fit both axes to one kind of scale: with "auto" logarithmic where either spans decades."""
    live, replay = np.concatenate([floats(kept["live"]), floats(apart["live"])]), floats(kept["replay"])
    if scale == "auto":
        scale = "log" if scales.span_decades(live) or scales.span_decades(replay) else "linear"
    scales.fit(ax.xaxis, _with_decade(live, scale), scale)
    scales.fit(ax.yaxis, _with_decade(replay, scale), scale, before=_GUTTER + 0.03 if len(apart) else 0.04)


def _with_decade(values: scales.Floats, scale: scales.Scale) -> scales.Floats:
    """Return counts that a logarithmic axis can take: with a 1 where none is above 0."""
    return values if scale != "log" or (values > 0).any() else np.append(values, 1.0)


def _draw_guides(ax: Axes) -> None:
    """Mark where plays are ten times, equal to and a tenth of live, from edge to edge."""
    place = ax.transScale + ax.transLimits
    ends = place.inverted().transform([(0.0, 0.0), (1.0, 1.0)])
    logs = [np.log10(max(high, 1e-9)) for high in ends[1]]
    taken: list[_GuideName] = []
    ends_seen: list[scales.Floats] = []
    for ratio, name in _GUIDES:
        top = min(logs[0], logs[1] - np.log10(ratio))
        x = np.concatenate([[0.0], np.logspace(top - 9, top, 400)])
        line = np.column_stack([x, ratio * x])
        across, up = place.transform(np.clip(line, _least(ax), None)).T
        inside = line[(across > -0.001) & (across < 1.001) & (up > -0.001) & (up < 1.001)]
        if len(inside) < 2:
            continue
        ax.plot(
            *inside.T,
            color=axes.faint(ax, 0.4),
            linewidth=1,
            linestyle="-" if ratio == 1 else ":",
            zorder=0.5,
        )
        taken.append(_GuideName(ax, name, inside[-1], tuple(taken)))
        ends_seen.append(inside[-1])
        taken[-1].ends = ends_seen
        ax.add_artist(taken[-1])


class _GuideName(Annotation):
    """The name of a guide at its end; it is not seen where it would lie on a name or a guide, or leave the axes."""

    ends: Sequence[scales.Floats] = ()

    def __init__(self, ax: Axes, name: str, end: scales.Floats, before: Sequence[Annotation]) -> None:
        super().__init__(
            name, tuple(end), (-10, -3), textcoords="offset points", ha="right", va="top", fontsize=axes.TINY,
            color=axes.faint(ax, 0.75), zorder=3, path_effects=[withStroke(linewidth=2, foreground=axes.paper(ax))],
        )  # fmt: skip
        self._before, self._within = before, ax.bbox

    def draw(self, renderer: RendererBase) -> None:
        """Draw it if there is room."""
        self.set_visible(True)
        box = self.get_window_extent(renderer).padded(1)
        seen = [name.get_window_extent(renderer) for name in self._before if name.get_visible()]
        across, up = (
            np.transpose(self.axes.transData.transform([*self.ends])) if self.axes else np.empty((2, 0))
        )
        crossed = (across > box.x0) & (across < box.x1) & (up < box.y1 + 2 * box.height) & (up > box.y0)
        is_free = not crossed.any() and not any(box.overlaps(other) for other in seen)
        self.set_visible(box.x0 > self._within.x0 and is_free)
        super().draw(renderer)


def _least(ax: Axes) -> Any:
    """Return the least number on each axis that can be transformed: 0 has no place on a plain logarithmic axis."""
    return [1e-12 if axis.get_scale() == "log" else 0.0 for axis in (ax.xaxis, ax.yaxis)]


def _draw_spaces(ax: Axes, spaces: pd.DataFrame, measured: pd.DataFrame, **kwargs: Any) -> tuple[str, ...]:
    """Draw the points, hosts apart in colours and young Spaces hollow, or cells; return what the marks mean."""
    kept = measured["excluded"].isna().to_numpy()
    rows = measured[kept]
    x, y = floats(rows["live"]), floats(rows["replay"])
    remember(ax, x, y, rows["space_id"])
    lines = "Lines: plays are ten times, equal to and a tenth of live listeners."
    host, names = furthest_hosts(spaces, measured)
    height, width = axes.size_points(ax)
    if height < _LEAST_FOR_HOSTS[0] or (axes.is_low(ax) and width < _LEAST_FOR_HOSTS[1]):
        names = []
    in_cells = len(x) > points.MOST_POINTS
    limit = 0.0 if in_cells else _young_below(rows["age"])
    young = (scales.minutes(rows["age"]) < limit) if limit else np.zeros(len(x), dtype=bool)
    if in_cells:
        points.scatter(ax, x, y, **kwargs)
    handles, shown = _draw_hosts(ax, x, y, host[kept], names, young, in_cells=in_cells, **kwargs)
    told = [lines]
    if names:
        told.append("In colour: hosts whose median replay share is furthest from that of all.")
    if young.any():
        handles.append(_key(axes.paper(ax), "o", edge=axes.faint(ax, 0.6)))
        shown.append(labels.plain(f"fetched within {span(60 * limit)}"))
        told.append(
            "Hollow: fetched at less than a tenth of the age of the oldest Space; their plays still grow."
        )
    if handles:
        axes.legend(ax, handles, shown)
    return tuple(told)


def _draw_hosts(
    ax: Axes, x: scales.Floats, y: scales.Floats, host: Any, names: Sequence[str], young: Any, *, in_cells: bool,
    **kwargs: Any,
) -> tuple[list[Artist], list[labels.Label]]:  # fmt: skip
    """Draw the points of the hosts apart in their colours, those of the others in grey or not; return the legend."""
    handles: list[Artist] = []
    styles = dict(zip([*names, None], [*_HOST_MARKS[: len(names)], "o"], strict=True))
    colours = dict(
        zip([*names, None], [*axes.group_colours(ax)[: len(names)], axes.faint(ax, 0.5)], strict=True)
    )
    for name in names if in_cells else [None, *names]:
        among = ~host.isin(names) if name is None else host == name
        for part, face in ((among & ~young, colours[name]), (among & young, axes.paper(ax))):
            edge = axes.ink(ax) if in_cells else colours[name]
            usual = {"s": 32, "facecolor": face, "edgecolor": edge, "linewidth": 1, "marker": styles[name],
                     "zorder": 2 if name is None else 2.5, "alpha": 0.85}  # fmt: skip
            if part.any():
                ax.scatter(x[part], y[part], **axes.options(PathCollection, usual, kwargs))
        if name is not None:
            handles.append(_key(colours[name], styles[name]))
    shown = labels.named(names, _NAME_COLUMNS)
    if names and not in_cells and not host.isin(names).all():
        handles.append(_key(colours[None], "o"))
        shown.append(labels.plain("other hosts"))
    return handles, shown


def _key(face: Any, marker: str, edge: Any = None) -> Line2D:
    return Line2D([], [], linestyle="", marker=marker, markersize=5.5, markerfacecolor=face,
                  markeredgecolor=face if edge is None else edge)  # fmt: skip


def _young_below(ages: pd.Series[Any]) -> float:
    """Return a tenth of the greatest age in minutes, 0 where no age is below it."""
    age = scales.minutes(ages)
    limit = float(np.nanmax(age, initial=0.0)) / 10
    return limit if np.nanmin(age, initial=np.inf) < limit else 0.0


def _draw_apart(ax: Axes, apart: pd.DataFrame) -> None:
    """Mark Spaces without a replay in a strip of their own, which is not a part of the scale."""
    live = floats(apart["live"])
    if not len(live):
        return
    strip = Rectangle((0, 0), 1, _GUTTER, transform=ax.transAxes, facecolor=axes.faint(ax, 0.08), zorder=0)
    ax.add_patch(strip)
    ax.scatter(live, np.full(len(live), 0.025), marker="|", s=30, color=axes.faint(ax, 0.8), zorder=2,
               transform=ax.get_xaxis_transform(), label="no recording")  # fmt: skip
    ax.annotate(f"no recording: {len(live):,}", (0, _GUTTER), (3, -2), xycoords="axes fraction", va="top",
                textcoords="offset points", fontsize=axes.TINY, color=axes.faint(ax, 0.75))  # fmt: skip
    height = (ax.transScale + ax.transLimits).inverted().transform((0, 0.025))[1]
    remember(ax, live, np.full(len(live), height), apart["space_id"])
