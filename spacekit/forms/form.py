"""What both forms are: work to wait for and to end, and a still picture where widgets do not run. No fields."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any, Final

import ipywidgets as w

from spacekit.forms.parts import WIDE, close_all

_NOTE: Final = (
    "A still picture of a form: widgets do not run here. "
    "Open the notebook in JupyterLab and run its cells to use it."
)


class Form(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form of widgets over a `state`, that also shows itself where there are none."""

    state: Any

    def show_all(self, children: Sequence[w.Widget]) -> None:
        """Put the parts into the form, below one another."""
        super().__init__(children, layout=w.Layout(width="100%", max_width=WIDE, padding="2px 6px"))

    @property
    def error(self) -> Exception | None:
        """What the work last raised; None if nothing. It is shown in the form too."""
        error: Exception | None = self.state.error
        return error

    def wait(self, timeout_s: float | None = None) -> bool:
        """
        Wait for the end of the work under way: a fetch, or picture and comparison of the Spaces in view.

        Parameters
        ----------
        timeout_s
            Seconds to wait, at most; None for as long as it takes.

        Returns
        -------
        ended
            Whether it has ended.
        """
        ended: bool = self.state.wait(timeout_s)
        return ended

    def still(self) -> list[str]:
        """Give pieces of HTML that say and show what the form holds."""
        raise NotImplementedError

    def close(self) -> None:
        """End the work and remove the form; what came of it stays."""
        if hasattr(self, "state"):  # else it was never made: its data could not be read
            self.state.close()
        for child in self.children:
            close_all(child)
        super().close()

    def _repr_mimebundle_(self, **options: Any) -> dict[str, Any] | None:
        bundle: dict[str, Any] | None = super()._repr_mimebundle_(**options)
        if bundle is not None:
            parts = "".join(f"<div>{piece}</div>" for piece in self.still() if piece)
            bundle["text/html"] = f"<div><p><i>{escape(_NOTE)}</i></p>{parts}</div>"
        return bundle
