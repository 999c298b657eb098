"""The service that a Client asks: its address, key, pace and clock; and its runs, which can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from spacekit.archive import Archive
from spacekit.arguments import check_number, check_whole
from spacekit.batch import Run
from spacekit.errors import ServiceError
from spacekit.fetching.clock import Clock
from spacekit.fetching.forks import renew_after_fork
from spacekit.fetching.http import Endpoint, checked_url
from spacekit.fetching.interrupts import held
from spacekit.fetching.pacing import Pacer, log_for
from spacekit.fetching.progress import OnProgress
from spacekit.fetching.run import Fetcher, Settings
from spacekit.fetching.work import Work
from spacekit.words import Key

_R = TypeVar("_R")


class Service:
    """
    Where requests go, and how: shared by all that a Client does. The parameters are those of `Client`.

    Attributes
    ----------
    base_url, requests_per_minute
        As given.
    endpoint
        Knows the key; None until there is one.
    """

    def __init__(
        self,
        api_key: Key | None,
        base_url: str,
        requests_per_minute: int | None,
        workers: int,
        timeout_s: float,
        attempts: int,
        now: Callable[[], datetime] | None,
        backoff_s: float,
    ) -> None:
        if requests_per_minute is not None:
            check_whole("requests_per_minute", requests_per_minute, 1, "; None for no limit")
        check_whole("workers", workers, 1)
        check_whole("attempts", attempts, 1)
        check_number("timeout_s", timeout_s, zero=False)
        check_number("backoff_s", backoff_s)
        checked_url(base_url)
        self.base_url, self.requests_per_minute, self._timeout_s = base_url, requests_per_minute, timeout_s
        self.clock = Clock(now)
        self._settings = Settings(workers, attempts, backoff_s, self.clock)
        self._pacer = Pacer(requests_per_minute)
        self.endpoint: Endpoint | None = None
        self.closed = False
        self._lock = threading.Lock()
        self._runs: set[Running] = set()
        renew_after_fork(self)
        if api_key is not None or Key.in_environment() is not None:
            self._connect(api_key)

    def renew(self) -> None:
        """Forget the runs, which go on in the parent of this process."""
        self._lock, self._runs = threading.Lock(), set()

    @property
    def host(self) -> str:
        """Who is asked, for messages."""
        return urlsplit(self.base_url).netloc if self.endpoint is None else self.endpoint.host

    def now_ms(self) -> int:
        """Return the time by the clock that dates the answers, in epoch milliseconds."""
        return self.clock.now_ms()

    def seconds_for(self, requests: int) -> float:
        """Return the least time until a number of requests are sent."""
        return self._pacer.seconds_for(requests, time.monotonic())

    def connected(self, archive: Archive | None = None) -> Endpoint:
        """
        Return the endpoint; the key is read now, where it was not before.

        Raises
        ------
        SpacekitError
            The clock is plainly wrong.

        Warns
        -----
        ClockWarning
            The clock is behind what is in the archive that answers go into.
        """
        if self.closed:
            raise RuntimeError("Client: it is closed. Make a new one.")
        self.clock.check()
        self.clock.compare_with(archive)
        self.clock.tell()
        with self._lock:
            return self.endpoint or self._connect(None)

    def close(self) -> None:
        """Stop, and close the connections."""
        self.closed = True
        self.cancel()
        if self.endpoint is not None:
            self.endpoint.close()

    def cancel(self) -> None:
        """Stop all runs, from any thread."""
        with self._lock:
            runs = list(self._runs)
        for run in runs:
            run.cancel()

    @contextmanager
    def running(self) -> Iterator[Running]:
        """Yield a run, which `cancel` stops from now on."""
        run = Running(self)
        with self._lock:
            self._runs.add(run)
        try:
            yield run
        finally:
            with self._lock:
                self._runs.discard(run)

    def fetcher(self, work: Work[Any], **options: Any) -> Fetcher:
        """Return what asks for some work at the pace of this service."""
        return Fetcher(work, self._pacer, self._settings, **options)

    def ask(self, work: Work[Any], what: str) -> bytes:
        """
        Ask for one small thing, also beside a run; return the body of its answer.

        Raises
        ------
        SpacekitError
            What the answer means, or that there is none.
        """
        fetcher = self.fetcher(work)
        fetcher.run()
        result = fetcher.queue.tasks[0].result
        if result is None:
            raise ServiceError(f"{what}: no answer: {fetcher.queue.stopped}. Ask again.")
        if result.error is not None:
            raise result.error
        return result.body or b""

    def _connect(self, api_key: Key | None) -> Endpoint:
        """Read the key; from here on only the endpoint knows it."""
        key = Key.in_environment() if api_key is None else api_key
        self.endpoint = Endpoint(self.base_url, key, self._timeout_s)
        self._pacer = Pacer(
            self.requests_per_minute, log_for(urlsplit(self.base_url).netloc, key.read() if key else "")
        )
        return self.endpoint


class Running:
    """One fetch or search of a Client; several may be under way at the same time."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._lock = threading.Lock()
        self._cancelled = False
        self._fetcher: Fetcher | None = None
        renew_after_fork(self)

    def renew(self) -> None:
        """Wait for no thread of the parent of this process."""
        self._lock = threading.Lock()

    def cancel(self) -> None:
        """Stop it, from any thread; one that has not begun to ask ends at once when it does."""
        with self._lock:
            self._cancelled = True
            if self._fetcher is not None:
                self._fetcher.stop("cancelled")

    def run(
        self,
        work: Work[Any],
        result: Callable[[Run], _R],
        max_requests: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> tuple[_R, bool]:
        """
        Do some work; return what `result` makes of it, and whether Ctrl-C interrupted it.

        `result` is called with the facts of the run, also where something else ends it; that is then raised.
        """
        service = self.service
        fetcher = service.fetcher(work, max_requests=max_requests, on_progress=on_progress)
        started, interrupted = time.monotonic(), False
        with self._lock:
            self._fetcher = fetcher
            if self._cancelled:
                fetcher.stop("cancelled")
        with (
            held() as hold
        ):  # what came was paid for: a first Ctrl-C does not keep it from being put together
            try:
                hold.call(fetcher.run)
            except KeyboardInterrupt:
                interrupted = True
            finally:
                # With a clock of its own, a Client shows the same each time: the time taken would differ.
                seconds = None if service.clock.is_own else time.monotonic() - started
                made = result(Run(service.host, fetcher.queue.sent, seconds, fetcher.queue.stopped))
            return made, hold.take() or interrupted
