"""The form that explores: what it shows and passes on, through the events of its widgets. No browser."""

import re
import struct
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from form_reading import linked, words

import spacekit as sk
from spacekit.forms import parts
from spacekit.forms.picture import Request


def test_explorer_shows_at_once(explorer: sk.AudienceExplorer) -> None:
    """All Spaces are in view at first, with a picture, a comparison and links; that they are made up is said once."""
    assert len(explorer.view) == len(sk.sample_records())
    assert "<img alt=" in explorer.chart.value
    assert explorer.compared.value.count("</th>") == 7
    assert linked(explorer.save_png.link)[1][:4] == b"\x89PNG"
    assert " ".join(explorer.still()).lower().count("made-up data") == 1


def test_table_and_picture_are_of_the_view(explorer: sk.AudienceExplorer) -> None:
    """The table has the rows in view, the picture the dots; what is selected in one is selected in the other."""
    explorer.words.value = "tuesday"
    assert explorer.wait(60)
    rows = np.frombuffer(explorer.table.view, "<i4").tolist()
    assert explorer.spaces.iloc[rows].equals(explorer.view)
    assert set(np.frombuffer(explorer.chart.rows, "<i4").tolist()) <= set(rows)
    explorer.chart.selected = explorer.view["space_id"].iloc[0]
    assert explorer.table.selected == explorer.chart.selected
    explorer.table.selected = ""
    assert explorer.state.selected == ""


def test_a_wrong_time_zone_is_told_beside_its_field(explorer: sk.AudienceExplorer) -> None:
    """A time zone that does not exist is named below its field, until there is a right one."""
    explorer.tz.value = "Mars/Olympus"
    assert "Mars/Olympus" in words(explorer.problems["tz"])
    explorer.tz.value = "UTC"
    assert explorer.problems["tz"].value == ""


def test_what_was_wrong_keeps_its_room(explorer: sk.AudienceExplorer) -> None:
    """As an error goes, nothing below it moves: a click at that moment is not lost. No reader reads it again."""
    explorer.tz.value = "Mars/Olympus"
    explorer.tz.value = "UTC"
    *_, room = explorer.checked["tz"].children
    assert "Mars/Olympus" in words(room)
    assert "alert" not in room.value
    assert room.layout.display is None


def test_no_button_stands_below_an_error(explorer: sk.AudienceExplorer) -> None:
    """An error that comes does not push the button under the pointer away."""
    places = [explorer.filters.children.index(explorer.checked[name]) for name in ("last", "tz")]
    assert max(
        explorer.filters.children.index(part) for part in (explorer.reset, explorer.only_replay)
    ) < min(places)


def test_picture_follows_the_page(explorer: sk.AudienceExplorer) -> None:
    """When the page says its width and colour, the picture is drawn for them."""
    explorer.chart.width, explorer.chart.paper = 360, "#111111"
    assert explorer.wait(60)
    assert struct.unpack(">I", explorer.chart.png[16:20]) == (720,)
    explorer.chart.width, explorer.chart.paper = 880, "#ffffff"


def test_filters_reach_the_view(explorer: sk.AudienceExplorer) -> None:
    """Each filter of the form changes the view, and the status says why other Spaces are left out."""
    host = explorer.hosts.options[0][1]
    explorer.hosts.value = (host,)
    assert set(sk.stats.group_labels(explorer.view, "host")) == {host}
    explorer.states.value = ("Ended",)
    explorer.first.value, explorer.last.value = date(2026, 1, 1), date(2026, 4, 30)
    explorer.least_live.value = 10
    explorer.only_replay.value = True
    assert "another host" in words(explorer.status)
    assert explorer.view["total_live_listeners"].min() >= 10
    assert linked(explorer.save_csv.link)[1] == parts.csv(explorer.view)
    explorer.reset.click()
    assert len(explorer.view) == len(sk.sample_records())


@pytest.mark.parametrize("name", ["replay_share", "calendar", "hosts"])
def test_charts_can_be_chosen(one_explorer: sk.AudienceExplorer, name: str) -> None:
    """A chart with groups, with a time zone and with a row for each host is drawn, with alternative text."""
    one_explorer.chart_name.value = name
    one_explorer.by.value, one_explorer.tz.value = "weekday", "Asia/Tokyo"
    assert one_explorer.wait(60)
    assert one_explorer.error is None
    assert linked(one_explorer.save_png.link)[0] == f"{name}.png"
    assert re.search(r'<img alt="[^"]{80,}"', one_explorer.chart.value)


def test_growth_of_an_archive(archive: Path) -> None:
    """Of an archive the chart of growth can be chosen too."""
    explorer = sk.AudienceExplorer(archive)
    explorer.chart_name.value = "growth"
    assert explorer.wait(60)
    assert explorer.error is None
    assert "<img" in explorer.chart.value
    explorer.close()


def test_svg_at_a_click(explorer: sk.AudienceExplorer) -> None:
    """The picture as SVG is made at a click, without the date, so that it is the same each time."""
    explorer.save_svg.make.click()
    name, data = linked(explorer.save_svg.link)
    assert name == "live_vs_replay.svg"
    assert b"<svg" in data
    assert b"dc:date" not in data


def test_scale_is_off_where_there_are_no_counts(explorer: sk.AudienceExplorer) -> None:
    """The scale can be chosen where a chart has an axis of counts."""
    assert not explorer.scale.disabled
    explorer.chart_name.value = "calendar"
    assert explorer.scale.disabled


def test_error_is_shown(explorer: sk.AudienceExplorer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What drawing raises is shown in the status and kept in `error`."""

    def broken(_request: Request) -> Any:
        raise ZeroDivisionError("draw")

    monkeypatch.setattr(explorer.state, "_draw", broken)
    explorer.least_live.value = 3
    assert explorer.wait(30)
    assert isinstance(explorer.error, ZeroDivisionError)
    assert "ZeroDivisionError" in words(explorer.status)


def test_what_is_not_in_the_table_is_counted(tmp_path: Path) -> None:
    """Of a file with lines that hold no Space, the form says how many there are."""
    path = sk.Batch.of([sk.documented_record()]).to_jsonl(tmp_path / "torn.jsonl")
    path.write_bytes(path.read_bytes() + b'{"data": {"audioSpace": {}}}\n{"id": "1tor')
    with pytest.warns(sk.IncompleteWarning):
        explorer = sk.AudienceExplorer(path)
    assert "Not in the table, of torn.jsonl: 1 not_found, 1 failed." in words(explorer.badge)
    explorer.close()
