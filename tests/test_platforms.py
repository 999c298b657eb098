"""What holds on Windows and macOS too, as far as Linux can show it: consoles, locales, processes, names of files."""

import ast
import errno
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from spacekit.batch.large import workers
from spacekit.cli import main as cli

ROOT = Path(__file__).resolve().parent.parent

CONSOLES = {
    "cp1252": {"PYTHONIOENCODING": "cp1252"},  # Western Windows, into a pipe or file
    "cp437": {"PYTHONIOENCODING": "cp437"},  # an old console
    "utf-16": {"PYTHONIOENCODING": "utf-16-le"},
    "C": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}
"""Variables of environments whose standard streams know few characters."""


def call(folder: Path, *command: str, **variables: str) -> "subprocess.CompletedProcess[bytes]":
    """Run this Python in a folder, with the project on its path."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **variables}
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, check=False
    )


@pytest.mark.parametrize("console", ["cp437", "C"])
def test_any_console_shows_the_demo(console: str, tmp_path: Path) -> None:
    """Titles in any script are shown, as escapes where the console lacks a character; nothing fails."""
    done = call(tmp_path, "-m", "spacekit", "demo", **CONSOLES[console])
    assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr.decode(errors="replace")


@pytest.mark.parametrize("console", ["cp1252", "utf-16"])
def test_files_do_not_depend_on_the_console(console: str, tmp_path: Path) -> None:
    """A table is UTF-8 with plain line ends, whatever the locale; standard output has the same bytes as a file."""
    (tmp_path / "source.jsonl").write_bytes((ROOT / "spacekit" / "samples" / "samples.jsonl").read_bytes())
    piped = call(tmp_path, "-m", "spacekit", "tables", "source.jsonl", "--format", "csv", **CONSOLES[console])
    written = call(tmp_path, "-m", "spacekit", "tables", "source.jsonl", "-o", "a.csv", **CONSOLES[console])
    assert (piped.returncode, written.returncode) == (0, 0), piped.stderr.decode(errors="replace")
    assert piped.stdout == (tmp_path / "a.csv").read_bytes()
    assert "样本技术夜谈" in piped.stdout.decode("utf-8")
    assert b"\r" not in piped.stdout


def test_no_text_depends_on_the_locale(tmp_path: Path) -> None:
    """Every text file is opened with its encoding said: Windows would take cp1252."""
    options = ["-X", "warn_default_encoding", "-W", "error::EncodingWarning:spacekit"]
    done = call(tmp_path, *options, "-m", "spacekit", "demo")
    assert done.returncode == 0, done.stderr.decode(errors="replace")


SEVERAL = """\
import spacekit as sk
sk.to_parquet("source.jsonl", "out", processes=2)
print(len(sk.read("source.jsonl").spaces), "once")
"""


@pytest.mark.parametrize("way", ["script", "-c", "stdin"])
def test_processes_start_without_a_guard(way: str, tmp_path: Path) -> None:
    """`to_parquet` with several processes needs no `if __name__ == "__main__"`, no fork, and no file."""
    lines = (ROOT / "spacekit" / "samples" / "samples.jsonl").read_bytes()
    (tmp_path / "source.jsonl").write_bytes(lines)
    (tmp_path / "script.py").write_text(SEVERAL, encoding="utf-8")
    command = {"script": ["script.py"], "-c": ["-c", SEVERAL], "stdin": ["-"]}[way]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    given = SEVERAL.encode() if way == "stdin" else b""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env=environment,
        input=given,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    assert re.fullmatch(rb"\d+ once\s+", done.stdout)


def test_no_process_is_forked() -> None:
    """Neither macOS nor Windows forks a process with threads: workers are new interpreters."""
    names = {alias.name for path, tree in trees("spacekit") for alias in imports(tree)}
    assert not names & {"multiprocessing", "concurrent.futures.process", "ProcessPoolExecutor"}


def test_cores_are_counted_without_an_affinity(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither macOS nor Windows has `os.sched_getaffinity`."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert workers.cores() == os.cpu_count()


@pytest.mark.skipif(pd.__version__ < "3", reason="pandas 2 has time zones of its own, from pytz")
def test_a_system_without_zones_is_said(tmp_path: Path) -> None:
    """Windows has time zones from the package tzdata only: without it, the message says what to install."""
    code = (
        "import sys; sys.modules['tzdata'] = None\n"
        "from spacekit.stats.columns import check_zone\n"
        "try: check_zone('Europe/Paris')\n"
        "except ValueError as error: print(error)"
    )
    done = call(tmp_path, "-c", code, PYTHONTZPATH="")
    assert b"pip install tzdata" in done.stdout, done.stderr.decode()


@pytest.mark.parametrize(
    ("error", "windows", "left"),
    [
        (BrokenPipeError(errno.EPIPE, "Broken pipe"), False, True),
        (OSError(errno.EINVAL, "Invalid argument"), True, True),
        (OSError(errno.EINVAL, "Invalid argument"), False, False),
        (OSError(errno.EINVAL, "Invalid argument", "a:b.csv"), True, False),
    ],
)
def test_a_reader_that_left_is_no_error(
    error: OSError, windows: bool, left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `spacekit tables ... | more` does: Windows says 'invalid argument', without the name of a file."""
    monkeypatch.setattr(cli, "_ON_WINDOWS", windows)
    assert cli._reader_left(error) is left


