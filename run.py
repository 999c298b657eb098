"""Set the project up and run its commands. Standard library only; imports no project code."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
PINS = ROOT / "requirements" / "all.txt"
MARKER = VENV / "spacekit-setup"
USAGE = """usage: python3 run.py VERB [arguments]

Live and replay audiences of Twitter/X Spaces. All of this works without an API key, on made-up data.
The first start sets up .venv in this folder, which takes one to three minutes."""
UNFINISHED = "unfinished"
FIRST_NOTEBOOK = ROOT / "notebooks" / "01-first-look.ipynb"
# Options of pytest whose next argument is their value: no path, even where a file has that name.
VALUE_OPTIONS = ("-k", "-m", "-p", "-c", "-o", "-W", "--deselect", "--ignore", "--junitxml", "--durations")
# Options with which one process does better than one for each core.
ALONE_OPTIONS = ("-x", "--exitfirst", "--pdb", "--trace", "-s", "--lf", "--last-failed", "-k", "-m", "-n")


def too_old(version: tuple) -> str:  # type: ignore[type-arg]  # tuple[int, ...] fails on Python 3.8
    """One sentence for a Python before 3.11, else the empty text. Old Pythons run this far: no new syntax."""
    if tuple(version[:2]) >= (3, 11):
        return ""
    found = f"{version[0]}.{version[1]}"
    return f"run.py: this is Python {found}; spacekit needs 3.11 or newer. Try: python3.11 run.py"


if too_old(sys.version_info):
    sys.exit(too_old(sys.version_info))


class SetupError(Exception):
    """The project's environment cannot be made; the message says what to do."""


# --- the environment ---


def cannot_make_venv() -> str:
    """What to do where this Python has no venv or ensurepip (Debian leaves them out), else the empty text."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if not missing:
        return ""
    return (
        f"This Python ({sys.executable}) has no '{missing[0]}', so .venv cannot be made.\n"
        "On Debian or Ubuntu: sudo apt-get install python3-venv\n"
        "Elsewhere: use a Python from python.org, pyenv, uv or conda. Then run the same command again."
    )


def fingerprint(version: str) -> str:
    """What .venv was made from: the pins, the project's metadata, its Python and its folder."""
    digest = hashlib.sha256()
    for path in (PINS, ROOT / "pyproject.toml"):
        # Without carriage returns, so that a checkout with other line ends is the same project.
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"Python {version} in {VENV}\n{digest.hexdigest()}\n"


def venv_version() -> str:
    """
    Version of the Python in .venv, such as '3.11'; empty where it does not run, has no pip, or is no venv.

    Half a .venv can still hold a link to the system's Python: pip would then install there, outside the project.
    """
    code = (
        "import os, sys, sysconfig\n"
        "venv = sys.argv[1]\n"
        "assert sys.prefix != sys.base_prefix and os.path.samefile(sys.prefix, venv)\n"
        "assert os.path.isdir(os.path.join(sysconfig.get_path('purelib'), 'pip'))\n"
        "print('%d.%d' % sys.version_info[:2])"
    )
    command = [str(VENV_PYTHON), "-I", "-c", code, str(VENV)]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def set_up_needed(marker: str, version: str) -> str:
    """Decide what .venv needs: '' (nothing), 'update' (pins on top of it) or 'make' (from nothing)."""
    if marker == fingerprint(version):
        return ""
    same_place = marker.splitlines()[:1] == fingerprint(version).splitlines()[:1]
    return "update" if same_place else "make"


def ensure_environment() -> None:
    """Make or mend .venv; returns at once where it is as the pins say."""
    if not set_up_needed(read_marker(), venv_version()):
        return
    try:
        make_environment()
    except OSError as error:
        raise SetupError(
            f"cannot write {VENV}: {error}. Close what uses it, or check who owns the folder."
        ) from error


def make_environment() -> None:
    """Do what .venv needs, while no other run.py does."""
    with setup_lock():
        # Another run.py may have done the work while this one waited.
        version = venv_version()
        todo = set_up_needed(read_marker(), version)
        if todo:
            started = time.monotonic()
            install(todo, version)
            say(f"ready after {time.monotonic() - started:.0f} s")


def install(todo: str, version: str) -> None:
    """Install the pins, then the project; the marker says 'unfinished' until all of it is done."""
    if todo == "make":
        make_venv(version)
    else:
        say("the pins or the project's metadata changed: bringing .venv up to date")
        MARKER.write_text(UNFINISHED, encoding="utf-8")
    pip("install", "--require-hashes", "-r", str(PINS))
    # pip takes no editable project together with hashes: all it needs is there by now, build tools included.
    pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    MARKER.write_text(fingerprint(venv_version()), encoding="utf-8")


def make_venv(version: str) -> None:
    """Make .venv again. Ours from before is thrown away: a stopped pip can leave half a package behind."""
    ours = MARKER.exists()
    if not ours and VENV.exists() and any(VENV.iterdir()):
        adopt_venv(version)
        return
    if cannot_make_venv():
        raise SetupError(cannot_make_venv())
    why = (
        ".venv is unfinished, moved or of another Python: making it again"
        if ours
        else "first start: making .venv"
    )
    say(f"{why} and installing the pinned packages (one to three minutes)")
    VENV.mkdir(exist_ok=True)
    MARKER.write_text(UNFINISHED, encoding="utf-8")
    empty_venv()
    # Not sys.executable: with .venv activated that was the Python in the folder just removed.
    base = getattr(sys, "_base_executable", sys.executable)
    quietly([base, "-m", "venv", str(VENV)], "Cannot make .venv.")


def empty_venv() -> None:
    """Remove all but the mark, so that a .venv half removed is still known as ours."""
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != MARKER:
            path.unlink()


