"""Tests of spacekit.cli.output: every format is read back by the libraries that people read it with."""

import csv
import gzip
import io
import shutil
import sqlite3
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commands import Run

import spacekit as sk
from spacekit.archive.sources import source_of
from spacekit.cli import output, saying
from spacekit.cli.main import main
from spacekit.cli.tables import TABLES
from spacekit.cli.writers.formats import FORMATS, Form

ODD = [
    "a\rcarriage return",
    "a\nline feed",
    'a "quote", a comma',
    "a\ttab\r\n",
    "NUL\x00 and bell\x07",
    "=1+1",
    "+49 30",
    "-5 degrees",
    "@host",
    "#N/A",
    "'=kept",
    "_x0041_",
    "Ελληνικά 日本語 🎙️",
    "\u202etitle",
]


@pytest.fixture
def odd() -> pd.DataFrame:
    """Spaces whose titles are hard to write, one missing."""
    records = [
        {"id": f"1SAMPLEodd{place:03}", "title": title, "state": "Ended", "replay_start_time": 166, "is_locked": True,
         "creator": {"id": "9000000000000000101"}, "started_at": 1680293286898, "total_live_listeners": 12}
        for place, title in enumerate(ODD)
    ]  # fmt: skip
    return sk.normalize([*records, {"id": "1SAMPLEodd999"}]).spaces


def written(frame: pd.DataFrame, path: Path, **how: Any) -> Path:
    """Write a table as the shell does."""
    output.write_table(frame, path, Form(output.format_of(path, None, ""), **how))
    return path


def titles(table: pd.DataFrame) -> list[Any]:
    """The titles that are there."""
    return table["title"].dropna().tolist()


@pytest.mark.parametrize("name", ["s.csv", "s.csv.gz", "s.tsv"])
def test_text_has_one_row_a_space(odd: pd.DataFrame, tmp_path: Path, name: str) -> None:
    """Carriage returns, line feeds, quotes, separators and NUL stay within their cell, for csv and for pandas."""
    separator = "\t" if name == "s.tsv" else ","
    path = written(odd, tmp_path / name)
    opened = gzip.open if name.endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8", newline="") as file:  # type: ignore[operator]
        rows = list(csv.reader(file, delimiter=separator))
    assert [row[1] for row in rows] == ["title", *ODD, ""]
    assert len(pd.read_csv(path, sep=separator)) == len(odd)


def test_lines_end_with_a_line_feed(odd: pd.DataFrame, tmp_path: Path) -> None:
    """On every system, and there is no byte order mark unless asked for."""
    text = written(odd[["space_id"]], tmp_path / "s.csv").read_bytes()
    assert text.splitlines(keepends=True)[:2] == [b"space_id\n", b"1SAMPLEodd000\n"]
    assert written(odd, tmp_path / "b.csv", bom=True).read_bytes().startswith(b"\xef\xbb\xbfspace_id,title")


def test_safe_cells_are_text_to_a_spreadsheet(odd: pd.DataFrame, tmp_path: Path) -> None:
    """An apostrophe stands before each; numbers are as they were, and spacekit's reader takes it away."""
    path = written(odd, tmp_path / "s.csv", safe=True)
    raw = pd.read_csv(path, dtype=str)
    assert not raw["title"].dropna().str.match("[=+\\-@\t\r\n]").any()
    assert raw["total_live_listeners"][0] == "12"
    assert source_of(path).spaces["title"].equals(odd["title"])
    assert list(raw) == list(odd)


@pytest.mark.parametrize(
    "ending", [*(one.endings[0] for one in FORMATS.values() if one.name != "text"), ".csv.gz"]
)
def test_what_is_written_is_read_again(odd: pd.DataFrame, tmp_path: Path, ending: str) -> None:
    """Values and dtypes are the same, instants and spans to the millisecond; only Stata has no NUL."""
    if ending == ".xlsx":
        pytest.importorskip("openpyxl")
    if ending == ".dta":
        odd["title"] = odd["title"].str.replace("\x00", "␀", regex=False)
    pd.testing.assert_frame_equal(source_of(written(odd, tmp_path / f"s{ending}")).spaces, odd)


