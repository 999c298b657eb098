"""Tables of Spaces in files, in every format that spacekit writes and as Excel saves them. It reads no answers."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spacekit.archive.typed import typed
from spacekit.arguments.delimited import table_of
from spacekit.arguments.encodings import text_of
from spacekit.arguments.frames import frames_in
from spacekit.arguments.kinds import (
    UNPACKING,
    ZIP,
    check_known,
    head_of,
    is_workbook,
    table_format,
    unpacked,
)
from spacekit.arguments.sheets import Sheet, sheets_of
from spacekit.batch.tabular import is_table_text, table_named
from spacekit.batch.texts import files_in
from spacekit.errors import DataError, ReadWarning, warn
from spacekit.fields import DTYPES, TABLES
from spacekit.tables.decoding import loads
from spacekit.words import keyless, plural
from spacekit.words.cells import GUARDED_HEAD, unguarded

_STATA_NAME: Final = 32
_HEAD: Final = 2**16
_USABLE: Final = {"Spaces": "Spaces or observations", "posts": "posts, as `spacekit search -o` writes it"}
_APPLICATION_ID: Final = b"SPKX"
"""In the header of a file of SQLite that holds tables, where an archive has its own."""


@keyless
def read_table(path: str | os.PathLike[str]) -> pd.DataFrame:
    """
    Return a table of Spaces that spacekit wrote, with the dtypes that it had.

    Parameters
    ----------
    path
        A file of any format that `spacekit tables -o` writes: CSV, TSV, JSON lines, Excel (.xlsx), Parquet, Feather,
        SQLite or Stata, also packed; or a CSV that Excel saved from one. What is in it decides, not its name. Your own
        columns are kept. Files of answers are for `read`.

    Returns
    -------
    table
        One row a Space or observation, as `Batch.spaces`, `Archive.observations` or `at_age` has it. Missing is `<NA>`,
        and so is empty text in CSV, TSV, Excel and Stata, which do not tell them apart.

    Raises
    ------
    FileNotFoundError
        There is no such file.
    DataError
        It is no table of Spaces, or a value is not of its column's kind, such as ids that a spreadsheet rounded.

    Warns
    -----
    ReadWarning
        Its encoding was guessed, or it is one of several sheets.

    Examples
    --------
    >>> import spacekit as sk
    >>> spaces = sk.sample_batch().spaces
    >>> spaces.to_csv("spaces.csv", index=False)
    >>> table = sk.read_table("spaces.csv")
    >>> table["ended_at"].equals(spaces["ended_at"])
    True
    """
    ((name, file),) = files_in(path)
    return table_in(name, file)


def table_in(name: str, path: Path, what: str = "Spaces") -> pd.DataFrame:
    """
    Return the table of Spaces in a file, or of posts; `name` opens the messages.

    Raises
    ------
    DataError
        As `read_table`; or there are several, in a zip.
    """
    tables = tables_in(name, path, what)
    if len(tables) > 1:
        raise DataError(f"{name}: a zip file with {len(tables)} tables. Unpack it, and pass one of them.")
    return tables[0][1]


def tables_in(name: str, path: Path, what: str = "Spaces") -> list[tuple[str, pd.DataFrame]]:
    """Return the tables of Spaces, or of posts, in a file with their names: several in a zip of tables, else one."""
    content = unpacked(path.read_bytes(), name)
    if content.startswith(ZIP) and (members := _zipped(io.BytesIO(content))):
        return [(f"{name}/{member}", _of_bytes(inner, f"{name}/{member}", what)) for member, inner in members]
    return [(name, _of_bytes(content, name, what))]


def _of_bytes(content: bytes, name: str, what: str) -> pd.DataFrame:
    content = unpacked(content, name)
    if not content and is_lines(name):
        warn(f"{name}: the file is empty; read as a table without {what}.", ReadWarning)
        return _empty(what)
    check_known(content, name)
    try:
        if form := table_format(content):
            return typed(_chosen(frames_in(content, form, name), name, what), what)
        if content.startswith(ZIP):
            sheets = {sheet.name: _of_sheet(sheet) for sheet in sheets_of(content, name)}
            return typed(_chosen(sheets, name, what), what)
        return _of_text(text_of(content, name), name, what)
    except DataError as error:
        words = str(error)
        raise DataError(words if words.startswith(name) else f"{name}: {words}") from None


def holds_table(path: Path) -> bool:
    """Whether a file is a table or a zip of tables, not answers and not an archive; what is in it decides."""
    with path.open("rb") as file:
        head = head_of(file, _HEAD)
        if head.startswith(ZIP):
            return is_workbook(file) or bool(_zipped(file))
    return _is_table(head)


def is_lines(name: str) -> bool:
    """Whether a file is one of JSON lines by its name; an empty table leaves nothing else in it."""
    return name.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson"))


def _empty(what: str) -> pd.DataFrame:
    fields = TABLES[what.lower()]
    return pd.DataFrame({field.name: pd.Series([], dtype=field.dtype) for field in fields})


def _is_table(head: bytes) -> bool:
    form = table_format(head)
    return is_table_text(head) if form is None else form != "SQLite" or head[68:72] == _APPLICATION_ID


def _zipped(file: BinaryIO) -> list[tuple[str, bytes]]:
    """Return the files in a zip where all of them are tables, with their names; else nothing."""
    found = []
    with suppress(*UNPACKING), zipfile.ZipFile(file) as container:
        for member in container.infolist():
            if member.filename.endswith("/"):
                continue
            with container.open(member) as inner:
                if not _is_table(head_of(cast("BinaryIO", inner), _HEAD)):
                    return []
            found.append((member.filename, container.read(member)))
        return found
    return []


# From text


def _of_text(text: str, name: str, what: str) -> pd.DataFrame:
    if text.lstrip()[:1] == "{":
        return typed(_chosen({"": _of_lines(text)}, name, what), what)
    rows, delimiter = table_of(text, name)
    frame = _framed(rows, name, _text_column)
    if GUARDED_HEAD.match(text[:_HEAD].encode()):
        frame = frame.apply(lambda column: column.map(unguarded, na_action="ignore").astype(column.dtype))
        frame.columns = pd.Index([unguarded(str(name)) for name in frame], dtype=object)
    return typed(_chosen({"": frame}, name, what), what, delimiter)


def _of_lines(text: str) -> pd.DataFrame:
    """Return the table in JSON lines, one object a row."""
    rows = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                rows.append(loads(line))
            except ValueError:
                raise DataError(f"line {number}: not JSON. Write the table again") from None
    names = dict.fromkeys(name for row in rows for name in row)
    return pd.DataFrame({name: pd.Series([row.get(name) for row in rows], dtype=object) for name in names})


def _text_column(cells: Sequence[str]) -> pd.Series[Any]:
    """Return cells of text as a column; "" is missing."""
    texts = pa.array(cells, pa.string())
    dtype: Any = DTYPES["text"]
    return pd.Series(dtype.__from_arrow__(pc.if_else(pc.equal(texts, ""), None, texts)))


def _objects(cells: Sequence[Any]) -> pd.Series[Any]:
    return pd.Series(list(cells), dtype=object)


def _framed(
    rows: Sequence[Sequence[Any]], name: str, column: Callable[[Sequence[Any]], pd.Series[Any]] = _objects
) -> pd.DataFrame:
    """Return rows as a table; the first is the header. `column` makes a column of its cells."""
    if not rows:
        return pd.DataFrame()
    header = _distinct(["" if cell is None else str(cell) for cell in rows[0]])
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            words = f"row {number} has {plural(len(row), 'cell')}, the header {len(header)}"
            raise DataError(f"{name}: {words}. Write the table again: a row is cut, or a quote is missing.")
    columns = zip(*rows[1:], strict=True) if len(rows) > 1 else ((),) * len(header)
    return pd.DataFrame(dict(zip(header, map(column, columns), strict=True)))


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names that differ: the second `title` is `title.1`, as pandas calls it."""
    seen: dict[str, Any] = {}
    made = []
    for name in names:
        number = next(seen.setdefault(name, count()))
        made.append(f"{name}.{number}" if number else name)
    return made


