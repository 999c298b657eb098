"""Many Spaces: threads that ask, one that writes what came, and a caller that watches. What to do, others decide."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Condition, RLock, Thread
from typing import Final

from spacekit.archive import Archive, Observation
from spacekit.batch.outcomes import OUTCOMES, outcome_for
from spacekit.errors import ServiceError, SpacekitError
from spacekit.fetching.decisions import Judge, Result, parse_retry_after
from spacekit.fetching.http import Answer, Endpoint, record_of
from spacekit.fetching.pacing import Pacer, Wait
from spacekit.fetching.progress import OnProgress, Progress
from spacekit.fetching.queue import Queue, Task

_GRACE_S: Final = 0.5  # after Ctrl-C: answers under way are paid for, so those about to come are waited for
_TICK_S: Final = 0.1  # how often progress is reported; also the time that Ctrl-C takes on Windows


@dataclass(frozen=True, slots=True)
class Settings:
    """How to ask: the settings of a Client."""

    workers: int
    attempts: int
    backoff_s: float
    now: Callable[[], int]
    """Epoch milliseconds, for the time of fetching."""


class _Writer:
    """
    A thread that writes the Spaces that ended, and counts them only then. Ctrl-C cannot interrupt a write.

    Parameters
    ----------
    lock
        Guards `over`: hold it, and look at `over`, before you put a task.
    archive
        Gets the answers; used by this thread alone. None: they are only counted.
    stop
        Called with a reason when nothing more can be written.

    Attributes
    ----------
    over
        Whether nothing that comes from now on counts any more.
    counted
        How many were written, and how many of these hold no Space.
    error
        What went wrong; None if nothing did.
    """

    def __init__(self, lock: RLock, archive: Archive | None, stop: Callable[[str], None]) -> None:
        self._lock, self._archive, self._stop = lock, archive, stop
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._done = False
        self._end_at = math.inf
        self.over = False
        self.counted = (0, 0)  # one value, so that nobody reads half a change
        self.error: Exception | None = None
        self._thread = Thread(target=self._work, name="spacekit-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, task: Task) -> None:
        """Take in a Space that has ended."""
        self._tasks.put(task)

    def end(self, at: float) -> None:
        """Write what has come by that time, then end; an earlier time stays."""
        self._end_at = min(self._end_at, at)
        self._tasks.put(None)  # wakes the thread

    def wait(self, seconds: float) -> bool:
        """
        Wait for the end of the thread; return whether it has ended, or never began.

        Not with `Thread.join`: interrupted by Ctrl-C, it takes the thread for ended, up to Python 3.12.
        """
        if self._thread.ident is None or self._done:
            return True
        with suppress(Empty):
            self._wake.get(timeout=seconds)
        return self._done

    def _work(self) -> None:
        while not self.over:
            first = self._first()
            with self._lock:
                self.over = time.monotonic() >= self._end_at
            tasks = [task for task in (first, *self._rest()) if task is not None]
            if tasks and self.error is None:
                self._write(tasks)
        self._done = True
        self._wake.put(None)

    def _first(self) -> Task | None:
        """Wait for a Space, but not beyond the end."""
        left = self._end_at - time.monotonic()
        with suppress(Empty):
            return self._tasks.get(timeout=max(0.0, left) if left < math.inf else None)
        return None

    def _rest(self) -> list[Task | None]:
        return [self._tasks.get() for _ in range(self._tasks.qsize())]

    def _write(self, tasks: list[Task]) -> None:
        """Write what has come, all of it at once, and only then count it."""
        try:
            observations = [kept for task in tasks if (kept := _observation(task))]
            if self._archive is not None and observations:
                self._archive.add(observations)
            failed = sum(task.result is None or task.result.error is not None for task in tasks)
            self.counted = (self.counted[0] + len(tasks), self.counted[1] + failed)
        except Exception as error:  # noqa: BLE001  # not swallowed: the run raises it
            self.error = error
            self._stop("broken off")


class Fetcher:
    """
    One run over Spaces, each given once. `run` it once; then `queue.tasks` says what came of each.

    Parameters
    ----------
    ids
        Spaces to ask for.
    endpoint, pacer, settings
        Where, how fast and how.
    max_requests
        Requests after which nothing more is sent; None for no limit.
    archive
        Gets each answer before it is reported; used by a thread of this run.
    on_progress
        Called with a `Progress` at most ten times a second.
    """

    def __init__(
        self,
        ids: Sequence[str],
        endpoint: Endpoint,
        pacer: Pacer,
        settings: Settings,
        *,
        max_requests: int | None = None,
        archive: Archive | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._endpoint, self._settings, self._on_progress = endpoint, settings, on_progress
        self._judge = Judge(settings.attempts, settings.backoff_s, random.Random())  # noqa: S311  # jitter, no secret
        self.queue = Queue(ids, pacer, max_requests)
        self._lock = RLock()  # of the queue and the judge; re-entrant, as Ctrl-C may come while it is held
        self._can_take = Condition(self._lock)
        self._writer = _Writer(self._lock, archive, self.stop)
        self._workers = max(1, min(settings.workers, len(self.queue.tasks)))
        self._error: Exception | None = None

    def run(self) -> None:
        """
        Ask for every Space, and return when each has ended or the run was stopped.

        Raises
        ------
        KeyboardInterrupt
            Within a second of Ctrl-C; what had been answered is in `queue.tasks` and in the archive.
        ArchiveError
            An answer could not be written; `queue.tasks` has what came until then.
        """
        # Ctrl-C may interrupt the calling thread anywhere, so nothing depends on what it does.
        try:
            self._start()
            self._watch()
        except KeyboardInterrupt:
            self._finish("interrupted")
            self._report()
            raise
        except BaseException:
            self._finish("broken off")
            raise
        if error := self._error or self._writer.error:
            raise error

    def stop(self, why: str) -> None:
        """
        Send nothing more, and do not wait for slow answers. From any thread.

        A run that has ended stays as it is; one that has not begun ends at once.
        """
        with self._lock:
            self.queue.close(why)
            self._can_take.notify_all()
            self._writer.end(time.monotonic() + _GRACE_S)

    def _start(self) -> None:
        self._writer.start()
        for _ in range(self._workers):
            # Daemons: one that hangs in a request must not keep Python from ending.
            Thread(target=self._work, name="spacekit-worker", daemon=True).start()

    def _watch(self) -> None:
        self._report()
        while not self._writer.wait(_TICK_S):
            self._report()
        self._report()

    def _finish(self, why: str) -> None:
        ended = False
        while not ended:
            with suppress(KeyboardInterrupt):  # a second one changes nothing: the end comes within a second
                self.stop(why)
                ended = self._writer.wait(_TICK_S)

    def _report(self) -> None:
        if self._on_progress is None:
            return
        total, (written, failed) = len(self.queue.tasks), self._writer.counted
        left, now = total - written, time.monotonic()
        with self._lock:
            wait = self.queue.waiting(now)
            seconds = self.queue.seconds_left(left, now)
        waited = (wait.why, wait.seconds or None) if wait else (None, None)
        self._on_progress(Progress(total, written - failed, failed, left, seconds, *waited))

    # The workers

    def _work(self) -> None:
        try:
            while (task := self._take()) is not None:
                self._ask(task)
        except Exception as error:  # noqa: BLE001  # not swallowed: the calling thread raises it
            self._error = error
            self.stop("broken off")
        finally:
            with self._lock:
                self._workers -= 1
                self._can_take.notify_all()
                if not self._workers:
                    self._writer.end(time.monotonic())

    def _take(self) -> Task | None:
        with self._lock:
            while isinstance(task := self.queue.take(time.monotonic()), Wait):
                self._can_take.wait(task.seconds)
            return task

    def _ask(self, task: Task) -> None:
        """Send one request, and follow what its answer means."""
        address = self._endpoint.address_for(task.denied)
        try:
            result = self._result(address, task.space_id)
        finally:
            with self._lock:
                self.queue.answered(time.monotonic())
        with self._lock:
            if not self._writer.over:
                self._follow(task, address, result)

    def _result(self, address: str, space_id: str) -> Result:
        answer: Answer | None = None
        error: SpacekitError | None = None
        try:
            answer = self._endpoint.ask(address, space_id)
            record_of(answer, space_id)
        except SpacekitError as caught:
            # What is kept for long holds on to no frames, and so to no bodies and sessions.
            error = caught.with_traceback(None)
            error.__cause__ = error.__context__ = None
        wait_s = parse_retry_after(answer.retry_after, datetime.now(UTC)) if answer else None
        status, body = (answer.status, answer.body) if answer else (None, None)
        outcome = outcome_for(error) if error else "ok"
        return Result(outcome, status, body, error, self._settings.now(), wait_s)

    def _follow(self, task: Task, address: str, result: Result) -> None:
        task.result = result
        if result.error is None:
            self._endpoint.settle(address)
        elif result.status == 404:
            task.denied += (address,)
        elif isinstance(result.error, ServiceError):
            task.tries += 1
        can_confirm = self._endpoint.address_for(task.denied) not in task.denied
        decision = self._judge.decide(result, task.tries, can_confirm=can_confirm, has_new=self.queue.has_new)
        self.queue.follow(task, decision, time.monotonic())
        if task.ended:
            self._writer.put(task)
        if decision.stop or not task.ended:
            self._can_take.notify_all()


def _observation(task: Task) -> Observation | None:
    """Return what an archive keeps of a Space that has ended: an answer about the Space, not about the asker."""
    result = task.result
    if result is None or result.status is None or result.body is None or not OUTCOMES[result.outcome].kept:
        return None
    return Observation(task.space_id, result.fetched_at, result.status, result.body)
