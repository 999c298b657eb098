"""scripts/environments.py: which environments beside .venv the tests run in, with which Python and packages."""

from pathlib import Path

import pytest

from scripts import bootstrap, environments, interpreters
from scripts.interpreters import Interpreter

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with Python 3.11 (that of .venv), 3.12 and 3.14."""
    here = {(3, minor): Interpreter(f"/bin/python3.{minor}", (3, minor), []) for minor in (11, 12, 14)}
    monkeypatch.setattr(interpreters, "each", lambda: dict(here))
    monkeypatch.setattr(bootstrap, "venv_version", lambda: "3.11")


def test_the_usual_environment_is_not_beside_itself() -> None:
    """Without an option, or with --quick alone, tests run in .venv."""
    assert environments.places(["-k", "ids"]) == []
    assert environments.places(["--quick"]) == []


def test_the_oldest_packages_run_on_the_oldest_python() -> None:
    """--oldest has an environment and pins of its own; what else is asked for is passed on."""
    (place,) = environments.places(["--oldest", "--quick", "tests/ids"])
    assert place.variables == {bootstrap.FOLDER: ".venv-oldest", bootstrap.PINNED: "oldest.txt"}
    assert place.command == [
        "/bin/python3.11",
        str(ROOT / "run.py"),
        "test",
        "--quick",
        "tests/ids",
    ]


def test_the_oldest_packages_run_on_a_python_that_is_asked_for() -> None:
    """--oldest and --python together."""
    (place,) = environments.places(["--oldest", "--python", "3.12"])
    assert place.command[0] == "/bin/python3.12"


def test_a_python_runs_the_quick_tests() -> None:
    """--python has an environment for each version, with the newest packages."""
    (place,) = environments.places(["--python=3.14", "-x"])
    assert place.variables == {bootstrap.FOLDER: ".venv-3.14", bootstrap.PINNED: "all.txt"}
    assert place.command[0] == "/bin/python3.14"
    assert place.command[2:] == ["test", "--quick", "-x"]


def test_every_python_but_that_of_venv(capsys: pytest.CaptureFixture[str]) -> None:
    """--python all runs each that is here, and says which were found and which not."""
    assert [place.folder for place in environments.places(["--python", "all"])] == [
        ".venv-3.12",
        ".venv-3.14",
    ]
    said = capsys.readouterr().err
    assert "Python 3.11: that of .venv" in said
    assert "Python 3.12 (/bin/python3.12): found" in said
    assert "Python 3.13: not found" in said
    assert environments.others() == ["3.12", "3.14"]


@pytest.mark.parametrize(
    ("asked", "words"), [("3.13", "no Python 3.13 was found"), ("3.10", "Use 3.11, 3.12, 3.13, 3.14 or all")]
)
def test_a_python_that_is_not_here(asked: str, words: str) -> None:
    """One sentence says what is wrong: not found, or no version that the pins fit."""
    with pytest.raises(bootstrap.SetupError, match=words):
        environments.places(["--python", asked])


def test_folders_of_environments_are_ignored() -> None:
    """Neither the environments nor their locks get into the project's history."""
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".venv*/", ".venv*.lock"} <= set(ignored)
