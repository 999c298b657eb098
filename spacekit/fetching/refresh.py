"""`refresh` and `watch`: ask again for the Spaces of an archive that are due. When that is, `schedule` decides."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import timedelta
from itertools import count, islice
from typing import Any, Final

import pandas as pd

from spacekit.archive import SKEW_MS, Archive, looked_up, opened
from spacekit.arguments import check_whole, milliseconds, span
from spacekit.batch import Batch
from spacekit.batch.outcomes import ends_run
from spacekit.errors import FetchInterrupted
from spacekit.fetching.client import Client
from spacekit.fetching.progress import OnProgress
from spacekit.fetching.schedule import Schedule, Seen, due, next_due_at
from spacekit.fetching.work import Wanted
from spacekit.fields import FINISHED_STATES
from spacekit.ids import Found
from spacekit.tables import one_instant
from spacekit.words import keyless, show

_UNWRITTEN_MS: Final = 60_000
"""Age up to which the answer of another run may be written only after this one looked at what is due."""
_CHUNK: Final = 5_000
_SHORTEST_WAIT_S: Final = 30.0
"""Between two rounds, so that Spaces that fail or are another run's are not asked without a pause."""


@keyless
def refresh(
    archive: Archive | str | os.PathLike[str],
    *,
    client: Client | None = None,
    schedule: Schedule | None = None,
    max_requests: int | None = None,
    progress: bool | OnProgress = False,
) -> Batch:
    """
    Ask again for every Space of an archive that is due; once, as for cron.

    Several may run at once on one archive: each Space is asked for by one of them. `client.fetch(ids,
    archive=archive)` puts new Spaces into an archive.

    Parameters
    ----------
    archive
        File or open `Archive`.
    client
        None for one with the key from the environment, which is needed only if something is due.
    schedule
        When a Space is due; None for the usual ages, see `Schedule`.
    max_requests
        Maximum number of requests to send; the Spaces left stay due.
    progress
        As for `Client.fetch`.

    Returns
    -------
    batch
        One outcome for each Space that was due and that no other run is asking for, longest overdue first; empty
        if there was none.

    Raises
    ------
    FetchInterrupted
        Ctrl-C; what had been answered is in the archive.
    CredentialsError
        There is no key, and something is due.
    ArchiveError
        There is no such archive, or it cannot be read or written.

    Warns
    -----
    IncompleteWarning
        As `Client.fetch`.

    Examples
    --------
    A day after the newest answer in the archive, one Space is due.

    >>> from datetime import UTC, datetime
    >>> import spacekit as sk
    >>> with sk.Archive("spaces.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    >>> with sk.sandbox(now=lambda: datetime(2026, 6, 2, 12, tzinfo=UTC)) as client:
    ...     sk.refresh("spaces.db", client=client)
    Batch(1 Space, made up; 1 input: 1 ok)
    """
    with opened(archive) as store, _asker(client) as asker:
        return _refresh(store, asker, schedule or Schedule(), max_requests, progress)


@keyless
def watch(
    archive: Archive | str | os.PathLike[str],
    *,
    client: Client | None = None,
    schedule: Schedule | None = None,
    until: Any = None,
    rounds: int | None = None,
    every: str | pd.Timedelta = "5min",
    max_requests: int | None = None,
    progress: bool | OnProgress = False,
    on_round: Callable[[Batch], object] | None = None,
    sleep: Callable[[float], object] = time.sleep,
) -> Batch:
    """
    Refresh an archive again and again, and sleep in between until the next Space is due.

    It ends by itself when no Space will be due any more.

    Parameters
    ----------
    archive, client, schedule, progress
        As for `refresh`.
    until
        When to end: an instant, or a span from now such as "8h"; None for no end.
    rounds
        Maximum number of rounds; None for no end.
    every
        Longest sleep: Spaces that others put into the archive are seen after it.
    max_requests
        Maximum number of requests to send, in all rounds together.
    on_round
        Called with the `Batch` of each round, also of one in which nothing was due.
    sleep
        Waits for a number of seconds.

    Returns
    -------
    batch
        The newest answer of every Space of the archive, as `Archive.latest`.

    Raises
    ------
    FetchInterrupted
        Ctrl-C, also during a sleep; what had been answered is in the archive.
    CredentialsError, NoCreditError
        The service takes no request with this key any more (401, 402).
    ArchiveError
        There is no such archive, or it cannot be read or written.
    ValueError
        `until`, `rounds` or `every` cannot be read.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> import spacekit as sk
    >>> with sk.Archive("spaces.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    >>> with sk.sandbox(now=lambda: datetime(2026, 6, 2, 12, tzinfo=UTC)) as client:
    ...     newest = sk.watch("spaces.db", client=client, rounds=1, on_round=lambda batch: print(repr(batch)))
    Batch(1 Space, made up; 1 input: 1 ok)
    """
    plan = schedule or Schedule()
    longest_s = span("every", every, zero=False).total_seconds()
    if rounds is not None:
        check_whole("rounds", rounds, 1, "; None for no end")
    with opened(archive) as store, _asker(client) as asker:
        end = _end(until, asker)
        for done in count(1):
            batch = _refresh(store, asker, plan, max_requests, progress)
            if on_round is not None:
                on_round(batch)
            if ends_run(batch.counts):
                batch.raise_for_outcomes()
            if max_requests is not None:
                max_requests -= batch.run.requests
            wait_s = _wait_s(
                next_due_at(seen_in(store, asker.now_ms()), plan), asker.now_ms(), longest_s, end
            )
            if wait_s is None or done == rounds or (max_requests is not None and max_requests <= 0):
                break
            _sleep(sleep, wait_s, store)
        return store.latest()


