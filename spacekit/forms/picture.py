"""A chart of `plot` as PNG and SVG, with its facts as alternative text. Every picture has its own figure."""

from __future__ import annotations

import base64
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final, cast

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from spacekit import stats
from spacekit.plot import CHARTS, Chart
from spacekit.plot.axes import MOST_ROWS
from spacekit.plot.frame import text_of
from spacekit.stats.ages import ages_told_elsewhere
from spacekit.stats.columns import newest_rows
from spacekit.words import percent, plural

_WIDTH_IN: Final = 8.0
_HEIGHT_IN: Final = 5.0
_DPI: Final = 110
_drawing = threading.Lock()  # matplotlib's caches of fonts and of laid out text are for one thread


@dataclass(frozen=True)
class Request:
    """A chart to draw: its name, its table and its keywords."""

    name: str
    table: pd.DataFrame
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def chart(self) -> Chart:
        """The chart's entry in `plot.CHARTS`."""
        return CHARTS[self.name]


@dataclass(frozen=True)
class Picture:
    """A drawn chart, and what it shows in words."""

    png: bytes
    alt: str
    svg: Callable[[], bytes]


def draw(request: Request) -> Picture:
    """Draw a chart; any thread may call this."""
    with _drawing, ages_told_elsewhere():  # the caption says them
        figure = Figure((_WIDTH_IN, _height(request)), _DPI, facecolor="white", layout="constrained")
        ax = request.chart.function(request.table, ax=figure.add_subplot(), **request.options)
        png = _png(figure)
    return Picture(png, _words(request, ax), lambda: _svg(figure))


def image(picture: Picture | None) -> str:
    """Return a picture as HTML, as wide as there is room."""
    if picture is None:
        return ""
    source = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
    style = "max-width:100%;height:auto;background:white;border-radius:6px;padding:6px;box-sizing:border-box"
    return f'<img alt="{escape(picture.alt)}" style="{style}" src="{source}">'


def _png(figure: Figure) -> bytes:
    """Return a figure as PNG. The canvas draws it once; `savefig` would draw it twice for the layout."""
    file, canvas = io.BytesIO(), cast("Any", FigureCanvasAgg(figure))  # print_png has no types
    canvas.print_png(file)
    return file.getvalue()


def _svg(figure: Figure) -> bytes:
    file = io.BytesIO()
    with _drawing:
        figure.savefig(file, format="svg", metadata={"Date": None})
    return file.getvalue()


def _height(request: Request) -> float:
    """Return the height in inches that the rows of a chart need."""
    kind = request.chart.rows
    if not kind:
        return _HEIGHT_IN
    rows = {"spaces": len(request.table), "hosts": request.table["creator_id"].nunique(), "checks": 20}[kind]
    return max(3.0, 2.0 + 0.2 * min(rows, MOST_ROWS))


def _words(request: Request, ax: Axes) -> str:
    """Say what the chart shows, for those who cannot see it: its kind, the numbers, the caption."""
    facts = "" if request.chart.takes == "observations" else _medians(request.table)
    return " ".join(filter(None, [request.chart.shows, facts, text_of(ax)]))


def _medians(spaces: pd.DataFrame) -> str:
    spaces = newest_rows(spaces)
    measured = stats.measures(spaces)
    kept = measured[measured["excluded"].isna()]
    if kept.empty:
        return f"{plural(len(spaces), 'Space')}, none with both counts to compare."
    live, replay, share = (kept[name].median() for name in ("live", "replay", "replay_share"))
    return (
        f"{plural(len(spaces), 'Space')}, {len(kept):,} with both counts: median {live:,.0f} live listeners, "
        f"{replay:,.0f} replay plays, replay share {percent(share)}."
    )
