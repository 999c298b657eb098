"""Whatever stands in a title comes back from every file: archive, JSON lines, CSV, Parquet."""

import csv
import io
import json
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import spacekit as sk
from spacekit.archive import Archive, Observation
from spacekit.cli.writers.texts import csv as shell_csv
from spacekit.forms.parts import csv as form_csv

RECORD = sk.sample_records()[0]
ODD = [
    "a\rb", "\r", "a\r\nb", "a\nb", "\n", "\0", "a\0b\0\0\0\0", "\u2028", "\u2029", "\x85", "\x0b\x0c\x1c\x1d\x1e",
    "\ud800", "a\udc00b", "\ud83d\ude00",
    "\ufeff", "\ufeffa\ufeff", "\U0001f600\U0001f1ea\U0001f1fa\u200d", "\u202etfel",
    "مرحبا", "שלום", "x" * 70_000, "é" * 40_000, " a ", "\t", " ", "NA", "N/A", "null", "None", "nan", "<NA>", "NaT",
    "inf", "1", "1.0", "1e5", "007", "-0", "1,5", "true", "FALSE", '"', '""', "'", "a\"b,c;d\te", "=1+1", "+1", "-1",
    "@SUM(A1)", "\\", '\\"', "\\u0041", "sep=;", "#TYPE x", "{}", "[1]", "<b>&amp;", "{}[]" * 200,
]  # fmt: skip
titles = st.text(max_size=30) | st.sampled_from(ODD) | st.lists(st.sampled_from(ODD), max_size=3).map("".join)


def batch_of(titles: list[str]) -> sk.Batch:
    """Return Spaces with these titles, which are the names of their creators, too."""
    creators = [
        RECORD["creator"] | {"legacy": RECORD["creator"]["legacy"] | {"name": title}} for title in titles
    ]
    records = [
        RECORD | {"id": f"1SAMPLE{place:06d}", "title": title, "creator": creators[place]}
        for place, title in enumerate(titles)
    ]
    return sk.Batch.of(records, fetched_at="2026-06-01T12:00:00.123Z")


def every_odd(test: Any) -> Any:
    """Run a test with all odd titles at once, and with some of every kind, each in a new folder."""

    @wraps(test)
    def in_a_folder(titles: list[str]) -> None:
        with TemporaryDirectory() as folder:
            test(Path(folder), titles)

    del in_a_folder.__wrapped__  # type: ignore[attr-defined]  # hypothesis would look at it for the arguments
    some = given(st.lists(titles, min_size=1, max_size=4))(example(ODD)(in_a_folder))
    return settings(max_examples=40)(some)


@every_odd
def test_lines_and_archives_keep_titles(folder: Path, titles: list[str]) -> None:
    """Records are the same through lines, an archive, its export, and another archive; each file has a line a Space."""
    batch = batch_of(titles)
    path = batch.to_jsonl(folder / "lines.jsonl")
    assert path.read_bytes().count(b"\n") == len(titles)
    for name in ("one.db", "two.db"):
        with Archive(folder / name) as archive:
            assert archive.add_files(path) == len(titles)
            pd.testing.assert_frame_equal(archive.latest().spaces, batch.spaces)
            assert list(archive.latest().records) == list(batch.records)
            again = sk.read(path, progress=False)
            assert list(again.records) == list(batch.records)
            assert again.texts == batch.texts
            pd.testing.assert_frame_equal(again.spaces, batch.spaces)
            path = archive.to_jsonl(folder / f"{name}.jsonl")


def as_text(spaces: pd.DataFrame) -> list[str]:
    """Return the titles and names of a table, in which nothing is the empty text."""
    return spaces[["title", "creator_name"]].astype(object).fillna("").to_numpy().ravel().tolist()


def written(spaces: pd.DataFrame) -> dict[str, bytes]:
    """Return the CSV of a table as it is written: by the shell, by a form, by pandas as the documentation says."""
    plain = sk.plain(spaces).to_csv(index=False, lineterminator="\r\n")
    return {
        "shell": shell_csv(spaces, ",", bom=False, safe=False),
        "mark": shell_csv(spaces, ",", bom=True, safe=False),
        "tabs": shell_csv(spaces, "\t", bom=False, safe=False),
        "safe": shell_csv(spaces, ",", bom=False, safe=True),
        "form": form_csv(spaces),
        "plain": plain.encode(),
        "pandas": spaces.to_csv(index=False, lineterminator="\n").encode(),
    }


