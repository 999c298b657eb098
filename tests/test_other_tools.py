"""The lines of docs/other-tools.md, run as they stand there."""

import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.cli.main import main
from spacekit.cli.writers.formats import FORMATS

PAGE = (Path(__file__).parent.parent / "docs" / "other-tools.md").read_text(encoding="utf-8")


def blocks(language: str) -> Iterator[str]:
    """The blocks of code in one language."""
    yield from re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def commands() -> list[list[str]]:
    """The commands of spacekit, without what a pipe does with their output."""
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("spacekit")]
    return [shlex.split(line.partition("|")[0], comments=True)[1:] for line in lines]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the page runs."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("arguments", commands(), ids=" ".join)
def test_commands_run(arguments: list[str], folder: Path, capsys: Any) -> None:
    """Each ends well and writes its file, or standard output."""
    if "xlsx" in " ".join(arguments):
        pytest.importorskip("openpyxl")
    assert main(arguments) == 0
    assert list(folder.iterdir()) or capsys.readouterr().out


def test_python_runs(folder: Path) -> None:
    """Every file has a row for each Space, and no title is a formula."""
    openpyxl = pytest.importorskip("openpyxl")
    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block, names)  # noqa: S102  (our own page)
    rows = len(sk.sample_batch().spaces)
    text = {"creator_id": str}
    with closing(sqlite3.connect("spaces.sqlite")) as file:
        tables = [pd.read_sql_query("SELECT * FROM spaces", file)]
    tables += [pd.read_csv("spaces.csv", dtype=text), pd.read_excel("spaces.xlsx", dtype=text)]
    tables += [
        pd.read_stata("spaces.dta"),
        pd.read_feather("spaces.feather"),
        pd.read_parquet("spaces.parquet"),
    ]
    assert {len(table) for table in tables} == {rows}
    ids = sk.sample_batch().spaces["creator_id"].dropna().tolist()
    assert all([one for one in table["creator_id"].dropna() if one] == ids for table in tables)
    sheet = openpyxl.load_workbook("spaces.xlsx").active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs R")
def test_r_reads_csv(folder: Path) -> None:
    """The lines for base R: ids whole, instants to the millisecond, missing where it is missing."""
    main(["tables", "samples", "-o", "spaces.csv"])
    lines = [line for line in next(blocks("r")).splitlines() if "arrow" not in line]
    shown = 'cat(nrow(spaces), spaces$creator_id[1], format(spaces$started_at[1], "%Y-%m-%dT%H:%M:%OS3"))'
    ask = ["Rscript", "--vanilla", "-e", "; ".join([*lines, shown])]
    done = subprocess.run(ask, capture_output=True, text=True, check=True)
    first = sk.sample_batch().spaces.iloc[0]
    rows, creator, started = done.stdout.split()
    assert (int(rows), creator) == (len(sk.sample_batch().spaces), first["creator_id"])
    assert abs(pd.Timestamp(started, tz="UTC") - first["started_at"]) <= pd.Timedelta("1ms")


def test_every_format_is_explained() -> None:
    """The table of the page has a line for each."""
    table = "".join(line.split("|")[1] for line in PAGE.splitlines() if line.startswith("| `"))
    assert set(re.findall(r"`(\w+)`", table)) == set(FORMATS)
