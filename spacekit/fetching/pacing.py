"""How fast, and how often again: pure decisions, with the clock passed in. Sends nothing and never sleeps."""

from __future__ import annotations

import math
import random
import re
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from typing import Final, NamedTuple

WINDOW_S: Final = 61.0
"""Seconds over which requests are counted: the service's minute and one for clocks that differ."""

MAX_RETRY_AFTER_S: Final = 900.0
"""Longest `Retry-After` that is waited out. A run that is asked to wait longer stops instead of hanging."""

BACKOFF_S: Final = 0.5
_BACKOFF_CAP_S: Final = 30.0
# Four waits of a Space that meets 429 without Retry-After: 1.6, 4.8, 14.4 and 43.2 s, a minute in all.
_LIMITED_FACTOR: Final = 3.2


class Wait(NamedTuple):
    """Why nothing may be sent now, and for how long."""

    seconds: float
    why: str


@dataclass(slots=True)
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

    def forget_old(self, now: float) -> None:
        """Drop what no longer counts."""
        while self.ended and self.ended[0] + self.window_s <= now:
            self.ended.popleft()


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
        """Take a slot and give None, or tell how long to wait at least; then ask again."""
        with self.log.lock:
            wait = self._look(now)
            if wait is None:
                self.log.under_way += 1
            return wait

    def look(self, now: float) -> Wait | None:
        """Tell what `begin` would, and take nothing."""
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
        """Seconds from now until the last of so many requests may be sent, answers taken as immediate."""
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


def backoff(tries: int, rng: random.Random, base_s: float = BACKOFF_S) -> float:
    """
    Seconds to wait after so many failed tries of one Space.

    Doubles from `base_s` to at most 30 s; then between half and all of it, at random, so that Spaces which
    failed together do not come back together.
    """
    return min(_BACKOFF_CAP_S, base_s * 2.0 ** min(tries - 1, 30)) * rng.uniform(0.5, 1.0)


def limited_backoff(tries: int, rng: random.Random, base_s: float = BACKOFF_S) -> float:
    """
    Seconds to hold all requests after a 429 that says not how long.

    Triples from 1.6 s (with the usual `base_s`), so that the five attempts of a Space outlast a minute's
    window; up to half as much again, at random.
    """
    longest = WINDOW_S / BACKOFF_S * base_s
    return min(longest, _LIMITED_FACTOR * base_s * 3.0 ** min(tries - 1, 30)) * rng.uniform(1.0, 1.5)


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """
    Seconds that a `Retry-After` header asks to wait: a number of seconds, or a date of HTTP.

    Returns
    -------
    seconds
        0 or more, also for a date that has passed; None where there is no header or it cannot be read
        (negative, not a number, another form). Not capped: see `MAX_RETRY_AFTER_S`.
    """
    text = (text or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    # "-0000" and no zone at all mean UTC in a header.
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())
