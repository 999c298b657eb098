"""What is asked for: one task for a Space or a page, and how often it was tried. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from spacekit.fetching.decisions import Result


@dataclass(slots=True, eq=False, kw_only=True)
class Task:
    """One thing to ask for: a Space, or a page of a search."""

    requests: int = 0
    tries: int = 0
    """Useless answers so far; a 404 that is to be confirmed does not count."""
    result: Result | None = None
    """The last one; the end if `ended`, else a failure after which it was to be asked again."""
    ended: bool = False
    sent_at: float = 0.0
    """When the last request was sent, by the clock passed in."""


@dataclass(slots=True, eq=False)
class SpaceTask(Task):
    """One Space to ask for."""

    space_id: str
    address: str = ""
    """Which is asked, or was last."""
    denied: tuple[str, ...] = ()
    """Addresses that answered 404."""
