"""Answers written and read each second at 100,000 observations, beside a JSONL file and a plain SQLite table."""

import json
import sqlite3
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import pandas as pd

import spacekit as sk
from bench.harness import Row, Target, check_text
from spacekit.archive import Archive, Observation

SPACES, TIMES = 5_000, 20
N = SPACES * TIMES
START = 1_780_315_200_000
STEP = 3_600_000
COLUMNS = [
    "space_id",
    "fetched_at",
    "state",
    "total_live_listeners",
    "total_replay_watched",
    "creator_followers_count",
]
REPEATS = 3


def made_up_answers(number: int) -> list[Observation]:
    """Made-up answers of 5,000 Spaces, each asked for again and again; as long as real ones."""
    head, tail = json.dumps(sk.documented_record(), separators=(",", ":")).split(
        '"total_replay_watched":1291373', 1
    )
    head = head.replace("1jMJgLdenVjxL", "{id}")
    answers = []
    for i in range(number):
        space_id = f"1SAMPLE{i % SPACES:06d}"
        body = f'{head}"total_replay_watched":{i}{tail}'.replace("1jMJgLdenVjxL", space_id)
        answers.append(Observation(space_id, START + i // SPACES * STEP, 200, body.encode()))
    return answers


def rates(
    case: str,
    number: int,
    ours: Callable[[], Any],
    theirs: Callable[[], Any],
    check: Callable[[Any, Any], None],
    target: Target,
) -> Row:
    """Compare two ways alternately, and return how many observations each takes in a second."""
    checked = check_text(lambda: check(ours(), theirs()))
    rounds = [(seconds_of(ours), seconds_of(theirs)) for _ in range(REPEATS)]
    ours_s, theirs_s = (statistics.median(side) for side in zip(*rounds, strict=True))
    return Row(
        case,
        f"{number / ours_s:,.0f}/s",
        f"{number / theirs_s:,.0f}/s",
        f"{ours_s / theirs_s:.2f} x the time",
        target.words(),
        target.met(ours_s, theirs_s) and checked == "equal",
        checked,
    )


def seconds_of(function: Callable[[], Any]) -> float:
    """Run once."""
    started = perf_counter()
    function()
    return perf_counter() - started


def add_to_archive(folder: Path, answers: list[Observation], at_once: int) -> Callable[[], list[Any]]:
    """Write to a new archive at each call, some answers in a transaction, and return all that is in the file."""
    names = count()

    def write() -> list[Any]:
        path = folder / f"a{next(names)}.db"
        with Archive(path) as archive:
            for start in range(0, len(answers), at_once):
                archive.add(answers[start : start + at_once])
        return rows_of(path, "observation")

    return write


def add_to_table(folder: Path, answers: list[Observation], at_once: int) -> Callable[[], list[Any]]:
    """Do what most write first: a table with SQLite's own settings."""
    names = count()

    def write() -> list[Any]:
        path = folder / f"t{next(names)}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(
                "CREATE TABLE answers (space_id TEXT, fetched_at INTEGER, status INTEGER, body BLOB)"
            )
            for start in range(0, len(answers), at_once):
                rows = [
                    (o.space_id, o.fetched_at, o.status, o.body) for o in answers[start : start + at_once]
                ]
                connection.executemany("INSERT INTO answers VALUES (?, ?, ?, ?)", rows)
                connection.commit()
        return rows_of(path, "answers")

    return write


def rows_of(path: Path, table: str) -> list[Any]:
    """Count and newest of what a file holds: little to read, so that writing is what is measured."""
    with closing(sqlite3.connect(path)) as connection:
        sql = f"SELECT count(*), sum(length(body)), max(fetched_at) FROM {table}"
        return connection.execute(sql).fetchall()


def write_lines(path: Path, answers: list[Observation]) -> None:
    """Write the same answers as the lines that a user would append."""
    with path.open("wb") as file:
        for o in answers:
            when = datetime.fromtimestamp(o.fetched_at / 1000, UTC).isoformat()
            file.write(b'{"fetched_at": "%s", "space": %s}\n' % (when.encode(), o.body))


def newest_by_lines(path: Path) -> dict[str, Any]:
    """Newest record of each Space, by reading all lines."""
    newest: dict[str, Any] = {}
    with path.open("rb") as file:
        for line in file:
            entry = json.loads(line)
            space_id = entry["space"]["id"]
            if space_id not in newest or entry["fetched_at"] >= newest[space_id]["fetched_at"]:
                newest[space_id] = entry
    return newest


def table_by_lines(path: Path) -> pd.DataFrame:
    """The growth table, by reading all lines."""
    rows = []
    with path.open("rb") as file:
        for line in file:
            entry = json.loads(line)
            space = entry["space"]
            counts = (space["total_live_listeners"], space["total_replay_watched"])
            followers = space["creator"]["legacy"]["followers_count"]
            rows.append((space["id"], entry["fetched_at"], space["state"], *counts, followers))
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["fetched_at"] = pd.to_datetime(table["fetched_at"])
    return table.sort_values(["space_id", "fetched_at"], ignore_index=True)


def same(ours: Any, theirs: Any) -> None:
    """Check that two results are equal."""
    assert ours == theirs, f"{ours} and {theirs}"


def same_newest(batch: sk.Batch, newest: dict[str, Any]) -> None:
    """Check that the newest records are the same."""
    assert {record["id"]: record for record in batch.records} == {
        i: entry["space"] for i, entry in newest.items()
    }


def same_fresh(fresh: dict[str, Observation], newest: dict[str, Any]) -> None:
    """Check that fresh answers are the newest records."""
    assert len(fresh) == SPACES
    assert all(json.loads(answer.body) == newest[i]["space"] for i, answer in fresh.items())


def same_table(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    """Check that both tables have the same values."""
    assert len(ours) == len(theirs) == N
    for column in COLUMNS:
        assert (ours[column].to_numpy() == theirs[column].to_numpy()).all(), column


def rows() -> Iterator[Row]:
    """Write and read in each way."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        answers = made_up_answers(N)
        for at_once, number in ((1, 1_000), (20, 20_000), (1_000, N)):
            yield rates(
                f"write {number:,} answers, {at_once:,} in a commit / plain SQLite",
                number,
                add_to_archive(folder, answers[:number], at_once),
                add_to_table(folder, answers[:number], at_once),
                same,
                Target(times_the_time=2),
            )
            for file in folder.iterdir():
                file.unlink()
        lines, path = folder / "lines.jsonl", folder / "spaces.db"
        write_lines(lines, answers)
        with Archive(path) as archive:
            archive.add(answers)
            ids = archive.ids()
            yield from reads(archive, ids, lines)
        sizes = path.stat().st_size, lines.stat().st_size
        yield Row(
            "size of the file, for one observation / JSON lines",
            *(f"{size / N:,.0f} bytes" for size in sizes),
            f"{sizes[0] / sizes[1]:.2f} x the size",
            "<= 1.2 x the size",
            sizes[0] <= 1.2 * sizes[1],
        )


def reads(archive: Archive, ids: list[str], lines: Path) -> Iterator[Row]:
    """Read in each way; rates are observations that the file holds for each second."""
    newest = START + (TIMES - 1) * STEP
    fast = Target(times_the_time=0.5)
    yield rates(
        f"latest of {SPACES:,} Spaces / JSON lines",
        N,
        archive.latest,
        lambda: newest_by_lines(lines),
        same_newest,
        fast,
    )
    yield rates(
        f"fresh for {SPACES:,} Spaces / JSON lines",
        N,
        lambda: archive.fresh(ids, newest),
        lambda: newest_by_lines(lines),
        same_fresh,
        fast,
    )
    yield rates(
        "observations, checked and typed / JSON lines, taken as they are",
        N,
        archive.observations,
        lambda: table_by_lines(lines),
        same_table,
        Target(times_the_time=5),
    )
