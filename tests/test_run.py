"""run.py: it makes the environment, whatever stopped it before, and runs what its verbs say."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from sysconfig import get_path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run() -> ModuleType:
    """The bootstrap, as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def elsewhere(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bootstrap of another, empty project folder, whose commands are noted and not run."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "all.txt").write_text("pinned", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]", encoding="utf-8")
    for name in ("ROOT", "VENV", "VENV_PYTHON", "PINS", "MARKER"):
        monkeypatch.setattr(run, name, tmp_path / getattr(run, name).relative_to(ROOT))
    run.commands = []  # type: ignore[attr-defined]  # noted for the test
    monkeypatch.setattr(run, "quietly", lambda command, _failure: run.commands.append(command))
    monkeypatch.setattr(run, "venv_version", lambda: "3.11")
    return run


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_run_lists_its_verbs(
    run: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a verb or with --help, run.py lists each verb with one line, and ends well."""
    assert run.main(arguments) == 0
    printed = capsys.readouterr().out
    for verb in ("demo", "test", "lab", "app", "check", "bench", "lock"):
        assert re.search(rf"^  {verb} +\S.+$", printed, re.MULTILINE)


def test_run_unknown_verb(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown verb ends with 2 and the list, before anything is installed."""
    assert run.main(["tset"]) == 2
    printed = capsys.readouterr().err
    assert "no verb 'tset'" in printed
    assert "  test " in printed


@pytest.mark.parametrize(
    ("version", "old"), [((2, 7), True), ((3, 10), True), ((3, 11), False), ((3, 14, 1), False)]
)
def test_run_tells_an_old_python(run: ModuleType, version: tuple[int, ...], old: bool) -> None:
    """A Python before 3.11 gets one sentence with its own version and the one needed."""
    assert bool(run.too_old(version)) is old
    if old:
        assert f"Python {version[0]}.{version[1]};" in run.too_old(version)
        assert "3.11" in run.too_old(version)


def test_run_can_be_read_by_an_old_python() -> None:
    """Python 3.7 can parse run.py, so that the sentence is shown and no SyntaxError."""
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("name", ["venv", "ensurepip"])
def test_run_tells_what_to_install(
    elsewhere: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where venv or ensurepip is missing, run.py says what to install and leaves nothing behind."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda asked: None if asked == name else find_spec(asked)
    )
    assert elsewhere.main(["demo"]) == 1
    printed = capsys.readouterr().err
    assert f"no '{name}'" in printed
    assert "apt-get install python3-venv" in printed
    assert not elsewhere.VENV.exists()


def test_run_installs_pins_then_project(elsewhere: ModuleType) -> None:
    """The pins come first, with hashes; then the project without dependencies of its own; then the mark."""
    elsewhere.ensure_environment()
    venv, pins_first, project = elsewhere.commands
    assert venv[1:3] == ["-m", "venv"]
    assert pins_first[-3:] == ["--require-hashes", "-r", str(elsewhere.PINS)]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "-e", str(elsewhere.ROOT)]
    assert elsewhere.read_marker() == elsewhere.fingerprint("3.11")


