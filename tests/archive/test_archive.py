"""The archive: what is added is there, exactly; nothing else is touched; every failure is explained in plain words."""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.archive import Archive, Observation
from spacekit.errors import ArchiveError, DataError, InvalidIdError
from spacekit.fields import DTYPES, TABLES

NOON = 1_780_315_200_000  # 2026-06-01 12:00 UTC
HOUR = 3_600_000
NOBODY = 65_534


def made_up_id(number: int) -> str:
    """Id of a made-up Space."""
    return f"1SAMPLE{number:06d}"


def body_of(space_id: str, **values: Any) -> bytes:
    """Answer with a made-up Space that ended an hour before noon."""
    record = {"id": space_id, "state": "Ended", "ended_at": str(NOON - HOUR), "total_live_listeners": 10}
    return json.dumps({**record, **values}, separators=(",", ":")).encode()


def seen(number: int, fetched_at: int = NOON, status: int = 200, **values: Any) -> Observation:
    """Observation of a made-up Space."""
    body = body_of(made_up_id(number), **values) if status == 200 else b'{"status":"error","message":"no"}'
    return Observation(made_up_id(number), fetched_at, status, body)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an archive is to be."""
    return tmp_path / "spaces.db"


@pytest.fixture
def archive(path: Path) -> Iterator[Archive]:
    """An empty archive."""
    with Archive(path, timeout_s=5) as opened:
        yield opened


def stored(archive: Archive) -> list[tuple[str, int, int, bytes]]:
    """Everything in an archive."""
    with closing(sqlite3.connect(archive.path)) as connection:
        sql = "SELECT space_id, fetched_at, status, body FROM observation ORDER BY number"
        return connection.execute(sql).fetchall()


# --- adding and reading ---


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"\xff\x00\n", b'{"id":"1"}', body_of("x", title="\U0001f399 \u2028")]
)
def test_bytes_come_out_as_they_went_in(archive: Archive, body: bytes) -> None:
    """A body is kept to the byte, whatever it is."""
    observation = Observation(made_up_id(1), NOON, 200, body)
    archive.add([observation])
    assert archive.fresh([made_up_id(1)], 0) == {made_up_id(1): observation}


def test_add_is_one_transaction(archive: Archive) -> None:
    """What fails half-way adds nothing."""

    def breaking() -> Iterator[Observation]:
        yield seen(1)
        raise RuntimeError("broken off")

    archive.make()
    with pytest.raises(RuntimeError):
        archive.add(breaking())
    assert archive.ids() == []


def test_fresh_gives_the_newest_at_or_after(archive: Archive) -> None:
    """`fresh` gives each Space's newest answer, if that is not older than asked; of equal times the later one."""
    archive.add([seen(1, NOON + 5, title="new"), seen(1, NOON), seen(2, NOON - 1), seen(3, NOON, 404)])
    archive.add([seen(1, NOON + 5, title="newer")])
    fresh = archive.fresh([made_up_id(n) for n in (3, 2, 1, 9)], NOON)
    assert list(fresh) == [made_up_id(3), made_up_id(1)]
    assert b"newer" in fresh[made_up_id(1)].body
    assert fresh[made_up_id(3)].status == 404


def test_latest_has_one_outcome_for_each_input(archive: Archive) -> None:
    """`latest` says of every input what the archive has; a Space whose newest answer is a 404 is not found."""
    archive.add([seen(1), seen(2), seen(2, NOON + 1, 404), Observation(made_up_id(3), NOON, 200, b"{}")])
    asked = [made_up_id(n) for n in (3, 1, 2, 9)] + [made_up_id(1), "no id"]
    batch = archive.latest(asked)
    expected = ["not_found", "archived", "not_found", "not_tried", "duplicate", "invalid"]
    assert batch.outcomes["outcome"].tolist() == expected
    assert batch.outcomes["from_archive"].tolist() == [True, True, True, False, True, False]
    assert batch.outcomes["record"].fillna(-1).tolist() == [-1, 0, -1, -1, 0, -1]
    assert batch.outcomes["message"].notna().tolist() == [True, False, True, True, False, True]
    assert [record["id"] for record in batch.records] == [made_up_id(1)]


