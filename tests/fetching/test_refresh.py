"""`refresh` and `watch`: what is due is asked again, once, by one run; and nothing else is."""

import json
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.archive import Archive, Observation
from spacekit.errors import ArchiveError, CredentialsError, FetchInterrupted, IncompleteWarning, NoCreditError
from spacekit.fetching.client import Client
from spacekit.fetching.refresh import refresh, seen_in, watch
from spacekit.fetching.schedule import Schedule
from spacekit.server import SANDBOX_KEY, Fault, Server

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that is set by hand, and moves when someone sleeps."""

    def __init__(self) -> None:
        self.now = NOON
        self.slept: list[float] = []

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Pass the time."""
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def ms(self) -> int:
        """The time in epoch milliseconds."""
        return int(self.now.timestamp() * 1000)


def made_up(number: int, state: str = "Ended", **values: Any) -> dict[str, Any]:
    """A made-up Space that ended at noon, or runs since then."""
    noon = int(NOON.timestamp() * 1000)
    record = {
        "id": f"1SAMPLE{number:06d}",
        "state": state,
        "started_at": noon,
        "total_replay_watched": number,
    }
    if state == "Ended":
        record["ended_at"] = str(noon)
    return {**record, **values}


@contextmanager
def asking(records: list[dict[str, Any]], clock: Clock, **options: Any) -> Iterator[tuple[Server, Client]]:
    """A server with these Spaces, and a Client with the clock."""
    with (
        Server(records, **options) as server,
        Client(SANDBOX_KEY, server.url, requests_per_minute=None, now=clock, backoff_s=0.01) as client,
    ):
        yield server, client


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock()


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An empty archive."""
    with Archive(tmp_path / "spaces.db") as opened:
        yield opened


def ids_of(records: list[dict[str, Any]]) -> list[str]:
    """Ids of records."""
    return [record["id"] for record in records]


def test_refresh_asks_what_is_due_and_nothing_else(archive: Archive, clock: Clock) -> None:
    """Each due Space is asked once, and its answer is added; a second refresh sends nothing."""
    records = [made_up(1), made_up(2, "Running"), made_up(3, "Canceled")]
    with asking(records, clock) as (server, client):
        client.fetch([*ids_of(records), "1SAMPLEnever0"], archive, progress=False)
        before = len(server.requests)
        assert refresh(archive, client=client).counts == {}
        clock.sleep(300)
        batch = refresh(archive, client=client)
        assert batch.outcomes["space_id"].tolist() == ["1SAMPLE000002"]
        clock.sleep(3300)
        batch = refresh(archive, client=client)
        assert sorted(batch.outcomes["space_id"]) == ["1SAMPLE000001", "1SAMPLE000002"]
        assert batch.counts == {"ok": 2}
        assert refresh(archive, client=client).counts == {}
        assert len(server.requests) == before + 3
    assert archive.observations()["space_id"].value_counts().to_dict() == {
        "1SAMPLE000001": 2,
        "1SAMPLE000002": 3,
        "1SAMPLE000003": 1,
    }


def test_a_space_gone_since_is_never_asked_again(archive: Archive, clock: Clock) -> None:
    """A 404 is kept as an answer, and is final."""
    archive.add([Observation("1SAMPLE000009", clock.ms, 200, b'{"id":"1SAMPLE000009","state":"Running"}')])
    clock.sleep(600)
    with asking([], clock) as (server, client):
        assert refresh(archive, client=client).counts == {"not_found": 1}
        clock.sleep(86_400)
        asked = len(server.requests)
        assert refresh(archive, client=client).counts == {}
        assert len(server.requests) == asked
    assert archive.latest().counts == {"not_found": 1}


RUNNING = {"rest_id": "1SAMPLE000001", "state": "Running", "started_at": 1_780_315_200_000}
LIVE = {"id": "1SAMPLE000001", "state": "live", "started_at": "2026-06-01T12:00:00.000Z"}
SHAPES = {"GraphQL": {"data": {"audioSpace": {"metadata": RUNNING}}}, "API v2": {"data": LIVE}}


@pytest.mark.parametrize("shape", SHAPES)
def test_answers_of_other_apis_are_due_as_well(
    archive: Archive, clock: Clock, tmp_path: Path, shape: str
) -> None:
    """What `add_files` put into an archive is read with its state and times, whatever API it came from."""
    path = tmp_path / "crawl.json"
    path.write_text(json.dumps(SHAPES[shape]))
    archive.add_files(path, fetched_at=clock.now)
    (seen,) = seen_in(archive, clock.ms)
    assert (seen.started_at, seen.gone) == (clock.ms, False)
    clock.sleep(300)
    with asking([made_up(1)], clock) as (_, client):
        assert refresh(archive, client=client).counts == {"ok": 1}


def test_only_a_missing_space_is_gone(archive: Archive, clock: Clock) -> None:
    """An archived answer that says neither that a Space is there nor that it is not is asked for again in a day."""
    archive.add([Observation("1SAMPLE000001", clock.ms, 500, b"")])
    with asking([made_up(1)], clock) as (_, client):
        assert refresh(archive, client=client).counts == {}
        clock.sleep(86_400)
        assert refresh(archive, client=client).counts == {"ok": 1}


def test_nothing_due_needs_no_key(tmp_path: Path) -> None:
    """With nothing due, there is an empty batch and no key is asked for; with something due, it is."""
    path = tmp_path / "spaces.db"
    Archive(path).make()
    assert refresh(path).complete
    with Archive(path) as archive:
        archive.add(
            [
                Observation(
                    "1SAMPLE000001", 1_780_000_000_000, 200, b'{"id":"1SAMPLE000001","state":"Running"}'
                )
            ]
        )
    with pytest.raises(CredentialsError):
        refresh(path)
    with Archive(path) as archive:
        assert archive.claims.take(1, ["1SAMPLE000001"]) == ["1SAMPLE000001"]


def test_an_end_not_known_counts_from_when_it_was_seen(archive: Archive, clock: Clock) -> None:
    """A Space that is Ended without `ended_at` is due by the first answer that showed it so."""
    record = made_up(1, "ENDED", ended_at=None)
    body = b'{"id":"1SAMPLE000001","state":"%s"}'
    archive.add([Observation(record["id"], clock.ms - 600_000, 200, body % b"Running")])
    archive.add([Observation(record["id"], clock.ms, 200, body % b"ENDED")])
    with asking([record], clock) as (_, client):
        clock.sleep(3000)
        assert refresh(archive, client=client).counts == {}
        clock.sleep(600)
        assert refresh(archive, client=client).counts == {"ok": 1}


def test_a_budget_leaves_the_rest_due(archive: Archive, clock: Clock) -> None:
    """`max_requests` ends a refresh with a warning; the next one asks for the rest only."""
    records = [made_up(n) for n in range(5)]
    with asking(records, clock) as (server, client):
        client.fetch(ids_of(records), archive, progress=False)
        clock.sleep(3600)
        with pytest.warns(IncompleteWarning):
            first = refresh(archive, client=client, max_requests=2)
        assert first.counts == {"ok": 2, "not_tried": 3}
        assert refresh(archive, client=client).counts == {"ok": 3}
        assert len(server.requests) == 10


def test_two_at_once_do_not_ask_twice(tmp_path: Path, clock: Clock) -> None:
    """Of refreshes at the same time on one archive, each Space is asked by one."""
    records = [made_up(n) for n in range(30)]
    path = tmp_path / "spaces.db"
    with asking(records, clock, latency_s=0.01) as (server, client):
        client.fetch(ids_of(records), path, progress=False)
        clock.sleep(3600)
        asked = len(server.requests)
        batches: list[sk.Batch] = []
        start = threading.Barrier(3)

        def run() -> None:
            with Client(SANDBOX_KEY, server.url, requests_per_minute=None, now=clock, workers=2) as own:
                start.wait()
                batches.append(refresh(path, client=own))

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(server.requests) - asked == 30
    assert sum(len(batch.outcomes) for batch in batches) == 30


def test_an_answer_that_was_not_written_yet_is_not_paid_for_twice(
    archive: Archive, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another run has an answer, from a second ago, and writes it after this one has looked at what is due."""
    record = made_up(1)

    def seen(store: Archive, now: int) -> Iterator[Any]:
        yield from [*seen_in(store, now)]
        store.add([Observation(record["id"], clock.ms - 1_000, 200, json.dumps(record).encode())])

    with asking([record], clock) as (server, client):
        client.fetch(ids_of([record]), archive, progress=False)
        clock.sleep(3600)
        monkeypatch.setattr("spacekit.fetching.refresh.seen_in", seen)
        assert refresh(archive, client=client).counts == {}
        assert len(server.requests) == 1


