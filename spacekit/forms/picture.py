"""Draws a chart of `plot` as PNG and SVG, with its facts as alternative text. It keeps to figures of its own."""

from __future__ import annotations

import base64
import io
import threading
from html import escape
from typing import Final

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from spacekit import plot
from spacekit.forms.explore_state import Picture, Request
from spacekit.forms.facts import medians
from spacekit.plot.axes import MOST_ROWS
from spacekit.plot.caption import Caption

_WIDTH_IN: Final = 8.0
_HEIGHT_IN: Final = 5.0
_DPI: Final = 110
_drawing = threading.Lock()  # matplotlib's caches of fonts and of laid out text are for one thread


def draw(request: Request) -> Picture:
    """Draw a chart; may be called in any thread."""
    with _drawing:
        figure = Figure(figsize=(_WIDTH_IN, _height(request)), layout="constrained", facecolor="white")
        chart = plot.CHARTS[request.chart]
        ax = chart.function(request.table, ax=figure.subplots(), **request.options)
        png = _saved(figure, "png")
    return Picture(png, _words(request, ax), lambda: svg(figure))


def svg(figure: Figure) -> bytes:
    """Give a figure as SVG."""
    with _drawing:
        return _saved(figure, "svg")


def image(picture: Picture | None) -> str:
    """Show a picture in a page, as wide as there is room."""
    if picture is None:
        return ""
    source = f"data:image/png;base64,{base64.b64encode(picture.png).decode()}"
    style = "max-width:100%;height:auto;background:white;border-radius:6px;padding:6px;box-sizing:border-box"
    return f'<img alt="{escape(picture.alt)}" style="{style}" src="{source}">'


def _saved(figure: Figure, form: str) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format=form, dpi=_DPI, metadata=None if form == "png" else {"Date": None})
    return file.getvalue()


def _height(request: Request) -> float:
    rows = _rows(request.chart, request.table)
    return _HEIGHT_IN if rows is None else max(3.0, 2.0 + 0.2 * min(rows, MOST_ROWS))


def _rows(chart: str, table: pd.DataFrame) -> int | None:
    """Rows of a chart with one for each Space, host or check."""
    rows = plot.CHARTS[chart].rows
    if rows == "spaces":
        return len(table)
    if rows == "hosts":
        return int(table["creator_id"].nunique())
    return 20 if rows == "checks" else None


def _words(request: Request, ax: Axes) -> str:
    """Say what the chart shows, for who cannot see it: its kind, the numbers, the caption."""
    chart = plot.CHARTS[request.chart]
    facts = medians(request.table) if chart.takes == "spaces" else ""
    captions = [artist.words for artist in ax.get_children() if isinstance(artist, Caption)]
    return " ".join(filter(None, [chart.shows, facts, *captions])).replace("\u00a0", " ")
