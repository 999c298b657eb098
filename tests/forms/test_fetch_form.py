"""The form that fetches: what it shows and passes on, through the events of its widgets. No browser."""

import base64
import html
import io
import re
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from form_reading import EVIL, IDS, fetched, inside, linked, words
from matplotlib.image import imread

import spacekit as sk
from spacekit.forms import parts
from spacekit.server import Fault, Server


def test_typing_shows_what_is_recognised(form: sk.FetchForm) -> None:
    """Each change of the text shows ids, repeats, what was not recognised and why, and the plan."""
    form.text.value = f"{IDS[0]}\n{IDS[0]}\nhttps://example.org/{EVIL}"
    assert "1 id, 1 repeated, 1 not recognised" in words(form.understood)
    assert "1 to fetch" in words(form.plan)
    assert "<script>" not in form.understood.value


@pytest.mark.parametrize("given", ["https://example.org", 5, sk.Client])
def test_what_is_no_client_is_refused(given: Any) -> None:
    """At once and in words, not as a missing attribute later."""
    with pytest.raises(TypeError, match=r"client: got .* Pass a Client"):
        sk.FetchForm(given)


def test_the_cost_stands_in_the_plan() -> None:
    """With a price the plan says what a fetch and a search cost at most; without one, how to see it."""
    form = sk.FetchForm()
    form.text.value = f"{IDS[0]}\n@XEng"
    assert "enter the price" in words(form.plan)
    form.price.value = "0,0002"
    assert words(form.plan).count("Costs at most 0.") == 2
    assert "enter the price" not in words(form.plan)
    form.close()


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


@pytest.mark.parametrize(
    ("status", "n", "style"), [(None, 3, ""), (404, 3, "danger"), (404, 1, "warning"), (402, 3, "danger")]
)
def test_the_bar_shows_what_failed(status: int | None, n: int, style: str) -> None:
    """A full bar is blue only where all are there: else it is orange, or red where none is."""
    fault = status and Fault(status=status)
    with sk.sandbox(faults=lambda space_id, _nth: fault if space_id in IDS[:n] else None) as client:
        form = sk.FetchForm(client)
        fetched(form, "\n".join(IDS[:3]))
        assert form.bar.bar_style == style
        form.close()


def test_chart_has_its_facts_as_text(form: sk.FetchForm) -> None:
    """The chart is a PNG in the page, and its alternative text has the numbers and their source."""
    fetched(form, "\n".join(IDS[10:40]))
    alt, data = re.search(
        r'<img alt="([^"]*)".*src="data:image/png;base64,([^"]*)"', form.chart.value
    ).groups()  # type: ignore[union-attr]  # as above
    assert re.search(r"30 Spaces, \d+ with both counts: median [\d,]+ live listeners", alt)
    assert "fetched 20" in alt
    assert imread(io.BytesIO(base64.b64decode(data))).shape[1] > 600


def test_downloads_hold_the_data(form: sk.FetchForm, tmp_path: Path) -> None:
    """CSV has all columns of `spaces`; JSONL is what `Batch.to_jsonl` writes."""
    fetched(form, "\n".join(IDS[:5]))
    assert form.batch is not None
    saved = pd.read_csv(io.BytesIO(linked(form.save_csv.link)[1]))
    assert list(saved) == list(form.batch.spaces)
    name, data = linked(form.save_jsonl.link)
    assert name == "spaces.jsonl"
    assert data == form.batch.to_jsonl(tmp_path / name).read_bytes()
    assert len(data.splitlines()) == 5