def test_latest_gives_each_space_once_in_order_of_arrival(archive: Archive) -> None:
    """Without ids, `latest` and `ids` are in the order in which ids first came in; `len` counts Spaces, no 404s."""
    archive.add([seen(2, NOON), seen(1, NOON - 9), seen(2, NOON - 99, title="old"), seen(3, NOON, 404)])
    assert archive.ids() == [made_up_id(n) for n in (2, 1, 3)]
    assert len(archive) == 2
    batch = archive.latest()
    assert batch.outcomes["space_id"].tolist() == archive.ids()
    assert [record.get("title") for record in batch.records] == [None, None]


def test_observations_follow_the_rules_of_the_tables(archive: Archive) -> None:
    """A row an observation, by Space and time, read as `normalize` reads it; answers without a Space are left out."""
    archive.add(
        [seen(2, NOON + HOUR, total_replay_watched="12"), seen(1, total_replay_watched=-1, state="RUNNING")]
    )
    archive.add(
        [seen(2, NOON, total_replay_watched=7), seen(2, NOON + 1, 404), seen(1, NOON + 1, ended_at=None)]
    )
    table = archive.observations()
    assert table["space_id"].tolist() == [made_up_id(2)] * 2 + [made_up_id(1)] * 2
    assert table["total_replay_watched"].fillna(-1).tolist() == [7, 12, -1, -1]
    assert table["age"].tolist()[:2] == [pd.Timedelta("1h"), pd.Timedelta("2h")]
    assert table["age"].isna().tolist() == [False, False, False, True]
    assert table["state"].tolist() == ["Ended", "Ended", "RUNNING", "Ended"]


@pytest.mark.parametrize("filled", [False, True])
def test_observations_have_the_same_dtypes_when_empty(archive: Archive, filled: bool) -> None:
    """Columns and dtypes do not depend on the data."""
    archive.add([seen(1)] if filled else [seen(1, NOON, 404)])
    kinds = {field.name: field.kind for field in (*TABLES["spaces"], *TABLES["observations"])}
    table = archive.observations()
    assert list(table.columns) == list(kinds)
    for column, kind in kinds.items():
        assert table[column].dtype == DTYPES[kind], column


def test_observations_of_some_come_in_the_order_asked(archive: Archive) -> None:
    """Ids choose and order the Spaces; what is no id is an error and not ignored."""
    archive.add([seen(1), seen(2), seen(3)])
    assert archive.observations([made_up_id(3), made_up_id(1)])["space_id"].tolist() == [
        made_up_id(3),
        made_up_id(1),
    ]
    with pytest.raises(InvalidIdError, match=r"'no id' .*Correct it"):
        archive.observations([made_up_id(3), "no id"])


def test_growth_reads_the_table_of_observations(tmp_path: Path) -> None:
    """The shipped made-up observations go in, and `growth` takes what comes out."""
    with Archive(tmp_path / "a.db") as archive:
        assert archive.add_files(sk.sample_observations_path()) == len(archive.observations())
        assert len(sk.growth(archive.observations())) > 0


def test_repr_says_how_much_and_how_old(archive: Archive) -> None:
    """The repr counts Spaces and observations, and dates the newest."""
    archive.add([seen(1), seen(1, NOON + 60_000), seen(2, NOON - HOUR)])
    assert (
        repr(archive)
        == f"Archive({str(archive.path)!r}: 2 Spaces, 3 observations, newest 2026-06-01 12:01 UTC)"
    )
    archive.close()
    assert "closed" in repr(archive)


def test_a_closed_archive_says_so(archive: Archive) -> None:
    """Use after close is an `ArchiveError`; closing twice is none."""
    archive.close()
    archive.close()
    with pytest.raises(ArchiveError, match="closed"):
        archive.add([seen(1)])


# --- forgetting ---


