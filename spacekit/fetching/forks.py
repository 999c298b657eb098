"""What a forked process must not share with its parent: it is made anew in the child. Knows nothing of Spaces."""

from __future__ import annotations

import os
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


if hasattr(os, "register_at_fork"):  # Windows has no fork
    os.register_at_fork(after_in_child=_renew_all)
