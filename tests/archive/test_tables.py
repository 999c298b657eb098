"""Whatever the command writes it reads, with the same dtypes and values; what is spoilt is refused."""

import csv
import gzip
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import spacekit as sk
from spacekit import stats
from spacekit.archive.sources import source_of
from spacekit.cli.main import main
from spacekit.cli.output import write_table
from spacekit.cli.writers.formats import FORMATS, Form
from spacekit.errors import DataError, ReadWarning

ODD = [
    "a\nb", "a\rb", "a\r\nb", 'say "hi"', "=1+1", "+1", "-x", "@me", "\tt", "'=1", "'tis", "🎙 é 漢字", " lead",
    "trail ", "NA", "null", "None", "nan", "1234567890123456789", "007", "1e5", "true", "2023-01-01", "a,b;c|d",
    "sep=;", "#TYPE x", "_x000D_", "\\", '\\"', '"', "a\u2028b", "bell\x07", "\ufeffmark", '{"a": 1}', "x" * 3000,
]  # fmt: skip
SPACES = sk.sample_batch().spaces
OBSERVATIONS = source_of(sk.sample_observations_path()).observations


@cache
def posts() -> pd.DataFrame:
    """Made-up posts, as a search finds them."""
    with sk.sandbox() as client:
        found: pd.DataFrame = client.search(hosts="sample_radio", progress=False).posts
    return found


FORMS = [Form(name) for name in FORMATS if name != "text"]
FORMS += [
    Form("csv", bom=True),
    Form("csv", safe=True),
    Form("csv", bom=True, safe=True),
    Form("tsv", safe=True),
]


def spaces(titles: list[str]) -> pd.DataFrame:
    """The made-up Spaces, of which the first have these titles, with columns of somebody's own."""
    table = SPACES.head(max(len(titles), 3)).copy()
    table["title"] = pd.array([*titles, *table["title"][len(titles) :]], table["title"].dtype)
    table["title"] = table["title"].replace("", pd.NA)  # most formats do not tell it from a missing one
    return table.assign(mine=range(len(table)), code="007", account="1234567890123456789", ok=True)


def same(got: pd.DataFrame, expected: pd.DataFrame) -> None:
    """Columns of spacekit in all they are; those of one's own by value."""
    own = ["mine", "code", "account", "ok"]
    pd.testing.assert_frame_equal(got.drop(columns=own), expected.drop(columns=own))
    for name in ("mine", "code", "ok"):
        assert got[name].tolist() == expected[name].tolist()
    assert got["account"].astype("string").tolist() == expected["account"].tolist()


@pytest.mark.parametrize("form", FORMS, ids=repr)
def test_a_table_comes_back_from_every_format(tmp_path: Path, form: Form) -> None:
    """With the dtypes and values that it had, whatever stands in its titles."""
    table = spaces(ODD)
    path = tmp_path / f"a.{form.name}"
    write_table(table, path, form)
    same(sk.read_table(path), table)


@pytest.mark.parametrize("form", [form for form in FORMS if not FORMATS[form.name].binary], ids=repr)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    titles=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1, max_size=20)
)
def test_any_title_comes_back_from_text(tmp_path: Path, form: Form, titles: list[str]) -> None:
    """Also such as look like the marks of a format; only empty text is missing afterwards."""
    table = spaces(titles)
    path = tmp_path / f"a.{form.name}"
    write_table(table, path, form)
    same(sk.read_table(path), table)