def test_feather_keeps_the_types(odd: pd.DataFrame, tmp_path: Path) -> None:
    """The library pyarrow reads the same columns as from Parquet."""
    table = pd.read_feather(written(odd, tmp_path / "s.feather"))
    wanted = pd.read_parquet(written(odd, tmp_path / "s.parquet"))
    pd.testing.assert_frame_equal(table, wanted)


def test_excel_computes_nothing(odd: pd.DataFrame, tmp_path: Path) -> None:
    """Titles stay text, ids too; what XML cannot hold is spelt as Excel does; dates are dates, names are frozen."""
    openpyxl = pytest.importorskip("openpyxl")
    path = written(odd, tmp_path / "s.xlsx")
    sheet = openpyxl.load_workbook(path)["spaces"]
    names = {cell.value: cell.column - 1 for cell in sheet[1]}
    first = sheet[2]
    cells = [row[names["title"]] for row in sheet.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells[:-1]} <= {"s", "inlineStr"}
    assert cells[5].value == "=1+1"
    assert cells[9].value == "#N/A"
    assert cells[4].value == "NUL_x0000_ and bell_x0007_"
    assert cells[0].value == "a_x000D_carriage return"
    assert (first[names["started_at"]].is_date, first[names["creator_id"]].value) == (
        True,
        "9000000000000000101",
    )
    assert first[names["started_at"]].value == pd.Timestamp("2023-03-31T20:08:06.898")
    assert first[names["is_locked"]].value is True
    assert cells[-1].value is None
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", f"A1:AC{len(odd) + 1}")
    assert b"<f>" not in zipfile.ZipFile(path).read("xl/worksheets/sheet1.xml")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
def test_libreoffice_opens_the_workbook(odd: pd.DataFrame, tmp_path: Path) -> None:
    """It shows the titles as they are, also those that look like formulas and errors, and dates as dates."""
    pytest.importorskip("openpyxl")
    own = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    how = [
        "soffice",
        own,
        "--headless",
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true",
    ]
    path = written(odd, tmp_path / "s.xlsx")
    subprocess.run([*how, "--outdir", tmp_path, path], check=True, capture_output=True)
    table = pd.read_csv(tmp_path / "s.csv", dtype=str, keep_default_na=False, na_values=[""])
    assert titles(table)[5:10] == ODD[5:10]
    assert titles(table)[12] == ODD[12]
    assert table["started_at"][0] == "2023-03-31 20:08:06 UTC"
    assert table["creator_id"][0] == "9000000000000000101"
    assert (table["is_locked"][0], table["replay_start_time"][0]) == ("TRUE", "0.000 h")


def test_excel_cuts_long_text_and_says_so(capsys: Any, tmp_path: Path) -> None:
    """At 32,767 characters as UTF-16 counts them, never within one."""
    openpyxl = pytest.importorskip("openpyxl")
    frame = pd.DataFrame({"title": ["x" + "🎙" * 20_000, "_x0041_" * 5000, "short"]})
    sheet = openpyxl.load_workbook(written(frame, tmp_path / "s.xlsx")).active
    assert sheet["A2"].value == "x" + "🎙" * 16_383
    assert len(sheet["A3"].value) <= 32_767
    assert "2 of spaces.title are cut" in capsys.readouterr().err


def test_sqlite_is_a_table_of_its_name(odd: pd.DataFrame, tmp_path: Path) -> None:
    """Instants are ISO text, flags 0 and 1, missing is NULL, numbers are numbers."""
    path = written(odd, tmp_path / "s.sqlite")
    connection = sqlite3.connect(path)
    names = "title, started_at, is_locked, replay_start_time, total_live_listeners, creator_id"
    rows = connection.execute(f"SELECT {names} FROM spaces").fetchall()  # noqa: S608
    connection.close()
    assert rows[0][1:] == ("2023-03-31T20:08:06.898Z", 1, 166 / 3_600_000, 12, "9000000000000000101")
    assert [row[0] for row in rows] == [*ODD, None]
    assert rows[-1] == (None,) * 6


