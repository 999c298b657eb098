"""The forms as views: what they show and pass on, through the widgets' own events. No browser."""

import base64
import html
import io
import json
import re
import sys
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import ipywidgets as w
import pandas as pd
import pytest
from matplotlib.image import imread

import spacekit as sk
from spacekit import plot
from spacekit.forms import download, page, parts, picture, table
from spacekit.forms.explore_state import ExploreState, Picture, Request
from spacekit.forms.sources import source_of
from spacekit.forms.understood import understood
from spacekit.server import Server

IDS = [record["id"] for record in sk.sample_records()]
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def form() -> Iterator[sk.FetchForm]:
    """A form on the sandbox."""
    with sk.sandbox() as client:
        made = sk.FetchForm(client)
        yield made
        made.close()


@pytest.fixture(scope="module")
def one_explorer() -> Iterator[sk.AudienceExplorer]:
    """An explorer of the samples for all tests: the first picture takes longest."""
    made = sk.AudienceExplorer(sk.sample_batch())
    yield made
    made.close()


@pytest.fixture
def explorer(one_explorer: sk.AudienceExplorer) -> sk.AudienceExplorer:
    """The explorer as it is at first, drawn."""
    chosen = one_explorer.state
    chosen.reset()
    chosen.chart, chosen.by, chosen.tz, chosen.linear = "live_vs_replay", "", "UTC", False
    assert one_explorer.wait(60)
    return one_explorer


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


# --- FetchForm ---


def test_typing_shows_what_is_understood(form: sk.FetchForm) -> None:
    """Each change of the text shows ids, duplicates, what was not understood and why, and the plan."""
    form.text.value = f"{IDS[0]}\n{IDS[0]}\nhttps://example.org/{EVIL}"
    assert "1 id, 1 given before, 1 not understood" in words(form.understood)
    assert "1 to fetch" in words(form.plan)
    assert "<script>" not in form.understood.value


def test_fetch_shows_all(form: sk.FetchForm) -> None:
    """After a fetch the form shows card, chart, table, downloads, code and a full bar."""
    fetched(form, "\n".join(IDS[:5]))
    assert "5 Spaces" in words(form.card)
    assert form.bar.value == form.bar.max == 5
    assert len(form.table.children) == 1
    assert linked(form.save_csv.link)[0] == "spaces.csv"
    assert "client.fetch(" in words(form.code)
    assert form.batch is not None
    assert len(form.batch.spaces) == 5


def test_chart_has_its_facts_as_text(form: sk.FetchForm) -> None:
    """The chart is a PNG in the page, and its alternative text tells the numbers and where they are from."""
    fetched(form, "\n".join(IDS[10:40]))
    alt, data = re.search(
        r'<img alt="([^"]*)".*src="data:image/png;base64,([^"]*)"', form.chart.value
    ).groups()  # type: ignore[union-attr]  # as above
    assert re.search(r"30 Spaces, \d+ with both counts: median [\d,]+ live listeners", alt)
    assert "Made-up data" in alt
    assert imread(io.BytesIO(base64.b64decode(data))).shape[1] > 600


def test_downloads_hold_the_data(form: sk.FetchForm) -> None:
    """CSV has all columns of `spaces`; JSONL is what `Batch.to_jsonl` writes."""
    fetched(form, "\n".join(IDS[:5]))
    assert form.batch is not None
    saved = pd.read_csv(io.BytesIO(linked(form.save_csv.link)[1]))
    assert list(saved) == list(form.batch.spaces)
    name, data = linked(form.save_jsonl.link)
    assert name == "spaces.jsonl"
    assert data == download.jsonl(form.batch)
    assert len(data.splitlines()) == 5


