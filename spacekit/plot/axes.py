"""What all charts share: the figure, the empty chart, the legend, colours, labels of rows. It computes no number."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib import cbook
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.registry import BackendFilter, backend_registry
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, to_rgb, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from spacekit.plot import labels

SMALL: Final = "small"
MOST_ROWS: Final = 30
"""Rows of a chart with one for each Space or creator; the caption tells how many are not shown."""
MOST_POINTS: Final = 400
"""Points of a scatter chart; more are counted in cells."""

_ROW_POINTS: Final = 14.0
_BESIDES_ROWS_IN: Final = 1.9

# Okabe and Ito's colours, which people with colour blindness can tell apart; bright ones on dark.
_ON_LIGHT: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_ON_DARK: Final = ("#56B4E9", "#E69F00", "#009E73", "#CC79A7", "#F0E442", "#D55E00")


# -- figure and axes ---------------------------------------------------------------------------------------------------


def given_or_new(ax: Axes | None, rows: int | None = None) -> Axes:
    """Give `ax`, or axes in a new figure: of the usual size, or high enough for so many rows."""
    if ax is not None:
        return ax
    width, height = mpl.rcParams["figure.figsize"]
    if rows is not None:
        height = round(_BESIDES_ROWS_IN + max(rows, 2) * _ROW_POINTS / 72, 1)
    if _pyplot_shows():
        from matplotlib import pyplot as plt

        return plt.figure(figsize=(width, height), layout="constrained").subplots()
    return Figure(figsize=(width, height), layout="constrained").subplots()


def _pyplot_shows() -> bool:
    """
    Whether pyplot would put a figure before the user: in notebooks and windows it does, in scripts without either not.

    There a figure that pyplot keeps would only fill memory, and warn from the 21st on. Asking must not choose a backend
    where there is no display, as this would change rcParams.
    """
    has_display = sys.platform != "linux" or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    may_choose = has_display and "matplotlib.pyplot" in sys.modules
    backend = mpl.get_backend() if may_choose else mpl.get_backend(auto_select=False)
    file_only = backend_registry.list_builtin(BackendFilter.NON_INTERACTIVE)  # type: ignore[no-untyped-call]  # no types
    return backend is not None and backend.lower() not in file_only


def rows_that_fit(ax: Axes | None) -> int:
    """How many rows of text fit into `ax`; a new figure is made as high as its rows need."""
    if ax is None:
        return MOST_ROWS
    height, _ = size_points(ax)
    return int(np.clip((height - 30) / _ROW_POINTS, 3, MOST_ROWS))


def figure_of(ax: Axes) -> Figure:
    """
    Figure that the axes are in.

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
    """Height and width of the axes, in points; before layout, so roughly."""
    box = ax.get_window_extent()
    dpi = figure_of(ax).dpi
    return float(box.height / dpi * 72), float(box.width / dpi * 72)


def nothing(ax: Axes, n: int, why: str = "") -> Axes:
    """Say in the middle of the chart that there is nothing to draw: no Spaces at all, or none of use, and why."""
    why = (
        f"{why or 'No Space to compare'}: nothing to draw."
        if n
        else "No Spaces in the table: nothing to draw."
    )
    ax.set_xticks([])
    ax.set_yticks([])
    _, width = size_points(ax)
    wrapped = textwrap.fill(why, max(12, int(width / 6)))
    ax.text(
        0.5, 0.5, wrapped, transform=ax.transAxes, ha="center", va="center", color=ink(ax), parse_math=False
    )
    return ax


# -- colours -----------------------------------------------------------------------------------------------------------


def ink(ax: Axes) -> Any:
    """Colour of text on these axes, whatever style is set by now."""
    return ax.xaxis.label.get_color()


def paper(ax: Axes) -> Any:
    """Colour behind the data."""
    red, green, blue, alpha = to_rgba(ax.get_facecolor())
    return (red, green, blue) if alpha > 0 else figure_of(ax).get_facecolor()


def faint(ax: Axes, strength: float = 0.55) -> Any:
    """Colour between that of the text and that behind the data: for guides and remarks."""
    front, back = np.array(to_rgb(ink(ax))), np.array(to_rgb(paper(ax)))
    return tuple(strength * front + (1 - strength) * back)


def is_dark(ax: Axes) -> bool:
    """Whether the axes are dark behind the data."""
    return brightness(paper(ax)) < 0.5


