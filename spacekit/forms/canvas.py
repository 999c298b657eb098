"""The figure of a picture: in the colours of the page, laid out quickly, and as PNG. It draws no chart."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.layout_engine import LayoutEngine
from matplotlib.transforms import Bbox, ScaledTranslation

from spacekit.forms.writing import renderer, style_now
from spacekit.plot import axes
from spacekit.plot.frame import Placed

_DPI: Final = 100  # pixels of the page in an inch
_SHARP: Final = 2  # pixels of the picture for one of the page
_INK_ON_DARK: Final = "#e6e6e6"
_USUAL: Final = (
    0.1,
    0.14,
    0.76,
    0.7,
)  # where axes are before layout: about where they will be, or a little less
_EDGE_POINTS: Final = 4.0
_LEAST: Final = 0.2  # part of the picture that axes keep
_ALIKE: Final = 0.98  # part of their width that axes keep at least, or else they are measured again
_TICKS: Final = 8  # that most axes have
_FAST: Final = 1  # zlib's level
# The part of the lines that the other thread packs: it computes the checksum of all as well.
_OTHERS: Final = 0.42


class Sheet(NamedTuple):
    """What a picture is drawn on: pixels of the page wide, inches high, paper of a colour, and the rows on it."""

    width: int
    height: float
    paper: str
    rows: int = 0


class _Ready(NamedTuple):
    """A figure made before it is asked for, and matplotlib's settings then."""

    sheet: Sheet
    settings: Any
    figure: Figure


_ready: list[_Ready] = []  # one at most


def figure_for(sheet: Sheet) -> Figure:
    """Return a figure with empty axes: the one that is ready, if it is of this kind."""
    found = _ready.pop() if _ready else None
    if found and (found.sheet, found.settings) == (sheet, mpl.rcParams):
        return found.figure
    return _made(sheet)


def prepare(sheet: Sheet) -> None:
    """Make a figure for the next picture, while nobody waits: axes and ticks take a fifth of the time of a picture."""
    figure = _made(sheet)
    figure.axes[0].yaxis.get_major_ticks(max(sheet.rows, _TICKS))
    figure.axes[0].xaxis.get_major_ticks(_TICKS)
    _ready[:] = [_Ready(sheet, mpl.rcParams.copy(), figure)]


def _made(sheet: Sheet) -> Figure:
    paper = to_rgb(sheet.paper)  # opaque: `Renderer.clear` counts on it
    figure = Figure((sheet.width / _DPI, sheet.height), _DPI * _SHARP, facecolor=paper, layout=_QuickLayout())
    _Canvas(figure)
    ax = figure.add_axes(_USUAL, facecolor=paper)
    ax.patch.set_visible(False)  # of the colour of what is behind it
    if axes.brightness(sheet.paper) < 0.5:
        _lighten(ax)
    return figure


def png_of(figure: Figure) -> bytes:
    """Return a figure as PNG. It is drawn once, and packed for speed: that takes a third of the usual time."""
    canvas: Any = figure.canvas
    with _measured_once(figure.axes[0]):
        canvas.draw()
    pixels = np.asarray(canvas.buffer_rgba())
    height, width = pixels.shape[:2]
    lines = _lines(height, width)
    lines[:, 1:] = pixels.reshape(height, -1)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", _packed(lines)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


@lru_cache(maxsize=2)
def _lines(height: int, width: int) -> npt.NDArray[np.uint8]:
    """Return room for the lines of a picture of this size, again and again: each begins with its filter, none."""
    return np.zeros((height, 1 + 4 * width), dtype=np.uint8)


def _packed(lines: npt.NDArray[np.uint8]) -> bytes:
    """Return lines as zlib packs them: two parts at once, as it leaves other threads alone meanwhile."""
    middle = int(_OTHERS * len(lines))

    def pack(part: npt.NDArray[np.uint8], end: int) -> bytes:
        packer = zlib.compressobj(_FAST, wbits=-zlib.MAX_WBITS)
        return packer.compress(part.data) + packer.flush(end)

    with ThreadPoolExecutor(1) as other:
        first = other.submit(pack, lines[:middle], zlib.Z_FULL_FLUSH)
        check = other.submit(zlib.adler32, lines.data)
        second = pack(lines[middle:], zlib.Z_FINISH)
        return b"\x78\x01" + first.result() + second + struct.pack(">I", check.result())


