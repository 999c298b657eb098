"""`spacekit ids` and `spacekit plan`."""

import io
import re
import sys
from pathlib import Path

import pytest
from commands import DOCUMENTED, OTHER, SAMPLE, Run

import spacekit as sk
from spacekit.ids import found_of


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
    """`plan` needs no key and makes no archive; it shows the cost at the price given."""
    code, out, err = run(
        "plan", DOCUMENTED, DOCUMENTED, "x", "--price", "0.5", "--archive", tmp_path / "new.db"
    )
    facts = dict(re.findall(r"^  (\S.*?)  +(.+)$", out, re.MULTILINE))
    assert (code, err, list(tmp_path.iterdir())) == (0, "", [])
    assert facts["duplicates"] == facts["invalid"] == facts["to fetch"] == "1"
    assert facts["cost, at your price"] == "0.5000"


def test_found_of_marks_repeats() -> None:
    """Ids of an earlier part are duplicates in a later one, and all entries are kept in order."""
    parts = sk.find_ids([DOCUMENTED, DOCUMENTED]), sk.find_ids([SAMPLE, DOCUMENTED, "x"])
    found = found_of(entry for part in parts for entry in part.entries)
    assert found.ids == [DOCUMENTED, SAMPLE]
    assert len(found.entries) == 5
    assert len(found.duplicates) == 2