def test_what_another_run_asks_for_is_left_to_it(archive: Archive, clock: Clock) -> None:
    """A Space that is claimed is not due here; once it is free, it is."""
    with asking([made_up(1), made_up(2)], clock) as (_, client):
        client.fetch(["1SAMPLE000001", "1SAMPLE000002"], archive, progress=False)
        clock.sleep(3600)
        archive.claims.take(1, ["1SAMPLE000001"])
        assert refresh(archive, client=client).outcomes["space_id"].tolist() == ["1SAMPLE000002"]
        assert refresh(archive, client=client).counts == {}
        archive.claims.end(1)
        assert refresh(archive, client=client).counts == {"ok": 1}


def test_watch_asks_at_every_age_and_ends(archive: Archive, clock: Clock) -> None:
    """`watch` sleeps until the next Space is due, and ends when none will be any more."""
    with asking([made_up(1)], clock) as (server, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        batch = watch(archive, client=client, every="2D", sleep=clock.sleep)
        assert len(server.requests) == 9
    assert batch.counts == {"archived": 1}
    ages = archive.observations()["age"].tolist()
    assert ages == [pd.Timedelta(age) for age in ("0h", *Schedule().ended)]


@pytest.mark.parametrize(
    "until", ["22min", timedelta(minutes=22), NOON + timedelta(minutes=22), "2026-06-01T12:22:00Z"]
)
def test_watch_ends_at_a_time(archive: Archive, clock: Clock, until: Any) -> None:
    """`until` is an instant or a span from now, by the Client's clock."""
    with asking([made_up(1, "Running")], clock) as (_, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        watch(archive, client=client, until=until, sleep=clock.sleep)
    assert len(archive.observations()) == 1 + 4
    assert clock.now == NOON + timedelta(minutes=22)


def test_watch_tells_of_every_round(archive: Archive, clock: Clock) -> None:
    """`on_round` gets the batch of each round, `rounds` bounds their number, `every` the sleep between."""
    seen: list[dict[str, int]] = []
    with asking([made_up(1, "Running")], clock) as (_, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        watch(
            archive,
            client=client,
            rounds=5,
            every="100s",
            sleep=clock.sleep,
            on_round=lambda b: seen.append(b.counts),
        )
    assert seen == [{}, {}, {}, {"ok": 1}, {}]
    assert clock.slept == [100.0] * 4


def test_watch_does_not_hammer(archive: Archive, clock: Clock) -> None:
    """A Space that gets no useful answer stays due, and is asked again after a pause."""
    with asking([], clock, faults=lambda _id, _n: Fault(status=500)) as (server, client):
        archive.add(
            [Observation("1SAMPLE000001", clock.ms - 10**9, 200, b'{"id":"1SAMPLE000001","state":"Running"}')]
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IncompleteWarning)
            watch(archive, client=client, rounds=3, sleep=clock.sleep)
        assert len(server.requests) == 3 * 5
    assert clock.slept == [30.0] * 2


def test_watch_keeps_a_budget_over_all_rounds(archive: Archive, clock: Clock) -> None:
    """`max_requests` counts the requests of all rounds."""
    with asking([made_up(1, "Running")], clock) as (server, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        watch(archive, client=client, max_requests=3, sleep=clock.sleep)
        assert len(server.requests) == 4


def test_watch_stops_without_credit(archive: Archive, clock: Clock) -> None:
    """Where no request can succeed, `watch` ends with the error instead of trying for ever."""
    with asking([made_up(1, "Running")], clock, credits=2) as (_, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        with pytest.warns(IncompleteWarning), pytest.raises(NoCreditError):
            watch(archive, client=client, sleep=clock.sleep)
    assert len(archive.observations()) == 2


def test_ctrl_c_while_asleep(archive: Archive, clock: Clock) -> None:
    """Ctrl-C in a sleep raises `FetchInterrupted` with what the archive has."""

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with asking([made_up(1, "Running")], clock) as (_, client):
        client.fetch(["1SAMPLE000001"], archive, progress=False)
        with pytest.raises(FetchInterrupted, match="interrupted while it slept") as caught:
            watch(archive, client=client, sleep=interrupted)
    assert caught.value.batch.counts == {"archived": 1}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"until": "whenever"}, "until: got 'whenever'"),
        ({"every": "0s"}, "every: '0s' is not"),
        ({"every": "x"}, "every: 'x' is not"),
        ({"every": "30"}, "every: '30' is a number without"),
        ({"every": 30}, "every: 30 is a number without"),
        ({"until": "8"}, "until: got '8'"),
        ({"rounds": 0}, "rounds: got 0"),
    ],
)
def test_watch_refuses_what_it_cannot_read(
    archive: Archive, clock: Clock, values: dict[str, Any], words: str
) -> None:
    """A wrong argument is a `ValueError` that names it, before anything is asked."""
    with asking([], clock) as (_, client), pytest.raises(ValueError, match=words):
        watch(archive, client=client, sleep=clock.sleep, **values)


@pytest.mark.parametrize("run", [refresh, watch])
def test_an_archive_may_be_a_path(tmp_path: Path, run: Callable[..., sk.Batch]) -> None:
    """A path does as well as an open archive; an empty one has nothing to ask."""
    Archive(tmp_path / "spaces.db").make()
    assert run(tmp_path / "spaces.db").counts == {}


@pytest.mark.parametrize("ask", [refresh, watch])
def test_a_path_that_leads_nowhere_is_no_new_archive(ask: Any, tmp_path: Path) -> None:
    """A typing mistake is an error, and no file is made."""
    with pytest.raises(ArchiveError, match="no such archive"):
        ask(tmp_path / "typo.db")
    assert list(tmp_path.iterdir()) == []
