"""How fast: when a request may be sent. Pure, with the clock passed in; sends nothing and never sleeps."""

from __future__ import annotations

import hashlib
import math
import os
from collections import deque
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple

from spacekit.fetching.forks import renew_after_fork

WINDOW_S: Final = 61.0
"""Seconds over which requests are counted: the service's minute and one for clocks that differ."""


class Wait(NamedTuple):
    """Why nothing may be sent now, and for how long."""

    seconds: float
    why: str
    is_down: bool = False
    """Whether it is because the service seems down."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Log:
    """
    Requests of one key that still count, for all Clients of the process. Guarded by its own lock.

    A request counts from its sending until a window after its *answer* came. When a request is sent, every
    other one that can reach the service within the same window is still counted, however long either of
    them travels: so no minute at the service, wherever it begins, holds more than the limit.
    """

    window_s: float = WINDOW_S
    under_way: int = 0
    ended: deque[float] = field(default_factory=deque)
    held_until: float = -math.inf
    held_why: str = ""
    lock: Lock = field(default_factory=Lock, repr=False)

    def __post_init__(self) -> None:
        renew_after_fork(self)

    def renew(self) -> None:
        """Let a forked process count for itself; what was sent before counts, what is under way is the parent's."""
        self.lock, self.under_way = Lock(), 0

    def forget_old(self, now: float) -> None:
        """Drop what no longer counts."""
        while self.ended and self.ended[0] + self.window_s <= now:
            self.ended.popleft()


_SALT: Final = os.urandom(16)
_logs: Final[dict[bytes, Log]] = {}


def log_for(host: str, key: str) -> Log:
    """Return the one log of the requests sent with a key; it is kept under a hash, never under the key."""
    name = hashlib.blake2b(f"{host}\0{key}".encode(), key=_SALT).digest()
    return _logs.setdefault(name, Log())  # one step: it needs no lock, which a fork could leave held


class Pacer:
    """
    Lets requests go at once while fewer than the limit count, then one by one as the oldest run out.

    Clients with different limits may share a log: each holds its own limit against the requests of all.

    Parameters
    ----------
    requests_per_minute
        The limit; None for none. A hold is kept either way.
    log
        The requests that count; shared by all who use the same key.
    """

    def __init__(self, requests_per_minute: int | None, log: Log | None = None) -> None:
        self.limit = math.inf if requests_per_minute is None else requests_per_minute
        self.log = log or Log()

    def begin(self, now: float) -> Wait | None:
        """Take a slot and return None, or return how long to wait at least; then ask again."""
        with self.log.lock:
            wait = self._look(now)
            if wait is None:
                self.log.under_way += 1
            return wait

    def look(self, now: float) -> Wait | None:
        """Return what `begin` would, and take nothing."""
        with self.log.lock:
            return self._look(now)

    def _look(self, now: float) -> Wait | None:
        log = self.log
        log.forget_old(now)
        if log.held_until > now:
            return Wait(log.held_until - now, log.held_why)
        surplus = log.under_way + len(log.ended) - self.limit
        if surplus < 0:
            return None
        # With several Clients more than this one's limit may count: then the surplus has to run out too.
        oldest = log.ended[int(surplus)] if surplus < len(log.ended) else now
        return Wait(oldest + log.window_s - now, "rate limit")

    def end(self, now: float) -> None:
        """Note that the answer to a request came, or that none will."""
        log = self.log
        with log.lock:
            log.forget_old(now)
            log.under_way -= 1
            # Threads may come here out of order by microseconds; the log is kept sorted.
            log.ended.append(max(now, log.ended[-1]) if log.ended else now)

    def hold(self, until: float, why: str) -> None:
        """Send nothing before `until`; a longer hold stays."""
        with self.log.lock:
            if until > self.log.held_until:
                self.log.held_until, self.log.held_why = until, why

    def seconds_for(self, requests: int, now: float) -> float:
        """Return the seconds until the last of these requests may be sent, if answers are immediate."""
        log = self.log
        if requests <= 0:
            return 0.0
        with log.lock:
            log.forget_old(now)
            held = max(0.0, log.held_until - now)
            if math.isinf(self.limit):
                return held
            counting = [end + log.window_s - now for end in log.ended] + [log.window_s] * log.under_way
        if requests + len(counting) <= self.limit:
            return held
        limit = int(self.limit)
        rounds, place = divmod(requests - 1, limit)
        free = max(0, limit - len(counting))
        first = 0.0 if place < free else counting[-limit:][place - free]
        return max(held, first) + rounds * log.window_s
