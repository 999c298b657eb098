"""`--join`: columns of a table of the user's, by Space or host."""

import gzip
import io
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commands import Run

import spacekit as sk
from spacekit.cli.joining import joined
from spacekit.cli.reading import user_table
from spacekit.errors import DataError, ReadWarning

SPACES = sk.sample_batch().spaces
RADIO = SPACES[SPACES["creator_screen_name"] == "sample_radio"]


def table(path: Path, rows: dict[str, list[Any]]) -> Path:
    """A file of a table, in the format of its ending."""
    frame = pd.DataFrame(rows)
    if path.suffix == ".parquet":
        frame.to_parquet(path)
    elif path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")
    return path


def sectors(path: Path) -> list[str]:
    """The Spaces for which a join found a sector."""
    found = joined(SPACES, path)
    return found.loc[found["sector"].notna(), "space_id"].tolist()


@pytest.mark.parametrize(
    "handle", ["sample_radio", "@Sample_Radio", "https://x.com/SAMPLE_RADIO", " sample_radio "]
)
@pytest.mark.parametrize("head", ["host", "Handle", "creator_screen_name", "Screen Name"])
def test_a_host_in_any_spelling(handle: str, head: str, tmp_path: Path) -> None:
    """A handle matches with or without @, as an address, in any case."""
    path = table(tmp_path / "h.csv", {head: [handle, "nobody"], "sector": ["radio", "none"]})
    assert sectors(path) == RADIO["space_id"].tolist()


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "parquet"])
def test_a_table_of_any_kind(ending: str, tmp_path: Path) -> None:
    """CSV, TSV, Excel and Parquet give the same columns."""
    ids = RADIO["creator_id"].unique().tolist()
    path = table(tmp_path / f"t.{ending}", {"creator_id": ids, "sector": ["radio"] * len(ids)})
    assert sectors(path) == RADIO["space_id"].tolist()


def test_spaces_by_id_or_link(tmp_path: Path) -> None:
    """Ids are case-sensitive; links of Spaces are read as ids."""
    one, two = SPACES["space_id"].iloc[:2]
    path = table(
        tmp_path / "s.csv", {"space_id": [one, f"https://x.com/i/spaces/{two}/peek"], "sector": ["a", "b"]}
    )
    found = joined(SPACES, path)
    assert found["sector"].iloc[:3].tolist() == ["a", "b", pd.NA]
    assert found.drop(columns="sector").equals(SPACES)


@pytest.mark.parametrize(
    ("head", "values"), [("Konto", "creator_id"), ("wer", "creator_screen_name"), ("was", "space_id")]
)
def test_a_column_of_another_name(head: str, values: str, run: Run, tmp_path: Path) -> None:
    """`--on` names the column; its values say what it holds."""
    known = SPACES[values].dropna().unique().tolist()
    path = table(tmp_path / "k.csv", {head: known, "sector": [f"s{n % 3}" for n in range(len(known))]})
    code, out, err = run("compare", "samples", "--join", path, "--on", head, "--by", "sector")
    assert (code, f"joined by '{head}'" in err) == (0, True)
    assert {"s0", "s1", "s2"} <= set(pd.read_csv(io.StringIO(out))["group"])


@pytest.mark.parametrize(
    ("rows", "options", "code", "words"),
    [
        ({"host": ["a_b", "@A_B"], "x": [1, 2]}, [], 1, "several rows have the same 'host': 'a_b'"),
        ({"host": ["a_b"], "title": ["x"]}, [], 1, "same name already: 'title'"),
        ({"name": ["a_b"], "x": [1]}, [], 2, "no column says which Space or host"),
        ({"host": ["a_b"], "x": [1]}, ["--on", "hist"], 2, "Did you mean 'host'?"),
        ({"name": ["zzz"], "x": [1]}, ["--on", "name"], 2, "none of the values"),
        ({"host": ["a_b"], "": [1]}, [], 1, "column 2 has no name"),
        ({"host": ["a_b"], "sector": [1]}, ["--by", "sectr"], 2, "Did you mean 'sector'?"),
    ],
)
def test_what_does_not_join(
    rows: dict[str, list[Any]], options: list[str], code: int, words: str, run: Run, tmp_path: Path
) -> None:
    """Duplicates, clashes and unknown columns are errors that name them."""
    path = table(tmp_path / "odd.csv", rows)
    found, out, err = run("compare", "samples", "--join", path, *options)
    assert (found, out) == (code, "")
    assert words in err


