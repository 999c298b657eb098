"""What ends a command from outside: Ctrl-C, SIGTERM and SIGHUP, sent to real processes."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aged_archive import archive_of, spaces
from commands import KEY, KEY_NAME

import spacekit as sk
from spacekit.cli.signals import door
from spacekit.fetching.interrupts import held
from spacekit.server import Fault, Server

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals are sent by os.kill")

ENDS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
PATIENCE_S = 60
SPACEKIT = [sys.executable, "-m", "spacekit"]


def claims(path: Path) -> int:
    """How many Spaces are claimed."""
    with closing(sqlite3.connect(path)) as connection:
        count: int = connection.execute("SELECT count(*) FROM claimed").fetchone()[0]
    return count


def observations(path: Path) -> int:
    """How many answers an archive has."""
    with sk.Archive(path, mode="r") as archive:
        return archive.facts().observations


class Service:
    """A server with some Spaces that answers so many at once, then slowly; `asked` is set by the first slow one."""

    def __init__(self, n: int, quick: int, slow_s: float = 5.0) -> None:
        self.records, self.quick, self.slow_s = spaces(n), quick, slow_s
        self.asked = threading.Event()
        self._count = 0
        self._lock = threading.Lock()

    def fault(self, _subject: str, _nth: int) -> Fault | None:
        """Return what is wrong with an answer."""
        with self._lock:
            self._count += 1
            slow = self._count > self.quick
        if slow:
            self.asked.set()
        return Fault(latency_s=self.slow_s) if slow else None


def started(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """A command as a process of its own, with the key."""
    command = [*SPACEKIT, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    return subprocess.Popen(command, env={**os.environ, KEY_NAME: KEY}, **{**pipes, **options})


@pytest.fixture
def slow() -> Iterator[Callable[..., tuple[Service, Server]]]:
    """Start servers that become slow."""
    running: list[Server] = []

    def start(*arguments: Any) -> tuple[Service, Server]:
        service = Service(*arguments)
        running.append(Server(service.records, keys=[KEY], faults=service.fault).start())
        return service, running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.mark.parametrize("number", ENDS)
def test_fetch_keeps_what_came(number: int, slow: Any, tmp_path: Path) -> None:
    """A fetch that is told to end archives and writes what came, says what ended it, and its code does too."""
    service, server = slow(20, 5)
    out, archive = tmp_path / "s.jsonl", tmp_path / "a.db"
    with started(
        "fetch", *[r["id"] for r in service.records], "--base-url", server.url, "--workers", 1,
        "--archive", archive, "-o", out,
    ) as process:  # fmt: skip
        assert service.asked.wait(PATIENCE_S)
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == ENDS[signal.Signals(number)]
    assert (len(sk.read(out).records), observations(archive)) == (5, 5)
    what = "interrupted" if number == signal.SIGINT else f"stopped by {signal.Signals(number).name}"
    assert err.splitlines()[-1].startswith(f"spacekit: {what}. Run the same command again")
    assert "Traceback" not in err


@pytest.mark.parametrize("number", ENDS)
@pytest.mark.parametrize("command", ["refresh", "watch"])
def test_refresh_and_watch_let_claims_go(number: int, command: str, slow: Any, tmp_path: Path) -> None:
    """What came is in the archive, no claim is left, and the next run asks for the rest."""
    service, server = slow(20, 5)
    archive = archive_of(service.records, tmp_path / "a.db")
    asked = ("--archive", archive, "--base-url", server.url, "--workers", 1)
    with started(command, *asked) as process:
        assert service.asked.wait(PATIENCE_S)
        assert claims(archive) > 0
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == ENDS[signal.Signals(number)]
    assert (claims(archive), observations(archive)) == (0, 25)
    assert "Traceback" not in err
    service.quick = 1000
    with started("refresh", *asked) as process:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, observations(archive)) == (0, 40)


def test_a_sleeping_watch_ends_at_once(slow: Any, tmp_path: Path) -> None:
    """SIGTERM while nothing is due ends a watch within a second or so, not at the next round."""
    service, server = slow(2, 5)
    archive = archive_of(service.records, tmp_path / "a.db")
    with started("watch", "--archive", archive, "--base-url", server.url) as process:
        assert process.stderr
        process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE_S) == 143


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_serve_ends_in_order(number: int) -> None:
    """A server ends as it is meant to: with 0, whichever signal ends it."""
    with started("serve", "--port", 0) as process:
        assert process.stdout
        process.stdout.readline()
        process.send_signal(number)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, err) == (0, "")


def test_what_is_ignored_stays_ignored(slow: Any, tmp_path: Path) -> None:
    """`nohup spacekit fetch` goes on after SIGHUP."""
    service, server = slow(6, 5, 1.0)
    ids = [record["id"] for record in service.records]
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        process = started("fetch", *ids, "--base-url", server.url, "-o", tmp_path / "s.jsonl")
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        assert service.asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGHUP)
        process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, len(sk.read(tmp_path / "s.jsonl").records)) == (0, 6)


@pytest.mark.parametrize("after_s", [0.1, 0.3, 0.6, 1.0])
def test_ctrl_c_in_the_first_instants(after_s: float) -> None:
    """While Python's libraries load, Ctrl-C ends with 130 and without a traceback."""
    code = "import spacekit.__main__ as m, sys; sys.argv[1:] = ['tables', 'samples']; print(flush=True); m.main()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(after_s)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    ended = process.returncode in (
        0,
        -signal.SIGINT,
    )  # all was done; the other while Python itself came to its end
    assert ended or process.returncode == 130
    assert err in ("", "spacekit: interrupted\n") or (ended and "Traceback" not in err)


