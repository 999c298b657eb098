"""What all charts share: the figure, the empty chart, the legend, colours, labels of rows. It computes no number."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import cbook
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.registry import BackendFilter, backend_registry
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from spacekit.plot import labels
from spacekit.words import columns, show

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

BODY: Final = 10.0
SMALL: Final = 8.5
TINY: Final = 7.0
TITLE: Final = 12.0
NARROW_TITLE: Final = 10.5
"""Sizes of text in points, whatever the style says."""

BAR_END: Final = 1.05
"""Where the key to colours ends, in widths of the axes that it belongs to."""

MOST_ROWS: Final = 30
"""Rows of a chart with one for each Space or creator; the caption says how many are not shown."""

_TICKS: Final = 9.0
_ROW_POINTS: Final = 14.0
_LEAST_ROW_POINTS: Final = 10.5  # below that, labels of rows lie on each other
_BESIDES_ROWS_POINTS: Final = 125.0  # title, grey line, legend, ticks and the axis' label
_DPI: Final = 150  # twice what a browser draws: sharp in notebooks
_USUAL_PART: Final = 0.77  # of a figure is taken by axes, before layout
_LOW_POINTS: Final = 190.0
_WIDE: Final = 1.25  # for rows with long names
_LEAST_CONTRAST: Final = 0.3
_BESIDES_ROWS_IN: Final = 1.8
_SLACK: Final = 0.94  # of an axis is for its label while it is laid out
_BRACKETS: Final = re.compile(r" \([^()]*\)$")
_REMARK: Final = " (as X reports)"  # the notes say what the counts are
_LETTER: Final = 0.55  # width of a letter as a part of its size, on average

# Okabe and Ito's colours, which people with colour blindness can tell apart; bright ones on dark.
_ON_LIGHT: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_ON_DARK: Final = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00")
_GROUPS_ON_LIGHT: Final = ("#009E73", "#CC79A7", "#7A4FA3", "#8C6D1F", "#56B4E9", "#E0A100")
_GROUPS_ON_DARK: Final = ("#2BC79B", "#E39CC8", "#B79CED", "#D9C36A", "#9AD0F5", "#F3F0E0")


# -- figure and axes ---------------------------------------------------------------------------------------------------


def given_or_new(ax: Axes | None, rows: int | None = None, *, wide: bool = False) -> Axes:
    """Return `ax`, or axes in a new figure, dressed: of the usual size, or high enough for rows, or `wide`."""
    if ax is None:
        ax = _new(rows, _WIDE if wide else 1.0)
    _check(ax)
    _dress(ax)
    return ax


def _new(rows: int | None, wider: float) -> Axes:
    width, height = mpl.rcParams["figure.figsize"]
    width *= wider
    if rows is not None:
        height = round(_BESIDES_ROWS_IN + max(rows, 2) * _ROW_POINTS / 72, 1)
    if _pyplot_shows():
        from matplotlib import pyplot as plt

        return plt.figure(figsize=(width, height), dpi=_DPI, layout="constrained").subplots()
    return Figure(figsize=(width, height), dpi=_DPI, layout="constrained").subplots()


def _pyplot_shows() -> bool:
    """
    Whether pyplot would show a figure: it does in notebooks and windows, not in scripts.

    In a script, figures that pyplot keeps would only fill memory, and it warns from the 21st on. Asking must not choose
    a backend where there is no display, as this would change rcParams.
    """
    has_display = sys.platform != "linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    may_choose = has_display and "matplotlib.pyplot" in sys.modules
    backend = mpl.get_backend() if may_choose else mpl.get_backend(auto_select=False)
    file_only = backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE)  # type: ignore[no-untyped-call]  # no types
    return backend is not None and backend.lower() not in file_only


def _check(ax: object) -> None:
    if not isinstance(ax, Axes):
        raise TypeError(f"ax: {show(ax)} is no Axes. Pass one of Matplotlib's, or None for a new figure.")


def rows_that_fit(ax: Axes | None) -> int:
    """
    Return how many rows of text fit into `ax`, below the title and the legend.

    A new figure is made as high as its rows need. Axes have their usual part of the figure until they are laid out.
    """
    if ax is None:
        return MOST_ROWS
    _check(ax)
    height, _ = size_points(ax)
    whole = min(height / _USUAL_PART, figure_of(ax).bbox.height / figure_of(ax).dpi * 72)
    tight = (whole - _BESIDES_ROWS_POINTS) / _LEAST_ROW_POINTS
    return int(np.clip(min(tight, (height - 30) / _ROW_POINTS), 3, MOST_ROWS))


def is_low(ax: Axes) -> bool:
    """Whether there is little height for data, so that what is above it has to be short."""
    return size_points(ax)[0] < _LOW_POINTS


def figure_of(ax: Axes) -> Figure:
    """
    Return the figure that the axes are in.

    Raises
    ------
    ValueError
        They were removed from it.
    """
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError(f"ax: {ax!r} was removed from its figure. Pass axes that are in one.")
    return figure


def size_points(ax: Axes) -> tuple[float, float]:
    """Return height and width of the axes, in points; before layout, so roughly."""
    box = ax.get_window_extent()
    dpi = figure_of(ax).dpi
    return float(box.height / dpi * 72), float(box.width / dpi * 72)


def nothing(ax: Axes, n: int, why: str = "No Space to compare") -> Axes:
    """Say in the middle of the chart that there is nothing to draw: no Spaces at all, or none of use, and why."""
    words = f"{why if n else 'No Spaces in the table'}: nothing to draw."
    _, width = size_points(ax)
    words = textwrap.fill(words, max(12, _letters(width, ax.xaxis.label.get_fontsize())))
    ax.set_xticks([])
    ax.set_yticks([])
    middle: dict[str, Any] = {"ha": "center", "va": "center", "transform": ax.transAxes}
    ax.text(0.5, 0.5, words, color=grey(ax), fontsize=BODY, parse_math=False, **middle)
    return ax


# -- colours -----------------------------------------------------------------------------------------------------------


def _dress(ax: Axes) -> None:
    """Set the house look: left and bottom spines, sans-serif text of one size, in colours seen on the figure."""
    families = list(labels.usual_families())
    ax.spines[["top", "right"]].set_visible(False)
    for axis in (ax.xaxis, ax.yaxis):
        axis.label.set(fontfamily=families, fontsize=BODY, color=ink(ax), parse_math=False)
    ax.spines[["left", "bottom"]].set(visible=True, color=grey(ax, 0.5), linewidth=0.8)
    ax.tick_params(
        which="both",
        labelsize=_TICKS,
        labelfontfamily=families,
        labelcolor=grey(ax, 0.85),
        color=grey(ax, 0.5),
    )


def light_grid(ax: Axes, axis: str) -> None:
    """Put a light grid behind the data on an axis of values, "x", "y" or "both", and none elsewhere."""
    ax.grid(visible=False, which="both")
    if axis:
        ax.grid(visible=True, axis=axis, color=faint(ax, 0.13), linewidth=0.7, linestyle="-")  # type: ignore[arg-type]  # one of the words above
    ax.set_axisbelow(True)


def ink(ax: Axes) -> Any:
    """Return the colour of text around these axes: the style's, or one that can be read on the figure."""
    return _seen_on(_sheet(ax), ax)


