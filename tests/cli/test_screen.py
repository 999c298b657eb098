"""Files that are written, and tables on a screen."""

import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from commands import SAMPLE, Run

import spacekit as sk
from spacekit import words
from spacekit.archive.sources import source_of
from spacekit.cli import output, screen
from spacekit.cli.tables import TABLES


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


@pytest.mark.parametrize("table", list(screen.VIEWS))
def test_views_are_of_columns_that_are_there(table: str) -> None:
    """The columns shown of a table are columns of it, and fit a terminal."""
    if table == "posts":
        with sk.sandbox() as client:
            frame = client.search("sample_radio", progress=False).posts
    else:
        frame = TABLES[table](source_of(sk.sample_batch()))
    assert set(screen.VIEWS[table]) <= set(frame)
    assert "Not shown" not in screen.view(table, frame)


@pytest.mark.parametrize("room", [10, 80])
def test_text_table_keeps_to_its_room(room: int) -> None:
    """A table of any width is cut to the room, and says which columns are left out."""
    spaces = sk.sample_batch().spaces
    lines = screen.text_table(spaces, room).splitlines()
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