def bytes_of(folder: Path) -> bytes:
    """All bytes of all files of a folder, hidden ones too."""
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_forget_leaves_no_byte(path: Path) -> None:
    """Nothing of a forgotten Space is left in the file or beside it; the others are whole."""
    kept = [seen(n, NOON + n, title=f"kept {n}", description="k" * (n * 400 % 30_000)) for n in range(200)]
    gone_title = "Secret evening"
    with Archive(path) as archive:
        for start in range(0, 200, 20):
            archive.add(
                [seen(900, NOON + start, title=gone_title * (1 + start * 20)), *kept[start : start + 20]]
            )
        archive.add([seen(900, NOON + HOUR, 404)])
        archive.claims.take(1, [made_up_id(900)])
        assert archive.forget(f"https://x.com/i/spaces/{made_up_id(900)}") == 11
        assert archive.ids() == [o.space_id for o in kept]
        assert list(archive.fresh(archive.ids(), 0).values()) == kept
        archive.check()
    left = bytes_of(path.parent)
    assert b"kept 199" in left
    assert gone_title.encode() not in left
    assert made_up_id(900).encode() not in left
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_forget_of_what_is_not_there(archive: Archive) -> None:
    """Forgetting an unknown Space removes nothing; what is no id stops before anything is removed."""
    archive.add([seen(1)])
    assert archive.forget([made_up_id(2)]) == 0
    with pytest.raises(InvalidIdError):
        archive.forget([made_up_id(1), "typo"])
    assert archive.ids() == [made_up_id(1)]


def test_a_short_id_can_be_named(archive: Archive) -> None:
    """An id from a link may be short; one that the archive has is taken as an id."""
    archive.add([Observation("abc1", NOON, 200, body_of("abc1"))])
    assert archive.latest(archive.ids()).complete
    assert archive.forget(["abc1"]) == 1


# --- lines ---

ODD = (
    seen(1),
    seen(1, NOON + 1, 404),
    Observation(made_up_id(2), NOON, 200, b'{\n  "id": "1SAMPLE000002",\r\n "state": "Ended"}\n'),
    Observation(made_up_id(3), NOON, 200, b'{"state":"Ended"}'),
    Observation(made_up_id(4), NOON, 200, b"{}"),
    Observation(made_up_id(5), NOON, 404, b"\xff\x00"),
    Observation(made_up_id(6), NOON, 200, b'{"id":"1SAMPLE000006","title":"\xed\xa0\x80"}'),
    Observation(
        made_up_id(7),
        NOON,
        200,
        b'{"id":"1SAMPLE000007","title":"\\ud800 \xe2\x80\xa8 \x85"}'.replace(b"\x85", b""),
    ),
    Observation(made_up_id(8), NOON + 123, 200, b' {"id": "1SAMPLE000008", "x": 1e2, "x": NaN} '),
)


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_jsonl_there_and_back_loses_nothing(archive: Archive, tmp_path: Path, name: str) -> None:
    """Every answer, however odd, comes back to the byte; adding the same lines again adds none."""
    archive.add(ODD)
    archive.to_jsonl(tmp_path / name)
    with Archive(tmp_path / "copy.db") as copy:
        assert copy.add_files(tmp_path / name) == len(ODD)
        assert copy.add_files(tmp_path / name) == 0
        assert sorted(stored(copy)) == sorted(stored(archive))


def test_every_line_with_a_space_has_it_as_space(archive: Archive, tmp_path: Path) -> None:
    """Whoever reads the lines finds each Space under `space`, and its time under `fetched_at`."""
    archive.add(ODD)
    archive.to_jsonl(tmp_path / "all.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").split("\n") if line]
    assert all("fetched_at" in line for line in lines)
    assert sum("space" in line for line in lines) == 6
    assert lines[0] == {"fetched_at": "2026-06-01T12:00:00.000Z", "space": json.loads(ODD[0].body)}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"id": "1SAMPLE000001", "state": "Ended"}', "does not say when"),
        ('{"fetched_at": "tomorrow", "space": {"id": "1SAMPLE000001"}}', "'tomorrow'"),
        ('{"fetched_at": 1780315200, "space": {"id": "1SAMPLE000001"}}', "seconds instead of milliseconds"),
        ('{"fetched_at": 1780315200000, "space": {"state": "Ended"}}', "no id"),
        (
            '{"fetched_at": 1780315200000, "space_id": "1SAMPLE000001", "space": 3}',
            "'space' is not a JSON object",
        ),
        ('{"fetched_at": 1780315200000, "space_id": "1SAMPLE000001", "status": "4", "body": ""}', "status"),
        (
            '{"fetched_at": 1780315200000, "space_id": "1SAMPLE000001", "status": 4, "body_base64": "!"}',
            "body",
        ),
        ('{"fetched_at": 1780315200000, "space": {"id"', "not JSON"),
        ("[]", "an empty array"),
        ("\udcff", "not UTF-8"),
    ],
)
def test_a_bad_line_adds_nothing(archive: Archive, tmp_path: Path, line: str, words: str) -> None:
    """A line that is not an answer is named, and none of the file's lines is added."""
    good = '{"fetched_at": 1780315200000, "space": {"id": "1SAMPLE000002"}}'
    file = tmp_path / "lines.jsonl"
    file.write_bytes(f"{good}\n\n{line}\n".encode(errors="surrogateescape"))
    with pytest.raises(DataError, match=f"lines.jsonl, line 3: .*{words}"):
        archive.add_files(file)
    assert not archive.path.exists()


