"""Claims: each thing is held by one run at most, and by none that is dead."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from spacekit.archive import Archive, Observation, processes
from spacekit.archive import claims as claims_module
from spacekit.archive.claims import LEASE_S, Claims


class Time:
    """The clock of the computer, set by hand."""

    now = 1_780_315_200.0

    def time(self) -> float:
        """The time in seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock that stands."""
    clock = Time()
    monkeypatch.setattr(claims_module, "time", clock)
    return clock


@pytest.fixture
def archive(tmp_path: Path, clock: Time) -> Iterator[Archive]:
    """An empty archive; its claims end by a clock that stands."""
    with Archive(tmp_path / "spaces.db") as archive:
        yield archive


@pytest.fixture
def claims(archive: Archive) -> Claims:
    """The claims of the archive."""
    return archive.claims


def test_a_claim_is_given_once(archive: Archive, claims: Claims) -> None:
    """Of two archives on one file, only the first gets a Space; the order is kept and repeats are one."""
    with Archive(archive.path) as second:
        assert claims.take(1, ["b", "a", "b"]) == ["b", "a"]
        assert second.claims.take(2, ["c", "a"]) == ["c"]
        assert claims.held() == second.claims.held() == {"a", "b", "c"}


def test_an_answer_ends_a_claim_whoever_holds_it(archive: Archive, claims: Claims) -> None:
    """What is there need not be asked for."""
    claims.take(1, ["a", "b"])
    archive.add([Observation("a", 1, 404, b"")])
    assert claims.held() == {"b"}


def test_a_run_releases_its_own_claims_only(claims: Claims) -> None:
    """Some, or all of them."""
    claims.take(1, ["a", "b"])
    claims.take(2, ["c"])
    claims.release(1, ["a", "c"])
    assert claims.held() == {"b", "c"}
    claims.end(1)
    assert claims.held() == {"c"}


def test_the_claims_of_a_dead_run_end(claims: Claims, clock: Time) -> None:
    """They stand while they are renewed, and for a lease after the last time; then another run gets them."""
    claims.take(1, ["a"])
    clock.now += LEASE_S - 1
    claims.renew(1)
    clock.now += LEASE_S - 1
    assert claims.take(2, ["a"]) == []
    clock.now += 1
    assert claims.held() == set()
    assert claims.take(2, ["a"]) == ["a"]


@pytest.mark.parametrize("error_s", [-10 * 86_400, 10 * 86_400])
def test_a_wrong_clock_holds_nothing_up(claims: Claims, clock: Time, error_s: float) -> None:
    """Claims that were made by a clock which was days ahead or behind have ended."""
    clock.now += error_s
    claims.take(1, ["a"])
    clock.now -= error_s
    assert claims.held() == set()
    assert claims.take(2, ["a"]) == ["a"]


def test_nothing_is_left_of_a_dead_run(claims: Claims, clock: Time) -> None:
    """The next claim removes what a killed run had claimed, and a run that comes back late may go on."""
    claims.take(1, ["a"])
    clock.now += LEASE_S
    claims.take(2, ["b"])
    clock.now -= 1
    assert claims.held() == {"b"}
    assert claims.take(1, ["a", "b"]) == ["a"]


# --- runs whose process has died ---

CLAIM = """
import os, sys
from spacekit.archive import Archive
archive = Archive(sys.argv[1])
archive.claims.take(1, ["a", "b"])
print("claimed", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has claimed two Spaces in an archive, and lives."""
    command = [sys.executable, "-c", CLAIM, str(tmp_path / "spaces.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        yield process
        process.kill()


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which process is which")


@needs_linux
@pytest.mark.parametrize("reaped", [True, False])
def test_a_killed_process_holds_nothing(tmp_path: Path, other: subprocess.Popen[str], reaped: bool) -> None:
    """What it claimed is free at once, also while its parent has not asked what became of it."""
    with Archive(tmp_path / "spaces.db") as archive:
        assert archive.claims.held() == {"a", "b"}
        assert archive.claims.take(2, ["a"]) == []
        other.kill()
        if reaped:
            other.wait()
        else:
            os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert archive.claims.held() == set()
        assert archive.claims.take(2, ["a"]) == ["a"]
        assert archive.claims.take(3, ["a", "b"]) == ["b"]


@needs_linux
def test_only_what_is_sure_to_have_died_has(tmp_path: Path) -> None:
    """Another machine's process, one of another container, one of another user, and this one may all live."""
    mine = processes.this_process()
    assert mine is not None
    machine, number, began = mine.split()
    assert not processes.has_died(mine)
    assert not processes.has_died(None)
    assert not processes.has_died(f"{'0' * len(machine)} 999999999 {began}")
    assert processes.has_died(f"{machine} {number} {int(began) - 1}")  # its number was given again
    assert processes.has_died(f"{machine} 999999999 {began}")


def test_where_the_system_says_nothing_a_lease_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: subprocess.Popen[str]
) -> None:
    """As on macOS and Windows."""
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    assert processes.this_process() is None
    other.kill()
    other.wait()
    with Archive(tmp_path / "spaces.db") as archive:
        assert archive.claims.take(2, ["a"]) == []


@pytest.mark.parametrize(
    ("until", "name"), [("soon", None), (b"x", None), (2**62, None), (None, b"\xff 1 2")]
)
def test_what_another_program_wrote_holds_nothing_up(
    archive: Archive, claims: Claims, clock: Time, until: object, name: object
) -> None:
    """A time that is none ends at once; a process that is none is not known to have died."""
    claims.take(1, ["a"])
    stands = clock.now * 1000 + 1000 if until is None else until
    with closing(sqlite3.connect(archive.path)) as file, file:
        file.execute("UPDATE run SET until = ?", (stands,))
        file.execute("UPDATE process SET name = ?", (name,))
    assert claims.ends() == ({"a": stands} if until is None else {})
    assert claims.take(2, ["a"]) == ([] if until is None else ["a"])


def test_nothing_is_claimed_where_there_is_no_file(tmp_path: Path) -> None:
    """To ask makes none."""
    with Archive(tmp_path / "none.db") as archive:
        assert archive.claims.ends() == {}
        assert not archive.path.exists()