# --- the files of the project ---

ONLY_POSIX = {
    "os": "fork killpg getuid geteuid mkfifo setsid getpgid wait sched_getaffinity fchmod chown mkfifo uname nice",
    "signal": "SIGHUP SIGKILL SIGPIPE SIGALRM SIGUSR1 SIGUSR2 SIGQUIT SIGTSTP SIGCHLD pause alarm setitimer",
}
ONLY_POSIX_MODULES = {"fcntl", "resource", "pty", "termios", "pwd", "grp", "tty", "syslog", "readline"}


def trees(folder: str) -> Iterator[tuple[Path, ast.Module]]:
    """The Python files of a folder with their syntax trees."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[ast.alias]:
    """Every name that is imported."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            if isinstance(node, ast.ImportFrom):
                yield ast.alias(node.module or "")
            yield from node.names


def only_posix(node: ast.AST) -> set[str]:
    """What of a piece of code Windows lacks."""
    attributes = [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
    names = {f"{n.value.id}.{n.attr}" for n in attributes if n.attr in ONLY_POSIX.get(n.value.id, "").split()}
    methods = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)} & {"symlink_to", "chmod"}
    modules = {alias.name for alias in imports(node)} & ONLY_POSIX_MODULES
    return names | methods | modules


@pytest.mark.parametrize("folder", ["spacekit", "bench"])
def test_what_windows_lacks_is_asked_for_first(folder: str) -> None:
    """What only POSIX has stands in a function that asks for it: by `hasattr`, or by the system's name."""
    for path, tree in trees(folder):
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        asked = [n for n in functions if re.search(r"hasattr|platform|os\.name|_ON_WINDOWS", ast.unparse(n))]
        fine = set().union(*map(only_posix, asked)) if asked else set()
        assert only_posix(tree) <= fine, path


def test_tests_of_what_windows_lacks_say_so() -> None:
    """Such a test is marked `posix`, and left out there."""
    tests = [
        (f"{path.name}::{node.name}", " ".join(map(ast.unparse, node.decorator_list)))
        for path, tree in trees("tests")
        if "pytestmark = pytest.mark.skipif" not in ast.unparse(tree)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and only_posix(node)
    ]
    assert [name for name, marks in tests if not re.search("posix|skipif", marks)] == []


def test_names_of_files_suit_every_system() -> None:
    """No name has a character that Windows refuses, is one of its devices, or differs from another by case alone."""
    names = [str(path.relative_to(ROOT)) for folder in ("spacekit", "tests", "docs", "notebooks", "scripts", "bench")
             for path in (ROOT / folder).rglob("*") if "__pycache__" not in path.parts]  # fmt: skip
    parts = [part for name in names for part in Path(name).parts]
    assert not [part for part in parts if re.search(r'[<>:"\\|?*\x00-\x1f]|[. ]$', part)]
    devices = r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?"
    assert not [part for part in parts if re.fullmatch(devices, part)]
    assert len({name.lower() for name in names}) == len(names)
    assert max(map(len, names)) < 120  # Windows allows 260 for the whole path