def test_foreign_sqlite_is_never_replaced(run: Run, archive: Path, tmp_path: Path) -> None:
    """An archive and another program's file stay as they are, whatever the format; a file of ours is replaced."""
    before = archive.read_bytes()
    for form in ("sqlite", "csv"):
        code, _, err = run("tables", "samples", "-o", archive, "--format", form)
        assert (code, "is an archive or another SQLite file" in err) == (1, True)
    assert archive.read_bytes() == before
    ours = tmp_path / "s.sqlite"
    assert run("tables", "samples", "-o", ours)[0] == run("tables", "samples", "-o", ours)[0] == 0
    connection = sqlite3.connect(ours)
    connection.execute("CREATE TABLE mine (note TEXT)")
    connection.commit()
    connection.close()
    assert run("tables", "samples", "-o", ours)[0] == 1


def test_stata_has_labels_and_datetimes(odd: pd.DataFrame, tmp_path: Path, capsys: Any) -> None:
    """Missing codes for numbers, "" for text, %tc for instants, long texts whole, names that Stata takes."""
    odd["a column of mine whose name is too long"] = "日" * 2000
    path = written(odd, tmp_path / "s.dta")
    table = pd.read_stata(path)
    assert table["title"].tolist() == [*(title.replace("\x00", "␀") for title in ODD), ""]
    assert table["started_at"][0] == pd.Timestamp("2023-03-31T20:08:06.898")
    assert (table["is_locked"][0], table["is_locked"].isna().sum()) == (1, 1)
    assert table["a_column_of_mine_whose_name_is_t"][0] == "日" * 2000
    with pd.io.stata.StataReader(path) as reader:
        labels = reader.variable_labels()
    assert labels["space_id"] == "Id of the Space: letters and digits, case-sensitive."
    assert labels["replay_start_time"].startswith("hours: ")
    err = capsys.readouterr().err
    assert "is a_column_of_mine_whose_name_is_t" in err
    assert "NUL" in err


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "text"])
def test_tables_without_rows(form: str, tmp_path: Path) -> None:
    """Every format holds a table without rows, with all its columns."""
    for name in ("spaces", "participants", "outcomes"):
        frame = getattr(sk.sample_batch(), name).iloc[:0]
        path = tmp_path / f"{name}{FORMATS[form].endings[0]}"
        written(frame, path)
        if form == "xlsx":
            pytest.importorskip("openpyxl")
            assert list(pd.read_excel(path)) == list(frame)


def test_minus_is_standard_output(run: Run) -> None:
    """`-o -` is what no `-o` is."""
    assert run("tables", "samples", "-o", "-")[:2] == run("tables", "samples")[:2]


def test_wrong_formats_are_explained(run: Run, tmp_path: Path) -> None:
    """By what was meant, or by the list of all."""
    assert "did you mean .xlsx?" in run("tables", "samples", "-o", tmp_path / "s.xls")[2]
    assert "did you mean parquet?" in run("tables", "samples", "--format", "parqet")[2]
    assert "Add --format csv|tsv|" in " ".join(run("tables", "samples", "-o", tmp_path / "s.what")[2].split())
    assert run("tables", "samples", "-o", tmp_path / "s.out", "--format", "stata")[0] == 0
    assert "leave out .gz" in run("tables", "samples", "-o", tmp_path / "s.parquet.gz")[2]
    assert "--bom is for csv and tsv" in run("tables", "samples", "-o", tmp_path / "s.dta", "--bom")[2]


def test_excel_without_its_package(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence, before any work."""
    monkeypatch.setattr("spacekit.cli.writers.formats.find_spec", lambda _name: None)
    code, _, err = run("tables", "samples", "-o", tmp_path / "s.xlsx")
    assert (code, "xlsx needs a package: run pip install openpyxl" in " ".join(err.split())) == (2, True)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_never_controlled(odd: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Escape sequences and overrides of direction in titles are spelt out, also in CSV and JSON."""
    odd.loc[0, "title"] = "\x1b[31mred\x9b1m\u202e"
    for form in ("csv", "jsonl", "text"):
        out = _Terminal()
        monkeypatch.setattr("sys.stdout", out)
        output.write_table(odd, None, form)
        assert not {"\x1b", "\x9b", "\u202e", "\r", "\x00"} & set(out.getvalue())


def test_a_chart_on_standard_output(capfdbinary: Any) -> None:
    """`-o -` writes the picture, and its facts to standard error."""
    assert main(["chart", "audience", "samples", "-o", "-", "--dpi", "50"]) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"\x89PNG")
    assert b"made-up data" in b" ".join(err.split())
    assert main(["chart", "audience", "samples", "-o", "-", "--format", "svg"]) == 0
    assert capfdbinary.readouterr().out.startswith(b"<?xml")


