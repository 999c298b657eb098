"""Which page of a search to ask for next, and when to stop. Pure: no thread, network, clock or file.

A search may stop early, return a cursor again, refuse one, or return an empty page that is not the end. So its pages
are followed by their cursors, and where these lead no further, the search goes on below the lowest id with `max_id:`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from spacekit.fetching.queries import Query

USUAL_PAGE: Final = 20
"""Posts on a page, about, as the service documents it."""

LARGEST_PAGE: Final = 100
"""Posts for which room is left while several pages are under way, until a larger page has been seen."""

FRUITLESS: Final = 5
"""Pages in a row without anything new after which a search has ended. Pages without posts cost no posts."""

_FRUITLESS_AT_LAST: Final = 8
"""The same, once such pages were followed by something new: then they say less."""

_NUMBER: Final = re.compile("[0-9]{1,30}")
NOTHING_NEW: Final = "nothing new"
SINCE_PASSED: Final = "since passed"
MAX_POSTS: Final = "max_posts"
_MORE: Final = "Raise max_posts to go on; with an archive, what came is not paid for again."


class Ask(NamedTuple):
    """A page to ask for: of the posts up to an id, and after a cursor."""

    max_id: int | None = None
    cursor: str | None = None


class Seen(NamedTuple):
    """What matters of a post: its id as sent, and when it was posted, in epoch milliseconds; None where unreadable."""

    post_id: str | None
    posted_at: int | None


@dataclass(frozen=True, slots=True)
class End:
    """Why a query asks for no further page: a word for the table, and a sentence."""

    ended: str
    message: str


class Paging:
    """
    The pages of one query. Ask for `next`, pass what came to `turn`, until `end` is set.

    Parameters
    ----------
    query
        The query.

    Attributes
    ----------
    next
        The page to ask for; the last one that was asked for once `end` is set.
    end
        Why there is nothing to ask for any more; None until then.
    """

    def __init__(self, query: Query) -> None:
        self.query = query
        self.next = Ask()
        self.end: End | None = None
        self._seen: set[str] = set()
        self._asked: set[Ask] = set()
        self._lowest: int | None = None
        self._fruitless, self._patience = 0, FRUITLESS
        self._trusts_cursors = True

    def turn(self, posts: Iterable[Seen], cursor: str | None) -> None:
        """Take in the page that was asked for; `cursor` is that of the page after it, where one was sent."""
        self._asked.add(self.next)
        page = list(posts)
        new = {post.post_id for post in page if post.post_id} - self._seen
        self._seen |= new
        # A cursor that leads back to posts that came is not to be paid for again.
        self._trusts_cursors &= len(new) == len(page)
        numbers = [int(post_id) for post_id in new if _NUMBER.fullmatch(post_id)]
        self._lowest = min([*numbers, *([] if self._lowest is None else [self._lowest])], default=None)
        if new and self._fruitless:
            self._patience = _FRUITLESS_AT_LAST
        self._fruitless = 0 if new else self._fruitless + 1
        self.end = self._since_passed(page) or self._nothing_new(repeated=bool(page) and not new)
        if self.end is None:
            self.next = self._after(cursor, new=bool(new))

    @property
    def detour(self) -> Ask | None:
        """The page to ask for where the service refuses the cursor of the next one; None where it has none."""
        return None if self.next.cursor is None else self._below

    def take_detour(self) -> bool:
        """Go on without the cursor of the next page; return whether that is possible."""
        if (detour := self.detour) is None:
            return False
        self.next = detour
        return True

    def stop_at(self, max_posts: int) -> None:
        """End because enough posts came, unless the query has ended by itself."""
        self.end = self.end or End(MAX_POSTS, f"The limit of {max_posts:,} posts was reached. {_MORE}")

    def _after(self, cursor: str | None, *, new: bool) -> Ask:
        """Return the page after the last one: by its cursor, else below the lowest id, else the same once more."""
        follow = self.next._replace(cursor=cursor)
        can_follow = self._trusts_cursors and cursor is not None and follow not in self._asked
        return follow if can_follow and (new or self._below in self._asked) else self._below

    def _since_passed(self, page: list[Seen]) -> End | None:
        """End where the page goes back beyond the window; a page that is not sorted does so only as a whole."""
        times = [post.posted_at for post in page if post.posted_at is not None]
        is_sorted = times == sorted(times, reverse=True)
        oldest = min(times) if times and is_sorted else max(times, default=None)
        if self.query.since is None or oldest is None or oldest >= self.query.since:
            return None
        return End(SINCE_PASSED, "The posts came to be older than since.")

    def _nothing_new(self, *, repeated: bool) -> End | None:
        """End where posts came again though the search went on below them, or page after page has nothing new."""
        if not (repeated and self._below in self._asked) and self._fruitless < self._patience:
            return None
        where = "Nothing was found" if self._lowest is None else f"Nothing new came below post {self._lowest}"
        return End(NOTHING_NEW, f"{where}.")

    @property
    def _below(self) -> Ask:
        """The page below the lowest id; the first page where none came."""
        return Ask(None if self._lowest is None else self._lowest - 1)
