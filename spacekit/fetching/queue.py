"""Whose turn it is: Spaces to be asked, and asked again. Pure, with the clock passed in; starts no threads."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from spacekit.errors import SpacekitError
from spacekit.fetching.pacing import Pacer, Wait


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking for a Space; `error` is None where the Space came."""

    outcome: str
    status: int | None
    body: bytes | None
    error: SpacekitError | None
    fetched_at: int
    """Epoch milliseconds, by the clock of the Client."""


@dataclass(slots=True, eq=False)
class Task:
    """One Space to ask for."""

    space_id: str
    requests: int = 0
    tries: int = 0
    """Useless answers so far; a 404 that is to be confirmed is none."""
    denied: tuple[str, ...] = ()
    """Addresses that answered 404."""
    reply: Reply | None = None
    """The last one; the Space's end if `ended`, else a failure after which it was to be asked again."""
    ended: bool = False


class Line:
    """
    The Spaces in the order given; those to be asked again go first, once their wait is over.

    A Space that waits holds up no other. Not safe to share without a lock.

    Parameters
    ----------
    ids
        Spaces to ask for, each once.
    pacer
        Says when a request may be sent.
    max_requests
        Requests after which nothing more is sent; None for no end.
    """

    def __init__(self, ids: Iterable[str], pacer: Pacer, max_requests: int | None = None) -> None:
        self.tasks = [Task(space_id) for space_id in ids]
        self.sent = 0
        self.stopped: str | None = None
        self.closed = False
        self._new = deque(self.tasks)
        self._again: list[tuple[float, int, Task]] = []
        self._number = count()
        self._pacer = pacer
        self._budget = max_requests

    @property
    def has_new(self) -> bool:
        """Whether Spaces are left that were never asked for."""
        return bool(self._new)

    def take(self, now: float) -> Task | Wait | None:
        """
        Give the Space to send one request for, or how long to wait, or None when nothing is left to take.

        Each task given takes a slot of the pacer: tell it when the answer has come.
        """
        if self._budget is not None and self.sent >= self._budget and (self._new or self._again):
            self.close(f"the budget of {self._budget} requests is spent (max_requests)")
        turn = self._turn(now)
        if not isinstance(turn, Task):
            return turn
        if wait := self._pacer.begin(now):
            return wait
        if self._again and self._again[0][2] is turn:
            heapq.heappop(self._again)
        else:
            self._new.popleft()
        self.sent += 1
        turn.requests += 1
        return turn

    def again(self, task: Task, at: float) -> None:
        """Put a Space back, to be asked again at that time or later."""
        heapq.heappush(self._again, (at, next(self._number), task))

    def begin_no_more(self, why: str) -> None:
        """Leave the Spaces that were never asked for; those begun are finished."""
        self.stopped = self.stopped or why
        self._new.clear()

    def close(self, why: str) -> None:
        """Give out nothing any more."""
        self.stopped = self.stopped or why
        self.closed = True

    def waiting(self, now: float) -> Wait | None:
        """Tell why nothing can be sent now; None where something can, or where nothing is left to send."""
        turn = self._turn(now)
        return self._pacer.look(now) if isinstance(turn, Task) else turn

    def _turn(self, now: float) -> Task | Wait | None:
        if self.closed:
            return None
        if self._again and self._again[0][0] <= now:
            return self._again[0][2]
        if self._new:
            return self._new[0]
        if not self._again:
            return None
        return Wait(self._again[0][0] - now, f"{len(self._again)} to be asked again")
