"""The frame of a chart: title and grey line above it, a few words below it at most, and its notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter
from matplotlib.transforms import Bbox, IdentityTransform

from spacekit.plot import axes, caption, labels
from spacekit.plot.room import make_room
from spacekit.stats.columns import newest_rows
from spacekit.words import Prose, clusters, keyless

if TYPE_CHECKING:
    from matplotlib.backend_bases import RendererBase

_GAP_POINTS: Final = 5.0
_NARROW_POINTS: Final = 280.0
_MOST_LINES: Final = 2
_CLAUSES: Final = "; "
_WITH_UNIT: Final = re.compile(r"(?<=\d) (?=(?:%|s|min|h|d|y)(?!\w))|(?<=×) (?=\d)")  # 31 %, 1 d, × 2
# Layout moves the axes a little after it asked for the sizes of texts: they must not need one more line then.
_ROOM_IN_LAYOUT: Final = 0.96

_Measure = Callable[[str], float]


def put(
    ax: Axes,
    table: pd.DataFrame,
    title: str,
    n: str,
    *more: str,
    reading: str = "",
    grid: Literal["x", "y", "both", ""] = "both",
    ages: bool = True,
    one_each: bool = True,
) -> None:
    """
    Finish a chart: the house look, its title, the grey line, its notes. Call it last.

    Parameters
    ----------
    ax
        The axes, with everything drawn.
    table
        What was drawn: the grey line says when it was fetched, and whether it is made up.
    title
        The finding in a few words, from the numbers. What follows a "; " is left away where there is no room.
    n
        How much the chart rests on, such as `caption.of` returns; begins the grey line.
    *more
        Short sentences for the notes; "" is skipped.
    reading
        A few words below the chart, only where it is read wrongly without them. They are in the notes, too.
    grid
        Axes of values, which have a light grid.
    ages
        Whether the notes say how old the Spaces were when fetched: for charts of plays.
    one_each
        False where every row of a Space counts, as of observations.
    """
    once = newest_rows(table) if one_each else table
    axes.light_grid(ax, grid)
    notes = (reading, *more, caption.fetched(once, ages=ages))
    heading = _Heading(ax, title, caption.grey_line(n, once, ages=ages), " ".join(filter(None, notes)))
    ax.add_artist(heading.grey)
    if reading:
        ax.add_artist(_Below(heading, reading))
    if axes.figure_of(ax).get_layout_engine() is None:
        make_room(ax)


@keyless
def notes(ax: Axes) -> Prose:
    """
    Return the fine print of a chart: what is left out and why, definitions, ages when fetched, what each mark is.

    Parameters
    ----------
    ax
        The axes that a chart returned.

    Returns
    -------
    notes
        Short sentences: text that a notebook shows as a paragraph; "" for axes without a chart.

    Examples
    --------
    >>> import spacekit as sk
    >>> ax = sk.plot.duration(sk.sample_batch().spaces)
    >>> sk.plot.notes(ax).split(". ")[1]
    'X does not define these counts; they are not unique listeners'
    """
    return Prose(" ".join(grey.notes for grey in _grey_lines(ax)).replace(labels.HARD_BLANK, " "))


def text_of(ax: Axes) -> str:
    """Return all words of a chart, with plain blanks: title, grey line and notes; "" for axes without a chart."""
    words = [f"{ax.get_title(loc='left')}. {grey.get_text()}. {grey.notes}" for grey in _grey_lines(ax)]
    return " ".join(words).replace(labels.HARD_BLANK, " ")


def grey_line(ax: Axes) -> str:
    """Return the line below the title: n, the dates of fetching, and whether the data is made up."""
    return " ".join(grey.get_text() for grey in _grey_lines(ax)).replace(labels.HARD_BLANK, " ")


def _grey_lines(ax: Axes) -> Iterator[_Grey]:
    return (child for child in ax.get_children() if isinstance(child, _Grey))


# -- the artists -------------------------------------------------------------------------------------------------------


class Placed(Text):
    """Text around axes: finds its place, and where its lines break, whenever it is laid out or drawn."""

    heading: _Heading
    lines = ""
    widths: dict[tuple[str, float], float]

    def get_window_extent(self, renderer: RendererBase | None = None, dpi: float | None = None) -> Bbox:
        """Find its place first: it depends on everything else on the axes."""
        if renderer is not None:
            self.heading.arrange(renderer, _ROOM_IN_LAYOUT)
        return super().get_window_extent(renderer, dpi)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where the axes, their labels and their legend leave off."""
        self.heading.arrange(renderer)
        super().draw(renderer)

    def place(self, renderer: RendererBase, x: float, y: float, lines: list[str]) -> Bbox:
        """Put these lines at a place of the picture, and return what they cover."""
        self.lines = "\n".join(lines)
        self.set(x=x, y=y, transform=IdentityTransform())
        return super().get_window_extent(renderer)

    def measured(self, renderer: RendererBase, dpi: float) -> _Measure:
        """Return what measures words in this font; a layout asks for the same several times."""
        font = self.get_fontproperties()

        def measure(words: str) -> float:
            key = (words, dpi * font.get_size_in_points())
            if key not in self.widths:
                self.widths[key] = float(renderer.get_text_width_height_descent(words, font, ismath=False)[0])
            return self.widths[key]

        return measure

    def _get_wrapped_text(self) -> str:
        """Return the text as matplotlib is to draw it; `get_text` returns it in one line."""
        return self.lines or self.get_text()


