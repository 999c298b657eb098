"""Whether the service is down, and when it is asked again. Pure, with the clock passed in; no threads, no network.

Where one Space after the other gets no useful answer, it is the service and not the Space. Then one Space at a time is
asked for, at growing distances, until one gets an answer, or the run is stopped. No Space uses up an attempt meanwhile.
"""

from __future__ import annotations

from typing import Final

from spacekit.fetching.decisions import BACKOFF_S, Result
from spacekit.fetching.pacing import Wait
from spacekit.fetching.tasks import Task
from spacekit.words import plural, span

PLAIN: Final = 5
"""Spaces in a row that get no answer, or one that blames no Space (429, 502, 503, 504): then the service is down."""
ANY: Final = 30
"""The same where the answers may be about the Spaces, such as a 500: a few broken ones in a row are no outage."""
PATIENCE_S: Final = 45.0
"""Seconds without a useful answer after which a run stops; like all here, with the usual `backoff_s`."""
LIMITED_S: Final = 59.0
"""The same after a first 429: what other processes sent with the key has left the service's minute by then."""

_PLAIN_STATUSES: Final = (None, 408, 429, 502, 503, 504)
_FIRST_S: Final = 1.0
_LONGEST_S: Final = 15.0
_LAST_S: Final = 5.0  # that the last request may take
_SHORTEST_S: Final = 1.0  # between the last two requests


class Outage:
    """
    What is known of the service, from the results of a run in the order in which they come.

    Parameters
    ----------
    backoff_s
        That of the Client: all waits here are multiples of it.

    Attributes
    ----------
    is_on
        Whether the service is taken to be down.
    why
        What it does in place of answering, in words.
    """

    def __init__(self, backoff_s: float = BACKOFF_S) -> None:
        self._unit = backoff_s / BACKOFF_S
        self._last_s = _LAST_S * max(self._unit, 0.1)
        self.why = ""
        self.passed()

    def passed(self) -> None:
        """Take note of a useful answer: the service is there."""
        self.is_on = False
        self._failed: dict[Task, int] = {}  # how often each has failed since the last useful answer
        self._plain: set[Task] = set()
        self._requests = self._asks = 0
        self._since = self._next_at = self._over_at = 0.0
        self._limited_at: float | None = None
        self._heeded = False
        self._probe: Task | None = None

    def failed(self, task: Task, result: Result, now: float, *, has_new: bool, alone: bool) -> None:
        """
        Take note of a failure; see `is_on` for what it means.

        Parameters
        ----------
        task, result
            What was asked for, and what came.
        now
            When it came.
        has_new
            Whether tasks are left that were never asked for.
        alone
            Whether no other request is under way.
        """
        self._count(task, result, now)
        if not self.is_on and self._is_down(now, has_new=has_new, alone=alone):
            self.is_on = True
            for one, times in self._failed.items():
                one.tries -= times if not one.ended else 0  # it was not about them
            self._plan(result, now)
            if now - self._since < PATIENCE_S * max(1.0, self._unit):  # else it has been waited for
                self._over_at = max(self._over_at, self._next_at + self._last_s)
        elif self._probe is task:
            self._probe = None
            self._plan(result, now)

    @property
    def turn(self) -> bool:
        """Whether the next probe is a task that was asked for before; else one that was not: it may be about those."""
        return self._asks % 2 == 0 if len(self._plain) >= PLAIN else self._asks % 3 == 2

    def wait(self, now: float) -> Wait | None:
        """Return how long to wait for the next probe, or for the answer to one; None where it may be sent."""
        if self._probe is None and now >= self._next_at:
            return None
        until = self._next_at if self._probe is None else self._over_at
        return Wait(max(0.0, until - now), self._note, is_down=True)

    def shown(self, now: float) -> Wait:
        """Return what is waited for, for the progress: until the next probe, or for an answer."""
        return Wait(max(0.0, self._next_at - now) if self._probe is None else 0.0, self._note, is_down=True)

    def probe(self, task: Task) -> None:
        """Take note of the task that is asked for now."""
        self._probe = task
        self._asks += 1

    def is_over(self, now: float) -> bool:
        """Whether the run has waited for long enough."""
        return self.is_on and now >= self._over_at

    @property
    def _note(self) -> str:
        return f"the service seems down ({self.why})"

    def reason(self, now: float) -> str:
        """Return why the run stops."""
        asked = f"no useful answer to {plural(self._requests, 'request')} in {span(now - self._since)}"
        return f"the service seems down: {self.why}; {asked}"

    def _count(self, task: Task, result: Result, now: float) -> None:
        if not self._failed:
            self._since = task.sent_at
        self._since = min(self._since, task.sent_at)
        self._requests += 1
        self._failed[task] = self._failed.get(task, 0) + 1
        self.why = result.reason
        if result.status in _PLAIN_STATUSES:
            self._plain.add(task)
        if result.status == 429:
            self._limited_at = now if self._limited_at is None else self._limited_at

    def _is_down(self, now: float, *, has_new: bool, alone: bool) -> bool:
        if len(self._plain) >= PLAIN or (len(self._failed) >= ANY and has_new):
            return True
        return bool(self._plain) and alone and now - self._since >= PATIENCE_S * max(1.0, self._unit)

    def _plan(self, result: Result, now: float) -> None:
        """Set when to ask next, and when to stop."""
        asked_s = result.retry_after_s or 0.0
        wait_s = min(_LONGEST_S, _FIRST_S * 2.0 ** min(self._asks, 30)) * self._unit
        self._next_at, end = now + max(wait_s, asked_s), self._end_after(result)
        if self._next_at > end:
            if asked_s and not self._heeded:
                end = self._next_at
            elif not asked_s and end - now >= _SHORTEST_S * self._unit > 0:
                self._next_at = end
            else:
                self._over_at = now
                return
        self._heeded |= asked_s > 0
        self._over_at = end + self._last_s

    def _end_after(self, result: Result) -> float:
        """Return when the last request may be sent."""
        if result.status == 429 and self._limited_at is not None:
            return self._limited_at + LIMITED_S * self._unit
        return self._since + PATIENCE_S * self._unit
