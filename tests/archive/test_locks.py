"""Archives that other processes have locked: they are waited for, and nothing is paid for that cannot be kept."""

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from spacekit.archive import Archive, Observation
from spacekit.errors import ArchiveError
from spacekit.fetching.client import Client
from spacekit.fetching.progress import Progress
from spacekit.server import SANDBOX_KEY, Server

IDS = [f"1SAMPLE{n:06d}" for n in range(800)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive that is there, and empty."""
    with Archive(tmp_path / "spaces.db") as archive:
        archive.make()
    return tmp_path / "spaces.db"


@contextmanager
def locked(path: Path, seconds: float, how: str = "EXCLUSIVE") -> Iterator[None]:
    """Lock a file as another process does, for some seconds."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as connection:
        connection.execute(f"BEGIN {how}")
        timer = threading.Timer(seconds, connection.execute, ["COMMIT"])
        timer.start()
        try:
            yield
        finally:
            timer.join()


@pytest.mark.parametrize("mode", ["a", "r"])
def test_opening_waits_for_another_process(path: Path, mode: str) -> None:
    """As reading and writing do, up to `timeout_s`."""
    with locked(path, 1.0), Archive(path, mode=mode) as archive:  # type: ignore[arg-type]  # one of two words
        assert len(archive) == 0


def test_opening_gives_up_in_the_end(path: Path) -> None:
    """After `timeout_s`, with what to do."""
    started = time.monotonic()
    with locked(path, 2.0), pytest.raises(ArchiveError, match="another process keeps it locked"):
        Archive(path, timeout_s=0.5)
    assert time.monotonic() - started >= 0.5


def write_in_turns(path: Path, writer: int) -> None:
    """Open, add and close ten times."""
    for number in range(10):
        with Archive(path) as archive:
            archive.add([Observation(f"1SAMPLE{writer:03d}{number:03d}", 1_780_315_200_000, 404, b"")])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("writers", [8, pytest.param(64, marks=pytest.mark.slow)])
def test_many_writers(path: Path, writers: int) -> None:
    """None of them fails, and nothing is lost."""
    children = []
    for writer in range(writers):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                write_in_turns(path, writer)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * writers
    with Archive(path) as archive:
        assert archive.facts().observations == 10 * writers


@pytest.fixture
def server() -> Iterator[Server]:
    """Eight hundred Spaces."""
    with Server([{"id": space_id, "state": "Ended"} for space_id in IDS], latency_s=0.05) as server:
        yield server


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    """A Client of it, without a limit."""
    with Client(SANDBOX_KEY, server.url, None) as client:
        yield client


@pytest.mark.parametrize("what", ["fetch", "search"])
def test_what_cannot_be_kept_is_not_asked_for(path: Path, server: Server, client: Client, what: str) -> None:
    """An archive that stays locked is found before the first request."""
    call = getattr(client, what)
    with Archive(path, timeout_s=0.5) as archive, locked(path, 3.0, "IMMEDIATE"):
        with pytest.raises(ArchiveError, match="cannot be written"):
            call(IDS if what == "fetch" else "host", archive=archive, progress=False)
        assert len(server.requests) == 0


def test_nothing_more_is_sent_while_answers_wait(path: Path, server: Server, client: Client) -> None:
    """A lock in the middle holds the requests back, and says so; what came is kept once it ends."""
    lock = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    sent: list[int] = []
    seen: set[str | None] = set()
    begun = threading.Event()

    def tell(progress: Progress) -> None:
        seen.add(progress.waiting_for)
        if progress.done and not begun.is_set():
            begun.set()
            lock.execute("BEGIN IMMEDIATE")
            sent.append(len(server.requests))
            threading.Timer(3.0, end).start()

    def end() -> None:
        sent.append(len(server.requests))
        lock.execute("COMMIT")

    batch = client.fetch(IDS, path, progress=tell)
    lock.close()
    assert batch.complete
    assert len(server.requests) == 800
    assert sent[1] - sent[0] <= 200 + 8 + 8
    assert "answers to be written to the archive" in seen


def test_after_a_failed_write_nothing_more_is_sent(path: Path, server: Server, client: Client) -> None:
    """A lock that outlasts the archive's patience ends the run; few answers are lost, and it says why."""
    lock = sqlite3.connect(path, isolation_level=None, check_same_thread=False)

    def tell(progress: Progress) -> None:
        if progress.done and not lock.in_transaction:
            lock.execute("BEGIN IMMEDIATE")

    with closing(lock), Archive(path, timeout_s=0.5) as archive:
        with pytest.raises(ArchiveError, match="another process keeps it locked"):
            client.fetch(IDS, archive, progress=tell)
        assert client.last_batch is not None
        lock.execute("COMMIT")
        assert len(server.requests) - archive.facts().observations <= 200 + 8 + 8
