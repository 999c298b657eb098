"""What charts share: axes of counts, captions, the choice of figure, colours."""

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from spacekit.plot import axes, caption, points, scales
from spacekit.samples import sample_batch


def ticks(values: list[float], size: tuple[float, float] = (6, 4)) -> tuple[str, list[str]]:
    """Scale and tick labels of an x axis fitted to values."""
    ax = Figure(figsize=size).subplots()
    scales.fit(ax.xaxis, np.array(values))
    return ax.get_xscale(), [label.get_text() for label in ax.get_xticklabels()]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([1, 19], "linear"),
        ([1, 20], "log"),
        ([0, 1, 20], "symlog"),
        ([], "linear"),
        ([0], "linear"),
        ([np.nan, 5], "linear"),
    ],
)
def test_logarithmic_where_counts_span_decades(values: list[float], scale: str) -> None:
    """From a range of twenty on, an axis is logarithmic, with a place for 0 if there is one."""
    assert ticks(values)[0] == scale


def test_counts_are_marked_at_round_numbers() -> None:
    """Ticks are decades, or steps between them where they are few, with 0 at its own place."""
    assert ticks([0, 30, 90_000])[1] == ["0", "10", "1,000", "100,000"]
    assert ticks([10, 300])[1] == ["10", "20", "50", "100", "200"]
    assert "1 M" in ticks([10, 3_000_000])[1]


@pytest.mark.parametrize("width", [2.0, 3.5, 8.0])
@pytest.mark.parametrize("values", [[1, 2_000_000], [0, 7, 900_000], [20, 700], [0, 3]])
def test_tick_labels_do_not_overlap(values: list[float], width: float) -> None:
    """In axes of any width, the labels of neighbouring ticks leave each other room."""
    figure = Figure(figsize=(width, 3), layout="constrained")
    ax = figure.subplots()
    scales.fit(ax.xaxis, np.array(values))
    FigureCanvasAgg(figure).draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels() if label.get_text()]
    assert not any(left.overlaps(right) for left, right in pairwise(boxes))


def test_cells_hold_every_point() -> None:
    """Cells count all points, those on the edges of the axes too."""
    ax = Figure().subplots()
    x, y = np.arange(1, 1_001, dtype=float), np.arange(1_000, 0, -1, dtype=float)
    scales.fit(ax.xaxis, x, before=0, after=0)
    scales.fit(ax.yaxis, y, before=0, after=0)
    assert points.cells(ax, x, y)[2].sum() == 1_000


def test_a_span_stays_on_one_line() -> None:
    """A span in a caption is not broken between its number and its unit."""
    assert caption.span(pd.Timedelta("90min")) == "90\u00a0min"


def test_a_caption_is_wrapped_to_its_axes() -> None:
    """Every line of a long caption lies below the axes and within their width, at any resolution and size."""
    for dpi, size in product((72, 200), ((4, 3), (7, 4))):
        figure = Figure(figsize=size, layout="constrained", dpi=dpi)
        left, right = figure.subplots(1, 2)
        for ax in (left, right):
            ax.set_xlabel("label")
            caption.put(ax, "Some words that are to be told below the chart, and more of them. " * 4)
        FigureCanvasAgg(figure).draw()
        for ax in (left, right):
            (words,) = [child for child in ax.get_children() if isinstance(child, caption.Caption)]
            box, labels = Text.get_window_extent(words), ax.xaxis.label.get_window_extent()
            assert len(words.get_text().splitlines()) > 4
            assert box.x1 <= ax.bbox.x1 + 2
            assert 0 <= box.y0 < box.y1 <= labels.y0


def test_a_caption_follows_the_figure() -> None:
    """A figure made larger has the caption in fewer lines, drawn anew."""
    figure = Figure(figsize=(3, 3), layout="constrained")
    ax = figure.subplots()
    caption.put(ax, "Some words that are to be told below the chart. " * 4)
    (words,) = [child for child in ax.get_children() if isinstance(child, caption.Caption)]
    lines = []
    for width in (3, 9):
        figure.set_size_inches(width, 3)
        FigureCanvasAgg(figure).draw()
        lines.append(len(words.get_text().splitlines()))
    assert lines[0] > lines[1]


def test_some_made_up_spaces_are_counted() -> None:
    """Where only some rows are made up, the caption says how many."""
    spaces = sample_batch().spaces.head(4)
    ids = spaces["space_id"].to_list()
    mixed = spaces.assign(space_id=pd.array(["1abcdefghijkl", *ids[1:]], dtype=spaces["space_id"].dtype))
    assert caption.made_up(mixed) == "Made-up data: 3 of 4 rows, no finding about X."


def test_unknown_times_are_told() -> None:
    """Rows without a time of fetching are counted; with none known, that is said."""
    spaces = sample_batch().spaces.head(4)
    none = spaces["fetched_at"].where(spaces["fetched_at"].isna())
    one = spaces["fetched_at"].where(np.arange(4) > 0)
    assert caption.fetched(spaces.assign(fetched_at=none)) == "When it was fetched is not known."
    assert "(1 at an unknown time)" in caption.fetched(spaces.assign(fetched_at=one))


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