def grey(ax: Axes, strength: float = 0.65) -> Any:
    """Return a colour between that of the text around the axes and that of the figure."""
    return _mixed(ink(ax), _sheet(ax), strength)


def faint(ax: Axes, strength: float = 0.55) -> Any:
    """Return a colour between that of the text and that behind the data, for guides and remarks."""
    return _mixed(_seen_on(paper(ax), ax), paper(ax), strength)


def paper(ax: Axes) -> Any:
    """Return the colour behind the data."""
    red, green, blue, alpha = to_rgba(ax.get_facecolor())
    return (red, green, blue) if alpha > 0.5 else _sheet(ax)


def _sheet(ax: Axes) -> Any:
    """Return the colour of the figure; of a transparent one, white below dark text and black below light text."""
    red, green, blue, alpha = to_rgba(figure_of(ax).get_facecolor())
    if alpha > 0.5:
        return (red, green, blue)
    return to_rgb("white" if brightness(ax.xaxis.label.get_color()) < 0.5 else "black")


def _seen_on(behind: Any, ax: Axes) -> Any:
    own = ax.xaxis.label.get_color()
    return own if abs(brightness(own) - brightness(behind)) > _LEAST_CONTRAST else readable_on(behind)


def _mixed(front: Any, back: Any, strength: float) -> Any:
    return tuple(strength * np.array(to_rgb(front)) + (1 - strength) * np.array(to_rgb(back)))


