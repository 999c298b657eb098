"""The state of the form that fetches: what it recognises, does and says. No widgets, no browser."""

import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from form_reading import IDS

import spacekit as sk
from spacekit.forms.fetch_state import FetchState
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
    assert state._given.server.requests == ()  # type: ignore[union-attr]  # it is a sandbox


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
        state.max_age = 0
        assert (state.plan.to_fetch, state.plan.fresh) == (1, 0)
        state.close()


def test_no_plan_says_why(state: FetchState, tmp_path: Path) -> None:
    """An archive that cannot be read is reported instead of the plan, before anything is sent."""
    wrong = tmp_path / "wrong.db"
    wrong.write_text("no archive, but long enough to be read as something", encoding="utf-8")
    state.text = PASTED
    state.archive = str(wrong)
    assert state.plan is None
    assert "wrong.db" in state.plan_note


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
    scope: dict[str, Any] = {"client": state._given}
    exec(state.code, scope)  # noqa: S102  # the code is the point
    assert [record["id"] for record in scope["batch"].records] == IDS[:2]
    assert (tmp_path / "a.db").exists()
