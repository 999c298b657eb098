"""`Card`: what is said of an object in a few lines, as HTML for a notebook and as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from html import escape
from typing import Any, Final

from spacekit.words import grids
from spacekit.words.widths import columns, safe

MADE_UP: Final = "Made-up data: no finding about X."
_BOX: Final = (
    "border:1px solid #8886;border-left:4px solid #1f77b4;border-radius:4px;padding:.6em 1em;max-width:64em;"
    "display:inline-block;box-sizing:border-box;line-height:1.4"
)
_FACT: Final = (
    "padding:.1em .9em .1em 0;vertical-align:top;text-align:left;font-size:inherit;background:transparent"
)
_SMALL: Final = "opacity:.75;font-size:90%"


@dataclass(frozen=True, slots=True)
class Card:
    """
    What there is to say of an object. All of it is plain text, which is escaped where it is shown.

    Attributes
    ----------
    head
        What it is, in a few words: "87 Spaces".
    about
        What follows the head in its line.
    facts
        Name and value of each fact.
    grid
        A small table of what is in it.
    more
        What of it the table does not show, as `more_in` words it.
    notes
        Lines of small print.
    then
        What to call next, as code.
    made_up
        Whether to say that the data is made up.
    """

    head: str
    about: str = ""
    facts: Sequence[tuple[str, str]] = ()
    grid: Sequence[grids.Column] = ()
    more: str = ""
    notes: Sequence[str] = ()
    then: Sequence[str] = ()
    made_up: bool = False

    def html(self) -> str:
        """Return the card for a notebook, in the colours of the page."""
        return f'<div style="{_BOX}">{"".join(self._parts())}</div>'

    def _parts(self) -> Iterable[str]:
        if self.made_up:
            yield f'<div style="font-weight:600">{escape(MADE_UP)}</div>'
        yield f"<div><b>{escaped(self.head)}</b>{escaped(self.about)}</div>"
        if self.facts:
            yield _facts(self.facts)
        if self.grid:
            yield grids.as_html(self.grid)
        if self.more:
            yield f"<div>{escaped(self.more)}</div>"
        yield from (f'<div style="{_SMALL}">{escaped(note)}</div>' for note in self.notes)
        if self.then:
            calls = ", ".join(f"<code>{escaped(call)}</code>" for call in self.then)
            yield f'<div style="margin-top:.4em">Next: {calls}</div>'

    def text(self) -> str:
        """Return the card for a terminal, in its width."""
        room = min(grids.width(), 100)
        widest = max((columns(name) for name, _ in self.facts), default=0) + 2
        lines = [*([MADE_UP] if self.made_up else []), safe(f"{self.head}{self.about}")]
        lines += [line for name, value in self.facts for line in _hanging(name, value, widest, room)]
        if self.grid:
            lines += ["", grids.as_text(self.grid, grids.width()), *filter(None, [self.more]), ""]
        lines += [line for note in self.notes for line in textwrap.wrap(safe(note), room)]
        lines += textwrap.wrap(f"Next: {', '.join(self.then)}", room) if self.then else []
        return "\n".join(lines)


def even_half_made(shown: Callable[[Any], str]) -> Callable[[Any], str]:
    """Return a method that shows an object, also one whose making failed: debuggers and tracebacks ask for its repr."""

    @wraps(shown)
    def show(self: Any) -> str:
        try:
            return shown(self)
        except (AttributeError, NotImplementedError):
            return f"<{type(self).__name__} that was not made>"

    return show


class Carded:
    """What has a card: `print` and notebooks show it. Its repr stays one line."""

    __slots__ = ()

    def _card(self) -> Card:
        raise NotImplementedError

    @even_half_made
    def __str__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return escape(str(self)) if repr(self).endswith("that was not made>") else self._card().html()


def more_in(place: str, n: int, shown: int) -> str:
    """Return how many of n things a card does not show, and where they are; "" where it shows all."""
    return f"and {n - shown:,} more in {place}" if n > shown else ""


def unmarked(thing: Carded) -> str:
    """Return the card of a thing for where it is said elsewhere that the data is made up."""
    return replace(thing._card(), made_up=False).html()


def escaped(text: str) -> str:
    """Return text as HTML, without what would control a terminal or turn the rest of its line."""
    plain = text if text.isascii() and text.isprintable() else "\n".join(map(safe, text.split("\n")))
    return escape(plain)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    rows = "".join(
        f'<tr style="background:transparent"><td style="{_FACT};white-space:nowrap">{escaped(name)}</td>'
        f'<td style="{_FACT}" dir="auto">{escaped(value)}</td></tr>'
        for name, value in facts
    )
    return (
        f'<table style="margin:.4em 0;border-collapse:collapse;color:inherit"><tbody>{rows}</tbody></table>'
    )


def _hanging(name: str, value: str, widest: int, room: int) -> list[str]:
    """Return a fact in lines: its name at the left, its value beside it."""
    blanks = "  " + " " * (widest - columns(name))
    lines = textwrap.wrap(safe(value), max(20, room - widest - 2)) or [""]
    first = f"  {safe(name)}{blanks[2:]}{lines[0]}"
    return [first, *(f"{' ' * (widest + 2)}{line}" for line in lines[1:])]
