"""Points of a scatter chart, cells in place of many points, and the keys to their colours."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import PathCollection
from matplotlib.colors import LogNorm, SymLogNorm
from matplotlib.ticker import FuncFormatter, PercentFormatter

from spacekit.plot import axes, scales
from spacekit.plot.scales import Floats

MOST_POINTS: Final = 400
"""Points of a scatter chart; more are counted in cells."""

_CELLS: Final = 40


def scatter(
    ax: Axes, x: Floats, y: Floats, what: str = "Spaces", colour: Any = None, **kwargs: Any
) -> PathCollection:
    """Draw points; where there are many, cells coloured by how many points each holds, with a key."""
    if len(x) <= MOST_POINTS:
        usual = {"color": colour, "s": 34, "alpha": 0.8, "linewidth": 0}
        return ax.scatter(x, y, **axes.options(PathCollection, usual, kwargs))
    across, up, n = cells(ax, x, y)
    usual = {
        "s": (min(axes.size_points(ax)) / _CELLS * 0.95) ** 2,
        "norm": LogNorm(1, max(2.0, n.max())),
        "cmap": axes.colour_map(ax),
        "linewidth": 0,
        "c": n,
    }
    drawn = ax.scatter(across, up, **axes.options(PathCollection, usual, kwargs))
    if drawn.get_array() is not None:
        key_to_counts(ax, drawn, f"{what} in a cell")
    return drawn


def cells(ax: Axes, x: Floats, y: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the middles of those cells of a grid over the axes that hold points, and how many each holds."""
    transform = ax.transScale
    points = transform.transform(np.column_stack([x, y]))
    low, high = transform.transform(np.column_stack([ax.get_xlim(), ax.get_ylim()]))
    ends = np.column_stack([low, high])
    n, x_edges, y_edges = np.histogram2d(points[:, 0], points[:, 1], bins=_CELLS, range=ends)
    column, row = np.nonzero(n)
    middles = np.column_stack(
        [(x_edges[:-1] + x_edges[1:])[column] / 2, (y_edges[:-1] + y_edges[1:])[row] / 2]
    )
    back = transform.inverted().transform(middles)
    return back[:, 0], back[:, 1], n[column, row]


def key_to_counts(ax: Axes, drawn: ScalarMappable, label: str) -> None:
    """Put the key to colours of counts or shares next to the axes."""
    bar = axes.colour_bar(ax, drawn, label)
    low, high = _ends(drawn)
    if isinstance(drawn.norm, LogNorm):
        scales.log_ticks(bar.yaxis, low, high, has_zero=False)
    elif isinstance(drawn.norm, SymLogNorm):
        scales.log_ticks(bar.yaxis, drawn.norm.linthresh, high, has_zero=True)
    elif high <= 1:
        bar.yaxis.set_major_formatter(PercentFormatter(1.0))
    else:
        bar.yaxis.set_major_formatter(FuncFormatter(lambda value, _: scales.number(value)))


def _ends(drawn: ScalarMappable) -> tuple[float, float]:
    low, high = np.ravel([drawn.norm.vmin, drawn.norm.vmax]).astype(float)
    return float(low), float(high)