def test_what_found_no_partner_is_said(run: Run, tmp_path: Path) -> None:
    """Spaces without a row, rows without a Space, and keys that are none."""
    path = table(
        tmp_path / "h.csv", {"host": ["sample_radio", "nobody", "n/a"], "sector": ["radio", "x", "y"]}
    )
    err = run("compare", "samples", "--join", path)[2]
    assert (
        f"{len(SPACES) - len(RADIO)} of {len(SPACES)} Spaces found no row; 1 row found no Space: 'nobody'"
        in err
    )
    assert "1 row left out, as 'host' is no creator_screen_name: 'n/a'" in err


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet"])
@pytest.mark.parametrize(
    ("head", "odd", "words"),
    [
        ("host", [None, None, None], "3 rows left out, as 'host' is empty"),
        (
            "host",
            ["x y z", "q r s"],
            "2 rows left out, as 'host' is no creator_screen_name: 'x y z', 'q r s'",
        ),
        ("host", ["x y z", None], "1 row left out, as 'host' is empty"),
        (
            "host",
            ["https://mobile.x.com/a_b/status/123", "https://mobile.x.com/c_d/status/124"],
            "2 rows left out",
        ),
        ("space_id", ["total", "mean"], "2 rows left out, as 'space_id' is no space_id: 'total', 'mean'"),
        ("creator_id", [None, None], "2 rows left out, as 'creator_id' is empty"),
    ],
)
def test_rows_without_a_key_are_left_out(
    head: str, odd: list[Any], words: str, ending: str, run: Run, tmp_path: Path
) -> None:
    """However many rows say of no Space or host, the others are joined; those are counted and named once."""
    column = "creator_screen_name" if head == "host" else head
    rows = [RADIO[column].iloc[0], *odd]
    path = table(tmp_path / f"m.{ending}", {head: rows, "sector": ["radio", *["other"] * len(odd)]})
    code, out, err = run("compare", "samples", "--join", path, "--by", "sector")
    assert (code, "radio" in out, "other" in out) == (0, True, False)
    assert words in err
    assert "found no Space" not in err


@pytest.mark.parametrize("word", ["weekday", "hour", "month"])
def test_a_column_called_as_a_group(word: str, run: Run, tmp_path: Path) -> None:
    """It would hide what --by computes: it is refused, with what to do."""
    path = table(tmp_path / "h.csv", {"host": ["sample_radio"], word: ["x"]})
    code, out, err = run("compare", "samples", "--join", path, "--by", word)
    assert (code, out) == (1, "")
    assert f"--by has groups of the same name already: '{word}'. Rename or remove them in the file." in err


def test_a_host_that_is_not_matched_by(run: Run, tmp_path: Path) -> None:
    """It is left out, and said: --by host stays what it is."""
    rows = {"creator_id": [RADIO["creator_id"].iloc[0]], "host": ["somebody"], "sector": ["radio"]}
    code, out, err = run("compare", "samples", "--join", table(tmp_path / "h.csv", rows), "--by", "host")
    assert (code, out) == (0, run("compare", "samples", "--by", "host")[1])
    assert "left out: host" in err


def test_joined_columns_are_written(run: Run, tmp_path: Path) -> None:
    """Tables with a row for each Space or host have them at their end; those that the result has are refused."""
    path = table(tmp_path / "h.csv", {"host": ["sample_radio"], "sector": ["radio"], "code": ["007"]})
    for command in ("measures", "hosts", "growth", "at-age 7D"):
        out = run(*command.split(), "samples", "--join", path)[1]
        assert out.splitlines()[0].endswith(",sector,code")
    assert ",radio,007" in run("hosts", "samples", "--join", path)[1]
    path = table(tmp_path / "n.csv", {"host": ["sample_radio"], "n": [1]})
    code, _, err = run("hosts", "samples", "--join", path)
    assert (code, "'n'" in err) == (1, True)


def test_hosts_take_columns_of_hosts_only(run: Run, tmp_path: Path) -> None:
    """What differs between Spaces of one host has no place beside the host."""
    ids = RADIO["space_id"].tolist()
    path = table(tmp_path / "s.csv", {"space_id": ids, "topic": [f"t{n}" for n in range(len(ids))]})
    code, _, err = run("hosts", "samples", "--join", path)
    assert (code, "'topic': it differs between Spaces of one host" in err) == (1, True)


