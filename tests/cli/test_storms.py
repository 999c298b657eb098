"""Storms: commands that are told to end, or killed, at random instants; two at once; forks and spawns among them.

Slow. `SPACEKIT_STORM` is the number of rounds of each, 1,000 and 200 by default where it is not set. Each prints its
figures; `pytest -s` shows them. `SPACEKIT_STORM_SEED` makes other instants.
"""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aged_archive import archive_of, spaces
from commands import KEY, KEY_NAME

import spacekit as sk
from spacekit.server import Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(4 * 3600),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

N, WORKERS, LATENCY_S = 60, 2, 0.01
CODES = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
SEED = int(os.environ.get("SPACEKIT_STORM_SEED", "14"))
OUTSIDE = 99
SENT_S = 1.0
"""An answer that was sent so long before a signal has come."""

# Imports once, then forks a child for each command, so that a thousand do not take an hour. It is ready for signals
# where a command is: in `main`.
DRIVER = """
import json, os, signal, sys
from spacekit.cli.main import main
import spacekit.cli.fetch, spacekit.cli.refresh, spacekit.cli.watch, spacekit.cli.search
import spacekit.fetching.refresh, spacekit.archive, tqdm.auto, requests
ENDS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
for number in ENDS:
    signal.signal(number, signal.SIG_DFL)
signal.signal(signal.SIGINT, signal.default_int_handler)
def run(argv, err):
    sink = os.open(err, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(sink, 2), os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    code = 99
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        code = main(argv)
    except SystemExit as end:
        code = end.code
    finally:
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)
running = {}
for line in sys.stdin:
    what, *rest = json.loads(line)
    if what == "run":
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)  # Python drops what comes in its own steps after a fork
        child = os.fork()
        if child == 0:
            try:
                run(*rest)
            except KeyboardInterrupt:
                os._exit(99)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDS)
        print(child, flush=True)
    else:
        print(os.waitstatus_to_exitcode(os.waitpid(rest[0], 0)[1]), flush=True)
"""


def rounds(usual: int) -> int:
    """How many rounds to make."""
    return int(os.environ.get("SPACEKIT_STORM", usual))


class Command:
    """A command in a process of its own."""

    def __init__(self, driver: "Driver", argv: tuple[object, ...]) -> None:
        handle, name = tempfile.mkstemp(dir=driver.folder)
        os.close(handle)
        self.err, self._driver = Path(name), driver
        self.number = driver.ask("run", list(map(str, argv)), name)

    def send(self, number: int) -> None:
        """Send it a signal; it may have ended."""
        with suppress(ProcessLookupError):
            os.kill(self.number, number)

    def end(self) -> tuple[int, str]:
        """Wait for it; return its code and what it said."""
        code = self._driver.ask("wait", self.number)
        said = self.err.read_text(encoding="utf-8")
        self.err.unlink()
        return code, said


class Driver:
    """The process that forks them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        environment = {**os.environ, KEY_NAME: KEY}
        self._process = subprocess.Popen([sys.executable, "-c", DRIVER], env=environment, **pipes)

    def ask(self, *request: object) -> int:
        """Send a request; return the number that answers it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def run(self, *argv: object) -> Command:
        """Start a command."""
        return Command(self, argv)

    def close(self) -> None:
        """End it."""
        self._process.communicate()


@contextmanager
def storm(folder: Path) -> Iterator[tuple[Driver, Server, list[str]]]:
    """A process that forks commands, the server that they ask, and its Spaces."""
    records = spaces(N)
    driver = Driver(folder)
    with Server(records, keys=[KEY], posts=sk.sample_posts(), latency_s=LATENCY_S) as server:
        yield driver, server, [record["id"] for record in records]
    driver.close()


def arguments(command: str, path: Path, server: Server, ids: list[str]) -> list[object]:
    """The arguments of a command that asks for all there is."""
    asked: list[object] = ["--archive", path, "--base-url", server.url, "--workers", WORKERS]
    if command == "fetch":
        return [command, *ids, *asked, "--max-age", 0, "-o", path.with_suffix(".jsonl")]
    if command == "search":
        return [command, "--host", "sample_radio", "--host", "sample_books", *asked[:4]]
    return [command, *asked]


def held_in(path: Path) -> set[str]:
    """What is claimed in an archive."""
    with sk.Archive(path) as archive:
        return archive.claims.held()


def kept_in(path: Path) -> Counter[str]:
    """How many answers an archive has for each Space, beside the first ones."""
    with sk.Archive(path) as archive:
        archive.check()
        return Counter(archive.observations()["space_id"]) - Counter(archive.ids())


def lost(server: Server, sent: int, path: Path, before: float = float("inf")) -> int:
    """How many of the Spaces that were sent, before a time, are not in the archive."""
    came = {
        request.space_id for request in server.requests[sent:] if request.space_id and request.at < before
    }
    return len(came - set(kept_in(path)))


