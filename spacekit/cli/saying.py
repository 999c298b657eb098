"""What is said on standard error, and what `--quiet` leaves out of it. It writes no data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final, TextIO

from spacekit.words import one_line, redact


def say(words: str) -> None:
    """Write one line to standard error."""
    words = one_line(redact(words))
    write_error(f"spacekit: {words}\n")  # in one piece, also while a pipe writes


_CAUSES: Final[ContextVar[list[str] | None]] = ContextVar("causes", default=None)


@contextmanager
def quiet(hush: bool) -> Iterator[list[str]]:
    """Leave out notes, as `--quiet` asks; return those of them that may be the cause of an exit code that is not 0."""
    causes: list[str] = []
    before = _CAUSES.set(causes if hush else None)
    try:
        yield causes
    finally:
        _CAUSES.reset(before)


def note(words: str, *, cause: bool = False) -> None:
    """Write a line that `--quiet` leaves out, unless it is the first `cause` of a run that is not whole."""
    causes = _CAUSES.get()
    if causes is None:
        say(words)
    elif cause:
        causes.append(words)


def write_error(text: str) -> None:
    """Write to standard error, as it is; a terminal that was closed, or a pipe that nobody reads, ends no command."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Let a stream lead nowhere, so that Python does not complain once more when it flushes at its end."""
    with suppress(OSError, ValueError), open(os.devnull, "wb") as nowhere:  # noqa: PTH123  # a device, on Windows too
        os.dup2(nowhere.fileno(), stream.fileno())  # a stream without a file behind it needs nothing
