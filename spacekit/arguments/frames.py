"""Tables in Parquet, Feather, Stata and SQLite -> DataFrames, as their libraries read them."""

from __future__ import annotations

import io
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from spacekit.errors import DataError

STATA_MARK: Final = "spacekit: "
"""How the label of a file of Stata begins that spacekit wrote."""
STATA_UNITS: Final = {"boolean": "0 or 1", "Int64": "whole number"}
"""How the labels of columns of your own begin there: Stata itself makes no difference between these and floats."""
FLAGS_OF_SQLITE: Final = "BOOLEAN"

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
    try:
        return _sqlite(content) if form == "SQLite" else {"": _READERS[form](io.BytesIO(content))}
    except Exception as error:  # their libraries raise whatever a damaged part of the file leads to
        raise DataError(f"{name}: cannot be read as {form}: {error}. Save it again.") from error


def _parquet(content: io.BytesIO) -> pd.DataFrame:
    from pyarrow.parquet import read_table

    return _frame(read_table(content))


def _feather(content: io.BytesIO) -> pd.DataFrame:
    from pyarrow.feather import read_table

    return _frame(read_table(content))


def _frame(table: pa.Table) -> pd.DataFrame:
    """Return a table whose text has the dtype of text: pandas 2 would make objects of it, as of cells of a CSV."""
    table.validate(full=True)  # text that is not UTF-8 would fail only where it is used
    texts = {kind: pd.StringDtype("pyarrow") for kind in (pa.string(), pa.large_string())}
    frame: pd.DataFrame = table.to_pandas(types_mapper=texts.get)
    return frame


def _stata(content: io.BytesIO) -> pd.DataFrame:
    """Return the table in a file of Stata, "" missing; of ours, labels say what are whole numbers, and what flags."""
    reader: Any = pd.read_stata(content, iterator=True)
    with reader as file:
        frame: pd.DataFrame = file.read()
        labels = file.variable_labels() if file.data_label.startswith(STATA_MARK) else {}
    texts = frame.loc[:, [dtype.kind == "O" for dtype in frame.dtypes]]
    frame[texts.columns] = texts.mask(texts == "")
    kinds = {name: _of_label(labels.get(name, "")) for name in frame}
    return frame.astype({name: dtype for name, dtype in kinds.items() if dtype})


def _of_label(label: str) -> str:
    return next((dtype for dtype, unit in STATA_UNITS.items() if label.startswith(f"{unit}: ")), "")


def _sqlite(content: bytes) -> dict[str, pd.DataFrame]:
    with closing(sqlite3.connect(":memory:")) as file:
        file.deserialize(content)
        names = [name for (name,) in file.execute(_NAMES)]
        quoted = (name.replace('"', '""') for name in names)
        queries = [f'SELECT * FROM "{name}"' for name in quoted]  # noqa: S608  # its own name, quoted
        return {
            name: _result(file.execute(query), _flags_in(file, name))
            for name, query in zip(names, queries, strict=True)
        }


def _result(found: sqlite3.Cursor, flags: set[str]) -> pd.DataFrame:
    """Return rows as Python objects: pandas would make whole numbers floats where one is missing."""
    names = [name for name, *_ in found.description]
    frame = pd.DataFrame(found.fetchall(), columns=pd.Index(names, dtype=object), dtype=object)
    known = [name for name in names if name in flags and frame[name].dropna().isin([0, 1]).all()]
    return frame.assign(**{name: frame[name].map(bool, na_action="ignore").astype(object) for name in known})


def _flags_in(file: sqlite3.Connection, table: str) -> set[str]:
    """Return the columns that are declared as flags; SQLite has 1 and 0 for them."""
    found = file.execute("SELECT name, type FROM pragma_table_info(?)", [table])
    return {name for name, declared in found if declared.upper() == FLAGS_OF_SQLITE}


_READERS: Final[dict[str, Callable[[io.BytesIO], pd.DataFrame]]] = {
    "Parquet": _parquet, "Feather": _feather, "Stata": _stata,
}  # fmt: skip
