"""Answers of wrong clocks: what they cost, which answer is the newest, and how they leave and enter an archive."""

import json
import sqlite3
import warnings
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spacekit as sk
from spacekit.archive import Archive, Observation
from spacekit.errors import ClockWarning, SpacekitError
from spacekit.fetching.clock import Clock
from spacekit.fetching.refresh import seen_in

FIRST, SECOND = sk.sample_records()[:2]
ID = FIRST["id"]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
MS = 1_780_315_200_000
HOUR = 3_600_000
DAY = 24 * HOUR

UNREADABLE: list[Any] = [
    0, -5, 1_700_000_000, 253_402_300_799_000, 82_000_000_000_000_000, 2**63 - 1, -(2**63), 2**64,
    "tomorrow", "1e5", " 12 ", 1e30, b"xx", None,
]  # fmt: skip


def seen(time: Any, likes: int = 0, record: dict[str, Any] = FIRST) -> Observation:
    """An answer about a Space with this many plays, so that answers can be told apart."""
    body = json.dumps(record | {"total_replay_watched": likes}).encode()
    return Observation(record["id"], time, 200, body)


def newest(archive: Archive) -> int:
    """Return the plays of the answer about the first Space that the archive takes for the newest."""
    (plays,) = archive.latest([ID]).spaces["total_replay_watched"]
    return int(plays)


@pytest.fixture
def archive(tmp_path: Path) -> Any:
    """An empty archive."""
    with Archive(tmp_path / "spaces.db") as made:
        yield made


@pytest.mark.parametrize("time", UNREADABLE, ids=repr)
def test_a_time_that_cannot_be_read_costs_only_itself(archive: Archive, tmp_path: Path, time: Any) -> None:
    """Its Space is a row without a time, and a problem; all else can be read, shown, reported and exported."""
    archive.add([seen(MS, 1, SECOND), seen(time), Observation("1gonegonegone", time, 404, b"")])
    batch = archive.latest()
    assert batch.counts == {"archived": 2, "not_found": 1}
    assert batch.spaces["fetched_at"].isna().tolist() == [False, True]
    assert batch.problems[["record", "space_id", "column"]].to_numpy().tolist() == [[1, ID, "fetched_at"]]
    table = archive.observations()
    assert table["fetched_at"].isna().tolist() == [False, True]
    assert "2026-06-01" in str(batch.report())
    assert "2026-06-01" in str(archive)
    assert "2 Spaces" in repr(archive)
    archive.check()
    with Archive(tmp_path / "again.db") as again:
        assert again.add_files(archive.to_jsonl(tmp_path / "out.jsonl")) == 3
        pd.testing.assert_frame_equal(again.observations(), table)
        again.check()
        again.to_jsonl(tmp_path / "again.jsonl")
        assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()
    read = sk.read(tmp_path / "out.jsonl", progress=False)
    assert read.problems["column"].tolist() == ["fetched_at"]
    assert read.spaces["fetched_at"].isna().tolist() == [False, True]


@pytest.mark.parametrize("time", [0, "tomorrow", 1e30, b"xx", 253_402_300_799_000])
def test_a_time_that_another_program_wrote_costs_only_itself(
    archive: Archive, tmp_path: Path, time: Any
) -> None:
    """The same where the file was written to from outside."""
    archive.add([seen(MS, 1, SECOND)])
    space_id, _, status, body = seen(time)
    checksum = zlib.crc32(body, zlib.crc32(f"{space_id} {time} {status}".encode()))
    with closing(sqlite3.connect(archive.path)) as connection:
        row = (space_id, time, status, checksum, body)
        connection.execute(
            "INSERT INTO observation (space_id, fetched_at, status, checksum, body) VALUES (?,?,?,?,?)", row
        )
        connection.commit()
    assert archive.latest().problems["column"].tolist() == ["fetched_at"]
    assert archive.observations()["fetched_at"].isna().tolist() == [False, True]
    with Archive(tmp_path / "again.db") as again:
        assert again.add_files(archive.to_jsonl(tmp_path / "out.jsonl")) == 2


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
@pytest.mark.parametrize(
    "time", ["0", "-5", "1e30", "253402300799000", '"tomorrow"', "9" * 5_000, "[]", "true", '"\\ud800"']
)
@pytest.mark.parametrize(
    "wrap", ['{{"fetched_at": {0}, "space": {1}}}', '{{"space": {1}, "fetched_at": {0}}}']
)
def test_a_line_with_a_wrong_time_costs_only_the_time(tmp_path: Path, time: str, wrap: str) -> None:
    """The Space is there, its time is missing and a problem; the other lines are as they were."""
    path = tmp_path / "a.jsonl"
    lines = [wrap.format('"2026-06-01"', json.dumps(SECOND)), wrap.format(time, json.dumps(FIRST))]
    path.write_text("\n".join([*lines, lines[0]]), encoding="utf-8")
    batch = sk.read(path, progress=False)
    assert batch.spaces["fetched_at"].isna().tolist() == [False, True, False]
    assert batch.problems[["record", "space_id", "column"]].to_numpy().tolist() == [[1, ID, "fetched_at"]]
    assert "fetched_at" in batch.outcomes["message"][1]
    written = sk.to_parquet(path, tmp_path / "tables", progress=False)
    pd.testing.assert_frame_equal(sk.read_table(written.paths["spaces"]), batch.spaces)