class _Title(Placed):
    """The title that `ax.get_title(loc="left")` returns and `ax.set_title(..., loc="left")` replaces."""


class _Grey(Placed):
    """The grey line; it keeps the notes."""

    notes = ""


class _Below(Placed):
    """Words below the axes and their labels."""

    def __init__(self, heading: _Heading, words: str) -> None:
        super().__init__(0, 0, words, **_style(heading.ax, words), va="top")
        self.heading, self.widths = heading, {}

    def get_window_extent(self, renderer: RendererBase | None = None, dpi: float | None = None) -> Bbox:
        """Find its place first."""
        if renderer is not None:
            self._find(renderer, _ROOM_IN_LAYOUT)
        return super().get_window_extent(None, dpi)

    def draw(self, renderer: RendererBase) -> None:
        """Draw it where the axes and their labels leave off."""
        self._find(renderer)
        super().draw(renderer)

    def _find(self, renderer: RendererBase, part: float = 1.0) -> None:
        ax, dpi = self.heading.ax, axes.figure_of(self.heading.ax).dpi
        drawn, left = ax.xaxis.get_tightbbox(renderer), self.heading.left(renderer)
        below = min([ax.bbox.y0, *([drawn.y0] if drawn else [])]) - _GAP_POINTS * dpi / 72
        room = part * (ax.bbox.x1 - left)
        self.place(renderer, left, below, _wrapped(self.get_text(), room, self.measured(renderer, dpi)))


def _style(ax: Axes, words: str) -> dict[str, Any]:
    return {
        "fontsize": axes.SMALL, "color": axes.grey(ax), "ha": "left", "parse_math": False, "clip_on": False,
        "fontfamily": labels.of_words(words).families,
        "transform": IdentityTransform(),  # that of the data would lose the words where its scale has no 0
    }  # fmt: skip


