"""`Search`: the posts that came of a search, and the Spaces that they announce. Asks nothing."""

from __future__ import annotations

import math
import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from spacekit.batch import Run
from spacekit.batch.lines import write_lines
from spacekit.errors import IncompleteWarning, warn
from spacekit.fetching.pages import Page
from spacekit.fetching.paging import MAX_POSTS, NOTHING_NEW, SINCE_PASSED, End
from spacekit.fetching.queries import Query
from spacekit.fields import MADE_UP_PREFIX
from spacekit.ids import Found
from spacekit.ids.posts import spaces_of_post
from spacekit.tables import as_text, from_rows
from spacekit.tables.posts import Announcement, id_and_time, posts_of
from spacekit.tables.rounded import rounded
from spacekit.words import (
    Card,
    Carded,
    Prose,
    even_half_made,
    listed,
    more_in,
    period,
    plural,
    shortened,
    were,
)

VISIBLE_ONLY: Final = "Only Spaces announced in posts that are still visible can be found."

_ENDS: Final[Mapping[str, str]] = {
    NOTHING_NEW: "nothing new came",
    SINCE_PASSED: "its posts came to be older than since",
    MAX_POSTS: "the limit of posts was reached (max_posts)",
    "forbidden": "the API key may not make it",
    "not_found": "there is no search at this address",
    "rejected": "the service does not take it",
    "not_tried": "the run ended first",
    "failed": "no useful answer came",
    "no_credit": "the account has too few credits",
    "unauthorized": "the API key is not accepted",
}
"""Why a query asked for no further page, the gravest last."""
_BY_ITSELF: Final = (NOTHING_NEW, SINCE_PASSED)
_WIDTH: Final = 60
_SHOWN: Final = 5  # posts on a card


class Searched(NamedTuple):
    """What came of one query."""

    query: Query
    pages: Sequence[Page]
    end: End


class _Post(NamedTuple):
    """A post that came: the place of its query, and what matters of it."""

    place: int
    post: Any
    post_id: str | None
    posted_at: int | None
    space_ids: Sequence[str]


@dataclass(slots=True)
class _Row:
    """A row of `queries`."""

    query: str
    posts: int
    pages: int
    spaces: int
    from_archive: bool
    ended: str
    message: str


