"""Room for what stands around axes, where the figure has no layout engine that would make it."""

from __future__ import annotations

from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

_EDGE_POINTS: Final = 5.0
_SLACK: Final = 1.04  # text is a little wider at another resolution
_LEAST_SHARE: Final = 0.2
_ALIKE: Final = 0.001  # of the figure
_FREE: Final = 3  # attempts that may enlarge the axes again: later ones would break lines to and fro


def make_room(ax: Axes) -> None:
    """Shrink the axes, as matplotlib does for a colour bar, until everything of theirs is in their cell."""
    figure = ax.get_figure(root=False)
    cell = _cell(ax)
    if figure is None or cell is None:
        return
    outer = cell.transformed(figure.transSubfigure).padded(-_EDGE_POINTS)
    whole = ax.get_position()
    for attempt in range(6):  # what is wrapped again needs other room
        taken, inner = ax.get_tightbbox(), ax.get_window_extent()
        if taken is None:
            return
        room = Bbox.from_extents(
            outer.x0 + _SLACK * (inner.x0 - taken.x0), outer.y0 + inner.y0 - taken.y0,
            outer.x1 + inner.x1 - taken.x1, outer.y1 + inner.y1 - taken.y1,
        ).transformed(figure.transSubfigure.inverted())  # fmt: skip
        now = ax.get_position()
        fitted = Bbox.intersection(room, whole if attempt < _FREE else now)
        if fitted is None or min(fitted.width / whole.width, fitted.height / whole.height) < _LEAST_SHARE:
            return
        if np.abs(np.subtract(fitted.extents, now.extents)).max() < _ALIKE:
            return
        ax.set_position(fitted)


def _cell(ax: Axes) -> Bbox | None:
    """Return the part of the figure that is for these axes, in fractions of it; None where it is not known."""
    figure, place = ax.get_figure(root=False), ax.get_subplotspec()
    if figure is None or place is None:
        return Bbox.unit() if figure is not None and len(figure.axes) == 1 else None
    bottoms, tops, lefts, rights = place.get_gridspec().get_grid_positions(figure)  # type: ignore[arg-type]  # a SubFigure will do
    first, last = place.colspan.start, place.colspan.stop - 1
    upper, lower = place.rowspan.start, place.rowspan.stop - 1
    return Bbox.from_extents(
        (rights[first - 1] + lefts[first]) / 2 if first > 0 else 0.0,
        (bottoms[lower] + tops[lower + 1]) / 2 if lower + 1 < len(tops) else 0.0,
        (rights[last] + lefts[last + 1]) / 2 if last + 1 < len(lefts) else 1.0,
        (bottoms[upper - 1] + tops[upper]) / 2 if upper > 0 else 1.0,
    )
