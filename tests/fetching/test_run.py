"""Many Spaces on a real server on loopback: what is asked, asked again, kept and stopped."""

import _thread
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from spacekit.archive import Archive, Observation
from spacekit.errors import ArchiveError, FetchInterrupted, IncompleteWarning
from spacekit.fetching.client import Client
from spacekit.fetching.progress import Progress
from spacekit.server import Fault, Server

IDS = [f"1Made{number:08d}" for number in range(1_000)]
NONE_SUCH = "1Gone00000000"


def records(number: int) -> list[dict[str, Any]]:
    """Made-up Spaces, as small as they may be."""
    return [{"id": space_id, "state": "Ended", "title": space_id} for space_id in IDS[:number]]


@pytest.fixture
def start() -> Iterator[Callable[..., tuple[Server, Client]]]:
    """Start servers with a Client each; both end with the test."""
    started: list[tuple[Server, Client]] = []

    def start_one(
        number: int = 20, workers: int = 8, attempts: int = 5, backoff_s: float = 0.001, **options: Any
    ) -> tuple[Server, Client]:
        server = Server(records(number), **options).start()
        client = server.client(workers=workers, attempts=attempts, backoff_s=backoff_s)
        started.append((server, client))
        return server, client

    yield start_one
    for server, client in started:
        client.close()
        server.stop()


Start = Callable[..., tuple[Server, Client]]


def requests_of(server: Server) -> Counter[str | None]:
    """Requests that the server got for each Space."""
    return Counter(request.space_id for request in server.requests)


def outcomes_of(batch: Any) -> list[str]:
    """Outcomes in the order of the inputs."""
    return list(batch.outcomes["outcome"])


TEN = {
    "good": (IDS[0], [], "ok", 1),
    "typo": ("1Made0000000", [], "invalid", 0),
    "again": (IDS[0], [], "duplicate", 0),
    "gone": (NONE_SUCH, [], "not_found", 1),
    "500 then 200": (IDS[1], [Fault(500)], "ok", 2),
    "truncated then 200": (IDS[2], [Fault.truncated(10)], "ok", 2),
    "429 then 200": (IDS[3], [Fault.too_many("0.2")], "ok", 2),
    "422": (IDS[4], [Fault(422)], "rejected", 1),
    "403": (IDS[5], [Fault(403)], "forbidden", 1),
    "402": (IDS[6], [Fault(402)], "no_credit", 1),
}


@pytest.mark.parametrize("workers", [1, 8])
def test_ten_inputs_give_ten_outcomes_and_no_request_too_many(start: Start, workers: int) -> None:
    """Every kind of fault in one run: each input has its outcome, the good tables are whole."""
    server, client = start(
        workers=workers, faults={space_id: faults for space_id, faults, _, _ in TEN.values() if faults}
    )
    client.get(IDS[19])  # which of the two addresses is right is known from here on
    with pytest.warns(IncompleteWarning, match="1 no_credit"):
        batch = client.fetch([space_id for space_id, _, _, _ in TEN.values()], progress=False)
    assert outcomes_of(batch) == [outcome for _, _, outcome, _ in TEN.values()]
    assert list(batch.outcomes["attempts"]) == [requests for _, _, _, requests in TEN.values()]
    assert requests_of(server) - Counter([IDS[19]]) == {
        space_id: requests for space_id, _, _, requests in TEN.values() if requests
    }
    assert list(batch.spaces["space_id"]) == [IDS[0], IDS[1], IDS[2], IDS[3]]
    assert list(batch.outcomes["record"].dropna()) == [0, 0, 1, 2, 3]
    assert len(batch.problems) == 0
    assert not batch.complete


def test_404_is_confirmed_at_the_other_address_until_one_has_answered(start: Start) -> None:
    """Two requests, both counted, before any Space came; one afterwards."""
    server, client = start(workers=1)
    batch = client.fetch([NONE_SUCH, IDS[0], "1Gone00000001"], progress=False)
    assert outcomes_of(batch) == ["not_found", "ok", "not_found"]
    assert list(batch.outcomes["attempts"]) == [2, 1, 1]
    assert batch.run.requests == len(server.requests) == 4


