"""The command `spacekit`: called in this process, against a server on loopback."""

import argparse
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import spacekit as sk
from spacekit import plot
from spacekit.cli import inputs, output, screen
from spacekit.cli import main as cli
from spacekit.cli.tables import TABLES
from spacekit.server import Server
from spacekit.server.listener import Fault

KEY = "777|nobody-may-see-this"
KEY_NAME = "SOCIALDATA_API_KEY"
DOCUMENTED = "1jMJgLdenVjxL"
SAMPLE, OTHER, MISSING = "1SAMPLEnoTitl", "1SAMPLElong30", "1SAMPLEzzzzzz"
PNG, SVG, PDF = b"\x89PNG", b"<?xml", b"%PDF"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal for every run of the tests."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit code, standard output and standard error. The key is in neither."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        assert KEY not in told.out + told.err
        return code, told.out, told.err

    return call


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment."""
    monkeypatch.setenv(KEY_NAME, KEY)


@pytest.fixture
def server(key: None) -> Iterator[Server]:
    """A server that takes the key."""
    with Server(keys=[KEY]) as running:
        yield running


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The samples as JSON lines."""
    return sk.sample_batch().to_jsonl(tmp_path / "samples.jsonl")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two Spaces, one of them observed twice."""
    path = tmp_path / "two.db"
    record = next(record for record in sk.sample_records() if record["id"] == SAMPLE)
    other = next(record for record in sk.sample_records() if record["id"] == OTHER)
    observed = tmp_path / "observed.jsonl"
    rows = [("2026-05-01T12:00Z", record), ("2026-06-01T12:00Z", record), ("2026-06-01T12:00Z", other)]
    observed.write_text("\n".join(json.dumps({"fetched_at": when, "space": what}) for when, what in rows))
    with sk.Archive(path) as store:
        store.add_jsonl(observed)
    return path


# --- the parser ---


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Every parser with its name: the top, each command, each action of `archive`."""

    def below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    yield from below(child)

    return {parser.prog: parser for parser in below(cli.parser())}