class Search(Carded):
    """
    What a search found: posts that announce Spaces, and the ids of these. Made by `Client.search`.

    Iterating yields the ids, `len` counts them: `Client.fetch`, `Client.plan` and `find_ids` take a Search as it is. It
    stays as it came: each table and list that you ask for is a copy of your own.

    Parameters
    ----------
    searched
        What came of each query.
    run
        Facts of the run.

    Attributes
    ----------
    searched, run
        As given.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     found = client.search("sample_archive", progress=False)
    ...     batch = client.fetch(found, progress=False)
    >>> len(found) == len(found.ids) and found.complete
    True
    """

    def __init__(self, searched: Sequence[Searched], run: Run) -> None:
        self.searched = tuple(searched)
        self.run = run

    # The Spaces

    @property
    def ids(self) -> list[str]:
        """The Spaces, each once, in the order in which they were first announced; those of unknown time last."""
        return list(self._ids)

    @cached_property
    def _ids(self) -> list[str]:
        first: dict[str, tuple[float, int, str]] = {}
        for post in self._announcements:
            order = _order(post)
            for space_id in post.space_ids:
                first[space_id] = min(order, first.get(space_id, order))
        return sorted(first, key=lambda space_id: first[space_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, space_id: object) -> bool:
        return space_id in self._ids

    @property
    def found(self) -> Found:
        """The ids as `find_ids` returns them: each came from a link, so that a short one is no typing error."""
        return Found.of(self.ids)

    # The tables

    @property
    def posts(self) -> pd.DataFrame:
        """One row for each post and Space that it links to, by query, then as they came, newest first."""
        return self._tables[0].copy()

    @property
    def problems(self) -> pd.DataFrame:
        """One row a value of these posts that could not be read; `record` is the post's place in `to_jsonl`."""
        return self._tables[1].copy()

    @property
    def queries(self) -> pd.DataFrame:
        """One row a query: what came of it, and why it ended."""
        return self._queries.copy()

    @cached_property
    def _queries(self) -> pd.DataFrame:
        return from_rows("queries", self._rows)

    # How it went

    @property
    def complete(self) -> bool:
        """Whether every query ended by itself: not at `max_posts`, without credit, or for a failure."""
        return all(one.end.ended in _BY_ITSELF for one in self.searched)

    @property
    def posts_seen(self) -> int:
        """How many posts came, each once, from the service or the archive."""
        return len(self._came)

    @cached_property
    def posts_paid_for(self) -> int:
        """How many posts the service sent in this run; it charges for each, also where one comes twice."""
        return sum(page.size for one in self.searched for page in one.pages if not page.from_archive)

    @property
    def from_archive(self) -> bool:
        """Whether all pages came from the archive, so that nothing was asked or paid for."""
        pages = [page for one in self.searched for page in one.pages]
        return _all_archived(pages) and not self.run.requests

    @property
    def made_up(self) -> bool:
        """Whether any of the Spaces is one of the made-up ones that spacekit ships."""
        return any(space_id.startswith(MADE_UP_PREFIX) for space_id in self._ids)

    @property
    def ends(self) -> dict[str, int]:
        """How many queries ended for each reason, the gravest last."""
        counts = Counter(one.end.ended for one in self.searched)
        return {ended: counts[ended] for ended in _ENDS if ended in counts}

    def report(self) -> Prose:
        """
        Return a paragraph for the methods section of a paper.

        Returns
        -------
        text
            Plain English, a paragraph in a notebook: what was searched for and when, how many posts came and were paid
            for, how many Spaces they link to, why each query ended, and what a search cannot find.
        """
        queries = ", ".join(f"“{one.query.text}”" for one in self.searched)
        n = len(self.searched)
        asked = f"{plural(n, 'query').replace('querys', 'queries')} for posts on X ({queries})"
        made = f"{asked} {were(n)} made {self._when}, through {self.run.place}."
        return Prose(" ".join([made, *self._sentences(), VISIBLE_ONLY]))

    def to_jsonl(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the posts as they came, one a line, each once, also those without a Space.

        Parameters
        ----------
        path
            File to write; compressed if it ends in `.gz`. Replaced only when all is written.

        Returns
        -------
        path
            Path of the file. `find_ids` finds the Spaces in it.
        """
        return write_lines(path, (as_text(post.post) for post in self._came))

    @even_half_made
    def __repr__(self) -> str:
        made_up = ", made up" if self.made_up else ""
        paid = "from the archive" if self.from_archive else f"{self.posts_paid_for:,} paid for"
        state = "complete" if self.complete else f"incomplete: {listed(self.ends)}"
        return f"Search({plural(len(self), 'Space')}{made_up}; {plural(self.posts_seen, 'post')}, {paid}; {state})"

    def _card(self) -> Card:
        facts = [
            (shortened(one.query.text, _WIDTH), _outcome(row))
            for one, row in zip(self.searched, self._rows, strict=True)
        ]
        paid = f"{plural(self.posts_paid_for, 'post')} paid for"
        return Card(
            plural(len(self), "Space"),
            f" in {plural(self.posts_seen, 'post')}, searched {self._when}",
            facts,
            grid=rounded(self.posts.head(_SHOWN)).columns() if self.ids else (),
            more=more_in("found.posts", len(self.posts), _SHOWN) if self.ids else "",
            notes=["; ".join([f"source: {self.run.source}", paid, *self.run.facts()]), VISIBLE_ONLY],
            then=["client.fetch(found)", "found.posts"] if self.ids else ["found.queries"],
            made_up=self.made_up,
        )

    # Inside

    @cached_property
    def _came(self) -> list[_Post]:
        """Every post that came, each once; what has no id is kept as it is."""
        posts: list[_Post] = []
        seen: set[str] = set()
        for place, one in enumerate(self.searched):
            for post in (post for page in one.pages for post in page.read()[0]):
                post_id, posted_at = id_and_time(post)
                if post_id is None or post_id not in seen:
                    spaces = spaces_of_post(post) if isinstance(post, dict) else []
                    posts.append(_Post(place, post, post_id, posted_at, list(dict.fromkeys(spaces))))
                    seen.update({post_id} if post_id is not None else ())
        return posts

    @cached_property
    def _announcements(self) -> list[_Post]:
        """The posts that link to a Space, and were posted in the time asked for."""
        return [post for post in self._came if post.space_ids and self._covers(post)]

    def _covers(self, post: _Post) -> bool:
        return self.searched[post.place].query.covers(post.posted_at)

    @cached_property
    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return posts_of(
            [
                Announcement(number, post.post, post.space_ids, self.searched[post.place].query.text)
                for number, post in enumerate(self._came)
                if post.space_ids and self._covers(post)
            ]
        )

    @cached_property
    def _rows(self) -> list[_Row]:
        posts = Counter(post.place for post in self._came)
        spaces: dict[int, set[str]] = defaultdict(set)
        for post in self._announcements:
            spaces[post.place].update(post.space_ids)
        return [
            _Row(
                query.text, posts[place], len(pages), len(spaces[place]), _all_archived(pages), *astuple(end)
            )
            for place, (query, pages, end) in enumerate(self.searched)
        ]

    @property
    def _when(self) -> str:
        times = [page.fetched_at for one in self.searched for page in one.pages]
        if not times:
            return "without an answer"
        words = period(min(times), max(times))
        return f"from {words}" if " to " in words else f"at {words}"

    def _sentences(self) -> Iterator[str]:
        """Yield what came, and why it ended."""
        without = sum(not post.space_ids for post in self._came)
        outside = sum(not self._covers(post) for post in self._came)
        paid = plural(self.posts_paid_for, "post") if self.posts_paid_for else "none"
        yield f"{plural(self.posts_seen, 'post')} came; {paid} {were(self.posts_paid_for)} paid for in this run."
        yield f"The posts link to {plural(len(self), 'Space')}."
        if without:
            yield f"{plural(without, 'post')} link{'s' if without == 1 else ''} to no Space."
        if outside:
            yield f"{plural(outside, 'post')} outside the time asked for {'is' if outside == 1 else 'are'} left out."
        if len(self.problems):
            yield f"{plural(len(self.problems), 'value')} in them could not be read."
        for ended, number in self.ends.items():
            yield f"{number:,} quer{'y' if number == 1 else 'ies'} ended because {_ENDS[ended]}."


def _all_archived(pages: Sequence[Page]) -> bool:
    """Whether there are pages, and all came from the archive."""
    return bool(pages) and all(page.from_archive for page in pages)


def _outcome(row: _Row) -> str:
    """Return what came of a query, in words."""
    return f"{plural(row.spaces, 'Space')} in {plural(row.posts, 'post')}; {_ENDS[row.ended]}"


def _order(post: _Post) -> tuple[float, int, str]:
    """Return what sorts posts by time, then by id."""
    post_id = post.post_id or ""
    time = math.inf if post.posted_at is None else post.posted_at
    return time, len(post_id), post_id


def warn_if_unfinished(search: Search) -> None:
    """Warn once where a search did not come to its end."""
    if search.complete:
        return
    kinds = {ended: number for ended, number in search.ends.items() if ended not in _BY_ITSELF}
    worst = next(one for one in search.searched if one.end.ended == list(kinds)[-1])
    of = f"of {len(search.searched):,} quer{'y' if len(search.searched) == 1 else 'ies'}"
    words = f"{search.run.source}: search: {listed(kinds)}, {of}. {worst.end.message}"
    warn(words, IncompleteWarning)