def test_outcomes_on_standard_output(run: Run, tmp_path: Path) -> None:
    """`--outcomes -` writes them as CSV where the Spaces go to a file; both at once are refused."""
    code, out, _ = run("fetch", "--sandbox", "-o", tmp_path / "s.jsonl", "--outcomes", "-")
    assert (code, out.splitlines()[0].split(",")[:3]) == (0, ["input", "space_id", "outcome"])
    assert run("fetch", "--sandbox", "--outcomes", "-")[0] == 2


def test_columns_of_your_own_are_written(tmp_path: Path) -> None:
    """Of any kind: what no file has a type for is text."""
    frame = pd.DataFrame(
        {
            "mixed": [1, "a", None],
            "days": [pd.Timestamp("2026-01-01").date()] * 3,
            "numbers": pd.Categorical([1, 2, None]),
            "months": pd.period_range("2026-01", periods=3, freq="M"),
            "flags": [True, None, False],
            "lists": [[1], [], [2, 3]],
            "naive": pd.to_datetime(["1850-01-01T00:00:00.0", None, "2026-01-01T12:00:00.5"]),
            "large": [2**60, 1, 2],
        }
    )
    for form, one in FORMATS.items():
        if form != "text":
            written(frame, tmp_path / f"mine{one.endings[0]}")
    table = pd.read_csv(tmp_path / "mine.csv", keep_default_na=False)
    assert table["months"].tolist() == ["2026-01", "2026-02", "2026-03"]
    assert table["naive"].tolist() == ["1850-01-01T00:00:00.000", "", "2026-01-01T12:00:00.500"]
    assert table["flags"].tolist() == ["True", "", "False"]
    assert pd.read_stata(tmp_path / "mine.dta")["large"][0] == str(2**60)


