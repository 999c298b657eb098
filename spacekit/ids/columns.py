"""Tables: the column that holds Space ids, or, as in a table of posts, the links in all cells. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

from spacekit.errors import DataError
from spacekit.ids.entry import AROUND_ENTRY, ID, LINK, Entry, entry_of
from spacekit.ids.text import NEARLY_ID
from spacekit.ids.values import entries_of_value, linked

Row = Sequence[Any]

_SPACE_NAMES: Final = (
    "spaceid",
    "spaceids",
    "spaceurl",
    "spaceurls",
    "spacelink",
    "spacelinks",
    "space",
    "spaces",
)
_NAMES: Final = (*_SPACE_NAMES, "restid", "id", "ids", "url", "urls", "link", "links")
_NAME_OF_POST_IDS: Final = re.compile(r".*ids?(?:str)?")
_POST_ID: Final = re.compile(r"\d{15,20}(?:\.0)?|\d[.,]\d+E\+1[4-9]", re.IGNORECASE)
"""The id of a post, also as spreadsheets and floats spoil it."""
_LONGEST: Final = 300  # characters of a cell that may be one id or link


def entries_of_rows(rows: Sequence[Row], name: str, *, has_header: bool | None = None) -> Iterator[Entry]:
    """
    Yield the entries of a table: the cells of its column of ids, or the links in all cells.

    Parameters
    ----------
    rows
        The cells, with the header, if there is one, as the first row.
    name
        What the table is called in messages.
    has_header
        Whether the first row is a header; None: it is one unless its cell of the column looks like an entry.

    Raises
    ------
    DataError
        It cannot be told which of several columns is meant, or there is none.
    """
    if not rows:
        return
    sure = _sure_places(rows)
    named = [place for place in _named(rows[0]) if place in sure]
    is_of_posts = _is_of_posts(rows)
    if max(map(len, rows)) == 1:
        yield from _column(rows, 0, has_header)
    elif named and (_plain(rows[0][named[0]]) in _SPACE_NAMES or not is_of_posts):
        yield from _column(rows, named[0], has_header)
    elif len(sure) > 1 and not is_of_posts and not _named(rows[0]):
        yield from _several(rows, name, sure)
    elif sure := sure if not is_of_posts else _without_links(rows, sure):
        yield from _column(rows, max(sure, key=lambda place: sure[place]), has_header)
    else:
        yield from _searched(rows, name, has_header)


def _sure_places(rows: Sequence[Row]) -> dict[int, int]:
    """Return the columns of which half of the cells or more are ids and links, or that are named so and have one."""
    sure: dict[int, int] = {}
    filled: dict[int, int] = {}
    for row in rows:
        for place, cell in enumerate(row):
            filled[place] = filled.get(place, 0) + (cell is not None and str(cell) != "")
            if isinstance(cell, str) and len(cell) <= _LONGEST and _is_surely_id(cell):
                sure[place] = sure.get(place, 0) + 1
    named = _named(rows[0])
    return {place: number for place, number in sure.items() if place in named or 2 * number >= filled[place]}


def _without_links(rows: Sequence[Row], sure: dict[int, int]) -> dict[int, int]:
    """Return the columns of bare ids: a search for links would pass them over."""
    linking = {place for row in rows for place, cell in enumerate(row) if "/" in str(cell)}
    return {place: number for place, number in sure.items() if place not in linking}


def names_ids(header: Any) -> bool:
    """Whether a cell of a header names a column that may hold ids."""
    return _plain(header) in _NAMES


def _named(header: Row) -> list[int]:
    """Return the places of the columns whose name says that they may hold ids, the surest first."""
    names = [_plain(cell) for cell in header]
    return [names.index(each) for each in _NAMES if each in names]


def _is_of_posts(rows: Sequence[Row]) -> bool:
    """Whether the table is one of posts: a column that is named as one of ids has their ids."""
    places = [place for place, cell in enumerate(rows[0]) if _NAME_OF_POST_IDS.fullmatch(_plain(cell))]
    return any(
        place < len(row) and _POST_ID.fullmatch(str(row[place]).strip(AROUND_ENTRY))
        for row in rows[1:]
        for place in places
    )


def _column(rows: Sequence[Row], place: int, has_header: bool | None) -> Iterator[Entry]:
    """Yield the entries of one column, without its header."""
    cells = [row[place] for row in rows if place < len(row)]
    if has_header is None:
        has_header = place < len(rows[0]) and _is_header(cells[0])
    yield from chain.from_iterable(map(entries_of_value, cells[has_header:]))


def _several(rows: Sequence[Row], name: str, sure: dict[int, int]) -> Iterator[Entry]:
    """Yield all columns with ids where there is no header; a header must say which column is meant."""
    if not any(place < len(rows[0]) and _is_surely_id(str(rows[0][place])) for place in sure):
        names = [rows[0][place] for place in sorted(sure) if place < len(rows[0])]
        raise DataError(f"{name}: several columns have Space ids: {names!r}. Name the right one 'space_id'.")
    for row in rows:
        for place, cell in enumerate(row):
            if place in sure:
                yield from entries_of_value(cell)


def _searched(rows: Sequence[Row], name: str, has_header: bool | None) -> list[Entry]:
    """
    Return the links to Spaces in all cells, each once a row.

    A column that is named as one of Spaces goes before them where it has any, and one that is named as one of ids
    where they have none. What nearly is an id in a column of Spaces was meant as one, and stands before the links.
    """
    linked_to = list(chain.from_iterable(map(linked, rows)))
    named = _named(rows[0])
    of_spaces = [place for place in named if _plain(rows[0][place]) in _SPACE_NAMES]
    others = [] if _is_of_posts(rows) else named[:1]
    columns = [list(_column(rows, place, has_header)) for place in of_spaces or others]
    if not linked_to and not columns:
        got = f"{name}: no column has Space ids, got {list(rows[0])!r}"
        raise DataError(f"{got}. Name the right one 'space_id', or pass its cells as a list.")
    best = [*columns, linked_to] if of_spaces else [linked_to, *columns]
    found = next((entries for entries in best if _has_ids(entries)), None)
    if found is linked_to and of_spaces:
        return [*filter(_is_nearly_id, chain.from_iterable(columns)), *linked_to]
    return found or next(filter(None, [*columns, linked_to]), [])


def _is_nearly_id(entry: Entry) -> bool:
    return entry.space_id is None and NEARLY_ID.fullmatch(entry.text.strip(AROUND_ENTRY)) is not None


def _has_ids(entries: list[Entry]) -> bool:
    return any(entry.space_id is not None for entry in entries)


def _plain(name: Any) -> str:
    return re.sub(r"[\W_]", "", str(name)).casefold()


def _is_surely_id(cell: str) -> bool:
    """Whether a cell is an id or link: 13 digits or letters may be a number or word of another column."""
    entry = entry_of(cell)
    word = cell.strip(AROUND_ENTRY)
    return entry is not None and entry.space_id is not None and not (word.isdigit() or word.isalpha())


def _is_header(cell: Any) -> bool:
    word = str(cell).strip(AROUND_ENTRY)
    return names_ids(word) or not (
        ID.fullmatch(word) or LINK.match(word) or word.startswith("@") or re.search(r"\d", word)
    )
