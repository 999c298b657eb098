"""The table of Spaces in a form, with itables and without."""

import html
import json
import re
import sys

import ipywidgets as w
import pandas as pd
import pytest
from form_reading import EVIL, IDS

import spacekit as sk
from spacekit.forms import table


def test_table_takes_no_asset_from_the_network() -> None:
    """The sortable table is a widget that brings its own code, with all rows and without HTML in cells."""
    widget = table.table_widget(sk.sample_batch().spaces)
    state = widget.get_state()
    assert "DataTable" in state["_esm"]
    assert not re.search(r"from\s*[\"']https?:|import\([\"']https?:|@import", state["_esm"] + state["_css"])
    assert len(widget.df) == len(IDS)
    widget.close()


def test_table_keeps_counts_as_numbers() -> None:
    """In the sortable table counts are numbers, a missing one sorts below 0; other missing values are dashes."""
    records = [{"id": "1", "title": EVIL, "total_live_listeners": 9}, {"id": "2"}]
    widget = table.table_widget(sk.normalize(records).spaces)
    rows = json.loads(widget._dt_args["data_json"])
    place = list(table.COLUMNS).index("total_live_listeners")
    assert [row[place] for row in rows] == [9, "<NA>"]
    (rule,) = widget._dt_args["columnDefs"]
    assert place in rule["targets"]
    assert "data === '<NA>' ? (type === 'display' ? '–' : -1)" in rule["render"]
    assert [row[0] for row in rows] == [html.escape(EVIL), "–"]
    widget.close()


def test_plain_table_without_itables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where itables is not installed, the first rows stand in plain HTML, which says how many there are."""
    monkeypatch.setitem(sys.modules, "itables.widget", None)
    many = pd.concat([sk.sample_batch().spaces] * 2, ignore_index=True)
    widget = table.table_widget(many)
    assert isinstance(widget, w.HTML)
    assert f"the first 100 of {len(many)} rows" in widget.value
    assert widget.value.count("<tr>") == 101
    widget.close()


def test_plain_table_says_what_is_missing() -> None:
    """A missing value is a dash, a flag yes or no, a count has its thousands; text is escaped."""
    frame = sk.normalize([{"id": "1", "title": EVIL, "total_live_listeners": 1234567}]).spaces
    cells = re.findall(r"<td[^>]*>(.*?)</td>", table.plain(table.shown(frame), "x"))
    assert html.escape(EVIL) in cells
    assert "1,234,567" in cells
    assert "–" in cells
