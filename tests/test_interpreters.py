"""scripts/interpreters.py: it finds a Python that can make the environment, wherever that is."""

import ast
import sys
from pathlib import Path

import pytest

from scripts import interpreters
from scripts.interpreters import Interpreter

ROOT = Path(__file__).resolve().parent.parent
HERE = Interpreter("here", sys.version_info[:2], [])


@pytest.mark.parametrize("name", ["run.py", "scripts/bootstrap.py", "scripts/interpreters.py"])
def test_an_old_python_can_read_it(name: str) -> None:
    """Python 3.7 can parse what runs before another is found, so that a sentence is shown and no SyntaxError."""
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(
    ("version", "missing", "suits"),
    [
        ((3, 10), [], False),
        ((3, 11), [], True),
        ((3, 14, 1), [], True),
        ((3, 15), [], False),
        ((3, 12), ["ensurepip"], False),
    ],
)
def test_what_suits(version: tuple[int, ...], missing: list[str], suits: bool) -> None:
    """Versions that the pins are made for, with all that a virtual environment takes."""
    assert Interpreter("python3", version, missing).suits is suits


def test_a_real_python_is_looked_at() -> None:
    """Its version, what it lacks, and the path of the Python that a virtual environment is made from."""
    found = interpreters.look_at(sys.executable)
    assert found
    assert found.version == sys.version_info[:2]
    assert Path(found.path).exists()
    assert not Path(found.path).is_relative_to(sys.prefix) or sys.prefix == sys.base_prefix


@pytest.mark.parametrize("code", ["import sys; sys.exit(127)", "print('no Python of that version')"])
def test_what_starts_no_python_is_passed_over(code: str, tmp_path: Path) -> None:
    """Both pyenv and Windows have commands of that name that only say what to install."""
    assert interpreters.look_at(str(tmp_path / "nowhere")) is None
    assert interpreters.look_at(sys.executable, "-c", code) is None


def test_this_python_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the one that runs suits, no other is looked for."""
    asked = []
    monkeypatch.setattr(interpreters, "look_at", lambda *command: asked.append(command) or HERE)
    assert interpreters.suitable() is HERE
    assert asked == [(sys.executable,)]


def test_another_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first that suits, of what the path, the launcher and the folders have; each is looked at once."""
    monkeypatch.setattr(interpreters, "_commands", lambda: [("old",), ("old",), ("py", "-3.13"), ("later",)])
    found = {("old",): Interpreter("old", (3, 9), []), ("py", "-3.13"): Interpreter("new", (3, 13), [])}
    asked = []
    monkeypatch.setattr(interpreters, "look_at", lambda *command: asked.append(command) or found.get(command))
    best = interpreters.suitable()
    assert best
    assert best.path == "new"
    assert asked == [(sys.executable,), ("old",), ("py", "-3.13")]


def test_the_launcher_is_asked_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """`py -3.14` to `py -3.11`, the newest first."""
    monkeypatch.setattr(interpreters.shutil, "which", lambda name: name if name == "py" else None)
    monkeypatch.setattr(interpreters, "_in_folders", list)
    assert interpreters._commands() == []
    monkeypatch.setattr(interpreters.os, "name", "nt")
    assert interpreters._commands() == [("py", "-3.14"), ("py", "-3.13"), ("py", "-3.12"), ("py", "-3.11")]


def test_versions_of_pyenv_and_uv_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By their folders, the newest first; those too old or too new for the pins are passed over."""
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("UV_PYTHON_INSTALL_DIR", str(tmp_path / "uv"))
    names = ["3.9.18", "3.12.1", "3.11.10", "3.15.0", "3.11.9"]
    places = [tmp_path / "pyenv" / "versions" / name / "bin" / "python" for name in names]
    places.append(tmp_path / "uv" / "cpython-3.13.2-linux-x86_64-gnu" / "bin" / "python3")
    for place in places:
        place.parent.mkdir(parents=True)
        place.touch()
    ours = [Path(path) for path in interpreters._in_folders() if Path(path).is_relative_to(tmp_path)]
    assert ours == [places[5], places[1], places[2], places[4]]


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("pyenv/versions/3.12.1/bin/python", (3, 12, 1)),
        ("Programs/Python/Python312/python.exe", (3, 12)),
        ("/opt/homebrew/bin/python3.13", (3, 13)),
        ("uv/python/cpython-3.14.0-macos-aarch64-none/bin/python3", (3, 14, 0)),
        ("somewhere/bin/python", ()),
    ],
)
def test_a_path_names_its_version(path: str, version: tuple[int, ...]) -> None:
    """As pyenv, the installers of python.org, Homebrew and uv write it."""
    assert interpreters._version_in(Path(path)) == version
