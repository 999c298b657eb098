"""From a host or words to Spaces, in the form that fetches: plan, search, fetch. No browser."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from form_reading import IDS, inside, words

import spacekit as sk
from spacekit.forms.fetch_state import FetchState
from spacekit.server import Fault, SearchFaults

HOST = "@sample_radio"


@pytest.fixture
def state() -> Iterator[FetchState]:
    """A state on the sandbox, with a price."""
    with sk.sandbox(price_per_request=0.0002) as client:
        made = FetchState(client)
        yield made
        made.close()


def paths(state: FetchState) -> list[str]:
    """What was asked of the sandbox, without the rest of the address."""
    client = state.service.client
    return [request.path.partition("?")[0] for request in client.server.requests]  # type: ignore[attr-defined]  # a sandbox


def ran(state: FetchState) -> FetchState:
    """Click, and wait."""
    assert state.run()
    assert state.wait(60)
    return state


@pytest.mark.parametrize("field", ["text", "find"])
def test_a_host_is_planned_searched_and_fetched(state: FetchState, field: str) -> None:
    """A handle shows what a search costs at most; one click searches, the second fetches what was found."""
    setattr(state, field, HOST)
    assert state.next == "search"
    assert state.status == "Ready to search."
    assert state.plan is None
    assert state.search_plan.cost > 0
    assert paths(state) == []
    ran(state)
    assert set(paths(state)) == {"/twitter/search"}
    assert len(state.search) > 5
    assert state.status.startswith(f"Found {len(state.search)} Spaces in ")
    assert (state.next, state.plan.to_fetch) == ("fetch", len(state.search))
    ran(state)
    assert [record["id"] for record in state.batch.records] == state.search.ids
    assert state.batch.complete


def test_mixed_text_fetches_ids_and_offers_the_host(state: FetchState) -> None:
    """Ids in the text are fetched at once, the host is offered; what it finds is fetched with the ids, once each."""
    state.text = f"{IDS[0]}\n{HOST}"
    assert state.next == "fetch"
    assert state.search_plan.posts > 0
    ran(state)
    assert [record["id"] for record in state.batch.records] == IDS[:1]
    assert state.find_spaces()
    state.wait(60)
    ran(state)
    assert {IDS[0], *state.search.ids} == {record["id"] for record in state.batch.records}
    shown = [path for path in paths(state) if path != "/twitter/search"]
    assert len(shown) == len(state.batch)


def test_search_for_a_topic(state: FetchState) -> None:
    """Words go to the search as typed."""
    state.find = '"open source" OR & ☕'
    ran(state)
    assert state.search.queries["query"].tolist() == ['("open source" OR & ☕) filter:spaces']


def test_the_plan_says_what_is_searched() -> None:
    """The plan says whether a host or words are searched for, and how to name the host that a word may mean."""
    form = sk.FetchForm()
    for find, told in {
        "sample_archive": "Search posts with the words sample_archive: at most 5",
        "@sample_archive": "Search posts of the host @sample_archive: at most 5",
        "@a @b big news": "Search posts of the hosts @a, @b with the words big news: at most 5",
    }.items():
        form.find.value = find
        assert told in words(form.plan)
        assert ("For the host, write @sample_archive." in words(form.plan)) == (find == "sample_archive")
    form.close()


def test_results_of_another_question_are_dimmed() -> None:
    """Results are dimmed, and the bar is put back, once the fields ask for something else; they may come back."""
    with sk.sandbox() as client:
        form = sk.FetchForm(client)
        form.find.value = HOST
        for _ in range(2):
            form.fetch.click()
            form.wait(60)
        assert "spacekit-old" not in form.fetched._dom_classes
        assert form.bar.value == form.bar.max > 1
        form.find.value = "@sample_books"
        assert "spacekit-old" in form.fetched._dom_classes
        assert (form.bar.value, form.bar.layout.display) == (0, "none")
        for _ in range(2):
            assert "spacekit-old" in form.fetched._dom_classes
            form.fetch.click()
            form.wait(60)
        assert "spacekit-old" not in form.fetched._dom_classes
        form.close()


def test_another_question_drops_what_was_found(state: FetchState) -> None:
    """What was found belongs to the host that was asked for; further ids leave it as it is."""
    state.find = HOST
    ran(state)
    state.text = IDS[0]
    assert state.search is not None
    state.find = "@sample_books"
    assert state.search is None


def test_searching_again_pays_nothing(state: FetchState) -> None:
    """The same search within the age comes from what is kept."""
    state.find = HOST
    ran(state)
    sent = len(paths(state))
    state.find_spaces()
    state.wait(60)
    assert len(paths(state)) == sent
    assert state.search.posts_paid_for == 0


def test_nothing_found_is_said(state: FetchState) -> None:
    """A search without a Space says so, and can be made again with other words."""
    state.find = "@nobody_at_all"
    ran(state)
    assert "Found no Space" in state.status
    assert state.next == "search"


def test_search_without_credit_is_said_at_the_plan() -> None:
    """No credit in a search is said at the plan; afterwards the search goes on."""
    with sk.sandbox(faults={"/twitter/search": [Fault(402)]}) as client:
        state = FetchState(client)
        state.find = HOST
        ran(state)
        assert "Add credits" in state.faults["plan"]
        assert "Stopped early" in state.status
        assert state.error is None
        ran(state)
        assert len(state.search) > 5
        assert state.faults == {}
        state.close()


def test_search_with_a_wrong_key() -> None:
    """A wrong key is said at its field."""
    with sk.sandbox() as client:
        state = FetchState()
        state.address, state.find = client.base_url, HOST
        state.give_key("2|wrongkey")
        ran(state)
        assert "not accepted" in state.faults["key"]
        state.close()


def test_cancel_a_search_then_search_on() -> None:
    """Cancel ends a search and keeps its pages; the next click pays for none of them again."""
    with sk.sandbox(latency_s=0.1, workers=1, search_faults=SearchFaults(page_size=2)) as client:
        state = FetchState(client)
        some = threading.Event()
        state.observe(lambda change: change["new"] and change["new"].done >= 2 and some.set(), "progress")
        state.find, state.max_age = HOST, "0"
        state.run()
        assert some.wait(30)
        state.cancel()
        state.wait(30)
        assert state.status.startswith("Cancelled with ")
        first = state.search.posts_paid_for
        state.find_spaces()
        state.wait(60)
        assert state.search.posts_seen == first + state.search.posts_paid_for
        state.close()


def test_balance_is_asked_for_on_demand() -> None:
    """The balance is asked for at a click and after each run, never for a key stroke."""
    with sk.sandbox(balance="4.5") as client:
        state = FetchState(client)
        state.text = IDS[0]
        assert paths(state) == []
        state.ask_balance()
        assert state.wait(30)
        assert state.balance == "Balance: 4.50 USD."
        state.text = IDS[1]
        assert len(paths(state)) == 1
        ran(state)
        assert [path for path in paths(state) if path == "/user/balance"] == ["/user/balance"] * 2
        state.close()


def test_no_balance_leaves_the_plan() -> None:
    """Where the balance cannot be had, the plan stands, and the form says why."""
    with sk.sandbox(faults={"/user/balance": [Fault(403)]}) as client:
        state = FetchState(client)
        state.text = IDS[0]
        state.ask_balance()
        state.wait(30)
        assert state.balance.startswith("Balance not known: ")
        assert state.plan.to_fetch == 1
        assert state.faults == {}
        state.close()


def test_code_does_the_same(state: FetchState) -> None:
    """The lines that are shown search and fetch the same."""
    state.text, state.find = IDS[0], HOST
    state.find_spaces()
    state.wait(60)
    ran(state)
    scope: dict[str, Any] = {"client": state.service.client}
    exec(state.code, scope)  # noqa: S102  # the code is the point
    assert [record["id"] for record in scope["batch"].records] == [r["id"] for r in state.batch.records]


def test_form_shows_the_steps() -> None:
    """The form's one button searches, then fetches; what was found is shown, and can be saved."""
    with sk.sandbox(price_per_request=0.0002) as client:
        form = sk.FetchForm(client)
        form.text.value = HOST
        assert form.fetch.description == "Search"
        assert "at most" in words(form.plan)
        assert form.discovery.layout.display == "none"
        form.fetch.click()
        form.wait(60)
        assert form.fetch.description == "Fetch"
        assert form.found is form.state.search
        assert f"{len(form.found)} Spaces in " in words(form.hits)
        assert form.save_posts.link.value.count("posts.csv") == 2
        form.fetch.click()
        form.wait(60)
        assert form.batch is not None
        assert len(form.batch) == len(form.found)
        form.close()
        assert [widget for widget in inside(form) if widget.comm is not None] == []
