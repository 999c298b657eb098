"""Several runs on one archive, in processes and threads: everything is asked for once, and no run waits for ever."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from post_server import posts_of_host

import spacekit as sk
from spacekit.archive import Archive, Observation
from spacekit.archive import claims as claims_module
from spacekit.fetching import sharing
from spacekit.fetching.client import Client
from spacekit.fetching.progress import Progress
from spacekit.server import SANDBOX_KEY, Fault, Server

RUN = """
import json, sys, time
import spacekit as sk
from spacekit.archive import claims
from spacekit.fetching import sharing
what, url, key, path, lease_s, ids, options = json.loads(sys.argv[1])
claims.LEASE_S = sharing.LEASE_S = lease_s
seen = set()
def tell(progress):
    if progress.waiting_for and progress.waiting_for not in seen:
        seen.add(progress.waiting_for)
        print(json.dumps({"waits": progress.waiting_for}), flush=True)
workers = options.pop("workers", 4)
with sk.Client(key, url, requests_per_minute=None, workers=workers, backoff_s=0.02) as client:
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        if what == "fetch":
            batch = client.fetch(ids, path, progress=tell, **options)
        elif what == "refresh":
            batch = sk.refresh(path, client=client, progress=tell, **options)
        else:
            batch = sk.watch(path, client=client, rounds=1, progress=tell, **options)
        print(json.dumps({"counts": batch.counts, "ids": len(batch.spaces)}), flush=True)
    except KeyboardInterrupt as error:
        print(json.dumps({"interrupted": error.batch.counts}), flush=True)
"""


class Other:
    """A run in a process of its own, which begins once it is told to."""

    def __init__(
        self,
        server: Server,
        path: Path,
        ids: list[str],
        what: str = "fetch",
        lease_s: float = 60.0,
        **options: Any,
    ) -> None:
        job = json.dumps([what, server.url, SANDBOX_KEY, str(path), lease_s, ids, options])
        command = [sys.executable, "-W", "ignore::UserWarning", "-c", RUN, job]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self._line() == "ready\n"

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def begin(self) -> None:
        """Begin."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def next(self) -> dict[str, Any]:
        """Return the next thing that it says."""
        said: dict[str, Any] = json.loads(self._line())
        return said

    def end(self) -> dict[str, Any]:
        """Wait for its end, and return the last thing that it said."""
        out, err = self.process.communicate(timeout=120)
        assert self.process.returncode == 0, err
        said: dict[str, Any] = json.loads(out.splitlines()[-1])
        return said


@contextmanager
def others(*runs: Other) -> Iterator[None]:
    """Kill what is left of the runs in the end."""
    try:
        for run in runs:
            run.begin()
        yield
    finally:
        for run in runs:
            run.process.kill()
            run.process.communicate()


def made_up(number: int) -> list[dict[str, Any]]:
    """Made-up Spaces."""
    return [{"id": f"1SAMPLE{n:06d}", "state": "Ended", "title": f"Space {n}"} for n in range(number)]


def ids_of(records: list[dict[str, Any]]) -> list[str]:
    """Ids of records."""
    return [record["id"] for record in records]


def asked(server: Server, status: int = 200) -> Counter[str]:
    """How often the server has answered for each Space with a status."""
    return Counter(str(request.space_id) for request in server.requests if request.status == status)


def once(ids: list[str]) -> Counter[str]:
    """Each Space once."""
    return Counter(ids)


@contextmanager
def in_threads(*acts: Callable[[], Any]) -> Iterator[list[Any]]:
    """Run all at once in threads; yield the list of what they return, once all have ended."""
    results: list[Any] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        start.wait()
        results[place] = act()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    yield results


