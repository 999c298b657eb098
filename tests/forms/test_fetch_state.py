"""The state of the form that fetches: what it recognises, does and says. No widgets, no browser."""

import functools
import re
import threading
import warnings
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from form_reading import IDS

import spacekit as sk
from spacekit.batch.outcomes import OUTCOMES, OutcomeKind
from spacekit.forms.faults import in_form_terms
from spacekit.forms.fetch_state import FetchState
from spacekit.ids import find_ids
from spacekit.server import Fault, Server

PASTED = f"{IDS[0]}, {IDS[1]}\n{IDS[0]}\nhttps://example.org/x"


@pytest.fixture
def state() -> Iterator[FetchState]:
    """A state on the sandbox."""
    with sk.sandbox() as client:
        made = FetchState(client)
        yield made
        made.close()


def test_typing_shows_what_is_recognised(state: FetchState) -> None:
    """Each change of the text finds ids, repeats and what was not recognised, and sends nothing."""
    state.text = PASTED
    assert (len(state.found), len(state.found.duplicates), len(state.found.rejected)) == (2, 1, 1)
    assert state.status == "Ready to fetch."
    assert state.service.given.server.requests == ()  # type: ignore[union-attr]  # it is a sandbox


def test_typing_makes_the_plan(tmp_path: Path) -> None:
    """The plan has what is to fetch, what the archive has, the least time it takes, and what it costs."""
    with Server() as server, server.client(requests_per_minute=1, price_per_request=0.5) as client:
        state = FetchState(client)
        state.text = PASTED
        assert (state.plan.to_fetch, state.plan.fresh, state.plan.cost) == (2, 0, 1.0)
        assert state.plan.seconds > 0
        client.requests_per_minute = None
        state.close()
    with sk.sandbox() as client:
        state = FetchState(client)
        state.archive = str(tmp_path / "spaces.db")
        state.text = IDS[0]
        state.run()
        state.wait()
        assert (state.plan.to_fetch, state.plan.fresh) == (0, 1)
        state.max_age = "0"
        assert (state.plan.to_fetch, state.plan.fresh) == (1, 0)
        state.close()


def test_no_plan_says_why(state: FetchState, tmp_path: Path) -> None:
    """An archive that cannot be read is reported instead of the plan, before anything is sent."""
    wrong = tmp_path / "wrong.db"
    wrong.write_text("no archive, but long enough to be read as something", encoding="utf-8")
    state.text = PASTED
    state.archive = str(wrong)
    assert state.plan is None
    assert "wrong.db" in state.faults["archive"]


def test_a_run_ends_with_the_batch(state: FetchState) -> None:
    """A run ends with the batch, an outcome for every input, and a sentence that says so."""
    state.text = PASTED
    assert state.run()
    assert state.wait(30)
    assert state.batch.counts == {"ok": 2, "duplicate": 1, "invalid": 1}
    assert state.status.startswith("Done: 2 Spaces of 4 inputs.")
    assert not state.running
    assert state.error is None


def test_nothing_to_run(state: FetchState) -> None:
    """Without any input a run does not start."""
    assert not state.run()
    assert "Paste" in state.status


def test_two_clicks_are_one_run() -> None:
    """While a run is under way, another one does not start."""
    with sk.sandbox(latency_s=0.2) as client:
        state = FetchState(client)
        state.text = "\n".join(IDS[:4])
        assert state.run()
        assert not state.run()
        state.wait(30)
        assert len(client.server.requests) == 4
        state.close()


def test_cancel_keeps_what_arrived() -> None:
    """Cancel ends the run; what had arrived stays in `batch`, and the rest is not tried."""
    with Server(latency_s=0.05) as server, server.client(workers=1) as client:
        state = FetchState(client)
        some = threading.Event()
        state.observe(lambda change: change["new"] and change["new"].done >= 2 and some.set(), "progress")
        state.text = "\n".join(IDS)
        state.run()
        assert some.wait(30)
        state.cancel()
        state.wait(30)
        assert 2 <= len(state.batch.records) < len(IDS)
        assert state.batch.counts["not_tried"] > 0
        assert state.status.startswith("Cancelled with ")
        state.close()


