"""A table as CSV that reads back as it was. Writes no files."""

from __future__ import annotations

import io
from typing import Final

import pandas as pd

_END: Final = "\r\n"


class _Rows(io.StringIO):
    """
    Takes the rows of a CSV writer, and ends each with a line feed.

    A writer quotes a cell that holds one of the characters with which it ends a row. So it has to end rows with both,
    or a bare carriage return within a title would stand without quotes, and be read as the end of the row.
    """

    def write(self, row: str) -> int:
        """Take one row."""
        return super().write(f"{row.removesuffix(_END)}\n")


def csv_text(table: pd.DataFrame, separator: str = ",") -> str:
    """Return a table as CSV, all columns, without its index; lines end with a line feed."""
    out = _Rows()
    table.to_csv(out, index=False, sep=separator, lineterminator=_END)
    return out.getvalue()
