"""One entry of a list, or one cell of a table: an id, a link, a longer text with links, or JSON. Reads no files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from spacekit.arguments.nesting import check_depth
from spacekit.ids.entry import (
    AROUND_ENTRY,
    ID,
    Entry,
    entry_of,
    entry_of_link,
    is_short_link,
    is_space_link,
)
from spacekit.ids.posts import entries_of_post, is_post, once
from spacekit.ids.text import links_in, picked
from spacekit.words import show

_RECORD_MARKS: Final = (
    "state",
    "total_live_listeners",
    "total_replay_watched",
    "is_space_available_for_replay",
)
"""Fields of a Space; beside an id, one of them makes a JSON object the record of a Space."""
_LISTS_OF_IDS: Final = ("ids", "space_ids", "spaces")
_DEEPEST: Final = 100


def entries_of_value(value: Any) -> Iterator[Entry]:
    """Yield the entry of an id or link, those of the links in a longer text or JSON, or the one that says why not."""
    entry = entry_of(value)
    if entry is None:
        return
    if entry.space_id is not None:
        yield entry
    elif not isinstance(value, str):
        yield from _in_json(value, 1, entry)
    elif (parsed := json_of(value)) is not None:
        yield from _in_json(parsed, 0, without_space(value))
    else:
        yield from _in_longer(value) or [entry]


def _in_json(value: Any, depth: int, otherwise: Entry) -> list[Entry]:
    """Return the entries of a parsed value; a post may have none."""
    entries = list(entries_of_json(value, depth))
    return entries if entries or (isinstance(value, dict) and is_post(value)) else [otherwise]


def without_space(value: Any) -> Entry:
    """Return the entry of JSON in which there is no Space."""
    return Entry(
        value if isinstance(value, str) else show(value), None, "JSON without a Space, or a link to one"
    )


def _in_longer(text: str) -> list[Entry]:
    """Return the links in a text, and what else could have been meant as an id; none where it has no link."""
    links = list(links_in(text))
    if not links or links[0] == text.strip(AROUND_ENTRY):
        return []
    entries = list(picked(text))
    linked_to = {entry.space_id for entry in entries if entry.text != entry.space_id}
    return [
        _refused(entry) if entry.text == entry.space_id else entry
        for entry in entries
        if entry.text != entry.space_id or entry.space_id not in linked_to
    ]


def _refused(entry: Entry) -> Entry:
    return Entry(
        entry.text, None, "an id in a longer text, of which only the links are taken: pass it on its own"
    )


def json_of(text: str) -> dict[str, Any] | list[Any] | None:
    """Return the JSON object or array that a text is; None where it is another text."""
    start = text.lstrip("\ufeff \t\r\n")
    if start[:1] not in ("{", "["):
        return None
    try:
        check_depth(start)
        value: Any = json.loads(start)
    except (ValueError, RecursionError):
        return None
    is_footnote = (
        bool(value) and isinstance(value, list) and all(isinstance(item, int | float) for item in value)
    )
    return None if is_footnote else value


def entries_of_json(value: Any, depth: int = 0) -> Iterator[Entry]:
    """
    Yield the Spaces in a JSON value: those of records, those that posts link to, and the links in other texts.

    The texts in an array at the top, and in one of ids, are entries, as in a list.
    """
    if isinstance(value, str):
        yield from linked([value])
    elif isinstance(value, list) and depth < _DEEPEST:
        for item in value:
            is_entry = depth == 0 and not isinstance(item, dict | list)
            yield from entries_of_value(item) if is_entry else entries_of_json(item, depth + 1)
    elif isinstance(value, dict) and depth < _DEEPEST:
        yield from _entries_of_object(value, depth)


def _entries_of_object(value: dict[str, Any], depth: int) -> Iterator[Entry]:
    if record := _record(value):
        yield record
    elif is_post(value):
        yield from entries_of_post(value)
    else:
        yield from linked(each for each in value.values() if isinstance(each, str))
        for name, each in value.items():
            is_list = name in _LISTS_OF_IDS and isinstance(each, list)
            yield from () if isinstance(each, str) else entries_of_json(each, 0 if is_list else depth + 1)


def _record(value: dict[str, Any]) -> Entry | None:
    """Return the entry of the Space that a JSON object is a record of; None where it is none."""
    if isinstance(value.get("space_id"), str):
        return entry_of(value["space_id"])
    if isinstance(value.get("metadata"), dict):  # GraphQL, which also has posts that the Space shared
        return _record(value["metadata"])
    ids = (value.get(name) for name in ("id", "rest_id"))
    space_id = next((each for each in ids if isinstance(each, str) and ID.fullmatch(each)), None)
    is_record = space_id is not None and not value.keys().isdisjoint(_RECORD_MARKS)
    return Entry(str(space_id), space_id, None) if is_record else None


def linked(values: Iterable[Any]) -> list[Entry]:
    """
    Return each Space that the values of one row link to, once; shortened links only where they link to none.

    Links to anything else are left out: those of posts to articles and pictures were never meant as Spaces.
    """
    return once(entry for value in values for entry in _links(value))


def _links(value: Any) -> Iterator[Entry]:
    parsed = json_of(value) if isinstance(value, str) else value
    if isinstance(parsed, dict | list):
        yield from entries_of_json(parsed, depth=1)
    elif isinstance(value, str):
        links = filter(lambda link: is_space_link(link) or is_short_link(link), links_in(value))
        yield from (entry_of_link(link) for link in links)
