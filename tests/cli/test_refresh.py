"""`spacekit refresh` and `spacekit watch`: their exit codes, what they say, and the made-up days of the sandbox."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aged_archive import archive_of, spaces
from commands import KEY, Run

import spacekit as sk
from spacekit.server import Fault, Server

COMMANDS = ("refresh", "watch")
Faulty = Callable[[str, int], Fault | None]


@pytest.fixture
def due(tmp_path: Path) -> Path:
    """An archive of three Spaces that are due."""
    return archive_of(spaces(3), tmp_path / "a.db")


def asked(run: Run, command: str, path: Path, *more: str, **options: Any) -> tuple[int, str, str]:
    """Refresh once from a server with some options."""
    with Server(spaces(3), keys=[KEY], **options) as server:
        rounds = ("--rounds", "1") if command == "watch" else ()
        return run(command, "--archive", path, "--base-url", server.url, "--attempts", "1", *rounds, *more)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({}, 0, ""),
        ({"faults": {"1SAMPLE000001": [Fault(404)] * 2}}, 3, "1 not_found. Space '1SAMPLE000001'"),
        ({"faults": lambda _id, _nth: Fault(503)}, 4, "3 failed. Space"),
        (
            {"faults": {"1SAMPLE000001": [Fault(404)] * 2, "1SAMPLE000002": [Fault(500)]}},
            4,
            "1 not_found, 1 failed. ",
        ),
        ({"credits": 0}, 5, "too few credits"),
    ],
)
def test_codes_and_the_first_cause(
    command: str, options: dict[str, Any], code: int, words: str, run: Run, key: None, due: Path
) -> None:
    """The gravest outcome decides, also of a watch; with --quiet its cause is one line, or there is none."""
    got, out, err = asked(run, command, due, "--quiet", **options)
    assert (got, out, err.count("\n")) == (code, "", bool(code))
    assert words in err


@pytest.mark.parametrize("command", COMMANDS)
def test_a_refused_key_is_said_once(command: str, run: Run, key: None, due: Path) -> None:
    """In the line of the round, with what to do; the code is 5."""
    with Server(spaces(3)) as server:
        code, _, err = run(command, "--archive", due, "--base-url", server.url)
    assert (code, err.count("not accepted"), err.count("\n")) == (5, 1, 1)


def test_what_failed_and_came_later_is_there(run: Run, key: None, due: Path) -> None:
    """A Space of which a later round got an answer does not make a watch fail."""
    with Server(spaces(3), keys=[KEY], faults={"1SAMPLE000001": [Fault(503)]}) as server:
        options = ("--every", "1s", "--attempts", "1", "--rounds", "2")
        code, _, err = run("watch", "--archive", due, "--base-url", server.url, *options)
    assert (code, err.count("1 failed")) == (0, 1)


def test_what_another_run_asks_for_is_said(run: Run, key: None, due: Path) -> None:
    """Where all that is due is another run's, the line says so, with until when, and not only that nothing is due."""
    with sk.Archive(due) as archive:
        archive.claims.take(1, [record["id"] for record in spaces(3)])
    code, _, err = asked(run, "refresh", due)
    assert code == 0
    assert "nothing due; another run is asking for 3 Spaces: until 2" in err
    assert " UTC, or for as long as it goes on" in err


def test_made_up_days(run: Run, tmp_path: Path) -> None:
    """A day passes before each refresh of the sandbox, and replays grow; a watch jumps to what is due next."""
    path = tmp_path / "try.db"
    assert run("fetch", "--sandbox", "--archive", path, "--quiet")[0] == 0
    lines = [run("refresh", "--sandbox", "--archive", path)[2].splitlines()[-1] for _ in range(2)]
    assert [line.split()[1] for line in lines] == ["2026-06-02", "2026-06-03"]
    assert all(line.endswith(" ok") for line in lines)
    code, _, err = run("watch", "--sandbox", "--archive", path, "--every", "1D")
    assert code == 0
    assert err.count("Spaces due") > 3
    with sk.Archive(path) as archive:
        plays = archive.observations().groupby("space_id")["total_replay_watched"].agg(["first", "last"])
    assert (plays["last"] >= plays["first"]).loc[plays.notna().all(axis=1)].all()
    assert (plays["last"] > plays["first"]).sum() > 3


def test_the_sandbox_leaves_other_archives_alone(run: Run, due: Path) -> None:
    """It would say of Spaces that it does not know that they do not exist: it is refused, and nothing is added."""
    before = due.read_bytes()
    code, _, err = run("refresh", "--sandbox", "--archive", due)
    assert (code, due.read_bytes()) == (2, before)
    assert "fetch --sandbox --archive" in err


@pytest.mark.parametrize("command", ["plan", "fetch"])
def test_no_term_of_python_is_shown(command: str, run: Run, tmp_path: Path) -> None:
    """What is wrong is said in options."""
    (tmp_path / "a.jsonl").write_text(json.dumps({"id": "1SAMPLE000001"}))
    assert "max_age=" not in run(command, "1SAMPLE000001", "--max-age", "soon")[2]


def test_a_plan_says_that_answers_are_too_old(run: Run, due: Path) -> None:
    """The archive has them, but they are older than --max-age, and are paid for again."""
    out = run("plan", *(record["id"] for record in spaces(3)), "1SAMPLEother1", "--archive", due)[1]
    assert "in the archive       0; answers for 3 more are older than --max-age" in out