@every_odd
def test_csv_keeps_titles(folder: Path, titles: list[str]) -> None:
    """A table has a row a Space, with its title, whoever wrote it."""
    spaces = batch_of(titles).spaces
    for name, content in written(spaces).items():
        (folder / "table.csv").write_bytes(content)
        table = sk.read_table(folder / "table.csv")
        assert (name, as_text(table)) == (name, as_text(spaces))


@every_odd
def test_other_readers_see_the_rows(folder: Path, titles: list[str]) -> None:
    """Python's own reader and pandas find the same rows in what the shell and a form write."""
    spaces = batch_of(titles).spaces
    for name in ("shell", "form", "plain"):
        text = written(spaces)[name].decode()
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        assert [row["title"] for row in rows] == spaces["title"].fillna("").tolist()
        if "\0" not in text:  # pandas' reader takes it for the end of a cell
            assert len(pd.read_csv(io.StringIO(text, newline=""))) == len(titles)


@every_odd
def test_parquet_keeps_titles(folder: Path, titles: list[str]) -> None:
    """A table comes back from Parquet with the same dtypes and values."""
    spaces = batch_of(titles).spaces
    spaces.to_parquet(folder / "table.parquet")
    pd.testing.assert_frame_equal(sk.read_table(folder / "table.parquet"), spaces)


def test_large_files_keep_titles(tmp_path: Path) -> None:
    """`to_parquet` keeps every odd title, as `read` has it."""
    path = batch_of(ODD).to_jsonl(tmp_path / "a.jsonl")
    made = sk.to_parquet(path, tmp_path / "tables", progress=False)
    pd.testing.assert_frame_equal(sk.read_table(made.paths["spaces"]), sk.read(path, progress=False).spaces)


ENCODINGS = ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_an_archive_of_before_with_other_encodings_is_read(tmp_path: Path, encoding: str) -> None:
    """An answer that was kept in another encoding is a Space; what leaves the archive is UTF-8."""
    text = json.dumps(RECORD | {"title": "Größe 你好"}, ensure_ascii=False)
    body = text.encode(encoding)
    good = json.dumps(RECORD | {"id": "1SAMPLEother1"}).encode()
    with Archive(tmp_path / "a.db") as archive, Archive(tmp_path / "b.db") as other:
        for space_id, content in ((RECORD["id"], body), ("1SAMPLEother1", good)):
            archive.add([Observation(space_id, 1_780_315_200_000, 200, content)])
        batch = archive.latest()
        assert batch.spaces["title"][0] == "Größe 你好"
        assert other.add_files(archive.to_jsonl(tmp_path / "a.jsonl")) == 2
        assert [o.body for o in other._answers.read([1, 2])] == [text.encode(), good]
        kept = archive.kept([RECORD["id"]], 0)[RECORD["id"]]
        assert json.loads(kept.body.decode()) == batch.records[0]
    path = batch.to_jsonl(tmp_path / "b.jsonl")
    path.read_text(encoding="utf-8")
    assert list(sk.read(path, progress=False).records) == list(batch.records)


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("title", ["Hello", "Größe", "你好", "ਊ\nx"])
def test_lines_of_before_with_other_encodings_cost_no_others(
    tmp_path: Path, encoding: str, title: str
) -> None:
    """A file of lines into which such answers were written raw keeps all its other lines."""
    body = json.dumps(RECORD | {"title": title}, ensure_ascii=False).encode(encoding)
    good = json.dumps(RECORD | {"id": "1SAMPLEother1"}).encode()
    start = b'{"fetched_at": "2026-06-01T12:00:00.000Z", "space": '
    path = tmp_path / "a.jsonl"
    for order in ([body, good, good], [good, body, good], [good, good, body]):
        path.write_bytes(b"".join(start + text + b"}\n" for text in order))
        batch = sk.read(path, progress=False)
        assert batch.spaces["space_id"].tolist().count("1SAMPLEother1") == 2
        assert len(batch.spaces) == 3 or batch.counts["failed"] >= 1
