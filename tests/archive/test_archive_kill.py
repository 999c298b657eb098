"""`kill -9` at random moments: what was acknowledged is there, the file is whole, and a rerun asks for the rest only.

A round starts a process that forks four writers, and kills all of them. Each writer reports every answer that
`Archive.add` has returned from.
"""

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from spacekit.archive import Archive, Observation
from spacekit.fetching.client import Client
from spacekit.server import SANDBOX_KEY, Server

NOON = 1_780_315_200_000
WRITERS = 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")


def observation(nth: int, writer: int, number: int) -> Observation:
    """Return what a writer adds: any part can be made again, to compare each byte."""
    chance = random.Random(f"{nth} {writer} {number}")
    text = chance.choice("abcdefgh") * chance.choice((10, 500, 2_000, 2_000, 30_000))
    body = f'{{"id":"1SAMPLE{nth % 100:02d}{writer}{number % 1000:03d}","title":"{text} {number}"}}'.encode()
    return Observation(f"1SAMPLE{nth % 100:02d}{writer}{number % 1000:03d}", NOON + number, 200, body)


def write(path: str, nth: int, writer: int) -> None:
    """Add answers, one to five at a time, and report each that is on the disk; never ends by itself."""
    chance = random.Random(f"{nth} {writer}")
    number = 0
    with Archive(path) as archive:
        while True:
            some = range(number, number + chance.randint(1, 5))
            archive.add(observation(nth, writer, n) for n in some)
            os.write(1, "".join(f"{nth} {writer} {n}\n" for n in some).encode())
            number = some.stop


def main(path: str, nth: int) -> None:
    """Fork the writers, and wait to be killed."""
    os.write(1, b"ready\n")
    for writer in range(WRITERS):
        if os.fork() == 0:
            write(path, nth, writer)
    while True:
        time.sleep(60)


def killed_at_random(path: Path, nth: int) -> list[tuple[int, int, int]]:
    """One round: start the writers, kill all of them at a random moment, and return what they had acknowledged."""
    moment = random.Random(nth).choice(
        (random.Random(nth).uniform(0, 0.03), random.Random(nth).uniform(0, 0.4))
    )
    command = [sys.executable, __file__, str(path), str(nth)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        time.sleep(moment)
        os.killpg(process.pid, signal.SIGKILL)
        lines = process.stdout.read().decode().split("\n")
    return [(int(a), int(b), int(c)) for a, b, c in (line.split() for line in lines if line)]


def check_rounds(path: Path, rounds: range) -> int:
    """Kill the writers of one archive again and again; after each round look at all of it."""
    acknowledged: set[tuple[int, int, int]] = set()
    for nth in rounds:
        acknowledged.update(killed_at_random(path, nth))
        with Archive(path) as archive:
            archive.check()
            there = archive.observations() if nth == rounds[-1] else None
        with closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            rows = connection.execute("SELECT space_id, fetched_at, status, body FROM observation").fetchall()
        kept = {Observation(*row) for row in rows}
        assert {observation(*entry) for entry in acknowledged} <= kept
        assert len(kept) == len(rows)
        # What was written but not reported is exact, too: the file holds nothing that no writer meant.
        assert all(row == observation(*origin(row)) for row in kept)
        assert there is None or len(there) == len(rows)
    return len(acknowledged)


def origin(row: Observation) -> tuple[int, int, int]:
    """Who wrote an answer."""
    place = len("1SAMPLE")
    return int(row.space_id[place : place + 2]), int(row.space_id[place + 2]), row.fetched_at - NOON


def test_three_kills(tmp_path: Path) -> None:
    """After each of three kills of four writers all that was acknowledged is there, and the file is whole."""
    check_rounds(tmp_path / "spaces.db", range(3))


@pytest.mark.slow
def test_fifty_kills(tmp_path: Path) -> None:
    """The same for fifty kills; thousands of answers were acknowledged between them."""
    assert check_rounds(tmp_path / "spaces.db", range(50)) > 1_000


FETCH = """
import sys, spacekit as sk
url, key, path, *ids = sys.argv[1:]
with sk.Client(key, url, requests_per_minute=None) as client:
    print("ready", flush=True)
    client.fetch(ids, path, progress=False)
"""


def test_a_rerun_asks_only_for_the_rest(tmp_path: Path) -> None:
    """A fetch that was killed goes on where it was: what is in the archive is not asked for again."""
    ids = [f"1SAMPLE{n:06d}" for n in range(60)]
    path = tmp_path / "spaces.db"
    with Server([{"id": space_id, "state": "Ended"} for space_id in ids], latency_s=0.05) as server:
        command = [sys.executable, "-c", FETCH, server.url, SANDBOX_KEY, str(path), *ids]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            deadline = time.monotonic() + 30
            while len(server.requests) < 20 and time.monotonic() < deadline:
                time.sleep(0.005)
            process.kill()
        time.sleep(0.2)  # until the server has noted the requests that were under way
        before = len(server.requests)
        with Archive(path) as archive:
            there = set(archive.ids())
        assert 0 < len(there) < len(ids)
        with Client(SANDBOX_KEY, server.url, requests_per_minute=None) as client:
            batch = client.fetch(ids, path, progress=False)
        asked = [request.space_id for request in server.requests[before:]]
    assert sorted(filter(None, asked)) == sorted(set(ids) - there)
    assert batch.complete
    assert batch.counts == {"archived": len(there), "ok": len(ids) - len(there)}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1], int(sys.argv[2]))
