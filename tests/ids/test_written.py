"""What programs people have write is read without a word lost; `scripts/make_written.py` made the files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from scripts.make_written import IDS, TARGET, TITLES, WRITERS
from spacekit.errors import DataError, ReadWarning

REFUSED = {
    "calc.ods": r"\.ods\): save it as \.xlsx",
    "calc.xls": r"\.xls\).*save it as \.xlsx",
    "r-object.rds": r"write\.csv",
}
ANSWERS = "powershell5-answers.jsonl"
GUESSED = ("calc-cp1252.csv", "r-latin1.csv")
SHEETS = "openpyxl.xlsx"
FILES = sorted(path.name for path in TARGET.iterdir() if path.name not in ("WRITERS", ANSWERS, *REFUSED))
TABLES = [name for name in FILES if not name.endswith(".txt") and name != SHEETS]


def said_of(name: str) -> str | None:
    """What must be said of a file when it is read."""
    if name in GUESSED:
        return "read as Windows-1252"
    return "from each of its 2 tables: 'Radio' 4 ids, 'Notes' 0 ids" if name == SHEETS else None


def reading(read: Callable[[Path], Any], path: Path, words: str | None) -> Any:
    """What a file holds; nothing is warned of but what must be said."""
    if words is None:
        return read(path)
    with pytest.warns(ReadWarning, match=words):
        return read(path)


def check_ids(folder: Path, name: str) -> None:
    """All ids of a file are found, in order, and nothing is rejected."""
    found = reading(sk.find_ids, folder / name, said_of(name))
    assert found.ids == IDS
    assert found.rejected == []


def check_titles(folder: Path, name: str) -> None:
    """All titles of a file are whole, whatever stands in them; missing numbers are missing."""
    table = reading(sk.read_table, folder / name, said_of(name))
    assert table["space_id"].tolist() == IDS
    expected = [title.replace("\n", " ") if name == "google.tsv" else title for title in TITLES]
    if name == "powershell5-export.csv":  # ASCII: letters are lost before spacekit sees them
        expected[0] = "Gr??e, n?e"
    assert table["title"].tolist() == expected
    plays = [1000, 2000, 3000, 4000]
    assert table["plays"].dropna().astype(int).tolist() == (
        plays[:1] + plays[2:] if name.startswith("r-") else plays
    )


@pytest.mark.parametrize("name", FILES)
def test_all_ids_are_found(name: str) -> None:
    """In every file that a program wrote."""
    check_ids(TARGET, name)


@pytest.mark.parametrize("name", TABLES)
def test_all_titles_are_whole(name: str) -> None:
    """Umlauts, quotes, line ends within cells, and the text NA."""
    check_titles(TARGET, name)


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("read", [sk.find_ids, sk.read_table], ids=["find_ids", "read_table"])
def test_what_cannot_be_read_says_what_to_save_instead(name: str, read: Callable[[Path], object]) -> None:
    """Old Excel, OpenDocument, and R's own objects."""
    with pytest.raises(DataError, match=REFUSED[name]):
        read(TARGET / name)


def test_answers_that_powershell_wrote_are_read() -> None:
    """UTF-16 with a mark, and CR LF, as `>` of PowerShell 5 writes it."""
    assert sk.read(TARGET / ANSWERS).spaces["title"].tolist() == ["Grüße"]


@pytest.mark.slow
@pytest.mark.parametrize("writer", WRITERS)
def test_files_written_anew_are_read_the_same(tmp_path: Path, writer: str) -> None:
    """By the versions of the programs on this machine."""
    try:
        WRITERS[writer](tmp_path)
    except FileNotFoundError as missing:
        pytest.skip(f"{missing} is not on this machine")
    names = {path.name for path in tmp_path.iterdir()}
    for name in names.intersection(FILES):
        check_ids(tmp_path, name)
    for name in names.intersection(TABLES):
        check_titles(tmp_path, name)
