"""The face of fetching: what a Client takes, plans, fetches and says."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.fetching.client import KEY_NAME
from spacekit.fetching.progress import Progress
from spacekit.server import SANDBOX_KEY, Fault, Server

IDS = [f"1Made{number:08d}" for number in range(30)]
RECORDS = [{"id": space_id, "state": "Ended", "title": f"Space {n} \u00e9"} for n, space_id in enumerate(IDS)]
NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    """A server with 30 Spaces."""
    with Server(RECORDS) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[sk.Client]:
    """A Client of it, without limit."""
    with server.client(backoff_s=0.001, price_per_request=0.0002) as asking:
        yield asking


# get


def test_get_returns_the_json_unchanged(client: sk.Client) -> None:
    """One Space by id or link, as the service has it."""
    assert client.get(IDS[0]) == RECORDS[0]
    assert client.get(f"https://x.com/i/spaces/{IDS[1]}?s=20") == RECORDS[1]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, sk.CredentialsError),
        (402, sk.NoCreditError),
        (403, sk.ForbiddenError),
        (404, sk.SpaceNotFoundError),
        (422, sk.InvalidIdError),
        (503, sk.ServiceError),
        (302, sk.DataError),
    ],
)
def test_get_raises_the_class_for_each_status(status: int, error: type[sk.SpacekitError]) -> None:
    """Each thing a caller can do about it has its class, and the message names the Space."""
    with (
        Server(RECORDS, faults={IDS[0]: [Fault(status)] * 9}) as server,
        server.client(backoff_s=0.0, attempts=2) as client,
        pytest.raises(error, match=IDS[0]),
    ):
        client.get(IDS[0])


def test_get_asks_again_as_fetch_does() -> None:
    """A passing fault does not show."""
    with Server(RECORDS, faults={IDS[0]: [Fault(500), Fault.garbage()]}) as server:
        with server.client(backoff_s=0.001) as client:
            assert client.get(IDS[0]) == RECORDS[0]
        assert len(server.requests) == 3


def test_get_of_no_id_sends_nothing(client: sk.Client, server: Server) -> None:
    """What is no id is refused before anything is sent."""
    with pytest.raises(sk.InvalidIdError, match="no id"):
        client.get("no id")
    assert not server.requests


def test_get_may_be_called_from_many_threads(client: sk.Client) -> None:
    """Threads of the user's own may share a Client for single Spaces."""
    got: dict[str, Any] = {}
    threads = [
        threading.Thread(target=lambda space_id=space_id: got.update({space_id: client.get(space_id)}))
        for space_id in IDS
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [got[space_id] for space_id in IDS] == RECORDS


def test_get_keeps_the_connection(client: sk.Client) -> None:
    """One Space after the other uses one session, not one for each."""
    for space_id in IDS[:5]:
        client.get(space_id)
    assert client._service.endpoint is not None
    assert len(client._service.endpoint._connections._free) == 1


# fetch


@pytest.mark.parametrize(
    "ids",
    [
        IDS[:3],
        tuple(IDS[:3]),
        pd.Series(IDS[:3]),
        ", ".join(IDS[:3]),
        "\n".join(IDS[:3]),
        sk.find_ids(IDS[:3]),
    ],
    ids=["list", "tuple", "Series", "text", "lines", "Found"],
)
def test_fetch_takes_whatever_find_ids_takes(client: sk.Client, ids: Any) -> None:
    """The input may be of any form."""
    batch = client.fetch(ids, progress=False)
    assert list(batch.records) == RECORDS[:3]
    assert batch.complete


def test_fetch_of_nothing_is_an_empty_whole_batch(client: sk.Client, server: Server) -> None:
    """No input, no request, no warning; tables with their columns."""
    batch = client.fetch([], progress=False)
    assert len(batch.outcomes) == len(batch.spaces) == len(server.requests) == 0
    assert client.last_batch is batch


def test_typos_alone_do_not_warn(client: sk.Client) -> None:
    """Running again would change nothing: an invalid input and a 404 stand in the outcomes, and that is all."""
    batch = client.fetch([IDS[0], "typo", "1Gone00000000"], progress=False)
    assert list(batch.outcomes["outcome"]) == ["ok", "invalid", "not_found"]


def test_warning_comes_once_and_points_to_the_users_line() -> None:
    """One `IncompleteWarning` for a run, at the line that called fetch."""
    with (
        Server(RECORDS, faults={IDS[0]: [Fault(402)]}) as server,
        server.client(workers=1) as client,
        pytest.warns(sk.IncompleteWarning) as caught,
    ):
        client.fetch(IDS[:3], progress=False)
    assert [warning.filename for warning in caught] == [__file__]


def test_fetch_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sk.fetch` makes a Client with the key of the environment, and closes it."""
    monkeypatch.setenv(KEY_NAME, SANDBOX_KEY)
    monkeypatch.setattr("spacekit.fetching.calls.Client", partial(sk.Client, base_url=server.url))
    assert list(sk.fetch(IDS[:3], progress=False).records) == RECORDS[:3]


def test_fetch_inside_a_running_event_loop(client: sk.Client) -> None:
    """A notebook's kernel runs a loop: fetch does not mind."""

    async def cell() -> sk.Batch:
        return client.fetch(IDS[:3], progress=False)

    assert asyncio.run(cell()).complete


def test_a_fetch_inside_a_fetch(client: sk.Client) -> None:
    """Calls of one Client work side by side, also one that the progress of another makes."""
    inner: list[sk.Batch] = []

    def tell(_progress: Progress) -> None:
        if not inner:
            inner.append(client.fetch(IDS[:1], progress=False))

    assert client.fetch(IDS[:3], progress=tell).complete
    assert inner[0].complete


def test_fetched_at_is_the_clients_clock(server: Server) -> None:
    """The time stands in the tables, to the millisecond."""
    at = NOW + timedelta(milliseconds=123)
    with server.client(now=lambda: at) as client:
        batch = client.fetch(IDS[:2], progress=False)
    assert list(batch.spaces["fetched_at"]) == [pd.Timestamp(at)] * 2
    assert batch.run.seconds is None


def test_time_taken_is_reported_where_the_clock_is_the_computers(server: Server) -> None:
    """A run says how long it took and what it sent."""
    with sk.Client(SANDBOX_KEY, server.url, None) as client:
        run = client.fetch(IDS[:2], progress=False).run
    assert run.seconds is not None
    assert run.requests == 2
    assert run.source in server.url


# archive


def test_running_twice_pays_once(client: sk.Client, server: Server, tmp_path: Path) -> None:
    """Spaces and 404s younger than `max_age` come from the archive, and are marked so; 0 asks again."""
    path = tmp_path / "spaces.db"
    ids = [*IDS[:3], "1Gone00000000"]
    client.fetch(ids, archive=path, progress=False)
    sent = len(server.requests)
    again = client.fetch(ids, archive=path, progress=False)
    assert len(server.requests) == sent
    assert list(again.outcomes["outcome"]) == ["archived"] * 3 + ["not_found"]
    assert again.outcomes["from_archive"].all()
    assert list(again.records) == RECORDS[:3]
    assert (
        list(client.fetch(ids, archive=path, max_age=0, progress=False).outcomes["outcome"])[:3] == ["ok"] * 3
    )
    assert len(server.requests) == sent + 4


@pytest.mark.parametrize(
    ("max_age", "fresh"),
    [("1h", 0), ("2h", 1), (pd.Timedelta("3h"), 1), (timedelta(hours=3), 1), ("0s", 0), (0, 0), ("365D", 1)],
)
def test_max_age_is_read_as_a_span(server: Server, tmp_path: Path, max_age: Any, fresh: int) -> None:
    """An answer of two hours ago serves where it may be so old, to the millisecond."""
    clock = [NOW]
    path = tmp_path / "spaces.db"
    with server.client(now=lambda: clock[0]) as client:
        client.fetch(IDS[:1], archive=path, progress=False)
        clock[0] += timedelta(hours=2)
        assert client.plan(IDS[:1], archive=path, max_age=max_age).fresh == fresh
        outcome = client.fetch(IDS[:1], archive=path, max_age=max_age, progress=False).outcomes["outcome"][0]
    assert outcome == ("archived" if fresh else "ok")


@pytest.mark.parametrize("max_age", ["soon", "-1h", 3600, 1.5, None, pd.NaT, "", [1]])
def test_max_age_that_says_nothing_is_refused(client: sk.Client, max_age: Any) -> None:
    """Also a bare number: pandas would take it as nanoseconds."""
    with pytest.raises(ValueError, match="max_age"):
        client.plan(IDS, max_age=max_age)


def test_what_is_not_about_the_space_is_not_archived(tmp_path: Path) -> None:
    """A 403 or 422 is asked again the next time; the Spaces are not."""
    faults = {IDS[0]: [Fault(403)], IDS[1]: [Fault(422)]}
    path = tmp_path / "spaces.db"
    with Server(RECORDS, faults=faults) as server, server.client() as client:
        client.fetch(IDS[:3], archive=path, progress=False)
        assert client.fetch(IDS[:3], archive=path, progress=False).counts == {"ok": 2, "archived": 1}


def test_an_archived_body_is_decoded_once(
    client: sk.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the archive has every answer, the look at them makes the tables too, duplicates and all."""
    ids = [IDS[1], IDS[0], "typo", IDS[1], IDS[2]]
    first = client.fetch(ids, archive=tmp_path / "spaces.db", progress=False).spaces
    again = client.fetch(ids, archive=tmp_path / "spaces.db", progress=False)
    monkeypatch.setattr("spacekit.tables.decode", None)  # what makes the tables of a batch
    pd.testing.assert_frame_equal(again.spaces, first)


def test_an_open_archive_stays_open(client: sk.Client, tmp_path: Path) -> None:
    """What the caller opened is not closed; what fetch opened is."""
    with sk.Archive(tmp_path / "spaces.db") as archive:
        client.fetch(IDS[:3], archive=archive, progress=False)
        assert len(archive) == 3
    (tmp_path / "spaces.db").unlink()


# plan


def test_plan_counts_and_sends_nothing(client: sk.Client, server: Server, tmp_path: Path) -> None:
    """Asked, duplicates, invalid, fresh, to fetch, seconds and cost; a file that is not there is not made."""
    path = tmp_path / "spaces.db"
    plan = client.plan([*IDS[:4], IDS[0], "typo"], archive=path)
    assert not path.exists()
    assert not server.requests
    assert (plan.asked, plan.duplicates, plan.invalid, plan.fresh, plan.to_fetch) == (6, 1, 1, 0, 4)
    assert plan.ids_to_fetch == tuple(IDS[:4])
    assert (plan.seconds, plan.cost) == (0.0, pytest.approx(0.0008))
    client.fetch(IDS[:1], archive=path, progress=False)
    assert client.plan(IDS[:4], archive=path).ids_to_fetch == tuple(IDS[1:4])


def test_plan_needs_no_key() -> None:
    """A plan can be made before there is a key, and says how long the Spaces take at the usual limit."""
    plan = sk.Client().plan([f"1Made{number:08d}" for number in range(100_000)])
    assert plan.seconds == 833 * 61
    assert plan.cost is None


def test_plan_shows_what_matters(client: sk.Client) -> None:
    """The card and the text have the numbers, the time and the cost."""
    plan = client.plan(IDS)
    for shown in (str(plan), plan._repr_html_()):
        assert "no wait for the limit" in shown
        assert "0.0060" in shown
        assert "in the archive" in shown


def test_limit_is_counted_for_a_key_over_all_clients(server: Server) -> None:
    """What one Client sent fills the minute of another with the same key, also after it was closed."""
    options: dict[str, Any] = {"requests_per_minute": 3, "base_url": server.url}
    with sk.Client(SANDBOX_KEY, **options) as first:
        first.fetch(IDS[:3], progress=False)
    with sk.Client(SANDBOX_KEY, **options) as second, sk.Client("2|other", **options) as other:
        assert second.plan(IDS[:1]).seconds > 30
        assert other.plan(IDS[:3]).seconds == 0

        def tell(progress: Progress) -> None:
            if progress.waiting_for == "rate limit":
                second.cancel()

        with pytest.warns(sk.IncompleteWarning, match="cancelled"):
            assert second.fetch(IDS[3:5], progress=tell).counts == {"not_tried": 2}
    assert len(server.requests) == 3


# arguments, and the key


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("requests_per_minute", 0),
        ("requests_per_minute", 1.5),
        ("requests_per_minute", True),
        ("workers", 0),
        ("workers", "8"),
        ("attempts", 0),
        ("timeout_s", 0),
        ("timeout_s", float("nan")),
        ("timeout_s", float("inf")),
        ("timeout_s", True),
        ("timeout_s", "30"),
        ("price_per_request", -1),
        ("backoff_s", -0.1),
        ("base_url", "ftp://example.org"),
    ],
)
def test_arguments_out_of_range_are_refused(name: str, value: Any) -> None:
    """At once, with the name, the value and what to pass instead."""
    with pytest.raises(ValueError, match=repr(value)):
        sk.Client(**{"api_key": SANDBOX_KEY, name: value})


@pytest.mark.parametrize("max_requests", [-1, 1.0, "3", True])
def test_budget_out_of_range_is_refused(client: sk.Client, server: Server, max_requests: Any) -> None:
    """Before anything is sent."""
    with pytest.raises(ValueError, match="max_requests"):
        client.fetch(IDS, max_requests=max_requests)
    assert not server.requests


def test_missing_key_is_reported_at_the_first_request(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not before: a key set meanwhile is used; an archive that has all needs none."""
    client = sk.Client(base_url=server.url)
    assert "no API key yet" in repr(client)
    with pytest.raises(sk.CredentialsError, match=KEY_NAME):
        client.get(IDS[0])
    with pytest.raises(sk.CredentialsError, match=KEY_NAME):
        client.fetch(IDS[:2], progress=False)
    assert client.fetch(["typo"], progress=False).counts == {"invalid": 1}
    monkeypatch.setenv(KEY_NAME, SANDBOX_KEY)
    assert client.get(IDS[0]) == RECORDS[0]
    client.close()


def test_key_is_in_no_repr_and_no_attribute(server: Server) -> None:
    """The Client does not keep the key where it could be shown."""
    key = "4711|made-up-key-of-some-length"
    client = sk.Client(key, server.url)
    shown = repr(client) + repr(vars(client)) + str(client.plan(IDS))
    assert key not in shown + "".join(map(str, vars(client).values()))
    client.close()


def test_closed_client_says_so(client: sk.Client) -> None:
    """After close nothing is asked; closing twice is no error."""
    client.close()
    client.close()
    assert "closed" in repr(client)
    for use in (lambda: client.get(IDS[0]), lambda: client.fetch(IDS[:2], progress=False)):
        with pytest.raises(RuntimeError, match="closed"):
            use()


@pytest.mark.parametrize("now", [datetime(2026, 5, 1), "2026-05-01", None, 1_777_000_000_000])  # noqa: DTZ001  # what is refused
def test_a_clock_without_a_zone_is_refused(now: Any) -> None:
    """Before anything is sent."""
    with sk.sandbox(now=lambda: now) as client, pytest.raises(TypeError, match="a datetime with its zone"):
        client.fetch("1jMJgLdenVjxL", progress=False)