def test_cancel_at_once() -> None:
    """A Cancel that comes before the run has sent anything is not lost."""
    with Server(latency_s=0.1) as server, server.client(workers=1) as client:
        state = FetchState(client)
        state.text = "\n".join(IDS)
        state.run()
        state.cancel()
        state.wait(30)
        assert state.batch.run.stopped == "cancelled"
        state.close()


def test_close_stops_the_work() -> None:
    """Closing ends a run and its thread; a closed state starts none."""
    with Server(latency_s=0.1) as server, server.client(workers=1) as client:
        state = FetchState(client)
        state.text = "\n".join(IDS)
        state.run()
        state.close()
        assert state.wait(0)
        sent = len(server.requests)
        assert sent < len(IDS)
        assert not state.run()
        assert not [thread for thread in threading.enumerate() if thread.name == "spacekit form"]


@pytest.mark.parametrize(("status", "word"), [(401, "not accepted"), (402, "credits"), (500, "failed")])
def test_refusals_in_plain_words(status: int, word: str) -> None:
    """A wrong key, no credit and a failing service are reported in words, with what to do."""
    with sk.sandbox(faults=lambda _id, _n: Fault(status=status), attempts=1) as client:
        state = FetchState(client)
        state.text = IDS[0]
        state.run()
        state.wait(30)
        assert word in state.status
        assert "again" in state.status
        assert state.batch.counts != {}
        state.close()


def test_dead_server_in_plain_words() -> None:
    """Where nobody listens, the status says that the connection failed."""
    with sk.Client("1|abcdefghijk", "http://127.0.0.1:9", attempts=1, requests_per_minute=None) as client:
        state = FetchState(client)
        state.text = IDS[0]
        state.run()
        state.wait(30)
        assert "connection" in state.status
        state.close()


def test_a_missing_key_is_reported() -> None:
    """Without any key the form says so, before a run and after it."""
    state = FetchState()
    state.text = IDS[0]
    assert "No API key" in state.status
    state.run()
    state.wait(30)
    assert isinstance(state.error, sk.CredentialsError)
    assert "SOCIALDATA_API_KEY" in state.status
    state.close()


def test_unexpected_error_is_shown_and_kept(state: FetchState) -> None:
    """An unforeseen error is named in the status and kept in `error`; the batch stays."""

    def present(_batch: Any) -> None:
        raise ZeroDivisionError("present")

    state._present = present
    state.text = IDS[0]
    state.run()
    state.wait(30)
    assert isinstance(state.error, ZeroDivisionError)
    assert "ZeroDivisionError" in state.status
    assert len(state.batch.records) == 1
    assert not state.running


def test_no_warning_from_the_thread() -> None:
    """The form itself says what is missing: an incomplete run does not warn."""
    with sk.sandbox(faults=lambda _id, _n: Fault(status=402)) as client, warnings.catch_warnings():
        warnings.simplefilter("error")
        state = FetchState(client)
        state.text = IDS[0]
        state.run()
        state.wait(30)
        assert state.error is None
        state.close()


def test_key_is_nowhere_in_the_state() -> None:
    """The key goes into the Client alone: no trait, code, status or repr has it."""
    state = FetchState()
    state.text = IDS[0]
    state.give_key("7|secretsecret")
    assert state.has_key
    assert "secretsecret" not in repr({name: getattr(state, name) for name in state.trait_names()})
    assert "secretsecret" not in repr(vars(state))
    state.give_key("")
    assert not state.has_key
    state.close()