@pytest.mark.parametrize(
    ("to", "options", "file"),
    [("all.sqlite", [], "all.sqlite"), ("new", ["--format", "sqlite"], "new/tables.sqlite")],
)
def test_all_tables_in_one_file(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, options: list[str], file: str
) -> None:
    """Where a format holds several: in a folder, or in the file that is named; also from a terminal."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert run("tables", "samples", "--to", tmp_path / to, *options)[0] == 0
    connection = sqlite3.connect(tmp_path / file)
    names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]
    connection.close()
    assert names == [name for name in TABLES if name != "observations"]


def test_one_file_holds_one_table(run: Run, tmp_path: Path) -> None:
    """A CSV file for all tables is refused, as is an ending that is not the format."""
    for options in (["all.csv"], ["all.xlsx", "--format", "sqlite"]):
        code, _, err = run("tables", "samples", "--to", tmp_path / options[0], *options[1:])
        assert (code, "that ends in .xlsx or .sqlite" in " ".join(err.split())) == (2, True)


def test_a_file_of_tables_is_no_archive(run: Run, archive: Path, tmp_path: Path) -> None:
    """Each has a mark of its own in its header, whatever the versions are."""
    run("tables", "samples", "-o", tmp_path / "s.sqlite")
    marks = [path.read_bytes()[68:72] for path in (archive, tmp_path / "s.sqlite")]
    assert marks[0] != marks[1] != b"\0\0\0\0"


ARGUMENTS = {
    "fetch": ["--sandbox", "--table", "spaces"],
    "search": ["--sandbox", "--host", "sample_radio"],
    "contrast": ["samples", "--by", "host"],
    "at-age": ["7D", "samples"],
}
"""What a command needs; others need `samples` alone."""


def commands_with_tables() -> list[str]:
    """The commands that have the options of a table."""
    from spacekit.cli.main import parser

    (commands,) = (action for action in parser()._actions if isinstance(action.choices, dict))
    return [name for name, one in commands.choices.items() if "--bom" in one.format_usage()]


@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
@pytest.mark.parametrize("command", commands_with_tables())
def test_every_command_takes_the_options(command: str, run: Run, tmp_path: Path) -> None:
    """`--bom` and `--safe-cells` reach the file, and a table has the name of what it is."""
    arguments = ARGUMENTS.get(command, ["samples"])
    if command == "reach":
        run("search", *ARGUMENTS["search"], "-o", tmp_path / "posts.csv")
        arguments = ["samples", "--posts", str(tmp_path / "posts.csv")]
    path = tmp_path / "t.csv"
    assert run(command, *arguments, "--bom", "--safe-cells", "-o", path)[0] in (0, 3)
    assert path.read_bytes().startswith(b'\xef\xbb\xbf"')
    assert run(command, *arguments, "-o", tmp_path / "t.sqlite")[0] in (0, 3)
    connection = sqlite3.connect(tmp_path / "t.sqlite")
    (name,) = connection.execute("SELECT name FROM sqlite_master").fetchone()
    connection.close()
    wanted = {"fetch": "spaces", "search": "posts", "tables": "spaces"}
    assert name == wanted.get(command, command.replace("-", "_"))


@pytest.mark.parametrize("form", [name for name in FORMATS if name != "text"])
def test_posts_are_read_again(form: str, run: Run, tmp_path: Path) -> None:
    """`--posts` takes what `search -o` wrote, in every format, with the same result."""
    paths = [tmp_path / f"posts{FORMATS[name].endings[0]}" for name in (form, "parquet")]
    for path in paths:
        assert run("search", *ARGUMENTS["search"], "-o", path)[0] == 0
    found = [run("reach", "samples", "--posts", path)[:2] for path in paths]
    assert found[0] == found[1]
    assert found[0][0] == 0


@pytest.mark.parametrize("dtype", ["float64", "Float64", "float32", "object"])
def test_stata_has_no_infinity(dtype: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A number that Stata cannot hold is missing in the file, and that is said; the others stay."""
    values = [1.5, float("inf"), float("-inf"), None]
    frame = pd.DataFrame({"space_id": list("abcd"), "score": pd.Series(values, dtype=dtype)})
    kept = frame.copy()
    path = written(frame, tmp_path / "s.dta")
    assert pd.read_stata(path)["score"].isna().tolist() == [False, True, True, True]
    assert pd.read_stata(path)["score"][0] == 1.5
    assert "2 of 'score' written as missing" in capsys.readouterr().err
    pd.testing.assert_frame_equal(frame, kept)


def test_stata_has_no_greater_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The greatest doubles stand for what is missing in Stata; the greatest below them is written."""
    greatest = float.fromhex("0x1.fffffffffffffp+1022")
    path = written(pd.DataFrame({"score": [greatest, 1e308, -1e308]}), tmp_path / "s.dta")
    assert pd.read_stata(path)["score"].fillna(0).tolist() == [greatest, 0, 0]
    assert "2 of 'score' written as missing" in capsys.readouterr().err


def test_a_stream_that_is_discarded_leaves_no_file_open(tmp_path: Path) -> None:
    """What is written to it afterwards is lost, and no file stays open for that."""
    with (tmp_path / "out.txt").open("w") as stream:
        saying.discard(stream)
        with (tmp_path / "next.txt").open("w") as following:
            number = following.fileno()
        saying.discard(stream)
        stream.write("lost")
    with (tmp_path / "again.txt").open("w") as last:
        assert last.fileno() <= number
    assert (tmp_path / "out.txt").read_bytes() == b""
    saying.discard(io.StringIO())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x.xls", "has this ending; did you mean .xlsx? Or add"),
        ("x.zzzzz", "has this ending. Add --format csv|"),
    ],
)
def test_an_unknown_ending_is_one_sentence(name: str, words: str, tmp_path: Path, capsys: Any) -> None:
    """A question ends with its mark alone."""
    with pytest.raises(SystemExit):
        main(["tables", "samples", "-o", str(tmp_path / name)])
    assert words in capsys.readouterr().err