def client_of(server: Server, **options: Any) -> Client:
    """A Client of the server, by the clock of the computer."""
    return Client(SANDBOX_KEY, server.url, requests_per_minute=None, backoff_s=0.02, **options)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the archive is."""
    return tmp_path / "spaces.db"


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> float:
    """A lease of a second and a half."""
    for module in (claims_module, sharing):
        monkeypatch.setattr(module, "LEASE_S", 1.5)
    return 1.5


def nothing_is_claimed(path: Path) -> bool:
    """Whether no claim is left in the archive."""
    with Archive(path) as archive:
        return not archive.claims.held()


# --- Spaces ---


@pytest.mark.parametrize("order", [1, -1])
def test_two_processes_ask_once(path: Path, order: int) -> None:
    """Each Space is asked for by one of them, in whatever order; both have all, in the order asked."""
    records = made_up(120)
    ids = ids_of(records)
    with Server(records, latency_s=0.01) as server:
        runs = [Other(server, path, ids), Other(server, path, ids[::order])]
        with others(*runs):
            said = [run.end() for run in runs]
        assert asked(server) == once(ids)
    assert [sum(one["counts"].values()) for one in said] == [one["ids"] for one in said] == [120, 120]
    assert sum(one["counts"].get("ok", 0) for one in said) == 120
    assert nothing_is_claimed(path)


@pytest.mark.parametrize("max_age", ["1h", 0])
@pytest.mark.parametrize("clients", [1, 3])
def test_threads_ask_once(path: Path, clients: int, max_age: Any) -> None:
    """Of one Client or several; with `max_age` 0, an answer that came after the call will do."""
    records = made_up(20)
    ids = ids_of(records)
    with Server(records, latency_s=1.0) as server, ExitStack() as stack:
        own = [stack.enter_context(client_of(server, workers=20)) for _ in range(clients)]
        calls = [partial(own[n % clients].fetch, ids, path, max_age, progress=False) for n in range(3)]
        with in_threads(*calls) as batches:
            pass
        assert asked(server) == once(ids)
    for batch in batches:
        assert batch.spaces["space_id"].tolist() == ids
        assert set(batch.counts) <= {"ok", "archived"}


def test_one_open_archive_for_several_threads(path: Path) -> None:
    """As with a path."""
    records = made_up(40)
    with Server(records, latency_s=0.01) as server, client_of(server) as client, Archive(path) as archive:
        with in_threads(*[lambda: client.fetch(ids_of(records), archive, progress=False)] * 3) as batches:
            pass
        assert asked(server) == once(ids_of(records))
    assert all(batch.complete for batch in batches)


def test_more_than_a_portion(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two runs share the work portion by portion, and neither gets all of it."""
    monkeypatch.setattr(sharing, "_PORTION", 10)
    monkeypatch.setattr(sharing, "_LOW", 5)
    records = made_up(60)
    with Server(records, latency_s=0.1) as server, client_of(server, workers=4) as client:
        with in_threads(*[lambda: client.fetch(ids_of(records), path, progress=False)] * 2) as batches:
            pass
        assert asked(server) == once(ids_of(records))
    assert all(batch.complete and batch.counts["ok"] >= 10 for batch in batches)


def test_fetch_beside_refresh_beside_watch(path: Path) -> None:
    """What is due is asked for once; the fetch waits for what the others ask, they leave to it what it asks."""
    records = made_up(90)
    ids = ids_of(records)
    with Server(records, latency_s=0.02) as server, client_of(server) as client:
        with Archive(path) as archive:
            old = b'{"id": "%s", "state": "Ended", "ended_at": "1780000000000"}'
            now = 1_780_000_000_000
            archive.add(Observation(i, now, 200, old % i.encode()) for i in ids)
        runs = [
            Other(server, path, ids),
            Other(server, path, [], "refresh"),
            Other(server, path, [], "watch"),
        ]
        with others(*runs):
            said = [run.end() for run in runs]
        assert asked(server) == once(ids)
        assert client.fetch(ids, path, progress=False).counts == {"archived": 90}
    assert said[0]["ids"] == 90


FAULTS = [
    Fault.too_many(0),
    Fault(status=503),
    Fault.truncated(10),
    Fault(status=500),
]


def test_faults_cost_no_answer_and_none_twice(path: Path) -> None:
    """Every Space meets a fault first; then it comes, once."""
    records = made_up(60)
    ids = ids_of(records)

    def faults(space_id: str, nth: int) -> Fault | None:
        return FAULTS[ids.index(space_id) % len(FAULTS)] if nth == 0 else None

    with Server(records, faults=faults, latency_s=0.005) as server:
        runs = [Other(server, path, ids), Other(server, path, ids[::-1])]
        with others(*runs):
            said = [run.end() for run in runs]
        assert len(server.requests) == 2 * 60
    assert [one["ids"] for one in said] == [60, 60]


def test_a_killed_run_is_taken_over(path: Path) -> None:
    """`kill -9` of one of two in the middle: the other has everything once the lease of the dead one has ended."""
    records = made_up(80)
    ids = ids_of(records)
    with Server(records, latency_s=0.05) as server:
        first, second = (
            Other(server, path, ids, lease_s=1.5, workers=2),
            Other(server, path, ids, lease_s=1.5),
        )
        with others(first):
            while len(server.requests) < 20:
                time.sleep(0.01)
            with others(second):
                assert "another run is asking for" in second.next()["waits"]
                first.process.kill()
                said = second.end()
        # What the dead one was asking for, and what it had not written yet.
        assert sum((asked(server) - once(ids)).values()) < 20
    assert said["ids"] == 80
    assert nothing_is_claimed(path)


