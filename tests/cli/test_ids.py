"""`spacekit ids` and `spacekit plan`."""

import gzip
import io
import json
import re
import sys
from pathlib import Path

import pandas as pd
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


def test_reasons_are_in_terms_of_the_shell(run: Run) -> None:
    """A handle or topic is rejected with the command that finds its Spaces."""
    _, _, err = run("ids", "@XEng", "#topic", "none.txt", "https://x.com/XEng")
    assert err.count("`spacekit search --host XEng` finds its Spaces") == 2
    assert "`spacekit search --query '#topic'` finds its Spaces" in err
    assert "--file" in err
    assert "client" not in err


def test_many_rejected_entries_are_summed_up_by_reason(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten are listed; of more, each reason has its number and an example, the commonest first."""
    times = [str(1680289206898 + n) for n in range(9)]
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join([*times, "@XEng"])))
    assert run("ids", "-")[2].count("rejected") == 10
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(["@XEng", "@NASA", *times, OTHER])))
    code, out, err = run("ids", "-")
    assert (code, out.split()) == (3, [OTHER])
    assert [line.removeprefix("spacekit: ").split(":")[0] for line in err.splitlines()] == [
        "11 rejected; --rejected FILE lists them",
        f"9 such as '{times[0]}'",
        "2 such as '@XEng'",
    ]


def test_all_that_was_rejected_goes_into_a_file(run: Run, tmp_path: Path) -> None:
    """`--rejected FILE` has every entry that was rejected with its reason, also with --quiet, which says the first."""
    path = tmp_path / "rejected.csv"
    code, _, err = run("ids", OTHER, "short", "@XEng", "--rejected", path, "--quiet")
    assert code == 3
    assert err.startswith("spacekit: 2 rejected, the first 'short': 5 characters")
    assert err.count("\n") == 1
    table = pd.read_csv(path)
    assert (list(table), table["input"].tolist()) == (["input", "reason"], ["short", "@XEng"])


def test_ids_of_posts(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Posts in a packed file and on standard input yield the Spaces that they link to."""
    link = f"https://x.com/i/spaces/{SAMPLE}"
    post = {"id_str": "1", "full_text": "https://t.co/1a", "entities": {"urls": [{"expanded_url": link}]}}
    (tmp_path / "posts.jsonl.gz").write_bytes(gzip.compress(f"{json.dumps(post)}\n".encode()))
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps({"tweets": [post], "next_cursor": ""})))
    code, out, err = run("ids", "-", "--file", tmp_path / "posts.jsonl.gz", "--quiet")
    assert (code, out, err) == (0, f"{SAMPLE}\n", "")


def test_plan_says_why_what_is_not_an_id(run: Run) -> None:
    """Up to ten reasons are listed; more are summed up, with the command that lists all."""
    _, out, err = run("plan", "@XEng 1SAMPLEIFQBS", *map(str, range(5)))
    assert out.count("12 characters: a Space id has 13") == 1
    assert out.count("1 character: a Space id has 13") == 5
    out = run("plan", *map(str, range(10)), "1SAMPLEIFQBS")[1]
    assert "10 such as '0': 1 character" in out
    assert "11 rejected; `spacekit ids --rejected FILE`" in out
    assert err == ""


def test_a_fetch_of_a_text_with_a_typo_is_not_complete(run: Run, tmp_path: Path) -> None:
    """What could have been meant as an id is counted, and the exit code says that something is missing."""
    text = "1SAMPLEIFQBS 1SAMPLExARSi and"
    code, _, err = run("fetch", "--sandbox", text, SAMPLE, "-o", str(tmp_path / "spaces.csv"))
    assert code == 3
    assert "1 Space of 3 inputs" in err
    assert "'1SAMPLEIFQBS': 12 characters" in err
    assert "the same: 1SAMPLExARSi" in err


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
