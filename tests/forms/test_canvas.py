"""The figure of a picture."""

import io

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.image import imread

import spacekit as sk
from spacekit.forms.canvas import Sheet, figure_for, png_of, prepare
from spacekit.stats.ages import ages_told_elsewhere


def test_png_is_the_figure() -> None:
    """The PNG holds the pixels that were drawn, two for each pixel of the page."""
    figure = figure_for(Sheet(300, 2.0, "#112233"))
    figure.axes[0].plot([1, 2])
    pixels = (imread(io.BytesIO(png_of(figure))) * 255).round().astype(np.uint8)
    assert pixels.shape == (400, 600, 4)
    assert (pixels == np.asarray(figure.canvas.buffer_rgba())).all()  # type: ignore[attr-defined]  # of Agg


@pytest.mark.parametrize("name", ["short", "a name so long that it takes half of the picture"])
def test_everything_is_in_the_picture(name: str) -> None:
    """Whatever stands around the axes, none of it is cut, and no room is left over."""
    figure = figure_for(Sheet(700, 4.0, "#ffffff"))
    ax = figure.axes[0]
    ax.set_yticks([0, 1], [name, name])
    ax.set_xlabel("below")
    ax.set_title("above", loc="left")
    png_of(figure)
    taken, whole = ax.get_tightbbox(), figure.bbox
    assert taken is not None
    assert 0 < taken.x0 < 20
    assert 0 < taken.y0 < 20
    assert 0 < whole.x1 - taken.x1 < 40
    assert 0 < whole.y1 - taken.y1 < 20


@pytest.mark.parametrize("width", range(700, 1001, 50))
def test_no_room_is_left_above_a_title(width: int) -> None:
    """However wide the picture, its title begins at the upper edge, also where it needs fewer lines than at first."""
    figure = figure_for(Sheet(width, 5.0, "#ffffff"))
    with ages_told_elsewhere():
        ax = sk.plot.live_vs_replay(sk.sample_batch(), ax=figure.axes[0])
    png_of(figure)
    title = ax._left_title.get_window_extent()  # type: ignore[attr-defined]  # matplotlib has no other way
    assert 0 < figure.bbox.y1 - title.y1 < 20


@pytest.mark.parametrize(("paper", "light"), [("#ffffff", False), ("#111111", True)])
def test_text_can_be_read_on_its_paper(paper: str, light: bool) -> None:
    """On dark paper the text is light."""
    colour = figure_for(Sheet(300, 2.0, paper)).axes[0].xaxis.label.get_color()
    assert (colour == "#e6e6e6") is light


@pytest.mark.parametrize("name", ["audience", "trend", "hosts"])
def test_a_picture_on_a_figure_made_before_is_the_same(name: str) -> None:
    """Nothing of a chart tells whether its axes and ticks were ready."""
    sheet = Sheet(880, 5.0, "#111111", 30)

    def pixels() -> bytes:
        figure = figure_for(sheet)
        getattr(sk.plot, name)(sk.sample_batch(), ax=figure.axes[0])
        return png_of(figure)

    with ages_told_elsewhere():
        usual = pixels()
        prepare(sheet)
        assert pixels() == usual


def test_a_figure_made_under_other_settings_is_not_used() -> None:
    """A style that is chosen meanwhile holds for the next picture."""
    sheet = Sheet(300, 2.0, "#ffffff")
    prepare(sheet)
    with mpl.rc_context({"axes.linewidth": 7}):
        assert figure_for(sheet).axes[0].spines["left"].get_linewidth() == 7
    assert figure_for(sheet).axes[0].spines["left"].get_linewidth() != 7


def test_nothing_of_an_earlier_picture_is_left() -> None:
    """Pictures of a size are drawn into the same pixels; paper that lets something through is taken as opaque."""
    for paper in ("#000000", "#ffffff80"):
        figure = figure_for(Sheet(310, 2.0, paper))
        figure.axes[0].set_axis_off()
        pixels = imread(io.BytesIO(png_of(figure)))
    assert (pixels == 1).all()
