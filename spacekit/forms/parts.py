"""The pieces of both forms: fields, text (escaped here), links that save a file, and `Form` itself."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from html import escape
from typing import Any, Final

import ipywidgets as w
import pandas as pd
from traitlets import CUnicode, Unicode, validate

from spacekit.forms.wanted import without_keys
from spacekit.samples import MADE_UP
from spacekit.tables.csv_text import csv_text
from spacekit.words import escaped, size

MANY: Final = 500
"""With more Spaces than this a file is made only when asked for, because it travels to the page."""

_STILL: Final = (
    "A still picture of a form: widgets do not run here. "
    "Open the notebook in JupyterLab and run its cells to use it."
)
_KINDS: Final = {"csv": "text/csv", "png": "image/png", "svg": "image/svg+xml"}
_BOX: Final = "border:1px solid #8888;border-radius:6px;padding:.5em .8em;margin:.2em 0"
_CODE: Final = (
    f"{_BOX};user-select:all;overflow:auto;max-height:14em;margin:0;white-space:pre;line-height:1.35;"
    "font-family:var(--jp-code-font-family,monospace);font-size:90%;"
    "width:0;min-width:100%;box-sizing:border-box"  # as wide as the form, however long a line
)


class Form(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form of widgets over a `state`. Where widgets do not run it shows a still picture of itself."""

    state: Any

    def show_all(self, children: Sequence[w.Widget]) -> None:
        """Put the parts into the form, one below the other."""
        super().__init__(children, layout=w.Layout(width="100%", padding="2px 6px"))

    @property
    def error(self) -> Exception | None:
        """What the work last raised, or None. The form shows it too."""
        error: Exception | None = self.state.error
        return error

    def wait(self, timeout_s: float | None = None) -> bool:
        """
        Wait for the work under way: a fetch, or the chart and comparison of the Spaces in view.

        Parameters
        ----------
        timeout_s
            Seconds to wait at most; None for as long as it takes.

        Returns
        -------
        ended
            Whether the work has ended.
        """
        ended: bool = self.state.wait(timeout_s)
        return ended

    def safely(self, act: Callable[[Any], object]) -> Callable[[Any], None]:
        """Return what to do on an event, with its errors shown: ipywidgets would swallow them."""

        def do(event: Any) -> None:
            try:
                act(event)
            except Exception as error:  # noqa: BLE001  # shown
                self.state.fail(error)

        return do

    def still(self) -> list[str]:
        """Return pieces of HTML that show what the form holds."""
        raise NotImplementedError

    def close(self) -> None:
        """End the work and remove the form. Its results stay."""
        if hasattr(self, "state"):  # else its source could not be read, and it was never made
            self.state.close()
        for child in self.children:
            close_all(child)
        super().close()

    _ipython_display_ = None  # that of ipywidgets 7 knows no still picture

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | None:
        usual = getattr(super(), "_repr_mimebundle_", self._bundle)
        bundle: dict[str, Any] | None = usual(**options)
        if bundle is not None:
            pieces = "".join(f'<div style="margin:.5em 0">{piece}</div>' for piece in self.still() if piece)
            bundle["text/html"] = f'<div style="{_BOX}"><p><i>{escaped(_STILL)}</i></p>{pieces}</div>'
        return bundle

    def _bundle(self, **_options: Any) -> dict[str, Any]:
        """Return what ipywidgets 8 does, for ipywidgets 7."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.model_id}
        return {"text/plain": repr(self), "application/vnd.jupyter.widget-view+json": view}


class PasteField(w.Textarea):  # type: ignore[misc]  # as above
    """A box to paste into. A key that lands there by mistake is hidden, as a notebook may save what is in it."""

    @validate("value")
    def _hide_key(self, proposal: Any) -> str:
        return without_keys(str(proposal["value"]))


class FindField(w.Text):  # type: ignore[misc]  # as above
    """A line of words, which hides a key likewise."""

    @validate("value")
    def _hide_key(self, proposal: Any) -> str:
        return without_keys(str(proposal["value"]))


class KeyField(w.Password):  # type: ignore[misc]  # as above
    """A password field whose value goes to the kernel and is not echoed to other open pages."""

    value = Unicode("", help="What was typed.").tag(sync=True, echo_update=False)


class AgeField(w.Combobox):  # type: ignore[misc]  # as above
    """A span of time, typed or chosen; 0 may be a number."""

    value = CUnicode("1h", help="The span.").tag(sync=True)


class Download(w.HBox):  # type: ignore[misc]  # as above
    """A file to save: a link, or first a button that makes it. `offer` sets which file."""

    def __init__(self) -> None:
        super().__init__([], layout=w.Layout(margin="0 12px 0 0"))
        self.make = button("Make the file", "download")
        self.link = w.HTML()
        self._name = ""
        self._data: Callable[[], bytes] = bytes
        self.make.on_click(lambda _: self._show_link())

    def offer(self, name: str, data: Callable[[], bytes], *, now: bool) -> None:
        """Offer a file: its link at once, or after a click."""
        self._name, self._data = name, data
        self.make.description = f"Make {name}"
        if now:
            self._show_link()
        else:
            self._put(self.make)

    def _show_link(self) -> None:
        # A new widget each time: servers that limit the rate of output let the first message of a widget through.
        try:
            made = _link(self._name, self._data())
        except Exception as error:  # noqa: BLE001  # shown: ipywidgets would swallow it
            made = f'<div role="alert">Cannot make {escaped(self._name)}: {escaped(str(error))}</div>'
        self._put(w.HTML(made))

    def _put(self, child: w.Widget) -> None:
        old = tuple(self.children)
        self.children: tuple[w.Widget, ...] = (child,)
        self.link = child if isinstance(child, w.HTML) else w.HTML()
        for widget in old:
            if widget is not self.make:
                widget.close()

    def close(self) -> None:
        """Close the button too, where it is not in sight."""
        if "make" in vars(self):  # one whose making failed is closed, too
            self.make.close()
        super().close()


# Fields


def named(kind: type[w.Widget], name: str, width: str = "auto", **options: Any) -> Any:
    """Return a field with its label before it, however long the label."""
    layout = w.Layout(width=width, max_width="100%", margin="2px 12px 2px 0")
    return kind(description=name, style={"description_width": "initial"}, layout=layout, **options)


def checkbox(name: str) -> w.Checkbox:
    """Return a box to tick, as wide as its name."""
    return w.Checkbox(description=name, indent=False, layout=w.Layout(width="auto", margin="2px 16px 2px 0"))


def button(name: str, icon: str = "", style: str = "", tooltip: str = "") -> w.Button:
    """Return a button as wide as its name."""
    layout = w.Layout(width="auto")
    return w.Button(description=name, icon=icon, button_style=style, tooltip=tooltip or name, layout=layout)


def row(*children: w.Widget) -> w.HBox:
    """Return fields side by side, one below the other where the page is narrow."""
    return w.HBox(children, layout=w.Layout(flex_flow="row wrap", align_items="center", width="100%"))


def show(widget: w.Widget, *, yes: bool) -> None:
    """Show a widget, or hide it."""
    widget.layout.display = None if yes else "none"
    mark(widget, "spacekit-hidden", yes=not yes)  # boxes of the style sheet have a display of their own


def mark(widget: w.Widget, name: str, *, yes: bool) -> None:
    """Add a class of the style sheet to a widget, or remove it."""
    (widget.add_class if yes else widget.remove_class)(name)


def close_all(widget: w.Widget) -> None:
    """Close a widget and everything in it."""
    for child in getattr(widget, "children", ()):
        close_all(child)
    widget.close()


# Text


def html(text: str = "") -> w.HTML:
    """Return a place for text, as wide as the form."""
    return w.HTML(text, layout=w.Layout(width="100%", margin="2px 0"))


def status(text: str) -> str:
    """Return a status as HTML that a screen reader announces."""
    return f'<div role="status" aria-live="polite" style="{_BOX};line-height:1.4">{escaped(text)}</div>'


def hint(text: str) -> str:
    """Return a hint below a field as HTML."""
    return f'<div class="spacekit-hint">{escaped(text)}</div>' if text else ""


def remark(text: str) -> str:
    """Return a line of text as HTML."""
    return f'<div style="line-height:1.4;overflow-wrap:anywhere">{escaped(text)}</div>' if text else ""


def made_up(yes: bool) -> str:
    """Return the mark of made-up data as HTML; "" where none is made up."""
    style = f"{_BOX};border-color:#d55e00;border-left-width:6px;font-weight:600"
    return f'<div role="note" style="{style}">{escaped(MADE_UP)}</div>' if yes else ""


def code(text: str) -> str:
    """Return code as HTML: a click selects all of it, and the keyboard reaches and scrolls it."""
    if not text:
        return ""
    return (
        "<div><b>The same in code</b> (click to select it)</div>"
        f'<pre tabindex="0" aria-label="The same in code" style="{_CODE}">{escape(text)}</pre>'
    )


# Files


def csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV, all columns."""
    return csv_text(table).encode()


def _link(name: str, data: bytes) -> str:
    kind = _KINDS.get(name.rsplit(".", 1)[-1], "application/octet-stream")
    text = base64.b64encode(data).decode()
    return (
        f'<a download="{escaped(name)}" href="data:{kind};base64,{text}" '
        f'style="text-decoration:underline">Save {escaped(name)} ({size(len(data))})</a>'
    )