def test_a_failed_confirmation_asks_only_the_other_address_again(start: Start) -> None:
    """A 404 is remembered: what broke is asked again, and what was answered is not."""
    server, client = start(faults={NONE_SUCH: [None, Fault(500)]})
    assert outcomes_of(client.fetch([NONE_SUCH], progress=False)) == ["not_found"]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "fault", [Fault(500), Fault.garbage(), Fault(drop="close")], ids=["500", "garbage", "closed"]
)
@pytest.mark.parametrize("attempts", [1, 3])
def test_what_may_pass_is_asked_so_often_and_no_oftener(start: Start, fault: Fault, attempts: int) -> None:
    """`attempts` requests in all, then `failed` with the cause; other Spaces are not affected."""
    server, client = start(attempts=attempts, faults={IDS[1]: [fault] * 9})
    with pytest.warns(IncompleteWarning, match="1 failed"):
        batch = client.fetch(IDS[:3], progress=False)
    assert outcomes_of(batch) == ["ok", "failed", "ok"]
    assert requests_of(server)[IDS[1]] == attempts == batch.outcomes["attempts"][1]
    assert IDS[1] in batch.outcomes["message"][1]


def test_401_stops_the_run_and_keeps_what_came(start: Start) -> None:
    """The one that met it is `unauthorized`, those never asked are `not_tried`, those before are kept."""
    server, client = start(workers=1, faults={IDS[2]: [Fault(401)]})
    with pytest.warns(IncompleteWarning, match="not accepted"):
        batch = client.fetch(IDS[:5], progress=False)
    assert outcomes_of(batch) == ["ok", "ok", "unauthorized", "not_tried", "not_tried"]
    assert len(server.requests) == 3
    assert "not accepted" in batch.outcomes["message"][4]


def test_402_ends_a_run_within_the_requests_under_way(start: Start) -> None:
    """Credits for 10 Spaces of 20: ten are there, nothing new is begun, and each that met the 402 says so."""
    server, client = start(credits=10)
    with pytest.warns(IncompleteWarning, match="too few credits"):
        batch = client.fetch(IDS[:20], progress=False)
    counts = batch.counts
    assert counts["ok"] == 10
    assert counts["no_credit"] + counts.get("not_tried", 0) == 10
    assert len(server.requests) == 10 + counts["no_credit"] <= 10 + 8


@pytest.mark.parametrize("budget", [3, 20])
@pytest.mark.filterwarnings("ignore::spacekit.errors.IncompleteWarning")
def test_budget_is_never_passed(start: Start, budget: int) -> None:
    """The budget is kept; the Spaces left are `not_tried` and say why; a budget that suffices stops nothing."""
    server, client = start()
    batch = client.fetch(IDS[:20], max_requests=budget, progress=False)
    assert len(server.requests) == batch.run.requests == min(budget, 20)
    assert batch.counts == {
        key: n for key, n in {"ok": min(budget, 20), "not_tried": max(20 - budget, 0)}.items() if n
    }
    assert (batch.run.stopped is None) == (budget >= 20)
    assert all("max_requests" in message for message in batch.outcomes["message"].dropna())


def test_a_space_cut_off_between_attempts_is_failed_with_its_cause(start: Start) -> None:
    """The budget ends a run in which a Space had met a 500: it says both."""
    _, client = start(faults={IDS[0]: [Fault(500)] * 5})
    with pytest.warns(IncompleteWarning, match="budget"):
        batch = client.fetch(IDS[:1], max_requests=2, progress=False)
    assert outcomes_of(batch) == ["failed"]
    assert batch.outcomes["http_status"][0] == 500
    assert "500" in batch.outcomes["message"][0]
    assert "budget" in batch.outcomes["message"][0]


