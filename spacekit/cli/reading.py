"""A table of the user's, for `--join`, from a file of any kind, with no word lost. It knows no columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import pandas as pd

from spacekit.arguments.delimited import table_of
from spacekit.arguments.encodings import text_of
from spacekit.arguments.frames import frames_in
from spacekit.arguments.kinds import ZIP, other_kind, table_format, unpacked
from spacekit.arguments.sheets import mere_text, sheets_of
from spacekit.errors import DataError, ReadWarning, warn
from spacekit.fields import DTYPES
from spacekit.words import plural

_Column: TypeAlias = "pd.Series[Any]"
_WHOLE: Final = r"-?(?:0|[1-9]\d{0,17})"
_NUMBER: Final = rf"{_WHOLE}(?:\.\d+)?"
_DOUBTFUL: Final = r"-?(?:0|[1-9]\d{0,2}(?:\.\d{3})?)"
"""After semicolons 3.500 is three and a half to one writer, and three thousand five hundred to another."""


def user_table(path: Path) -> pd.DataFrame:
    """
    Return a table whose first row has the names of its columns.

    What is empty is missing. A column of text is one of numbers where all its values are, as people write them: "007"
    stays text, and so does 3.500 after semicolons, with a warning.

    Raises
    ------
    DataError
        It is no table, or its columns have no names, or the same.
    OSError
        The file cannot be read.
    """
    frame, delimiter = _frame(str(path), unpacked(path.read_bytes(), str(path)))
    table = frame.convert_dtypes()
    names = [str(name).strip() for name in table]
    if "" in names:
        raise DataError(
            f"{path}: column {names.index('') + 1} has no name. Write its name into the first row; put cells that have "
            "commas in quotes."
        )
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{path}: several columns are called {twice[0]!r}. Rename or remove all but one.")
    named = table.set_axis(names, axis="columns")
    for name in names:
        doubt = _doubtful_in(named[name]) if delimiter == ";" else ""
        if doubt:
            warn(
                f"{path}: column {name!r} is read as text: after semicolons {doubt} may be a thousand times as much. "
                "Write numbers without a point for thousands, or commas between the columns.",
                ReadWarning,
            )
        named[name] = named[name].astype(DTYPES["text"]) if doubt else _typed(named[name])
    return named


def _frame(name: str, content: bytes) -> tuple[pd.DataFrame, str | None]:
    """Return a table, and what stands between its cells where it is text."""
    if form := table_format(content):
        return _only(frames_in(content, form, name), name), None
    if content.startswith(ZIP):
        return _only(
            {sheet.name: _of_rows(name, sheet.rows) for sheet in sheets_of(content, name)}, name
        ), None
    if what := other_kind(content):
        raise DataError(f"{name}: {what}.")
    rows, delimiter = table_of(text_of(content, name), name)
    return _of_rows(name, rows), delimiter


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


def _doubtful_in(column: _Column) -> str:
    """Return the first number with a point, where each point of a column may stand before decimals or thousands."""
    texts = [str(text) for text in column.dropna()]
    pointed = [text for text in texts if "." in text]
    return pointed[0] if pointed and all(re.fullmatch(_DOUBTFUL, text) for text in texts) else ""


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