@pytest.mark.parametrize(
    "ending", ["csv", "tsv", "csv.gz", "jsonl", "parquet", "feather", "xlsx", "sqlite", "dta"]
)
@pytest.mark.parametrize("what", ["spaces", "observations", "at_age"])
def test_the_command_reads_what_it_writes(tmp_path: Path, what: str, ending: str) -> None:
    """A table that went through a file is the same CSV as one that did not."""
    source = tmp_path / "source.parquet"
    observations = source_of(sk.sample_observations_path()).observations
    made = {
        "spaces": sk.sample_batch().spaces,
        "observations": observations,
        "at_age": sk.at_age(observations, "7D"),
    }
    made[what].to_parquet(source)
    for given_, written in [
        (source, f"a.{ending}"),
        (source, "expected.csv"),
        (tmp_path / f"a.{ending}", "back.csv"),
    ]:
        assert main(["tables", str(given_), "-o", str(tmp_path / written)]) == 0
    assert (tmp_path / "back.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()


def test_of_several_tables_that_of_spaces_is_read(tmp_path: Path) -> None:
    """And it is said which one."""
    assert main(["tables", "samples", "--to", str(tmp_path), "--format", "xlsx"]) == 0
    with pytest.warns(ReadWarning, match="of its 8 tables, 'spaces' was read"):
        table = sk.read_table(tmp_path / "tables.xlsx")
    assert len(table) == len(sk.sample_records())


def as_excel_saves(table: pd.DataFrame) -> str:
    """CSV as Excel of a country with decimal commas saves it."""
    return table.to_csv(sep=";", decimal=",", index=False, lineterminator="\r\n")


def test_csv_that_excel_saved_is_read(tmp_path: Path) -> None:
    """Semicolons, decimal commas and flags in the language of its user do not change a value."""
    table = sk.sample_batch().spaces.head(20)
    written = table.assign(
        replay_start_time=2.5, is_locked=table["is_locked"].map({True: "WAHR", False: "FALSCH"})
    )
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + as_excel_saves(written).encode())
    got = sk.read_table(tmp_path / "a.csv")
    assert got["is_locked"].equals(table["is_locked"])
    assert got["replay_start_time"].eq(pd.Timedelta("2.5h")).all()
    assert got["started_at"].equals(table["started_at"])


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        (
            "started_at",
            "31.03.2023 20:11",
            r"got '31\.03\.2023 20:11': which is the day.*2023-03-31T20:11:17Z",
        ),
        ("total_live_listeners", "1.234,5", r"got '1\.234,5'\. Write digits, without separators"),
        ("total_live_listeners", "12,5", r"got '12,5', which is not whole"),
        ("total_live_listeners", "12.000", r"got '12\.000': it may be thousands or decimals"),
        ("total_live_listeners", "12,000", r"got '12,000': it may be thousands or decimals"),
        ("total_live_listeners", "1.2911", r"got '1\.2911', which is not whole"),
        ("total_live_listeners", "1.291,373", r"got '1\.291,373'\. Write digits, without separators"),
        ("replay_start_time", "1,234.5 h", r"got '1,234\.5 h'\. Write hours, such as 1\.5"),
        ("creator_id", "1,23457E+18", r"'1,23457E\+18' was rounded"),
        ("creator_id", "1234567890123450000", r"'1234567890123450000' was rounded"),
        ("is_locked", "vielleicht", r"got 'vielleicht'\. Write true or false"),
    ],
)
def test_what_excel_spoilt_is_refused(tmp_path: Path, column: str, value: str, words: str) -> None:
    """No value is guessed: the message names the column and what to write."""
    table = sk.sample_batch().spaces.head(3).astype(object)
    (tmp_path / "a.csv").write_text(as_excel_saves(table.assign(**{column: value})), encoding="utf-8")
    with pytest.raises(DataError, match=rf"a\.csv: column '{column}': .*{words}"):
        sk.read_table(tmp_path / "a.csv")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252"])
def test_every_encoding_of_a_table_is_read(tmp_path: Path, encoding: str) -> None:
    """Marks are followed; one that is guessed is said."""
    table = SPACES.head(5).assign(title="né", creator_name="né")
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(table.to_csv(index=False).encode(encoding)))
    if encoding == "cp1252":
        with pytest.warns(ReadWarning, match=r"a\.csv\.gz: not UTF-8, .*; read as Windows-1252"):
            got = sk.read_table(path)
    else:
        got = sk.read_table(path)
    assert got["title"].tolist() == ["né"] * 5


@pytest.mark.parametrize("what", ["participants", "problems", "outcomes", "measures", "audience", "creators"])
def test_another_table_is_no_table_of_spaces(tmp_path: Path, what: str) -> None:
    """It is called by its name."""
    path = tmp_path / "a.csv"
    main(["tables", "samples", "--table", what, "-o", str(path)])
    with pytest.raises(DataError, match=f"a.csv: this is a table of {what}.*Use a table of Spaces"):
        sk.read_table(path)


