"""`Client`: the face of fetching. It checks arguments, plans, fetches one Space or many, and can be stopped."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any, Final, Self
from urllib.parse import urlsplit

from spacekit.archive import Archive, Stored, looked_up, opened
from spacekit.arguments import check_number, check_whole, milliseconds, span
from spacekit.batch import Batch, Run, warn_if_incomplete
from spacekit.errors import FetchInterrupted, ServiceError
from spacekit.fetching.card import card_of
from spacekit.fetching.decisions import BACKOFF_S
from spacekit.fetching.http import Endpoint
from spacekit.fetching.pacing import Pacer, log_for
from spacekit.fetching.plan import Plan
from spacekit.fetching.progress import OnProgress, Progress, shown
from spacekit.fetching.results import batch_of
from spacekit.fetching.run import Fetcher, Settings
from spacekit.ids import Found, check_id, find_ids
from spacekit.tables.values import epoch_ms
from spacekit.words import Card, Carded, plural

_BASE_URL: Final = "https://api.socialdata.tools"
KEY_NAME: Final = "SOCIALDATA_API_KEY"


class Client(Carded):
    """
    Asks the SocialData API for Spaces; a context manager.

    Parameters
    ----------
    api_key
        None: `SOCIALDATA_API_KEY` from the environment, which may also be set later, until the first request.
    base_url
        Address of the service.
    requests_per_minute
        Maximum number of requests in any 61 s, over all Clients of the process with this key; None for no limit.
    workers
        Maximum number of requests under way at the same time.
    timeout_s
        Seconds in which an answer must be whole.
    attempts
        Maximum number of requests for a Space that gets no useful answer. (A confirmed 404 counts once.)
    price_per_request
        For the cost in `plan`, in any currency.
    now
        Returns the time of fetching, with its zone; None for the computer's clock. Waits do not depend on it.
    backoff_s
        Seconds, roughly, to wait after a first useless answer; later waits are multiples of it.

    Attributes
    ----------
    last_batch
        The newest result of `fetch`, even if it was interrupted or failed; None before the first.

    Raises
    ------
    ValueError
        An argument is out of its range.
    CredentialsError
        The key cannot be right, or would travel unencrypted.

    Notes
    -----
    One `fetch` at a time; `get` may be called from many threads, and `cancel` from any.

    Examples
    --------
    The sandbox is a Client of made-up Spaces on this machine; `sk.Client()` takes your key from the environment.
    >>> import spacekit as sk
    >>> ids = ["1jMJgLdenVjxL", "1SAMPLEnever0", "no id"]
    >>> with sk.sandbox() as client:  # closed at the end
    ...     plan = client.plan(ids)
    ...     batch = client.fetch(ids, progress=False)
    ...     client.cancel()  # in another thread, it ends a fetch
    ...     record = client.get("1jMJgLdenVjxL")
    >>> plan
    Plan(asked=3, duplicates=0, invalid=1, fresh=0, to_fetch=2, seconds=0.0, cost=None)
    >>> batch
    Batch(1 Space, made up; 3 inputs: 1 ok, 1 invalid, 1 not_found)
    >>> record["total_live_listeners"]
    435271
    """

    def __init__(
        self,
        api_key: str | None = None,
        base_url: str = _BASE_URL,
        requests_per_minute: int | None = 120,
        workers: int = 8,
        timeout_s: float = 30.0,
        attempts: int = 5,
        price_per_request: float | None = None,
        *,
        now: Callable[[], datetime] | None = None,
        backoff_s: float = BACKOFF_S,
    ) -> None:
        if requests_per_minute is not None:
            check_whole("requests_per_minute", requests_per_minute, 1, "; None for no limit")
        check_whole("workers", workers, 1)
        check_whole("attempts", attempts, 1)
        check_number("timeout_s", timeout_s, zero=False)
        check_number("backoff_s", backoff_s)
        if price_per_request is not None:
            check_number("price_per_request", price_per_request)
        self.base_url, self.requests_per_minute, self.timeout_s = base_url, requests_per_minute, timeout_s
        self.price_per_request = price_per_request
        self.last_batch: Batch | None = None
        self._has_own_clock = now is not None
        self._now = now or (lambda: datetime.now(UTC))
        self._settings = Settings(workers, attempts, backoff_s, self.now_ms)
        self._pacer = Pacer(requests_per_minute)
        self._endpoint: Endpoint | None = None
        self._closed = self._cancelled = False
        self._lock = threading.Lock()
        self._fetching = threading.Lock()
        self._fetcher: Fetcher | None = None
        if api_key is not None or os.environ.get(KEY_NAME):
            self._connect(api_key)

    def __repr__(self) -> str:
        limit = "no limit" if self.requests_per_minute is None else f"{self.requests_per_minute} a minute"
        key = "no API key yet" if self._endpoint is None else "API key set"
        return f"Client({self.base_url!r}, {limit}, {key}{', closed' if self._closed else ''})"

    def _card(self) -> Card:
        return card_of(self, has_key=self._endpoint is not None, closed=self._closed)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Closing twice is no error; a closed Client fetches nothing more."""
        self._closed = True
        self.cancel()
        if self._endpoint is not None:
            self._endpoint.close()

    def cancel(self) -> None:
        """
        End the running `fetch`, from any thread. Does nothing when none is running.

        The `fetch` returns within a second with what had been answered, and warns; the rest is `not_tried`.
        """
        with self._lock:
            self._cancelled = True
            if self._fetcher is not None:
                self._fetcher.stop("cancelled")

    def get(self, space: str) -> dict[str, Any]:
        """
        Return one Space.

        Parameters
        ----------
        space
            Its id or a link to it.

        Returns
        -------
        record
            The JSON object, unchanged.

        Raises
        ------
        InvalidIdError
            `space` is neither id nor link (nothing is sent), or the service refuses it (422).
        CredentialsError, NoCreditError, ForbiddenError, SpaceNotFoundError
            Status 401 or no key, 402, 403, 404.
        ServiceError
            No useful answer after all attempts.
        DataError
            The answer is not what is documented.
        """
        fetcher = self._new_fetcher([check_id(space)])
        fetcher.run()
        (task,) = fetcher.queue.tasks
        if (result := task.result) is None:
            raise ServiceError(f"Space {task.space_id!r}: no answer: {fetcher.queue.stopped}. Ask again.")
        if result.error is not None:
            raise result.error
        record: dict[str, Any] = json.loads(result.body or b"")
        return record

    def plan(
        self, ids: Any, archive: Archive | str | os.PathLike[str] | None = None, max_age: Any = "1h"
    ) -> Plan:
        """
        Return what `fetch` with the same arguments would do, take and cost. Sends nothing, and needs no key.

        Parameters
        ----------
        ids, archive, max_age
            As for `fetch`. An archive that does not exist yet is not made.

        Returns
        -------
        plan
            Spaces to fetch, seconds and cost, and why an input is invalid; a notebook shows it as a card.
        """
        found = find_ids(ids)
        with _opened(archive) as store:
            stored = self._stored(store, found, max_age)
        ids_to_fetch = tuple(space_id for space_id in found if space_id not in stored)
        price = self.price_per_request
        return Plan(
            asked=len(found.entries),
            duplicates=len(found.duplicates),
            invalid=len(found.rejected),
            rejected=tuple(found.rejected),
            fresh=len(stored),
            to_fetch=len(ids_to_fetch),
            seconds=self._pacer.seconds_for(len(ids_to_fetch), time.monotonic()),
            cost=None if price is None else price * len(ids_to_fetch),
            ids_to_fetch=ids_to_fetch,
        )

    def fetch(
        self,
        ids: Any,
        archive: Archive | str | os.PathLike[str] | None = None,
        max_age: Any = "1h",
        max_requests: int | None = None,
        progress: bool | OnProgress = True,
    ) -> Batch:
        """
        Ask for many Spaces.

        Parameters
        ----------
        ids
            Whatever `find_ids` takes: text, a list, a Series, a file.
        archive
            File or open `Archive` that keeps every answer. Answers younger than `max_age` come from it.
        max_age
            Age up to which an archived answer will do, such as "1h" or "7D"; 0 asks for all again.
        max_requests
            Maximum number of requests to send; the Spaces left are `not_tried`.
        progress
            Whether to show a bar; or a function to call with a `Progress` instead.

        Returns
        -------
        batch
            One outcome for each input, in the order given, whatever happened; the Spaces, and tables of them.

        Raises
        ------
        FetchInterrupted
            Ctrl-C; what had been answered is in its `.batch` and in the archive.
        CredentialsError
            There is no key, and something to ask for.
        ArchiveError
            The archive cannot be read or written; what had been answered is in `last_batch`.

        Warns
        -----
        IncompleteWarning
            Once, where another run could get more: stopped early, or Spaces that got no useful answer.
        """
        batch = self.fetch_without_warning(ids, archive, max_age, max_requests, progress)
        warn_if_incomplete(batch)
        return batch

    def fetch_without_warning(
        self, ids: Any, archive: Any, max_age: Any, max_requests: Any, progress: Any
    ) -> Batch:
        """Do what `fetch` does, without its warning: for a form, which says itself what is missing."""
        found = find_ids(ids)
        if max_requests is not None:
            check_whole("max_requests", max_requests, 0, "; None for no limit")
        with self._only_fetch(), _opened(archive) as store, shown(progress) as report:
            stored = self._stored(store, found, max_age)
            missing = [space_id for space_id in found if space_id not in stored]
            failed = sum(kept.outcome.record is None for kept in stored.values())
            already = Progress(len(stored), len(stored) - failed, failed, left=0)
            if not missing:
                run = Run(self._host) if store is None else looked_up(self._host, store.path.name)
                self.last_batch = batch_of(found, stored, (), run, stored.parts)
                if report:
                    report(already)
                return self.last_batch
            if store is not None:
                store.make()
            each = report and (lambda progress: report(progress.plus(already)))
            fetcher = self._new_fetcher(missing, max_requests=max_requests, archive=store, on_progress=each)
            return self._run(fetcher, found, stored)

    def now_ms(self) -> int:
        """Return the time by the clock that dates the answers, in epoch milliseconds."""
        return epoch_ms(self._now())

    def _run(self, fetcher: Fetcher, found: Found, stored: Stored) -> Batch:
        started, interrupted = time.monotonic(), False
        with self._lock:
            self._fetcher = fetcher
            if self._cancelled:
                fetcher.stop("cancelled")
        try:
            fetcher.run()
        except KeyboardInterrupt:
            interrupted = True
        finally:
            # With a clock of its own, a Client shows the same each time: the time taken would differ.
            seconds = None if self._has_own_clock else time.monotonic() - started
            place = self._endpoint.place if self._endpoint else ""
            run = Run(self._host, fetcher.queue.sent, seconds, fetcher.queue.stopped, place=place)
            self.last_batch = batch = batch_of(found, stored, fetcher.queue.tasks, run)
        if interrupted:
            raise FetchInterrupted(
                f"Fetch from {self._host}: interrupted. {len(batch):,} of {plural(len(found), 'Space')} are there: "
                "see .batch or client.last_batch. Run the same again; an archive= pays for nothing twice.",
                batch,
            )
        return batch

    def _stored(self, store: Archive | None, found: Found, max_age: Any) -> Stored:
        age_ms = milliseconds(span("max_age", max_age, advice="; 0 asks again"))
        return Stored() if store is None or age_ms == 0 else store.kept(found.ids, self.now_ms() - age_ms)

    def _new_fetcher(self, ids: list[str], **options: Any) -> Fetcher:
        if self._closed:
            raise RuntimeError("Client: it is closed. Make a new one.")
        with self._lock:
            endpoint = self._endpoint or self._connect(None)
        return Fetcher(ids, endpoint, self._pacer, self._settings, **options)

    def _connect(self, api_key: str | None) -> Endpoint:
        """Read the key; from here on only the endpoint knows it."""
        key = api_key if api_key is not None else os.environ.get(KEY_NAME) or None
        self._endpoint = Endpoint(self.base_url, key, self.timeout_s)
        self._pacer = Pacer(self.requests_per_minute, log_for(urlsplit(self.base_url).netloc, key or ""))
        return self._endpoint

    @contextmanager
    def _only_fetch(self) -> Iterator[None]:
        if not self._fetching.acquire(blocking=False):
            raise RuntimeError(
                "Client: a fetch is running already. Wait for it, cancel() it, or make a second Client."
            )
        try:
            self._cancelled = False
            yield
        finally:
            self._fetcher = None
            self._fetching.release()

    @property
    def _host(self) -> str:
        return urlsplit(self.base_url).netloc if self._endpoint is None else self._endpoint.host


def fetch(
    ids: Any,
    archive: Archive | str | os.PathLike[str] | None = None,
    max_age: Any = "1h",
    max_requests: int | None = None,
    progress: bool | OnProgress = True,
) -> Batch:
    """
    Ask for many Spaces, with the key from the environment (`SOCIALDATA_API_KEY`); see `Client.fetch`.

    Parameters
    ----------
    ids, archive, max_age, max_requests, progress
        As for `Client.fetch`.

    Returns
    -------
    batch
        One outcome for each input; the Spaces, and tables of them.

    Examples
    --------
    What an archive has needs no key, and is not paid for again.

    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     first = client.fetch("1jMJgLdenVjxL", archive="spaces.db", progress=False)
    >>> sk.fetch("1jMJgLdenVjxL", archive="spaces.db", max_age="3650D", progress=False)
    Batch(1 Space; 1 input: 1 archived)
    """
    with Client() as client:
        return client.fetch(ids, archive, max_age, max_requests, progress)


def _opened(archive: Archive | str | os.PathLike[str] | None) -> AbstractContextManager[Archive | None]:
    return nullcontext() if archive is None else opened(archive)
