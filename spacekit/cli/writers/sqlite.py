"""Tables as a file of SQLite, and which existing files it may replace. The archive's file is another one."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.arguments.frames import FLAGS_OF_SQLITE
from spacekit.cli.writers.columns import as_plain, distinct, kind, settled

if TYPE_CHECKING:
    import pandas as pd

_MAGIC: Final = b"SQLite format 3\0"
_APPLICATION_ID: Final = 0x53504B58  # "SPKX"; that of an archive is another
_TYPES: Final = {"flag": FLAGS_OF_SQLITE, "count": "INTEGER", "number": "REAL", "span": "REAL"}


def sqlite(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """Return tables as a file of SQLite: instants as ISO text, spans as hours, flags as 0 and 1, missing as NULL."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tables.sqlite"
        with closing(sqlite3.connect(path)) as connection:
            for name, frame in tables.items():
                _insert(connection, name, settled(frame))
            (cookie,) = connection.execute("PRAGMA schema_version").fetchone()
            connection.execute(f"PRAGMA application_id={_APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version={cookie}")
            connection.commit()
        return path.read_bytes()


def _insert(connection: sqlite3.Connection, table: str, frame: pd.DataFrame) -> None:
    names = distinct([str(name) for name in frame], 1000, str.lower)
    columns = [
        f"{_quoted(name)} {_TYPES.get(kind(frame[old]), 'TEXT')}"
        for name, old in zip(names, frame, strict=True)
    ]
    connection.execute(f"CREATE TABLE {_quoted(table)} ({', '.join(columns)})")
    marks = ", ".join("?" * len(names))
    plain = as_plain(frame)
    rows = zip(*(_values(plain[name]) for name in plain), strict=True)
    connection.executemany(f"INSERT INTO {_quoted(table)} VALUES ({marks})", rows)  # noqa: S608  # the name is ours


def _values(column: pd.Series[Any]) -> list[Any]:
    if kind(column) == "flag":
        column = column.astype("Int64")
    return column.astype(object).where(column.notna(), None).tolist()


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def is_foreign(path: Path) -> bool:
    """
    Whether a file is one of SQLite that is not to be replaced: an archive, another program's, or changed since.

    A file of ours notes in its header which version of its schema was written; whoever adds a table or a view to it
    moves the schema on.
    """
    if not path.is_file():  # what is read from a pipe is gone
        return False
    with path.open("rb") as file:
        head = file.read(100)
    written, ours = head[40:44] == head[60:64], head[68:72] == _APPLICATION_ID.to_bytes(4)
    return head.startswith(_MAGIC) and not (written and ours)