def test_bare_spaces_need_a_time(archive: Archive, tmp_path: Path) -> None:
    """Bare Spaces are added with the time that is given for all; a line's own time goes first."""
    file = tmp_path / "lines.jsonl"
    dated = '{"fetched_at": "2026-06-01T12:00:01Z", "space": {"id": "1SAMPLE000002"}}'
    file.write_text(f'\ufeff{{"id": "1SAMPLE000001"}}\n{dated}\n', encoding="utf-8")
    assert archive.add_files(file, fetched_at="2026-06-01T12:00Z") == 2
    assert [(row[0], row[1] - NOON) for row in stored(archive)] == [(made_up_id(1), 0), (made_up_id(2), 1000)]


# --- files that are no archives, or damaged ---


def foreign_database(path: Path) -> None:
    """A SQLite database of somebody else's."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE observation (a)")
        connection.commit()


def newer_archive(path: Path) -> None:
    """An archive of a schema that is not known here."""
    Archive(path).close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=99")


def text_file(path: Path) -> None:
    """Some text."""
    path.write_text("space_id\n1SAMPLE000001\n" * 5000, encoding="utf-8")


@pytest.mark.parametrize("make", [foreign_database, newer_archive, text_file])
@pytest.mark.parametrize("journal", [False, True])
def test_a_foreign_file_is_not_touched(path: Path, make: Callable[[Path], None], journal: bool) -> None:
    """What is no archive, or one of a newer schema, is refused; not a byte of it or beside it changes."""
    make(path)
    if journal:
        path.with_name(f"{path.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9 \xa1c\xd7" + bytes(2000))
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()}
    with pytest.raises(ArchiveError, match=r"spaces\.db: .*the file was not touched"):
        Archive(path)
    assert {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in path.parent.iterdir()} == before


def test_an_empty_file_is_a_new_archive(path: Path) -> None:
    """A file without a byte, such as mkstemp leaves, becomes an archive."""
    path.touch()
    with Archive(path) as archive:
        archive.add([seen(1)])
    with Archive(path) as archive:
        assert archive.ids() == [made_up_id(1)]


def test_the_file_is_as_promised(archive: Archive) -> None:
    """Pages of 16 KiB, a rollback journal, full synchronisation, and deleted rows overwritten."""
    values = {"page_size": 16_384, "journal_mode": "delete", "synchronous": 2, "secure_delete": 1}
    archive.make()
    for name, value in values.items():
        assert archive._answers._select(f"PRAGMA {name}") == [(value,)], name


def filled(path: Path, number: int = 300) -> None:
    """Write an archive of some hundred kilobytes."""
    with Archive(path) as archive:
        archive.add([seen(n, NOON, title=f"{n} " * 300) for n in range(number)])


def read_all(path: Path) -> list[Observation]:
    """Read everything that an archive has, in every way."""
    with Archive(path, timeout_s=1) as archive:
        archive.check()
        archive.latest()
        archive.observations()
        return list(archive.fresh(archive.ids(), 0).values())


@pytest.mark.parametrize("seed", range(12))
def test_damage_is_an_archive_error(path: Path, seed: int) -> None:
    """Overwrite any part: reading raises `ArchiveError`, or all is there exactly (a part not in use); no change."""
    filled(path)
    whole = read_all(path)
    chance = random.Random(seed)
    content = bytearray(path.read_bytes())
    place = chance.randrange(len(content) - 4096)
    content[place : place + 4096] = bytes(4096) if seed % 2 else chance.randbytes(4096)
    path.write_bytes(content)
    try:
        assert read_all(path) == whole
    except ArchiveError as error:
        assert re.search(r"spaces\.db.*: .*damaged.*\. .*\.$", str(error))  # noqa: PT017  # either is right
    assert path.read_bytes() == content


def test_a_damaged_page_is_an_archive_error(path: Path) -> None:
    """Pages in use that were overwritten are reported by every way of reading, also without `check`."""
    filled(path)
    content = bytearray(path.read_bytes())
    content[16_384:-16_384] = bytes(len(content) - 2 * 16_384)
    path.write_bytes(content)
    with Archive(path) as archive:
        for read in (archive.ids, archive.latest, archive.observations, archive.check):
            with pytest.raises(ArchiveError, match="damaged"):
                read()


@pytest.mark.parametrize("part", [0.01, 0.5, 0.99])
def test_a_truncated_file_is_an_archive_error(path: Path, part: float) -> None:
    """A file that was cut is refused, and stays as it is."""
    filled(path)
    os.truncate(path, int(path.stat().st_size * part))
    cut = path.read_bytes()
    with pytest.raises(ArchiveError, match=r"damaged|not an archive"):
        read_all(path)
    assert path.read_bytes() == cut


def test_one_changed_byte_of_an_answer_is_seen(path: Path) -> None:
    """A body that the disk has changed is not handed out; the Space can be forgotten, the others are whole."""
    filled(path, 20)
    content = path.read_bytes()
    place = content.index(b"7 7 7 7 7")
    path.write_bytes(content[:place] + b"8" + content[place + 1 :])
    with Archive(path) as archive:
        with pytest.raises(ArchiveError, match=f"answer of Space '{made_up_id(7)}' of 2026-06-01T12:00"):
            archive.latest()
        assert archive.latest([made_up_id(6)]).complete
        assert archive.forget([made_up_id(7)]) == 1
        archive.check()


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter, for tests of permissions."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


class Unprivileged:
    """Makes permissions count also where the tests run as root: while it lasts, the process acts as nobody."""

    def __enter__(self) -> None:
        self.was_root = os.geteuid() == 0
        if self.was_root:
            os.seteuid(NOBODY)

    def __exit__(self, *_: object) -> None:
        if self.was_root:
            os.seteuid(0)


@pytest.mark.posix
def test_a_read_only_archive_can_be_read(open_folder: Path) -> None:
    """In a read-only folder an archive is read as usual; writing is an `ArchiveError`, and nothing changes."""
    path = open_folder / "spaces.db"
    filled(path, 3)
    before = path.read_bytes()
    path.chmod(0o444)
    open_folder.chmod(0o555)
    with Unprivileged(), Archive(path) as archive:
        assert len(archive.latest().records) == len(archive.observations()) == 3
        for write in (
            lambda: archive.add([seen(9)]),
            lambda: archive.claims.take(1, ["a"]),
            lambda: archive.forget([made_up_id(1)]),
        ):
            with pytest.raises(
                ArchiveError, match=r"spaces\.db: cannot be written: .*(read-only|opened or made).*\."
            ):
                write()
    assert path.read_bytes() == before


@pytest.mark.parametrize("path", [5, ["a.db"], None])
def test_what_is_no_path_is_refused_as_such(path: Any) -> None:
    """In our own words, and not in Python's."""
    with pytest.raises(TypeError, match="is no path"):
        sk.Archive(path)


