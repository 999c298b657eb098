"""The table of Spaces in a form, as a widget and as plain HTML."""

import html
import json
import re

import numpy as np
import pandas as pd
from form_reading import EVIL, IDS

import spacekit as sk
from spacekit.forms import table


def test_table_takes_no_asset_from_the_network() -> None:
    """The table is a widget that brings its own code, with all rows."""
    widget = table.table_widget(sk.sample_batch().spaces)
    state = widget.get_state()
    assert not re.search(r"https?://(?!x\.com/i/spaces/)|@import|innerHTML", state["_esm"] + state["_css"])
    assert np.frombuffer(widget.view, "<i4").tolist() == list(range(len(IDS)))
    widget.close()


def test_a_row_links_to_its_space() -> None:
    """The link to a Space opens a new tab, which cannot reach the form."""
    code = table.SpaceTable(sk.sample_batch().spaces)._esm
    assert "https://x.com/i/spaces/${encodeURIComponent(id)}" in code
    assert 'target: "_blank", rel: "noopener noreferrer"' in code


def test_rows_in_view_are_shown() -> None:
    """Of a mask over all rows the page gets the numbers of those in view; their texts went there before."""
    widget = table.SpaceTable(sk.sample_batch().spaces)
    names = widget.names
    kept = np.zeros(len(IDS), dtype=bool)
    kept[[3, 5]] = True
    widget.show(kept)
    assert np.frombuffer(widget.view, "<i4").tolist() == [3, 5]
    assert widget.names is names
    widget.close()


def test_an_empty_table_is_a_table() -> None:
    """A table without rows is shown too."""
    widget = table.SpaceTable(sk.normalize([]).spaces)
    assert (widget.view, json.loads(widget.names)["title"]) == (b"", [])
    widget.close()


def test_plain_table_says_how_many_there_are() -> None:
    """In plain HTML the first rows stand, with how many there are."""
    many = pd.concat([sk.sample_batch().spaces] * 2, ignore_index=True)
    text = table.plain(table.shown(many), "Spaces")
    assert f"the first 100 of {len(many)} rows" in text
    assert text.count("<tr>") == 101


def test_columns_have_names_for_people() -> None:
    """What matters most stands first, under names that need no data dictionary."""
    names = table.shown(sk.sample_batch().spaces).columns.tolist()
    assert names[:6] == ["Title", "Host", "Started (UTC)", "Live", "Replay", "Replay share"]


def test_plain_table_says_what_is_missing() -> None:
    """A missing value is a dash, a count has its thousands; text is escaped."""
    frame = sk.normalize([{"id": "1", "title": EVIL, "total_live_listeners": 1234567}]).spaces
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table.plain(table.shown(frame), "x"))
    assert html.escape(EVIL) in cells
    assert "1,234,567" in cells
    assert "–" in cells


def test_a_still_picture_has_few_rows_and_columns() -> None:
    """On a page without widgets the first Spaces stand with what tells them apart and their counts."""
    text = table.still_table(sk.sample_batch().spaces, "Spaces")
    heads = re.findall(r"<th [^>]*>(.*?)</th>", text)
    assert heads == ["Title", "Host", "Started (UTC)", "Live", "Replay", "Replay share"]
    assert f"the first 8 of {len(IDS)} rows" in text