@pytest.mark.parametrize("form", [Form("csv"), Form("jsonl"), Form("xlsx"), Form("dta")], ids=repr)
def test_read_says_that_a_table_is_none_of_answers(tmp_path: Path, form: Form) -> None:
    """And half of it is never read; the message names what reads it."""
    path = tmp_path / f"a.{form.name}"
    write_table(sk.sample_batch().spaces, path, form)
    with pytest.warns(sk.IncompleteWarning, match="sk.read_table"):
        assert len(sk.read(path)) == 0


def test_a_row_that_is_cut_is_no_row(tmp_path: Path) -> None:
    """Nothing is filled up."""
    text = sk.sample_batch().spaces.head(3).to_csv(index=False)
    (tmp_path / "a.csv").write_text(text[:-40], encoding="utf-8")
    with pytest.raises(DataError, match=r"row 4 has \d+ cells, the header \d+.*a row is cut"):
        sk.read_table(tmp_path / "a.csv")


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz"])
def test_a_cell_of_any_length_is_read(tmp_path: Path, ending: str) -> None:
    """Also above the limit of the csv module, which is for all of the process and stays as it was."""
    limit = csv.field_size_limit()
    table = SPACES.head(3).assign(notes=["a, b\n" * 50_000, "short", "é" * 200_000])
    write_table(table, tmp_path / f"a.{ending}", ending.removesuffix(".gz"))
    assert sk.read_table(tmp_path / f"a.{ending}")["notes"].tolist() == table["notes"].tolist()
    assert csv.field_size_limit() == limit


def test_a_quote_that_is_never_closed_takes_in_no_rows(tmp_path: Path) -> None:
    """Where much of a table would be one cell, it is refused."""
    rows = "".join(f"1jMJgLdenVjxL,{number}\n" for number in range(10_000))
    (tmp_path / "a.csv").write_text(f'space_id,notes\n1jMJgLdenVjxL,"open\n{rows}', encoding="utf-8")
    with pytest.raises(DataError, match="a quote is never closed"):
        sk.read_table(tmp_path / "a.csv")


@pytest.mark.parametrize("ending", ["csv", "tsv", "jsonl", "xlsx", "sqlite", "parquet", "feather", "dta"])
def test_a_gap_makes_no_floats(tmp_path: Path, ending: str) -> None:
    """Whole numbers and flags of one's own are the same after a file, with a gap and without."""
    large = 2**55 + 1 if ending not in ("xlsx", "dta") else 2**53
    table = SPACES.head(3).assign(
        number=pd.array([large, None, 7], "Int64"),
        whole=pd.array([1, 2, 3], "Int64"),
        flag=pd.array([True, None, False], "boolean"),
        sure=pd.array([True, True, False], "boolean"),
        share=[0.5, None, 2.0],
    )
    write_table(table, tmp_path / f"a.{ending}", ending)
    got = sk.read_table(tmp_path / f"a.{ending}")
    for name in ("number", "whole", "flag", "sure", "share"):
        pd.testing.assert_series_equal(got[name], table[name])


@pytest.mark.parametrize("ending", ["jsonl", "xlsx", "sqlite", "parquet", "feather", "dta"])
def test_text_of_digits_stays_text(tmp_path: Path, ending: str) -> None:
    """Where a format tells the two apart, as all do but CSV and TSV."""
    table = SPACES.head(3).assign(code=pd.array(["12", None, "7"], SPACES["title"].dtype))
    write_table(table, tmp_path / f"a.{ending}", ending)
    pd.testing.assert_series_equal(sk.read_table(tmp_path / f"a.{ending}")["code"], table["code"])


def test_a_decimal_comma_in_text_stays(tmp_path: Path) -> None:
    """Also where semicolons stand between cells: only numbers get a point."""
    table = (
        SPACES.head(2).astype(object).assign(title=["7,25", "a"], topic=["3,14", "b"], score=["1,5", "2,0"])
    )
    table.to_csv(tmp_path / "a.csv", sep=";", index=False)
    got = sk.read_table(tmp_path / "a.csv")
    assert got["title"].tolist() == ["7,25", "a"]
    assert got["topic"].tolist() == ["3,14", "b"]
    assert got["score"].tolist() == [1.5, 2.0]


