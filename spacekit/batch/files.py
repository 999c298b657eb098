"""A file is replaced only when all of the new one is written; what is no file is written to. Knows no formats."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def _is_device(path: Path) -> bool:
    """Whether a path, or what it links to, is there and no file that could be replaced: /dev/null, a pipe."""
    return path.exists() and not path.is_file()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a path to write to, beside the file that it takes the place of once all is written.

    Of a link, the file that it points to is replaced, and the link stays. A device or pipe is given as it is.

    Raises
    ------
    OSError
        The file cannot be replaced. What was written is removed then, as after any error.
    """
    if _is_device(path):
        yield path
        return
    target = path.resolve()
    part = target.with_name(f".{os.getpid()}.{target.name}")  # the ending stays: it says the format
    try:
        yield part
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