def brightness(colour: Any) -> float:
    """How bright a colour looks, from 0 to 1."""
    return float(np.dot(to_rgb(colour), (0.2126, 0.7152, 0.0722)))


def colour_map(ax: Axes) -> ListedColormap:
    """Viridis, without the end that could not be seen on this background."""
    ends = (0.25, 1.0) if is_dark(ax) else (0.0, 0.95)
    return ListedColormap(mpl.colormaps["viridis"](np.linspace(*ends, 256)))


def one_colour(colour: Any) -> ListedColormap:
    """Colour map that knows one colour only."""
    return ListedColormap([colour])


def colours(ax: Axes) -> Sequence[str]:
    """Colours that can be told apart; the first is for live, the second for replay."""
    return _ON_DARK if is_dark(ax) else _ON_LIGHT


# -- what the caller may change ----------------------------------------------------------------------------------------


def options(kind: type[Artist], usual: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords for a method that draws `kind`: the usual ones, with the caller's, under any alias, in their place."""
    own = cbook.normalize_kwargs(dict(given), kind)
    colours_given = {"c", "color"} & own.keys()
    replaced = {"c", "color", "cmap", "norm", "plotnonfinite"} if colours_given else set()
    kept = {name: value for name, value in usual.items() if name not in replaced}
    return {**cbook.normalize_kwargs(kept, kind), **own}


# -- words -------------------------------------------------------------------------------------------------------------


def label_rows(ax: Axes, names: Sequence[labels.Label]) -> None:
    """Name the rows of a chart at heights n-1, ..., 1, 0: the first on top."""
    ax.set_yticks(range(len(names))[::-1], [name.text for name in names], fontsize=SMALL)
    for artist, name in zip(ax.get_yticklabels(), names, strict=True):
        name.put_on(artist)
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.7, max(len(names), 1) - 0.3)


def label_columns(ax: Axes) -> int:
    """How many columns of text a row's name may take: less than half of the width."""
    _, width = size_points(ax)
    return int(np.clip(0.45 * width / (0.55 * FontProperties(size=SMALL).get_size_in_points()), 14, 38))


def name_axes(ax: Axes, x: str = "", y: str = "") -> None:
    """Set the axes' labels, in as many lines as they need."""
    height, width = size_points(ax)
    size = FontProperties(size=ax.xaxis.label.get_fontsize()).get_size_in_points()
    ax.set_xlabel(textwrap.fill(x, max(16, int(width * 0.95 / (0.55 * size)))))
    ax.set_ylabel(textwrap.fill(y, max(16, int(height * 0.8 / (0.55 * size)))))


def legend(ax: Axes, handles: Sequence[Artist], names: Sequence[labels.Label] | None = None) -> None:
    """Put the legend above the axes, where it hides no data; `names` take the place of the handles' own labels."""
    _, width = size_points(ax)
    texts = [name.text for name in names] if names else [str(handle.get_label()) for handle in handles]
    columns = _legend_columns([labels.columns(text) for text in texts], width)
    shown = ax.legend(
        handles=handles, labels=texts, loc="lower right", bbox_to_anchor=(1, 1.01), borderaxespad=0,
        ncols=columns, frameon=False, fontsize=SMALL, labelcolor=ink(ax), handletextpad=0.4,
        columnspacing=1.2, borderpad=0.2,
    )  # fmt: skip
    for text, name in zip(shown.get_texts(), names or map(labels.plain, texts), strict=True):
        name.put_on(text)


def _legend_columns(lengths: Sequence[int], width: float) -> int:
    """Give all entries one row where it fits; else as few rows as do, evenly filled."""
    letter = 0.52 * FontProperties(size=SMALL).get_size_in_points()
    if sum(length + 5 for length in lengths) * letter <= width:
        return max(1, len(lengths))
    fitting = max(1, int(width / ((max(lengths, default=1) + 5) * letter)))
    rows = -(-len(lengths) // fitting)
    return max(1, -(-len(lengths) // max(1, rows)))


def colour_bar(ax: Axes, colours_of: ScalarMappable, label: str) -> Axes:
    """Put the key to the colours beside the axes, as a part of them: the figure gets no axes of its own."""
    beside = ax.inset_axes((1.02, 0.0, 0.03, 1.0))
    bar = figure_of(ax).colorbar(colours_of, cax=beside)
    bar.set_label(label, fontsize=SMALL, color=ink(ax))
    beside.tick_params(labelsize=SMALL, colors=ink(ax))
    bar.outline.set_visible(False)
    return beside
