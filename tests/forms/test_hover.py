"""The picture that names its dots. What it does in a browser is tested in `test_browser.py`."""

import json
import re

import numpy as np
import pandas as pd
import pytest

import spacekit as sk
from spacekit.forms import picture
from spacekit.forms.hover import Hover
from spacekit.forms.picture import Picture, Request


def _picture(ids: list[str], at: float = 0.5) -> Picture:
    return Picture(b"png", "A chart", bytes, pd.DataFrame({"space_id": ids, "x": at, "y": 0.25}))


def test_dots_are_numbered_by_their_rows() -> None:
    """Each dot has its place as parts of the picture and the row of its Space's names."""
    spaces = sk.sample_batch().spaces
    hover = Hover(spaces)
    hover.show(_picture(spaces["space_id"].iloc[[4, 2]].tolist()))
    assert np.frombuffer(hover.rows, "<i4").tolist() == [4, 2]
    assert np.frombuffer(hover.places, "<f4").tolist() == [0.5, 0.25] * 2
    assert json.loads(hover.names)["space_id"][4] == spaces["space_id"].iloc[4]
    assert (hover.png, hover.alt) == (b"png", "A chart")
    hover.close()


def test_a_dot_without_a_name_is_left_out() -> None:
    """A dot of a Space that the table does not have cannot be named."""
    hover = Hover(sk.sample_batch().spaces)
    hover.show(_picture(["1OTHERxxxxxxx"]))
    assert (hover.rows, hover.places) == (b"", b"")
    hover.close()


def test_it_is_html_where_no_widgets_run() -> None:
    """The picture as HTML has its alternative text, escaped; before the first there is none."""
    hover = Hover()
    assert hover.value == ""
    hover.show(Picture(b"png", 'A "chart"', bytes))
    assert re.search('<img alt="A &quot;chart&quot;"', hover.value)
    hover.close()


def test_it_takes_nothing_from_the_network() -> None:
    """Code and style are the package's own, and set no text as markup."""
    hover = Hover()
    state = hover.get_state()
    assert not re.search(r"https?:|@import|innerHTML|insertAdjacentHTML", state["_esm"] + state["_css"])
    hover.close()


def test_many_dots_are_small() -> None:
    """20,000 dots take twelve bytes each."""
    spaces = pd.DataFrame({"space_id": pd.array([str(n) for n in range(20_000)], "string")})
    hover = Hover()
    hover._row_of = {space_id: row for row, space_id in enumerate(spaces["space_id"])}
    hover.show(_picture(spaces["space_id"].tolist()))
    assert len(hover.places) + len(hover.rows) == 12 * 20_000
    hover.close()


@pytest.mark.parametrize("width", [360, 880])
def test_places_are_those_of_the_dots(width: int) -> None:
    """Where a place says that a dot is, the picture has ink of another colour than the paper."""
    spaces = sk.sample_batch().spaces
    drawn = picture.draw(Request("live_vs_replay", spaces, {}, width, "#112233"))
    pixels = _pixels(drawn.png)
    high, wide = pixels.shape[:2]
    assert len(drawn.dots) > 50
    for x, y in drawn.dots[["x", "y"]].to_numpy():
        row, column = int(y * high), int(x * wide)
        around = pixels[row - 10 : row + 11, column - 10 : column + 11]  # a dot may be hollow
        assert (around != [0x11, 0x22, 0x33]).any()


def _pixels(png: bytes) -> np.ndarray:  # type: ignore[type-arg]  # of bytes
    import io

    from matplotlib.image import imread

    return (imread(io.BytesIO(png))[:, :, :3] * 255).round().astype(int)  # type: ignore[no-any-return]
