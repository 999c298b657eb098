"""Files of ids: the text of a file, or the cells of its column of ids. Which of them are ids, `entry` decides."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from spacekit.errors import DataError
from spacekit.ids.entry import AROUND_ENTRY, ID, LINK, entry_of

_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_COLUMN_NAMES = (
    *("spaceid", "spaceids", "spaceurl", "spaceurls", "spacelink", "spacelinks", "space", "spaces"),
    *("restid", "id", "ids", "url", "urls", "link", "links"),
)


def read_source(path: Path) -> str | list[str]:
    """
    Return the text of a file; of a `.csv` or `.tsv`, the cells of the column of ids, without its header.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        It is not UTF-8, not CSV, is JSON, or has several columns and none with an id.
    """
    name = path.name.lower()
    if name.endswith(_JSON_SUFFIXES):
        raise DataError(f"File {str(path)!r}: JSON, not a list of ids. Read its Spaces with sk.read.")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"{error.object[error.start : error.start + 1]!r} at byte {error.start}"
        raise DataError(f"File {str(path)!r}: not UTF-8, got {got}. Save it as UTF-8 text or CSV.") from error
    if not name.endswith((".csv", ".tsv")):
        return text
    return _id_column(_rows(path, text), path)


def _rows(path: Path, text: str) -> list[list[str]]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DataError(
            f"File {str(path)!r}: cannot be read as CSV: {error}. Save it as CSV again."
        ) from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _id_column(rows: list[list[str]], path: Path) -> list[str]:
    """Return the cells of the column of ids, without its header."""
    if not rows:
        return []
    names = [_plain(cell) for cell in rows[0]]
    sure = Counter(place for row in rows for place, cell in enumerate(row) if _is_surely_id(cell))
    named = [names.index(name) for name in _COLUMN_NAMES if name in names]
    if any(place in sure for place in named):
        place = next(place for place in named if place in sure)
    elif len(sure) > 1 and not named:
        return _cells_of_several(path, rows, sure)
    elif named or sure:
        place = sure.most_common(1)[0][0] if sure else named[0]
    elif max(map(len, rows)) == 1:
        place = 0
    else:
        got = f"File {str(path)!r}: no column has Space ids, got {rows[0]!r}"
        raise DataError(f"{got}. Name the right one 'space_id', or pass its cells as a list.")
    cells = [row[place] for row in rows if place < len(row)]
    has_header = place < len(names) and _is_header(cells[0])
    return cells[1:] if has_header else cells


def _cells_of_several(path: object, rows: list[list[str]], sure: Counter[int]) -> list[str]:
    """Take all columns with ids where there is no header; a header must say which column is meant."""
    if any(_is_surely_id(cell) for cell in rows[0]):
        return [cell for row in rows for place, cell in enumerate(row) if place in sure]
    names = [rows[0][place] for place in sorted(sure) if place < len(rows[0])]
    raise DataError(
        f"File {str(path)!r}: several columns have Space ids: {names!r}. Name the right one 'space_id'."
    )


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _is_surely_id(cell: str) -> bool:
    """Whether a cell is an id or link: 13 digits may be a time, and 13 letters a word of another column."""
    entry = entry_of(cell)
    word = cell.strip(AROUND_ENTRY)
    return entry is not None and entry.space_id is not None and not (word.isdigit() or word.isalpha())


def _is_header(cell: str) -> bool:
    word = cell.strip(AROUND_ENTRY)
    if _plain(word) in _COLUMN_NAMES:
        return True
    return not (ID.fullmatch(word) or LINK.match(word) or word.startswith("@") or re.search(r"\d", word))