def test_a_stopped_run_lets_go_at_once(path: Path) -> None:
    """Ctrl-C in one of two: the other goes on within a second, and pays for nothing that was written."""
    records = made_up(80)
    ids = ids_of(records)
    with Server(records, latency_s=0.05) as server:
        first, second = Other(server, path, ids, workers=2), Other(server, path, ids)
        with others(first):
            while len(server.requests) < 20:
                time.sleep(0.01)
            with others(second):
                assert "another run is asking for" in second.next()["waits"]
                first.process.send_signal(signal.SIGINT)
                assert set(first.end()["interrupted"]) == {"ok", "not_tried"}
                said = second.end()
        assert sum((asked(server) - once(ids)).values()) <= 2
    assert said["ids"] == 80
    assert nothing_is_claimed(path)


@pytest.mark.parametrize("end", ["cancel", "close", "max_requests", "error"])
def test_claims_are_let_go_however_a_run_ends(path: Path, end: str) -> None:
    """Cancelled, closed, at its budget, or by an error of the caller's."""
    records = made_up(50)
    with Server(records, latency_s=0.02) as server, client_of(server, workers=1) as client:

        def tell(progress: Progress) -> None:
            if progress.done > 3:
                {"cancel": client.cancel, "close": client.close, "error": lambda: 1 / 0}[end]()

        options: dict[str, Any] = (
            {"max_requests": 3, "progress": False} if end == "max_requests" else {"progress": tell}
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sk.IncompleteWarning)
            if end == "error":
                with pytest.raises(ZeroDivisionError):
                    client.fetch(ids_of(records), path, **options)
            else:
                client.fetch(ids_of(records), path, **options)
    assert nothing_is_claimed(path)


def held_by_another(path: Path, ids: list[str], until: Callable[[], bool]) -> threading.Thread:
    """Claim Spaces as a run that is alive does, until something holds; return its thread."""
    claimed = threading.Event()

    def hold() -> None:
        with Archive(path) as archive:
            archive.claims.take(1, ids)
            claimed.set()
            while not until():
                archive.claims.renew(1)
                time.sleep(0.1)

    thread = threading.Thread(target=hold)
    thread.start()
    assert claimed.wait(10)
    return thread


def test_a_waiting_run_says_so_and_can_be_cancelled(path: Path) -> None:
    """It says for how many Spaces it waits, asks for none of them, and ends within a second."""
    records = made_up(5)
    over = threading.Event()
    seen: list[str | None] = []
    other = held_by_another(path, ids_of(records)[1:], over.is_set)

    with Server(records) as server, client_of(server) as client:

        def tell(progress: Progress) -> None:
            if progress.done == 1 and progress.waiting_for:
                seen.append(progress.note)
                client.cancel()

        started = time.monotonic()
        with pytest.warns(sk.IncompleteWarning):
            batch = client.fetch(ids_of(records), path, progress=tell)
        assert time.monotonic() - started < 30
        assert len(server.requests) == 1
    over.set()
    other.join()
    assert re.fullmatch(
        r"another run is asking for 4 Spaces: until .* UTC, or for as long as it goes on", str(seen[-1])
    )
    assert batch.counts == {"ok": 1, "not_tried": 4}


def test_a_run_that_dies_while_it_is_waited_for(path: Path, short_lease: float) -> None:
    """Its Spaces are asked for here once its lease has ended, and not before."""
    records = made_up(3)
    with Archive(path) as archive:
        archive.claims.take(1, ids_of(records))
        started = time.monotonic()
        with Server(records) as server, client_of(server) as client:
            assert client.fetch(ids_of(records), archive, progress=False).complete
            assert asked(server) == once(ids_of(records))
    assert time.monotonic() - started > short_lease / 2


def test_what_another_run_gets_no_answer_for_is_asked_here(path: Path) -> None:
    """A refusal is about who asked: it does not answer for another key."""
    records = made_up(2)
    faults = {"1SAMPLE000000": [Fault(status=403, latency_s=1.0)]}
    with Server(records, faults=faults) as server, client_of(server, workers=1) as client:
        with in_threads(*[lambda: client.fetch(ids_of(records), path, progress=False)] * 2) as batches:
            pass
        assert asked(server) == once(ids_of(records))
    assert sum(batch.counts.get("forbidden", 0) for batch in batches) == 1
    assert sum(batch.counts.get("ok", 0) for batch in batches) == 2


