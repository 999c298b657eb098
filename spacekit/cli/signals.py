"""What tells a command to end: Ctrl-C, SIGTERM and SIGHUP, all in one way, and each with its exit code."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, Final

from spacekit.fetching.interrupts import SIGNALS, is_in

_INTERRUPTED: Final = 130
_CODES: Final = {"SIGHUP": 129, "SIGINT": _INTERRUPTED, "SIGTERM": 143, "SIGBREAK": _INTERRUPTED}
"""The exit code after each signal: 128 and its number; Ctrl-Break ends as Ctrl-C does."""
_AGAIN_S: Final = 0.01


class Stopped(KeyboardInterrupt):
    """A command was told to end, and has done what was left to do; the message says what to do next."""


class _Door:
    """
    Where signals come in while a command runs: each raises a KeyboardInterrupt in it, as Ctrl-C does.

    Attributes
    ----------
    signal
        The name of the first signal that came; "SIGINT" where none did.
    """

    def __init__(self) -> None:
        self.signal = "SIGINT"
        self._came = False
        self._hook: Callable[[sys.UnraisableHookArgs], object] = sys.unraisablehook

    @property
    def code(self) -> int:
        """The exit code of a command that was told to end."""
        return _CODES[self.signal]

    @property
    def words(self) -> str:
        """What ended it, in words."""
        return "interrupted" if _CODES[self.signal] == _INTERRUPTED else f"stopped by {self.signal}"

    def call(self, work: Callable[[], int]) -> int:
        """Do some work. Signals raise in here only, so that what the caller does afterwards is not cut off."""
        if self._came:
            raise KeyboardInterrupt
        return work()

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if not self._came:
            self._came, self.signal = True, signal.Signals(number).name
        if is_in(self, frame):
            raise KeyboardInterrupt

    def _unraisable(self, lost: sys.UnraisableHookArgs) -> None:
        """Send an interrupt again that came in a callback, such as one of an import, where Python drops it."""
        if not issubclass(lost.exc_type, KeyboardInterrupt):
            self._hook(lost)
            return
        again = threading.Timer(_AGAIN_S, _send, [getattr(signal, self.signal)])
        again.daemon = True
        again.start()


def _send(number: int) -> None:
    """Send a signal to the main thread, so that it also ends a sleep there."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


@contextmanager
def door() -> Iterator[_Door]:
    """
    Handle the signals that tell a program to end; the handlers before are put back.

    What is ignored stays so (`nohup`, a job in the background). In a thread other than the main one nothing changes.
    """
    made = _Door()
    if threading.current_thread() is not threading.main_thread():
        yield made
        return
    before: dict[int, Any] = {}
    sys.unraisablehook = made._unraisable  # its other half
    try:
        for number in SIGNALS:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, made._handle)
        yield made
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        sys.unraisablehook = made._hook
