"""Pieces of which the forms are made: rows, remarks, the status line, code to copy. Text is escaped here."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import ipywidgets as w
from traitlets import Unicode

from spacekit.samples import MADE_UP

WIDE: Final = "72em"
_NAMES: Final = {"description_width": "initial"}
_BOX: Final = "border:1px solid #8888;border-radius:6px;padding:.5em .8em;margin:.2em 0"


class KeyField(w.Password):  # type: ignore[misc]  # ipywidgets has no types
    """A password field whose value goes to the kernel, and not back from there to other pages that are open."""

    value = Unicode("", help="What was typed.").tag(sync=True, echo_update=False)


def html(text: str = "") -> w.HTML:
    """Give a place for text, as wide as the form."""
    return w.HTML(text, layout=w.Layout(width="100%", margin="2px 0"))


def named(kind: type[w.Widget], name: str, width: str = "auto", **options: Any) -> Any:
    """Give a field with its label before it, however long the label."""
    layout = w.Layout(width=width, max_width="100%", margin="2px 12px 2px 0")
    return kind(description=name, style=_NAMES, layout=layout, **options)


def button(name: str, icon: str = "", style: str = "", tooltip: str = "") -> w.Button:
    """Give a button as wide as its name."""
    return w.Button(
        description=name,
        icon=icon,
        button_style=style,
        tooltip=tooltip or name,
        layout=w.Layout(width="auto"),
    )


def row(*children: w.Widget) -> w.HBox:
    """Put fields beside one another, and below where the page is narrow."""
    return w.HBox(children, layout=w.Layout(flex_flow="row wrap", align_items="center", width="100%"))


def heading(text: str) -> w.HTML:
    """Give the heading of a part of a form."""
    return html(f"<b>{escape(text)}</b>")


def status(text: str) -> str:
    """Say how things stand, so that a screen reader announces it."""
    return f'<div role="status" aria-live="polite" style="{_BOX};line-height:1.4">{escape(text)}</div>'


def remark(text: str) -> str:
    """Give a line of text."""
    return f'<div style="line-height:1.4;overflow-wrap:anywhere">{escape(text)}</div>' if text else ""


def made_up(yes: bool) -> str:
    """Mark what is made up, plainly."""
    if not yes:
        return ""
    style = f"{_BOX};border-color:#d55e00;border-left-width:6px;font-weight:600"
    return f'<div role="note" style="{style}">{escape(MADE_UP)}</div>'


def code(text: str) -> str:
    """Give code to copy: a click selects all of it, and the keyboard reaches and scrolls it."""
    if not text:
        return ""
    style = (
        f"{_BOX};user-select:all;overflow:auto;max-height:14em;margin:0;white-space:pre;line-height:1.35;"
        "font-family:var(--jp-code-font-family,monospace);font-size:90%"
    )
    return (
        "<div><b>The same in code</b>, a click selects it:</div>"
        f'<pre tabindex="0" aria-label="The same in code" style="{style}">{escape(text)}</pre>'
    )


def close_all(widget: w.Widget) -> None:
    """Close a widget and all that is in it."""
    for child in getattr(widget, "children", ()):
        close_all(child)
    widget.close()