def test_a_404_of_another_run_is_an_answer(path: Path) -> None:
    """It is asked for once, and said to be from the archive."""
    with Server(made_up(1), latency_s=0.2) as server, client_of(server) as client:
        with in_threads(*[lambda: client.fetch(["1Gone00000000"], path, progress=False)] * 2) as batches:
            pass
        assert len(server.requests) == 2  # at both documented addresses
    assert [batch.counts for batch in batches] == [{"not_found": 1}] * 2
    assert sorted(batch.outcomes["from_archive"].tolist() for batch in batches) == [[False], [True]]


def test_old_files_are_no_new_answers(path: Path, tmp_path: Path) -> None:
    """What `add_files` brings meanwhile is taken by its time: an old crawl does not answer for a run."""
    records = made_up(1)
    crawl = tmp_path / "crawl.json"
    crawl.write_text(json.dumps(records[0]))
    over = threading.Event()
    other = held_by_another(path, ids_of(records), over.is_set)

    def tell(progress: Progress) -> None:
        if progress.waiting_for and not over.is_set():
            with Archive(path) as archive:
                archive.add_files(crawl, fetched_at="2026-01-01T00:00:00Z")
                archive.claims.end(1)
            over.set()

    with Server(records) as server, client_of(server) as client:
        assert client.fetch(ids_of(records), path, progress=tell).counts == {"ok": 1}
    other.join()


# --- searches ---


def test_two_searches_at_once_pay_once(path: Path) -> None:
    """Each query is asked for by one of them; the other takes its pages."""
    posts = [post for n in range(3) for post in posts_of_host(50, f"host{n}", 1000 * n)]
    with Server([], posts=posts, latency_s=0.02) as server, client_of(server, workers=2) as client:
        hosts = ["host0", "host1", "host2"]
        alone = client.search(hosts, max_posts=None, progress=False)
        sent = len(server.requests)
        calls = [
            lambda hosts=hosts[::order]: client.search(hosts, max_posts=None, archive=path, progress=False)
            for order in (1, -1)
        ]
        with in_threads(*calls) as found:
            pass
        assert len(server.requests) - sent == sent
    assert sorted(found[0].ids) == sorted(found[1].ids) == sorted(alone.ids)
    assert sum(search.posts_paid_for for search in found) == alone.posts_paid_for
    assert all(search.complete for search in found)
    assert nothing_is_claimed(path)


def test_a_search_goes_on_where_another_run_stopped(path: Path) -> None:
    """One that wants more posts takes those of the other run, and asks for the rest."""
    posts = posts_of_host(100)
    with Server([], posts=posts, latency_s=0.05) as server, client_of(server) as client:
        alone = client.search("host", max_posts=None, progress=False)
        calls = [
            lambda limit=limit: client.search("host", max_posts=limit, archive=path, progress=False)
            for limit in (40, None)
        ]
        with warnings.catch_warnings(), in_threads(*calls) as found:
            pass
    assert found[1].ids == alone.ids
    assert sum(search.posts_paid_for for search in found) == alone.posts_paid_for


# --- many ---


@pytest.mark.slow
@pytest.mark.parametrize("killed", [(), (0, 5)])
def test_eight_processes(path: Path, killed: tuple[int, ...]) -> None:
    """Of a thousand Spaces with faults, each run has all, and none is asked for twice but for what the dead had."""
    records = made_up(1_000)
    ids = ids_of(records)

    def faults(space_id: str, nth: int) -> Fault | None:
        number = ids.index(space_id)
        return FAULTS[number % len(FAULTS)] if nth == 0 and number % 3 == 0 else None

    with Server(records, faults=faults, latency_s=0.01) as server:
        orders = [ids, ids[::-1], ids[500:] + ids[:500], ids[::2] + ids[1::2]] * 2
        runs = [Other(server, path, order, lease_s=20.0) for order in orders]
        with others(*runs):
            for place, sent in zip(killed, (200, 500), strict=False):
                while len(server.requests) < sent:
                    time.sleep(0.01)
                runs[place].process.kill()
            said = [run.end() for n, run in enumerate(runs) if n not in killed]
        # A truncated answer has status 200 as well. What the dead had not written is asked for again.
        truncated = Counter(space_id for n, space_id in enumerate(ids) if n % 12 == 6)
        again = sum((asked(server) - once(ids) - truncated).values())
        assert again == 0 if not killed else again <= 200 * len(killed)
    assert [one["ids"] for one in said] == [1_000] * (8 - len(killed))
    assert killed or nothing_is_claimed(path)  # what a dead run held of answered Spaces ends with its lease
