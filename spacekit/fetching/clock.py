"""The clock that dates answers, and what shows that it is wrong. Sends nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from spacekit.archive import Archive
from spacekit.errors import ClockWarning, SpacekitError, warn
from spacekit.tables.values import EARLIEST, LATEST, epoch_ms
from spacekit.words import iso, show

_FAR_MS: Final = 15 * 60_000
"""How far clocks may be apart before it is said."""


class Clock:
    """
    The clock of a Client: that of the computer, or one that was passed, which is compared with nothing.

    Safe from any thread; `tell` is for the one that the user called from.

    Attributes
    ----------
    is_own
        Whether it was passed.
    """

    def __init__(self, now: Callable[[], datetime] | None) -> None:
        self.is_own = now is not None
        self._now = now or (lambda: datetime.now(UTC))
        self._lock = threading.Lock()
        self._doubt: str | None = None
        self._told = False

    def now_ms(self) -> int:
        """Return the time, in epoch milliseconds; raise `TypeError` where it is no instant."""
        now = self._now()
        if not isinstance(now, datetime) or now.utcoffset() is None:
            raise TypeError(
                f"Client: now= returned {show(now)}. Return a datetime with its zone, such as datetime.now(UTC)."
            )
        return epoch_ms(now)

    def check(self) -> None:
        """Raise `SpacekitError` where no answer that it dates could be used: before 2006, or after 2100."""
        now = self.now_ms()
        if not EARLIEST <= now < LATEST:
            says = self._now().isoformat()
            advice = "Correct what now= returns." if self.is_own else "Set the clock of this computer."
            raise SpacekitError(f"Client: its clock says {says}, outside the years 2006 to 2100. {advice}")

    def compare_with(self, archive: Archive | None) -> None:
        """Compare it with the times of an archive: answers cannot come from the future."""
        said = None if archive is None or self.is_own else archive.last_said()
        if archive is not None and said is not None and said > self.now_ms() + _FAR_MS:
            self._note(f"an answer in {archive.path} says {iso(said)}")

    def compare_to(self, date: str | None) -> None:
        """Compare it with the header `Date` of an answer; one that is no date says nothing."""
        if self.is_own or date is None:
            return
        try:
            said = epoch_ms(parsedate_to_datetime(date).astimezone(UTC))
        except (ValueError, OverflowError):
            return
        if abs(said - self.now_ms()) > _FAR_MS:
            self._note(f"the service says {iso(said)}")

    def tell(self) -> None:
        """Warn once where it seems to be wrong."""
        with self._lock:
            doubt, self._doubt = self._doubt, None
        if doubt is not None:
            warn(doubt, ClockWarning)

    def _note(self, what: str) -> None:
        with self._lock:
            if not self._told:
                self._told = True
                self._doubt = (
                    f"Client: the clock of this computer says {iso(self.now_ms())}, but {what}. Answers are dated by "
                    "this clock: set it right if it is wrong. What is dated later than now is asked for again."
                )