def adopt_venv(version: str) -> None:
    """Use a .venv that somebody else made, if it works; it gets no 'unfinished', so it is not thrown away."""
    if not version or too_old(tuple(int(part) for part in version.split("."))):
        raise SetupError(
            f"{VENV} was not made by run.py and has no working Python 3.11 or newer with pip in it.\n"
            "Delete or rename that folder, then run the same command again."
        )
    say("installing the pinned packages into the .venv that is here (one to three minutes)")


def pip(*arguments: str) -> None:
    """Run pip of .venv without its chatter; the user's own pip configuration holds."""
    if not venv_version():
        raise SetupError(
            f"{VENV} is no working environment with pip. Delete that folder and run the command again."
        )
    command = [str(VENV_PYTHON), "-m", "pip", "-q", "--no-input", "--disable-pip-version-check", *arguments]
    quietly(command, "pip could not install the packages. Is the network (or your package index) reachable?")


def quietly(command: "list[str]", failure: str) -> None:
    """Run a command and keep its output to itself, unless it fails."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        close_fds=False,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise SetupError(
            f"{(done.stdout + done.stderr).strip()}\n{failure}\nRun the same command again to go on."
        )


def read_marker() -> str:
    """The marker's text, '' where there is none."""
    return MARKER.read_text(encoding="utf-8") if MARKER.exists() else ""


@contextmanager
def setup_lock() -> Iterator[None]:
    """One run.py at a time makes .venv; the system drops the lock when its holders end, however they end."""
    with (ROOT / ".venv.lock").open("w", encoding="utf-8") as lock:
        # pip holds it too: one that outlives a killed run.py must not write into the next one's .venv.
        os.set_inheritable(lock.fileno(), True)
        told = False
        while not try_lock(lock.fileno()):
            if not told:
                say("another run.py is setting up .venv: waiting for it")
            told = True
            time.sleep(0.5)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock if nobody has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# --- running things ---


def say(text: str) -> None:
    """One line of our own, apart from the output of what runs."""
    print(f"run.py: {text}", file=sys.stderr, flush=True)


def python(*arguments: str, **variables: str) -> int:
    """Run the environment's Python in the project's folder, with variables, and return its exit code."""
    path = str(VENV_PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")
    environment = dict(os.environ, PATH=path, **variables)
    child = subprocess.Popen([str(VENV_PYTHON), *arguments], cwd=ROOT, env=environment)
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            # The child got the same Ctrl-C and decides: JupyterLab asks first, pytest prints its summary.
            continue
        return 128 - code if code < 0 else code


def test_arguments(arguments: "list[str]") -> "list[str]":
    """Return pytest's command line: all tests and notebooks or the paths named, and the other options."""
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
    notebooks = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    all_tests = [] if paths else ["tests", "notebooks"]
    return ["-m", "pytest", "-p", "tests.lean", *all_tests, *notebooks, *cores, *arguments]


def check_steps() -> "dict[str, list[str]]":
    """The steps of `check`: name and command of each."""
    return {
        "format": ["-m", "ruff", "format", "--check", "."],
        "lint": ["-m", "ruff", "check", "."],
        "types": ["-m", "mypy"],
        "conda": ["scripts/environment.py", "--check"],
        "tests": test_arguments([]),
    }


# --- the verbs ---


def demo(arguments: "list[str]") -> int:
    """Fetch made-up Spaces: prints what came, and writes two tables and a chart to demo/."""
    return python("-m", "spacekit", "demo", *arguments)


def test(arguments: "list[str]") -> int:
    """Run the tests and the notebooks; arguments go to pytest (test -k ids)."""
    return python(*test_arguments(arguments))


def lab(arguments: "list[str]") -> int:
    """Open the notebooks in JupyterLab, the first one in front."""
    return python("-m", "jupyterlab", str(FIRST_NOTEBOOK), *arguments)


def app(arguments: "list[str]") -> int:
    """Open the explorer as a page without code, on this machine only: app [archive or JSONL file]."""
    return python("-m", "spacekit", "app", *arguments)


def check(arguments: "list[str]") -> int:
    """Check format, lint, types, environment.yml and tests; or only the steps named (check lint types)."""
    steps = check_steps()
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


def lock(arguments: "list[str]") -> int:
    """Pin all packages again (Python 3.11 to 3.14; Linux, macOS, Windows) and remake environment.yml."""
    options = ["--universal", "--python-version", "3.11", "--all-extras", "--generate-hashes", "--upgrade"]
    bare = ["--no-emit-index-url", "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet"]
    pins = str(PINS.relative_to(ROOT))
    code = python("-m", "uv", "pip", "compile", *options, *bare, "pyproject.toml", "-o", pins, *arguments)
    return code or python("scripts/environment.py")


def verbs() -> "dict[str, Callable[[list[str]], int]]":
    """The verbs that work here, in the order they are listed: to use spacekit, then to work on it."""
    return {verb.__name__: verb for verb in (demo, lab, app, docs, test, check, bench, lock)}


def usage() -> str:
    """The list of verbs, one line each."""
    lines = [f"  {name:<7}{(verb.__doc__ or '').strip()}" for name, verb in verbs().items()]
    of_use = list(verbs()).index("test")
    return "\n".join([USAGE, "", "to use it", *lines[:of_use], "", "to work on it", *lines[of_use:]])


def main(arguments: "list[str]") -> int:
    """Run one verb and return its exit code."""
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(usage())
        return 0
    name, *rest = arguments
    if name not in verbs():
        print(f"run.py: no verb {name!r}.\n{usage()}", file=sys.stderr)
        return 2
    try:
        ensure_environment()
        return verbs()[name](rest)
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped. Run the same command again: what was unfinished is done again.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
