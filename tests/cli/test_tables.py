"""`spacekit tables`, `chart` and `compare`."""

import gzip
import io
import json
import re
import shutil
import sys
from pathlib import Path

import pandas as pd
import pytest
from commands import DOCUMENTED, OTHER, PNG, SAMPLE, Run

import spacekit as sk
from spacekit import plot, words
from spacekit.cli.tables import TABLES
from spacekit.cli.writers.columns import as_plain


@pytest.mark.parametrize("table", TABLES)
def test_tables_of_the_samples(table: str, run: Run) -> None:
    """Each table of the samples is CSV on stdout; stderr says that they are made up."""
    code, out, err = run("tables", "samples", "--table", table)
    assert code == 0
    assert (len(pd.read_csv(io.StringIO(out))) > 0) is (table != "participants")  # of GraphQL only
    assert "made-up data" in err.lower()


def test_csv_of_instants_and_spans(run: Run) -> None:
    """In CSV, instants are ISO 8601 in UTC with milliseconds, spans are hours, and what is missing is empty."""
    row = pd.read_csv(
        io.StringIO(run("fetch", "--sandbox", DOCUMENTED, "--format", "csv")[1]), dtype=str
    ).iloc[0]
    assert row["ended_at"] == "2023-03-31T20:11:17.270Z"
    assert row["total_replay_watched"] == "1291373"
    assert pd.isna(row["replay_start_time"])
    measures = run("fetch", "--sandbox", DOCUMENTED)[1]
    span = as_plain(sk.measures(sk.normalize([json.loads(measures)["space"]]).spaces))["duration"]
    assert span.tolist() == [4270.372 / 3600]


def test_tables_of_each_input(run: Run, lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """INPUT may be a file of lines, a folder, a zip, an archive, a table, or standard input: the rows are the same."""
    whole = run("tables", lines)[:2]
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "packed.gz").write_bytes(gzip.compress(lines.read_bytes()))
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path / "folder")
    for table in ("t.csv", "t.parquet"):
        run("tables", lines, "-o", tmp_path / table)
    assert whole[0] == 0
    for name in ("folder", "packed.zip", "t.csv", "t.parquet"):
        assert run("tables", tmp_path / name)[:2] == whole, name
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO((tmp_path / "t.parquet").read_bytes())))
    assert run("tables", "-")[:2] == whole


def test_several_inputs(run: Run, lines: Path, archive: Path) -> None:
    """Rows of several inputs of different kinds follow each other in the order given."""
    code, out, _ = run("tables", archive, lines)
    ids = pd.read_csv(io.StringIO(out))["space_id"].tolist()
    assert (code, ids) == (0, [SAMPLE, OTHER] + [record["id"] for record in sk.sample_records()])


def test_own_columns_are_kept(run: Run, lines: Path, tmp_path: Path) -> None:
    """A table that spacekit wrote may have columns of one's own: they group a comparison."""
    table = pd.read_csv(io.StringIO(run("tables", lines)[1]), dtype=str).assign(topic=["a", "b", "c"] * 29)
    table.to_csv(tmp_path / "mine.csv", index=False)
    code, out, _ = run("compare", tmp_path / "mine.csv", "--by", "topic", "--format", "csv")
    assert (code, pd.read_csv(io.StringIO(out))["group"].tolist()) == (0, ["a", "b", "c"])


def test_a_table_has_no_answers(run: Run, lines: Path, tmp_path: Path) -> None:
    """Of a table of Spaces there are no creators: the command says what to use; `--to` writes the other tables."""
    run("tables", lines, "-o", tmp_path / "t.csv")
    code, _, err = run("tables", tmp_path / "t.csv", "--table", "creators")
    assert (code, "t.csv is a table of Spaces" in err) == (2, True)
    assert run("tables", tmp_path / "t.csv", "--to", tmp_path / "new")[0] == 0
    assert {path.stem for path in (tmp_path / "new").iterdir()} == {
        "spaces",
        "audience",
        "measures",
        "quality",
    }


def test_lines_without_a_space_make_3(run: Run, lines: Path) -> None:
    """A line without a Space is reported, costs no other, and makes the code 3."""
    with lines.open("a") as file:
        file.write("no JSON\n")
    code, out, err = run("tables", lines)
    assert (code, len(pd.read_csv(io.StringIO(out)))) == (3, len(sk.sample_records()))
    assert "spacekit: warning: samples.jsonl: 1 failed" in err


def test_problems_are_listed(run: Run, tmp_path: Path) -> None:
    """Values that could not be read are listed on stderr, and are not in the data."""
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
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        f"{name}.{ending}" for name in TABLES if name != "observations"
    }


