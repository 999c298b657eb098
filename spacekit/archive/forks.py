"""What a forked process must not share with its parent: locks, connections, threads. Knows no Spaces and no SQL."""

from __future__ import annotations

import os
import sys
import threading
from functools import cached_property
from typing import Any, Final, Protocol
from weakref import WeakSet

_LONGEST_S: Final = 5.0  # a fork waits for what another thread writes, but not for one that waits itself


class _Forked(Protocol):
    """What holds locks, connections or threads, which a fork copies in whatever state they are."""

    def renew(self) -> None:
        """Make it anew, in a child that was just forked: no lock is waited for, and no other thread runs."""


class _Whole(_Forked, Protocol):
    """What must not be forked in the middle of its work, which is done under a lock."""

    lock: Any


_all: Final[WeakSet[_Forked]] = WeakSet()
_whole: Final[WeakSet[_Whole]] = WeakSet()
_held = threading.local()


def renew_after_fork(owner: _Forked) -> None:
    """Have something renewed in each process that is forked from now on, for as long as it is in use."""
    _all.add(owner)


def fork_between(owner: _Whole) -> None:
    """Have something renewed, and each fork wait for the end of what is done under its lock."""
    _whole.add(owner)
    renew_after_fork(owner)


def _before() -> None:
    """Let nothing be under way: SQLite would take the locks of a transaction for the child's own."""
    _held.locks = [owner.lock for owner in list(_whole)]
    _held.locks = [lock for lock in _held.locks if lock.acquire(timeout=_LONGEST_S)]


def _in_parent() -> None:
    for lock in _held.locks:
        lock.release()


def _in_child() -> None:
    for owner in list(_all):
        owner.renew()
    if sys.version_info < (3, 12):
        _free_properties()


def _free_properties() -> None:
    """Renew the locks of cached properties: Python 3.11 has one a class, which another thread may have held."""
    modules = [module for name, module in list(sys.modules.items()) if name.startswith("spacekit.")]
    classes = {value for module in modules for value in vars(module).values() if isinstance(value, type)}
    for value in (value for one in classes for value in vars(one).values()):
        if isinstance(value, cached_property) and hasattr(value, "lock"):
            value.lock = threading.RLock()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
