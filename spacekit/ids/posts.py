"""Posts of X as JSON, from any of its APIs: which parts of a JSON value are posts, and the Spaces they link to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from spacekit.ids.entry import Entry, entry_of_link, is_short_link, is_space_link
from spacekit.ids.text import links_in

_EXPANDED: Final = ("expanded_url", "unwound_url", "expanded")
_MARKS: Final = ("full_text", "tweet_created_at", "quoted_status", "retweeted_status")
_PEOPLE: Final = frozenset(("user", "author", "core", "user_results", "user_refs"))
"""Parts of a post that hold links of a person's profile, and no link of the post."""
_DEEPEST: Final = 100


def posts_in(value: Any) -> Iterator[dict[str, Any]]:
    """
    Yield the posts in a JSON value, in its order: a search answer, a list of posts, GraphQL, API v2.

    A post that is quoted or reposted in another one is part of it, and is not yielded by itself.
    """
    pending = [(value, 0)]
    while pending:
        part, depth = pending.pop()
        if isinstance(part, dict) and is_post(part):
            yield part
        elif isinstance(part, dict | list) and depth < _DEEPEST:
            inside = part.values() if isinstance(part, dict) else part
            pending += [(each, depth + 1) for each in reversed(list(inside))]


def is_post(part: dict[str, Any]) -> bool:
    """Whether a JSON object is a post, by what only posts have."""
    legacy = part.get("legacy")
    inner = legacy if isinstance(legacy, dict) else part
    if any(mark in inner for mark in _MARKS):
        return True
    entities = inner.get("entities")
    if isinstance(entities, dict) and isinstance(entities.get("urls"), list):
        return True
    return isinstance(part.get("text"), str) and not part.keys().isdisjoint(("id", "id_str"))


def spaces_of_post(post: dict[str, Any]) -> list[str]:
    """
    Return the ids of the Spaces that a post links to, each once, in order.

    Its own links come first, expanded or spelt out in its text, then those of the posts that it quotes or reposts.
    """
    return [entry.space_id for entry in entries_of_post(post) if entry.space_id is not None]


def entries_of_post(post: dict[str, Any]) -> Iterator[Entry]:
    """Yield each Space that a post links to, once, and each link that could lead to one but does not show which."""
    seen: dict[str, Entry] = {}
    known: set[str] = set()
    hidden: list[str] = []
    for link, short in _links_of(post):
        known.add(short)
        if is_short_link(link):
            hidden.append(link)
        elif is_space_link(link):
            entry = entry_of_link(link, link)
            seen.setdefault(entry.space_id or link, entry)
    yield from seen.values()
    for link in dict.fromkeys(hidden):
        if not any(short.startswith(link.rstrip("…")) for short in known):
            yield entry_of_link(link, link)


def _links_of(post: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each link of a post with its short form, or "" if it has none; the nearest to its top first."""
    pending: deque[tuple[Any, int]] = deque([(post, 0)])
    while pending:
        part, depth = pending.popleft()
        if depth > _DEEPEST:
            continue
        if isinstance(part, list):
            pending += [(each, depth + 1) for each in part]
        elif isinstance(part, dict):
            yield from _links_at(part)
            pending += [(each, depth + 1) for key, each in part.items() if key not in _PEOPLE]


def _links_at(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    short = str(part.get("url", ""))
    for name, text in part.items():
        if isinstance(text, str) and not (name == "url" and is_short_link(text)):
            yield from ((link, short if name in _EXPANDED else "") for link in links_in(text))
