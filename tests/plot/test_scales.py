"""Axes of counts: logarithmic where counts span decades, marked at round numbers that leave each other room."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from spacekit.plot import points, scales


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


@pytest.mark.parametrize("values", [[5], [3_000], [0, 7], [1, 19], [0], [], [np.nan]])
def test_the_scale_can_be_asked_for(values: list[float]) -> None:
    """Any counts can be drawn on both scales; without a count above 0 there is no logarithm, so the axis is linear."""
    for scale in ("log", "linear"):
        figure = Figure()
        ax = figure.subplots()
        scales.fit(ax.xaxis, np.array(values, dtype=float), scale)
        figure.draw_without_rendering()
        wanted = scale if any(value > 0 for value in values) else "linear"
        assert ax.get_xscale().removeprefix("sym") == wanted


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


def test_a_span_of_zero_is_marked_on_a_logarithmic_axis() -> None:
    """Where lengths span decades, one of 0 has its own place, marked "0"."""
    ax = Figure().subplots()
    scales.fit_spans(ax.xaxis, np.array([0.0, 1.0, 3_000.0]))
    assert ax.get_xscale() == "symlog"
    assert ax.get_xticklabels()[0].get_text() == "0"


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (-2.2, 2.2, ["× 1/4", "× 1/2", "× 1", "× 2", "× 4"]),
        (-11, 4, ["× 1/1,000", "× 1/100", "× 1/10", "× 1", "× 10"]),
    ],
)
def test_factors_are_powers_of_two_or_ten(low: float, high: float, wanted: list[str]) -> None:
    """An axis of log2 is marked with factors: powers of two, or of ten where it spans many."""
    ax = Figure().subplots()
    ax.set_ylim(low, high)
    scales.mark_factors(ax.yaxis)
    ax.figure.draw_without_rendering()
    shown = [text.get_text() for text in ax.get_yticklabels() if low <= text.get_position()[1] <= high]
    assert shown == wanted


def test_large_counts_have_separators() -> None:
    """Thousands of millions are billions, and no mark is a row of digits."""
    assert [scales.number(value) for value in (1_000, 2_500_000, 900e6, 4e9, 20_000e9)] == [
        "1,000", "2.5 M", "900 M", "4 bn", "20,000 bn",
    ]  # fmt: skip
