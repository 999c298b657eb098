"""The pages of a search: what came of each query, from the archive and from the service. Starts no threads."""

from __future__ import annotations

import secrets
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, NamedTuple

from spacekit.archive import Archive, KeptPage
from spacekit.fetching.answers import Answer, page_of
from spacekit.fetching.decisions import Result
from spacekit.fetching.http import Endpoint, search_path
from spacekit.fetching.paging import LARGEST_PAGE, Ask, End, Paging, Seen
from spacekit.fetching.progress import Progress
from spacekit.fetching.queries import Query
from spacekit.fetching.sharing import Shared, asked_elsewhere
from spacekit.fetching.tasks import Task
from spacekit.fetching.work import Wanted, Work
from spacekit.tables.posts import id_and_time
from spacekit.tables.values import LATEST


class Page(NamedTuple):
    """A page that came; posts are parsed when asked for."""

    body: bytes
    fetched_at: int
    from_archive: bool

    @property
    def size(self) -> int:
        """How many posts it has."""
        return len(self.read()[0])

    def read(self) -> tuple[list[Any], str | None]:
        """Return the posts and the cursor of the next page."""
        return page_of(Answer(200, self.body, None), "")


class _Trail:
    """
    The pages of one query as they come.

    Parameters
    ----------
    query
        The query.
    kept
        Pages of an earlier run that may be used again: the search goes on where that one stopped.

    Attributes
    ----------
    query
        As given.
    paging
        Which page is next, and why none is.
    pages
        What came, in order.
    posts
        How many posts were on these pages.
    failure
        What came in place of a page, where something did.
    """

    def __init__(self, query: Query, kept: Sequence[KeptPage] = ()) -> None:
        self.query = query
        self.restart(kept)

    def restart(self, kept: Sequence[KeptPage]) -> None:
        """Begin again, with pages of an earlier run or of another one."""
        self.paging = Paging(self.query)
        self.pages: list[Page] = []
        self.posts = 0
        self.failure: Result | None = None
        self.number = kept[0].search if kept else secrets.randbits(62)
        self._kept: dict[Ask, deque[KeptPage]] = defaultdict(deque)
        for page in kept:
            self._kept[Ask(None if page.max_id is None else int(page.max_id), page.cursor)].append(page)

    @property
    def is_open(self) -> bool:
        """Whether there is a page to ask for."""
        return self.paging.end is None and self.failure is None

    @property
    def kept(self) -> KeptPage | None:
        """The next page, where it is among those kept."""
        pages = self._kept.get(self.paging.next) if self.is_open else None
        return pages[0] if pages else None

    def replay(self) -> int:
        """Take the next page from those kept; return how many posts it has."""
        page = self._kept[self.paging.next].popleft()
        return self.add(Page(page.body, page.fetched_at, from_archive=True))

    def add(self, page: Page) -> int:
        """Take in the page that was asked for; return how many posts it has."""
        posts, cursor = page.read()
        self.pages.append(page)
        self.posts += len(posts)
        self.paging.turn((Seen(*id_and_time(post)) for post in posts), cursor)
        if self.kept is None and self._kept.get(self.paging.detour or self.paging.next):
            self.paging.take_detour()  # as the earlier run did
        return len(posts)

    def end(self, stopped: str | None) -> End:
        """Return why the query asks for no further page; `stopped` is why the run ended early."""
        if self.paging.end is not None:
            return self.paging.end
        why = stopped or "the run ended"
        if self.failure is None:
            what = "Not asked further" if self.pages else "Not asked"
            return End("not_tried", f"{what} when the run ended: {why}. Run the same again.")
        return End(self.failure.outcome, str(self.failure.error))