def test_many_spaces_are_packed_when_asked_for(form: sk.FetchForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many Spaces the downloads are made at a click; JSONL is compressed, and `read_jsonl` reads it."""
    monkeypatch.setattr(download, "MANY", 3)
    fetched(form, "\n".join(IDS[:5]))
    assert form.save_jsonl.link.value == ""
    form.save_jsonl.make.click()
    name, data = linked(form.save_jsonl.link)
    assert name == "spaces.jsonl.gz"
    assert data[:2] == b"\x1f\x8b"


def test_buttons_follow_the_run() -> None:
    """While a run is under way Fetch is off and Cancel on; two clicks are one run; Cancel keeps what came."""
    with Server(latency_s=0.05) as server, server.client(workers=1) as client:
        form = sk.FetchForm(client)
        assert form.cancel.disabled
        some = threading.Event()
        form.bar.observe(lambda change: change["new"] >= 2 and some.set(), "value")
        form.text.value = "\n".join(IDS)
        form.fetch.click()
        assert form.fetch.disabled
        form.fetch.click()
        assert some.wait(30)
        assert not form.cancel.disabled
        form.cancel.click()
        assert form.wait(30)
        assert not form.fetch.disabled
        assert form.batch is not None
        assert 2 <= len(form.batch.records) < len(IDS)
        assert words(form.status).startswith("Cancelled: kept")
        assert len({request.space_id for request in server.requests}) == len(server.requests)
        form.close()


def test_wait_for_the_limit_is_said() -> None:
    """While the run waits, the form says why and how long."""
    with Server() as server, server.client(requests_per_minute=1) as client:
        form = sk.FetchForm(client)
        said = threading.Event()
        form.status.observe(lambda change: "next in" in change["new"] and said.set(), "value")
        form.text.value = "\n".join(IDS[:3])
        form.fetch.click()
        assert said.wait(30)
        form.close()
        assert form.batch is not None
        assert len(form.batch.records) == 1


def test_key_field_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key typed into the page is taken, the field emptied, and the key stands nowhere in the form."""
    form = sk.FetchForm()
    sent: list[Any] = []
    monkeypatch.setattr(type(form.key), "_send", lambda _self, message, **_options: sent.append(message))
    form.key.set_state({"value": "7|secretsecret"})
    assert form.key.value == ""
    assert form.state.has_key
    assert "secretsecret" not in repr(sent)
    assert "secretsecret" not in repr([{**widget.get_state()} for widget in inside(form)])
    assert "secretsecret" not in repr(form._repr_mimebundle_())
    form.close()


def test_key_in_the_text_is_not_shown(form: sk.FetchForm) -> None:
    """A key pasted into the wrong box is neither listed nor in the code."""
    form.text.value = f"{IDS[0]}\n12|verysecret1\n"
    shown = understood(form.state.found) + form.code.value + form.status.value
    assert "verysecret1" not in shown
    assert "not shown" in shown


def test_key_and_sandbox_only_without_a_client(form: sk.FetchForm) -> None:
    """With a given Client there is nothing to choose: key and sandbox are hidden and off."""
    for field in (form.key, form.sandbox):
        assert field.layout.display == "none"
        assert field.disabled
    own = sk.FetchForm()
    assert not own.key.disabled
    assert own.sandbox.layout.display is None
    own.close()


def test_sandbox_is_marked_plainly() -> None:
    """Ticking the sandbox marks the form as showing made-up data at once."""
    form = sk.FetchForm()
    assert form.badge.value == ""
    form.sandbox.value = True
    assert "Made-up data" in words(form.badge)
    fetched(form, IDS[0])
    assert form.batch is not None
    assert form.batch.made_up
    form.close()


def test_archive_and_age_reach_the_plan(form: sk.FetchForm, tmp_path: Path) -> None:
    """With an archive the second plan takes answers from there, or asks anew as chosen."""
    form.archive.value = str(tmp_path / "a.db")
    fetched(form, IDS[0])
    assert "0 to fetch" in words(form.plan)
    form.max_age.value = 0
    assert "1 to fetch" in words(form.plan)


def test_close_ends_the_work() -> None:
    """Closing ends the run and closes every widget; the batch stays."""
    with Server(latency_s=0.1) as server, server.client(workers=1) as client:
        form = sk.FetchForm(client)
        some = threading.Event()
        form.bar.observe(lambda change: change["new"] and some.set(), "value")
        form.text.value = "\n".join(IDS)
        form.fetch.click()
        assert some.wait(30)
        parts_of_it = [*inside(form)]
        form.close()
        assert form.wait(0)
        assert [widget for widget in parts_of_it if widget.comm is not None] == []
        assert len(server.requests) < len(IDS)
        assert form.batch is not None


def test_text_of_the_service_is_escaped() -> None:
    """A title with markup is shown as text in card, table, chart and still picture."""
    record = sk.documented_record() | {"title": EVIL}
    with sk.sandbox([record]) as client:
        form = fetched(sk.FetchForm(client), f"{record['id']} {EVIL}")
        still = form._repr_mimebundle_()["text/html"]
        assert "<script>" not in still + form.card.value + form.chart.value
        assert EVIL in html.unescape(still)
        form.close()


# --- the table ---


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


# --- AudienceExplorer ---


def test_explorer_shows_at_once(explorer: sk.AudienceExplorer) -> None:
    """All Spaces are in view at first, with a picture, a comparison, links and the made-up mark."""
    assert len(explorer.view) == len(sk.sample_records())
    assert "<img alt=" in explorer.chart.value
    assert "median replay share" in explorer.compared.value
    assert linked(explorer.save_png.link)[1][:4] == b"\x89PNG"
    assert "Made-up data" in words(explorer.badge)


def test_filters_reach_the_view(explorer: sk.AudienceExplorer) -> None:
    """Each filter of the form changes the view, and the status says why the others are out."""
    host = explorer.hosts.options[0][1]
    explorer.hosts.value = (host,)
    assert set(sk.stats.group_labels(explorer.view, "host")) == {host}
    explorer.states.value = ("Ended",)
    explorer.first.value, explorer.last.value = date(2026, 1, 1), date(2026, 4, 30)
    explorer.least_live.value = 10
    explorer.only_replay.value = True
    assert "another host" in words(explorer.status)
    assert explorer.view["total_live_listeners"].min() >= 10
    assert linked(explorer.save_csv.link)[1] == download.csv(explorer.view)
    explorer.reset.click()
    assert len(explorer.view) == len(sk.sample_records())


@pytest.mark.parametrize("name", [name for name in plot.CHARTS if name != "growth"])
def test_every_chart_can_be_chosen(one_explorer: sk.AudienceExplorer, name: str) -> None:
    """Each chart of `plot` is drawn, grouped and in another zone, and has alternative text."""
    one_explorer.chart_name.value = name
    one_explorer.by.value, one_explorer.tz.value = "weekday", "Asia/Tokyo"
    assert one_explorer.wait(60)
    assert one_explorer.error is None
    assert linked(one_explorer.save_png.link)[0] == f"{name}.png"
    assert re.search(r'<img alt="[^"]{80,}"', one_explorer.chart.value)


def test_growth_of_an_archive(archive: Path) -> None:
    """An archive can be explored with the chart of growth too."""
    explorer = sk.AudienceExplorer(archive)
    explorer.chart_name.value = "growth"
    assert explorer.wait(60)
    assert explorer.error is None
    assert "<img" in explorer.chart.value
    explorer.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the made-up observations."""
    path = tmp_path_factory.mktemp("archive") / "a.db"
    with sk.Archive(path) as archive:
        archive.add_jsonl(sk.sample_observations_path())
    return path


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize("name", plot.CHARTS)
def test_code_of_the_explorer(name: str, linear: bool, archive: Path) -> None:
    """The code that is shown runs, and gives the same view and chart, whatever was chosen."""
    state = ExploreState(source_of(archive), plot.CHARTS, lambda _request: Picture(b"", "", bytes))
    state.only_replay, state.chart, state.linear = True, name, linear
    state.by = "state" if linear else ""
    scope: dict[str, Any] = {}
    with pytest.warns(sk.AgeWarning):
        exec(state.code, scope)  # noqa: S102  # the code is the point
    assert scope["view"].equals(state.view)
    axes = {"both": "xy"}.get(plot.CHARTS[name].counts, plot.CHARTS[name].counts)
    scales = {getattr(scope["ax"], f"get_{axis}scale")() for axis in axes}
    assert not linear or scales <= {"linear"}
    state.close()


def test_svg_at_a_click(explorer: sk.AudienceExplorer) -> None:
    """The picture as SVG is made at a click, without the date, so that it is the same each time."""
    explorer.save_svg.make.click()
    name, data = linked(explorer.save_svg.link)
    assert name == "live_vs_replay.svg"
    assert b"<svg" in data
    assert b"dc:date" not in data


def test_scale_is_off_where_there_are_no_counts(explorer: sk.AudienceExplorer) -> None:
    """Log or linear can be chosen where a chart has an axis of counts."""
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


# --- both ---


@pytest.mark.parametrize("kind", ["fetch", "explore"])
def test_every_field_has_a_name(kind: str) -> None:
    """Each field and button has a label that a screen reader reads, and none has an order of its own."""
    made = sk.FetchForm() if kind == "fetch" else sk.AudienceExplorer(sk.sample_batch())
    fields = [x for x in inside(made) if isinstance(x, w.DOMWidget) and hasattr(x, "description")]
    unnamed = [x for x in fields if not isinstance(x, w.HTML | w.IntProgress) and not x.description]
    assert unnamed == []
    assert len(fields) > 5
    assert all(x.tabbable is None for x in fields)
    made.close()


def test_status_is_announced(form: sk.FetchForm) -> None:
    """How things stand is a status that screen readers announce."""
    assert 'role="status"' in form.status.value
    assert 'aria-live="polite"' in form.status.value


def test_still_picture_where_widgets_do_not_run(form: sk.FetchForm, explorer: sk.AudienceExplorer) -> None:
    """Beside the widget stands HTML that says that it is a still picture, with table, picture and code."""
    for made in (fetched(form, "\n".join(IDS[:3])), explorer):
        bundle = made._repr_mimebundle_()
        assert "application/vnd.jupyter.widget-view+json" in bundle
        still = bundle["text/html"]
        for piece in ("A still picture", "<table", "<img alt=", "The same in code"):
            assert piece in still


def test_repr_is_short_and_stable(form: sk.FetchForm, explorer: sk.AudienceExplorer) -> None:
    """The text form tells what is there, the same each time."""
    assert repr(form) == "FetchForm(None)"
    assert repr(explorer) == f"AudienceExplorer({len(IDS)} of {len(IDS)} Spaces in view)"


def test_page_shows_the_data_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The page shows the file that the environment names, the samples without, and a missing file in words."""
    monkeypatch.delenv("SPACEKIT_DATA", raising=False)
    samples = page()
    assert "Made-up data" in words(samples.badge)
    samples.close()
    path = sk.Batch.of([sk.documented_record()]).to_jsonl(tmp_path / "one.jsonl")
    monkeypatch.setenv("SPACEKIT_DATA", str(path))
    one = page()
    assert len(one.view) == 1
    one.close()
    monkeypatch.setenv("SPACEKIT_DATA", str(tmp_path / "none.jsonl"))
    assert "none.jsonl" in words(page())


def test_picture_is_drawn_alike_in_threads() -> None:
    """Two threads that draw at once give what one alone gives."""
    spaces = sk.sample_batch().spaces
    alone = picture.draw(Request("audience", spaces)).png
    drawn: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: drawn.append(picture.draw(Request("audience", spaces)).png))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert drawn == [alone, alone]


def test_code_is_escaped() -> None:
    """Code with marks of HTML in it is shown as it is."""
    assert html.escape("a < b & c") in parts.code("a < b & c")
