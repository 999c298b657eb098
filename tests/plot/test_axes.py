"""The figure and the axes of a chart: whose they are, and when they are refused."""

from itertools import pairwise

import pandas as pd
import pytest
from matplotlib.figure import Figure
from plotted import drawn, holds

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
