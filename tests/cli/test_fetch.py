"""`spacekit fetch`, against a server on loopback."""

import io
import json
import os
import re
import signal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commands import DOCUMENTED, KEY, KEY_NAME, MISSING, OTHER, SAMPLE, Run
from reading import read_parquet

import spacekit as sk
from spacekit.cli import main as cli
from spacekit.server import Fault, Server


def test_fetch_of_all_samples(run: Run, tmp_path: Path) -> None:
    """`fetch --sandbox` without ids gets every made-up Space, and says that they are made up."""
    code, out, err = run("fetch", "--sandbox", "-o", tmp_path / "all.jsonl")
    assert (code, out) == (0, "")
    assert list(sk.read_jsonl(tmp_path / "all.jsonl").records) == sk.sample_records()
    assert "Made-up data" in err


def test_nothing_that_came_in_replaces_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the command before it in a pipe failed, an earlier table stays, and the exit code says so."""
    table = tmp_path / "spaces.csv"
    table.write_text("earlier")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\n"), encoding="utf-8"))
    code, out, err = run("fetch", "-", "-o", table)
    assert (code, out, table.read_text()) == (3, "", "earlier")
    assert "no ids came in" in err


def test_fetch_to_stdout_is_records(run: Run, server: Server) -> None:
    """Without -o, stdout holds the records as JSON lines with their time, and nothing else."""
    code, out, _ = run("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["space"]["id"] for row in rows] == [DOCUMENTED, SAMPLE]
    assert rows[0]["space"] == sk.documented_record()
    assert set(rows[0]) == {"fetched_at", "space"}


@pytest.mark.parametrize(
    ("table", "form"),
    [
        ("spaces", "csv"),
        ("spaces", "jsonl"),
        ("spaces", "parquet"),
        ("creators", "csv"),
        ("problems", "jsonl"),
        ("outcomes", "csv"),
        ("audience", "parquet"),
    ],
)
def test_fetch_writes_each_table(table: str, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`--table` with each format reads back as the same table, row by row."""
    assert cli.main(["fetch", "--sandbox", DOCUMENTED, SAMPLE, "--table", table, "--format", form]) == 0
    data = capfdbinary.readouterr().out
    with sk.sandbox() as client:
        wanted = getattr(client.fetch([DOCUMENTED, SAMPLE], progress=False), table)
    if form == "parquet":
        got = read_parquet(io.BytesIO(data))
        assert dict(got.dtypes) == dict(wanted.dtypes)
    elif form == "csv":
        got = pd.read_csv(io.BytesIO(data), dtype=str)
    else:
        got = pd.DataFrame([json.loads(line) for line in data.splitlines()], columns=list(wanted))
    assert list(got) == list(wanted)
    assert len(got) == len(wanted)
    if "space_id" in wanted:
        assert got["space_id"].tolist() == wanted["space_id"].tolist()


def test_outcomes_and_code_3(run: Run, server: Server, tmp_path: Path) -> None:
    """Inputs without a Space make the code 3; --outcomes has one row an input, the summary is on stderr."""
    given = (DOCUMENTED, MISSING, "nonsense", DOCUMENTED)
    files = ("-o", tmp_path / "s.csv", "--outcomes", tmp_path / "o.csv")
    code, out, err = run("fetch", *given, "--base-url", server.url, *files)
    outcomes = pd.read_csv(tmp_path / "o.csv")
    assert (code, out) == (3, "")
    assert outcomes["outcome"].tolist() == ["ok", "not_found", "invalid", "duplicate"]
    assert len(pd.read_csv(tmp_path / "s.csv")) == 1
    assert all(re.search(rf"^ +1  {name} ", err, re.MULTILINE) for name in outcomes["outcome"])


def test_quiet(run: Run, server: Server) -> None:
    """`--quiet` leaves nothing on stderr where all came; else the first cause, in one line."""
    assert run("fetch", DOCUMENTED, "--base-url", server.url, "--quiet")[::2] == (0, "")
    code, _, err = run("fetch", DOCUMENTED, MISSING, "nonsense", "--base-url", server.url, "--quiet")
    assert code == 3
    assert err.startswith(f"spacekit: 1 invalid, 1 not_found. Space '{MISSING}' at 127.0.0.1: no such Space")
    assert err.count("\n") == 1


def test_no_bar_but_where_asked_for(run: Run, server: Server) -> None:
    """The progress bar needs a terminal, or --progress."""
    assert "%|" not in run("fetch", DOCUMENTED, "--base-url", server.url)[2]
    assert "100%|" in run("fetch", DOCUMENTED, "--base-url", server.url, "--progress")[2]


def test_archive_saves_requests(run: Run, server: Server, tmp_path: Path) -> None:
    """A second run with the archive asks nothing; with --max-age 0 it asks again."""
    arguments = ("fetch", DOCUMENTED, "--base-url", server.url, "--archive", tmp_path / "a.db")
    asked = []
    for more in ((), (), ("--max-age", "0")):
        assert run(*arguments, *more)[0] == 0
        asked.append(len(server.requests))
    assert asked == [1, 1, 2]