def test_429_holds_back_all_workers(start: Start) -> None:
    """After a `Retry-After`, no request comes before that time, whichever Space it is for."""
    slow = Fault(latency_s=0.1)  # so that no worker is free before the one with the 429 has read it
    server, client = start(
        faults=lambda space_id, nth: Fault.too_many("0.4") if (space_id, nth) == (IDS[0], 0) else slow
    )
    batch = client.fetch(IDS[:20], progress=False)
    assert batch.complete
    at = next(request.at for request in server.requests if request.status == 429)
    before, after = 8, [request.at - at for request in server.requests if request.at > at]
    assert sum(gap < 0.4 for gap in after) <= before  # those under way when it came
    assert sum(gap >= 0.4 for gap in after) >= 20 - 2 * before


def test_a_retry_after_that_is_too_long_stops_the_run(start: Start) -> None:
    """A notebook does not hang for a day: the run stops, and says what the service asks."""
    server, client = start(workers=1, faults={IDS[1]: [Fault.too_many(86_400)]})
    with pytest.warns(IncompleteWarning, match=r"asks to wait 1 d"):
        batch = client.fetch(IDS[:3], progress=False)
    assert outcomes_of(batch) == ["ok", "failed", "not_tried"]
    assert len(server.requests) == 2


def test_a_space_that_waits_occupies_no_worker(start: Start) -> None:
    """One worker: a Space to be asked again does not keep the others from being asked first."""
    server, client = start(workers=1, backoff_s=0.4, faults={IDS[0]: [Fault(500)]})
    assert client.fetch(IDS[:4], progress=False).complete
    assert [request.space_id for request in server.requests] == [*IDS[:4], IDS[0]]


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(503, b"<html>Down</html>"),
        Fault.too_many(),
        Fault.too_many("0.01"),
        Fault.garbage(),
        Fault.redirect("https://login.example/"),
        Fault(drop="close"),
    ],
    ids=["500", "503", "429", "429 with Retry-After", "page", "redirect", "closed"],
)
def test_an_outage_stops_the_run(start: Start, fault: Fault) -> None:
    """Where no Space gets a useful answer any more, the rest is left: 1,000 Spaces take some requests."""
    server, client = start(faults=lambda _space_id, _nth: fault)
    seen: list[Progress] = []
    with pytest.warns(IncompleteWarning, match="the service seems down"):
        batch = client.fetch(IDS, progress=seen.append)
    assert set(batch.counts) == {"failed", "not_tried"}
    assert batch.counts["not_tried"] > 900
    assert len(server.requests) <= batch.run.requests < 250  # one may be under way at the end
    assert any(progress.is_down and "seems down" in progress.note for progress in seen)
    assert "seems down" in batch.outcomes["message"].iloc[-1]


def test_an_outage_that_ends_costs_no_space_and_no_attempt(start: Start) -> None:
    """Of 300 Spaces all come, though each has two attempts only and the service is down for a while in the middle."""
    down = range(100, 112)
    asked = count()
    server, client = start(
        300,
        attempts=2,
        backoff_s=0.05,
        faults=lambda _space_id, _nth: Fault(503) if next(asked) in down else None,
    )
    assert client.fetch(IDS[:300], progress=False).complete
    assert len(server.requests) == 312


def test_a_broken_space_among_good_ones_is_no_outage(start: Start) -> None:
    """Thirty Spaces that always answer 500: each is asked for five times, and the others come."""
    dead = set(IDS[50:80])
    server, client = start(200, faults=lambda space_id, _nth: Fault(500) if space_id in dead else None)
    with pytest.warns(IncompleteWarning, match="30 failed"):
        batch = client.fetch(IDS[:200], progress=False)
    assert batch.counts == {"ok": 170, "failed": 30}
    assert batch.run.stopped is None
    assert min(requests_of(server)[space_id] for space_id in dead) >= 5


