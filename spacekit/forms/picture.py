"""A chart of `plot` as PNG and SVG, with its facts as alternative text. Every picture has its own figure."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacekit import stats
from spacekit.forms import canvas
from spacekit.forms.canvas import Sheet, figure_for, png_of
from spacekit.plot import CHARTS, Chart, axes
from spacekit.plot.axes import MOST_ROWS
from spacekit.plot.caption import made_up_told_elsewhere
from spacekit.plot.drawn import points_of
from spacekit.plot.frame import text_of
from spacekit.stats.ages import ages_told_elsewhere
from spacekit.stats.columns import newest_rows
from spacekit.tables.decoding import collector_paused
from spacekit.words import percent, plural

WIDTH: Final = 880
"""Pixels of the page that a picture is wide, until the page says how wide it is there."""

PAPER: Final = "#ffffff"
"""Colour behind a picture, until the page says its own."""

_DPI: Final = 100  # pixels of the page in an inch
_HEIGHT_IN: Final = (3.6, 5.2)  # least and most; between them a part of the width
_HEIGHT_PART: Final = 0.58
_drawing = threading.Lock()  # matplotlib's caches of fonts and of laid out text are for one thread


@dataclass(frozen=True)
class Request:
    """
    A chart to draw: its name, its table, its keywords; pixels of the page that it is wide, and the colour there.

    `marked` says that the form around it says of made-up data that it is made up.
    """

    name: str
    table: pd.DataFrame
    options: dict[str, Any] = field(default_factory=dict)
    width: int = WIDTH
    paper: str = PAPER
    marked: bool = False

    @property
    def chart(self) -> Chart:
        """The chart's entry in `plot.CHARTS`."""
        return CHARTS[self.name]


@dataclass(frozen=True)
class Picture:
    """
    A drawn chart, and what it shows in words.

    `dots` has a row for each dot of a Space: `space_id`, and `x`, `y` from the upper left as parts of the picture.
    """

    png: bytes
    alt: str
    svg: Callable[[], bytes]
    dots: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["space_id", "x", "y"]))


def draw(request: Request) -> Picture:
    """Draw a chart; any thread may call this."""
    marked = made_up_told_elsewhere() if request.marked else nullcontext()
    with _drawing, collector_paused(), ages_told_elsewhere(), marked:  # the caption says the ages
        figure = figure_for(_sheet(request))
        ax = request.chart.function(request.table, ax=figure.axes[0], **request.options)
        png, dots = png_of(figure), _dots(ax)
    return Picture(png, _words(request, ax), lambda: _svg(figure), dots)


def prepare(request: Request) -> None:
    """Make ready what the next picture like this one is drawn on; any thread may call this."""
    with _drawing, collector_paused():
        canvas.prepare(_sheet(request))


def _sheet(request: Request) -> Sheet:
    rows = MOST_ROWS if request.chart.rows else 0
    return Sheet(request.width, _height(request), request.paper, rows)


def _dots(ax: Axes) -> pd.DataFrame:
    """Return where the dots of Spaces are, once the figure has been drawn; those outside of the axes are left out."""
    points = points_of(ax)
    at = ax.transData.transform(points[["x", "y"]].to_numpy(float))
    box = ax.bbox.padded(1)
    inside = ((at >= box.min) & (at <= box.max)).all(axis=1)
    x, y = (at / axes.figure_of(ax).bbox.size).T
    dots = pd.DataFrame({"space_id": points["space_id"], "x": x, "y": 1 - y})
    return dots.loc[np.flatnonzero(inside)]


def image(picture: Picture | None) -> str:
    """Return a picture as HTML, as wide as there is room."""
    if picture is None:
        return ""
    source = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
    style = f"width:100%;max-width:{WIDTH}px;height:auto"
    return f'<img alt="{escape(picture.alt)}" style="{style}" src="{source}">'


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    with _drawing:
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _height(request: Request) -> float:
    """Return the height in inches that the rows of a chart need."""
    kind = request.chart.rows
    if not kind:
        low, high = _HEIGHT_IN
        return min(max(low, _HEIGHT_PART * request.width / 100), high)
    table = request.table
    rows = 20 if kind == "checks" else len(table) if kind == "spaces" else table["creator_id"].nunique()
    return max(3.0, 2.0 + 0.2 * min(rows, MOST_ROWS))


def _words(request: Request, ax: Axes) -> str:
    """Say what the chart shows, for those who cannot see it: its kind, the numbers, the caption."""
    facts = "" if request.chart.takes == "observations" else _medians(request.table)
    return " ".join(filter(None, [request.chart.shows, facts, text_of(ax)]))


def _medians(spaces: pd.DataFrame) -> str:
    spaces = newest_rows(spaces)
    measured = stats.measures(spaces)
    kept = measured.loc[measured["excluded"].isna().to_numpy(), ["live", "replay", "replay_share"]]
    if kept.empty:
        return f"{plural(len(spaces), 'Space')}, none with both counts to compare."
    live, replay, share = kept.median()
    return (
        f"{plural(len(spaces), 'Space')}, {len(kept):,} with both counts: median {live:,.0f} live listeners, "
        f"{replay:,.0f} replay plays, replay share {percent(share)}."
    )