def test_a_second_ctrl_c_ends_in_order(slow: Any, tmp_path: Path) -> None:
    """Two in a row leave no claim, no half of a file and no traceback."""
    service, server = slow(20, 5)
    archive = archive_of(service.records, tmp_path / "a.db")
    with started("refresh", "--archive", archive, "--base-url", server.url, "--workers", 1) as process:
        assert service.asked.wait(PATIENCE_S)
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert (claims(archive), observations(archive)) == (0, 25)
    assert "Traceback" not in err


IN_A_TERMINAL = """
import os, pty, sys
child, terminal = pty.fork()
if not child:
    os.execv(sys.executable, [sys.executable, "-m", "spacekit", *sys.argv[1:]])
sys.stdin.readline()
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_terminal_that_is_closed_loses_nothing(slow: Any, tmp_path: Path) -> None:
    """The window is closed during a fetch: no bar and no summary can be shown any more, and what came is written."""
    service, server = slow(20, 5)
    asked = [
        "fetch",
        *ids_of(service),
        "--base-url",
        server.url,
        "--workers",
        "1",
        "-o",
        tmp_path / "s.jsonl",
    ]
    command = [sys.executable, "-c", IN_A_TERMINAL, *map(str, asked)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, KEY_NAME: KEY}
    ) as driver:
        assert service.asked.wait(PATIENCE_S)
        out, _ = driver.communicate("close it\n", timeout=PATIENCE_S)
    assert out.split()[-1] == "129"
    assert len(sk.read(tmp_path / "s.jsonl").records) == 5


# In this process


def test_handlers_are_put_back() -> None:
    """After a command, every handler is the one of before."""
    before = {number: signal.getsignal(number) for number in ENDS}
    with door() as signals, held():
        assert all(signal.getsignal(number) != handler for number, handler in before.items())
        assert signals.code == 130
    assert {number: signal.getsignal(number) for number in ENDS} == before


def test_an_interrupt_that_a_callback_drops_comes_again() -> None:
    """Python drops what is raised in a callback, as imports and collected objects have them: it is sent again."""

    class Dropping:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def work() -> int:
        dropping = Dropping()
        del dropping
        time.sleep(5)
        return 0

    with door() as signals, pytest.raises(KeyboardInterrupt):
        signals.call(work)
    assert signals.code == 143


def test_what_is_held_comes_once_it_may() -> None:
    """An interrupt that was held back comes in the next call that may be interrupted, or at the end of the block."""
    done: list[str] = []
    for block in (a_call_after_two, two_in_a_block, the_end_of_a_block):
        with pytest.raises(KeyboardInterrupt):
            block(done)
    assert done == ["held"] * 3


def a_call_after_two(done: list[str]) -> None:
    """Both are held back up to the call."""
    with held(firm=True) as hold:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("held")
        hold.call(lambda: done.append("never"))


def two_in_a_block(done: list[str]) -> None:
    """Of a long step, the second one is the end."""
    with held():
        signal.raise_signal(signal.SIGINT)
        done.append("held")
        signal.raise_signal(signal.SIGINT)
        done.append("never")


def the_end_of_a_block(done: list[str]) -> None:
    """What was held back comes at the end."""
    with held():
        signal.raise_signal(signal.SIGINT)
        done.append("held")
    done.append("never")


def test_what_is_taken_is_still_seen_by_its_handler() -> None:
    """A step that deals with an interrupt itself, such as to put a batch together: the exit code says which it was."""
    with door() as made:

        def work() -> int:
            with held() as hold:
                signal.raise_signal(signal.SIGTERM)
                assert hold.take()
            return 0

        assert made.call(work) == 0
    assert (made.signal, made.code) == ("SIGTERM", 143)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_a_storm_leaves_no_claim_and_loses_nothing(tmp_path: Path) -> None:
    """200 runs that are told to end at any instant: no claim left, every answer kept, no traceback, the right code."""
    dice, n = random.Random(1), 60
    service = Service(n, 10**9)
    with Server(service.records, keys=[KEY], latency_s=0.01, faults=service.fault) as server:
        for number in range(200):
            path = archive_of(service.records, tmp_path / f"{number}.db")
            how, command = dice.choice(list(ENDS)), dice.choice(["refresh", "watch", "fetch"])
            more = () if command != "fetch" else ("-o", tmp_path / f"{number}.out.jsonl", *ids_of(service))
            sent = len(server.requests)
            with started(
                command, *more, "--archive", path, "--base-url", server.url, "--workers", 2
            ) as process:
                time.sleep(dice.uniform(0.2, 3.5))
                process.send_signal(how)
                if dice.random() < 0.3:
                    time.sleep(dice.uniform(0.0, 0.4))
                    process.send_signal(how)
                _, err = process.communicate(timeout=60)
            # Before it runs a line of spacekit, Python itself shows where it was.
            assert "Traceback" not in err or f"{os.sep}spacekit{os.sep}" not in err, (number, err)
            if "Traceback" in err:
                continue
            assert process.returncode in (ENDS[how], -how, 0), (number, err)
            assert claims(path) == 0, (number, command, err)
            came = len(server.requests) - sent
            assert came - 2 <= observations(path) - n <= came, (number, command, err)


def ids_of(service: Service) -> list[str]:
    """The ids of a service's Spaces."""
    return [record["id"] for record in service.records]