@pytest.mark.posix
def test_a_folder_that_cannot_be_written(open_folder: Path) -> None:
    """A new archive in a read-only or missing folder is an `ArchiveError` that says what to check."""
    open_folder.chmod(0o555)
    with Unprivileged(), pytest.raises(ArchiveError, match="Check that the folder exists and may be written"):
        Archive(open_folder / "spaces.db").make()
    with pytest.raises(ArchiveError, match="Check that the folder exists"):
        Archive(open_folder / "missing" / "spaces.db")
    with pytest.raises(ArchiveError, match="a folder, not a file"):
        Archive(open_folder)


FULL_DISK = """
import resource, signal, sys
from spacekit.archive import Archive, Observation
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, 600_000))
with Archive(sys.argv[1]) as archive:
    for number in range(1000):
        archive.add([Observation(f"1SAMPLE{number:06d}", 1_780_315_200_000, 200, b"x" * 5000)])
        print(number, flush=True)
"""


def test_no_room_left_loses_nothing(path: Path) -> None:
    """Where the system lets the file grow no more: an `ArchiveError`, and all that was acknowledged is there."""
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=False
    )
    acknowledged = len(done.stdout.split())
    assert "ArchiveError" in done.stderr.splitlines()[-1]
    assert "Check the disk" in done.stderr.splitlines()[-1]
    assert acknowledged > 50
    with Archive(path) as archive:
        assert archive.ids() == [made_up_id(n) for n in range(acknowledged)]
        archive.check()
        archive.add([seen(1)])