class Trails(list[_Trail]):
    """
    The queries of a search, in order, with what came of them.

    Parameters
    ----------
    queries
        Each once.
    max_posts
        Number of posts at which no further page is asked for; None for no limit.
    archive, not_before, not_after
        Where pages that were fetched between these times (epoch milliseconds) are taken from; None for nowhere.
    """

    def __init__(
        self,
        queries: Iterable[Query],
        max_posts: int | None,
        archive: Archive | None,
        not_before: int | None,
        not_after: int = LATEST,
    ) -> None:
        pages = None if archive is None else archive.pages
        super().__init__(
            _Trail(
                query,
                ()
                if pages is None or not_before is None
                else pages.newest(query.key, not_before, not_after=not_after),
            )
            for query in queries
        )
        self.max_posts = max_posts
        # In the order in which the pages arrived: the same limit ends at the same page.
        while not self.full and (kept := [trail for trail in self if trail.kept is not None]):
            min(kept, key=lambda trail: trail.kept.number if trail.kept else 0).replay()
        self.stop_if_full()

    @property
    def posts(self) -> int:
        """How many posts came, from the archive or paid for, repeats included."""
        return sum(trail.posts for trail in self)

    @property
    def full(self) -> bool:
        """Whether enough posts came."""
        return self.max_posts is not None and self.posts >= self.max_posts

    @property
    def open(self) -> list[_Trail]:
        """The queries with a page to ask for."""
        return [trail for trail in self if trail.is_open]

    def progress(self, posts: int) -> Progress:
        """Return the progress when so many posts are there; those left are as many as may come."""
        left = max(0, self.max_posts - posts) if self.open and self.max_posts is not None else 0
        failed = sum(trail.failure is not None for trail in self)
        return Progress(posts + left, posts, failed, left, unit="post")

    def stop_if_full(self) -> None:
        """End the open queries where enough posts came."""
        if self.max_posts is not None and self.full:
            for trail in self.open:
                trail.paging.stop_at(self.max_posts)


@dataclass(slots=True, eq=False)
class _PageTask(Task):
    """One page to ask for."""

    trail: _Trail
    ask: Ask
    posts: int = field(default=0, kw_only=True)
    is_last: bool = field(default=False, kw_only=True)
    """Whether its query has ended with it."""

    @property
    def query(self) -> str:
        """The query as it is sent."""
        return self.trail.query.below(self.ask.max_id)


class PageWork(Work[_PageTask]):
    """
    Pages of posts, for each query one after the other, and of several queries at once.

    While several pages are under way, room is left for them below `max_posts`: it is exceeded by one page at most.

    Parameters
    ----------
    endpoint
        Where.
    trails
        The queries.
    """

    tasks: list[_PageTask]

    def __init__(self, endpoint: Endpoint, trails: Trails) -> None:
        self._endpoint, self._trails = endpoint, trails
        self._waiting: deque[_Trail] = deque()
        self._under_way = 0
        self._largest = LARGEST_PAGE
        self._counted, self._replayed = 0, trails.posts  # one by the writer, one by those who ask
        self.tasks = list(self._begun(self._at_first()))

    def send(self, task: _PageTask) -> Answer:
        """Ask for a page."""
        return self._endpoint.ask(search_path(task.query, task.ask.cursor), f"Search {task.query!r}")

    def read(self, task: _PageTask, answer: Answer) -> None:
        """Raise unless the answer is a page."""
        page_of(answer, task.query)

    def note(self, task: _PageTask, result: Result) -> bool:
        """Note what came in place of a page; there is no second address."""
        task.trail.failure = result if result.error is not None else None
        return False

    def after(self, task: _PageTask) -> Iterable[_PageTask]:
        """Take in a page, and return what may be asked for now."""
        self._under_way -= 1
        result, trail = task.result, task.trail
        if result is not None and _refuses_page(result) and trail.paging.take_detour():
            trail.failure = None
        elif result is not None and result.body is not None and result.error is None:
            task.posts = trail.add(Page(result.body, result.fetched_at, from_archive=False))
            self._largest = max(self._largest, task.posts)
            self._replay(trail)
        task.is_last = not trail.is_open
        return list(self._begun([trail]))

    def keep(self, tasks: Sequence[_PageTask]) -> None:
        """Count the posts that came."""
        self._counted += sum(task.posts for task in tasks)

    def progress(self) -> tuple[Progress, int]:
        """Return the posts that came and are written; each open query takes a request at least."""
        return self._trails.progress(self._counted + self._replayed), len(self._trails.open)

    def _at_first(self) -> list[_Trail]:
        """Return the queries that may be asked for at once."""
        return self._trails.open

    def _begun(self, trails: Iterable[_Trail]) -> Iterator[_PageTask]:
        """Yield a page of each query that waits, these included, while there is room for it."""
        self._waiting.extend(trail for trail in trails if trail.is_open)
        if not self._under_way:
            self._trails.stop_if_full()
        while self._waiting and self._has_room():
            trail = self._waiting.popleft()
            if trail.is_open:
                self._under_way += 1
                yield _PageTask(trail, trail.paging.next)

    def _replay(self, trail: _Trail) -> None:
        """Take the next pages from those kept."""
        while not self._trails.full and trail.kept is not None:
            self._replayed += trail.replay()

    def _has_room(self) -> bool:
        limit = self._trails.max_posts
        return limit is None or self._trails.posts + self._under_way * self._largest < limit


