"""Standard output and standard error where a shell closed them (`>&-`), or a program has none. It writes no tables."""

from __future__ import annotations

import io
import os
import sys
from typing import Any, Final

CLOSED: Final = "standard output is closed. Add -o FILE"


class _Lost(io.RawIOBase):
    """Takes what is said, for nobody."""

    def writable(self) -> bool:
        """Take everything."""
        return True

    def write(self, data: Any, /) -> int:
        """Write it nowhere."""
        return len(data)


class _Closed(_Lost):
    """Takes no data: it would be lost."""

    def write(self, _data: Any, /) -> int:
        """Refuse it in words."""
        raise OSError("standard output is closed. Send it to a file: spacekit ... > FILE")


def open_closed() -> None:
    """Put streams in place of standard output and standard error where they are closed, and Python has None."""
    for name, kind in (("stdout", _Closed), ("stderr", _Lost)):
        if getattr(sys, name) is None:
            os.open(os.devnull, os.O_RDONLY)  # takes the free number, so that no file of ours has it
            setattr(sys, name, io.TextIOWrapper(kind(), encoding="utf-8", write_through=True))


def stdout_is_closed() -> bool:
    """Whether what is written to standard output would be lost."""
    return isinstance(getattr(sys.stdout, "buffer", None), _Closed)
