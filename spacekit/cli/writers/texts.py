"""Tables as text: CSV, TSV, JSON lines. Always UTF-8, lines end with a line feed."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

from spacekit.cli.writers.columns import as_plain, kind, settled
from spacekit.tables.csv_text import csv_text
from spacekit.words.cells import guarded

if TYPE_CHECKING:
    import pandas as pd


def csv(frame: pd.DataFrame, separator: str, *, bom: bool, safe: bool) -> bytes:
    """Return a table as CSV; with `safe`, an apostrophe stands before text that a spreadsheet may compute."""
    table = as_plain(settled(frame))
    if safe:
        table = _guarded(table)
    text = csv_text(table, separator)
    if safe and not text.startswith('"'):  # quotes around the first name alone mark a file of guarded cells
        first = len(str(table.columns[0]))
        text = f'"{text[:first]}"{text[first:]}'
    return (codecs.BOM_UTF8 if bom else b"") + text.encode()


def _guarded(table: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in table if kind(table[name]) == "text"]
    table = table.assign(
        **{str(name): table[name].astype(object).map(guarded, na_action="ignore") for name in texts}
    )
    return table.rename(columns=guarded)


def json_lines(frame: pd.DataFrame) -> bytes:
    """Return a table as JSON lines, one object a row, with null where a value is missing."""
    table = as_plain(settled(frame))
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return "".join(json.dumps(row, ensure_ascii=False, default=_known) + "\n" for row in rows).encode()


def _known(value: Any) -> Any:
    """Return a number of numpy as one that json knows."""
    return value.item() if hasattr(value, "item") else str(value)
