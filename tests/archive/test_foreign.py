"""What is no archive of ours is refused untouched, and never run; an archive is its owner's alone."""

import os
import socket
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from stat import S_IMODE

import pytest

import spacekit as sk
from spacekit.archive import Observation
from spacekit.archive.sqlite import Store
from spacekit.errors import ArchiveError

ANSWER = Observation("1jMJgLdenVjxL", 1_780_315_200_000, 200, b'{"id": "1jMJgLdenVjxL", "state": "Ended"}')


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive with one answer."""
    path = tmp_path / "spaces.db"
    with sk.Archive(path) as archive:
        archive.add([ANSWER])
    return path


@pytest.mark.parametrize(
    "content", [b"x", b"\0", b"SQLite format 3\0", b"\0" * 99, b"x" * 511, b"x" * 512, b"x" * 9_999]
)
@pytest.mark.parametrize("mode", ["a", "r"])
def test_a_foreign_file_is_not_touched(tmp_path: Path, content: bytes, mode: str) -> None:
    """However short, a file that is no archive stays as it is."""
    path = tmp_path / "notes"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match="not an archive of spacekit"):
        sk.Archive(path, mode=mode)  # type: ignore[arg-type]
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_threads_make_one_archive(tmp_path: Path) -> None:
    """A file that another thread is making is not taken for a foreign one."""

    def make(number: int) -> None:
        with sk.Archive(tmp_path / f"{number // 8}.db") as archive:
            archive.add([ANSWER])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(make, range(240)))


@pytest.mark.posix
@pytest.mark.parametrize("mode", ["a", "r"])
def test_a_pipe_and_a_device_are_refused(tmp_path: Path, mode: str) -> None:
    """What is no file is not opened: a pipe would be waited for, for ever."""
    pipe, link, listener = tmp_path / "pipe", tmp_path / "link", tmp_path / "socket"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    with closing(socket.socket(socket.AF_UNIX)) as bound:
        bound.bind(str(listener))
        for path in (pipe, link, listener, Path("/dev/zero"), Path("/dev/null")):
            with pytest.raises(ArchiveError, match="not a file"):
                sk.Archive(path, mode=mode)  # type: ignore[arg-type]


def test_a_path_with_a_nul_is_refused(tmp_path: Path) -> None:
    """SQLite would take what stands before it."""
    for path in (f"{tmp_path}/a.db\0.txt", os.fsencode(f"{tmp_path}/a.db\0")):
        with pytest.raises(ValueError, match="NUL"):
            sk.Archive(path)  # type: ignore[arg-type]  # bytes are taken, too
    with pytest.raises(ValueError, match="NUL"):
        sk.read(f"{tmp_path}/a\0.jsonl")
    assert list(tmp_path.iterdir()) == []


PROGRAMS = {
    "trigger": "CREATE TRIGGER evil AFTER INSERT ON observation BEGIN DELETE FROM observation; END",
    "view": "CREATE VIEW evil AS SELECT * FROM observation",
    "virtual table": "CREATE VIRTUAL TABLE evil USING fts5(body)",
}


@pytest.mark.parametrize("mode", ["a", "r"])
@pytest.mark.parametrize("kind", PROGRAMS)
def test_what_would_run_is_refused(path: Path, kind: str, mode: str) -> None:
    """Triggers, views and virtual tables of a shared archive are named, and do nothing."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(PROGRAMS[kind])
    before = path.read_bytes()
    with pytest.raises(ArchiveError, match=f"the {kind} 'evil"):
        sk.Archive(path, mode=mode)  # type: ignore[arg-type]
    assert path.read_bytes() == before


def test_a_view_in_the_place_of_a_table_is_refused(path: Path) -> None:
    """The table of answers is a table."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE observation RENAME TO other")
        connection.execute("CREATE VIEW observation AS SELECT * FROM other")
    with pytest.raises(ArchiveError, match="the view 'observation'"):
        sk.Archive(path)


def test_the_schema_of_a_file_is_not_trusted(path: Path) -> None:
    """A file may call no function that does more than compute; a reader can write nothing."""
    with sk.Archive(path, mode="r") as archive:
        execute = archive._answers._store._execute
        pragmas = {
            name: execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("trusted_schema", "query_only", "cell_size_check")
        }
    assert pragmas == {"trusted_schema": 0, "query_only": 1, "cell_size_check": 1}


@pytest.mark.posix
def test_an_archive_is_its_owners_alone(tmp_path: Path) -> None:
    """A new archive, and its journal, can be read by nobody else; an earlier mode is kept."""
    path, given = tmp_path / "new.db", tmp_path / "given.db"
    with sk.Archive(path) as archive:
        archive.make()
        store: Store = archive._answers._store
        with store.writing() as connection:
            connection.execute("CREATE TABLE t (x)")
            journal = tmp_path / "new.db-journal"
            assert S_IMODE(journal.stat().st_mode) == S_IMODE(path.stat().st_mode) == 0o600
    given.touch()
    given.chmod(0o664)
    with sk.Archive(given) as archive:
        archive.add([ANSWER])
        archive.forget(ANSWER.space_id)
    assert S_IMODE(given.stat().st_mode) == 0o664


def test_an_answer_that_another_program_wrote_is_damage(path: Path) -> None:
    """A body that is text is not one that was kept."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE observation SET body = CAST(body AS TEXT)")
    with sk.Archive(path) as archive, pytest.raises(ArchiveError, match="the file is damaged"):
        archive.latest()
