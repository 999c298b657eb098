"""The states of the forms: what they understand, do and say. No widgets, no browser."""

import threading
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, T0, spaces

import spacekit as sk
from spacekit import plot, stats
from spacekit.fields import TABLES
from spacekit.forms import filters, work
from spacekit.forms.explore_state import ExploreState, Picture, Request
from spacekit.forms.facts import MOST_GROUPS, compared
from spacekit.forms.fetch_state import FetchState
from spacekit.forms.filters import Filters
from spacekit.forms.sources import source_of
from spacekit.plot import Chart
from spacekit.server import Fault, Server

IDS = [record["id"] for record in sk.sample_records()]
PASTED = f"{IDS[0]}, {IDS[1]}\n{IDS[0]}\nhttps://example.org/x"


@pytest.fixture
def state() -> Iterator[FetchState]:
    """A state on the sandbox."""
    with sk.sandbox() as client:
        made = FetchState(client)
        yield made
        made.close()


# --- fetching ---


def test_typing_tells_what_is_understood(state: FetchState) -> None:
    """Each change of the text gives ids, duplicates and what was not understood, and nothing is sent."""
    state.text = PASTED
    assert (len(state.found), len(state.found.duplicates), len(state.found.rejected)) == (2, 1, 1)
    assert state.status == "Ready to fetch."
    assert state._given.server.requests == ()  # type: ignore[union-attr]  # it is a sandbox


def test_typing_tells_the_plan(tmp_path: Path) -> None:
    """The plan tells what is to fetch, what the archive has, how long it takes at least, and what it costs."""
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
    """An archive that cannot be read is told in place of the plan, before anything is sent."""
    wrong = tmp_path / "wrong.db"
    wrong.write_text("no archive, but long enough to be read as something", encoding="utf-8")
    state.text = PASTED
    state.archive = str(wrong)
    assert state.plan is None
    assert "wrong.db" in state.plan_note


def test_run_gives_the_batch(state: FetchState) -> None:
    """A run ends with the batch, every input with its outcome, and a sentence that says so."""
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


def test_cancel_keeps_what_came() -> None:
    """Cancel ends the run; what had come stays in `batch`, and the rest is not tried."""
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
        assert state.status.startswith("Cancelled: kept")
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
    """A wrong key, no credit and a failing service are said in words, with what to do."""
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


def test_no_key_is_said_and_raised_nowhere_else() -> None:
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
    """An error that nobody foresaw is named in the status and kept in `error`, and the batch that came stays."""

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
    """The form tells what is missing itself: where warnings are errors, an incomplete run is no error."""
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


def test_key_of_wrong_form_is_said() -> None:
    """A key that cannot be one is refused in words, without showing it."""
    state = FetchState()
    state.give_key("two words")
    assert not state.has_key
    assert state.error is not None
    assert "two words" not in state.status
    state.close()


def test_sandbox_is_marked() -> None:
    """The sandbox needs no key, and what it gives is marked as made up; so is a given sandbox."""
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


# --- the thread ---


def test_newest_job_wins() -> None:
    """Of jobs that come while one runs, only the newest is done; the running one is told that it is overtaken."""
    done: list[int] = []
    newest = work.Newest(lambda error: pytest.fail(str(error)))
    begun, go = threading.Event(), threading.Event()

    def slow(overtaken: threading.Event) -> None:
        begun.set()
        go.wait(30)
        done.append(-int(overtaken.is_set()))

    newest.submit(slow)
    begun.wait(30)
    for number in (1, 2, 3):
        newest.submit(lambda _overtaken, number=number: done.append(number))
    assert not newest.wait(0)
    go.set()
    assert newest.wait(30)
    assert done == [-1, 3]


def test_error_in_a_job_does_not_end_the_work() -> None:
    """What a job raises is handed on, and the next job is done all the same."""
    failed: list[Exception] = []
    newest = work.Newest(failed.append)
    newest.submit(lambda _overtaken: 1 / 0)  # type: ignore[arg-type, return-value]  # the value is not the point
    newest.wait(30)
    newest.submit(lambda _overtaken: failed.append(ValueError()))
    newest.wait(30)
    assert [type(error) for error in failed] == [ZeroDivisionError, ValueError]


# --- exploring ---


def table() -> pd.DataFrame:
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