@pytest.mark.posix
def test_interrupts_and_terminations(tmp_path: Path) -> None:
    """No claim is left, what was sent is kept, the code says what ended it, and no traceback shows."""
    dice, figures, codes = random.Random(SEED), Counter[str](), Counter[int]()
    with storm(tmp_path) as (driver, server, ids):
        for number in range(rounds(1_000)):
            path = archive_of(server_records(), tmp_path / f"{number}.db")
            how, what = dice.choice(list(CODES)), dice.choice(["fetch", "refresh", "watch", "search"])
            sent = len(server.requests)
            run = driver.run(*arguments(what, path, server, ids))
            other = driver.run(*arguments("fetch", path, server, ids)) if dice.random() < 0.2 else None
            time.sleep(dice.uniform(0.0, 1.2))
            at = time.monotonic()
            run.send(how)
            if dice.random() < 0.3:
                time.sleep(dice.uniform(0.0, 0.4))
                run.send(how)
            code, said = run.end()
            about = (number, what, how, code, said)
            # One that came before the command's first line, or after its last, ends Python itself.
            assert code in (CODES[how], -how, OUTSIDE, 0), about
            assert "Traceback" not in said, about
            if other is not None:
                code_of_other, said = other.end()
                assert (code_of_other, len(kept_in(path))) == (0, N), (*about, code_of_other, said)
            assert held_in(path) == set(), about
            assert lost(server, sent, path, at - SENT_S) == 0, about
            missing = lost(server, sent, path)
            assert missing <= WORKERS, about
            codes[code] += 1
            figures += Counter(
                {"rounds": 1, what: 1, "beside another": other is not None, "under way": missing}
            )
            for made in tmp_path.glob(f"{number}.*"):
                made.unlink()
    print(f"\ninterrupts and terminations: {dict(figures)}; exit codes {dict(codes)}")


@pytest.mark.posix
def test_kills(tmp_path: Path) -> None:
    """After kill -9, nothing that was sent a second before is lost, and the next run has all at once."""
    dice, figures = random.Random(SEED), Counter[str]()
    with storm(tmp_path) as (driver, server, ids):
        for number in range(rounds(200)):
            path = archive_of(server_records(), tmp_path / f"{number}.db")
            sent = len(server.requests)
            what = dice.choice(["fetch", "refresh", "watch"])
            run = driver.run(*arguments(what, path, server, ids))
            other = driver.run(*arguments("fetch", path, server, ids)) if dice.random() < 0.3 else None
            time.sleep(dice.uniform(0.0, 1.0))
            at = time.monotonic()
            run.send(signal.SIGKILL)
            code, said = run.end()
            assert code in (-signal.SIGKILL, 0), (number, said)
            assert lost(server, sent, path, at - 1.0) == 0, number
            last = other or driver.run(*arguments("fetch", path, server, ids))
            code, said = last.end()
            kept = kept_in(path)
            assert (code, len(kept)) == (0, N), (number, code, said)
            assert held_in(path) == set(), number
            paid = sum(
                request.status == 200 and request.space_id is not None for request in server.requests[sent:]
            )
            again = paid - sum(kept.values())
            assert again <= 2 * N, number
            figures += Counter({"kills": 1, "beside another": other is not None, "sent and not kept": again})
            for made in tmp_path.glob(f"{number}.*"):
                made.unlink()
    print(f"\nkill -9: {dict(figures)}")


def server_records() -> list[dict[str, Any]]:
    """The Spaces of the storm."""
    return spaces(N)


def fetched(url: str, path: Path, ids: list[str]) -> list[str]:
    """Fetch with a Client that is made in this process; return the ids that came."""
    with sk.Client(KEY, url, requests_per_minute=None) as client:
        return client.fetch(ids, path, max_age=0, progress=False).spaces["space_id"].tolist()


@pytest.mark.posix
def test_forks_and_spawns(tmp_path: Path) -> None:
    """Children that are forked in the middle of a fetch, and spawned beside it, get their own answers, as it does."""
    dice, figures = random.Random(SEED), Counter[str]()
    records = spaces(N)
    ids = [record["id"] for record in records]
    context: Any = multiprocessing.get_context("spawn")
    archive = sk.Archive(tmp_path / "all.db")
    with (
        Server(records, keys=[KEY], latency_s=0.002) as server,
        sk.Client(KEY, server.url, requests_per_minute=None) as client,
        ProcessPoolExecutor(2, mp_context=context) as pool,
    ):
        for number in range(rounds(200)):
            results: list[list[str]] = []

            def fetch(results: list[list[str]] = results) -> None:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    results.append(client.fetch(ids, archive, 0, progress=False).spaces["space_id"].tolist())

            thread = threading.Thread(target=fetch)
            spawned = pool.submit(fetched, server.url, archive.path, ids) if number % 10 == 0 else None
            thread.start()
            time.sleep(dice.uniform(0.0, 0.2))
            children = [forked(client, archive, dice.sample(ids, 20)) for _ in range(2)]
            assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0], (
                number
            )
            thread.join(60)
            assert results == [ids], number
            assert spawned is None or spawned.result(60) == ids, number
            figures += Counter({"rounds": 1, "forked": 2, "spawned": spawned is not None})
        assert archive.claims.held() == set()
        archive.check()
    archive.close()
    print(f"\nforks and spawns: {dict(figures)}")


def forked(client: sk.Client, archive: sk.Archive, ids: list[str]) -> int:
    """Fork a child that fetches with what it has inherited; return its number. Its code is 0 if all came."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = (
                0 if client.fetch(ids, archive, 0, progress=False).spaces["space_id"].tolist() == ids else 3
            )
        finally:
            os._exit(code)
    return child