def test_many_spaces_are_packed_when_asked_for(form: sk.FetchForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """With many Spaces the downloads are made at a click, and JSON lines are compressed."""
    monkeypatch.setattr(parts, "MANY", 3)
    fetched(form, "\n".join(IDS[:5]))
    assert form.save_jsonl.link.value == ""
    form.save_jsonl.make.click()
    name, data = linked(form.save_jsonl.link)
    assert name == "spaces.jsonl.gz"
    assert data[:2] == b"\x1f\x8b"


def test_a_file_that_cannot_be_made_says_why() -> None:
    """A download that fails at its click shows the error in place of the link."""
    download = parts.Download()
    download.offer("x.csv", lambda: b"" + 1 / 0, now=False)  # type: ignore[operator]  # it fails
    download.make.click()
    assert "Cannot make x.csv" in download.link.value


def test_a_failing_click_is_shown(form: sk.FetchForm, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a click raises is shown in the form, because ipywidgets would swallow it."""

    def broken(_work: object) -> bool:
        raise ZeroDivisionError("click")

    form.text.value = IDS[0]
    monkeypatch.setattr(form.state, "_start", broken)
    form.fetch.click()
    assert isinstance(form.error, ZeroDivisionError)
    assert "ZeroDivisionError" in words(form.status)


def test_what_is_not_there_is_listed_by_reason(form: sk.FetchForm) -> None:
    """Below the number of Spaces, a table says of the other inputs why they are not there, and what to do."""
    fetched(form, f"{IDS[0]}\n1SAMPLEnobody\nhttps://t.co/abc\nhttps://t.co/abd")
    card = words(form.card)
    assert "1 Space of 4 inputs" in card
    assert "https://t.co/abc, https://t.co/abd" in card
    assert "shortened link" in card
    assert "no such Space" in card
    assert not re.search(r"\w=|\.outcomes", card)


FAULTS = [*(Fault(status) for status in (302, 403, 404, 418, 422, 429, 500)), Fault.garbage(), Fault.empty()]


@pytest.mark.parametrize("fault", [*FAULTS, Fault(drop="reset"), Fault(200, b'{"id": "1SAMPLEother0"}')])
def test_failures_are_in_the_terms_of_the_form(fault: Fault) -> None:
    """Whatever goes wrong, the form names its fields and buttons, no argument, attribute or file of its own."""
    with sk.sandbox(faults=lambda _id, _n: fault, attempts=1, backoff_s=0) as client:
        form = fetched(sk.FetchForm(client), IDS[0])
        for _ in range(2):
            shown = words(form.card) + words(form.status)
            assert not re.search(r"\w=|\.outcomes|base_url|per_minute|max_age|kept-by|[a-z]_[a-z]", shown), (
                shown
            )
            fetched(form, IDS[0])
        form.close()


def test_wrong_fields_are_marked(tmp_path: Path) -> None:
    """What is wrong stands below its field, which is marked until it is mended."""
    form = sk.FetchForm()
    form.text.value = IDS[0]
    form.archive.value = str(tmp_path / "none" / "a.db")
    assert "spacekit-wrong" in form.fields["archive"]._dom_classes
    assert "There is no folder" in words(form.fields["archive"].children[1])
    form.archive.value = ""
    assert "spacekit-wrong" not in form.fields["archive"]._dom_classes
    form.close()


def test_old_results_are_dimmed() -> None:
    """While a run is under way, the results of the one before are dimmed."""
    with sk.sandbox() as client:
        form = fetched(sk.FetchForm(client), IDS[0])
        assert "spacekit-old" not in form.fetched._dom_classes
        seen = []
        form.state.observe(lambda _change: seen.append("spacekit-old" in form.fetched._dom_classes), "status")
        fetched(form, "\n".join(IDS[:3]))
        assert True in seen
        assert "spacekit-old" not in form.fetched._dom_classes
        form.close()


@pytest.mark.parametrize("field", ["text", "sandbox"])
def test_results_of_other_inputs_are_dimmed(field: str) -> None:
    """Results are dimmed and the bar is put back once other ids or another service is chosen, until it is undone."""
    form = sk.FetchForm()
    form.sandbox.value = True
    fetched(form, IDS[0])
    value = getattr(form, field).value
    getattr(form, field).value = IDS[1] if field == "text" else False
    assert "spacekit-old" in form.fetched._dom_classes
    assert form.bar.value == 0
    getattr(form, field).value = value
    assert "spacekit-old" not in form.fetched._dom_classes
    form.close()


@pytest.mark.parametrize(("field", "value"), [("sandbox", True), ("address", "http://127.0.0.1:9")])
def test_a_missing_key_is_forgotten(field: str, value: object) -> None:
    """What was said of the key goes once made-up data or another address is chosen."""
    form = fetched(sk.FetchForm(), IDS[0])
    assert "spacekit-wrong" in form.fields["key"]._dom_classes
    getattr(form, field).value = value
    assert "spacekit-wrong" not in form.fields["key"]._dom_classes
    assert form.state.faults == {}
    form.close()


def test_made_up_is_said_once() -> None:
    """The badge says that data is made up: chart and card do not say it again, also in a still picture."""
    with sk.sandbox() as client:
        form = fetched(sk.FetchForm(client), "\n".join(IDS[:5]))
        assert len(re.findall("made[- ]up", "".join(form.still()), re.IGNORECASE)) == 1
        form.close()


def test_nothing_is_shown_before_there_is_something(form: sk.FetchForm) -> None:
    """Without a search and a batch the places of their results are hidden; so is an empty chart."""
    assert form.discovery.layout.display == form.fetched.layout.display == "none"
    fetched(form, "1SAMPLEnobody")
    assert form.fetched.layout.display is None
    assert form.results.layout.display == "none"


def test_buttons_follow_the_run() -> None:
    """During a run Fetch is off and Cancel is on; two clicks are one run; Cancel keeps what has arrived."""
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
        assert words(form.status).startswith("Cancelled with ")
        assert len({request.space_id for request in server.requests}) == len(server.requests)
        form.close()


def test_a_wait_for_the_limit_is_explained() -> None:
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


def test_key_field_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key typed into the page is read, its field is cleared, and the form holds the key nowhere."""
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
    shown = form.understood.value + form.code.value + form.status.value
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
    """With an archive the second plan reuses its answers, or asks again as chosen."""
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
