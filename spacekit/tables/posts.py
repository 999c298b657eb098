"""Posts of a search as a table: one row a post and Space, read as all other values are. Finds no links itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd
import pyarrow as pa

from spacekit.fields import POSTS, Field
from spacekit.tables.arrays import read_column, to_array
from spacekit.tables.frames import from_rows, to_frame
from spacekit.tables.parts import Problem
from spacekit.tables.values import KIND_WORDS, Unreadable, is_missing, read_id, read_instant
from spacekit.words import show


class Announcement(NamedTuple):
    """A post that links to Spaces: its number among the posts that came, and what it links to."""

    number: int
    post: Mapping[str, Any]
    space_ids: Sequence[str]
    query: str


def posts_of(announcements: Sequence[Announcement]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the table of posts, with a row for each Space of each, and that of the values that could not be read."""
    posts = [one.post for one in announcements]
    problems: list[Problem] = []
    arrays = {f.name: _column(f, posts, announcements, problems) for f in POSTS if f.name not in _GIVEN}
    rows = [(place, one, space_id) for place, one in enumerate(announcements) for space_id in one.space_ids]
    places = pa.array([place for place, _, _ in rows], pa.int64())
    columns = {name: array.take(places) for name, array in arrays.items()}
    columns["space_id"] = to_array("id", [space_id for _, _, space_id in rows])
    columns["query"] = to_array("text", [one.query for _, one, _ in rows])
    problems.sort(key=lambda problem: problem.record)
    return to_frame("posts", pa.table({f.name: columns[f.name] for f in POSTS})), from_rows(
        "problems", problems
    )


_GIVEN: Final = ("space_id", "query")


def _column(
    column: Field,
    posts: Sequence[Mapping[str, Any]],
    announcements: Sequence[Announcement],
    problems: list[Problem],
) -> pa.Array:
    """Read one value of each post, and note those that cannot be read."""
    raw = [_RAW.get(column.name, _value_in)(column, post) for post in posts]
    array, bad = read_column(column.kind, raw)
    for place, reason in bad:
        one = announcements[place]
        words = f"not {KIND_WORDS[column.kind]}: {reason} (at {column.path})"
        problems.append(Problem(one.number, one.space_ids[0], column.name, show(raw[place]), words))
    return array


def _value_in(column: Field, post: Mapping[str, Any]) -> Any:
    """Return the raw value of a column in a post."""
    first = _at(post, column.path)
    return _at(post, column.also) if is_missing(first) and column.also else first


def _at(post: Any, path: str) -> Any:
    before = ""
    for key in path.split("."):
        if not isinstance(post, Mapping):
            return (
                post if is_missing(post) else {before: post}
            )  # no object: this is of no kind, and is reported
        post, before = post.get(key), key
    return post


def _is_repost(column: Field, post: Mapping[str, Any]) -> Any:
    inner = post.get(column.path)
    return isinstance(inner, Mapping) if isinstance(inner, Mapping) or is_missing(inner) else inner


def _is_quote(column: Field, post: Mapping[str, Any]) -> Any:
    # The quoted post may be gone, and the flag alone be left.
    return True if post.get("is_quote_status") is True else _is_repost(column, post)


_RAW: Final[dict[str, Callable[[Field, Mapping[str, Any]], Any]]] = {
    "is_repost": _is_repost,
    "is_quote": _is_quote,
}


def id_and_time(post: Any) -> tuple[str | None, int | None]:
    """Return the id of a post, and when it was posted, in epoch milliseconds; None where it cannot be read."""
    if not isinstance(post, Mapping):
        return None, None
    return _read(read_id, _POST_ID, post), _read(read_instant, _POSTED_AT, post)


_POST_ID, _POSTED_AT = POSTS[:2]


def _read(reader: Callable[[Any], Any], column: Field, post: Mapping[str, Any]) -> Any:
    value = _value_in(column, post)
    try:
        return None if is_missing(value) or value == "" else reader(value)
    except Unreadable:
        return None