def test_a_full_disk_is_said(archive: Archive) -> None:
    """SQLite's own "disk is full" becomes words that say what to do, and what was committed is there."""
    archive.add([seen(1)])
    with archive._answers._store.reading() as select:
        select("PRAGMA max_page_count=12").fetchall()
    with pytest.raises(
        ArchiveError, match=r"no room is left on the disk; all that was committed is kept.*Free some"
    ):
        archive.add([seen(n, NOON, title="x" * 9000) for n in range(2, 99)])
    assert archive.ids() == [made_up_id(1)]
    archive.check()


def test_a_lock_is_waited_for_and_then_told(path: Path) -> None:
    """A file that another keeps locked is an `ArchiveError` after the time-out; once free, all goes on."""
    with (
        Archive(path, timeout_s=0.3) as archive,
        closing(sqlite3.connect(path, isolation_level=None)) as other,
    ):
        other.execute("BEGIN EXCLUSIVE")
        for use in (lambda: archive.add([seen(1)]), archive.ids, lambda: archive.forget([made_up_id(1)])):
            with pytest.raises(ArchiveError, match=r"another process keeps it locked .*try again later\."):
                use()
        other.execute("ROLLBACK")
        archive.add([seen(1)])
        assert archive.ids() == [made_up_id(1)]


def test_a_reader_of_another_process_does_not_stop_a_writer(path: Path) -> None:
    """A transaction that grows over the cache waits for a reader, and is then written whole."""
    with (
        Archive(path, timeout_s=20) as archive,
        closing(sqlite3.connect(path, check_same_thread=False)) as other,
    ):
        archive.add([seen(0)])
        cursor = other.execute("SELECT body FROM observation UNION ALL SELECT body FROM observation")
        cursor.fetchone()
        timer = threading.Timer(0.3, cursor.close)
        timer.start()
        archive.add([seen(n, NOON, title="x" * 20_000) for n in range(1, 400)])
        timer.join()
        assert len(archive) == 400


def test_threads_share_an_archive(archive: Archive) -> None:
    """One archive serves several threads at once; nothing is lost."""

    def write(worker: int) -> None:
        for number in range(20):
            archive.add([seen(worker * 100 + number)])
            archive.fresh([made_up_id(worker * 100)], 0)

    threads = [threading.Thread(target=write, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(archive) == 80


def test_opening_does_not_drop_the_locks_of_the_process(path: Path) -> None:
    """While one archive of a process writes, opening another on the same file leaves its lock in place."""
    with Archive(path) as first, first._answers._store.writing() as connection:
        connection.execute("DELETE FROM claimed")
        Archive(path).close()
        code = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
        )
    assert "database is locked" in done.stderr


@pytest.mark.parametrize("struck", ["BEGIN IMMEDIATE", "COMMIT"])
def test_ctrl_c_leaves_no_transaction_open(path: Path, monkeypatch: pytest.MonkeyPatch, struck: str) -> None:
    """Ctrl-C just after a transaction began or ended leaves the archive able to write again."""
    with Archive(path) as archive:
        store = archive._answers._store
        execute = store._execute

        def then_ctrl_c(sql: str, *parameters: Any) -> Any:
            cursor = execute(sql, *parameters)
            if sql == struck:
                raise KeyboardInterrupt
            return cursor

        with monkeypatch.context() as patch:
            patch.setattr(store, "_execute", then_ctrl_c)
            with pytest.raises(KeyboardInterrupt):
                archive.add([seen(1)])
        assert not store._connection.in_transaction
        archive.add([seen(2)])
        assert made_up_id(2) in archive.ids()
