"""The figure and the axes of a chart: whose they are, and when they are refused."""

import pytest
from matplotlib.figure import Figure

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
