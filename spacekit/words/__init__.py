"""How numbers, instants, spans, texts, small tables and cards are worded, the same everywhere. It decides nothing."""

from spacekit.words.cards import Card, Carded
from spacekit.words.grids import MISSING, Column, as_html, as_text, column_of, columns_of, width, wrapped
from spacekit.words.prose import Prose
from spacekit.words.widths import JOINERS, clusters, columns, fit, is_ignorable, safe, shortened
from spacekit.words.wording import (
    UNDEFINED,
    __version__,
    cell,
    figure,
    iso,
    listed,
    minute,
    percent,
    period,
    plural,
    show,
    signed,
    size,
    span,
    were,
)

__all__ = [
    "JOINERS",
    "MISSING",
    "UNDEFINED",
    "Card",
    "Carded",
    "Column",
    "Prose",
    "__version__",
    "as_html",
    "as_text",
    "cell",
    "clusters",
    "column_of",
    "columns",
    "columns_of",
    "figure",
    "fit",
    "is_ignorable",
    "iso",
    "listed",
    "minute",
    "percent",
    "period",
    "plural",
    "safe",
    "shortened",
    "show",
    "signed",
    "size",
    "span",
    "were",
    "width",
    "wrapped",
]
