"""X's search language, as far as it is used to find Spaces: a query -> whether a post matches. No request here.

Operators: `from:`, `filter:spaces`, `since:`, `until:` (a day, or a day and time as 2026-01-31_18:00:00_UTC),
`since_time:`, `until_time:` (seconds), `max_id:`, `since_id:`, `lang:`, `url:`, "phrases", `-` for not, `OR` and
parentheses. Words that stand side by side must all match, and bind closer than `OR`. Anything else is a word.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from spacekit.ids.posts import spaces_of_post

Post = Mapping[str, Any]
_Matches = Callable[[Post], bool]

_TOKEN: Final = re.compile(r'-?(?:\w+:)?"[^"]*"?|-?\(|\)|[^\s()"]+')
_ID: Final = re.compile("[0-9]{1,19}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d(_\d\d:\d\d:\d\d_UTC)?")


def matcher(query: str) -> _Matches:
    """
    Return the function that says whether a post matches a query.

    Examples
    --------
    >>> matches = matcher('from:someone "open source" -music')
    >>> matches({"full_text": "An open source evening", "user": {"screen_name": "Someone"}})
    True
    """
    return _either(deque(_TOKEN.findall(query)))


def _either(tokens: deque[str]) -> _Matches:
    """Read alternatives up to a closing parenthesis or the end."""
    choices = [_all(tokens)]
    while tokens and tokens.popleft() == "OR":
        choices.append(_all(tokens))
    return lambda post: any(choice(post) for choice in choices)


def _all(tokens: deque[str]) -> _Matches:
    """Read what stands side by side, up to `OR`, a closing parenthesis or the end."""
    terms: list[_Matches] = []
    while tokens and tokens[0] not in ("OR", ")"):
        word = tokens.popleft()
        negated = word.startswith("-") and len(word) > 1
        word = word[negated:]
        term = _either(tokens) if word == "(" else _term(word)
        terms.append(_not(term) if negated else term)
    return lambda post: all(term(post) for term in terms)


def _not(term: _Matches) -> _Matches:
    return lambda post: not term(post)


def _term(word: str) -> _Matches:
    """Return what an operator, a phrase or a word matches."""
    name, colon, value = word.partition(":")
    operator = _OPERATORS.get(name.lower()) if colon and value else None
    found = operator(value) if operator else None
    return found or _words(word.strip('"'))


def _words(words: str) -> _Matches:
    """Match whole words in any case; where a script has no blanks between words, any part of the text."""
    plain = re.escape(" ".join(words.casefold().split()))
    pattern = re.compile(rf"(?<!\w){plain}(?!\w)" if words.isascii() else plain)
    return lambda post: pattern.search(" ".join(_text_of(post).casefold().split())) is not None


def _text_of(post: Post) -> str:
    """Return the text of a post, "" where it has none."""
    return str(post.get("full_text") or post.get("text") or "")


def user_of(post: Post) -> Post:
    """Return the author of a post, empty where it is missing."""
    user = post.get("user")
    return user if isinstance(user, Mapping) else {}


def id_of(post: Post) -> int | None:
    """Return the id of a post, or None where it has none."""
    post_id = post.get("id_str")
    return int(post_id) if isinstance(post_id, str) and _ID.fullmatch(post_id) else None


def _posted_at(post: Post) -> datetime | None:
    """Return when a post was written, or None where that cannot be read."""
    try:
        at = datetime.fromisoformat(str(post.get("tweet_created_at")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _links(post: Post) -> Iterator[str]:
    """Yield the expanded links of a post, those of the posts inside it too."""
    entities = post.get("entities")
    urls = entities.get("urls") if isinstance(entities, Mapping) else None
    for url in urls if isinstance(urls, list) else []:
        if isinstance(url, Mapping) and isinstance(url.get("expanded_url"), str):
            yield url["expanded_url"]
    for inner in (post.get("quoted_status"), post.get("retweeted_status")):
        if isinstance(inner, Mapping):
            yield from _links(inner)


def _from(handle: str) -> _Matches:
    wanted = handle.removeprefix("@").casefold()
    return lambda post: str(user_of(post).get("screen_name")).casefold() == wanted


def _filter(what: str) -> _Matches | None:
    if what.lower() != "spaces":
        return None
    return lambda post: bool(spaces_of_post(dict(post)))


def _url(part: str) -> _Matches:
    return lambda post: any(part.strip('"').lower() in link.lower() for link in _links(post))


def _lang(code: str) -> _Matches:
    return lambda post: str(post.get("lang")).lower() == code.lower()


def _since(day: str) -> _Matches | None:
    if (start := _instant(day)) is None:
        return None
    return lambda post: (at := _posted_at(post)) is not None and at >= start


def _until(day: str) -> _Matches | None:
    if (end := _instant(day)) is None:
        return None
    return lambda post: (at := _posted_at(post)) is not None and at < end


def _instant(text: str) -> datetime | None:
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text), UTC)
        if _DAY.fullmatch(text):
            return datetime.fromisoformat(text.removesuffix("_UTC").replace("_", "T")).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def _max_id(digits: str) -> _Matches | None:
    if not _ID.fullmatch(digits):
        return None
    return lambda post: (post_id := id_of(post)) is not None and post_id <= int(digits)


def _since_id(digits: str) -> _Matches | None:
    if not _ID.fullmatch(digits):
        return None
    return lambda post: (post_id := id_of(post)) is not None and post_id > int(digits)


_OPERATORS: Final[Mapping[str, Callable[[str], _Matches | None]]] = {
    "from": _from,
    "filter": _filter,
    "since": _since,
    "until": _until,
    "since_time": _since,
    "until_time": _until,
    "max_id": _max_id,
    "since_id": _since_id,
    "lang": _lang,
    "url": _url,
}
