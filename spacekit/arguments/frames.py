"""Tables in Parquet, Feather, Stata and SQLite -> DataFrames, as their libraries read them."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Final

import pandas as pd
import pyarrow as pa

from spacekit.errors import DataError

_NAMES: Final = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def frames_in(content: bytes, form: str, name: str) -> dict[str, pd.DataFrame]:
    """
    Return the tables in a file: those of SQLite by their names, the only one of another as "".

    Parameters
    ----------
    content
        The file, not packed.
    form
        What `kinds.table_format` says that it is.
    name
        What it is called in messages.

    Raises
    ------
    DataError
        It cannot be read.
    """
    from pyarrow import ArrowException  # late: a second, where no such file is read

    try:
        return _sqlite(content) if form == "SQLite" else {"": _READERS[form](io.BytesIO(content))}
    except (ArrowException, OSError, ValueError, sqlite3.Error) as error:
        raise DataError(f"{name}: cannot be read as {form}: {error}. Save it again.") from error


def _parquet(content: io.BytesIO) -> pd.DataFrame:
    from pyarrow.parquet import read_table

    return _frame(read_table(content))


def _feather(content: io.BytesIO) -> pd.DataFrame:
    from pyarrow.feather import read_table

    return _frame(read_table(content))


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return a table whose text has the dtype of text: pandas 2 would make objects of it, as of cells of a CSV."""
    texts = {kind: pd.StringDtype("pyarrow") for kind in (pa.string(), pa.large_string())}
    frame: pd.DataFrame = table.to_pandas(types_mapper=texts.get)
    return frame


def _stata(content: io.BytesIO) -> pd.DataFrame:
    return pd.read_stata(content)


def _sqlite(content: bytes) -> dict[str, pd.DataFrame]:
    with closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(content)
        names = [name for (name,) in file.execute(_NAMES)]
        quoted = (name.replace('"', '""') for name in names)
        queries = [f'SELECT * FROM "{name}"' for name in quoted]  # noqa: S608  # its own name, quoted
        return {name: _result(file.execute(query)) for name, query in zip(names, queries, strict=True)}


def _result(found: sqlite3.Cursor) -> pd.DataFrame:
    """Return rows as Python objects: pandas would make whole numbers floats where one is missing."""
    names = [name for name, *_ in found.description]
    return pd.DataFrame(found.fetchall(), columns=pd.Index(names, dtype=object), dtype=object)


_READERS: Final[dict[str, Callable[[io.BytesIO], pd.DataFrame]]] = {
    "Parquet": _parquet, "Feather": _feather, "Stata": _stata,
}  # fmt: skip