@pytest.mark.parametrize("name", list(parsers()))
def test_help_tells_every_argument(name: str, run: Run) -> None:
    """`--help` of each command names and explains each of its arguments, in 80 columns."""
    parser = parsers()[name]
    code, out, err = run(*name.split()[1:], "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for action in parser._actions:
        assert action.help or isinstance(action, argparse._SubParsersAction), action
        assert all(option in out for option in action.option_strings or [str(action.metavar)])


def test_commands_are_those_of_the_parser(run: Run) -> None:
    """`COMMANDS` is the list of commands, and `--help` shows each with what it does."""
    out = " ".join(run("--help")[1].split())
    assert all(f"{name} {module.SUMMARY}" in out for name, module in cli.COMMANDS.items())


def test_help_lists_the_exit_codes(run: Run) -> None:
    """`--help` tells every exit code, and how to set the key."""
    out = run("--help")[1]
    assert re.findall(r"^  (\d+)  ", out, re.MULTILINE) == ["0", "1", "2", "3", "130", "141"]
    assert "export SOCIALDATA_API_KEY='123|abc'" in out


def test_version(run: Run) -> None:
    """`--version` prints the package's."""
    assert run("--version") == (0, f"spacekit {sk.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nothing"],
        ["ids"],
        ["ids", "123|abcdefgh"],
        ["fetch", "--sandbox", "-o", "x.foo"],
        ["fetch", "--sandbox", "--base-url", "http://127.0.0.1:1"],
        ["fetch", "--sandbox", "--api-key", "1|x"],
        ["fetch", "--sandbox", "-o", "x.csv", "--outcomes", "x.csv"],
        ["plan", DOCUMENTED, "--max-age", "30"],
        ["plan", DOCUMENTED, "--max-age", "soon"],
        ["plan", DOCUMENTED, "--workers", "0"],
        ["plan", DOCUMENTED, "--requests-per-minute", "-1"],
        ["plan", DOCUMENTED, "--timeout", "0"],
        ["plan", DOCUMENTED, "--price", "nan"],
        ["tables"],
        ["tables", "samples", "--to", "x", "--table", "spaces"],
        ["chart"],
        ["chart", "nothing", "samples", "-o", "x.png"],
        ["chart", "hosts", "samples", "-o", "x.gif"],
        ["chart", "hosts", "samples", "-o", "x.png", "--by", "host"],
        ["chart", "hosts", "samples", "-o", "x.png", "--size", "big"],
        ["chart", "calendar", "samples", "-o", "x.png", "--tz", "Nowhere/Land"],
        ["compare", "samples", "--confidence", "95"],
        ["watch"],
        ["serve", "--port", "99999"],
    ],
)
def test_wrong_usage_is_2(
    arguments: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong usage ends with 2 and one line that says where help is; nothing is written."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    last = err.splitlines()[-1]
    assert (code, out) == (2, "")
    assert re.fullmatch(r"spacekit.*: .+\. See spacekit.* --help", last)
    assert "123|" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["ids", "--file", "nothing.txt"],
        ["tables", "nothing.jsonl"],
        ["tables", "document.jsonl"],
        ["tables", "words.txt"],
        ["chart", "hosts", "nothing.jsonl", "-o", "x.png"],
        ["chart", "hosts", "samples", "-o", "nowhere/x.png"],
        ["compare", "words.txt"],
        ["fetch", DOCUMENTED],
        ["fetch", "--sandbox", "-o", "nowhere/x.csv"],
        ["fetch", "--sandbox", "--archive", "words.txt"],
        ["refresh", "--archive", "nothing.db"],
        ["watch", "--archive", "nothing.db"],
        ["archive", "info", "nothing.db"],
        ["archive", "check", "words.txt"],
        ["archive", "import", "new.db", "nothing.jsonl"],
        ["serve", "nothing.jsonl"],
    ],
)
def test_errors_are_1_and_one_line(
    arguments: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error ends with 1, and its last line says what is wrong; no traceback, nothing made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "document.jsonl").write_text('[{"id": "1"}]')
    (tmp_path / "words.txt").write_text("only words")
    code, out, err = run(*arguments)
    told = [line for line in err.splitlines() if "Made-up" not in line and "warning" not in line]
    assert (code, out) == (1, "")
    assert len(told) == 1
    assert told[0].startswith("spacekit: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document.jsonl", "words.txt"]


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no error of the input or the service is not hidden."""

    def broken(source: str) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("spacekit.cli.compare.batch_of", broken)
    with pytest.raises(ValueError, match="a bug"):
        cli.main(["compare", "samples"])


# --- ids and plan ---


def test_ids_one_a_line(run: Run) -> None:
    """Ids go to stdout once each in the order given; the rest to stderr with its reason, and the code is 3."""
    text = f"see https://x.com/i/spaces/{SAMPLE} and 1yoJMyyRqqPKQ"
    code, out, err = run("ids", DOCUMENTED, text, f"https://x.com/i/spaces/{DOCUMENTED}", "short")
    assert (code, out) == (3, f"{DOCUMENTED}\n{SAMPLE}\n1yoJMyyRqqPKQ\n")
    assert "rejected 'short': 5 characters" in err
    assert f"1 duplicate: {DOCUMENTED}" in err


def test_ids_of_files_and_stdin(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`--file` may be given several times, `-` is running text; a repeat across them is a duplicate."""
    (tmp_path / "a.csv").write_text(f"space_id,n\n{DOCUMENTED},1\n")
    (tmp_path / "b.txt").write_text(f"{SAMPLE}\n{DOCUMENTED}\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"However, {OTHER} it is."))
    code, out, err = run("ids", "-", "--file", tmp_path / "a.csv", "--file", tmp_path / "b.txt")
    assert (code, out.split()) == (0, [OTHER, DOCUMENTED, SAMPLE])
    assert err == f"spacekit: 1 duplicate: {DOCUMENTED}\n"


def test_a_file_as_id_says_how_to_give_it(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name of a file that is there is no id, and the error says --file."""
    monkeypatch.chdir(tmp_path)
    Path("ids.txt").write_text(DOCUMENTED)
    code, _, err = run("ids", "ids.txt")
    assert code == 2
    assert "--file ids.txt" in err


def test_plan_sends_nothing(run: Run, tmp_path: Path) -> None:
    """`plan` needs no key and makes no archive; it tells the cost at the price given."""
    code, out, err = run(
        "plan", DOCUMENTED, DOCUMENTED, "x", "--price", "0.5", "--archive", tmp_path / "new.db"
    )
    facts = dict(re.findall(r"^  (\S.*?)  +(.+)$", out, re.MULTILINE))
    assert (code, err, list(tmp_path.iterdir())) == (0, "", [])
    assert facts["duplicates"] == facts["invalid"] == facts["to fetch"] == "1"
    assert facts["cost, at your price"] == "0.5000"


# --- fetch ---


def test_fetch_of_all_samples(run: Run, tmp_path: Path) -> None:
    """`fetch --sandbox` without ids gets every made-up Space, and says that they are made up."""
    code, out, err = run("fetch", "--sandbox", "-o", tmp_path / "all.jsonl")
    assert (code, out) == (0, "")
    assert list(sk.read_jsonl(tmp_path / "all.jsonl").records) == sk.sample_records()
    assert "made-up data" in err


def test_fetch_to_stdout_is_records(run: Run, server: Server) -> None:
    """Without -o, stdout holds the records as JSON lines with their time, and nothing else."""
    code, out, _ = run("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["space"]["id"] for row in rows] == [DOCUMENTED, SAMPLE]
    assert rows[0]["space"] == sk.documented_record()
    assert set(rows[0]) == {"fetched_at", "space"}


@pytest.mark.parametrize("table", ["spaces", "creators", "problems", "outcomes", "audience"])
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_fetch_writes_each_table(table: str, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """`--table` with each format reads back as the same table, row by row."""
    assert cli.main(["fetch", "--sandbox", DOCUMENTED, SAMPLE, "--table", table, "--format", form]) == 0
    data = capfdbinary.readouterr().out
    with sk.sandbox() as client:
        wanted = TABLES[table](client.fetch([DOCUMENTED, SAMPLE], progress=False))
    if form == "parquet":
        got = pd.read_parquet(io.BytesIO(data))
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
    """`--quiet` leaves nothing on stderr where there is nothing to warn of."""
    assert run("fetch", DOCUMENTED, MISSING, "--base-url", server.url, "--quiet")[::2] == (3, "")


def test_no_bar_but_where_asked_for(run: Run, server: Server) -> None:
    """The progress bar needs a terminal, or --progress."""
    assert "%|" not in run("fetch", DOCUMENTED, "--base-url", server.url)[2]
    assert "100%|" in run("fetch", DOCUMENTED, "--base-url", server.url, "--progress")[2]


def test_archive_saves_requests(run: Run, server: Server, tmp_path: Path) -> None:
    """A second run with the archive asks nothing; with --max-age 0 it asks anew."""
    arguments = ("fetch", DOCUMENTED, "--base-url", server.url, "--archive", tmp_path / "a.db")
    asked = []
    for more in ((), (), ("--max-age", "0")):
        assert run(*arguments, *more)[0] == 0
        asked.append(len(server.requests))
    assert asked == [1, 1, 2]


def test_a_refused_key_is_1_and_spoils_no_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a key that is not accepted the code is 1, an earlier file stays, and the key is not shown."""
    monkeypatch.setenv(KEY_NAME, KEY)
    earlier = tmp_path / "s.csv"
    earlier.write_text("earlier")
    with Server() as server:
        code, out, err = run("fetch", DOCUMENTED, "--base-url", server.url, "-o", earlier)
    assert (code, out, earlier.read_text()) == (1, "", "earlier")
    assert "not accepted" in err.splitlines()[-1]


def test_no_credit_keeps_what_was_got(run: Run, key: None, tmp_path: Path) -> None:
    """When credits end, the code is 1 and the Spaces until then are written."""
    with Server(keys=[KEY], credits=1) as server:
        asked = ("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url, "--workers", "1")
        code, _, err = run(*asked, "-o", tmp_path / "s.jsonl")
    assert code == 1
    assert [record["id"] for record in sk.read_jsonl(tmp_path / "s.jsonl").records] == [DOCUMENTED]
    assert "spacekit: warning: " in err


def test_budget_and_quiet_still_warns(run: Run, server: Server) -> None:
    """`--max-requests` leaves the rest: code 3, and the warning is one line also with --quiet."""
    asked = ("fetch", DOCUMENTED, SAMPLE, "--base-url", server.url, "--max-requests", "1", "--quiet")
    code, out, err = run(*asked)
    assert (code, out.count("\n"), err.count("\n")) == (3, 1, 1)
    assert err.startswith("spacekit: warning: ")


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

    def full(self: sk.Archive, observations: Any) -> None:
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


# --- tables, chart, compare ---


@pytest.mark.parametrize("table", [*TABLES, "observations"])
def test_tables_of_the_samples(table: str, run: Run) -> None:
    """Each table of the samples is CSV on stdout; that they are made up is told on stderr."""
    code, out, err = run("tables", "samples", "--table", table)
    assert code == 0
    assert len(pd.read_csv(io.StringIO(out))) > 0
    assert "Made-up data" in err


def test_csv_of_instants_and_spans(run: Run) -> None:
    """In CSV, instants are ISO 8601 in UTC with milliseconds, spans are seconds, and what is missing is empty."""
    row = pd.read_csv(
        io.StringIO(run("fetch", "--sandbox", DOCUMENTED, "--format", "csv")[1]), dtype=str
    ).iloc[0]
    assert row["ended_at"] == "2023-03-31T20:11:17.270Z"
    assert row["total_replay_watched"] == "1291373"
    assert pd.isna(row["replay_start_time"])
    measures = run("fetch", "--sandbox", DOCUMENTED)[1]
    span = output.as_plain(sk.measures(sk.normalize([json.loads(measures)["space"]]).spaces))["duration"]
    assert span.tolist() == [4270.372]


def test_tables_of_each_input(run: Run, lines: Path, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INPUT may be JSON lines, compressed ones, an archive or standard input."""
    packed = lines.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(lines.read_bytes()))
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines.read_text(encoding="utf-8")))
    whole = run("tables", lines)[:2]
    assert whole[0] == 0
    assert run("tables", packed)[:2] == run("tables", "-")[:2] == whole
    assert len(pd.read_csv(io.StringIO(run("tables", archive)[1]))) == 2


def test_lines_without_a_space_make_3(run: Run, lines: Path) -> None:
    """A line that holds no Space is told, costs no other, and makes the code 3."""
    with lines.open("a") as file:
        file.write("no JSON\n")
    code, out, err = run("tables", lines)
    assert (code, len(pd.read_csv(io.StringIO(out)))) == (3, len(sk.sample_records()))
    assert "spacekit: warning: samples.jsonl: 1 failed" in err


def test_problems_are_told(run: Run, tmp_path: Path) -> None:
    """Values that could not be read are told on stderr, and are in no other way in the data."""
    path = tmp_path / "odd.jsonl"
    path.write_text('{"id": "1jMJgLdenVjxL", "ended_at": "tomorrow"}\n')
    code, out, err = run("tables", path)
    assert code == 0
    assert "tomorrow" not in out
    assert re.search(r"problem: Space 1jMJgLdenVjxL, ended_at: .*'tomorrow'", err)


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "text"])
def test_all_tables_to_a_folder(form: str, run: Run, tmp_path: Path) -> None:
    """`--to` writes every table of the batch in the format asked for."""
    assert run("tables", "samples", "--to", tmp_path / "new", "--format", form)[:2] == (0, "")
    ending = "txt" if form == "text" else form
    assert {path.name for path in (tmp_path / "new").iterdir()} == {f"{name}.{ending}" for name in TABLES}


def test_describe_is_the_data_dictionary(run: Run) -> None:
    """`--describe` prints each column with its meaning, as CSV and as text."""
    dictionary = sk.describe_columns()
    assert len(pd.read_csv(io.StringIO(run("tables", "--describe")[1]))) == len(dictionary)
    text = run("tables", "--describe", "--format", "text")[1]
    assert all(f"\n{column}  (" in text for column in dictionary["column"])


@pytest.mark.parametrize(("ending", "magic"), [("png", PNG), ("svg", SVG), ("pdf", PDF)])
def test_chart_writes_a_picture(ending: str, magic: bytes, run: Run, tmp_path: Path) -> None:
    """A chart is written in the format of its ending, and its caption's facts are printed."""
    path = tmp_path / f"x.{ending}"
    code, out, _ = run("chart", "replay_share", "samples", "--by", "state", "-o", path, "--dpi", "50")
    assert code == 0
    assert path.read_bytes().startswith(magic)
    assert re.search(r"n = \d+ of \d+ Spaces", " ".join(out.split()))
    assert "Made-up data" in " ".join(out.split())


def test_growth_takes_observations(run: Run, archive: Path, tmp_path: Path) -> None:
    """`growth` reads every observation of an archive."""
    code, out, _ = run("chart", "growth", archive, "-o", tmp_path / "g.png", "--dpi", "50")
    assert code == 0
    assert "n = 2 Spaces, 3 of 3 observations" in out


def test_size_of_a_picture(run: Run, tmp_path: Path) -> None:
    """`--size` and `--dpi` give the picture's pixels."""
    assert (
        run("chart", "quality", "samples", "-o", tmp_path / "q.png", "--size", "8x5", "--dpi", "50")[0] == 0
    )
    header = (tmp_path / "q.png").read_bytes()[16:24]
    assert (int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")) == (400, 250)


def test_list_of_charts(run: Run) -> None:
    """`--list` names every chart, and each option behind the charts that take it."""
    code, out, err = run("chart", "--list")
    assert (code, err) == (0, "")
    assert re.findall(r"^(\w+)", out, re.MULTILINE) == list(plot.CHARTS)
    assert "replay_share [--by]" in out


def test_compare_prints_what_stats_gives(run: Run) -> None:
    """`compare` prints a table in 80 columns; its CSV has the columns of `compare`; the warning is one line."""
    code, out, err = run("compare", "samples", "--by", "host")
    assert code == 0
    assert max(map(screen.columns_of, out.splitlines())) <= 80
    assert "no numbers of people" in " ".join(out.split())
    assert "spacekit: warning: compare: ages" in err
    table = pd.read_csv(io.StringIO(run("compare", "samples", "--by", "host", "--format", "csv")[1]))
    with pytest.warns(sk.AgeWarning):
        wanted = sk.compare(sk.sample_batch().spaces, by="host")
    medians = wanted["share_median"].astype("float64").tolist()
    assert table["share_median"].tolist() == pytest.approx(medians, nan_ok=True)
    assert list(table) == list(wanted)


# --- archive, refresh, watch ---


def test_archive_there_and_back(run: Run, archive: Path, tmp_path: Path) -> None:
    """`export` and `import` move every observation; `info` and `check` tell of them; `forget` removes."""
    copy, moved = tmp_path / "copy.db", tmp_path / "moved.jsonl.gz"
    assert run("archive", "export", archive, moved)[0] == 0
    assert "3 observations added" in run("archive", "import", copy, moved)[2]
    assert "0 observations added" in run("archive", "import", copy, moved)[2]
    assert run("archive", "check", copy)[0] == 0
    assert re.search(r"Spaces +2\nobservations +3\n", run("archive", "info", copy)[1])
    code, _, err = run("archive", "forget", copy, SAMPLE, MISSING)
    assert code == 3
    assert f"no answer of {MISSING}" in err
    assert "2 observations of 1 Space removed" in err
    with sk.Archive(copy) as store:
        assert store.ids() == [OTHER]


def test_export_to_stdout(run: Run, archive: Path) -> None:
    """`export A -` writes the lines to stdout."""
    code, out, _ = run("archive", "export", archive, "-")
    assert (code, len([json.loads(line) for line in out.splitlines()])) == (0, 3)


def test_forget_needs_ids(run: Run, archive: Path) -> None:
    """`forget` without ids forgets nothing."""
    assert run("archive", "forget", archive)[0] == 2
    with sk.Archive(archive) as store:
        assert len(store) == 2


@pytest.mark.parametrize("more", [["refresh"], ["watch", "--rounds", "1"]])
def test_refresh_asks_what_is_due(more: list[str], run: Run, server: Server, tmp_path: Path) -> None:
    """`refresh`, and each round of `watch`, asks what is due and logs one line; a second time nothing is."""
    path, old = tmp_path / "a.db", tmp_path / "old.jsonl"
    record = next(record for record in sk.sample_records() if record["id"] == SAMPLE)
    fetched_at = record["started_at"] + 60_000
    old.write_text(
        json.dumps({"fetched_at": fetched_at, "space": {**record, "state": "Running", "ended_at": None}})
    )
    run("archive", "import", path, old)
    code, out, err = run(*more, "--archive", path, "--base-url", server.url)
    assert (code, out, len(server.requests)) == (0, "", 1)
    assert re.fullmatch(r"spacekit: \S+ \S+ UTC: 1 Space due: 1 ok\n", err)
    code, out, err = run(*more, "--archive", path, "--base-url", server.url)
    assert (code, len(server.requests)) == (0, 1)
    assert "nothing due" in err


# --- demo and serve ---


def test_demo(run: Run, tmp_path: Path) -> None:
    """The demo needs nothing, fits 80 columns, writes three files, and says that all is made up and what is next."""
    code, out, err = run("demo", "--out", tmp_path / "demo")
    assert code == 0
    assert {path.name for path in (tmp_path / "demo").iterdir()} == {
        "spaces.csv",
        "creators.csv",
        "audience.png",
    }
    assert len(pd.read_csv(tmp_path / "demo" / "spaces.csv")) == len(sk.sample_records())
    assert (tmp_path / "demo" / "audience.png").read_bytes().startswith(PNG)
    # Not the lines that hold a path of this machine.
    tables = [line for line in out.splitlines()[:-1] if "Written" not in line]
    assert max(map(screen.columns_of, tables)) <= 80
    assert " ".join(out.split()).startswith("Made-up data")
    assert f"fetch {DOCUMENTED}" in out.splitlines()[-1]
    assert "100%|" in err


def test_serve_until_ctrl_c(lines: Path) -> None:
    """`serve` prints its address and key, answers with the Spaces of a file, and ends with Ctrl-C."""
    command = [sys.executable, "-m", "spacekit", "serve", str(lines), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(4)]
        try:
            url, made_up_key = told[0].split(" at ")[1].split()[0], told[1].split()[-1]
            with sk.Client(made_up_key, base_url=url) as client:
                assert client.get(SAMPLE)["id"] == SAMPLE
        finally:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert f'base_url="{url}"' in told[2]
    assert f"--base-url {url}" in told[3]


# --- as a process ---


def test_closed_pipe_is_quiet() -> None:
    """Where nobody reads the output any more, the command ends with 141 and says nothing about it."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "spacekit", "tables", "samples"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 141
    assert "BrokenPipe" not in done.stderr
    assert "Exception" not in done.stderr


def test_no_heavy_import_for_help() -> None:
    """`--help` loads none of what only some commands need."""
    heavy = ("requests", "tqdm", "matplotlib", "ipywidgets", "scipy", "duckdb")
    code = (
        "import sys; from spacekit.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# --- output and screen ---


def test_a_file_is_replaced_whole_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If writing fails, the earlier file is as it was, and nothing is left beside it."""

    def full(self: Path, target: Path) -> None:
        raise OSError("full")

    path = tmp_path / "x.csv"
    path.write_text("earlier")
    frame = pd.DataFrame({"a": [1]})
    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="full"):
        output.write_table(frame, path, "csv")
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("x.csv", "earlier")]


def test_a_device_is_not_replaced(run: Run, archive: Path, tmp_path: Path) -> None:
    """A pipe or device as FILE is written to, and stays what it is."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for arguments in (
        ["fetch", "--sandbox", SAMPLE, "--format", "jsonl", "-o"],
        ["archive", "export", archive],
    ):
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        assert run(*arguments, pipe)[0] == 0
        assert json.loads(os.read(reader, 1 << 16).splitlines()[0])["space"]["id"] == SAMPLE
        os.close(reader)
    assert pipe.is_fifo()


def test_a_link_is_followed(tmp_path: Path) -> None:
    """A symbolic link as FILE stays a link, and what it points at is replaced."""
    (tmp_path / "real.csv").write_text("earlier")
    (tmp_path / "link.csv").symlink_to("real.csv")
    output.write_table(pd.DataFrame({"a": [1]}), tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "a\n1\n"


@pytest.mark.parametrize("table", list(screen.VIEWS))
def test_views_are_of_columns_that_are_there(table: str) -> None:
    """The columns shown of a table are columns of it, and fit a terminal."""
    frame = TABLES[table](sk.sample_batch())
    assert set(screen.VIEWS[table]) <= set(frame)
    assert "Not shown" not in screen.view(table, frame)


@pytest.mark.parametrize("room", [10, 40, 80, 120])
def test_text_table_keeps_to_its_room(room: int) -> None:
    """A table of any width is cut to the room, and says which columns are left out."""
    spaces = sk.sample_batch().spaces
    lines = screen.text_table(spaces, room).splitlines()
    assert all(screen.columns_of(line) <= room for line in lines[: len(spaces) + 1])
    left_out = lines[len(spaces) + 1 :]
    assert left_out == [] or left_out[0].startswith("Not shown for want of room: ")
    assert len(lines) > len(spaces)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("週刊", 4), ("e\u0301", 1), ("🔥", 2), ("كتاب", 4), ("", 0)]
)
def test_columns_of_any_script(text: str, columns: int) -> None:
    """East Asian characters and emoji take two columns, combining marks none."""
    assert screen.columns_of(text) == columns
    assert screen.columns_of(screen.fit(text, 6)) == 6
    assert screen.columns_of(screen.fit(text * 9 or "x", 3)) == 3


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\u202eb", "a\x9bb", "a\u2028b"])
def test_titles_cannot_steer_the_terminal(text: str) -> None:
    """Control characters and turns of direction in other people's text are not printed."""
    shown = screen.cell(text)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (pd.NA, "-"),
        (pd.NaT, "-"),
        (float("nan"), "-"),
        (1291373, "1,291,373"),
        (0.01234, "0.0123"),
        (1234.5, "1,234"),
        (0.0, "0"),
        (True, "yes"),
        (np.False_, "no"),
        (pd.Timedelta("1h 11min 10.372s"), "71 min"),
        (pd.Timedelta("-5s"), "-5 s"),
        (pd.Timedelta("145D 14:21:51"), "146 d"),
        (pd.Timestamp("2023-03-31T20:11:17.270Z"), "2023-03-31 20:11"),
        ("title", "title"),
    ],
)
def test_cells(value: Any, text: str) -> None:
    """Counts get commas, numbers three figures, what is missing a dash."""
    assert screen.cell(value) == text


def test_merged_marks_repeats() -> None:
    """Ids of an earlier part are duplicates in a later one, and all entries are kept in order."""
    found = inputs.merged([sk.find_ids([DOCUMENTED, DOCUMENTED]), sk.find_ids([SAMPLE, DOCUMENTED, "x"])])
    assert found.ids == [DOCUMENTED, SAMPLE]
    assert len(found.entries) == 5
    assert len(found.duplicates) == 2
