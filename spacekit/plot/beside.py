"""Names beside points: placed when drawn, off a line and each other, each clearly that of its point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform

from spacekit.plot import axes, labels
from spacekit.plot.scales import Floats

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

_SIDES: Final = ((1, 1), (1, -1), (-1, 1), (-1, -1), (1, 0), (-1, 0), (0, 1), (0, -1))
_DISTANCES: Final = (5.0, 10.0, 16.0)  # points
_FAR: Final = (16.0, 26.0, 40.0)  # points, where a thin line joins a name to its dot
_NEARER: Final = 3.0  # points by which a name without such a line is nearer to its own dot than to any other
_DOT: Final = 3.0  # points from the middle of a dot to its edge


class _Name(Text):
    """A name that finds its place when it is drawn, and is not seen where there is none."""

    names: _Names
    joined: _Joined
    is_faint: bool

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where it hides nothing."""
        self.names.arrange(renderer)
        super().draw(renderer)


class _Joined(Line2D):
    """The thin line from a name to its dot, where another dot is as near."""

    names: _Names

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where the name found its place."""
        self.names.arrange(renderer)
        super().draw(renderer)


class _Names:
    """All names on axes, and what they must not hide, in data coordinates: a line, and as far as possible dots."""

    def __init__(self, ax: Axes, places: Floats, line: Floats, dots: Floats) -> None:
        self.ax, self.texts = ax, list[_Name]()
        self._places, self._line, self._dots = places, line, dots
        self._key: tuple[Any, ...] = ()

    def arrange(self, renderer: RendererBase) -> None:
        """Find the place of each name, unless nothing changed since."""
        dpi = axes.figure_of(self.ax).dpi
        if (key := (*self.ax.bbox.bounds, dpi)) == self._key:
            return
        self._key = key
        point = dpi / 72
        dots, line = self._pixels(self._dots), self._pixels(self._line)
        path = Path(line) if len(line) > 1 else None
        taken: list[Bbox] = []
        for text, place in zip(self.texts, self._pixels(self._places), strict=True):
            size = np.array(text.get_window_extent(renderer).size)
            text.joined.set_data([], [])
            best = self._near(place, size, point, dots, path, taken)
            if best is None and not text.is_faint:
                best = self._far(place, size, point, dots, path, taken)
                text.joined.set_data(*(_joining(place, best).T if best else ([], [])))
            text.set_alpha(0.0 if best is None else 1.0)
            if best is not None:
                text.set_position((best.x0, best.y0))
                taken.append(best)

    def _near(self, place: Floats, size: Floats, point: float, dots: Floats, *taken: Any) -> Bbox | None:
        """Return the first free box beside a place that is nearer to it than to any other dot."""
        others = _others(dots, place)
        for box in _around(place, size, point, _DISTANCES):
            if not self._is_free(box, *taken):
                continue
            own = _away(box, place[None])[0] + _NEARER * point
            if _away(box, others).min(initial=np.inf) >= own:
                return box
        return None

    def _far(self, place: Floats, size: Floats, point: float, dots: Floats, *taken: Any) -> Bbox | None:
        """Return the free box for a name that a line joins to its dot: crossing nothing, hiding few dots."""
        free = [box for box in _around(place, size, point, _FAR) if self._is_free(box, *taken)]
        others = _others(dots, place)
        return max(free, default=None, key=lambda box: (
            _is_joined_freely(place, box, *taken), -_hidden(box.padded(_DOT * point), dots),
            min(_away(box, others).min(initial=np.inf), 12 * point),
        ))  # fmt: skip

    def _pixels(self, places: Floats) -> Floats:
        return np.asarray(self.ax.transData.transform(places)) if len(places) else places

    def _is_free(self, box: Bbox, line: Path | None, taken: Sequence[Bbox]) -> bool:
        within, margin = self.ax.bbox, box.padded(1)
        if not (within.x0 <= box.x0 and box.x1 <= within.x1 and within.y0 <= box.y0 and box.y1 <= within.y1):
            return False
        crosses = line is not None and line.intersects_bbox(margin, filled=False)
        return not crosses and not any(margin.overlaps(other) for other in taken)


def _around(place: Floats, size: Floats, point: float, distances: Sequence[float]) -> Iterator[Bbox]:
    """Yield boxes of a size around a place, the nearest first."""
    for away in distances:
        for side in _SIDES:
            across = np.array(side)
            corner = place + across * away * point - size * (1 - across) / 2
            yield Bbox.from_bounds(*corner, *size)


def _joining(place: Floats, box: Bbox) -> Floats:
    """Return the two ends of the line from a dot to a box."""
    return np.array([place, np.clip(place, box.min, box.max)])


def _is_joined_freely(place: Floats, box: Bbox, line: Path | None, taken: Sequence[Bbox]) -> bool:
    """Whether the line from a dot to a box crosses neither a line nor another name."""
    joining = Path(_joining(place, box))
    crosses = line is not None and line.intersects_path(joining, filled=False)
    return not crosses and not any(joining.intersects_bbox(other, filled=False) for other in taken)


def _away(box: Bbox, dots: Floats) -> Floats:
    """Return how far each dot is from a box, 0 for one in it."""
    return np.hypot(*(dots - np.clip(dots, box.min, box.max)).T) if len(dots) else np.empty(0)


def _others(dots: Floats, place: Floats) -> Floats:
    """Return the dots but for those at a place."""
    return dots[np.hypot(*(dots - place).T) > 0.5] if len(dots) else dots


def _hidden(box: Bbox, dots: Floats) -> int:
    """Return how many dots lie in a box."""
    return int(((dots > box.min) & (dots < box.max)).all(axis=1).sum()) if len(dots) else 0


def name_points(
    ax: Axes, names: Sequence[labels.Label], places: Floats, line: Floats, dots: Floats, faint: int = 0
) -> None:
    """
    Write names beside points of a chart.

    Parameters
    ----------
    names
        In the order of their importance: one that finds no place is not seen. One that is not nearest to its own dot is
        joined to it by a thin line.
    places, line, dots
        In data coordinates, as rows of x and y: of the points named, of a line that no name crosses, and of all dots,
        as few of which as possible are hidden.
    faint
        How many of the names, the last, are drawn in grey, and only right beside their dots.
    """
    group = _Names(ax, places, line, dots)
    stroke = [withStroke(linewidth=2, foreground=axes.paper(ax))]
    for place, name in enumerate(names):
        colour = axes.faint(ax, 0.6 if place >= len(names) - faint else 0.95)
        text = _Name(0, 0, "", fontsize=axes.SMALL, color=colour, transform=IdentityTransform(),
                     zorder=4, path_effects=stroke, va="bottom")  # fmt: skip
        text.joined = _Joined(
            [], [], color=axes.faint(ax, 0.6), linewidth=0.7, transform=IdentityTransform(), zorder=3.5
        )
        text.names = text.joined.names = group
        text.is_faint = place >= len(names) - faint
        text.joined.set_in_layout(False)
        ax.add_artist(text.joined)
        text.set_in_layout(False)
        name.put_on(text)
        ax.add_artist(text)
        group.texts.append(text)