class _Heading:
    """Title, grey line and legend of axes: places one above the other, all beginning where the axes' labels do."""

    def __init__(self, ax: Axes, title: str, grey: str, notes: str) -> None:
        self.ax = ax
        self._key: tuple[Any, ...] = ()
        self._beside = 0.0
        self._beside_key: tuple[Any, ...] = ()
        self._low = axes.is_low(ax)
        self._legend = ax.get_legend()
        self._label = labels.of_words(title)
        shown = ax.set_title(self._label.text, loc="left", y=1.0, fontfamily=list(self._label.families))
        shown.__class__ = _Title
        self.title: _Title = shown  # type: ignore[assignment]  # by the line above
        self.title.heading, self.title.widths = self, {}
        self.title.set(color=axes.ink(ax), parse_math=False)
        narrow = axes.size_points(ax)[1] < _NARROW_POINTS
        self.title.set(fontsize=axes.NARROW_TITLE if narrow else axes.TITLE, fontweight="normal")
        self.grey = _Grey(0, 0, grey, **_style(ax, grey), va="bottom")
        self.grey.heading, self.grey.widths, self.grey.notes = self, {}, notes

    def arrange(self, renderer: RendererBase, part: float = 1.0) -> None:
        """Find the places of both, unless nothing changed since; `part` of the width may be used."""
        dpi = axes.figure_of(self.ax).dpi
        words, legend = self.title.get_text(), self.ax.get_legend()
        key = (*self.ax.bbox.bounds, dpi, part, words, id(legend), self.title.get_fontsize())
        if key == self._key:
            return
        label = labels.of_words(words) if words != self._label.text else self._label
        if label is not self._label:
            self._label = label
            self.title.set_fontfamily(list(label.families))
        left, gap = self.left(renderer), _GAP_POINTS * dpi / 72
        if legend is not None and legend is self._legend:
            legend.set_bbox_to_anchor((left, self.ax.bbox.y1 + 0.6 * gap), transform=IdentityTransform())
        top = max(self.ax.bbox.y1, 0.0 if legend is None else legend.get_window_extent(renderer).y1)
        width = self.ax.bbox.width * (axes.BAR_END if self.ax.child_axes else 1.0)
        room = part * (self.ax.bbox.x0 + width - left)
        lines = _wrapped(self.grey.get_text(), room, self.grey.measured(renderer, dpi))
        box = self.grey.place(renderer, left, top + gap, lines)
        self.title.set(va="bottom", ha="left")
        lines = _fitted(label.text, room, self.title.measured(renderer, dpi), low=self._low)
        self.title.place(renderer, left, box.y1 + 0.7 * gap, lines)
        self._key = key

    def left(self, renderer: RendererBase) -> float:
        """Return where the axes begin, with the labels at their left; fixed labels are measured once."""
        axis = self.ax.yaxis
        formatter = axis.get_major_formatter()
        key = (axes.figure_of(self.ax).dpi, id(formatter), axis.label.get_text())
        if key != self._beside_key or not isinstance(formatter, FixedFormatter):
            drawn = axis.get_tightbbox(renderer)
            self._beside = max(0.0, self.ax.bbox.x0 - drawn.x0) if drawn else 0.0
            self._beside_key = key
        return float(self.ax.bbox.x0 - self._beside)


# -- lines -------------------------------------------------------------------------------------------------------------


def _fitted(words: str, room: float, measure: _Measure, *, low: bool) -> list[str]:
    """
    Return a title in two lines at most: without its last clauses, or cut, where there is no room for all.

    In low axes it has one line if the first clause fits into one.
    """
    clauses = _WITH_UNIT.sub(labels.HARD_BLANK, words).split(_CLAUSES)
    for n in range(len(clauses), 0, -1):
        lines = _wrapped(_CLAUSES.join(clauses[:n]), room, measure)
        if len(lines) <= (1 if low else _MOST_LINES):
            break
    kept = lines[:_MOST_LINES]
    if len(lines) > _MOST_LINES:
        kept[-1] += "…"
    return [_cut(line, room, measure) for line in kept]


def _cut(line: str, room: float, measure: _Measure) -> str:
    """Cut a line to a width, with an ellipsis, never between a letter and its accents."""
    kept = list(clusters(line.removesuffix("…")))
    if measure(line) <= room:
        return line
    while len(kept) > 1 and measure("".join(kept) + "…") > room:
        kept.pop()
    return "".join(kept).rstrip() + "…"


def _wrapped(words: str, room: float, measure: _Measure) -> list[str]:
    """Break words into lines that fit, each with one word at least; a hard blank keeps words together if it can."""
    if any(measure(word) > room for word in words.split(" ")):
        words = words.replace(labels.HARD_BLANK, " ")
    lines: list[str] = []
    blank, free = measure(" "), 0.0
    for word in words.split(" "):
        width = measure(word)
        if lines and blank + width <= free:
            lines[-1] += f" {word}"
            free -= blank + width
        else:
            lines.append(word)
            free = room - width
    return lines
