"""A whole text, pasted or of a file: JSON, a table with its header, or running text. Reads no files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from spacekit.arguments.delimited import body_of, delimiter_of, rows_in
from spacekit.errors import DataError
from spacekit.ids.columns import entries_of_rows, names_ids
from spacekit.ids.entry import AROUND_ENTRY, ID, Entry
from spacekit.ids.posts import is_post
from spacekit.ids.text import entries_of_text
from spacekit.ids.values import entries_of_json, json_of, without_space
from spacekit.words import show

_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_BEFORE_JSON: Final = re.compile(r"\A[\ufeff\s]*(?:window\.[\w.]+\s*=\s*)?")
"""Blanks, and what stands before the JSON in the archive of one's own posts that X sends."""
_NEXT: Final = re.compile(r"\n[ \t\r]*(?=[\[{])")
_NOT_BLANK: Final = re.compile(r"\S")
_DECODER: Final = json.JSONDecoder()


def entries_of_pasted(text: str) -> Iterator[Entry]:
    """Yield the entries of a text: of JSON, of a table whose header names a column of ids, or of running text."""
    if (entries := entries_of_documents(text)) is not None:
        yield from entries
    elif (rows := _table(text)) is not None:
        try:
            yield from list(entries_of_rows(rows, "table"))
        except DataError:
            yield from entries_of_text(text)
    else:
        yield from entries_of_text(text)


def entries_of_documents(text: str) -> list[Entry] | None:
    """Return the entries of JSON: of one document, or of several that each begin on a line. None for other text."""
    text = _BEFORE_JSON.sub("", text, count=1)
    if text[:1] not in ("{", "["):
        return None
    whole = json_of(text)
    if whole is not None:
        return entries_of_document(whole)
    documents = list(_several(text)) if text.startswith("{") else []
    return _entries_of_several(documents) if documents and isinstance(documents[0], dict) else None


def entries_of_document(document: Any) -> list[Entry]:
    """Return the entries of JSON: of a document without a Space, one that says so; none of an empty answer."""
    entries = list(entries_of_json(document))
    return entries if entries or _is_empty(document) else [without_space(document)]


def _is_empty(document: Any) -> bool:
    """Whether a document is null, an array of nothing but missing values, or a search answer without posts."""
    if isinstance(document, list):
        return not any(isinstance(each, dict | list) for each in document)
    return document is None or (isinstance(document, dict) and document.get("tweets") == [])


def _entries_of_several(documents: list[Any]) -> list[Entry]:
    """Return the entries of documents that follow one another. Posts may link to no Space, but not all of them."""
    entries: list[Entry] = []
    for document in documents:
        if isinstance(document, Entry):
            entries.append(document)
        elif isinstance(document, dict) and ("tweets" in document or is_post(document)):
            entries += entries_of_json(document)
        else:
            entries += entries_of_document(document)
    return entries or entries_of_document(documents)


def _several(text: str) -> Iterator[Any]:
    """Yield the JSON documents that follow one another, and entries of those that are broken, and of other lines."""
    place = 0
    while place < len(text):
        if text[place] not in "{[":
            end = text.find("\n", place) % (len(text) + 1)  # of the text, where there is no other line
            yield from entries_of_text(text[place:end])
        else:
            value, end = _document(text, place)
            yield value
        following = _NOT_BLANK.search(text, end)
        place = following.start() if following else len(text)


def _document(text: str, place: int) -> tuple[Any, int]:
    """Return the JSON document at a place, or the entry that says that it is broken, and where it ends."""
    try:
        return _DECODER.raw_decode(text, place)
    except (ValueError, RecursionError):
        found = _NEXT.search(text, place)
        line = show(text[place : place + 100].split("\n")[0])
        return Entry(line, None, "broken JSON: save it again"), found.end() if found else len(text)


def _table(text: str) -> list[list[str]] | None:
    """Return the rows of a text that is a table with a header that names a column of ids; None for other text."""
    body, said = body_of(text)
    first, *rest = _LINE_END.split(body, maxsplit=1)
    cells = first.split(said or delimiter_of(first))
    is_header = any(map(names_ids, cells)) and not any(
        "/" in cell or ID.fullmatch(cell.strip(AROUND_ENTRY)) for cell in cells
    )
    if len(cells) < 2 or not "".join(rest).strip() or not is_header:
        return None
    try:
        rows = rows_in(text, "table")
    except DataError:
        return None
    return rows if all(len(row) == len(rows[0]) for row in rows) else None