@contextmanager
def _measured_once(ax: Axes) -> Iterator[None]:
    """Keep by how much ticks and their labels stand out of axes: layout and titles ask for it often."""
    kept: dict[Any, Any] = {}
    free = {"x", "y"}  # axes whose names have no place yet

    def once(measure: Callable[..., Any], which: str, renderer: Any = None, **options: Any) -> Any:
        key = (which, *options.items())
        if key not in kept:
            box = measure(renderer, **options)
            kept[key] = None if box is None else box.extents - ax.bbox.extents
            if which in free:
                free.remove(which)
                _fix_label(ax, which)
        return None if kept[key] is None else Bbox.from_extents(ax.bbox.extents + kept[key])

    both: dict[str, Any] = {"x": ax.xaxis, "y": ax.yaxis}
    for which, axis in both.items():
        axis.get_tightbbox = partial(once, axis.get_tightbbox, which)
    yield
    for axis in both.values():
        del axis.get_tightbbox


def _fix_label(ax: Axes, which: str) -> None:
    """Leave the name of an axis as far from the axes as it was measured to be, or else drawing measures it again."""
    axis: Any = ax.xaxis if which == "x" else ax.yaxis
    across, up = axis.label.get_position()
    inner, dpi = ax.bbox, axes.figure_of(ax).dpi
    aside, above = (0.0, up - inner.y0) if which == "x" else (across - inner.x0, 0.0)
    away = ScaledTranslation(aside / dpi, above / dpi, axes.figure_of(ax).dpi_scale_trans)
    place = (across, 0.0) if which == "x" else (0.0, up)
    axis.set_label_coords(*place, transform=ax.transAxes + away)


class _Canvas(FigureCanvasAgg):
    """
    Draws into the pixels of an earlier figure of its size.

    Its renderer is the same then, for which matplotlib keeps the sizes of texts: many are in the next picture again.
    """

    def get_renderer(self) -> RendererAgg:
        """Return the renderer of this size, whatever is in its pixels."""
        return renderer(*self.get_width_height(physical=True), self.figure.dpi, style_now())


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _lighten(ax: Axes) -> None:
    """Turn the text of axes on dark paper light; a chart takes its other colours from it."""
    ax.tick_params(which="both", colors=_INK_ON_DARK)
    for text in (ax.xaxis.label, ax.yaxis.label, ax.title):
        text.set_color(_INK_ON_DARK)
    for spine in ax.spines.values():
        spine.set_edgecolor(_INK_ON_DARK)


class _QuickLayout(LayoutEngine):
    """
    Make room for what stands around the one axes of a figure.

    matplotlib's own engine measures everything twice; here a second time only where the axes became so much
    narrower that a title may break elsewhere.
    """

    _adjust_compatible = True
    _colorbar_gridspec = False

    def execute(self, fig: Figure) -> None:
        """Place the axes."""
        (ax,) = fig.axes
        for _ in range(3):
            before = ax.bbox.width
            if not _place(ax, fig) or ax.bbox.width > _ALIKE * before:
                break
        _raise(ax, fig)


def _raise(ax: Axes, figure: Figure) -> None:
    """Move the upper edge of axes up where the heading, once drawn, has fewer lines than room was made for."""
    renderer = figure._get_renderer()  # type: ignore[attr-defined]  # that of the canvas, whichever it is
    tops = []
    for text in (child for child in ax.get_children() if isinstance(child, Placed)):
        text.heading.arrange(renderer)
        tops.append(text.get_window_extent().y1)
    edge = _EDGE_POINTS * figure.dpi / 72
    left_over = figure.bbox.y1 - edge - max(tops, default=figure.bbox.y1)
    if left_over > edge:
        x, y, width, height = ax.get_position().bounds
        ax.set_position((x, y, width, height + left_over / figure.bbox.height))


def _place(ax: Axes, figure: Figure) -> bool:
    """Move the edges of axes by as much as what stands around them is off; return whether there was room."""
    taken, inner = ax.get_tightbbox(), ax.bbox
    if taken is None:
        return False
    whole = figure.bbox.padded(-_EDGE_POINTS * figure.dpi / 72)
    room = Bbox.from_extents(
        whole.x0 + inner.x0 - taken.x0, whole.y0 + inner.y0 - taken.y0,
        whole.x1 + inner.x1 - taken.x1, whole.y1 + inner.y1 - taken.y1,
    ).transformed(figure.transFigure.inverted())  # fmt: skip
    fits = min(room.width, room.height) > _LEAST
    if fits:
        ax.set_position(room)
    return bool(fits)
