"""Which process is which, so that another one on the same machine sees that it has died. Only where it can be sure."""

from __future__ import annotations

import os
from hashlib import blake2b
from pathlib import Path

_PROC = Path("/proc")


def this_process() -> str | None:
    """
    Return the name of this process: no other one has it, here or elsewhere, before or after.

    Returns
    -------
    name
        A hash of the machine, of its start and of the container; the number of the process, and when it began. None
        where the system does not say these, which only Linux does.
    """
    machine, began = _machine(), _began(os.getpid())
    return None if machine is None or began is None else f"{machine} {os.getpid()} {began}"


def has_died(name: object) -> bool:
    """Whether the process of this name has surely died; False where that cannot be known."""
    machine, _, rest = (name if isinstance(name, str) else "").partition(" ")
    number, _, began = rest.partition(" ")
    if not number.isdigit() or machine != _machine():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False  # somebody else's
    now = _began(int(number))
    return now is not None and now != began  # a process that came later has got its number


def _machine() -> str | None:
    """Return what is the same for all processes that see each other's numbers, and for no others."""
    try:
        if str((_PROC / "self").readlink()) != str(os.getpid()):
            return None  # /proc is another container's
        container = (_PROC / "self/ns/pid").stat().st_ino
        boot = (_PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii")
    except OSError:
        return None
    return blake2b(f"{boot} {container}".encode(), digest_size=12).hexdigest()


def _began(number: int) -> str | None:
    """Return when a process began, in ticks since the machine did; "dead" if it only waits to be forgotten."""
    try:
        stat = (_PROC / str(number) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = stat.rpartition(")")[2].split()  # the name of the program before it may hold anything
    return "dead" if fields[0] in "ZX" else fields[19]