@pytest.mark.parametrize(
    ("texts", "dtype"),
    [
        (["1", "-2", ""], "Int64"),
        (["1.5", "2", ""], "Float64"),
        (["007", "8", ""], "string"),
        (["NA", "None", "nan"], "string"),
        (["1", "x", ""], "string"),
        (["12345678901234567890", "1", ""], "string"),
    ],
)
def test_no_word_is_lost(texts: list[str], dtype: str, tmp_path: Path) -> None:
    """A column is one of numbers only where all its texts are; words such as NA stay words."""
    path = tmp_path / "t.csv"
    path.write_text("host,x\n" + "".join(f"h{n},{text}\n" for n, text in enumerate(texts)), encoding="utf-8")
    column = user_table(path)["x"]
    assert column.dtype.name.startswith(dtype)
    assert ["" if pd.isna(value) else str(value).removesuffix(".0") for value in column] == texts


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    """Files as Excel and PowerShell write them, compressed too, with `;` between cells."""
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress("host;sector\nsample_radio;Kultur für alle\n".encode(encoding)))
    with nullcontext() if encoding != "cp1252" else pytest.warns(ReadWarning):
        assert user_table(path)["sector"].tolist() == ["Kultur für alle"]


def test_a_row_that_is_too_long_is_refused(tmp_path: Path) -> None:
    """A comma that is not in quotes moves no cell."""
    path = tmp_path / "t.csv"
    path.write_text("host,sector\nsample_radio,news\nsample_books,news, talk\n", encoding="utf-8")
    with pytest.raises(DataError, match="column 3 has no name"):
        user_table(path)


@pytest.mark.parametrize("name", ["User Name", "userName", "Screen-Name", "HOST", "Twitter handle"])
def test_names_of_columns_are_read_as_people_write_them(name: str, run: Run, tmp_path: Path) -> None:
    """Capitals, blanks and dashes make no difference."""
    path = table(tmp_path / "h.csv", {name: ["sample_radio"], "sector": ["radio"]})
    code, _, err = run("compare", "samples", "--join", path, "--by", "sector")
    assert (code, f"1 column joined by {name!r}" in err) == (0, True)


def test_up_to_ten_rows_that_found_no_space_are_named(run: Run, tmp_path: Path) -> None:
    """So that a misspelt handle is seen."""
    names = [f"nobody_{number:02}" for number in range(12)]
    path = table(tmp_path / "h.csv", {"host": [*names, "sample_radio"], "sector": ["x"] * 13})
    err = run("compare", "samples", "--join", path)[2]
    assert "12 rows found no Space: 'nobody_00', " in err
    assert "'nobody_09', ..." in err


def test_a_table_that_is_not_there_is_named_with_its_option(run: Run) -> None:
    """Which of the files it is, INPUT or the table, is plain."""
    code, _, err = run("compare", "samples", "--join", "nosuch.csv")
    assert (code, "--join nosuch.csv: there is no such file" in err) == (1, True)


def test_a_point_that_may_be_one_of_thousands_is_no_decimal_point(run: Run, tmp_path: Path) -> None:
    """After semicolons, as in Europe: such a column stays text, and it is said; after commas it is one of numbers."""
    path = tmp_path / "h.csv"
    for delimiter, written in ((";", "3.500"), (",", "3.5")):
        text = "host,n\nsample_radio,3.500\nsample_beats,750\n"
        path.write_text(text.replace(",", delimiter), encoding="utf-8")
        _, out, err = run("measures", "samples", "--join", path)
        assert f",{written}\n" in out
        assert ("column 'n' is read as text: after semicolons 3.500 may be" in err) == (delimiter == ";")


def test_a_formula_that_is_a_mere_text_is_that_text(run: Run, tmp_path: Path) -> None:
    """`="..."`, by which one keeps a spreadsheet from changing a value, is in no id and in no name of a group."""
    path = tmp_path / "h.csv"
    path.write_text('host;sector\n="sample_radio";="radio"\n', encoding="utf-8")
    out = run("compare", "samples", "--join", path, "--by", "sector", "--quiet")[1]
    assert "\nradio,11," in out


def test_a_column_of_the_input_that_hides_a_group_is_said(run: Run, tmp_path: Path) -> None:
    """It is taken, as in Python; nobody has to wonder which month that is."""
    SPACES.assign(month="mine").to_parquet(tmp_path / "s.parquet")
    code, out, err = run("compare", tmp_path / "s.parquet", "--by", "month")
    assert (code, "mine" in out) == (0, True)
    assert "--by month: the input has a column of this name, which is taken" in err
