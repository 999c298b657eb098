"""What becomes of open archives in a process that is forked: SQLite must not carry a connection over. Knows no SQL."""

from __future__ import annotations

import ctypes
import os
import threading
from typing import Any, Final, Protocol
from weakref import WeakSet

_LONGEST_S: Final = 5.0  # a fork waits for a transaction of another thread, but not for one that waits itself


class _Forked(Protocol):
    """What has a connection, which is used under a lock."""

    lock: Any

    def leave(self) -> object:
        """Return the connection, and use it no more; no lock is waited for."""


_all: Final[WeakSet[_Forked]] = WeakSet()
_held = threading.local()


def renew_after_fork(store: _Forked) -> None:
    """Have a file opened anew in each process that is forked from now on."""
    _all.add(store)


def _before() -> None:
    """Let no transaction be under way: SQLite would take its locks for the child's own."""
    _held.locks = [store.lock for store in list(_all)]
    _held.locks = [lock for lock in _held.locks if lock.acquire(timeout=_LONGEST_S)]


def _in_parent() -> None:
    for lock in _held.locks:
        lock.release()


def _in_child() -> None:
    """Leave the connections as they are: to close one would undo, in the file, what the parent is writing."""
    for store in list(_all):
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(store.leave()))


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
