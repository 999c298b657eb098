"""Posts of X as JSON, from any of its APIs: which parts of a JSON value are posts, and the Spaces they link to."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, Final

from spacekit.ids.entry import AROUND_WORD, Entry, entry_of_link, is_short_link, is_space_link
from spacekit.ids.text import links_in

_EXPANDED: Final = ("expanded_url", "unwound_url", "expanded")
_MARKS: Final = ("full_text", "tweet_created_at", "quoted_status", "retweeted_status")
_TEXTS: Final = ("text", "fullText", "rawContent", "renderedContent", "content")
"""What tools call the text of a post; one of them beside an id makes an object a post."""
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
    has_text = any(isinstance(part.get(name), str) for name in _TEXTS)
    return has_text and not part.keys().isdisjoint(("id", "id_str"))


def spaces_of_post(post: dict[str, Any]) -> list[str]:
    """
    Return the ids of the Spaces that a post links to, each once, in order.

    Its own links come first, expanded or spelt out in its text, then those of the posts that it quotes or reposts.
    """
    return [entry.space_id for entry in entries_of_post(post) if entry.space_id is not None]


def entries_of_post(post: dict[str, Any]) -> list[Entry]:
    """Return each Space that a post links to, once, and each link that could lead to one but does not show which."""
    links = list(_links_of(post))
    expanded = {short for _, short in links if short}
    hidden = [link for link, _ in links if is_short_link(link) and not _is_cut_from(link, expanded)]
    spaces = [entry_of_link(link) for link, _ in links if is_space_link(link)]
    if any(short == "" for _, short in links if short is not None):
        hidden = []  # they are the short forms of what is expanded without them
    return once([*spaces, *(entry_of_link(link) for link in hidden)])


def once(entries: Iterable[Entry]) -> list[Entry]:
    """
    Return each Space that links lead to, once.

    Left out is a link that was cut where the whole one is there, and a shortened one beside the link of a Space.
    """
    several = {entry.space_id or entry.text: entry for entry in entries}.values()
    ids = {entry.space_id for entry in several if entry.space_id is not None}
    return [entry for entry in several if entry.space_id or not (ids and _is_needless(entry.text, ids))]


def _is_needless(link: str, ids: set[str]) -> bool:
    return is_short_link(link) or _is_cut_from(link.rpartition("/")[2], ids)


def _is_cut_from(text: str, whole: set[str]) -> bool:
    bare = text.rstrip(AROUND_WORD)
    return any(each.startswith(bare) for each in whole)


def _links_of(post: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield each link of a post, the nearest to its top first; of one that is expanded also its short form, or ""."""
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


def _links_at(part: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    texts = {name: text for name, text in part.items() if isinstance(text, str)}
    names, short = (("url",), "tcourl") if "tcourl" in texts else (_EXPANDED, "url")
    if expanded := [texts[name] for name in names if texts.get(name)]:
        yield from ((link, texts.get(short, "")) for text in expanded for link in links_in(text))
    else:
        yield from ((link, None) for text in texts.values() for link in links_in(text))
