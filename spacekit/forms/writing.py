"""The renderer of a form's pictures: it keeps the pixels of texts, which the next picture has again."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg, get_hinting_flag
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import FT2Font
from matplotlib.text import Text

_KEPT: Final = 1_500  # texts, of some 10 kB each
_STYLE: Final = ("font.family", "font.sans-serif", "text.hinting", "text.hinting_factor")


class _Pixels(NamedTuple):
    """How much of each pixel a text covers, from 0 to 255, and where its lower left corner is from its place."""

    covered: npt.NDArray[np.uint8]
    right: int
    up: int


class Renderer(RendererAgg):
    """
    Draws what `RendererAgg` draws, with each text at the nearest pixel.

    matplotlib measures and draws every letter of every text anew, which takes longer than the rest of a picture.
    """

    def __init__(self, width: int, height: int, dpi: float, style: tuple[str, ...] = ()) -> None:
        super().__init__(width, height, dpi)  # type: ignore[no-untyped-call]  # no types
        self.style = style
        self._sizes = lru_cache(maxsize=_KEPT)(super().get_text_width_height_descent)

    def clear(self) -> None:
        """Leave the pixels as they are: the paper of a figure, opaque, is drawn over all of them first."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: Any
    ) -> tuple[float, float, float]:
        """Measure a text, once for all pictures."""
        width, height, descent = self._sizes(s, prop.copy(), ismath)
        return width, height, descent

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: FontProperties, angle: float,
        ismath: Any = False, mtext: Text | None = None,
    ) -> None:  # fmt: skip
        """Draw a text, from what is kept of it."""
        if ismath or angle % 90 or not gc.get_antialiased():
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)  # type: ignore[no-untyped-call]  # no types
            return
        drawn = _drawn(s, prop, int(angle) // 90 % 4, self.dpi, self.style)
        self._renderer.draw_text_image(drawn.covered, round(x) + drawn.right, round(y) - drawn.up, 0.0, gc)


@lru_cache(maxsize=2)
def renderer(width: int, height: int, dpi: float, style: tuple[str, ...]) -> Renderer:
    """
    Return the renderer for a size, whatever is in its pixels. `style` is that of `style_now`.

    All pictures of a size have the same one, with which matplotlib keeps the sizes of their texts.
    """
    return Renderer(width, height, dpi, style)


def style_now() -> tuple[str, ...]:
    """Return what decides how a text looks beside its own properties."""
    return tuple(str(mpl.rcParams[name]) for name in _STYLE)


@lru_cache(maxsize=_KEPT)
def _drawn(s: str, prop: FontProperties, quarters: int, dpi: float, style: tuple[str, ...]) -> _Pixels:
    """Draw a text alone, turned to the left by quarters of a circle."""
    font = _font(prop, style)
    font.clear()
    font.set_size(prop.get_size_in_points(), dpi)
    font.set_text(s, 0.0, flags=get_hinting_flag())  # type: ignore[no-untyped-call]  # no types
    font.draw_glyphs_to_bitmap(antialiased=True)
    right_by, down_by = font.get_bitmap_offset()
    left, low = right_by // 64, -math.floor((font.get_descent() + down_by) / 64) - 1
    upright = np.array(font.get_image())
    high, right = low + upright.shape[0], left + upright.shape[1]
    corner = ((left, low), (-high, left), (-right, -high), (low, -right))[quarters]
    return _Pixels(np.ascontiguousarray(np.rot90(upright, quarters)), *corner)


@lru_cache(maxsize=256)
def _font(prop: FontProperties, _style: tuple[str, ...]) -> FT2Font:
    """Return the font of a text; what it lacks is taken from those of its other families."""
    paths = []
    for family in prop.get_family():
        one = prop.copy()
        one.set_family(family)
        try:
            paths.append(findfont(one, fallback_to_default=False))
        except ValueError:  # not installed
            continue
    return get_font(paths or [findfont(prop)])
