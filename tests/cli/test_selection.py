"""Which Spaces: `--since`, `--until`, `--tz`, `--at-age`."""

import io
from pathlib import Path

import pandas as pd
import pytest
from commands import Run

import spacekit as sk

IDS = ["1aaaaaaaaaaa1", "1bbbbbbbbbbb2", "1ccccccccccc3", "1ddddddddddd4"]
STARTS = ["2026-03-28T23:30Z", "2026-03-29T00:30Z", "2026-03-29T22:30Z", None]


@pytest.fixture
def few(tmp_path: Path) -> Path:
    """Four Spaces around a night in which clocks change in Berlin; the last has no start."""
    rows = [
        {
            "id": space_id,
            "state": "Ended",
            "started_at": start,
            "total_live_listeners": 1,
            "total_replay_watched": 1,
        }
        for space_id, start in zip(IDS, STARTS, strict=True)
    ]
    spaces = sk.normalize(rows).spaces
    spaces.to_parquet(tmp_path / "few.parquet")
    return tmp_path / "few.parquet"


def ids_of(out: str) -> list[str]:
    """The Spaces in an output."""
    return pd.read_csv(io.StringIO(out), dtype=str)["space_id"].tolist()


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        (["--since", "2026-03-29"], [1, 2]),
        (["--until", "2026-03-29"], [0]),
        (["--since", "2026-03-29", "--until", "2026-03-30"], [1, 2]),
        (["--since", "2026-03-29", "--until", "2026-03-30", "--tz", "Europe/Berlin"], [0, 1]),
        (["--since", "2026-03-29T01:30+01:00", "--tz", "Asia/Tokyo"], [1, 2]),
        (["--since", "2026-03-29T00:30Z", "--until", "2026-03-29 22:30"], [1]),
        (["--since", "2026-03"], [0, 1, 2]),
        (["--since", "2026"], [0, 1, 2]),
        (["--until", "2026"], []),
        (["--since", "2026-03-29t00:30:00.001z"], [2]),
    ],
)
def test_a_window_is_half_open(options: list[str], kept: list[int], run: Run, few: Path) -> None:
    """From `--since` on, before `--until`; days begin as the clocks of `--tz` show. Nothing found makes the code 3."""
    code, out, err = run("measures", few, *options)
    assert ids_of(out) == [IDS[place] for place in kept]
    assert code == (0 if kept else 3)
    assert f"{len(kept)} of 4 Spaces started" in err
    assert "1 of them without a start" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--since", "yesterday"], "--since: cannot read 'yesterday'"),
        (["--since", "2026-02-30"], "--since: cannot read '2026-02-30'"),
        (["--since", "1e9"], "--since: cannot read '1e9'"),
        (["--since", "2026-03", "--until", "2026-03-01"], "is not before"),
        (["--since", "2026-03-29T02:30", "--tz", "Europe/Berlin"], "happens twice or not at all"),
        (["--until", "2026-10-25T02:30", "--tz", "Europe/Berlin"], "Add an offset"),
        (["--since", "2026", "--tz", "Europe/Berln"], "Did you mean 'Europe/Berlin'"),
        (["--max-gap", "1D"], "add --at-age AGE"),
        (["--on", "host"], "add --join FILE"),
    ],
)
def test_times_that_cannot_be_read(options: list[str], words: str, run: Run, few: Path) -> None:
    """Nothing is guessed: what cannot be read, or is not one time, is wrong usage."""
    code, out, err = run("measures", few, *options)
    assert (code, out) == (2, "")
    assert words in err


def test_a_day_begins_at_its_first_instant(run: Run, few: Path) -> None:
    """Also where clocks skip midnight, as in Beirut in March."""
    _, _, err = run("measures", few, "--since", "2026-03-29", "--tz", "Asia/Beirut")
    assert "started from 2026-03-29 01:00 on (Asia/Beirut)" in err


def test_all_rows_of_a_space_go_together(run: Run, tmp_path: Path) -> None:
    """The newest row says when a Space started, so that no older row of it comes in its place."""
    rows = [{"id": IDS[0], "state": "Ended", "started_at": start} for start in STARTS[:2]]
    spaces = sk.normalize(rows, fetched_at=pd.to_datetime(["2026-05-02", "2026-05-01"], utc=True)).spaces
    spaces.to_parquet(tmp_path / "two.parquet")
    assert ids_of(run("measures", tmp_path / "two.parquet", "--until", "2026-03-29")[1]) == [IDS[0]] * 2
    assert ids_of(run("measures", tmp_path / "two.parquet", "--since", "2026-03-29")[1]) == []


def test_observations_have_the_same_window(run: Run) -> None:
    """`growth` and `--at-age` count Spaces, not answers."""
    observed = run("growth", "samples", "--since", "2026-04")
    spaces = run("at-age", "7D", "samples", "--since", "2026-04")
    assert set(ids_of(observed[1])) <= set(ids_of(spaces[1]))
    assert observed[2].split("left out")[0] == spaces[2].split("left out")[0]


def test_standard_input_is_read_once(run: Run) -> None:
    """A second `-` would be empty, in place of the first: it is refused before anything is read."""
    code, out, err = run("measures", "-", "-")
    assert (code, out) == (2, "")
    assert "standard input can be read once: leave out the second -" in err


@pytest.mark.parametrize("command", ["compare", "hosts", "measures", "at-age"])
def test_no_count_at_an_age_is_said(command: str, run: Run) -> None:
    """With exit code 3, and in the words of whatever command it is."""
    words = ("at-age", "900D", "samples") if command == "at-age" else (command, "samples", "--at-age", "900D")
    code, _, err = run(*words)
    assert code == 3
    assert "warning: 23 Spaces, and not one has a count at 2.5 y" in err
    assert "23 Spaces with several answers each, not those that other commands show" in err


def test_standard_input_among_files_has_its_name(
    run: Run, few: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No message has the path of a copy that is gone afterwards."""
    monkeypatch.setattr("sys.stdin", io.StringIO("no table"))
    err = run("measures", "-", few)[2]
    assert "The first: standard input: " in err
    assert "/standard input" not in err
