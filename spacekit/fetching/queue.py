"""What is asked next: tasks that are new, and those to be asked again. Pure, with the clock passed in; no threads."""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Iterable
from itertools import count
from typing import Final

from spacekit.fetching.decisions import Decision, Result
from spacekit.fetching.outage import Outage
from spacekit.fetching.pacing import Pacer, Wait
from spacekit.fetching.tasks import Task

_SLOW_S: Final = 2.0  # after so long without an answer, the run says that it waits for answers


class Queue:
    """
    The tasks in the order given; those to be asked again go first, once their wait is over.

    A task that waits holds up no other. Not safe to share without a lock.

    Parameters
    ----------
    tasks
        What to ask for; `add` adds more.
    pacer
        Says when a request may be sent.
    max_requests
        Requests after which nothing more is sent; None for no limit.
    expects
        How many tasks may be added from outside.
    outage
        Says whether the service is down, and when to ask it again.

    Attributes
    ----------
    outage
        As passed in.
    tasks
        In the order given.
    sent, ended
        Requests sent, and tasks that have ended.
    stopped
        Why the run ended early; None if it did not.
    """

    def __init__(
        self,
        tasks: Iterable[Task],
        pacer: Pacer,
        max_requests: int | None = None,
        expects: int = 0,
        outage: Outage | None = None,
    ) -> None:
        self.tasks = list(tasks)
        self.outage = outage or Outage()
        self._expects, self._waits_for = expects, ""
        self.sent = self.ended = 0
        self.stopped: str | None = None
        self._closed = False
        self._begins = True
        self._new = deque(self.tasks)
        self._again: list[tuple[float, int, Task]] = []
        self._number = count()
        self._pacer, self._max_requests = pacer, max_requests
        self._under_way = 0
        self._answered_at = 0.0

    @property
    def has_new(self) -> bool:
        """Whether tasks are left that were never asked for."""
        return bool(self._new) or self._waits

    @property
    def ready(self) -> int:
        """How many tasks can be begun."""
        return len(self._new)

    @property
    def is_open(self) -> bool:
        """Whether tasks may be added."""
        return self._begins and not self._closed

    def expect(self, tasks: int, waits_for: str | None) -> None:
        """Note how many tasks may still be added from outside, and what other runs ask for in the meantime."""
        self._expects, self._waits_for = tasks, waits_for or ""

    def add(self, task: Task) -> None:
        """Add a task, unless nothing new is begun any more."""
        if self.is_open:
            self.tasks.append(task)
            self._new.append(task)

    def take(self, now: float) -> Task | Wait | None:
        """
        Return the task to send one request for, or how long to wait, or None when nothing is left to take.

        A wait of 0 s is one for tasks that are added from outside.

        Each task taken takes a slot of the pacer, which `answered` frees.
        """
        if self.sent == self._max_requests and (self._new or self._again):
            self.close(f"the budget of {self._max_requests} requests is spent (max_requests)")
        task = self._next(now)
        if not isinstance(task, Task):
            return task
        if wait := self._pacer.begin(now):
            return wait
        if self._again and self._again[0][2] is task:
            heapq.heappop(self._again)
        else:
            self._new.popleft()
        if self.outage.is_on:
            self.outage.probe(task)
        self.sent += 1
        task.requests += 1
        task.sent_at = now
        if not self._under_way:
            self._answered_at = now
        self._under_way += 1
        return task

    def answered(self, now: float) -> None:
        """Note that the answer to a request came, or that none will."""
        self._pacer.end(now)
        self._under_way -= 1
        self._answered_at = now

    def note(self, task: Task, result: Result, now: float) -> None:
        """Note what the result of a request says about the service."""
        if result.outcome != "failed":
            self.outage.passed()
        else:
            self.outage.failed(task, result, now, has_new=self.has_new, alone=not self._under_way)

    def follow(self, task: Task, decision: Decision, now: float) -> None:
        """Do what was decided after the result of a request."""
        if decision.hold:
            self._pacer.hold(now + decision.hold.seconds, decision.hold.why)
        if decision.no_new:
            self.stopped = self.stopped or decision.no_new
            self._begins = False
            self._new.clear()
        if decision.stop:
            self.close(decision.stop)
        if decision.again_s is None:
            task.ended = True
            self.ended += 1
        else:
            heapq.heappush(self._again, (now + decision.again_s, next(self._number), task))

    def close(self, why: str) -> None:
        """Hand out nothing more. Where every task has ended, nothing changes."""
        if self.ended < len(self.tasks) + self._expects:
            self.stopped = self.stopped or why
            self._closed = True

    def waiting(self, now: float) -> Wait | None:
        """Return why nothing can be sent now; None where something can, or where nothing is left to send."""
        task = self._next(now)
        wait = self._pacer.look(now) if isinstance(task, Task) else task
        if self.outage.is_on:
            return self.outage.shown(now)
        if self._under_way and (wait is None or not wait.why) and now >= self._answered_at + _SLOW_S:
            return Wait(0.0, f"{self._under_way} to be answered")
        return wait if wait and wait.why else None

    def seconds_left(self, requests: int, now: float) -> float | None:
        """Return the least time until a number of requests are sent; None where there is no limit."""
        return self._pacer.seconds_for(requests, now) if self._pacer.limit < math.inf else None

    def _next(self, now: float) -> Task | Wait | None:
        if self._closed:
            return None
        if self.outage.is_on and (self._new or self._again):
            return self._next_probe(now)
        if self._again and self._again[0][0] <= now:
            return self._again[0][2]
        if self._new:
            return self._new[0]
        if not self._again:
            return Wait(0.0, self._waits_for) if self._waits else None
        return Wait(self._again[0][0] - now, f"{len(self._again)} to be asked again")

    def _next_probe(self, now: float) -> Task | Wait | None:
        """Return one task while the service is down: by turns, one that was asked for before, and one that was not."""
        if self.outage.is_over(now):
            self.close(self.outage.reason(now))
            return None
        if wait := self.outage.wait(now):
            return wait
        return self._again[0][2] if self._again and (self.outage.turn or not self._new) else self._new[0]

    @property
    def _waits(self) -> bool:
        """Whether tasks may still be added from outside."""
        return self._expects > 0 and self.is_open
