"""The pieces of a dashboard: boxes that the style sheet lays out, fields with their names above, red remarks."""

from __future__ import annotations

from typing import Any, Final

import ipywidgets as w

from spacekit.words import escaped

# Mixed with the colour of text, red can be read on light paper and on dark.
_RED: Final = (
    "color:color-mix(in srgb,#e5484d 70%,currentcolor);font-weight:600;line-height:1.4;overflow-wrap:anywhere"
)


def box(name: str, *children: w.Widget) -> w.Box:
    """Return a box that `web/form.css` lays out as `.spacekit-NAME`."""
    made = w.Box(children)
    made.add_class(f"spacekit-{name}")
    return made


def field(kind: type[w.Widget], name: str, **options: Any) -> Any:
    """Return a field with its name above it, as wide as its box."""
    made = kind(description=name, style={"description_width": "initial"}, **options)
    made.add_class("spacekit-field")
    return made


def problem(text: str) -> str:
    """Return what is wrong with a field as HTML that a screen reader announces, to stand below it; "" for nothing."""
    return f'<div role="alert">{red(text)}</div>' if text else ""


def red(text: str) -> str:
    """Return text in red as HTML; "" for nothing."""
    return f'<div style="{_RED}">{escaped(text)}</div>' if text else ""


def old(busy: bool) -> tuple[str, ...]:
    """Return the classes of what is still that of an earlier view."""
    return ("spacekit-old",) if busy else ()
