"""Names beside points: placed when drawn, so that they cross neither a line nor each other. It computes no number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
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
_DOT: Final = 3.0  # points from the middle of a dot to its edge


class _Name(Text):
    """A name that finds its place when it is drawn, and is not seen where there is none."""

    names: _Names

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where it hides nothing."""
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
            free = [box for box in _around(place, size, point) if self._is_free(box, path, taken)]
            text.set_alpha(1.0 if free else 0.0)
            if free:
                best = min(free, key=lambda box: _hidden(box.padded(_DOT * point), dots))
                text.set_position((best.x0, best.y0))
                taken.append(best)

    def _pixels(self, places: Floats) -> Floats:
        return np.asarray(self.ax.transData.transform(places)) if len(places) else places

    def _is_free(self, box: Bbox, line: Path | None, taken: Sequence[Bbox]) -> bool:
        within, margin = self.ax.bbox, box.padded(1)
        if not (within.x0 <= box.x0 and box.x1 <= within.x1 and within.y0 <= box.y0 and box.y1 <= within.y1):
            return False
        crosses = line is not None and line.intersects_bbox(margin, filled=False)
        return not crosses and not any(margin.overlaps(other) for other in taken)


def _around(place: Floats, size: Floats, point: float) -> Iterator[Bbox]:
    """Yield boxes of a size around a place, the nearest first."""
    for away in _DISTANCES:
        for side in _SIDES:
            across = np.array(side)
            corner = place + across * away * point - size * (1 - across) / 2
            yield Bbox.from_bounds(*corner, *size)


def _hidden(box: Bbox, dots: Floats) -> int:
    """Return how many dots lie in a box."""
    return int(((dots > box.min) & (dots < box.max)).all(axis=1).sum()) if len(dots) else 0


def name_points(ax: Axes, names: Sequence[labels.Label], places: Floats, line: Floats, dots: Floats) -> None:
    """
    Write names beside points of a chart.

    Parameters
    ----------
    names
        In the order of their importance: one that finds no place is not seen.
    places, line, dots
        In data coordinates, as rows of x and y: of the points named, of a line that no name crosses, and of all dots,
        as few of which as possible are hidden.
    """
    group = _Names(ax, places, line, dots)
    stroke = [withStroke(linewidth=2, foreground=axes.paper(ax))]
    for name in names:
        text = _Name(0, 0, "", fontsize=axes.SMALL, color=axes.faint(ax, 0.95), transform=IdentityTransform(),
                     zorder=4, path_effects=stroke, va="bottom")  # fmt: skip
        text.names = group
        text.set_in_layout(False)
        name.put_on(text)
        ax.add_artist(text)
        group.texts.append(text)
