"""A search from end to end: what the archive has, what is asked, and the result. `Client.search` documents it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from spacekit.archive import Archive, looked_up
from spacekit.batch import Run
from spacekit.errors import FetchInterrupted
from spacekit.fetching.batches import latest_of, oldest
from spacekit.fetching.http import SEARCH
from spacekit.fetching.pages import PageWork, SharedPages, Trails
from spacekit.fetching.progress import OnProgress
from spacekit.fetching.queries import Query
from spacekit.fetching.search import Search, Searched
from spacekit.fetching.service import Running
from spacekit.fetching.work import Wanted
from spacekit.words import plural


def search_posts(
    running: Running,
    queries: Sequence[Query],
    store: Archive | None,
    max_age: Any,
    max_posts: int | None,
    report: OnProgress | None,
    put: Callable[[Search], Search],
) -> Search:
    """Return the result of a search; `put` gets it whatever happens, also where an error is raised."""
    service, not_before = running.service, oldest(running.service, max_age)
    mark = 0 if store is None else store.pages.mark()
    trails = Trails(queries, max_posts, store, not_before, latest_of(service))

    def ended(run: Run) -> Search:
        searched = [Searched(trail.query, tuple(trail.pages), trail.end(run.stopped)) for trail in trails]
        return put(Search(searched, run))

    if not trails.open:
        if report:
            report(trails.progress(trails.posts))
        return ended(Run(service.host) if store is None else looked_up(service.host, store.path.name))
    endpoint = service.connected(store)
    place = endpoint.place_of(SEARCH)
    wanted = Wanted(mark, service.now_ms(), mark) if not_before is None else Wanted(mark, not_before)
    work = PageWork(endpoint, trails) if store is None else SharedPages(endpoint, trails, store, wanted)
    search, interrupted = running.run(work, lambda run: ended(run.at(place)), None, report)
    if interrupted:
        raise FetchInterrupted(
            f"Search at {service.host}: interrupted. {plural(search.posts_seen, 'post')} came: see .search or "
            "client.last_search. Run the same again; with archive= it goes on where it stopped.",
            search=search,
        )
    return search
