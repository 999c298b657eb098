"""Many requests: threads that ask, one that writes what came, and a caller that watches. What to do, others decide."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from queue import Empty, SimpleQueue
from threading import Condition, RLock, Thread
from typing import Any, Final, TypeVar

from spacekit.batch.outcomes import outcome_for
from spacekit.errors import ServiceError, SpacekitError
from spacekit.fetching.answers import Answer
from spacekit.fetching.clock import Clock
from spacekit.fetching.decisions import Judge, Result, parse_retry_after
from spacekit.fetching.forks import renew_after_fork
from spacekit.fetching.outage import Outage
from spacekit.fetching.pacing import Pacer, Wait
from spacekit.fetching.progress import OnProgress
from spacekit.fetching.queue import Queue
from spacekit.fetching.reasons import broken_of
from spacekit.fetching.tasks import Task
from spacekit.fetching.work import Work

_GRACE_S: Final = 0.5  # after Ctrl-C: answers under way are paid for, so those about to come are waited for
_LOOK_S: Final = 0.25  # how often the archive is looked at while another run is waited for
_SLOW_WRITE_S: Final = (
    1.0  # nothing is sent while a write takes longer, or while more answers wait for theirs
)
_UNWRITTEN: Final = 200
_R = TypeVar("_R")
_TICK_S: Final = 0.1  # how often progress is reported; also the time that Ctrl-C takes on Windows


@dataclass(frozen=True, slots=True)
class Settings:
    """How to ask: the settings of a Client."""

    workers: int
    attempts: int
    backoff_s: float
    clock: Clock
    """Dates the answers."""


_FORKED: Final = (
    "Fetch: this process was forked in the middle of it. It goes on in the parent; begin another one here."
)
_UNTIL_WRITTEN: Final = Wait(0.0, "answers to be written to the archive")


class _Writer:
    """
    The thread that reads and writes: it looks for tasks, and hands on those that ended. Ctrl-C cannot interrupt it.

    Parameters
    ----------
    lock
        Guards `over`: hold it, and look at `over`, before you put a task.
    look
        Called before each wait for a task; it returns whether to be called again soon, where none comes.
    keep
        Called with the tasks that ended.
    close
        Called in the end.
    stop
        Called with a reason when nothing more can be read or written.

    Attributes
    ----------
    over
        Whether nothing that comes from now on counts any more.
    error
        What went wrong; None if nothing did.
    """

    def __init__(
        self,
        lock: RLock,
        look: Callable[[], bool],
        keep: Callable[[list[Task]], None],
        close: Callable[[], None],
        stop: Callable[[str], None],
    ) -> None:
        self._lock, self._look, self._keep, self._close, self._stop = lock, look, keep, close, stop
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._wake: SimpleQueue[None] = SimpleQueue()
        self._done = False
        self._end_at = self._writes_since = math.inf
        self.over = False
        self.error: Exception | None = None
        self._thread = Thread(target=self._work, name="spacekit-writer", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def put(self, task: Task) -> None:
        """Take in a task that has ended."""
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

    def blocked(self, now: float) -> bool:
        """Whether answers cannot be written as fast as they come, so that no more should be asked for."""
        return now - self._writes_since > _SLOW_WRITE_S or self._tasks.qsize() >= _UNWRITTEN

    def give_up(self, lock: RLock) -> None:
        """Take note that there is no thread, in a process that was forked in the middle of the run."""
        self._lock, self._wake, self._tasks = lock, SimpleQueue(), SimpleQueue()
        self.over = self._done = True

    def _work(self) -> None:
        try:
            while not self.over:
                again_s = _LOOK_S if self._guarded(self._look) else math.inf
                first = self._first(again_s)
                with self._lock:
                    self.over = time.monotonic() >= self._end_at
                if tasks := [task for task in (first, *self._rest()) if task is not None]:
                    self._guarded(partial(self._keep, tasks))
        finally:
            self._guarded(self._close, always=True)
            self._done = True
            self._wake.put(None)

    def _first(self, longest_s: float) -> Task | None:
        """Wait for a task, but not for longer than that, nor beyond the end."""
        wait_s = min(self._end_at - time.monotonic(), longest_s)
        with suppress(Empty):
            return self._tasks.get(timeout=max(0.0, wait_s) if wait_s < math.inf else None)
        return None

    def _rest(self) -> list[Task | None]:
        return [self._tasks.get() for _ in range(self._tasks.qsize())]

    def _guarded(self, act: Callable[[], _R], *, always: bool = False) -> _R | None:
        """Do something; nothing more once anything went wrong."""
        if self.error is not None and not always:
            return None
        self._writes_since = time.monotonic()
        try:
            return act()
        except Exception as error:  # noqa: BLE001  # not swallowed: the run raises it
            self.error = self.error or error
            self._stop("broken off")
            return None
        finally:
            self._writes_since = math.inf


class Fetcher:
    """
    One run over some work. `run` it once; then the work's tasks say what came of each.

    Parameters
    ----------
    work
        What to ask for, and what to do with the answers.
    pacer, settings
        How fast and how.
    max_requests
        Requests after which nothing more is sent; None for no limit.
    on_progress
        Called with a `Progress` at most ten times a second.
    """

    def __init__(
        self,
        work: Work[Any],
        pacer: Pacer,
        settings: Settings,
        *,
        max_requests: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        self._work, self._settings, self._on_progress = work, settings, on_progress
        self._judge = Judge(settings.attempts, settings.backoff_s, random.Random())  # noqa: S311  # jitter, no secret
        self.queue = Queue(work.tasks, pacer, max_requests, work.expects, Outage(settings.backoff_s))
        self._lock = RLock()  # of the queue and the judge; re-entrant, as Ctrl-C may come while it is held
        self._can_take = Condition(self._lock)
        self._writer = _Writer(self._lock, self._look, work.keep, work.end, self.stop)
        self._workers = max(1, min(settings.workers, len(self.queue.tasks) + work.expects))
        self._error: Exception | None = None
        renew_after_fork(self)

    def renew(self) -> None:
        """End in a forked process: it has none of the threads, and what they claimed and asked for is the parent's."""
        self._lock = RLock()
        self._can_take = Condition(self._lock)
        self._writer.give_up(self._lock)
        self._error = RuntimeError(_FORKED)

    def run(self) -> None:
        """
        Ask for everything, and return when each task has ended or the run was stopped.

        Raises
        ------
        KeyboardInterrupt
            Within a second of Ctrl-C; what had been answered is in the tasks and in the archive.
        ArchiveError
            An answer could not be written; the tasks have what came until then.
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

    def stop(self, why: str, grace_s: float = _GRACE_S) -> None:
        """
        Send nothing more, and do not wait for slow answers. From any thread.

        A run that has ended stays as it is; one that has not begun ends at once.
        """
        with self._lock:
            self.queue.close(why)
            self._can_take.notify_all()
            self._writer.end(time.monotonic() + grace_s)

    def _start(self) -> None:
        self._writer.start()
        for _ in range(self._workers):
            # Daemons: one that hangs in a request must not keep Python from ending.
            Thread(target=self._ask_all, name="spacekit-worker", daemon=True).start()

    def _watch(self) -> None:
        self._report()
        while not self._writer.wait(_TICK_S):
            self._report()
            self._settings.clock.tell()
        self._report()
        self._settings.clock.tell()

    def _finish(self, why: str) -> None:
        grace_s, ended = _GRACE_S, False
        while not ended:
            try:
                self.stop(why, grace_s)
                ended = self._writer.wait(_TICK_S)
            except KeyboardInterrupt:
                grace_s = 0.0  # a second one: what has come is written, and nothing more is waited for

    def _report(self) -> None:
        if self._on_progress is None:
            return
        now = time.monotonic()
        with self._lock:
            progress, requests = self._work.progress()
            wait = self.queue.waiting(now)
            if wait is None and self._writer.blocked(now):
                wait = _UNTIL_WRITTEN
            seconds = self.queue.seconds_left(requests, now)
        if wait:
            progress = replace(
                progress, waiting_for=wait.why, wait_s=wait.seconds or None, is_down=wait.is_down
            )
        self._on_progress(replace(progress, seconds_left=seconds))

    def _look(self) -> bool:
        """Look for more to ask for, where it is time; return whether to come again soon."""
        if self.queue.is_open and self._work.is_due(self.queue.ready):
            self._work.look(self.queue.ready)
            with self._lock:
                for task in self._work.admit():
                    self.queue.add(task)
                self.queue.expect(self._work.expects, self._work.waits_for)
                self._can_take.notify_all()
        return self._work.is_shared

    # The workers

    def _ask_all(self) -> None:
        try:
            while (task := self._take()) is not None:
                self._ask(task)
            if self.queue.stopped is not None and self.queue.outage.is_over(time.monotonic()):
                # What is under way to a service that is down is not waited for.
                self.stop(self.queue.stopped, grace_s=0.0)
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
            while isinstance(task := self._next(time.monotonic()), Wait):
                self._can_take.wait(task.seconds or _LOOK_S)
            return task

    def _next(self, now: float) -> Task | Wait | None:
        return _UNTIL_WRITTEN if self._writer.blocked(now) else self.queue.take(now)

    def _ask(self, task: Task) -> None:
        """Send one request, and follow what its answer means."""
        try:
            result = self._result(task)
        finally:
            with self._lock:
                self.queue.answered(time.monotonic())
        with self._lock:
            if not self._writer.over:
                self._follow(task, result)

    def _result(self, task: Task) -> Result:
        answer: Answer | None = None
        error: SpacekitError | None = None
        try:
            answer = self._work.send(task)
            self._settings.clock.compare_to(answer.date)
            self._work.read(task, answer)
        except SpacekitError as caught:
            # What is kept for long holds on to no frames, and so to no bodies and sessions.
            error = caught.with_traceback(None)
            error.__cause__ = error.__context__ = None
        wait_s = parse_retry_after(answer.retry_after, datetime.now(UTC)) if answer else None
        status, body = (answer.status, answer.body) if answer else (None, None)
        outcome = outcome_for(error) if error else "ok"
        broken = broken_of(error) if error else None
        return Result(outcome, status, body, error, self._settings.clock.now_ms(), wait_s, broken)

    def _follow(self, task: Task, result: Result) -> None:
        task.result = result
        can_confirm, now = self._work.note(task, result), time.monotonic()
        was_down = self.queue.outage.is_on
        if isinstance(result.error, ServiceError) and not was_down:
            task.tries += 1
        self.queue.note(task, result, now)
        is_down = self.queue.outage.is_on
        decision = self._judge.decide(result, task.tries, can_confirm=can_confirm, is_down=is_down)
        self.queue.follow(task, decision, now)
        if task.ended:
            following = list(self._work.after(task))
            self._writer.put(task)
            for new in following:
                self.queue.add(new)
        if decision.stop or decision.no_new or not task.ended or was_down != is_down:
            self._can_take.notify_all()
