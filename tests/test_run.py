"""run.py: it runs what its verbs say, with another Python if need be, and stops what it runs."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from scripts import interpreters

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def run() -> ModuleType:
    """The file, as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_run_lists_its_verbs(
    run: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a verb or with --help, run.py lists each verb with one line, and ends well."""
    assert run.main(arguments) == 0
    printed = capsys.readouterr().out
    for verb in ("demo", "test", "lab", "app", "check", "bench", "lock"):
        assert re.search(rf"^  {verb} +\S.+$", printed, re.MULTILINE)


@pytest.mark.parametrize("width", [60, 80])
def test_run_keeps_to_the_terminal(
    run: ModuleType, width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line of the list is wider than the terminal, and a verb's words stand below each other."""
    monkeypatch.setenv("COLUMNS", str(width))
    assert run.main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= width
    assert sum(line.startswith(" " * 9) for line in lines) > 5


def test_check_lists_its_steps(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """With --help it runs none of them."""
    assert run.check(["--help"]) == 0
    assert "steps: format, lint, types" in capsys.readouterr().out


def test_run_unknown_verb(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown verb ends with 2 and the list, before anything is installed."""
    assert run.main(["tset"]) == 2
    printed = capsys.readouterr().err
    assert "no verb 'tset'" in printed
    assert "  test " in printed


@pytest.mark.parametrize(
    ("version", "old"), [((3, 6), True), ((3, 10), True), ((3, 11), False), ((3, 14, 1), False)]
)
def test_run_knows_an_old_python(run: ModuleType, version: tuple[int, ...], old: bool) -> None:
    """A Python before 3.11 gets one sentence with its own version and the one needed."""
    assert bool(run.too_old(version)) is old
    if old:
        assert f"Python {version[0]}.{version[1]}," in run.too_old(version)
        assert "3.11" in run.too_old(version)


def test_run_goes_on_with_another_python(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """An old Python says which one it found, and that one does what was asked."""
    here = interpreters.Interpreter(sys.executable, sys.version_info[:2], [])
    monkeypatch.setattr(run, "too_old", lambda _: "this is Python 3.9")
    monkeypatch.setattr(interpreters, "suitable", lambda: here)
    assert run.main(["tset"]) == 2
    said = capfd.readouterr().err
    assert said.startswith(f"run.py: this is Python 3.9. Using {here}.")
    assert "no verb 'tset'" in said


def test_run_says_that_no_python_was_found(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line, with where it looked."""
    monkeypatch.setattr(run, "too_old", lambda _: "this is Python 3.9")
    monkeypatch.setattr(interpreters, "suitable", lambda: None)
    assert run.main(["demo"]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "pyenv" in said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals between processes")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_run_stops_what_it_runs(name: str) -> None:
    """A signal that ends run.py ends its command too, and the code says which."""
    number = getattr(signal, name)
    child = "import os, sys; print(os.getpid(), flush=True); sys.stdin.read()"
    code = (
        "import run, subprocess, sys\n"
        "run.listen_to_signals()\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}], stdin=subprocess.PIPE)\n"
        "sys.exit(run.wait_for(child))"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as asked:
        pid = int(asked.stdout.readline())
        asked.send_signal(number)
        assert asked.wait() == 128 + signal.SIGTERM
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGHUP")
def test_run_under_nohup_goes_on(run: ModuleType) -> None:
    """What ignores SIGHUP still does."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        run.listen_to_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), ("SIGTERM", 143)])
def test_run_says_that_it_was_stopped(
    run: ModuleType,
    error: object,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In one line, with the code that shells expect."""

    def stop() -> None:
        raise KeyboardInterrupt if error is KeyboardInterrupt else run.Stopped(signal.SIGTERM)

    monkeypatch.setattr(run, "ensure_environment", stop)
    assert run.main(["demo"]) == code
    assert capsys.readouterr().err.startswith("run.py: stopped. Run the same command again")


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
