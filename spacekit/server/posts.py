"""The posts of the sandbox: pages of a search, and the accounts that wrote them. No socket is used here."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacekit.arguments.nesting import TooDeepError, check_depth, is_too_deep
from spacekit.ids.posts import posts_in
from spacekit.server.addresses import Asked
from spacekit.server.faults import Answer, SearchFaults, documented, error_answer
from spacekit.server.queries import Post, id_of, matcher, user_of
from spacekit.words import show


@dataclass(frozen=True, slots=True)
class Offer:
    """An answer, and how many credits it takes."""

    answer: Answer
    price: int = 0


class Posts:
    """
    Posts by their ids, searched as the service does.

    Parameters
    ----------
    posts
        Each a dict with `id_str`. One that is there twice is served once, as it first came.
    faults
        What the search does wrong.

    Attributes
    ----------
    left_out
        Why posts are not served, one text each.
    """

    def __init__(self, posts: Iterable[Post], faults: SearchFaults) -> None:
        self._faults = faults
        by_id, self.left_out = _by_id(posts)
        deleted = {str(post_id) for post_id in faults.deleted}
        self._posts = [
            post for _, post in sorted(by_id.items(), reverse=True) if post["id_str"] not in deleted
        ]
        self._users = {handle: user for post in self._posts[::-1] for handle, user in _users(post)}

    def __len__(self) -> int:
        return len(self._posts)

    def search(self, asked: Asked) -> Offer:
        """Return one page of a search; each post on it takes a credit."""
        query, kind = asked.query["query"], asked.query.get("type", "Latest")
        place = _place(asked.query.get("cursor", ""), query + kind)
        if place is None:
            return Offer(documented(422, "cursor", "does not belong to this query"))
        matches = matcher(query)
        found = [post for post in self._posts if matches(post)]
        if kind == "Top":
            found.sort(key=lambda post: -_likes(post))
        return self._page(found, *place, asked.query.get("cursor"), query + kind)

    def _page(self, found: Sequence[Post], number: int, start: int, cursor: str | None, of: str) -> Offer:
        faults = self._faults
        end = start if number in faults.empty_pages else start + faults.page_size
        following: str | None = _cursor(number + 1, end, of) if end < len(found) else None
        if number in faults.repeats_cursor_at and cursor:
            following = cursor
        if faults.stops_after is not None and number >= faults.stops_after:
            following = None
        page = found[start:end]
        body = json.dumps({"tweets": page, "next_cursor": following}).encode()
        return Offer(Answer(200, body), len(page))

    def user(self, asked: Asked) -> Offer:
        """Return the account with a handle, in any case, as on its newest post."""
        user = self._users.get(asked.value.casefold())
        if user is None:
            return Offer(error_answer(404, "User not found"))
        return Offer(Answer(200, json.dumps(user).encode()), 1)


def read_posts(posts: Iterable[Post] | str | Path) -> list[Any]:
    """Return posts as given, or those in a file of JSON lines, also `.gz`, such as `Search.to_jsonl` writes."""
    if not isinstance(posts, str | Path):
        return list(posts)
    data = Path(posts).read_bytes()
    text = (gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data).decode()
    lines = enumerate(text.split("\n"), 1)
    parsed = (_parsed(line, posts, number) for number, line in lines if line.strip())
    return [post for value in parsed for post in list(posts_in(value)) or [value]]


def _parsed(line: str, path: str | Path, number: int) -> Any:
    try:
        check_depth(line)
        return json.loads(line)
    except ValueError as error:
        words = f"Posts in {path}, line {number}: not JSON ({error}). Use JSON lines, one post a line."
        raise ValueError(words) from None


def _by_id(posts: Iterable[Any]) -> tuple[dict[int, Post], tuple[str, ...]]:
    """Return the posts by id, and why others cannot be served."""
    by_id: dict[int, Post] = {}
    left_out = []
    for place, post in enumerate(posts):
        post_id = id_of(post) if isinstance(post, Mapping) else None
        if post_id is None:
            got = post.get("id_str") if isinstance(post, Mapping) else post
            left_out.append(f"post {place}: no id_str of 1 to 19 digits, got {show(got)}.")
        elif is_too_deep([post]):
            left_out.append(f"post {place}: {TooDeepError()}.")
        else:
            by_id.setdefault(post_id, post)
    return by_id, tuple(left_out)


def _users(post: Post) -> Iterator[tuple[str, Post]]:
    for inner in (post.get("quoted_status"), post.get("retweeted_status"), post):
        user = user_of(inner) if isinstance(inner, Mapping) else {}
        if isinstance(user.get("screen_name"), str):
            yield user["screen_name"].casefold(), user


def _likes(post: Post) -> int:
    likes = post.get("favorite_count")
    return likes if isinstance(likes, int) else 0


def _cursor(page: int, start: int, of: str) -> str:
    text = f"{page} {start} {zlib.crc32(of.encode('utf-8', 'surrogatepass'))}"
    return base64.urlsafe_b64encode(text.encode()).decode()


def _place(cursor: str, of: str) -> tuple[int, int] | None:
    """Return the page's number and its first post's place, or None for a cursor of another query."""
    if not cursor:
        return 1, 0
    try:
        page, start, _ = map(int, base64.urlsafe_b64decode(cursor).split())
    except ValueError:
        return None
    return (page, start) if _cursor(page, start, of) == cursor else None
