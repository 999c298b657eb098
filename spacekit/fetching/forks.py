"""What a forked process must not share with its parent: it is made anew in the child. Knows nothing of Spaces.

Archives have a module of their own for it: this one loads nothing, since the command needs it before its help.
"""

from __future__ import annotations

import os
import sys
from functools import cached_property
from threading import RLock
from typing import Protocol
from weakref import WeakSet


class _Forked(Protocol):
    """What holds locks, connections or threads, which a fork copies in whatever state they are."""

    def renew(self) -> None:
        """Make it anew, in a child that was just forked: no lock is waited for, and no other thread runs."""


_all: WeakSet[_Forked] = WeakSet()


def renew_after_fork(owner: _Forked) -> None:
    """Have something renewed in each process that is forked from now on, for as long as it is in use."""
    _all.add(owner)


def _renew_all() -> None:
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
            value.lock = RLock()


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_renew_all)
