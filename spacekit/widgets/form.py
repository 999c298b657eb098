"""What stands in place of a form where widgets do not run: a saved notebook on a code host, nbconvert. HTML only."""

from __future__ import annotations

from html import escape
from typing import Any, Final

import ipywidgets as w

from spacekit.widgets.parts import close_all

_NOTE: Final = (
    "A still picture of a form: widgets do not run here. "
    "Open the notebook in JupyterLab and run its cells to use it."
)


class Form(w.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """A form of widgets that also shows itself where there are none."""

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
