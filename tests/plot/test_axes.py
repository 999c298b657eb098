"""The figure and the axes of a chart: whose they are, and when they are refused."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure
from plotted import drawn, holds, table

from spacekit import plot
from spacekit.plot import axes


def test_pyplot_has_the_figure_only_where_it_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a backend for files the new figure is not pyplot's; with one that shows figures, as in notebooks, it is."""
    from matplotlib import pyplot as plt

    axes.given_or_new(None)
    assert plt.get_fignums() == []
    monkeypatch.setattr(axes.mpl, "get_backend", lambda **_: "module://matplotlib_inline.backend_inline")
    figure = axes.figure_of(axes.given_or_new(None))
    try:
        assert plt.get_fignums() == [figure.number]  # type: ignore[attr-defined]  # pyplot's figures have one
    finally:
        plt.close(figure)


def test_removed_axes_are_refused() -> None:
    """Axes that are in no figure raise ValueError that says so."""
    ax = Figure().subplots()
    ax.remove()
    with pytest.raises(ValueError, match="removed from its figure"):
        axes.figure_of(ax)


@pytest.mark.parametrize("name", ["audience", "hosts", "punctuality", "quality"])
@pytest.mark.parametrize("layout", ["constrained", None])
@pytest.mark.parametrize("size", [(5, 3), (4, 3.5), (5, 4), (3, 6), (8, 5)])
def test_labels_of_rows_fit_in_small_figures(
    samples: pd.DataFrame, name: str, layout: str | None, size: tuple[float, float]
) -> None:
    """They neither lie on each other nor leave the figure; so many rows are drawn as there is room for."""
    ax = Figure(figsize=size, layout=layout).subplots()
    figure = drawn(plot.CHARTS[name].function(samples, ax=ax))
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    assert len(boxes) >= 3
    assert all(holds(figure.bbox, box) for box in boxes)
    assert all(
        low.y1 <= high.y0 + 0.5 for low, high in pairwise(sorted(boxes, key=lambda box: float(box.y0)))
    )


@pytest.mark.parametrize("name", ["over_time", "trend", "growth", "ratio", "reach", "followers"])
@pytest.mark.parametrize("size", [(4, 3), (6.4, 4.8), (12, 5)])
@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
def test_names_of_axes_lie_beside_them(name: str, size: tuple[float, float]) -> None:
    """At any size they take as many lines as they need: they neither reach above the axes nor out of the figure."""
    figure = Figure(figsize=size, layout="constrained")
    ax = plot.CHARTS[name].function(table(name, "samples"), ax=figure.subplots())
    drawn(ax)
    names = [axis.label for axis in (ax.xaxis, ax.yaxis) if axis.label.get_text()]
    boxes = [name.get_window_extent() for name in names]
    assert all(box.y1 <= ax.bbox.y1 + 8 for box in boxes)
    assert all(box.x0 >= -1 and box.y0 >= -1 and box.x1 <= figure.bbox.x1 + 1 for box in boxes)


def test_a_name_that_does_not_fit_goes_without_its_remark() -> None:
    """Where two lines are too few it leaves "(as X reports)" away; what the axes return is whole."""
    ax = axes.given_or_new(Figure(figsize=(4, 1.6), layout="constrained").subplots())
    axes.name_axes(ax, y="median of the Spaces (as X reports)")
    drawn(ax)
    assert ax.yaxis.label._get_wrapped_text().split() == ["median", "of", "the", "Spaces"]
    assert ax.get_ylabel() == "median of the Spaces (as X reports)"


def test_lines_of_a_name_of_the_callers_stay() -> None:
    """A label that is set later, with line breaks of its own, is drawn as it is."""
    ax = axes.given_or_new(Figure(figsize=(4, 1.6), layout="constrained").subplots())
    axes.name_axes(ax, y="replay plays (as X reports)")
    ax.set_ylabel("mine\nand mine")
    drawn(ax)
    assert ax.yaxis.label._get_wrapped_text() == "mine\nand mine"
