"""How the runs on one archive share what there is to ask for: each thing is claimed first, and asked for by one run."""

from __future__ import annotations

import math
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from itertools import islice
from typing import Final

from spacekit.archive import Archive
from spacekit.archive.claims import LEASE_S
from spacekit.errors import ArchiveError
from spacekit.words import iso

_PORTION: Final = 500
"""Things that are claimed at a time: few enough that two runs share the work, and that a killed one holds up little."""
_LOW: Final = _PORTION // 2
"""Things that are ready to be asked for, below which more are claimed."""
_POLL_S: Final = 0.25  # how often a run looks at what another one has claimed


def asked_elsewhere(what: str, until: int) -> str:
    """Return what another run is asking for, in words, and until when at most, if it has been killed."""
    end = f": until {iso(until)[:19].replace('T', ' ')} UTC, or for as long as it goes on" if until else ""
    return f"{what}{end}"


class Shared:
    """
    The things that a run asks for, in order. They are claimed a portion at a time; what another run holds is waited
    for, and claimed once it is free.

    No run waits while it holds something back from another, so that no two can wait for each other. Used by the
    thread that writes, alone.

    Parameters
    ----------
    archive
        Where claims are made.
    names
        Of the things, each once.

    Attributes
    ----------
    held
        What other runs hold.
    until
        When all of that is free, unless they renew their claims; in epoch milliseconds.
    """

    def __init__(self, archive: Archive, names: Iterable[str]) -> None:
        self._claims = archive.claims
        self._run = secrets.randbits(62)
        self._free = dict.fromkeys(names)
        self.held: dict[str, None] = {}
        self.until = 0
        self._renew_at = math.inf
        self._poll_at = 0.0

    def __len__(self) -> int:
        return len(self._free) + len(self.held)

    def is_due(self, ready: int) -> bool:
        """Whether there is anything for `take` to do."""
        now = time.monotonic()
        is_low = bool(self._free) and ready < _LOW
        return is_low or now >= self._renew_at or (bool(self.held) and now >= self._poll_at)

    def take(self, ready: int) -> list[str]:
        """Return what was claimed now, where few things are ready to be asked for."""
        if time.monotonic() >= self._renew_at:
            self._claims.renew(self._run)
            self._renew_at = time.monotonic() + LEASE_S / 4
        if self.held:
            self._look_again()
        taken: list[str] = []
        while self._free and ready + len(taken) < _LOW:
            taken += self._take_portion()
        return taken

    def drop(self, names: Iterable[str]) -> None:
        """Take out what need not be asked for any more."""
        for name in names:
            self._free.pop(name, None)
            self.held.pop(name, None)

    def release(self, names: Iterable[str]) -> None:
        """Let other runs ask for things that this one claimed."""
        if names := list(names):
            self._claims.release(self._run, names)

    def end(self) -> None:
        """Let other runs ask for everything. Where that cannot be written, the claims end by themselves."""
        if self._renew_at < math.inf:
            with suppress(ArchiveError):
                self._claims.end(self._run)

    def _look_again(self) -> None:
        """Take note of what other runs hold no longer; it comes first."""
        still = self._claims.ends()
        self.until = max((still[name] for name in self.held if name in still), default=0)
        free = [name for name in self.held if name not in still]
        self.drop(free)
        self._free = {**dict.fromkeys(free), **self._free}
        self._poll_at = time.monotonic() + _POLL_S

    def _take_portion(self) -> list[str]:
        names = list(islice(self._free, _PORTION))
        self._renew_at = time.monotonic() + LEASE_S / 4  # also where Ctrl-C or an error comes in between
        taken = self._claims.take(self._run, names)
        ours = set(taken)
        self.drop(names)
        self.held.update(dict.fromkeys(name for name in names if name not in ours))
        if self.held:
            self._poll_at = 0.0  # until when, the next look says
        return taken
