"""Set the project up and run its commands. Standard library only; imports no project code."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

from scripts import environments, interpreters
from scripts.bootstrap import FOLDER, PINNED, VENV, VENV_PYTHON, SetupError, ensure_environment, say

ROOT = Path(__file__).resolve().parent
USAGE = "usage: python3 run.py VERB [arguments]"
ABOUT = """Live and replay audiences of Twitter/X Spaces. All of this works without an API key, on made-up data. The
first start sets up .venv in this folder, which takes one to three minutes."""
FIRST_NOTEBOOK = ROOT / "notebooks" / "01-first-look.ipynb"
# Options of pytest whose next argument is their value: no path, even where a file has that name.
VALUE_OPTIONS = ("-k", "-m", "-p", "-c", "-o", "-W", "--deselect", "--ignore", "--junitxml", "--durations")
# Options with which one process does better than one for each core.
QUICK = "not live and not slow and not browser"
ALONE_OPTIONS = ("-x", "--exitfirst", "--pdb", "--trace", "-s", "--lf", "--last-failed", "-k", "-m", "-n")


# Both for Python 3.11 to 3.14 on Linux, macOS and Windows.
PINNED_FILES = {
    "all.txt": ["--all-extras"],
    "oldest.txt": [
        *("--extra=test", "--extra=excel", "--extra=dask"),
        *("--resolution=lowest-direct", "requirements/oldest.in"),
    ],
}


class Stopped(KeyboardInterrupt):
    """SIGTERM, or SIGHUP of a terminal that was closed; its argument is the number."""


# --- the Python that runs this ---


def too_old(version: tuple) -> str:  # type: ignore[type-arg]  # tuple[int, ...] fails on Python 3.8
    """Return one sentence for a Python before 3.11, else the empty text. Old Pythons run this far: no new syntax."""
    if tuple(version[:2]) >= interpreters.OLDEST:
        return ""
    return f"this is Python {version[0]}.{version[1]}, and spacekit needs 3.11 or newer"


def run_with_another(why: str, arguments: "list[str]") -> int:
    """Run this file again with a newer Python of this machine, and return its exit code."""
    found = interpreters.suitable()
    if not found:
        say(f"{why}. None was found: looked for {interpreters.LOOKED_FOR}.")
        return 1
    say(f"{why}. Using {found}.")
    return wait_for(subprocess.Popen([found.path, str(ROOT / "run.py"), *arguments]))


def listen_to_signals() -> None:
    """Have SIGTERM and SIGHUP stop what runs, as Ctrl-C does; what ignores them, as under nohup, still does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)  # Windows has no SIGHUP
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, stop)


def stop(number: int, _frame: object) -> None:
    """Raise what ends a run in order."""
    raise Stopped(number)


# --- running things ---