def test_run_does_nothing_when_ready(elsewhere: ModuleType) -> None:
    """A second start runs no pip."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    elsewhere.ensure_environment()
    assert elsewhere.commands == []


def test_run_makes_an_interrupted_venv_anew(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was installed before an interruption is thrown away: half a package may be among it."""

    def stop(command: list[str], failure: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(elsewhere, "quietly", stop)
        assert elsewhere.main(["demo"]) == 130
    half = elsewhere.VENV / "half-a-package"
    half.touch()
    elsewhere.ensure_environment()
    assert not half.exists()
    assert len(elsewhere.commands) == 3


@pytest.mark.parametrize("changed", ["requirements/all.txt", "pyproject.toml"])
def test_run_follows_changed_pins(elsewhere: ModuleType, changed: str) -> None:
    """Changed pins or metadata are installed on top of what is there."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    (elsewhere.ROOT / changed).write_text("changed", encoding="utf-8")
    elsewhere.ensure_environment()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


def test_run_remakes_a_venv_of_another_python(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .venv that no longer runs, or runs another Python, is made again."""
    elsewhere.ensure_environment()
    for version in ("", "3.13"):
        monkeypatch.setattr(elsewhere, "venv_version", lambda version=version: version)
        assert elsewhere.set_up_needed(elsewhere.read_marker(), version) == "make"


def test_run_never_deletes_a_venv_of_others(
    elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A .venv that run.py did not make is used if it works; else run.py says so and leaves it alone."""
    theirs = elsewhere.VENV / "theirs"
    elsewhere.VENV.mkdir()
    theirs.touch()
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "")
    assert elsewhere.main(["demo"]) == 1
    assert "was not made by run.py" in capsys.readouterr().err
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "3.11")
    elsewhere.ensure_environment()
    assert theirs.exists()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


@pytest.mark.skipif(sys.platform == "win32", reason="a venv has no links there")
def test_run_knows_a_real_venv(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken .venv, whose python is a mere link to another Python, does not count: pip would install elsewhere."""
    half = tmp_path / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(run, "VENV", half.parent)
    monkeypatch.setattr(run, "VENV_PYTHON", half / "python")
    assert subprocess.run([half / "python", "-c", ""], check=False).returncode == 0
    assert run.venv_version() == ""
    with pytest.raises(run.SetupError, match="no working environment"):
        run.pip("install", "nothing")


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the tests do not run in a venv")
@pytest.mark.skipif(not (Path(get_path("purelib")) / "pip").is_dir(), reason="the venv has no pip of its own")
def test_run_knows_its_own_venv(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The venv that these tests run in is known as one, with its version."""
    monkeypatch.setattr(run, "VENV", Path(sys.prefix))
    monkeypatch.setattr(run, "VENV_PYTHON", Path(sys.executable))
    assert run.venv_version() == f"3.{sys.version_info[1]}"


def test_run_keeps_the_mark_until_the_end(elsewhere: ModuleType) -> None:
    """A .venv that is emptied keeps its mark, so that one half removed is not taken for somebody else's."""
    (elsewhere.VENV / "lib").mkdir(parents=True)
    elsewhere.MARKER.write_text(elsewhere.UNFINISHED, encoding="utf-8")
    elsewhere.empty_venv()
    assert list(elsewhere.VENV.iterdir()) == [elsewhere.MARKER]


@pytest.mark.skipif(sys.platform == "win32", reason="a lock belongs to one process there")
def test_run_lock_outlives_a_killed_run(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip that outlives its run.py still holds the lock: nobody else writes into .venv meanwhile."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    with run.setup_lock():
        pip = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with (tmp_path / ".venv.lock").open("w") as lock:
        assert not run.try_lock(lock.fileno())
        pip.communicate(b"\n")
        assert run.try_lock(lock.fileno())


@pytest.mark.parametrize(
    ("arguments", "replaces", "on_all_cores"),
    [
        ([], False, True),
        (["-k", "tests"], False, False),
        (["-x"], False, False),
        (["-q", "--durations", "10"], False, True),
        (["notebooks", "-q"], True, True),
        (["tests/test_project.py"], True, False),
        (["tests/test_project.py::test_no_second_lock_file"], True, False),
    ],
)
def test_run_test_passes_arguments_on(
    run: ModuleType, arguments: list[str], replaces: bool, on_all_cores: bool
) -> None:
    """Paths replace the whole suite, options are added to it; few tests, and a search for a fault, run alone."""
    command = run.test_arguments(arguments)
    assert ("tests" not in command[: command.index("--nbval")]) is replaces
    assert ("-n" in command) is on_all_cores
    assert command[len(command) - len(arguments) :] == arguments


def test_run_check_knows_its_steps(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps run even after one failed, and the exit code says that one did."""
    ran = []
    monkeypatch.setattr(run, "python", lambda *command: ran.append(command) or int("ruff" in command))
    assert run.check([]) == 1
    assert len(ran) == len(run.check_steps())
    assert run.check(["types"]) == 0
    assert run.check(["tpyes"]) == 2
