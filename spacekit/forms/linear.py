"""Axes on which a chart's counts stay linear, where it would make them logarithmic. They draw nothing."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from spacekit.plot import counts


class LinearX(Axes):
    """Axes whose x axis stays linear."""

    def set_xscale(self, *_args: Any, **_options: Any) -> None:
        """Leave it linear, and mark it so."""
        super().set_xscale("linear")
        _keep_marks(self.xaxis)


class LinearY(Axes):
    """Axes whose y axis stays linear."""

    def set_yscale(self, *_args: Any, **_options: Any) -> None:
        """Leave it linear, and mark it so."""
        super().set_yscale("linear")
        _keep_marks(self.yaxis)


class LinearXY(LinearX, LinearY):
    """Axes that both stay linear."""


_KINDS: dict[str, type[Axes]] = {"": Axes, "x": LinearX, "y": LinearY, "xy": LinearXY}


def linear_axes(names: str = "xy") -> Axes:
    """
    Give axes in a new figure whose counts stay linear, to pass as `ax` to a chart.

    Parameters
    ----------
    names
        Which axes stay linear: "x", "y" or "xy".

    Returns
    -------
    ax
        The figure is `ax.figure`; a chart drawn there marks even steps in place of decades.
    """
    return axes_in(Figure(figsize=(8, 5), layout="constrained"), names)


def axes_in(figure: Figure, names: str) -> Axes:
    """Give the axes of a figure, those named linear whatever the chart would make of them."""
    return figure.add_subplot(axes_class=_KINDS[names])


def _keep_marks(axis: Axis) -> None:
    """Mark even steps, also where a chart would mark decades afterwards."""
    locator = MaxNLocator(nbins=6, integer=True)
    form = FuncFormatter(lambda value, _: counts.number(value) if value >= 0 else "")
    Axis.set_major_locator(axis, locator)
    Axis.set_major_formatter(axis, form)
    axis.set_major_locator = _nothing  # type: ignore[method-assign,assignment]  # of this one axis
    axis.set_major_formatter = _nothing  # type: ignore[method-assign,assignment]  # as above


def _nothing(_mark: Any) -> None:
    """Keep what there is."""
