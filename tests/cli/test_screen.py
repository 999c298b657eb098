"""Files that are written, and tables on a screen."""

import json
import os
import re
from pathlib import Path

import pandas as pd
import pytest
from commands import SAMPLE, Run

import spacekit as sk
from spacekit import words
from spacekit.archive.sources import source_of
from spacekit.cli import output, screen
from spacekit.cli.tables import TABLES
from spacekit.tables import Rounded


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


@pytest.mark.posix
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


@pytest.mark.posix
def test_a_link_is_followed(tmp_path: Path) -> None:
    """A symbolic link as FILE stays a link, and what it points at is replaced."""
    (tmp_path / "real.csv").write_text("earlier")
    (tmp_path / "link.csv").symlink_to("real.csv")
    output.write_table(pd.DataFrame({"a": [1]}), tmp_path / "link.csv", "csv")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "a\n1\n"


@pytest.mark.parametrize("table", list(TABLES))
def test_tables_are_shown_as_python_shows_them(table: str) -> None:
    """The text of a table is that of `rounded`, with all rows and what is noted below; it fits a terminal."""
    frame = TABLES[table](source_of(sk.sample_batch()))
    text = screen.view(frame, ["A note."])
    assert text == f"{Rounded(frame, len(frame))}\nA note."
    assert max(map(words.columns, text.splitlines())) <= 80


def test_a_terminal_shows_the_first_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a long table ends after some rows and says where the others are; a file has all."""
    spaces = sk.sample_batch().spaces
    assert screen.rows_for(None) is None  # a pipe
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert screen.rows_for(Path("x.txt")) is None
    text = screen.view(spaces, rows=screen.rows_for(None))
    assert text.splitlines()[-1] == f"... and {len(spaces) - 40} rows more; -o FILE writes all"


@pytest.mark.parametrize("room", [10, 80])
def test_text_table_keeps_to_its_room(room: int) -> None:
    """A table of any width is cut to the room, and says which columns are left out."""
    spaces = sk.sample_batch().spaces
    lines = words.as_text(words.columns_of(spaces), room).splitlines()
    assert all(words.columns(line) <= room for line in lines[: len(spaces) + 1])
    left_out = lines[len(spaces) + 1 :]
    assert left_out == [] or left_out[0].startswith("Not shown, for lack of room: ")
    assert len(lines) > len(spaces)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("週刊", 4), ("e\u0301", 1), ("🔥", 2), ("كتاب", 4), ("", 0)]
)
def test_columns_of_any_script(text: str, columns: int) -> None:
    """East Asian characters and emoji take two columns, combining marks none."""
    assert words.columns(text) == columns
    assert words.columns(words.fit(text, 6)) == 6
    assert words.columns(words.fit(text * 9 or "x", 3)) == 3


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\u202eb", "a\x9bb", "a\u2028b"])
def test_titles_cannot_steer_the_terminal(text: str) -> None:
    """Control characters and changes of direction in other people's text are not printed."""
    shown = screen.view(pd.DataFrame({"a": [text]})).splitlines()[1]
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u202a-\u202e\u2066-\u2069]", shown)