def test_a_malformed_key_is_reported() -> None:
    """A key that cannot be one is refused in words that do not show it."""
    state = FetchState()
    state.give_key("two words")
    assert not state.has_key
    assert state.error is not None
    assert "two words" not in state.status
    state.close()


def test_sandbox_is_marked() -> None:
    """The sandbox needs no key, and its results are marked as made up; so are those of a given sandbox."""
    state = FetchState()
    assert not state.made_up
    state.text = IDS[0]
    state.use_sandbox = True
    assert state.made_up
    assert state.status == "Ready to fetch."
    state.run()
    state.wait(30)
    assert state.batch.made_up
    assert "sk.sandbox()" in state.code
    state.use_sandbox = False
    assert state.made_up  # the batch still is
    state.close()
    with sk.sandbox() as client:
        assert FetchState(client).made_up


def test_code_does_the_same(state: FetchState, tmp_path: Path) -> None:
    """The lines that are shown fetch the same Spaces, with the archive."""
    state.text = PASTED
    state.archive = str(tmp_path / "a.db")
    scope: dict[str, Any] = {"client": state.service.given}
    exec(state.code, scope)  # noqa: S102  # the code is the point
    assert [record["id"] for record in scope["batch"].records] == IDS[:2]
    assert (tmp_path / "a.db").exists()


# --- paid for once ---


def answered(server: Server) -> list[str]:
    """The Spaces that were paid for: each request that was answered with a Space."""
    return [request.space_id for request in server.requests if request.status == 200]


@pytest.mark.parametrize("max_age", ["1h", "0"])
@pytest.mark.parametrize("with_archive", [False, True])
def test_cancel_then_fetch_asks_only_for_the_rest(tmp_path: Path, max_age: str, with_archive: bool) -> None:
    """After Cancel, Fetch asks for what is missing, whatever the age chosen: each Space is paid for once."""
    with Server(latency_s=0.02) as server, server.client(workers=1) as client:
        state = FetchState(client)
        state.archive, state.max_age = str(tmp_path / "a.db") if with_archive else "", max_age
        some = threading.Event()
        state.observe(lambda change: change["new"] and change["new"].done >= 3 and some.set(), "progress")
        state.text = "\n".join(IDS[:30])
        state.run()
        assert some.wait(30)
        state.cancel()
        state.wait(30)
        came = len(state.batch)
        assert 3 <= came < 30
        assert (state.plan.fresh, state.plan.to_fetch) == (came, 30 - came)
        state.run()
        state.wait(30)
        assert state.batch.complete
        assert sorted(answered(server)) == sorted(IDS[:30])
        state.close()


@pytest.mark.parametrize("fault", [Fault(402), Fault(500)])
def test_after_a_failure_only_the_rest_is_asked_for(fault: Fault) -> None:
    """After a run that failed in the middle, Fetch asks for what is missing."""
    failing = True

    def faults(space_id: str, _nth: int) -> Fault | None:
        return fault if failing and space_id in IDS[5:10] else None

    with Server(faults=faults) as server, server.client(workers=1, attempts=1) as client:
        state = FetchState(client)
        state.text = "\n".join(IDS[:10])
        state.run()
        state.wait(30)
        assert len(state.batch) == 5
        failing = False
        state.run()
        state.wait(30)
        assert state.batch.complete
        assert sorted(answered(server)) == sorted(IDS[:10])
        assert state.faults == {}
        state.close()


def test_further_ids_alone_are_asked_for(state: FetchState) -> None:
    """With further ids in the text, only these are asked for; the result has all."""
    for n in (3, 5):
        state.text = "\n".join(IDS[:n])
        state.run()
        state.wait(30)
    assert [record["id"] for record in state.batch.records] == IDS[:5]
    assert sorted(answered(state.service.given.server)) == sorted(IDS[:5])  # type: ignore[union-attr]  # a sandbox