def test_an_archive_without_an_answer_is_said(run: Run, tmp_path: Path) -> None:
    """An archive into which nothing was fetched is no empty table: the command says so, and writes nothing."""
    with sk.Archive(tmp_path / "new.db") as archive:
        archive.make()
    code, out, err = run("tables", tmp_path / "new.db", "--to", tmp_path / "out")
    assert (code, out, "new.db: there is no Space in it. Fetch some" in err) == (1, "", True)
    assert not (tmp_path / "out").exists()


def test_describe_is_the_data_dictionary(run: Run) -> None:
    """`--describe` prints each column with its meaning, as CSV and as text."""
    dictionary = sk.describe_columns()
    assert len(pd.read_csv(io.StringIO(run("tables", "--describe")[1]))) == len(dictionary)
    text = run("tables", "--describe", "--format", "text")[1]
    assert all(f"\n{column}  (" in text for column in dictionary["column"])


@pytest.mark.parametrize(("ending", "magic"), [("png", PNG), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_chart_writes_a_picture(ending: str, magic: bytes, run: Run, tmp_path: Path) -> None:
    """A chart is written in the format of its ending, and its caption's facts are printed."""
    path = tmp_path / f"x.{ending}"
    code, out, _ = run("chart", "replay_share", "samples", "--by", "state", "-o", path, "--dpi", "50")
    assert code == 0
    assert path.read_bytes().startswith(magic)
    assert re.search(r"n = \d+ of \d+ Spaces", " ".join(out.split()))
    assert "made-up data" in " ".join(out.split())


def test_chart_within_host(run: Run, tmp_path: Path) -> None:
    """`--within host` reaches the chart, and a period that is none is blamed on `--every`."""
    code, out, _ = run(
        "chart", "calendar", "samples", "--within", "host", "-o", tmp_path / "c.png", "--dpi", "50"
    )
    assert code == 0
    assert "against its creator's usual" in " ".join(out.split())
    code, _, err = run("chart", "trend", "samples", "--every", "0D", "-o", tmp_path / "t.png")
    assert (code, "--every: '0D' is not a period" in " ".join(err.split())) == (2, True)


def test_growth_takes_observations(run: Run, archive: Path, tmp_path: Path) -> None:
    """`growth` reads every observation of an archive."""
    code, out, _ = run("chart", "growth", archive, "-o", tmp_path / "g.png", "--dpi", "50")
    assert code == 0
    assert "n = 2 Spaces, 3 of 3 observations" in out


def test_size_of_a_picture(run: Run, tmp_path: Path) -> None:
    """`--size` and `--dpi` set the picture's pixels."""
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
    code, out, err = run("compare", "samples", "--by", "host", "--format", "text")
    assert code == 0
    assert out.startswith("group")
    assert max(map(words.columns, out.splitlines())) <= 80
    assert "they are not unique listeners" in " ".join(out.split())
    assert "spacekit: warning: ages when fetched" in err
    assert "add --at-age 7D" in err
    table = pd.read_csv(io.StringIO(run("compare", "samples", "--by", "host", "--format", "csv")[1]))
    with pytest.warns(sk.AgeWarning):
        wanted = sk.compare(sk.sample_batch().spaces, by="host")
    medians = wanted["share_median"].astype("float64").tolist()
    assert table["share_median"].tolist() == pytest.approx(medians, nan_ok=True)
    assert list(table) == list(wanted)


@pytest.mark.parametrize(
    "given", [["--by", "host, month"], ["--by", "host", "--by", "month"]], ids=["one", "two"]
)
def test_compare_by_several(run: Run, given: list[str]) -> None:
    """Names with commas, or several options, make a group of each combination."""
    table = pd.read_csv(io.StringIO(run("compare", "samples", *given, "--format", "csv")[1]))
    wanted = sk.stats.summarise(sk.sample_batch().spaces, by=["host", "month"])
    assert table["group"].dropna().tolist() == wanted["group"].dropna().tolist()
    assert table["n"].tolist() == wanted["n"].tolist()


def test_compare_by_a_column_with_a_comma(run: Run, tmp_path: Path) -> None:
    """A column is taken by its whole name."""
    spaces = sk.sample_batch().spaces.assign(**{"a,b": "same"})
    spaces.to_csv(tmp_path / "s.csv", index=False)
    code, out, _ = run("compare", tmp_path / "s.csv", "--by", "a,b", "--format", "csv")
    assert (code, pd.read_csv(io.StringIO(out))["group"].tolist()) == (0, ["same"])


@pytest.mark.parametrize("table", ["spaces", "observations"])
def test_what_failed_makes_the_code_3(run: Run, tmp_path: Path, table: str) -> None:
    """Also beside a table of Spaces, and of observations."""
    run("tables", "samples", "-o", tmp_path / "s.csv")
    (tmp_path / "torn.jsonl").write_text('{"id": "1tor')
    code, _, err = run("tables", tmp_path / "s.csv", tmp_path / "torn.jsonl", "--table", table)
    assert code == 3
    assert "1 failed, of 1 input" in err
