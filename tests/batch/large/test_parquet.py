"""`to_parquet` writes the tables of `read`, whole or not at all, and goes on where it was stopped."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from odd_sources import NOON, SOURCES, odd_lines, one_file, small_files
from reading import read_parquet

import spacekit as sk
from spacekit.batch.large import parquet, units

NAMES = ("spaces", "creators", "participants", "problems", "outcomes")
incomplete = pytest.mark.filterwarnings("ignore::spacekit.errors.IncompleteWarning")


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """Units of 20 kB, so that a small file has many."""
    monkeypatch.setattr(units, "_UNIT", 20_000)


def same_as_read(source: Any, written: parquet.ParquetTables) -> None:
    """Check that each file has the table of `read`, to the dtype."""
    batch = sk.read(source, progress=False)
    for name in NAMES:
        pd.testing.assert_frame_equal(read_parquet(written.paths[name]), getattr(batch, name))
    assert written.outcomes == batch.counts
    assert written.rows == {name: len(getattr(batch, name)) for name in NAMES}


@incomplete
@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize("kind", SOURCES)
def test_tables_are_those_of_read(tmp_path: Path, kind: str) -> None:
    """Any source, with wrong values, junk and accounts that come again, gives the same tables and problems."""
    source = SOURCES[kind](tmp_path, odd_lines(300))
    same_as_read(source, sk.to_parquet(source, tmp_path / "out", processes=1, progress=False))


@incomplete
@pytest.mark.usefixtures("tiny")
def test_processes_change_nothing(tmp_path: Path) -> None:
    """Two processes write what one writes, with any number of files of creators in between."""
    source = one_file(tmp_path, odd_lines(300, seed=2))
    same_as_read(source, sk.to_parquet(source, tmp_path / "out", processes=2, progress=False))


@incomplete
@pytest.mark.slow
def test_ten_thousand_small_files(tmp_path: Path) -> None:
    """Ten thousand small files, one array and one file of lines give the same tables of Spaces and creators."""
    lines = [line for line in odd_lines(12_000) if line.startswith(b"{") and b'audioSpace":{}' not in line]
    lines = [line for line in lines if line not in (b"{}", b'{"title": "torn')][:10_000]
    array = tmp_path / "array.json"
    array.write_bytes(b"[" + b",\n".join(lines) + b"]")
    sources = {"lines": one_file(tmp_path, lines), "array": array, "files": small_files(tmp_path, lines)}
    made = {
        name: sk.to_parquet(source, tmp_path / f"out {name}", progress=False)
        for name, source in sources.items()
    }
    same_as_read(sources["files"], made["files"])
    for name in set(NAMES) - {"outcomes"}:
        first, *others = (read_parquet(written.paths[name]) for written in made.values())
        for other in others:
            pd.testing.assert_frame_equal(first, other)


def test_others_read_it(tmp_path: Path) -> None:
    """DuckDB and Arrow read the files with their own types, without pandas."""
    source = sk.sample_batch().to_jsonl(tmp_path / "spaces.jsonl")
    path = sk.to_parquet(source, tmp_path / "out", progress=False).paths["spaces"]
    total = duckdb.read_parquet(str(path)).sum("total_live_listeners").fetchall()[0][0]
    assert total == sk.sample_batch().spaces["total_live_listeners"].sum()
    assert str(pq.read_schema(path).field("replay_start_time").type) == "duration[ms]"


def test_a_second_call_does_nothing(tmp_path: Path) -> None:
    """What is there already, from sources that have not changed, is left as it is; a changed source is read."""
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    written = sk.to_parquet(source, tmp_path / "out", progress=False)
    before = written.paths["spaces"].stat().st_mtime_ns
    assert sk.to_parquet(source, tmp_path / "out", progress=False) == written
    assert written.paths["spaces"].stat().st_mtime_ns == before
    source.write_bytes(b'{"id": "1jMJgLdenVjxL"}\n{"id": "1jMJgLdenVjxM"}')
    assert sk.to_parquet(source, tmp_path / "out", progress=False).rows["spaces"] == 2


@pytest.mark.usefixtures("tiny")
def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that ends with an error leaves no table; the next decodes only the units that were left."""
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL", "title": "%s"}' % (b"x" * 900)] * 100)
    decoded: list[int] = []
    real = parquet.write_part

    def fails_at_third(task: Any, folder: Path) -> int:
        if not (folder / units.key_of(task[0])).exists():
            decoded.append(task[1])
            if len(decoded) == 3:
                raise OSError("no space left on device")
        return real(task, folder)

    monkeypatch.setattr(parquet, "write_part", fails_at_third)
    with pytest.raises(OSError, match="no space left"):
        sk.to_parquet(source, tmp_path / "out", processes=1, progress=False)
    assert not list(tmp_path.rglob("*.parquet"))
    written = sk.to_parquet(source, tmp_path / "out", processes=1, progress=False)
    assert len(decoded) == 1 + len(units.units_in(source, 20_000))
    assert [path.name for path in sorted((tmp_path / "out").iterdir())] == sorted(
        f"{n}.parquet" for n in NAMES
    )
    same_as_read(source, written)


