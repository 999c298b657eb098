"""Ctrl-C and other signals that raise, held back while a step must not be cut in two. It handles none itself."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final, TypeVar

from spacekit.fetching.forks import renew_after_fork

_R = TypeVar("_R")
SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)
)
"""What tells a program to end; Windows has no SIGHUP, but SIGBREAK."""


class Hold:
    """
    What `held` yields: it lets interrupts come in one call, and knows of those that came elsewhere.

    Parameters
    ----------
    firm
        Whether every interrupt is held back; if not, only the first, so that a second one ends a long step.
    """

    def __init__(self, *, firm: bool) -> None:
        self._firm, self._raised = firm, False
        self._noted: tuple[int, FrameType | None] | None = None
        self._before: dict[int, Callable[[int, FrameType | None], Any]] = {}
        self._thread, self._is_elsewhere = threading.get_ident(), False
        renew_after_fork(self)

    def renew(self) -> None:
        """Hold nothing back in a process that another thread forked: the block goes on in the parent alone."""
        self._is_elsewhere |= threading.get_ident() != self._thread

    def call(self, work: Callable[[], _R]) -> _R:
        """Return what some work returns; interrupts come in it, first one that came before it."""
        self.end()
        return work()

    def take(self) -> bool:
        """Return whether an interrupt was held back; its handler has seen it, and the rest is the caller's."""
        taken = self._noted is not None
        with suppress(KeyboardInterrupt):
            self.end()
        return taken

    def end(self) -> None:
        """Raise the interrupt that was held back, if there is one."""
        if self._noted is not None:
            (number, frame), self._noted = self._noted, None
            self._raise(number, frame)

    def hold(self) -> None:
        """Take the place of the handlers that raise."""
        for number in SIGNALS:
            before = signal.getsignal(number)
            if callable(before):
                self._before[number] = before
                signal.signal(number, self._handle)

    def put_back(self) -> None:
        """Put the handlers back."""
        for number, before in self._before.items():
            signal.signal(number, before)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        second = not self._firm and (self._raised or self._noted is not None)
        if second or self._is_elsewhere or is_in(self, frame):
            self._raise(number, frame)
        else:
            self._noted = number, frame

    def _raise(self, number: int, frame: FrameType | None) -> None:
        self._raised = True
        self._before[number](number, frame)


def is_in(owner: object, frame: FrameType | None) -> bool:
    """Whether the method `call` of an object is under way in a frame; no flag could say so without a gap."""
    code = type(owner).call.__code__  # type: ignore[attr-defined]  # those who ask have one
    while frame is not None:
        if frame.f_code is code and frame.f_locals.get("self") is owner:
            return True
        frame = frame.f_back
    return False


@contextmanager
def held(*, firm: bool = False) -> Iterator[Hold]:
    """
    Hold back Ctrl-C in this block, but for what `hold.call` does; what was held back is raised at the end.

    Handlers that raise are held back, whichever of `SIGNALS` they are for; they are put back at the end. In a thread
    other than the main one nothing changes: it is never interrupted.

    Parameters
    ----------
    firm
        Whether to hold back every interrupt, for a step that is short; if not, a second one is raised at once.

    Yields
    ------
    hold
        Calls what may be interrupted.

    Examples
    --------
    >>> import signal
    >>> with held() as hold:
    ...     signal.raise_signal(signal.SIGINT)
    ...     print("still here", hold.take())
    still here True
    """
    hold = Hold(firm=firm)
    if threading.current_thread() is not threading.main_thread():
        yield hold
        return
    try:
        hold.hold()
        yield hold
    finally:
        hold.put_back()
    hold.end()
