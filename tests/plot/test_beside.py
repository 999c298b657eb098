"""Names beside points cross neither a line nor each other, at any size."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.path import Path
from plotted import drawn

from spacekit.plot import labels
from spacekit.plot.beside import name_points

PLACES = np.array([[0.5, 0.52], [0.52, 0.5], [0.95, 0.97], [0.02, 0.03], [0.5, 0.5], [0.51, 0.51]])
LINE = np.array([[0.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize("size", [(3, 2), (5, 3), (8, 6)])
@pytest.mark.parametrize("dpi", [72, 200])
def test_names_stay_off_the_line_and_each_other(size: tuple[float, float], dpi: int) -> None:
    """Names that are seen lie within the axes, apart from each other and from the line; the first has its place."""
    ax = Figure(figsize=size, dpi=dpi, layout="constrained").subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    names = [labels.plain(f"@name_{place}") for place in range(len(PLACES))]
    name_points(ax, names, PLACES, LINE, PLACES)
    drawn(ax)
    seen = [text for text in ax.texts if text.get_alpha()]
    boxes = [text.get_window_extent() for text in seen]
    assert seen[0].get_text() == names[0].text
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    line = Path(ax.transData.transform(LINE))
    assert not any(line.intersects_bbox(box, filled=False) for box in boxes)
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 for box in boxes)
    assert all(ax.bbox.y0 <= box.y0 and box.y1 <= ax.bbox.y1 for box in boxes)


def test_names_find_new_places_when_the_figure_changes() -> None:
    """A figure made larger has room for names that had none."""
    figure = Figure(figsize=(2, 1.5))
    ax = figure.subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    name_points(ax, [labels.plain("a rather long name")] * len(PLACES), PLACES, LINE, PLACES)
    counts = []
    for size in ((2, 1.5), (9, 7)):
        figure.set_size_inches(size)
        drawn(ax)
        counts.append(sum(bool(text.get_alpha()) for text in ax.texts))
    assert counts[0] < counts[1] == len(PLACES)


def test_each_name_is_clearly_that_of_its_dot() -> None:
    """A name that is seen is nearer to its own dot than to any other, or a line joins it to its dot."""
    ax = Figure(figsize=(5, 3)).subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    crowd = np.array([[0.5, 0.5], [0.54, 0.5], [0.46, 0.5], [0.5, 0.56], [0.5, 0.44], [0.2, 0.8]])
    name_points(ax, [labels.plain("@in_the_middle"), labels.plain("@apart")], crowd[[0, -1]], LINE[:0], crowd)
    drawn(ax)
    joined, alone = (len(np.asarray(line.get_xdata())) for line in ax.lines)
    assert (joined, alone) == (2, 0)
    at, other = ax.transData.transform(crowd[[0, -1]])
    assert np.allclose(ax.lines[0].get_xydata()[0], at)
    box = ax.texts[1].get_window_extent()
    assert np.hypot(*(other - np.clip(other, box.min, box.max))) < 20


def test_the_line_to_a_dot_crosses_no_other_line() -> None:
    """A name that is joined to its dot lies on its dot's side of the line that names stay off."""
    ax = Figure(figsize=(5, 3)).subplots()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    crowd = np.array([[0.5, 0.53], [0.53, 0.55], [0.47, 0.51], [0.5, 0.58], [0.47, 0.56]])
    name_points(ax, [labels.plain("@above_the_line")], crowd[:1], LINE, crowd)
    drawn(ax)
    (joined,) = ax.lines
    assert len(np.asarray(joined.get_xdata())) == 2
    assert not Path(ax.transData.transform(LINE)).intersects_path(Path(joined.get_xydata()), filled=False)