# --- which answer is the newest ---


def test_a_fetch_is_newer_than_what_was_dated_later(archive: Archive) -> None:
    """A clock that was two days ahead loses to the next fetch; the times stay as they were said."""
    archive.add([seen(MS + 2 * DAY, 1)], just_fetched=True)
    archive.add([seen(MS, 2)], just_fetched=True)
    assert newest(archive) == 2
    assert archive.observations()["total_replay_watched"].tolist() == [1, 2]
    assert archive.observations()["fetched_at"].is_monotonic_decreasing
    archive.add([seen(MS + HOUR, 3)], just_fetched=True)
    assert newest(archive) == 3


def test_an_older_answer_from_a_file_is_not_the_newest(archive: Archive, tmp_path: Path) -> None:
    """What is added later, but was fetched earlier, has its place by its time; what was fetched later is newer."""
    archive.add([seen(MS, 1)], just_fetched=True)
    for time, plays in ((MS - DAY, 2), (MS + HOUR, 3), (MS - HOUR, 4)):
        path = tmp_path / "old.jsonl"
        path.write_bytes(seen(time, plays).body)
        archive.add_files(path, fetched_at=time)
    assert newest(archive) == 3
    assert archive.observations()["total_replay_watched"].tolist() == [2, 4, 1, 3]
    archive.add([seen(MS + 2 * HOUR, 5)], just_fetched=True)
    assert newest(archive) == 5


def test_an_answer_of_a_clock_that_was_behind_is_newer_than_those_before(archive: Archive) -> None:
    """A clock at 1970, or years behind, does not hide what it dates; the right clock then goes on."""
    for plays, time in enumerate([MS, 0, MS + HOUR, MS - 900 * DAY, MS + 2 * HOUR]):
        archive.add([seen(time, plays)], just_fetched=True)
        assert newest(archive) == plays
    assert archive.observations()["total_replay_watched"].tolist()[-1] == 4


def test_what_says_a_time_to_come_is_overtaken(archive: Archive) -> None:
    """An answer dated later than the present is older than any that is added after it."""
    to_come = int((datetime.now(UTC) + timedelta(days=2)).timestamp() * 1000)
    archive.add([seen(to_come, 1)])
    archive.add([seen(MS, 2)])
    assert newest(archive) == 2


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=9))
def test_the_newest_is_the_last_fetched_or_a_later_one_from_a_file(adds: list[tuple[int, bool]]) -> None:
    """For any times and order: of the last fetch and what files added after it, the one with the latest time."""
    with TemporaryDirectory() as folder, Archive(Path(folder) / "spaces.db") as archive:
        for plays, (hour, is_fetch) in enumerate(adds):
            if is_fetch:
                archive.add([seen(MS + hour * HOUR, plays)], just_fetched=True)
            else:
                archive._answers.add_once([seen(MS + hour * HOUR, plays)])
        start = max((place for place, (_, is_fetch) in enumerate(adds) if is_fetch), default=0)
        expected = max(range(start, len(adds)), key=lambda place: (adds[place][0], place))
        assert newest(archive) == expected
        assert archive.observations()["total_replay_watched"].tolist()[-1] == expected


def test_an_archive_of_before_goes_on(archive: Archive) -> None:
    """A file without the table of overtaken answers is read by their times, and gets it when written."""
    archive.add([seen(MS, 1), seen(MS + HOUR, 2)])
    with closing(sqlite3.connect(archive.path)) as connection:
        connection.execute("DROP TABLE overtaken")
    with Archive(archive.path, mode="r") as before:
        assert newest(before) == 2
        assert before.observations()["total_replay_watched"].tolist() == [1, 2]
    with Archive(archive.path) as after:
        after.add([seen(MS - HOUR, 3)], just_fetched=True)
        assert newest(after) == 3
        assert after.forget(ID) == 3


# --- fetching ---


def asking(hours: float = 0, **options: Any) -> Any:
    """A Client whose clock is so far ahead."""
    return sk.sandbox(now=lambda: NOW + timedelta(hours=hours), **options)


