"""What tests of the forms share: six Spaces to filter, and what a form shows. Holds no test."""

import base64
import html
import re
from collections.abc import Iterator

import ipywidgets as w
import pandas as pd
from typed_spaces import DAY, HOUR, T0, spaces

import spacekit as sk

IDS = [record["id"] for record in sk.sample_records()]


EVIL = "<script>alert(1)</script>"


def fetched(form: sk.FetchForm, text: str) -> sk.FetchForm:
    """Paste, click Fetch, and wait."""
    form.text.value = text
    form.fetch.click()
    assert form.wait(60)
    return form


def inside(widget: w.Widget) -> Iterator[w.Widget]:
    """A widget and all that is in it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from inside(child)


def words(widget: w.HTML) -> str:
    """What an HTML widget says."""
    return html.unescape(re.sub(r"<[^>]+>", "", widget.value))


def linked(widget: w.HTML) -> tuple[str, bytes]:
    """Name and content of the file that a link saves."""
    name, data = re.search(r'download="([^"]*)" href="data:[^;]*;base64,([^"]*)"', widget.value).groups()  # type: ignore[union-attr]  # a test fails where there is none
    return name, base64.b64decode(data)


def six_spaces() -> pd.DataFrame:
    """Six Spaces, each of which one filter or another leaves out."""
    return spaces(
        creator_id=["1", "1", "1", "2", "2", "2"],
        creator_screen_name=["ann", "ann", "ann", "bob", "bob", "bob"],
        state=["Ended", "Ended", "ended", "Running", "Ended", "Ended"],
        started_at=[T0, T0 + DAY, None, T0, T0 + 2 * DAY, T0],
        ended_at=[T0 + HOUR, T0 + DAY + HOUR, T0 + HOUR, None, T0 + 2 * DAY + HOUR, T0 + HOUR],
        total_live_listeners=[100, 10, 50, 5, None, 70],
        total_replay_watched=[10, 20, 30, None, 50, 0],
        is_space_available_for_replay=[True, True, True, True, True, False],
    )
