"""Files of ids: text, tables and JSON, by what is in them more than by their names. What is an id, `entry` decides."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from pathlib import Path
from typing import Final

import pandas as pd

from spacekit.errors import DataError
from spacekit.ids.columns import entries_of_rows
from spacekit.ids.entry import Entry
from spacekit.ids.pasted import delimiter_of, entries_of_documents, entries_of_pasted, rows_of

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_PARQUET: Final = b"PAR1"
_JSON: Final = ("json", "jsonl", "ndjson")


def entries_of_file(path: Path) -> list[Entry]:
    """
    Return the entries of a file.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        It is neither UTF-8 text nor a table that can be read, or no column has ids.
    """
    name = f"File {str(path)!r}"
    content = _unpacked(_bytes_of(path, name), name)
    if content.startswith(_PARQUET):
        return entries_of_frame(_parquet(content, name), name)
    if content.startswith(_ZIP):
        raise DataError(f"{name}: a zip or Excel file. Unpack it, or save the sheet as CSV.")
    text = _decoded(content, name)
    suffix = path.name.lower().removesuffix(".gz").rpartition(".")[2]
    if suffix in ("csv", "tsv") and text.lstrip()[:1] not in ("{", "["):
        return list(entries_of_rows(_rows(text, suffix, name), name))
    entries = entries_of_documents(text)
    if entries is None and suffix in _JSON and text.lstrip()[:1] in ("{", "["):
        raise DataError(f"{name}: not JSON. Save it again, or as text.")
    return list(entries_of_pasted(text)) if entries is None else entries


def entries_of_frame(frame: pd.DataFrame, name: str) -> list[Entry]:
    """Return the entries of a table with its header: missing cells are no entries."""
    cells = frame.astype(object).where(frame.notna(), None)
    rows = [list(cells.columns), *cells.itertuples(index=False, name=None)]
    return list(entries_of_rows(rows, name, has_header=True)) if frame.size else []


def _bytes_of(path: Path, name: str) -> bytes:
    if path.is_dir():
        raise IsADirectoryError(f"{name}: a folder. Pass a file in it.")
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{name}: there is no such file. Check the path.") from None


def _unpacked(content: bytes, name: str) -> bytes:
    if not content.startswith(_GZIP):
        return content
    try:
        return gzip.decompress(content)
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(f"{name}: cannot be unpacked: {error}. Pack it again.") from error


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"{error.object[error.start : error.start + 1]!r} at byte {error.start}"
        raise DataError(f"{name}: not UTF-8, got {got}. Save it as UTF-8 text or CSV.") from error


def _rows(text: str, suffix: str, name: str) -> list[list[str]]:
    delimiter = "\t" if suffix == "tsv" else delimiter_of(text.lstrip().partition("\n")[0])
    try:
        return rows_of(text, delimiter)
    except csv.Error as error:
        raise DataError(f"{name}: cannot be read as CSV: {error}. Save it as CSV again.") from error


def _parquet(content: bytes, name: str) -> pd.DataFrame:
    from pyarrow import ArrowException  # late: a second, where no such file is read
    from pyarrow.parquet import read_table

    try:
        frame: pd.DataFrame = read_table(io.BytesIO(content)).to_pandas()
    except (ArrowException, OSError) as error:
        raise DataError(f"{name}: cannot be read as Parquet: {error}. Save it again.") from error
    return frame