def test_an_answer_from_the_future_is_not_fresh(tmp_path: Path) -> None:
    """It is asked for again by the right clock, whose answer is then the newest, and due when it should be."""
    path = tmp_path / "spaces.db"
    with asking(48) as client:
        client.fetch([ID], archive=path, progress=False)
        assert client.fetch([ID], archive=path, progress=False).counts == {"archived": 1}
    with asking() as client:
        assert client.plan([ID], archive=path).to_fetch == 1
        with Archive(path) as archive:
            assert [entry.asked_at for entry in seen_in(archive, client.now_ms())] == [0]
        assert client.fetch([ID], archive=path, progress=False).counts == {"ok": 1}
        assert client.fetch([ID], archive=path, progress=False).counts == {"archived": 1}
        with Archive(path) as archive:
            assert archive.latest().spaces["fetched_at"].tolist() == [pd.Timestamp(NOW)]
            assert archive.latest([ID]).spaces["fetched_at"].tolist() == [pd.Timestamp(NOW)]
    with asking(49) as client:  # when that time has come, the answer that said it is no fresher
        assert client.fetch([ID], archive=path, progress=False).counts == {"ok": 1}


def test_clocks_that_differ_a_little_share_answers(tmp_path: Path) -> None:
    """Seconds between the clocks of two computers do not make an answer be paid for twice."""
    path = tmp_path / "spaces.db"
    with asking(0.02) as client:
        client.fetch([ID], archive=path, progress=False)
    with asking() as client:
        assert client.fetch([ID], archive=path, progress=False).counts == {"archived": 1}


def test_a_page_from_the_future_is_not_fresh(tmp_path: Path) -> None:
    """A search is made again where a wrong clock dated the earlier one later than now."""
    path = tmp_path / "spaces.db"
    with asking(48) as client:
        client.search("@sample_books", archive=path, progress=False)
    with asking() as client:
        assert client.search("@sample_books", archive=path, progress=False).run.requests > 0
        assert client.search("@sample_books", archive=path, progress=False).run.requests == 0


WRONG: list[datetime] = [
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2005, 12, 31, tzinfo=UTC),
    datetime(2100, 1, 1, tzinfo=UTC),
    datetime(9999, 1, 1, tzinfo=UTC),
]


@pytest.mark.parametrize("now", WRONG, ids=str)
def test_a_clock_that_is_plainly_wrong_sends_nothing(tmp_path: Path, now: datetime) -> None:
    """It is said before the first request, and nothing is kept."""
    with sk.sandbox(now=lambda: now) as client:
        calls: list[Callable[[], object]] = [
            lambda: client.get(ID),
            lambda: client.fetch([ID], archive=tmp_path / "a.db", progress=False),
            lambda: client.search("@sample_books", archive=tmp_path / "a.db", progress=False),
        ]
        for call in calls:
            with pytest.raises(SpacekitError, match=f"its clock says {now.year:04d}-.*2006 to 2100"):
                call()
        assert client.server.requests == ()


def test_a_clock_behind_the_archive_is_said_once(tmp_path: Path) -> None:
    """The clock of the computer is compared with the answers that came last; one that was passed is not."""
    path = tmp_path / "spaces.db"
    to_come = int((datetime.now(UTC) + timedelta(days=2)).timestamp() * 1000)
    with Archive(path) as archive:
        archive.add([seen(to_come)])
    with sk.sandbox(now=None) as client:
        with pytest.warns(ClockWarning, match="clock of this computer says .* says"):
            client.fetch([ID], archive=path, progress=False)
        client.fetch([ID], archive=path, max_age=0, progress=False)
    with asking() as client:
        client.fetch([ID], archive=path, max_age=0, progress=False)


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("Mon, 01 Jun 2020 12:00:00 GMT", True),
        ("yesterday", False),
        ("", False),
        (None, False),
        ("Mon, 99 Jun 99999 99:00:00 GMT", False),
    ],
)
def test_the_date_of_the_service_is_compared(date: str | None, told: bool) -> None:
    """A service whose clock is far from this one shows that one of them is wrong; once, whatever the header holds."""
    clock = Clock(None)
    for _ in range(2):
        clock.compare_to(date)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        clock.tell()
        clock.compare_to(date)
        clock.tell()
    assert [entry.category for entry in caught] == [ClockWarning] * told
    own = Clock(lambda: NOW)
    own.compare_to(date)
    own.tell()


def test_the_sandbox_agrees_with_the_clock(tmp_path: Path) -> None:
    """The header of a service with the same clock raises no warning."""
    with sk.sandbox(now=None) as client:
        assert client.fetch([ID], archive=tmp_path / "a.db", progress=False).complete
