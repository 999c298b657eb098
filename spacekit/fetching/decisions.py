"""What an answer means for the run: ask again, hold back, stop, or end. Pure: no thread, network or clock."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from spacekit.batch.outcomes import OUTCOMES
from spacekit.errors import CredentialsError, NoCreditError, ServiceError, SpacekitError
from spacekit.fetching.pacing import WINDOW_S, Wait
from spacekit.fetching.reasons import Broken
from spacekit.words import span

BACKOFF_S: Final = 0.5

MAX_RETRY_AFTER_S: Final = 900.0
"""Longest `Retry-After` that is waited out. A run that is asked to wait longer stops instead of hanging."""

_BACKOFF_CAP_S: Final = 30.0
# Four waits of a Space that meets 429 without Retry-After: 1.6, 4.8, 14.4 and 43.2 s, a minute in all.
_LIMITED_FACTOR: Final = 3.2


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one request for a Space; `error` is None where the Space came."""

    outcome: str
    status: int | None
    body: bytes | None
    error: SpacekitError | None
    fetched_at: int
    """Epoch milliseconds, by the clock of the Client."""
    retry_after_s: float | None = None
    """Seconds that the service asks to wait; None where it does not say."""
    broken: Broken | None = None
    """Why no answer came at all."""

    @property
    def reason(self) -> str:
        """What came in place of a useful answer, in a few words."""
        if self.broken is not None:
            return self.broken.reason
        return "no JSON" if self.status == 200 else f"status {self.status}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do after a result. By default the Space has ended, and the run goes on."""

    again_s: float | None = None
    """Seconds after which to ask for this Space again."""
    hold: Wait | None = None
    """Why and how long to send nothing at all."""
    no_new: str | None = None
    """Why no Space is begun any more; those begun may be asked again."""
    stop: str | None = None
    """Why nothing is sent any more."""


class Judge:
    """
    Decides after each result of a run, in the order in which the results come.

    Parameters
    ----------
    attempts
        Maximum number of requests for a Space that gets no useful answer.
    backoff_s
        Roughly how many seconds to wait after a first useless answer.
    rng
        Source of the jitter.
    """

    def __init__(self, attempts: int, backoff_s: float, rng: random.Random) -> None:
        self._attempts, self._backoff_s, self._rng = attempts, backoff_s, rng
        self._out_of_credit = False

    def decide(self, result: Result, tries: int, *, can_confirm: bool, is_down: bool = False) -> Decision:
        """
        Decide what follows from a result.

        Parameters
        ----------
        result
            What came.
        tries
            Useless answers for this Space so far, this one included.
        can_confirm
            Whether a 404 can be confirmed at another address.
        is_down
            Whether the service seems down: then a failure costs no attempt, and `Outage` says when to ask.
        """
        if isinstance(result.error, ServiceError):
            return self._in_outage(result) if is_down else self._after_failure(result, tries)
        if result.status == 404 and can_confirm:
            return Decision(again_s=0.0)
        if isinstance(result.error, CredentialsError):
            return Decision(stop=f"{OUTCOMES[result.outcome].meaning} (401)")
        if isinstance(result.error, NoCreditError):
            return self._after_402(result, tries)
        return Decision()

    def _after_402(self, result: Result, tries: int) -> Decision:
        """
        Begin no new Space; those begun may be asked again, until one of them gets a 402 too.

        Such a request costs nothing, and a Space that met a passing fault ends as if it had been asked alone.
        """
        why = f"{OUTCOMES[result.outcome].meaning} (402)"
        again, self._out_of_credit = self._out_of_credit and tries > 0, True
        return Decision(stop=why) if again else Decision(no_new=why)

    def _after_failure(self, result: Result, tries: int) -> Decision:
        """Ask again after a wait, while attempts are left; a 429 or a `Retry-After` holds back all others too."""
        stop, hold = _hopeless(result), self._hold(result, tries)
        wait_s = max(backoff(tries, self._rng, self._backoff_s), hold.seconds if hold else 0.0)
        return Decision(wait_s if tries < self._attempts else None, hold, stop=stop)

    def _in_outage(self, result: Result) -> Decision:
        hold = _asked(result)
        return Decision(hold.seconds if hold else 0.0, hold, stop=_hopeless(result))

    def _hold(self, result: Result, tries: int) -> Wait | None:
        if result.retry_after_s is None and result.status == 429:
            return Wait(limited_backoff(tries, self._rng, self._backoff_s), "too many requests (429)")
        return _asked(result)


def _asked(result: Result) -> Wait | None:
    """Return the wait that the service asks for, where there is one that is not too long."""
    asked_s = result.retry_after_s
    return Wait(asked_s, "the service asks to wait") if asked_s and not _hopeless(result) else None


def _hopeless(result: Result) -> str | None:
    """Say why asking again has no use: a certificate, for one, or a wait that is longer than a run waits."""
    if result.broken is not None and result.broken.lasting:
        return result.broken.reason
    asked_s = result.retry_after_s or 0.0
    if asked_s <= MAX_RETRY_AFTER_S:
        return None
    return f"the service asks to wait {span(min(asked_s, 1e9))}, which is too long to sit out"


def backoff(tries: int, rng: random.Random, base_s: float = BACKOFF_S) -> float:
    """
    Return the seconds to wait after a number of useless answers for one Space.

    They double from `base_s` to at most 30 s; then between half and all of it, at random, so that Spaces which
    failed together do not come back together.
    """
    return min(_BACKOFF_CAP_S, base_s * 2.0 ** min(tries - 1, 30)) * rng.uniform(0.5, 1.0)


def limited_backoff(tries: int, rng: random.Random, base_s: float = BACKOFF_S) -> float:
    """
    Return the seconds to hold back all requests after a 429 that does not say how long.

    They triple from 1.6 s (with the usual `base_s`), so that the five attempts for a Space outlast a minute's
    window; up to half as much again, at random.
    """
    longest = WINDOW_S / BACKOFF_S * base_s
    return min(longest, _LIMITED_FACTOR * base_s * 3.0 ** min(tries - 1, 30)) * rng.uniform(1.0, 1.5)


def parse_retry_after(text: str | None, now: datetime) -> float | None:
    """
    Return the seconds that a `Retry-After` header asks to wait: a number of seconds, or a date of HTTP.

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
