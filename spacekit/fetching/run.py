"""Many Spaces: workers that ask, ask again and stop; what came is kept as it comes. It makes no tables.

Worker threads ask, one more thread keeps what they got, and the calling thread tells how the run stands.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from threading import Condition, RLock, Thread
from typing import TYPE_CHECKING, Final

from spacekit.archive import Observation
from spacekit.batch.outcomes import OUTCOMES, outcome_for
from spacekit.errors import CredentialsError, NoCreditError, SpacekitError
from spacekit.fetching.http import Answer, Endpoint, is_retryable, record_of
from spacekit.fetching.pacing import (
    BACKOFF_S,
    MAX_RETRY_AFTER_S,
    Pacer,
    Wait,
    backoff,
    limited_backoff,
    parse_retry_after,
)
from spacekit.fetching.progress import Progress, Tell
from spacekit.fetching.queue import Line, Reply, Task
from spacekit.fetching.sessions import Sessions
from spacekit.words import span

if TYPE_CHECKING:
    import requests

    from spacekit.archive import Archive

GIVE_UP_AFTER: Final = 50
"""Spaces in a row that fail after all attempts, before no new one is begun: the service is down."""

_GRACE_S: Final = 0.5  # after Ctrl-C: answers under way are paid for, so those about to come are waited for
_TICK_S: Final = 0.25  # how often a wait is told; also Ctrl-C on Windows waits so long
_TELL_EVERY_S: Final = 0.1  # more often than this, nobody could read
_SLOW_S: Final = 2.0  # without an answer for so long, it is said that answers are waited for


@dataclass(frozen=True, slots=True)
class Manner:
    """How to ask: the settings of a Client."""

    workers: int = 8
    attempts: int = 5
    backoff_s: float = BACKOFF_S
    now: Callable[[], int] = field(default=lambda: time.time_ns() // 1_000_000)
    """Epoch milliseconds, for the time of fetching."""
    clock: Callable[[], float] = time.monotonic


class Harvest:
    """
    One run over Spaces, each given once. `run` it once; then `tasks` says what came of each.

    Parameters
    ----------
    ids
        Spaces to ask for.
    endpoint, sessions, pacer, manner
        Where, through what, how fast and how.
    max_requests
        Requests after which nothing more is sent; None for no end.
    archive
        Gets each answer before it is told; used by a thread of this run.
    tell
        Called with a `Progress` at each change, at most ten times a second, and while it waits.
    already
        Spaces that need no asking, and how many of them are not there; for `tell` alone.
    """

    def __init__(
        self,
        ids: Sequence[str],
        endpoint: Endpoint,
        sessions: Sessions,
        pacer: Pacer,
        manner: Manner,
        *,
        max_requests: int | None = None,
        archive: Archive | None = None,
        tell: Tell | None = None,
        already: tuple[int, int] = (0, 0),
    ) -> None:
        self._endpoint, self._sessions, self._pacer, self._manner = endpoint, sessions, pacer, manner
        self._archive, self._tell, self._already = archive, tell, already
        self._line = Line(ids, pacer, max_requests)
        self._lock = RLock()  # of the line and all below; re-entrant, as Ctrl-C may come while it is held
        self._workers_wait = Condition(self._lock)
        self._ended: list[Task] = []  # only ever grows
        self._ended_bell: SimpleQueue[None] = SimpleQueue()
        self._kept = (0, 0)  # Spaces of `_ended` that are counted, and those of them without a Space
        self._kept_all = False
        self._kept_bell: SimpleQueue[None] = SimpleQueue()
        self._keeper = Thread(target=self._keep_all, name="spacekit-keeper", daemon=True)
        self._alive = 0
        self._lost_in_row = 0
        self._deadline: float | None = None
        self._over = False
        self._trouble: Exception | None = None
        self._told_at = -math.inf
        self._asking = 0
        self._answered_at = manner.clock()
        self._rng = random.Random()  # noqa: S311  # jitter, no secret

    @property
    def tasks(self) -> list[Task]:
        """The Spaces in the order given; settled once `run` is over."""
        return self._line.tasks

    @property
    def sent(self) -> int:
        """Requests sent so far."""
        return self._line.sent

    @property
    def stopped(self) -> str | None:
        """Why the run ended early; None if it did not."""
        return self._line.stopped

    def run(self) -> None:
        """
        Ask for every Space, and return when each has ended or the run was stopped.

        Raises
        ------
        KeyboardInterrupt
            Within a second of Ctrl-C; what had been answered is in `tasks` and in the archive.
        ArchiveError
            An answer could not be written; `tasks` has what came until then.
        """
        try:
            self._start()
            self._watch()
        except KeyboardInterrupt:
            self.stop("interrupted")
            self._watch()
            raise
        finally:
            self.stop("broken off")
            if self._keeper.ident is not None:
                self._keeper.join()
        if self._trouble is not None:
            raise self._trouble

    def stop(self, why: str) -> None:
        """
        Send nothing any more, and do not wait for slow answers. From any thread.

        A run that has ended stays as it is; one that has not begun ends at once.
        """
        with self._lock:
            if len(self._ended) < len(self.tasks) and not self._over:
                self._close(why)
                self._deadline = self._deadline or self._manner.clock() + _GRACE_S
                self._ended_bell.put(None)

    # The calling thread: Ctrl-C may strike it anywhere, so nothing hangs on what it does

    def _start(self) -> None:
        self._alive = min(self._manner.workers, len(self.tasks))
        self._keeper.start()
        for _ in range(self._alive):
            # Daemons: one that hangs in a request must not keep Python from ending.
            Thread(target=self._work, name="spacekit-worker", daemon=True).start()

    def _watch(self) -> None:
        while self._keeper.is_alive() and not self._kept_all:
            with suppress(Empty):
                self._kept_bell.get(timeout=_TICK_S)
            if self._manner.clock() >= self._told_at + _TELL_EVERY_S:
                self._report()
        self._report()

    def _report(self) -> None:
        if self._tell is None:
            return
        self._told_at = self._manner.clock()
        asked_before, failed_before = self._already
        total = asked_before + len(self.tasks)
        kept, without_space = self._kept
        failed = failed_before + without_space
        left = len(self.tasks) - kept
        now = self._manner.clock()
        with self._lock:
            wait = self._waiting(now) if self._alive else None
            seconds = self._pacer.seconds_for(left, now)
        self._tell(
            Progress(
                total=total,
                done=total - left - failed,
                failed=failed,
                left=left,
                seconds_left=None if self._pacer.limit == math.inf else seconds,
                waiting_for=wait and wait.why,
                wait_s=wait.seconds if wait and wait.seconds else None,
            )
        )

    def _waiting(self, now: float) -> Wait | None:
        slow = self._asking and now >= self._answered_at + _SLOW_S
        return self._line.waiting(now) or (Wait(0.0, f"{self._asking} to be answered") if slow else None)

    # The keeper: a thread of its own, which Ctrl-C cannot strike in the middle of a write

    def _keep_all(self) -> None:
        over = False
        try:
            while not over:
                with suppress(Empty):
                    self._ended_bell.get(timeout=_TICK_S if self._deadline is None else _GRACE_S / 10)
                over = self._is_over()
                self._keep()
                self._kept_bell.put(None)
        except Exception as error:  # noqa: BLE001  # not swallowed: the calling thread raises it
            self._trouble = error
            self.stop("broken off")
        finally:
            self._kept_all = True
            self._kept_bell.put(None)

    def _is_over(self) -> bool:
        """Tell whether all has ended or was given up; from then on no answer counts any more."""
        with self._lock:
            late = self._deadline is not None and self._manner.clock() >= self._deadline
            self._over = self._over or late or not self._alive
            return self._over

    def _keep(self) -> None:
        """Write what has come, all of it at once, and only then count it."""
        kept, without_space = self._kept
        news = self._ended[kept:]
        if self._archive is not None and (answers := [a for task in news if (a := _answer_of(task))]):
            self._archive.add(answers)
        without_space += sum(task.reply is None or task.reply.error is not None for task in news)
        self._kept = (kept + len(news), without_space)

    # The workers

    def _work(self) -> None:
        session = self._sessions.take()
        try:
            while (task := self._next()) is not None:
                self._ask(session, task)
        except Exception as error:  # noqa: BLE001  # not swallowed: the calling thread raises it
            self._trouble = error
            self.stop("broken off")
        finally:
            self._sessions.give(session)
            with self._lock:
                self._alive -= 1
                self._workers_wait.notify_all()
            self._ended_bell.put(None)

    def _next(self) -> Task | None:
        with self._lock:
            while isinstance(turn := self._line.take(self._manner.clock()), Wait):
                self._workers_wait.wait(turn.seconds)
            self._asking += turn is not None
            return turn

    def _ask(self, session: requests.Session, task: Task) -> None:
        addresses = self._endpoint.addresses()
        template = next((one for one in addresses if one not in task.denied), addresses[0])
        answer: Answer | None = None
        error: SpacekitError | None = None
        try:
            answer = self._endpoint.ask(session, template, task.space_id)
            record_of(answer, task.space_id)
        except SpacekitError as caught:
            # What is kept for long holds on to no frames, and so to no bodies and sessions.
            error = caught.with_traceback(None)
            error.__cause__ = error.__context__ = None
        finally:
            self._pacer.end(self._manner.clock())
        reply = Reply(
            "ok" if error is None else outcome_for(error),
            answer.status if answer else None,
            answer.body if answer else None,
            error,
            self._manner.now(),
        )
        with self._lock:
            self._asking -= 1
            self._answered_at = self._manner.clock()
            if not self._over:
                self._judge(task, template, reply, answer.retry_after if answer else None)

    def _judge(self, task: Task, template: str, reply: Reply, retry_after: str | None) -> None:
        """Decide whether that is the Space's end."""
        task.reply = reply
        error = reply.error
        if error is None:
            self._endpoint.settle(template)
        elif reply.status == 404:
            task.denied += (template,)
            if not set(self._endpoint.addresses()) <= set(task.denied):
                self._again(task, 0.0)
                return
        elif is_retryable(error):
            self._retry(task, reply, retry_after)
            return
        elif isinstance(error, CredentialsError):
            self._close("the API key is not accepted (401)")
        elif isinstance(error, NoCreditError):
            self._out_of_credit(task)
        self._end(task)

    def _out_of_credit(self, task: Task) -> None:
        """
        Begin no new Space; those begun may be asked again, until one of them gets a 402 too.

        Such a request costs nothing, and a Space that met a passing fault ends as if it had been asked alone.
        """
        why = "the account has too few credits (402)"
        if task.tries and self._line.stopped:
            self._close(why)
        self._line.begin_no_more(why)

    def _retry(self, task: Task, reply: Reply, retry_after: str | None) -> None:
        """Put the Space back with a wait; a 429 or a `Retry-After` holds all others too."""
        task.tries += 1
        wait = backoff(task.tries, self._rng, self._manner.backoff_s)
        asked = parse_retry_after(retry_after, datetime.now(UTC))
        if asked is not None and asked > MAX_RETRY_AFTER_S:
            self._close(f"the service asks to wait {span(min(asked, 1e9))}, which is too long to sit out")
        elif asked:
            wait = max(wait, asked)
            self._hold(asked, "the service asks to wait")
        elif reply.status == 429 and asked is None:
            wait = limited_backoff(task.tries, self._rng, self._manner.backoff_s)
            self._hold(wait, "too many requests (429)")
        if task.tries < self._manner.attempts:
            self._again(task, wait)
            return
        self._lost_in_row += 1
        self._end(task)
        if self._lost_in_row >= GIVE_UP_AFTER and self._line.has_new:
            self._close(f"the last {self._lost_in_row} Spaces got no useful answer: the service seems down")

    def _hold(self, seconds: float, why: str) -> None:
        self._pacer.hold(self._manner.clock() + seconds, why)

    def _again(self, task: Task, wait_s: float) -> None:
        self._line.again(task, self._manner.clock() + wait_s)
        self._workers_wait.notify()

    def _close(self, why: str) -> None:
        self._line.close(why)
        self._workers_wait.notify_all()

    def _end(self, task: Task) -> None:
        if task.reply and task.reply.outcome != "failed":
            self._lost_in_row = 0
        task.ended = True
        self._ended.append(task)
        self._ended_bell.put(None)


def _answer_of(task: Task) -> Observation | None:
    """Give what an archive keeps of a Space that has ended: answers about the Space, not about the asker."""
    reply = task.reply
    if reply is None or reply.status is None or reply.body is None or not OUTCOMES[reply.outcome].kept:
        return None
    return Observation(task.space_id, reply.fetched_at, reply.status, reply.body)