@pytest.mark.parametrize(
    ("separator", "shown"),
    [
        (",", ["1,291,373", "12,000", "7"]),
        (";", ["1.291.373", "12.000", "7"]),
        (";", ["1\u202f291\u202f373", "12\u202f000", "7"]),
        ("\t", ["1'291'373", "12'000", "7"]),
    ],
)
def test_thousands_are_read_where_they_are_plain(tmp_path: Path, separator: str, shown: list[str]) -> None:
    """As a workbook shows counts, and a spreadsheet saves them in CSV."""
    table = SPACES.head(3).astype(object).assign(total_live_listeners=shown)
    table.to_csv(tmp_path / "a.csv", sep=separator, index=False)
    assert sk.read_table(tmp_path / "a.csv")["total_live_listeners"].tolist() == [1_291_373, 12_000, 7]


def test_hours_with_a_decimal_comma_are_read(tmp_path: Path) -> None:
    """With their unit, as a spreadsheet of such a country saves them; thousands are not guessed."""
    table = SPACES.head(2).astype(object).assign(replay_start_time="0,034 h")
    table.to_csv(tmp_path / "a.csv", sep=";", index=False)
    assert sk.read_table(tmp_path / "a.csv")["replay_start_time"].eq(pd.Timedelta("0.034h")).all()


@pytest.mark.parametrize("zone", ["UTC", "GMT"])
def test_csv_saved_from_our_workbook_is_read(tmp_path: Path, zone: str) -> None:
    """Instants with the name of their zone, and hours with their unit, as cells of a workbook show them."""
    table = SPACES.head(5)
    shown = table["started_at"].dt.strftime(f"%Y-%m-%d %H:%M:%S {zone}")
    table.assign(started_at=shown, replay_start_time="0.034 h").to_csv(tmp_path / "a.csv", index=False)
    got = sk.read_table(tmp_path / "a.csv")
    assert got["started_at"].equals(table["started_at"].dt.floor("s"))
    assert got["replay_start_time"].eq(pd.Timedelta("0.034h")).all()


RESULTS: dict[str, tuple[str, Callable[[], pd.DataFrame]]] = {
    "growth": ("growth", lambda: stats.growth(OBSERVATIONS)),
    "typical_growth": ("typical growth", lambda: stats.typical_growth(OBSERVATIONS)),
    "growth_quality": ("checks", lambda: stats.growth_quality(OBSERVATIONS)),
    "growth_left_out": ("exclusions", lambda: stats.growth_left_out(OBSERVATIONS)),
    "exclusions": ("exclusions", lambda: stats.exclusions(SPACES)),
    "measures": ("measures", lambda: stats.measures(SPACES)),
    "ratio": ("ratio", lambda: stats.ratio(SPACES)),
    "ratio_slope": ("slopes", lambda: stats.ratio_slope(SPACES)),
    "timeline": ("timeline", lambda: stats.timeline(SPACES)),
    "trend": ("trend", lambda: stats.trend(SPACES)),
    "trend_periods": ("trend by period", lambda: stats.trend_periods(SPACES)),
    "compare": ("compare", lambda: stats.compare(SPACES)),
    "summarise": ("compare", lambda: stats.summarise(SPACES, by="host")),
    "contrast": ("contrast", lambda: stats.contrast(SPACES, by="host")),
    "hosts": ("hosts", lambda: stats.hosts(SPACES)),
    "over_time": ("over-time", lambda: stats.over_time(SPACES)),
    "calendar": ("calendar", lambda: stats.calendar(SPACES)),
    "followers": ("followers", lambda: stats.followers(SPACES)),
    "punctuality": ("punctuality", lambda: stats.punctuality(SPACES)),
    "within_host": ("changes within hosts", lambda: stats.within_host(SPACES, "weekday")),
    "share_ecdf": ("shares", lambda: stats.share_ecdf(SPACES)),
    "correlation": ("correlation", lambda: stats.correlation(SPACES, "live", "replay")),
    "quality": ("checks", lambda: stats.quality(SPACES)),
    "ages": ("ages", lambda: stats.ages(SPACES)),
    "reach": ("reach", lambda: stats.reach(SPACES, posts())),
    "announcements": ("posts", lambda: stats.announcements(posts())),
}
NO_RESULTS = {"at_age", "group_labels", "AgeWarning", "CountWarning"}