class SharedPages(PageWork):
    """
    Pages that go into an archive, and are shared with the other runs on it: each query is asked for by one of them.

    Parameters
    ----------
    endpoint, trails
        As for `PageWork`.
    archive
        Gets each page before it is counted.
    wanted
        Which pages of other runs will do.
    """

    is_shared = True

    def __init__(self, endpoint: Endpoint, trails: Trails, archive: Archive, wanted: Wanted) -> None:
        self._archive, self._wanted = archive, wanted
        self._unclaimed = {_name(trail): trail for trail in trails.open}
        self._shared = Shared(archive, self._unclaimed)
        self._claimed: list[tuple[_Trail, Sequence[KeptPage]]] = []
        super().__init__(endpoint, trails)

    @property
    def expects(self) -> int:
        """How many queries are not claimed yet."""
        return sum(trail.is_open for trail in self._unclaimed.values())

    @property
    def waits_for(self) -> str | None:
        """The searches that other runs make."""
        words = "another run makes the same search"
        return asked_elsewhere(words, self._shared.until) if self._shared.held else None

    def is_due(self, ready: int) -> bool:
        """Whether to claim more, or to stop waiting because enough posts came."""
        return self._shared.is_due(ready) or (len(self._shared) > 0 and not self.expects)

    def look(self, ready: int) -> None:
        """Claim queries, with the pages that other runs have got since this one began."""
        if not self.expects:
            self._shared.drop(list(self._unclaimed))
        trails = [self._unclaimed[name] for name in self._shared.take(ready)]
        self._claimed = [(trail, self._pages_of_others(trail)) for trail in trails]

    def admit(self) -> Iterable[_PageTask]:
        """Return what may be asked for of the queries that were claimed."""
        claimed, self._claimed = self._claimed, []
        for trail, pages in claimed:
            del self._unclaimed[_name(trail)]
            if pages:
                self._replayed -= trail.posts
                trail.restart(pages)
                self._replay(trail)
        return list(self._begun(trail for trail, _ in claimed)) if claimed else []

    def keep(self, tasks: Sequence[_PageTask]) -> None:
        """Put the pages into the archive; other runs may ask once a query has ended."""
        pages = [task for task in tasks if task.result is not None and task.result.error is None]
        if pages:
            self._archive.pages.add(map(_kept, pages))
        self._shared.release(_name(task.trail) for task in tasks if task.is_last)
        super().keep(tasks)

    def end(self) -> None:
        """Let other runs ask for the rest."""
        self._shared.end()

    def _at_first(self) -> list[_Trail]:
        return []

    def _pages_of_others(self, trail: _Trail) -> Sequence[KeptPage]:
        """Return the pages that will do, where any arrived since this run began."""
        pages = self._archive.pages.newest(trail.query.key, self._wanted.not_before, self._wanted.begun_after)
        return pages if pages and pages[-1].number > self._wanted.mark else ()


def _name(trail: _Trail) -> str:
    """Return what a query is claimed by: no handle or word of it is left in the file."""
    return f"search {blake2b(trail.query.key.encode(errors='surrogatepass'), digest_size=16).hexdigest()}"


def _refuses_page(result: Result) -> bool:
    """Whether an answer may be about this very page, such as an expired cursor: not about the asker, or the pace."""
    return result.error is not None and result.status not in (None, 401, 402, 403, 429)


def _kept(task: _PageTask) -> KeptPage:
    """Return what an archive keeps of a page that came."""
    result, ask, trail = task.result, task.ask, task.trail
    if result is None or result.status is None or result.body is None:
        raise AssertionError(task)
    max_id = None if ask.max_id is None else str(ask.max_id)
    return KeptPage(
        trail.number,
        trail.query.key,
        max_id,
        ask.cursor,
        result.fetched_at,
        result.status,
        result.body,
    )
