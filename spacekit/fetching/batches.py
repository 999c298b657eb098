"""A fetch from end to end: what the archive has, what is asked, and the batch of both. `Client.fetch` documents it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacekit.archive import Archive, Stored, looked_up
from spacekit.arguments import milliseconds, span
from spacekit.batch import Batch, Run
from spacekit.errors import FetchInterrupted
from spacekit.fetching.progress import OnProgress, Progress
from spacekit.fetching.results import batch_of
from spacekit.fetching.service import Service
from spacekit.fetching.work import Spaces
from spacekit.ids import Found
from spacekit.words import plural


def fetch_batch(
    service: Service,
    found: Found,
    store: Archive | None,
    max_age: Any,
    max_requests: int | None,
    report: OnProgress | None,
    put: Callable[[Batch], Batch],
) -> Batch:
    """Return the batch of a fetch; `put` gets it whatever happens, also where an error is raised."""
    stored = stored_in(service, store, found, max_age)
    missing = [space_id for space_id in found if space_id not in stored]
    failed = sum(kept.outcome.record is None for kept in stored.values())
    already = Progress(len(stored), len(stored) - failed, failed, left=0)
    if not missing:
        run = Run(service.host) if store is None else looked_up(service.host, store.path.name)
        if report:
            report(already)
        return put(batch_of(found, stored, (), run, stored.parts))
    if store is not None:
        store.make()
    each = report and (lambda progress: report(progress.plus(already)))
    endpoint = service.connected()
    work = Spaces(endpoint, missing, store)

    def ended(run: Run) -> Batch:
        return put(batch_of(found, stored, work.tasks, run.at(endpoint.place)))

    batch, interrupted = service.run(work, ended, max_requests, each)
    if interrupted:
        raise FetchInterrupted(
            f"Fetch from {service.host}: interrupted. {len(batch):,} of {plural(len(found), 'Space')} are there: "
            "see .batch or client.last_batch. Run the same again; an archive= pays for nothing twice.",
            batch,
        )
    return batch


def stored_in(service: Service, store: Archive | None, found: Found, max_age: Any) -> Stored:
    """Return the answers of an archive that are young enough."""
    not_before = oldest(service, max_age)
    return Stored() if store is None or not_before is None else store.kept(found.ids, not_before)


def oldest(service: Service, max_age: Any) -> int | None:
    """Return the time from which an archived answer will do, in epoch milliseconds; None where none will."""
    age_ms = milliseconds(span("max_age", max_age, advice="; 0 asks again"))
    return service.now_ms() - age_ms if age_ms else None