def brightness(colour: Any) -> float:
    """Return how bright a colour looks, from 0 to 1."""
    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def readable_on(colour: Any) -> str:
    """Return black or white, whichever can be read on a colour."""
    return "black" if brightness(colour) > 0.5 else "white"


def colour_map(ax: Axes) -> ListedColormap:
    """Return viridis, without the end that could not be seen on this background."""
    ends = (0.25, 1.0) if _is_dark(ax) else (0.0, 0.95)
    return ListedColormap(mpl.colormaps["viridis"](np.linspace(*ends, 256)))


def diverging_map(ax: Axes) -> LinearSegmentedColormap:
    """Return colours from purple (below) over the paper's to green (above)."""
    green, purple = colours(ax)[2:4]
    return LinearSegmentedColormap.from_list("", [purple, faint(ax, 0.08), green])


def colours(ax: Axes) -> Sequence[str]:
    """Return colours that can be told apart; the first is for live, the second for replay."""
    return _ON_DARK if _is_dark(ax) else _ON_LIGHT


def group_colours(ax: Axes) -> Sequence[str]:
    """Return colours for hosts and other groups, apart from those of live and replay."""
    return _GROUPS_ON_DARK if _is_dark(ax) else _GROUPS_ON_LIGHT


def mark_of(ax: Axes, audience: str, size: float) -> dict[str, Any]:
    """Return colour, shape and size of the marks of "live", a blue dot, or "replay", an orange diamond."""
    is_live = audience == "live"
    return {
        "color": colour_of(ax, audience),
        "marker": "o" if is_live else "D",
        "s": size if is_live else 0.85 * size,
    }


def colour_of(ax: Axes, audience: str) -> str:
    """Return the colour of "live" or "replay"."""
    return colours(ax)[0 if audience == "live" else 1]


def _is_dark(ax: Axes) -> bool:
    return brightness(paper(ax)) < 0.5


# -- what the caller may change ----------------------------------------------------------------------------------------


def options(kind: type[Artist], usual: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return keywords for a method that draws `kind`: the usual ones, replaced by the caller's under any alias."""
    own = cbook.normalize_kwargs(dict(given), kind)
    colours_given = {"c", "color"} & own.keys()
    coloured = {"c", "color", "facecolor", "edgecolor", "cmap", "norm", "plotnonfinite"}
    replaced = coloured if colours_given else set()
    kept = {name: value for name, value in usual.items() if name not in replaced}
    return {**cbook.normalize_kwargs(kept, kind), **own}


# -- words -------------------------------------------------------------------------------------------------------------


def _letters(points: float, size: Any = SMALL) -> int:
    """Return how many letters of a size fit into a width, roughly."""
    return int(points / (_LETTER * FontProperties(size=size).get_size_in_points()))


def label_rows(ax: Axes, names: Sequence[labels.Label]) -> None:
    """Name the rows of a chart at heights n-1, ..., 1, 0: the first on top."""
    ax.set_yticks(range(len(names))[::-1], [name.text for name in names], fontsize=SMALL)
    for artist, name in zip(ax.get_yticklabels(), names, strict=True):
        name.put_on(artist)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, max(len(names), 1) - 0.3)


