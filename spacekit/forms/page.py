"""The page of its own, for `spacekit app`: its first picture before any widget is made, then the explorer."""

from __future__ import annotations

import os
import threading
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Final

from spacekit.errors import SpacekitError
from spacekit.forms import phrases, web
from spacekit.forms.data_name import DATA_NAME
from spacekit.forms.explore_state import ExploreState, explored
from spacekit.samples import sample_batch
from spacekit.words import escaped

if TYPE_CHECKING:
    from spacekit.forms.explorer import AudienceExplorer

_PATIENCE_S: Final = 60.0


class Page:
    """
    What the page shows of the data that `SPACEKIT_DATA` names, or of the made-up samples.

    Attributes
    ----------
    state
        What there is to explore, already being drawn; None if the data cannot be shown.
    problem
        Why it cannot, in words for a person; else "".
    """

    def __init__(self) -> None:
        path = os.environ.get(DATA_NAME, "")
        self.state: ExploreState | None = None
        self.problem = ""
        try:
            self.state = explored(path or sample_batch())
        except (SpacekitError, OSError, ValueError) as error:
            self.problem = f"Cannot show {path!r}. {phrases.plain(error)}"

    def _repr_html_(self) -> str:
        """Return what a browser shows before the explorer: the first picture, laid out alike, or the problem."""
        if self.state is None:
            return f'<div role="alert">{escaped(self.problem)}</div>'
        _wait_for_picture(self.state)
        drawn = self.state.picture
        if drawn is None:
            return ""  # the explorer says why
        source = f"data:image/png;base64,{b64encode(drawn.png).decode()}"
        return f"""<style>{web.style()}</style>
<div class="spacekit-form spacekit-first"><div class="spacekit-dashboard">
<div class="spacekit-filters"><div>The controls are loading …</div></div>
<div class="spacekit-main"><img src="{source}" alt="{escape(drawn.alt)}"></div>
</div></div>"""

    def explorer(self) -> AudienceExplorer | None:
        """Return the explorer of the data; None if they cannot be shown."""
        from spacekit.forms.explorer import AudienceExplorer  # late: the picture needs no widgets

        return None if self.state is None else AudienceExplorer(self.state)


def _wait_for_picture(state: ExploreState) -> None:
    there = threading.Event()
    state.observe(lambda _change: there.set(), ["picture", "error"])
    if state.picture is None and state.error is None:
        there.wait(_PATIENCE_S)
