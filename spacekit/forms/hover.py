"""`Hover`: the picture of a chart that names its dots and selects them. It draws nothing itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from anywidget import AnyWidget
from traitlets import Bool, Bytes, Int, Unicode

from spacekit.forms import web
from spacekit.forms.picture import PAPER, WIDTH, Picture, image
from spacekit.forms.rows import packed, row_numbers


class Hover(AnyWidget):
    """
    A picture of a chart; the pointer or the arrow keys name a dot, a click or Enter selects it.

    Parameters
    ----------
    spaces
        The Spaces that dots may stand for.

    Attributes
    ----------
    selected
        The id of the Space selected; "" for none.
    width, paper
        How wide the picture is in the page, in its pixels, and the colour behind it; the page says so.
    """

    _esm = web.script("hover.js")
    _css = web.style()

    png = Bytes(b"", help="The picture.").tag(sync=True)
    alt = Unicode("", help="What it shows in words.").tag(sync=True)
    places = Bytes(
        b"", help="Float32: x and y of each dot from the upper left, as parts of the picture."
    ).tag(sync=True)
    rows = Bytes(b"", help="Int32: the row of `names` of each dot.").tag(sync=True)
    names = Bytes(b"", help="JSON: the columns of `rows.packed`.").tag(sync=True)
    selected = Unicode("", help="The id of the Space selected.").tag(sync=True)
    busy = Bool(False, help="Whether the picture is being drawn anew.").tag(sync=True)
    width = Int(WIDTH, help="Pixels of the page.").tag(sync=True)
    paper = Unicode(PAPER, help="Colour behind the picture, as #rrggbb.").tag(sync=True)

    def __init__(self, spaces: pd.DataFrame | None = None) -> None:
        super().__init__()
        self.layout.width = "100%"
        self._picture: Picture | None = None
        self._row_of: dict[str, int] = {}
        if spaces is not None:
            self.name(spaces)

    @property
    def value(self) -> str:
        """The picture as HTML, where no widgets run; "" before there is one."""
        return image(self._picture)

    def name(self, spaces: pd.DataFrame) -> None:
        """Take the names of dots from a table of Spaces."""
        self.number(spaces)
        self.names = packed(spaces)

    def number(self, spaces: pd.DataFrame) -> None:
        """Number the rows of a table of Spaces, whose names follow."""
        self._row_of = row_numbers(spaces)

    def show(self, picture: Picture | None) -> None:
        """Show a picture; the dots of Spaces without a name have none."""
        self._picture = picture
        if picture is None:
            return
        dots = picture.dots
        rows: Any = dots["space_id"].map(self._row_of).to_numpy(float, na_value=np.nan)
        known = ~np.isnan(rows)
        with self.hold_sync():  # one message
            self.places = dots.loc[known, ["x", "y"]].to_numpy("<f4").tobytes()
            self.rows = rows[known].astype("<i4").tobytes()
            self.alt, self.png = picture.alt, picture.png
