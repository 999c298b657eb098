"""A table of the user's, for `--join`, from a file of any kind, with no word lost. It knows no columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd

from spacekit.arguments.delimited import rows_in
from spacekit.arguments.encodings import text_of
from spacekit.arguments.frames import frames_in
from spacekit.arguments.kinds import ZIP, other_kind, table_format, unpacked
from spacekit.arguments.sheets import mere_text, sheets_of
from spacekit.errors import DataError
from spacekit.fields import DTYPES
from spacekit.words import plural

_Column: TypeAlias = "pd.Series[Any]"
_WHOLE: Final = r"-?(?:0|[1-9]\d{0,17})"
_NUMBER: Final = rf"{_WHOLE}(?:\.\d+)?"


def user_table(path: Path) -> pd.DataFrame:
    """
    Return a table whose first row has the names of its columns.

    What is empty is missing. A column of text is one of numbers where all its values are, as people write them: "007"
    stays text.

    Raises
    ------
    DataError
        It is no table, or its columns have no names, or the same.
    OSError
        The file cannot be read.
    """
    table = _frame(str(path), unpacked(path.read_bytes(), str(path))).convert_dtypes()
    names = [str(name).strip() for name in table]
    if "" in names:
        raise DataError(
            f"{path}: column {names.index('') + 1} has no name. Write its name into the first row; put cells that have "
            "commas in quotes."
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{path}: several columns are called {twice[0]!r}. Rename or remove all but one.")
    return table.set_axis(names, axis="columns").apply(_typed)


def _frame(name: str, content: bytes) -> pd.DataFrame:
    if form := table_format(content):
        return _only(frames_in(content, form, name), name)
    if content.startswith(ZIP):
        return _only({sheet.name: _of_rows(name, sheet.rows) for sheet in sheets_of(content, name)}, name)
    if what := other_kind(content):
        raise DataError(f"{name}: {what}.")
    return _of_rows(name, rows_in(text_of(content, name), name))


def _only(tables: Mapping[str, pd.DataFrame], name: str) -> pd.DataFrame:
    """Return the only table of a file."""
    if len(tables) != 1:
        names = ", ".join(map(repr, tables)) or "none"
        raise DataError(
            f"{name}: it has {plural(len(tables), 'table')}: {names}. Save the one to join by itself."
        )
    return next(iter(tables.values()))


def _of_rows(name: str, rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return a table of rows of cells, its header the first; short rows lack their last cells."""
    if not rows:
        raise DataError(f"{name}: it is empty. Use a table with the names of its columns in the first row.")
    head, *body = [[_cell(cell) for cell in row] for row in rows]
    wide = max(map(len, (head, *body)))
    head, *cells = [row + [None] * (wide - len(row)) for row in (head, *body)]
    return pd.DataFrame(cells, columns=["" if cell is None else str(cell) for cell in head], dtype=object)


def _cell(value: Any) -> Any:
    """Return a cell without `="..."` and blanks around its text; None where nothing is in it."""
    return (mere_text(value.strip()).strip() or None) if isinstance(value, str) else value


def _typed(column: _Column) -> _Column:
    """Return numbers where every text is one; else the column as it is."""
    if not pd.api.types.is_string_dtype(column.dtype):
        return column
    texts = column.dropna().astype(str)
    if len(texts) and texts.str.fullmatch(_WHOLE).all():
        return column.astype("Int64")
    if len(texts) and texts.str.fullmatch(_NUMBER).all():
        return column.astype("Float64")
    return column.astype(DTYPES["text"])
