"""Groups of fields, each with a hint below it, or in red with what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets as w

from spacekit.forms import dashboard, parts
from spacekit.words import escaped


class Checked(w.Box):  # type: ignore[misc]  # ipywidgets has no types
    """A field with a hint below it, or what is wrong; what was wrong keeps its room, so that no button moves away."""

    def __init__(self, widget: w.Widget, hint: str = "") -> None:
        self._hint, self.note, self._room = parts.hint(hint), parts.html(), parts.html()
        super().__init__([widget, self.note, self._room])
        self.add_class("spacekit-checked")
        self.tell("")

    def tell(self, problem: str) -> None:
        """Say what is wrong with the field; "" if nothing is."""
        parts.mark(self, "spacekit-wrong", yes=bool(problem))
        self._room.value = dashboard.red(problem) or self._room.value
        self.note.value = dashboard.problem(problem) or self._hint
        for text in (self.note, self._room):
            parts.show(text, yes=bool(text.value))


def group(name: str, *children: w.Widget) -> w.Box:
    """Return a frame with a heading."""
    return dashboard.box("group", w.HTML(f'<div class="spacekit-head">{escaped(name)}</div>'), *children)


def tell(fields: Mapping[str, Checked], problems: Mapping[str, str]) -> None:
    """Say of every field what is wrong with it."""
    for name, field in fields.items():
        field.tell(problems.get(name, ""))