def test_age_0_asks_again_after_a_complete_run(state: FetchState) -> None:
    """A run that is complete is done: with the age 0, the next one asks for all again."""
    state.text, state.max_age = "\n".join(IDS[:3]), "0"
    for _ in range(2):
        state.run()
        state.wait(30)
    assert sorted(answered(state.service.given.server)) == sorted(IDS[:3] * 2)  # type: ignore[union-attr]  # as above


def test_an_archive_chosen_later_takes_what_came(state: FetchState, tmp_path: Path) -> None:
    """What was fetched before an archive was chosen is put into it, and not paid for again."""
    state.text = "\n".join(IDS[:3])
    state.run()
    state.wait(30)
    state.archive, state.text = str(tmp_path / "a.db"), "\n".join(IDS[:4])
    assert (state.plan.fresh, state.plan.to_fetch) == (3, 1)
    state.run()
    state.wait(30)
    assert sorted(answered(state.service.given.server)) == sorted(IDS[:4])  # type: ignore[union-attr]  # as above
    with sk.Archive(state.archive, mode="r") as archive:
        assert sorted(archive.ids()) == sorted(IDS[:4])


def test_sandbox_and_service_are_kept_apart() -> None:
    """What the sandbox answered is not taken for an answer of the service."""
    with Server() as server:
        state = FetchState()
        state.address = server.client().base_url
        state.text, state.use_sandbox = IDS[0], True
        state.run()
        state.wait(30)
        state.give_key(server.client_options()["api_key"])
        assert (state.plan.fresh, state.plan.to_fetch) == (0, 1)
        state.close()


def test_nothing_stays_on_the_disk(state: FetchState) -> None:
    """What is kept without an archive is removed with the form."""
    state.text = IDS[0]
    state.run()
    state.wait(30)
    kept = Path(state.place)
    assert kept.exists()
    state.close()
    assert not kept.parent.exists()


# --- what is wrong with which field ---

WRONG = {
    "address": "htp:/x",
    "price": "cheap",
    "archive": "no/such/folder/a.db",
    "max_age": "soon",
    "find": "@this_is_no_handle_at_all",
}


@pytest.mark.parametrize(("field", "value"), WRONG.items())
def test_a_wrong_field_is_marked_until_it_is_mended(field: str, value: str) -> None:
    """What cannot be used is said at its field, and holds up the run; the mark goes once it is mended."""
    state = FetchState()
    state.text, state.use_sandbox = IDS[0], True
    before = getattr(state, field)
    setattr(state, field, value)
    assert list(state.faults) == [field]
    assert "=" not in state.faults[field]
    assert not state.run()
    assert "marked in red" in state.status
    setattr(state, field, before)
    assert state.faults == {}
    assert state.plan.to_fetch == 1
    assert state.status == "Ready to fetch."
    state.close()


def test_all_wrong_fields_are_marked_at_once() -> None:
    """One wrong field does not hide another."""
    state = FetchState()
    state.text = IDS[0]
    for field, value in WRONG.items():
        setattr(state, field, value)
    assert set(state.faults) == set(WRONG)
    state.close()


def test_dates_in_the_wrong_order(state: FetchState) -> None:
    """Posts cannot be from before their first day."""
    state.since, state.until = date(2026, 3, 1), date(2026, 2, 1)
    assert "later day" in state.faults["until"]
    state.until = None
    assert state.faults == {}


def test_wrong_key_is_said_at_the_key() -> None:
    """A key that the service refuses is marked; with the right key, the run goes on."""
    with Server() as server:
        state = FetchState()
        state.address, state.text = server.client().base_url, IDS[0]
        state.give_key("2|wrongkey")
        state.run()
        state.wait(30)
        assert "not accepted (401)" in state.faults["key"]
        state.give_key(server.client_options()["api_key"])
        assert state.faults == {}
        state.run()
        state.wait(30)
        assert state.batch.complete
        state.close()


