"""The frame: a title, a grey line and a few words, wrapped to their axes; notes; names of any script."""

from itertools import product
from typing import Any

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from plotted import WEIRD
from scripts_of_titles import TITLES

from spacekit import plot
from spacekit.plot import axes, frame, labels

TITLE = (
    "Replays add much to the counts of most hosts; another clause that says a bit more about one of the hosts"
)
WORDS = "Some words that are to stand below the chart, and more of them."


def parts_of(ax: Axes) -> list[Any]:
    """Return title, grey line and the words below, those that there are."""
    return [child for child in ax.get_children() if isinstance(child, frame.Placed)]


@pytest.mark.parametrize(("dpi", "size"), [*product((72, 200), ((4, 3), (8, 4)))])
def test_words_are_wrapped_to_their_axes(dpi: int, size: tuple[int, int], samples: pd.DataFrame) -> None:
    """Every line is as wide as the axes at most, at any resolution and size, and stays in the figure."""
    figure = Figure(figsize=size, layout="constrained", dpi=dpi)
    for ax in figure.subplots(1, 2):
        ax.set(xlabel="label", ylabel="label")
        frame.put(ax, samples, TITLE, "n = 1 of 2 Spaces", reading=WORDS)
    FigureCanvasAgg(figure).draw()
    for ax in figure.axes:
        for part in parts_of(ax):
            box = Text.get_window_extent(part)
            assert box.x1 <= ax.bbox.x1 + 2
            assert box.x0 < ax.bbox.x0
            assert 0 <= box.y0 < box.y1 <= figure.bbox.y1
            assert not box.overlaps(ax.bbox)


def test_a_title_has_two_lines_at_most(samples: pd.DataFrame) -> None:
    """Where there is no room for all, the last clause is left away, then the rest is cut; low axes have one line."""
    lines = {}
    for width, height in ((1.2, 4), (4, 4), (6, 4), (6.1, 3), (12, 4)):
        figure = Figure(figsize=(width, height), layout="constrained")
        ax = figure.subplots()
        frame.put(ax, samples, TITLE, "n = 1")
        FigureCanvasAgg(figure).draw()
        lines[width] = _title(ax).lines
        assert ax.get_title(loc="left") == TITLE
    assert lines[12] == TITLE
    assert lines[6].replace("\n", " ") == TITLE
    assert lines[6.1] == TITLE.split(";")[0]
    assert lines[4].replace("\n", " ") == TITLE.split(";")[0]
    assert lines[1.2].count("\n") == 1
    assert lines[1.2].endswith("…")


def _title(ax: Axes) -> Any:
    return next(part for part in parts_of(ax) if part.get_text() == ax.get_title(loc="left"))


def test_a_title_can_be_replaced(samples: pd.DataFrame) -> None:
    """`ax.set_title(..., loc="left")` replaces it, in its place and with the fonts of its script."""
    figure = Figure(layout="constrained")
    ax = figure.subplots()
    frame.put(ax, samples, TITLE, "n = 1")
    ax.set_title("日本語 $5 < $6\nof all", loc="left")
    FigureCanvasAgg(figure).draw()
    assert ax.get_title(loc="left") == "日本語 $5 < $6\nof all"
    title, grey = _title(ax), parts_of(ax)[0]
    assert title.lines.endswith("$5 < $6 of all")
    assert Text.get_window_extent(title).x0 == pytest.approx(Text.get_window_extent(grey).x0, abs=1)


def test_a_frame_follows_the_figure(samples: pd.DataFrame) -> None:
    """A figure made larger has the title in fewer lines, drawn again."""
    figure = Figure(figsize=(6, 3), layout="constrained")
    ax = figure.subplots()
    frame.put(ax, samples, TITLE.replace(";", ","), "n = 1")
    lines = []
    for width in (6, 15):
        figure.set_size_inches(width, 3)
        FigureCanvasAgg(figure).draw()
        lines.append(len(_title(ax).lines.splitlines()))
    assert lines == [2, 1]


def test_words_can_be_read_from_the_axes(samples: pd.DataFrame) -> None:
    """`notes` returns the fine print and `text_of` all words; both are empty for axes that are no chart."""
    ax, other = Figure().subplots(1, 2)
    frame.put(ax, samples.head(0), "A title", "n = 0 of 0\u00a0Spaces", "One.", "", "More.", reading="Few.")
    assert plot.notes(ax) == "Few. One. More."
    assert frame.text_of(ax) == "A title. n = 0 of 0 Spaces. Few. One. More."
    assert plot.notes(other) == frame.text_of(other) == ""


def test_titles_of_any_script_are_clean(samples: pd.DataFrame) -> None:
    """Words of any script in a title are drawn on one line, without warnings, boxes or mathematics."""
    for words in [*WEIRD, *TITLES]:
        figure = Figure((4, 2))
        ax = figure.subplots()
        frame.put(ax, samples.head(1), f"{words} leads", "n = 1")
        FigureCanvasAgg(figure).draw()
        title = ax.get_title(loc="left")
        assert "\n" not in title
        assert labels.families_for(title)
        assert not _title(ax).get_parse_math()


def test_a_hundred_rows_of_any_script_are_clean(samples: pd.DataFrame) -> None:
    """Rows of any script are drawn without warnings or boxes, all different, each on one line."""
    ended = samples[samples["state"] == "Ended"].head(25)
    for first in range(0, len(TITLES), 25):
        title = pd.array(TITLES[first : first + 25], dtype=samples["title"].dtype)
        ax = plot.audience(ended.assign(title=title))
        FigureCanvasAgg(axes.figure_of(ax)).draw()
        names = [label.get_text() for label in ax.get_yticklabels()]
        assert len(set(names)) == 25
        assert all(labels.families_for(name) and "\n" not in name for name in names)


@pytest.mark.parametrize(
    "words", ["They had 58 % after 1 d; 88 % after 7 d", "Counts as usual: × 1.1, then × 0.99"]
)
def test_numbers_keep_their_units(words: str) -> None:
    """No line of a title ends between a number and its unit, or between a sign and its number."""
    for room in range(8, 40):
        for line in frame._fitted(words, room, len, low=False)[1:]:
            assert not line.startswith(("d", "%", "1.1", "0.99"))