FILTERS = {
    "none": (Filters(), [0, 1, 2, 3, 4, 5], {}),
    "host": (Filters(hosts=("bob",)), [3, 4, 5], {"another host": 3}),
    "state in any case": (Filters(states=("Ended",)), [0, 1, 2, 4, 5], {"another state": 1}),
    "first day": (Filters(first=date(2026, 1, 6)), [1, 4], {"no start known": 1, "before 2026-01-06": 3}),
    "last day is included": (
        Filters(last=date(2026, 1, 6)),
        [0, 1, 3, 5],
        {"no start known": 1, "after 2026-01-06": 1},
    ),
    "days as a zone has them": (
        Filters(first=date(2026, 1, 6), tz="Pacific/Kiritimati"),
        [0, 1, 3, 4, 5],
        {"no start known": 1},
    ),
    "least": (
        Filters(least_live=50),
        [0, 2, 5],
        {"no live count": 1, "fewer than 50 live listeners": 2},
    ),
    "replay": (Filters(only_replay=True), [0, 1, 2, 4], {"not ended": 1, "no recording": 1}),
    "all together": (
        Filters(("ann",), ("Ended",), date(2026, 1, 1), date(2026, 1, 31), 20, True),
        [0],
        {"another host": 3, "no start known": 1, "fewer than 20 live listeners": 1},
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filter(name: str) -> None:
    """A filter keeps the right Spaces, and each other one is counted once, with its reason."""
    chosen, kept, reasons = FILTERS[name]
    mask, left_out = filters.apply(table(), chosen)
    assert mask.nonzero()[0].tolist() == kept
    assert dict(left_out.itertuples(index=False)) == reasons
    assert len(kept) + sum(reasons.values()) == 6


@pytest.mark.parametrize("name", FILTERS)
def test_code_of_a_filter(name: str) -> None:
    """The code that is shown keeps the same Spaces as the filter."""
    chosen, kept, _ = FILTERS[name]
    scope: dict[str, Any] = {"sk": sk, "pd": pd, "spaces": table()}
    exec(filters.code(scope["spaces"], chosen), scope)  # noqa: S102  # the code is the point
    assert scope["view"].index.tolist() == kept


def test_filter_keeps_the_index() -> None:
    """Rows in view are those of the table given, under its own index."""
    given = table().set_axis(list("abcdef"))
    state = explored(given)
    state.only_replay = True
    assert state.view.index.tolist() == list("abce")
    state.close()


def test_empty_table() -> None:
    """A table without rows can be filtered, and says that nothing is in view."""
    state = explored(table().head(0))
    state.hosts, state.least_live, state.only_replay = ("ann",), 5, True
    state.wait(30)
    assert state.status == "0 of 0 Spaces in view."
    assert state.error is None
    state.close()


CHARTS = {
    "live_vs_replay": Chart(plot.live_vs_replay, "", "", options=("by", "tz")),
    "growth": Chart(plot.growth, "", "", takes="observations"),
}


def _draw(request: Request) -> Picture:
    return Picture(request.chart.encode(), f"{len(request.table)} rows", lambda: b"")


def explored(given: Any, draw: Callable[[Request], Picture] = _draw) -> ExploreState:
    """Make a state with two charts that draw nothing."""
    return ExploreState(source_of(given), CHARTS, draw)


def test_picture_is_of_the_view() -> None:
    """After a change the picture, the comparison and the count are those of the new view."""
    state = explored(table())
    state.hosts = ("ann",)
    state.by = "host"
    assert state.wait(30)
    assert state.picture.alt == "3 rows"
    assert state.comparison[0]["group"].tolist() == ["ann"]
    assert state.status == "3 of 6 Spaces in view. Not in view: 3 another host."
    state.close()


def test_options_go_to_the_charts_that_take_them() -> None:
    """Grouping and zone reach a chart that has such arguments, and no other."""
    asked: list[Request] = []
    state = explored(table(), lambda request: (asked.append(request), _draw(request))[1])
    state.by, state.tz = "weekday", "Asia/Tokyo"
    state.wait(30)
    assert asked[-1].options["tz"] == "Asia/Tokyo"
    assert (
        asked[-1].options["by"].tolist() == stats.group_labels(state.view, "weekday", "Asia/Tokyo").tolist()
    )
    state.close()


def test_growth_needs_observations(tmp_path: Path) -> None:
    """A chart of observations is offered for an archive only, and then is of the Spaces in view."""
    state = explored(table())
    assert list(state.charts) == ["live_vs_replay"]
    state.close()
    with sk.Archive(tmp_path / "a.db") as archive:
        archive.add_jsonl(sk.sample_observations_path())
        state = explored(archive)
    state.chart = "growth"
    host = state.choices("host")[0][1]
    state.hosts = (host,)
    request = state.request
    assert set(request.table["space_id"]) == set(state.view["space_id"])
    assert len(request.table) > len(state.view)
    state.close()


def test_unknown_zone_is_said() -> None:
    """A time zone that does not exist is said in words, and kept in `error`."""
    state = explored(table())
    state.first, state.tz = date(2026, 1, 1), "Mars/Olympus"
    state.by = "weekday"
    state.wait(30)
    assert isinstance(state.error, ValueError | KeyError)
    assert "Mars/Olympus" in state.status
    state.close()


def test_error_while_drawing_is_said() -> None:
    """What drawing raises is named in the status and kept in `error`; the next picture is drawn all the same."""
    broken = [True]

    def draw(request: Request) -> Picture:
        if broken.pop() if broken else False:
            raise ZeroDivisionError("draw")
        return _draw(request)

    state = explored(table(), draw)
    state.wait(30)
    assert "ZeroDivisionError" in state.status
    state.least_live = 1
    state.wait(30)
    assert state.error is None
    assert state.picture is not None
    state.close()


def test_reset_puts_all_in_view() -> None:
    """Resetting clears the filters and leaves the choice of the chart."""
    state = explored(table())
    state.hosts, state.least_live, state.only_replay, state.by = ("ann",), 7, True, "host"
    state.reset()
    state.wait(30)
    assert len(state.view) == 6
    assert state.by == "host"
    assert state.picture.alt == "6 rows"
    state.close()


def test_largest_groups_are_compared() -> None:
    """Of many groups the largest are compared, and the note says of how many."""
    n = MOST_GROUPS + 5
    many = spaces(
        creator_id=[str(i) for i in range(n) for _ in range(2 if i else 3)],
        total_live_listeners=[10 for i in range(n) for _ in range(2 if i else 3)],
        total_replay_watched=[10 for i in range(n) for _ in range(2 if i else 3)],
    )
    frame, note = compared(many, "host", "UTC")
    assert len(frame) == MOST_GROUPS
    assert f"of {n} groups" in note
    assert "0" in frame["group"].tolist()


# --- what can be explored ---


def sources(folder: Path) -> dict[str, Any]:
    """The samples in every form that can be explored."""
    batch = sk.sample_batch()
    batch.to_jsonl(folder / "s.jsonl")
    archive = sk.Archive(folder / "s.db")
    archive.add_jsonl(folder / "s.jsonl")
    paths = {
        "JSONL": folder / "s.jsonl",
        "path as text": str(folder / "s.jsonl"),
        "archive's path": folder / "s.db",
    }
    return {"table": batch.spaces, "batch": batch, "archive": archive, **paths}


@pytest.mark.parametrize("kind", ["table", "batch", "archive", "JSONL", "path as text", "archive's path"])
def test_source(kind: str, tmp_path: Path) -> None:
    """A table, a batch, an archive and their files give the same Spaces, and code that makes them again."""
    given = sources(tmp_path)
    source = source_of(given[kind])
    assert sorted(source.spaces["space_id"]) == sorted(given["table"]["space_id"])
    assert source.made_up
    assert set(source.spaces) == {field.name for field in TABLES["spaces"]}
    scope = {"sk": sk, "batch": given["batch"], "archive": given["archive"], "spaces": given["table"]}
    exec(source.code, scope)  # noqa: S102  # the code is the point
    assert len(scope["spaces"]) == len(source.spaces)
    given["archive"].close()


def test_source_of_what_is_none(tmp_path: Path) -> None:
    """What holds no Spaces is refused, with what to give instead."""
    with pytest.raises(TypeError, match="Give a table"):
        source_of(42)
    with pytest.raises(ValueError, match="lacks the columns"):
        source_of(pd.DataFrame({"x": [1]}))
    with pytest.raises(FileNotFoundError):
        source_of(tmp_path / "none.jsonl")
    (tmp_path / "text.jsonl").write_text("no JSON\n", encoding="utf-8")
    with pytest.warns(sk.IncompleteWarning), pytest.raises(sk.DataError, match="no line of it"):
        source_of(tmp_path / "text.jsonl")
