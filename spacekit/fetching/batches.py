"""A fetch from end to end: what the archive has, what is asked, and the batch of both. `Client.fetch` documents it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from spacekit.archive import SKEW_MS, Archive, Stored, looked_up
from spacekit.arguments import milliseconds, span
from spacekit.batch import Batch, Run
from spacekit.errors import FetchInterrupted
from spacekit.fetching.progress import OnProgress, Progress
from spacekit.fetching.results import batch_of
from spacekit.fetching.service import Running, Service
from spacekit.fetching.sharing import asked_elsewhere
from spacekit.fetching.work import SharedSpaces, Spaces, Wanted
from spacekit.ids import Found
from spacekit.words import plural


def fetch_batch(
    running: Running,
    found: Found,
    store: Archive | None,
    max_age: Any,
    max_requests: int | None,
    report: OnProgress | None,
    put: Callable[[Batch], Batch],
) -> Batch:
    """Return the batch of a fetch; `put` gets it whatever happens, also where an error is raised."""
    service = running.service
    wanted = _wanted_in(service, store, max_age)
    stored = stored_in(service, store, found, max_age)
    missing = [space_id for space_id in found if space_id not in stored]
    failed = sum(kept.outcome.record is None for kept in stored.values())
    already = Progress(len(stored), len(stored) - failed, failed, left=0)
    if not missing:
        run = Run(service.host) if store is None else looked_up(service.host, store.path.name)
        if report:
            report(already)
        return put(batch_of(found, stored, (), run, stored.parts))
    each = report and (lambda progress: report(progress.plus(already)))
    endpoint = service.connected(store)
    work = Spaces(endpoint, missing) if store is None else SharedSpaces(endpoint, missing, store, wanted)

    def ended(run: Run) -> Batch:
        return put(batch_of(found, {**stored, **work.stored}, work.results, run.at(endpoint.place)))

    batch, interrupted = running.run(work, ended, max_requests, each)
    return _unless_interrupted(batch, interrupted, service.host, len(found))


def fetch_due(
    running: Running,
    ids: list[str],
    store: Archive,
    wanted: Wanted,
    max_requests: int | None,
    report: OnProgress | None,
    put: Callable[[Batch], Batch],
) -> Batch:
    """Return the batch of Spaces that are due; those that another run asks for, or got since, are left out."""
    endpoint = running.service.connected(store)
    work = SharedSpaces(endpoint, ids, store, wanted, leave=True)

    def ended(run: Run) -> Batch:
        mine = Found.of(space_id for space_id in ids if space_id not in work.left)
        run = replace(run, place=endpoint.place, held=held_in(store, work.left))
        return put(batch_of(mine, {}, work.results, run))

    batch, interrupted = running.run(work, ended, max_requests, report)
    return _unless_interrupted(batch, interrupted, running.service.host, len(ids) - len(work.left))


def held_in(store: Archive, left: set[str]) -> str | None:
    """Return how many Spaces another run is asking for, and until when it may keep this one from doing so."""
    ends = [until for name, until in store.claims.ends().items() if name in left]
    if not ends:
        return None
    return asked_elsewhere(f"another run is asking for {plural(len(ends), 'Space')}", max(ends))


def _unless_interrupted(batch: Batch, interrupted: bool, host: str, asked: int) -> Batch:
    """Return a batch, or raise it where Ctrl-C came."""
    if interrupted:
        raise FetchInterrupted(
            f"Fetch from {host}: interrupted. {len(batch):,} of {plural(asked, 'Space')} are there: "
            "see .batch or client.last_batch. Run the same again; an archive= pays for nothing twice.",
            batch,
        )
    return batch


def stored_in(service: Service, store: Archive | None, found: Found, max_age: Any) -> Stored:
    """Return the answers of an archive that are young enough."""
    not_before = oldest(service, max_age)
    if store is None or not_before is None:
        return Stored()
    return store.kept(found.ids, not_before, latest_of(service))


def _wanted_in(service: Service, store: Archive | None, max_age: Any) -> Wanted:
    """Return which answers of other runs will do: young enough, and with `max_age` 0 none from before this call."""
    not_before = oldest(service, max_age)
    return Wanted(
        0 if store is None else store.mark(), service.now_ms() if not_before is None else not_before
    )


def latest_of(service: Service) -> int:
    """Return the time up to which an archived answer is not from the future, in epoch milliseconds."""
    return service.now_ms() + SKEW_MS


def oldest(service: Service, max_age: Any) -> int | None:
    """Return the time from which an archived answer will do, in epoch milliseconds; None where none will."""
    age_ms = milliseconds(span("max_age", max_age, advice="; 0 asks again"))
    return service.now_ms() - age_ms if age_ms else None
