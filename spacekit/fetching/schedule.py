"""When to ask for a Space again, so that its counts can be seen growing. Pure: no file, network or clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Final

import pandas as pd

from spacekit import words
from spacekit.arguments import Span, milliseconds, span
from spacekit.fields import FINISHED_STATES

# The second word of each is that of API v2; all are compared without regard to case.
_RUNNING: Final = ("running", "live")
_SCHEDULED: Final = ("notstarted", "scheduled", "prepublished")


@dataclass(frozen=True, slots=True)
class Seen:
    """What earlier answers say of one Space; instants in epoch milliseconds, None where not known."""

    space_id: str
    asked_at: int
    """When the newest answer came."""
    gone: bool = False
    """Whether it says that there is no such Space."""
    state: str | None = None
    scheduled_start: int | None = None
    started_at: int | None = None
    ended_at: int | None = None
    first_seen_at: int | None = None
    """When the first answer came."""
    first_finished_at: int | None = None
    """When the first answer came that showed the Space finished."""


@dataclass(frozen=True, slots=True)
class _Due:
    """When a Space is due next, and why; `at` is None where it never is again."""

    space_id: str
    at: int | None
    reason: str


@dataclass(frozen=True)
class Schedule:
    """
    The ages at which to ask for a Space again. Each field can be set; spans are text such as "6h", or timedeltas.

    Ages that passed without a request are made up for by one request, not one for each.

    Parameters
    ----------
    ended
        Ages since `ended_at`, for a finished Space (Ended, TimedOut). Without `ended_at`: since the first answer
        that showed it finished, which is later than its end, so that nothing is asked too early.
    scheduled
        Times from `scheduled_start`, negative before it, for a Space that has not started: hosts start up to half
        an hour early, and some never.
    running_every
        Time between two requests while it runs.
    running_longest
        From this age on, a Space that still says it runs is due at the ages of `other` only.
    other
        Ages since the first answer, for a state that is not known here, and for a Space scheduled without a time.
    early
        How early a request may be, so that a cron job of the same interval does not miss every second one.

    Notes
    -----
    A Space is never due again once it is canceled, not found, or past its last age.

    Raises
    ------
    ValueError
        A span cannot be read, or `early` is not shorter than half of `running_every`.
    """

    ended: tuple[Span, ...] = ("1h", "6h", "1D", "2D", "3D", "7D", "14D", "30D")
    scheduled: tuple[Span, ...] = (
        *("-30min", "-15min", "-5min", "0min", "5min", "10min", "15min", "30min"),
        *("1h", "3h", "6h", "1D", "3D", "7D"),
    )
    running_every: Span = "5min"
    running_longest: Span = "1D"
    other: tuple[Span, ...] = tuple(f"{day}D" for day in range(1, 31))
    early: Span = "1min"

    def __post_init__(self) -> None:
        for entry in fields(self):
            object.__setattr__(self, entry.name, _spans(f"Schedule.{entry.name}", getattr(self, entry.name)))
        if not 0 <= _ms(self.early) < _ms(self.running_every) / 2:
            raise ValueError(
                f"Schedule: early is {self.early}, running_every {self.running_every}. Use an early that is "
                "not negative, and shorter than half of running_every."
            )

    def next(self, seen: Seen) -> _Due:
        """
        Return when a Space is due next, counted from its newest answer.

        Returns
        -------
        due
            `at` may be in the past: then it is due now.
        """
        state = (seen.state or "").lower()
        if seen.gone:
            return _Due(seen.space_id, None, "not found: final")
        if state == "canceled":
            return _Due(seen.space_id, None, "canceled: final")
        if state in _RUNNING:
            return self._running(seen)
        if state in _SCHEDULED:
            return self._at(seen, seen.scheduled_start, self.scheduled, "scheduled", "its scheduled start")
        if state in FINISHED_STATES or seen.ended_at is not None:
            ended_at, since = seen.ended_at, "its end"
            if ended_at is None:
                ended_at, since = seen.first_finished_at, "the first answer that showed it finished"
            return self._at(seen, ended_at, self.ended, "ended", since)
        return self._at(seen, None, self.other, f"state {seen.state!r}", "")

    def _running(self, seen: Seen) -> _Due:
        since = seen.started_at
        if since is None or since > seen.asked_at:
            since = seen.asked_at if seen.first_seen_at is None else seen.first_seen_at
        if seen.asked_at - since >= _ms(self.running_longest):
            return self._at(
                seen, None, self.other, f"running for more than {_words(self.running_longest)}", ""
            )
        every = self.running_every
        return _Due(seen.space_id, seen.asked_at + _ms(every), f"running: every {_words(every)}")

    def _at(self, seen: Seen, anchor: int | None, ages: tuple[Span, ...], what: str, since: str) -> _Due:
        """Return the first age that the newest answer does not cover."""
        if anchor is None:
            anchor = seen.asked_at if seen.first_seen_at is None else seen.first_seen_at
            ages, since = self.other, "the first answer"
        covered = seen.asked_at + _ms(self.early)
        for age in ages:
            if anchor + _ms(age) > covered:
                return _Due(seen.space_id, anchor + _ms(age), f"{what}: {_words(age)} from {since}")
        return _Due(seen.space_id, None, f"{what}: past the last age")


def due(seen: Iterable[Seen], now: int, schedule: Schedule | None = None) -> list[_Due]:
    """
    Return the Spaces to ask for now, those that have waited longest first.

    Parameters
    ----------
    seen
        What is known of each Space.
    now
        Epoch milliseconds, by the clock that dated the answers.
    schedule
        When to ask; None for the usual ages.

    Returns
    -------
    due
        One entry for each Space that is due.
    """
    schedule = schedule or Schedule()
    latest = now + _ms(schedule.early)
    entries = [entry for entry in map(schedule.next, seen) if entry.at is not None and entry.at <= latest]
    return sorted(entries, key=lambda entry: entry.at or 0)


def next_due_at(seen: Iterable[Seen], schedule: Schedule | None = None) -> int | None:
    """Return the earliest time at which any of the Spaces is due; None if none ever is again."""
    schedule = schedule or Schedule()
    return min((entry.at for entry in map(schedule.next, seen) if entry.at is not None), default=None)


def _spans(name: str, value: Any) -> pd.Timedelta | tuple[pd.Timedelta, ...]:
    if isinstance(value, tuple | list):
        return tuple(sorted(span(name, age, negative=True) for age in value))
    return span(name, value, negative=True)


def _ms(age: Span) -> int:
    return milliseconds(pd.Timedelta(age))


def _words(age: Span) -> str:
    return words.span(pd.Timedelta(age))