def label_columns(ax: Axes, most: int = 38) -> int:
    """Return how many columns of text a row's name may take: less than half of the width."""
    _, width = size_points(ax)
    return int(np.clip(_letters(0.5 * width), 14, most))


class _AxisName(Text):
    """A label of an axis, in as many lines as it needs beside it; where two are too few, less of it."""

    named: Axes
    slack = 1.0

    def get_window_extent(self, renderer: RendererBase | None = None, dpi: float | None = None) -> Bbox:
        """Break the lines a little early: layout moves the axes after it asked, and none may be added then."""
        self.slack = _SLACK
        return super().get_window_extent(renderer, dpi)

    def draw(self, renderer: RendererBase) -> None:
        """Break the lines where the axes leave off."""
        self.slack = 1.0
        super().draw(renderer)

    def _get_wrapped_text(self) -> str:
        if "\n" in self.get_text():  # of the caller, who breaks the lines
            return self.get_text()
        height, width = size_points(self.named)
        room = _letters(self.slack * (height if self.get_rotation() else width), self.get_fontsize())
        lines = _in_lines(self.get_text(), room)
        return "\n".join(lines if len(lines) < 3 else _in_lines(self.get_text().removesuffix(_REMARK), room))


@lru_cache(maxsize=256)  # a layout asks for the same several times
def _in_lines(words: str, room: int) -> Sequence[str]:
    """Break words into lines; those in brackets stay together if they can."""
    together = _BRACKETS.sub(lambda found: " " + found[0][1:].replace(" ", labels.HARD_BLANK), words)
    fits = len(together.rpartition(" ")[2]) <= room
    return textwrap.wrap(together if fits else words, max(8, room), break_long_words=False)


def name_axes(ax: Axes, x: str = "", y: str = "") -> None:
    """Set the axes' labels, in as many lines as they need."""
    for axis, words in ((ax.xaxis, x), (ax.yaxis, y)):
        label: Any = axis.label
        label.set_text(words)
        label.__class__, label.named = _AxisName, ax


def legend(ax: Axes, handles: Sequence[Artist], names: Sequence[labels.Label] | None = None) -> None:
    """Put the legend above the axes, where it hides no data; `names` take the place of the handles' own labels."""
    names = names or [labels.plain(str(handle.get_label())) for handle in handles]
    texts = [name.text for name in names]
    shown = ax.legend(
        handles=handles, labels=texts, loc="lower left", bbox_to_anchor=(0, 1.01), borderaxespad=0,
        ncols=_legend_columns(ax, texts), frameon=False, fontsize=SMALL, labelcolor=ink(ax), handletextpad=0.4,
        columnspacing=1.2, borderpad=0.0, alignment="left",
    )  # fmt: skip
    for text, name in zip(shown.get_texts(), names, strict=True):
        name.put_on(text)


def _legend_columns(ax: Axes, texts: Sequence[str]) -> int:
    """Return the columns of a legend, filled one after the other: as many as fit, each as wide as its longest text."""
    room, lengths = _letters(size_points(ax)[1]), [columns(text) + 5 for text in texts]
    for n in range(len(lengths), 1, -1):
        if sum(int(column.max()) for column in np.array_split(lengths, n)) <= room:
            return -(-len(lengths) // -(-len(lengths) // n))
    return 1


def colour_bar(ax: Axes, colours_of: ScalarMappable, label: str) -> Axes:
    """Put the key to the colours next to the axes, as a part of them: the figure gets no further axes."""
    beside = ax.inset_axes((BAR_END - 0.03, 0.0, 0.03, 1.0))
    bar = figure_of(ax).colorbar(colours_of, cax=beside)
    families = list(labels.usual_families())
    bar.set_label(label, fontsize=SMALL, color=ink(ax), fontfamily=families)
    beside.tick_params(labelsize=SMALL, labelfontfamily=families, colors=grey(ax, 0.85))
    bar.outline.set_visible(False)
    return beside