def test_every_result_has_a_name() -> None:
    """So that one that is added is refused by its name, too."""
    assert RESULTS.keys() | NO_RESULTS == set(stats.__all__)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("function", RESULTS)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_result_is_no_table_of_spaces(tmp_path: Path, function: str, ending: str) -> None:
    """Though some have ids of Spaces; each is called by its name."""
    name, compute = RESULTS[function]
    path = tmp_path / f"a.{ending}"
    write_table(compute(), path, ending)
    with pytest.raises(DataError, match=f"table of {name}, not of Spaces"):
        sk.read_table(path)
    with pytest.raises(DataError, match=f"table of {name}, not of Spaces"):
        source_of(path)


def test_a_zip_of_tables_is_read(tmp_path: Path) -> None:
    """As one of answers is; of several tables, none is chosen for `read_table`."""
    write_table(SPACES.head(3), tmp_path / "a.csv", "csv")
    write_table(SPACES.tail(2), tmp_path / "b.parquet", "parquet")
    with zipfile.ZipFile(tmp_path / "one.zip", "w") as one, zipfile.ZipFile(tmp_path / "two.zip", "w") as two:
        one.write(tmp_path / "a.csv", "a.csv")
        two.write(tmp_path / "a.csv", "a.csv")
        two.write(tmp_path / "b.parquet", "in/b.parquet")
    pd.testing.assert_frame_equal(sk.read_table(tmp_path / "one.zip"), SPACES.head(3))
    assert len(source_of(tmp_path / "two.zip").spaces) == 5
    with pytest.raises(DataError, match=r"two\.zip: a zip file with 2 tables\. Unpack it"):
        sk.read_table(tmp_path / "two.zip")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_ctrl_z_at_the_end_is_no_row(tmp_path: Path, encoding: str) -> None:
    """DOS ended its files with it, and some programs still do."""
    text = SPACES.head(3).to_csv(index=False) + "\x1a"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    assert sk.read_table(tmp_path / "a.csv")["space_id"].tolist() == SPACES["space_id"].head(3).tolist()


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz", "ndjson"])
def test_an_empty_table_comes_back_from_json_lines(tmp_path: Path, ending: str) -> None:
    """Though nothing is in the file, not even the names of columns; it is said."""
    path = tmp_path / f"a.{ending}"
    assert main(["tables", "samples", "-o", str(tmp_path / "all.parquet")]) == 0
    write_table(SPACES.head(0), path, "jsonl")
    with pytest.warns(ReadWarning, match=rf"a\.{ending}: the file is empty; read as a table without Spaces"):
        table = sk.read_table(path)
    pd.testing.assert_frame_equal(table, SPACES.head(0))
    with pytest.warns(ReadWarning, match="the file is empty"):
        assert len(source_of([path, tmp_path / "all.parquet"]).spaces) == len(SPACES)


def test_an_empty_file_among_answers_is_no_table(tmp_path: Path) -> None:
    """It is one of them in which nothing is, so that the answers stay a batch."""
    sk.sample_batch().to_jsonl(tmp_path / "a.jsonl")
    (tmp_path / "b.jsonl").write_bytes(b"")
    with pytest.warns(sk.IncompleteWarning):
        assert source_of(tmp_path).batch is not None


@pytest.mark.parametrize("ending", ["jsonl", "sqlite", "parquet", "feather"])
def test_empty_text_is_not_missing(tmp_path: Path, ending: str) -> None:
    """In the formats that tell the two apart."""
    table = SPACES.head(3).assign(topic=pd.array(["", None, "a"], SPACES["title"].dtype))
    table["title"] = table["topic"]
    write_table(table, tmp_path / f"a.{ending}", ending)
    pd.testing.assert_frame_equal(sk.read_table(tmp_path / f"a.{ending}"), table)
