"""Files of ids: text, tables, workbooks and JSON, by what is in them more than by their names."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd

from spacekit.arguments.delimited import rows_in
from spacekit.arguments.encodings import text_of
from spacekit.arguments.frames import frames_in
from spacekit.arguments.kinds import PACKED_ENDINGS, ZIP, check_known, table_format, unpacked
from spacekit.arguments.paths import path_of
from spacekit.arguments.sheets import Sheet, as_text, sheets_of
from spacekit.errors import DataError, ReadWarning, warn
from spacekit.ids.columns import entries_of_rows
from spacekit.ids.entry import Entry, entry_of
from spacekit.ids.pasted import entries_of_documents, entries_of_pasted
from spacekit.words import plural

_JSON: Final = ("json", "jsonl", "ndjson")
_TABLES: Final = ("csv", "tsv", "tab")


def entries_of_file(path: Path) -> list[Entry]:
    """
    Return the entries of a file.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        It is neither text nor a table that can be read, or no column has ids.
    """
    name = f"File {str(path)!r}"
    if path_of("File", path).is_dir():
        raise IsADirectoryError(f"{name}: a folder. Pass a file in it.")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileNotFoundError(f"{name}: there is no such file. Check the path.") from None
    return entries_of_content(content, name, _ending(path.name.lower()))


def _ending(name: str) -> str:
    """Return the ending of a name, such as `csv`, without those that say how the file is packed."""
    for packed in PACKED_ENDINGS:
        name = name.removesuffix(packed)
    return name.rpartition(".")[2]


def entries_of_content(content: bytes, name: str, ending: str = "") -> list[Entry]:
    """
    Return the entries of what is in a file, or came from standard input.

    Parameters
    ----------
    content
        Text or a table, perhaps packed.
    name
        What it is called in messages.
    ending
        That of the file's name, such as `csv`: text is a table even if its header names no column of ids.

    Raises
    ------
    DataError
        As `entries_of_file`.
    """
    content = unpacked(content, name)
    check_known(content, name)
    if form := table_format(content):
        return _of_tables(_rows_of_frames(frames_in(content, form, name)), name, has_header=True)
    if content.startswith(ZIP):
        return _of_tables(_rows_of_sheets(sheets_of(content, name)), name)
    return _of_text(text_of(content, name), name, ending)


def _of_text(text: str, name: str, ending: str) -> list[Entry]:
    start = text.lstrip()[:1]
    if ending in _TABLES and start not in ("{", "["):
        rows = rows_in(text, name, "\t" if ending != "csv" else None)
        return list(entries_of_rows(rows, name))
    entries = entries_of_documents(text)
    if entries is None and ending in _JSON and start in ("{", "["):
        raise DataError(f"{name}: not JSON. Save it again, or as text.")
    return list(entries_of_pasted(text)) if entries is None else entries


def entries_of_frame(frame: pd.DataFrame, name: str) -> list[Entry]:
    """Return the entries of a table with its header: missing cells are no entries."""
    return list(entries_of_rows(_rows_of_frame(frame), name, has_header=True)) if frame.size else []


def _rows_of_frame(frame: pd.DataFrame) -> list[Sequence[Any]]:
    cells = frame.astype(object).where(frame.notna(), None)
    return [list(cells.columns), *cells.itertuples(index=False, name=None)]


# Several tables in one file

Table = tuple[str, Sequence[Sequence[Any]]]
"""The name of a table or sheet, and its rows, its header the first."""


def _of_tables(tables: Sequence[Table], name: str, *, has_header: bool | None = None) -> list[Entry]:
    """Return the entries of all tables in a file; of several, say how many ids each has."""
    if len(tables) <= 1:
        return [entry for _, rows in tables for entry in entries_of_rows(rows, name, has_header=has_header)]
    entries: list[Entry] = []
    said: list[str] = []
    faults: list[DataError] = []
    for title, rows in tables:
        try:
            inner = list(entries_of_rows(rows, f"{name}, {title!r}", has_header=has_header))
        except DataError as error:
            faults.append(error)
            inner = []
        said.append(f"{title!r} {plural(sum(entry.space_id is not None for entry in inner), 'id')}")
        entries += inner
    if len(faults) == len(tables):
        raise faults[0]
    warn(f"{name}: ids were taken from each of its {len(tables)} tables: {', '.join(said)}.", ReadWarning)
    return entries


def _rows_of_frames(frames: dict[str, pd.DataFrame]) -> list[Table]:
    return [(title, _rows_of_frame(frame)) for title, frame in frames.items() if frame.size]


def _rows_of_sheets(sheets: Sequence[Sheet]) -> list[Table]:
    return [(sheet.name, _rows_of_sheet(sheet)) for sheet in sheets]


def _rows_of_sheet(sheet: Sheet) -> list[list[str | None]]:
    return [
        [_cell(as_text(cell), sheet.links.get((row, place))) for place, cell in enumerate(cells)]
        for row, cells in enumerate(sheet.rows)
        if any(cell not in (None, "") for cell in cells)
    ]


def _cell(text: str | None, link: str | None) -> str | None:
    """Return the text of a cell, or the link to a Space behind it, or both where they are different Spaces."""
    target = entry_of(link) if link else None
    if target is None or target.space_id is None:
        return text
    shown = entry_of(text)
    if shown is None or shown.space_id is None or shown.space_id == target.space_id:
        return link
    return f"https://x.com/i/spaces/{shown.space_id} https://x.com/i/spaces/{target.space_id}"