def test_a_budget_is_kept_in_an_outage(start: Start) -> None:
    """The requests that look whether the service is back count as well."""
    server, client = start(backoff_s=0.05, faults=lambda _space_id, _nth: Fault(503))
    with pytest.warns(IncompleteWarning, match="budget of 11"):
        client.fetch(IDS, max_requests=11, progress=False)
    assert len(server.requests) == 11


def test_ctrl_c_ends_the_wait_of_an_outage(start: Start) -> None:
    """While nothing is sent, and the next request is minutes away."""
    _, client = start(backoff_s=30.0, faults=lambda _space_id, _nth: Fault(503))

    def press(progress: Progress) -> None:
        if progress.is_down:
            _thread.interrupt_main()

    with pytest.raises(FetchInterrupted) as caught:
        client.fetch(IDS, progress=press)
    assert caught.value.batch.run.stopped == "interrupted"


# Ctrl-C and cancel


class Interrupter:
    """Presses Ctrl-C once a number of Spaces are there."""

    def __init__(self, after: int, press: Callable[[], object] = _thread.interrupt_main) -> None:
        self.after = after
        self.press = press
        self.pressed = False

    def __call__(self, progress: Progress) -> None:
        """Look how the run stands."""
        if progress.done >= self.after and not self.pressed:
            self.pressed = True
            self.press()


def press_twice() -> None:
    """Press Ctrl-C, and again while the run comes to its end."""
    threading.Timer(0.1, _thread.interrupt_main).start()
    _thread.interrupt_main()


def test_ctrl_c_keeps_what_came_and_waits_for_no_slow_answer(start: Start, tmp_path: Path) -> None:
    """`FetchInterrupted` is a KeyboardInterrupt with the batch; what came is in it and in the archive, also where
    Ctrl-C was pressed twice; running again asks for the rest only.
    """
    slow = {space_id: [Fault(latency_s=20.0)] for space_id in IDS[10:18]}
    server, client = start(18, faults=slow)
    path = tmp_path / "spaces.db"
    with pytest.raises(KeyboardInterrupt) as caught:
        client.fetch(IDS[:18], archive=path, progress=Interrupter(10, press_twice))
    assert isinstance(caught.value, FetchInterrupted)
    batch = caught.value.batch
    assert batch is client.last_batch
    assert outcomes_of(batch) == ["ok"] * 10 + ["not_tried"] * 8
    assert set(batch.outcomes["attempts"]) == {1}
    with Archive(path) as archive:
        assert archive.ids() == list(dict.fromkeys(archive.ids()))
        assert set(archive.ids()) == set(IDS[:10])
    again = client.fetch(IDS[:18], archive=path, progress=False)
    assert outcomes_of(again) == ["archived"] * 10 + ["ok"] * 8
    assert all(requests_of(server)[space_id] == 1 for space_id in IDS[:10])


def test_ctrl_c_ends_a_long_wait(start: Start) -> None:
    """A run that sits out a Retry-After of minutes ends at once."""
    _, client = start(workers=1, faults={IDS[1]: [Fault.too_many(600)]})
    with pytest.raises(FetchInterrupted) as caught:
        client.fetch(IDS[:3], progress=Interrupter(1))
    assert outcomes_of(caught.value.batch)[0] == "ok"
    assert caught.value.batch.run.stopped == "interrupted"


def test_cancel_from_another_thread_returns_what_came(start: Start) -> None:
    """A fetch in a thread of its own, cancelled from this one, returns its batch and warns."""
    _, client = start(workers=1, faults={IDS[3]: [Fault.too_many(600)]})
    results: list[Any] = []
    waiting = threading.Event()

    def tell(progress: Progress) -> None:
        if progress.waiting_for == "the service asks to wait":
            waiting.set()

    def run() -> None:
        with pytest.warns(IncompleteWarning, match="cancelled"):
            results.append(client.fetch(IDS[:6], progress=tell))

    thread = threading.Thread(target=run)
    thread.start()
    assert waiting.wait(20)
    client.cancel()
    thread.join(20)
    assert outcomes_of(results[0]) == ["ok", "ok", "ok", "failed", "not_tried", "not_tried"]
    assert results[0] is client.last_batch