def test_a_refused_key_is_5_and_spoils_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key that is not accepted the code is 5, an earlier file stays, and it is said once, without the key."""
    monkeypatch.setenv(KEY_NAME, KEY)
    earlier = tmp_path / "s.csv"
    earlier.write_text("earlier")
    with Server() as server:
        code, out, err = run("fetch", DOCUMENTED, "--base-url", server.url, "-o", earlier)
    assert (code, out, earlier.read_text()) == (5, "", "earlier")
    assert err.count("not accepted") == 1


def test_no_credit_keeps_what_was_got(run: Run, key: None, tmp_path: Path) -> None:
    """When credits end, the code is 5 and the Spaces until then are written."""
    with Server(keys=[KEY], credits=1) as server:
        asked = ("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url, "--workers", "1")
        code, _, err = run(*asked, "-o", tmp_path / "s.jsonl")
    assert code == 5
    assert [record["id"] for record in sk.read_jsonl(tmp_path / "s.jsonl").records] == [DOCUMENTED]
    assert err.count("402") == 1


def test_the_budget_is_said_also_with_quiet(run: Run, server: Server) -> None:
    """`--max-requests` leaves the rest: code 3, and why is one line also with --quiet."""
    asked = ("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url, "--max-requests", "1", "--quiet")
    code, out, err = run(*asked)
    assert (code, out.count("\n"), err.count("\n")) == (3, 1, 1)
    assert err.startswith("spacekit: 1 not_tried. ")
    assert "--max-requests" in err


def test_ctrl_c_writes_what_is_there(run: Run, key: None, tmp_path: Path) -> None:
    """Ctrl-C in a fetch ends with 130, and what was answered is written."""

    def faults(space_id: str, nth: int) -> Fault | None:
        if space_id == SAMPLE:
            os.kill(os.getpid(), signal.SIGINT)
        return Fault(latency_s=2) if space_id == SAMPLE else None

    with Server(keys=[KEY], faults=faults) as server:
        asked = ("fetch", DOCUMENTED, SAMPLE, OTHER, "--base-url", server.url, "--workers", "1")
        code, _, err = run(*asked, "-o", tmp_path / "s.jsonl")
    assert code == 130
    assert [record["id"] for record in sk.read_jsonl(tmp_path / "s.jsonl").records] == [DOCUMENTED]
    assert "interrupted" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_a_broken_archive_loses_nothing(
    run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the archive cannot be written any more, the code is 1, and what was answered is written to FILE."""
    add = sk.Archive.add

    def full(self: sk.Archive, observations: Any, **_: Any) -> None:
        first, *others = observations  # both may come at once
        if not len(self):
            add(self, [first])
            if not others:
                return
        raise sk.ArchiveError("a.db: no room is left on the disk")

    monkeypatch.setattr(sk.Archive, "add", full)
    asked = ("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url, "--workers", "1")
    code, _, err = run(*asked, "--archive", tmp_path / "a.db", "-o", tmp_path / "s.jsonl")
    assert (code, err.splitlines()[-1]) == (1, "spacekit: a.db: no room is left on the disk")
    assert sk.read_jsonl(tmp_path / "s.jsonl").records[0]["id"] == DOCUMENTED


OUTAGE = Fault(503)


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ({DOCUMENTED: [OUTAGE] * 9}, 4),
        ({DOCUMENTED: [Fault(404)] * 9}, 3),
        ({DOCUMENTED: [Fault(422)]}, 3),
        ({DOCUMENTED: [Fault(403)]}, 3),
        ({DOCUMENTED: [Fault.garbage()] * 9}, 4),
        ({DOCUMENTED: [Fault(402)]}, 5),
        ({DOCUMENTED: [OUTAGE] * 9, OTHER: [Fault(404)] * 9}, 4),
        ({DOCUMENTED: [Fault(402)], OTHER: [OUTAGE] * 9}, 5),
    ],
)
def test_the_gravest_decides(faults: dict[str, list[Fault | None]], code: int, run: Run, key: None) -> None:
    """5 (key, credit) goes before 4 (no answer), which goes before 3 (not there), whatever else came."""
    with Server(keys=[KEY], faults=faults) as server:
        asked = ("fetch", OTHER, SAMPLE, DOCUMENTED, "--base-url", server.url, "--attempts", "2")
        got, _, err = run(*asked, "--quiet", "--workers", "1")
    assert (got, err.count("\n")) == (code, 1)


def test_a_service_that_is_not_there_is_4(run: Run, key: None) -> None:
    """A service that cannot be reached gives no answer."""
    with Server() as gone:
        url = gone.url
    assert run("fetch", DOCUMENTED, "--base-url", url, "--attempts", "1", "--quiet")[0] == 4


def test_without_a_key_is_5(run: Run) -> None:
    """No key ends as a refused one does."""
    code, _, err = run("fetch", DOCUMENTED)
    assert (code, err.count("\n")) == (5, 1)


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "jsonl", "parquet", "txt"])
@pytest.mark.parametrize("more", [(), ("--table", "creators"), ("--table", "problems")])
def test_a_failed_fetch_replaces_no_table(
    ending: str, more: tuple[str, ...], run: Run, key: None, tmp_path: Path
) -> None:
    """Where no Space came, an earlier file stays in every format, and the command says so."""
    path = tmp_path / f"spaces.{ending}"
    path.write_text("earlier")
    with Server(keys=[KEY], faults=lambda _id, _nth: OUTAGE) as server:
        asked = ("fetch", DOCUMENTED, "--base-url", server.url, "--attempts", "1", "-o", path, *more)
        code, _, err = run(*asked)
    assert (code, path.read_text()) == (4, "earlier")
    assert "nothing was written" in err


def test_many_inputs_of_one_kind_are_summed_up(run: Run, server: Server) -> None:
    """Each cause is said once, with the first of its inputs by name and the number of the others."""
    err = run("fetch", *(f"1SAMPLEgone{n:02}" for n in range(30)), "--base-url", server.url)[2]
    assert err.count("no such Space") == 1
    assert "the same: 1SAMPLEgone01" in err
    assert "and 20 more; --outcomes FILE lists all" in err