def test_a_wrong_key_of_the_environment_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment that cannot be one is said at the field, and another one can be entered."""
    monkeypatch.setenv("SOCIALDATA_API_KEY", "two words")
    state = FetchState()
    state.text = IDS[0]
    assert "has a blank" in state.faults["key"]
    assert not state.run()
    state.give_key("7|secretsecret")
    assert state.faults == {}
    state.close()


def test_a_key_is_not_sent_to_another_address() -> None:
    """With another address the key that was entered is dropped, and the form asks for the one of this address."""
    state = FetchState()
    state.text = IDS[0]
    state.give_key("7|secretsecret")
    state.address = "http://127.0.0.1:9"
    assert not state.has_key
    assert "another address" in state.faults["key"]
    state.close()


def test_no_credit_is_said_at_the_plan() -> None:
    """No credit is said beside the plan, with what to do, until the next run."""
    with sk.sandbox(faults=lambda _id, _n: Fault(402)) as client:
        state = FetchState(client)
        state.text = IDS[0]
        state.run()
        state.wait(30)
        assert "Add credits" in state.faults["plan"]
        state.text = IDS[1]
        assert state.faults == {}
        state.close()


def test_unreachable_is_said_at_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nobody answers, the address is marked."""
    monkeypatch.setattr("spacekit.forms.service.Client", functools.partial(sk.Client, attempts=1))
    state = FetchState()
    state.address, state.text = "http://127.0.0.1:9", IDS[0]
    state.give_key("7|secretsecret")
    state.run()
    state.wait(30)
    assert "Cannot reach 127.0.0.1" in state.faults["address"]
    state.close()


def test_two_forms_with_one_client() -> None:
    """Both run at the same time, and each has its own result."""
    with sk.sandbox(latency_s=0.5) as client:
        state, other = FetchState(client), FetchState(client)
        state.text, other.text = IDS[0], IDS[1]
        begun = threading.Event()
        other.observe(lambda change: change["new"] and begun.set(), "progress")
        other.run()
        assert begun.wait(30)
        state.run()
        state.wait(30)
        other.wait(30)
        assert [s.batch.spaces["space_id"].tolist() for s in (state, other)] == [[IDS[0]], [IDS[1]]]


def test_a_failing_handler_is_shown(state: FetchState, monkeypatch: pytest.MonkeyPatch) -> None:
    """What fails while the fields are read is shown and kept."""

    def broken(*_: object) -> None:
        raise ZeroDivisionError("read")

    monkeypatch.setattr("spacekit.forms.fetch_inputs.wanted", broken)
    state.text = IDS[0]
    assert isinstance(state.error, ZeroDivisionError)
    assert "ZeroDivisionError" in state.status


@pytest.mark.parametrize("kind", OUTCOMES.values(), ids=OUTCOMES)
def test_advice_in_the_terms_of_the_form(kind: OutcomeKind) -> None:
    """What to do about an outcome names no argument, attribute or variable."""
    assert not re.search(r"\w=|\.\w|_", in_form_terms(kind.advice))


@pytest.mark.parametrize(
    "text", ["JMJgLdenVjxLa", "notes.txt", "@XEng @", "https://t.co/x", "#", "1SAMPLEtypo"]
)
def test_reasons_in_the_terms_of_the_form(text: str) -> None:
    """Why an entry was not recognised names no argument, class or call."""
    for _, why in find_ids([text]).rejected + find_ids(text).rejected:
        assert not re.search(r"\w=|pathlib|client\.|list", in_form_terms(why)), why


def test_a_report_names_no_temporary_file() -> None:
    """Answers that the form had kept come from the archive of this form."""
    with sk.sandbox() as client:
        state = FetchState(client)
        state.text = IDS[0]
        for _ in range(2):
            state.run()
            state.wait(30)
        assert state.batch.counts == {"archived": 1}
        assert "1 input was looked up in the archive of this form." in state.batch.report()
        assert ".db" not in state.batch.report()
        state.close()