def test_earlier_files_stay_until_the_new_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that fails leaves the tables of an earlier one as they were."""
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    written = sk.to_parquet(source, tmp_path / "out", progress=False)
    before = {name: path.read_bytes() for name, path in written.paths.items()}
    source.write_bytes(b'{"id": "1jMJgLdenVjxM"}')
    monkeypatch.setattr(parquet, "newest_of_all", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        sk.to_parquet(source, tmp_path / "out", progress=False)
    assert {name: path.read_bytes() for name, path in written.paths.items()} == before


def test_one_run_at_a_time(tmp_path: Path) -> None:
    """A second run in the same folder is refused while the first is at work."""
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    (tmp_path / "out").mkdir()
    with (
        parquet._locked(tmp_path / "out" / "_unfinished"),
        pytest.raises(sk.SpacekitError, match="another run writes to this folder"),
    ):
        sk.to_parquet(source, tmp_path / "out", progress=False)


@pytest.mark.parametrize("error", ["SQLITE_FULL", "SQLITE_READONLY", "SQLITE_IOERR"])
def test_a_folder_that_cannot_be_written_is_no_other_run(
    error: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk is not waited for."""

    class Full:
        """A connection to a file that cannot be written."""

        def execute(self, _: str) -> None:
            """Fail."""
            wrong = sqlite3.OperationalError("database or disk is full")
            wrong.sqlite_errorname = error
            raise wrong

        def close(self) -> None:
            """Close it."""

    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    monkeypatch.setattr(parquet.sqlite3, "connect", lambda *_, **__: Full())
    with pytest.raises(sk.SpacekitError, match=r"it cannot be written .*Check the disk"):
        sk.to_parquet(source, tmp_path / "out", progress=False)


@pytest.mark.posix
def test_a_link_is_no_folder_of_its_own(tmp_path: Path) -> None:
    """What it makes and clears away is in its own folder, wherever a link that somebody put there leads."""
    (tmp_path / "out").mkdir()
    (tmp_path / "theirs" / "tmp").mkdir(parents=True)
    (tmp_path / "out" / "_unfinished").symlink_to(tmp_path / "theirs")
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    with pytest.raises(sk.SpacekitError, match=r"_unfinished: a link.*Remove it"):
        sk.to_parquet(source, tmp_path / "out", progress=False)
    assert [path.name for path in (tmp_path / "theirs").iterdir()] == ["tmp"]


def test_its_own_folder_is_not_read(tmp_path: Path) -> None:
    """Tables may be written below the folder that is read: they are no source of the next run."""
    one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}'])
    for _ in range(2):
        assert sk.to_parquet(tmp_path, tmp_path / "out", progress=False).outcomes == {"ok": 1}


def test_what_failed_is_said(tmp_path: Path) -> None:
    """What could not be read is warned of once, with the first reason, and stands in the table of outcomes."""
    source = one_file(tmp_path, [b'{"id": "1jMJgLdenVjxL"}', b"junk"])
    with pytest.warns(
        sk.IncompleteWarning, match=r"one.jsonl: 1 failed, of 2 inputs.*line 2: not JSON"
    ) as said:
        sk.to_parquet(source, tmp_path / "out", progress=False)
    assert said[0].filename == __file__


def test_nothing_gives_empty_tables(tmp_path: Path) -> None:
    """A source without a Space gives tables without rows, with the same columns and dtypes."""
    source = one_file(tmp_path, [b'{"data":{"audioSpace":{}}}'] * 2)
    written = sk.to_parquet(source, tmp_path / "out", progress=False)
    assert written.outcomes == {"not_found": 2}
    same_as_read(source, written)


def test_processes_are_checked(tmp_path: Path) -> None:
    """The number of processes is a whole number from 1."""
    with pytest.raises(ValueError, match="processes: got 0"):
        sk.to_parquet(tmp_path, tmp_path / "out", processes=0)


KILLED = """\
import sys
import spacekit as sk
from spacekit.batch.large import units
units._UNIT = 200_000
sk.to_parquet(sys.argv[1], sys.argv[2], processes=int(sys.argv[3]), progress=False)
"""


def read_all_below(folder: Path) -> None:
    """Read every Parquet file that is there; one that was moved on between look and read is no broken one."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".parquet"):
                with contextlib.suppress(FileNotFoundError):
                    read_parquet(Path(place, name))


@incomplete
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs kill -9")
def test_killed_runs_leave_nothing_broken(tmp_path: Path) -> None:
    """Killed at any moment, 20 times: every file that is seen is whole, and the next run finishes the work."""
    chance = random.Random(9)
    source = one_file(tmp_path, odd_lines(4_000))
    for turn in range(20):
        out = tmp_path / f"out {turn % 4}"  # the fifth run in a folder replaces the tables of the first
        os.utime(source, ns=(NOON, NOON + turn))
        run = subprocess.Popen([sys.executable, "-c", KILLED, str(source), str(out), str(1 + turn % 2)])
        end = time.monotonic() + chance.uniform(0.5, 5)
        while run.poll() is None and time.monotonic() < end:
            read_all_below(out)
        run.kill()
        run.wait()
        read_all_below(out)
        same_as_read(source, sk.to_parquet(source, out, processes=1, progress=False))
    shutil.rmtree(tmp_path)
