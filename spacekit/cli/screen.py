"""Tables for a terminal: in the words of `rounded`, cut to its width, safe to print. It computes nothing."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

from spacekit import words
from spacekit.tables import Rounded

_ROWS: Final = 40


def rows_for(path: Path | None) -> int | None:
    """Return how many rows of a table are shown: on a terminal the first, in a file or pipe all (None)."""
    return _ROWS if path is None and sys.stdout.isatty() else None


def view(
    frame: pd.DataFrame,
    notes: Iterable[str] = (),
    rows: int | None = None,
    rest: str = "; -o FILE writes all",
) -> str:
    """
    Return a table as text, with notes below it.

    Parameters
    ----------
    frame
        The table.
    notes
        Sentences to add below.
    rows
        How many rows are shown; None for all.
    rest
        What follows "... and 3 rows more".
    """
    shown = Rounded(frame, len(frame) if rows is None else rows, rest)
    return "\n".join([str(shown), *map(words.wrapped, notes)])


def text_table(frame: pd.DataFrame) -> str:
    """Return all of a table as text, one line a row, without notes."""
    return words.as_text(words.columns_of(frame))
