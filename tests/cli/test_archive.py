"""`spacekit archive`, `refresh` and `watch`."""

import json
import re
from pathlib import Path

import pytest
from commands import MISSING, OTHER, SAMPLE, Run

import spacekit as sk
from spacekit.server import Server


def test_archive_there_and_back(run: Run, archive: Path, tmp_path: Path) -> None:
    """`export` and `import` move every observation; `info` and `check` report on them; `forget` removes."""
    copy, moved = tmp_path / "copy.db", tmp_path / "moved.jsonl.gz"
    assert run("archive", "export", archive, moved)[0] == 0
    assert "3 observations added" in run("archive", "import", copy, moved)[2]
    assert "0 observations added" in run("archive", "import", copy, moved)[2]
    assert run("archive", "check", copy)[0] == 0
    assert re.search(r"Spaces +2\nobservations +3\n", run("archive", "info", copy)[1])
    code, _, err = run("archive", "forget", copy, SAMPLE, MISSING)
    assert code == 3
    assert f"no answer for {MISSING}" in err
    assert "removed 2 observations of 1 Space" in err
    with sk.Archive(copy) as store:
        assert store.ids() == [OTHER]


def test_states_of_an_archive(run: Run, archive: Path) -> None:
    """`info --states` also counts the newest answers, which takes reading them."""
    out = run("archive", "info", archive, "--states")[1]
    assert re.search(r"newest answers +2 ok\nstates +2 Ended\n", out)


def test_import_of_several(run: Run, archive: Path, tmp_path: Path) -> None:
    """`import` takes files and folders together; a broken one leaves no archive behind."""
    (tmp_path / "crawl").mkdir()
    (tmp_path / "crawl" / "one.json").write_text(json.dumps(sk.documented_record()))
    files = (tmp_path / "observed.jsonl", tmp_path / "crawl")
    assert (
        "4 observations added"
        in run("archive", "import", tmp_path / "new.db", *files, "--fetched-at", "2024-05-01T12:00Z")[2]
    )
    (tmp_path / "crawl" / "two.json").write_text("no JSON")
    assert run("archive", "import", tmp_path / "none.db", *files)[0] == 1
    assert not (tmp_path / "none.db").exists()


def test_export_to_stdout(run: Run, archive: Path) -> None:
    """`export A -` writes the lines to stdout."""
    code, out, _ = run("archive", "export", archive, "-")
    assert (code, len([json.loads(line) for line in out.splitlines()])) == (0, 3)


def test_forget_needs_ids(run: Run, archive: Path) -> None:
    """`forget` without ids forgets nothing."""
    assert run("archive", "forget", archive)[0] == 2
    with sk.Archive(archive) as store:
        assert len(store) == 2


@pytest.mark.parametrize("more", [["refresh"], ["watch", "--rounds", "1"]])
def test_refresh_asks_what_is_due(more: list[str], run: Run, server: Server, tmp_path: Path) -> None:
    """`refresh`, and each round of `watch`, asks what is due and logs one line; a second time nothing is."""
    path, old = tmp_path / "a.db", tmp_path / "old.jsonl"
    record = next(record for record in sk.sample_records() if record["id"] == SAMPLE)
    fetched_at = record["started_at"] + 60_000
    old.write_text(
        json.dumps({"fetched_at": fetched_at, "space": {**record, "state": "Running", "ended_at": None}})
    )
    run("archive", "import", path, old)
    code, out, err = run(*more, "--archive", path, "--base-url", server.url)
    assert (code, out, len(server.requests)) == (0, "", 1)
    assert re.fullmatch(r"spacekit: \S+ \S+ UTC: 1 Space due: 1 ok\n", err)
    code, out, err = run(*more, "--archive", path, "--base-url", server.url)
    assert (code, len(server.requests)) == (0, 1)
    assert "nothing due" in err


def test_an_empty_archive_replaces_no_export(run: Run, archive: Path, tmp_path: Path) -> None:
    """An earlier export stays where there is nothing to export any more: the code is 3."""
    earlier = tmp_path / "spaces.jsonl"
    earlier.write_text("earlier")
    with sk.Archive(archive) as store:
        store.forget(store.ids())
    code, out, err = run("archive", "export", archive, earlier)
    assert (code, out, earlier.read_text()) == (3, "", "earlier")
    assert "nothing was written" in err