# From workbooks and files of several tables


def _of_sheet(sheet: Sheet) -> pd.DataFrame:
    """Return a sheet as a table, in which every row is as wide as the widest."""
    filled = [row for row in sheet.rows if any(cell not in (None, "") for cell in row)]
    width = max(map(len, filled), default=0)
    rows = ([None if cell == "" else cell for cell in row] for row in filled)
    return _framed([[*row, *[None] * (width - len(row))] for row in rows], sheet.name)


def _chosen(tables: dict[str, pd.DataFrame], name: str, what: str) -> pd.DataFrame:
    """Return the table of Spaces, or of posts, among those in a file; say which, where there are several."""
    named = {title: _full_names(table) for title, table in tables.items() if len(table.columns)}
    suitable = {title: table for title, table in named.items() if table_named(table.columns) == what.lower()}
    if not suitable:
        raise DataError(f"{name}: {_what(named, what)}. Use a table of {_USABLE[what]}.")
    title = next(iter(suitable)) if len(suitable) == 1 else what.lower()
    if title not in suitable:
        raise DataError(
            f"{name}: it has several tables of {what}: {list(suitable)!r}. Keep one, or call it {what.lower()!r}."
        )
    if len(named) > 1:
        warn(f"{name}: of its {len(named)} tables, {title!r} was read.", ReadWarning)
    return suitable[title]


def _what(tables: dict[str, pd.DataFrame], wanted: str) -> str:
    """Return what is in a file in which there is no table of what is wanted."""
    if not tables:
        return "an empty table"
    if len(tables) > 1:
        return f"there is no table of {wanted} among {list(tables)!r}"
    (table,) = tables.values()
    if what := table_named(table.columns):
        return f"this is a table of {what}, not of {wanted}"
    return f"it has no column 'space_id', but {', '.join(map(str, table.columns[:6]))}"


def _full_names(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the names of columns that Stata cut."""
    names = [field.name for fields in TABLES.values() for field in fields if len(field.name) > _STATA_NAME]
    cut = {name[:_STATA_NAME]: name for name in names}
    return table.rename(columns=cut)