def _refresh(
    store: Archive, client: Client, schedule: Schedule, max_requests: int | None, progress: bool | OnProgress
) -> Batch:
    mark, now = store.mark(), client.now_ms()  # what another run gets from here on is not asked for again
    ids = [entry.space_id for entry in due(seen_in(store, now), now, schedule)]
    if max_requests is not None:
        check_whole("max_requests", max_requests, 0, "; None for no limit")
    if ids:
        batch = client.fetch_due(ids, store, Wanted(mark, now - _UNWRITTEN_MS), max_requests, progress)
        if batch.outcome_rows or batch.run.held:
            return batch
    return Batch([], [], [], looked_up(f"{store.path.name}, nothing due", store.path.name))


def seen_in(store: Archive, now: int) -> Iterator[Seen]:
    """Yield what the archive knows of each Space; an answer from the future came at a time that is not known."""
    rest = iter(store.ids())
    while part := list(islice(rest, _CHUNK)):
        first = store.first_fetched_at(part)
        entries = [
            replace(entry, first_seen_at=first.get(entry.space_id))
            for entry in _newest(store, part, now + SKEW_MS)
        ]
        finished = _first_finished(store, [entry.space_id for entry in entries if _lacks_end(entry)])
        yield from (replace(entry, first_finished_at=finished.get(entry.space_id)) for entry in entries)


def _newest(store: Archive, ids: Sequence[str], not_after: int) -> Iterator[Seen]:
    """Yield what the newest answer about each Space says; a value that a table could not read is not known."""
    batch = store.latest(Found.of(ids))
    spaces = batch.spaces
    instants = {name: _milliseconds(spaces[name]) for name in ("scheduled_start", "started_at", "ended_at")}
    states = [None if pd.isna(state) else state for state in spaces["state"]]
    for entry in batch.outcome_rows:
        if entry.space_id is None or entry.outcome == "not_tried":
            continue  # forgotten meanwhile
        is_known = entry.fetched_at is not None and entry.fetched_at <= not_after
        asked_at = (entry.fetched_at if is_known else None) or 0  # long ago: it is due
        seen = Seen(entry.space_id, asked_at, gone=entry.outcome == "not_found")
        if (row := entry.record) is not None:
            times: dict[str, Any] = {name: column[row] for name, column in instants.items()}
            seen = replace(seen, state=states[row], **times)
        yield seen


def _milliseconds(column: pd.Series) -> list[int | None]:
    pairs = zip(column.astype("int64").tolist(), column.isna(), strict=True)
    return [None if missing else number for number, missing in pairs]


def _lacks_end(entry: Seen) -> bool:
    return entry.ended_at is None and (entry.state or "").lower() in FINISHED_STATES


def _first_finished(store: Archive, ids: list[str]) -> dict[str, int]:
    """When each of these Spaces was first seen finished."""
    if not ids:
        return {}
    table = store.observations(Found.of(ids))
    table = table[table["state"].str.lower().isin(FINISHED_STATES)]
    first = table.groupby("space_id")["fetched_at"].min()
    return dict(zip(first.index, first.astype("int64").tolist(), strict=True))


def _wait_s(next_at: int | None, now: int, longest_s: float, end: int | None) -> float | None:
    """Return the seconds to sleep before the next round; None if this was the last."""
    if next_at is None or (end is not None and now >= end):
        return None
    wait_s = min(max((next_at - now) / 1000, _SHORTEST_WAIT_S), longest_s)
    return wait_s if end is None else min(wait_s, (end - now) / 1000)


def _sleep(sleep: Callable[[float], object], seconds: float, store: Archive) -> None:
    try:
        sleep(seconds)
    except KeyboardInterrupt:
        raise FetchInterrupted(
            f"Watch of {store.path}: interrupted while it slept. All answers are in the archive.",
            store.latest(),
        ) from None


def _end(until: Any, client: Client) -> int | None:
    """Read `until`: a span from now, or an instant."""
    if until is None:
        return None
    if isinstance(until, str | timedelta):
        with suppress(ValueError):
            return client.now_ms() + milliseconds(span("until", until))
    try:
        return one_instant(until)
    except ValueError:
        raise ValueError(f"until: got {until!r}. Use an instant, or a span of time such as '8h'.") from None


def _asker(client: Client | None) -> AbstractContextManager[Client]:
    """Return the Client to ask with; only one that was made here is closed in the end."""
    if client is None:
        return Client()
    if not isinstance(client, Client):
        raise TypeError(
            f"client: {show(client)} is no Client. Pass sk.Client(...), or None for the usual one."
        )
    return nullcontext(client)