def python(*arguments: str, **variables: str) -> int:
    """Run the environment's Python in the project's folder, with variables, and return its exit code."""
    path = str(VENV_PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    kept = {name: value for name, value in os.environ.items() if name not in (FOLDER, PINNED)}
    environment = dict(kept, PATH=path, **variables)
    return wait_for(subprocess.Popen([str(VENV_PYTHON), *arguments], cwd=str(ROOT), env=environment))


def wait_for(child: "subprocess.Popen[bytes]") -> int:
    """Return the exit code of a command, once it has ended; stopping this stops it."""
    while True:
        try:
            code = child.wait()
        except Stopped:
            child.terminate()
        except KeyboardInterrupt:
            # The child got the same Ctrl-C and decides: JupyterLab asks first, pytest prints its summary.
            continue
        else:
            return 128 - code if code < 0 else code


def test_arguments(arguments: "list[str]") -> "list[str]":
    """Return pytest's command line: all tests and notebooks or the paths named, and the other options."""
    asked, arguments = environments.options(arguments)
    paths = [
        here
        for before, here in zip(["", *arguments], arguments, strict=False)
        if not here.startswith("-") and before not in VALUE_OPTIONS and (ROOT / here.split("::")[0]).exists()
    ]
    few = any("::" in path or (ROOT / path).is_file() for path in paths)
    alone = few or any(argument.startswith(ALONE_OPTIONS) for argument in arguments)
    # One process more than cores, as some tests wait. A file's tests stay together: notebooks need it, and so only one
    # test at a time drives a browser.
    processes = str((os.cpu_count() or 1) + 1)
    cores = [] if alone else ["-n", processes, "--dist", "loadfile", "--no-loadscope-reorder"]
    beside = VENV.name != ".venv"
    # Outputs of notebooks are those of the packages in .venv.
    notebooks = [] if asked.quick or beside else ["notebooks"]
    nbval = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    apart = ["-o", f"cache_dir={VENV / 'pytest_cache'}"] if beside else []
    quick = ["-m", QUICK] if asked.quick else []
    all_tests = [] if paths else ["tests", *notebooks]
    return ["-m", "pytest", "-p", "tests.lean", *all_tests, *nbval, *apart, *cores, *quick, *arguments]


def check_steps() -> "dict[str, list[str]]":
    """The steps of `check`: name and command of each."""
    return {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy"],
        "windows": ["-m", "mypy", "--platform", "win32", "--cache-dir", ".mypy_cache/win32"],
        "conda": ["scripts/environment.py", "--check"],
        "tests": test_arguments([]),
    }


# --- the verbs ---


def demo(arguments: "list[str]") -> int:
    """Fetch made-up Spaces: prints what came, and writes two tables and a chart to demo/."""
    return python("-m", "spacekit", "demo", *arguments)


def test(arguments: "list[str]") -> int:
    """
    Run the tests and the notebooks; arguments go to pytest (test -k ids).

    --quick leaves browser tests and notebooks out; --python 3.13 (or all) is that on another Python;
    --oldest is all tests on the oldest packages. These have environments of their own.
    """
    return python(*test_arguments(arguments))


def test_beside(places: "list[environments.Place]") -> int:
    """Run the tests in environments beside .venv, and say how it went."""
    codes = {}
    for place in places:
        say(f"testing in {place.folder}, {place.python}")
        started = time.monotonic()
        child = subprocess.Popen(place.command, env=dict(os.environ, **place.variables))
        codes[place.folder] = wait_for(child)
        took = time.monotonic() - started
        say(f"{place.folder}: {'FAILED' if codes[place.folder] else 'ok'} after {took:.0f} s")
    return int(any(codes.values()))


def lab(arguments: "list[str]") -> int:
    """Open the notebooks in JupyterLab, the first one in front."""
    return python("-m", "jupyterlab", str(FIRST_NOTEBOOK), *arguments)


def app(arguments: "list[str]") -> int:
    """Open the explorer as a page without code, on this machine only: app [archive or JSONL file]."""
    return python("-m", "spacekit", "app", *arguments)


def check(arguments: "list[str]") -> int:
    """Check format, lint, types, environment.yml and tests; or only the steps named (check lint types)."""
    steps = check_steps()
    if {"-h", "--help"} & set(arguments):
        print(
            f"usage: python3 run.py check [step ...]\n\n{wrapped(check.__doc__ or '')}\n\nsteps: {', '.join(steps)}"
        )
        return 0
    unknown = [name for name in arguments if name not in steps]
    if unknown:
        say(f"check has no step {unknown[0]!r}; it has: {', '.join(steps)}")
        return 2
    results = {name: run_step(name, steps[name]) for name in (arguments or steps)}
    print(
        "\n"
        + "\n".join(
            f"{name:<8}{'ok' if code == 0 else 'FAILED':<8}{took:6.1f} s"
            for name, (code, took) in results.items()
        ),
        flush=True,
    )
    return int(any(code for code, _ in results.values()))


def run_step(name: str, command: "list[str]") -> "tuple[int, float]":
    """Run one step of `check`: its exit code and the seconds it took."""
    print(f"\n== {name}: python {' '.join(command)}", flush=True)
    started = time.monotonic()
    return python(*command), time.monotonic() - started


def bench(arguments: "list[str]") -> int:
    """Measure against pandas and others, side by side; all topics or those named (bench tables)."""
    return python("-m", "bench", *arguments)


def docs(arguments: "list[str]") -> int:
    """Build the site of the documentation and say where it is: docs [folder]."""
    return python("scripts/build_site.py", *arguments)


def build(arguments: "list[str]") -> int:
    """Build the sdist and the wheel, for another machine or a notebook service: into dist/."""
    return python("-m", "hatchling", "build", "-d", "dist", *arguments)


def lock(arguments: "list[str]") -> int:
    """Pin all packages again, the newest and the oldest, and remake environment.yml."""
    options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"]
    bare = ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet"]
    for name, of_it in PINNED_FILES.items():
        command = ["-m", "uv", "pip", "compile", *options, *bare, "pyproject.toml", *of_it]
        code = python(*command, "-o", f"requirements/{name}", *arguments)
        if code:
            return code
    return python("scripts/environment.py")


def verbs() -> "dict[str, Callable[[list[str]], int]]":
    """The verbs that work here, in the order they are listed: to use spacekit, then to work on it."""
    return {verb.__name__: verb for verb in (demo, lab, app, docs, build, test, check, bench, lock)}


def described(name: str, verb: "Callable[[list[str]], int]") -> str:
    """Return a verb with its docstring beside it, as wide as the terminal."""
    return wrapped(f"{name:<7}{verb.__doc__}", first="  ", others=" " * 9)


def wrapped(text: str, first: str = "", others: str = "") -> str:
    """Return text in lines of the terminal's width, 100 columns at most; the verb at its beginning keeps its place."""
    room = min(shutil.get_terminal_size((80, 24)).columns, 100)
    start, rest = text[:7], " ".join(text[7:].split())
    return textwrap.fill(
        start + rest, room, initial_indent=first, subsequent_indent=others, break_on_hyphens=False
    )


def usage() -> str:
    """The list of verbs, one paragraph each."""
    lines = [described(name, verb) for name, verb in verbs().items()]
    of_use = list(verbs()).index("test")
    head = [USAGE, "", wrapped(ABOUT), ""]
    return "\n".join([*head, "to use it", *lines[:of_use], "", "to work on it", *lines[of_use:]])


def main(arguments: "list[str]") -> int:
    """Run one verb and return its exit code."""
    if too_old(sys.version_info):
        return run_with_another(too_old(sys.version_info), arguments)
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in verbs():
        print(f"run.py: no verb {name!r}.\n{usage()}", file=sys.stderr)
        return 2
    try:
        beside = environments.places(rest) if name == "test" and VENV.name == ".venv" else []
        if beside:
            return test_beside(beside)
        ensure_environment()
        return verbs()[name](rest)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt as stopped:
        say("stopped. Run the same command again: what was unfinished is done again.")
        return 128 + (stopped.args[0] if isinstance(stopped, Stopped) else signal.SIGINT)


if __name__ == "__main__":
    listen_to_signals()
    sys.exit(main(sys.argv[1:]))