def test_cancel_without_a_run_does_nothing(start: Start) -> None:
    """A cancel before a fetch does not end it, nor one after."""
    _, client = start()
    client.cancel()
    assert client.fetch(IDS[:3], progress=False).complete
    client.cancel()
    assert client.fetch(IDS[:3], progress=False).complete


# Archive and progress


def test_what_is_reported_as_done_is_on_the_disk(start: Start, tmp_path: Path) -> None:
    """At each report, another reader of the file finds at least as many Spaces as are reported."""
    _, client = start(60, latency_s=0.01, faults={IDS[59]: [Fault(latency_s=0.3)]})
    path = tmp_path / "spaces.db"
    gaps: list[int] = []
    left: list[int] = []

    def tell(progress: Progress) -> None:
        with Archive(path) as archive:
            gaps.append(len(archive) - progress.done)
        left.append(progress.left)

    client.fetch(IDS[:60], archive=path, progress=tell)
    assert max(left) > 0
    assert min(gaps) >= 0


class FullArchive(Archive):
    """An archive whose disk is full after a number of groups of answers."""

    room = 1

    def add(self, observations: Iterable[Observation], *, just_fetched: bool = False) -> None:
        """Add, or say that the disk is full."""
        if not self.room:
            raise ArchiveError("disk full")
        self.room -= 1
        super().add(observations, just_fetched=just_fetched)


def test_a_full_disk_stops_the_run_and_loses_nothing(start: Start, tmp_path: Path) -> None:
    """The error is raised, the run asks no further, and what had been paid for is in `last_batch`."""
    server, client = start(200, workers=2, latency_s=0.01)
    with FullArchive(tmp_path / "spaces.db") as archive, pytest.raises(ArchiveError, match="disk full"):
        client.fetch(IDS[:200], archive=archive, progress=False)
    batch = client.last_batch
    assert batch is not None
    assert 0 < batch.counts["ok"] < 200
    assert batch.run.requests - batch.counts["ok"] <= 2  # those under way
    assert len(server.requests) < 200


def test_progress_adds_up_at_every_moment(start: Start, tmp_path: Path) -> None:
    """Done, failed and left are the total, from the first report to the last; the archive's Spaces are done."""
    _, client = start(latency_s=0.02, faults={IDS[3]: [Fault(403)]})
    path = tmp_path / "spaces.db"
    client.fetch([*IDS[:2], NONE_SUCH], archive=path, progress=False)
    seen: list[Progress] = []
    client.fetch([*IDS[:12], NONE_SUCH, IDS[0]], archive=path, progress=seen.append)
    assert {p.done + p.failed + p.left for p in seen} == {13} == {p.total for p in seen}
    assert (seen[0].failed, seen[0].done) >= (1, 2)
    assert (seen[-1].done, seen[-1].failed, seen[-1].left) == (11, 2, 0)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_an_error_in_the_callback_ends_the_run_and_comes_out(start: Start) -> None:
    """An error of a progress function is not swallowed, and what came is in `last_batch`."""

    def tell(_progress: Progress) -> None:
        raise LookupError("broken view")

    _, client = start()
    with pytest.raises(LookupError, match="broken view"):
        client.fetch(IDS[:20], progress=tell)
    assert client.last_batch is not None
    assert len(client.last_batch.outcomes) == 20


def test_a_bug_in_a_worker_comes_out(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that breaks does not leave the run waiting for it."""

    def broken(*_arguments: object) -> None:
        raise LookupError("bug")

    _, client = start()
    assert client._service.endpoint is not None
    monkeypatch.setattr(client._service.endpoint, "ask", broken)
    with pytest.raises(LookupError, match="bug"):
        client.fetch(IDS[:3], progress=False)
