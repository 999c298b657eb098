"""Tests of `forms.writing`: a text that is kept looks like one that matplotlib draws."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from spacekit.forms import writing

TEXT = "Fjord, illiterate: AVATAR 5,321"
PROP = FontProperties(family=["DejaVu Sans"], size=9)


def drawn(kind: type[RendererAgg], angle: float, text: str = TEXT, colour: Any = "black") -> Any:
    """Return the pixels of a text in a picture."""
    renderer: Any = kind(1200, 1200, 200)  # type: ignore[no-untyped-call]  # no types
    gc = renderer.new_gc()
    gc.set_foreground(colour)
    renderer.draw_text(gc, 600, 600, text, PROP, angle)
    return np.asarray(renderer.buffer_rgba()).astype(int)


def edges(pixels: Any) -> list[int]:
    """Return the first and last row and column with ink."""
    rows, columns = (np.flatnonzero(pixels[..., 3].any(axis=axis)) for axis in (1, 0))
    return [int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])]


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 30])
def test_a_text_is_where_matplotlib_draws_it_and_has_as_much_ink(angle: float) -> None:
    """Turned by any angle: its edges are within two pixels, and every letter is where it should be."""
    own, usual = drawn(writing.Renderer, angle), drawn(RendererAgg, angle)
    assert np.abs(np.subtract(edges(own), edges(usual))).max() <= 2
    assert own[..., 3].sum() == pytest.approx(usual[..., 3].sum(), rel=0.03)
    shifted = [np.roll(own, (down, right), (0, 1)) for down in range(-2, 3) for right in range(-2, 3)]
    least = min(np.abs(each[..., 3] - usual[..., 3]).sum() for each in shifted)
    assert least < 0.25 * usual[..., 3].sum()  # every letter is the right way up, and in its place


def test_a_text_that_was_kept_is_drawn_in_the_colour_asked_for() -> None:
    """The second drawing differs in nothing but the colour."""
    black, red = drawn(writing.Renderer, 0), drawn(writing.Renderer, 0, colour="#d62728")
    inked = red[..., 3] > 200
    assert np.abs(red[inked][:, :3] - (0xD6, 0x27, 0x28)).max() <= 2
    assert (black[..., 3] == red[..., 3]).all()


def test_a_text_without_ink_draws_nothing() -> None:
    """Blanks have no pixels, and no error."""
    assert not drawn(writing.Renderer, 0, "  ")[..., 3].any()


def test_another_font_in_the_settings_is_used_at_once() -> None:
    """What is kept is that of the same settings."""
    prop = FontProperties(family=["sans-serif"], size=9)
    usual = writing._drawn(TEXT, prop, 0, 200, writing.style_now())
    with mpl.rc_context({"font.sans-serif": ["DejaVu Serif"]}):
        other = writing._drawn(TEXT, prop, 0, 200, writing.style_now())
    assert usual.covered.shape != other.covered.shape
