"""Replaces a file only once the new one is complete; a device or pipe is written to directly. Knows no formats."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _is_device(path: Path) -> bool:
    """Whether a path leads to something that exists and is not a file, such as /dev/null or a pipe."""
    return path.exists() and not path.is_file()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a path to write to; what is written there replaces the file at the end.

    A link stays, and the file that it points to is replaced. A device or pipe is yielded itself.

    Raises
    ------
    OSError
        The file cannot be replaced. As after any error, what was written is removed.
    """
    if _is_device(path):
        yield path
        return
    target = path.resolve()
    part = target.with_name(f".{os.getpid()}.{target.name}")  # the ending stays: it says the format
    try:
        yield part
        _replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _replace(part: Path, target: Path) -> None:
    """Put a file in the place of another; the one that is named, if that cannot be, is the one that is in use."""
    try:
        part.replace(target)
    except PermissionError as error:  # on Windows: a file that Excel shows cannot be replaced
        raise PermissionError(
            error.errno, "cannot be replaced. Close it in other programs, or use another name", str(target)
        ) from error
