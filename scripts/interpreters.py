"""Find a Python that can make the project's environment. Standard library only; Python 3.6 can run it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 14)
"""The versions that the pins are made for."""

NEEDED = ("venv", "ensurepip", "ssl", "sqlite3", "zlib")
"""Modules that some Pythons lack: Debian has venv apart; one built without its libraries has no ssl or sqlite3."""

LOOKED_FOR = (
    "python3.14 to python3.11 on the path, the py launcher of Windows, and those of pyenv, uv and Homebrew"
)

_LOOK = (
    "import sys\n"
    "missing = []\n"
    "for name in sys.argv[1:]:\n"
    "    try: __import__(name)\n"
    "    except ImportError: missing.append(name)\n"
    "print('%d.%d' % sys.version_info[:2])\n"
    "print(' '.join(missing))\n"
    "print(getattr(sys, '_base_executable', None) or sys.executable)"
)


class Interpreter:
    """A Python: its path (never that of a virtual environment), its version, and the needed modules it lacks."""

    def __init__(self, path: str, version: "tuple[int, ...]", missing: "list[str]") -> None:
        self.path, self.version, self.missing = path, version, missing

    def __str__(self) -> str:
        return "Python {}.{} ({})".format(*self.version[:2], self.path)

    @property
    def suits(self) -> bool:
        """Whether it can make an environment that the pins fit."""
        return OLDEST <= self.version[:2] <= NEWEST and not self.missing


def look_at(*command: str) -> "Interpreter | None":
    """Return what a command such as 'python3.12' or 'py -3.12' starts; None where it starts no Python."""
    try:
        done = subprocess.run(
            [*command, "-c", _LOOK, *NEEDED],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return None
    lines = os.fsdecode(done.stdout).splitlines()
    if done.returncode or len(lines) < 3:
        return None
    return Interpreter(lines[2], tuple(int(part) for part in lines[0].split(".")), lines[1].split())


def suitable() -> "Interpreter | None":
    """Return this Python if it suits, else the first other that does, the newest first; None if none does."""
    seen = set()
    for command in [(sys.executable,), *_commands()]:
        if command not in seen:
            seen.add(command)
            found = look_at(*command)
            if found and found.suits:
                return found
    return None


def each() -> "dict[tuple[int, ...], Interpreter]":
    """Return a Python of each version that suits, the oldest first; what a shell finds goes before others."""
    found = {}
    for command in dict.fromkeys([(sys.executable,), *_commands()]):
        here = look_at(*command)
        if here and here.suits:
            found.setdefault(here.version[:2], here)
    return dict(sorted(found.items()))


def versions() -> "list[tuple[int, int]]":
    """Return the versions that the pins are made for, the oldest first."""
    return [(OLDEST[0], minor) for minor in range(OLDEST[1], NEWEST[1] + 1)]


def _commands() -> "list[tuple[str, ...]]":
    """Return what may start a suitable Python: what a shell finds, then what only its folder shows."""
    versions = [f"3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)]
    named = [shutil.which(name) for name in [*("python" + v for v in versions), "python3", "python"]]
    launcher = shutil.which("py") if os.name == "nt" else None
    launched = [(launcher, f"-{version}") for version in versions] if launcher else []
    return [*((path,) for path in named if path), *launched, *((path,) for path in _in_folders())]


def _in_folders() -> "list[str]":
    """Return the Pythons of pyenv, uv, Homebrew and the installers of python.org, the newest first."""
    found = [path for folder, pattern in _folders() for path in folder.glob(pattern)]
    dated = [(version, str(path)) for path in found for version in [_version_in(path)] if version]
    return [path for version, path in sorted(dated, reverse=True) if OLDEST <= version[:2] <= NEWEST]


def _folders() -> "list[tuple[Path, str]]":
    """Return folders and the patterns of the Pythons in them."""
    home = Path(os.path.expanduser("~"))  # noqa: PTH111  # Path.home() raises where there is none
    local, roaming = (Path(os.environ.get(name) or home) for name in ("LOCALAPPDATA", "APPDATA"))
    data = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    pyenv = Path(os.environ.get("PYENV_ROOT") or home / ".pyenv")
    uv = Path(os.environ.get("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python")
    return [
        (pyenv, "versions/3.*/bin/python"),
        (pyenv, "pyenv-win/versions/3.*/python.exe"),
        (uv, "cpython-3.*/bin/python3"),
        (roaming / "uv" / "python", "cpython-3.*/python.exe"),
        (local / "Programs" / "Python", "Python3*/python.exe"),
        (Path("/opt/homebrew/bin"), "python3.[0-9]*[0-9]"),
        (Path("/usr/local/bin"), "python3.[0-9]*[0-9]"),
        (Path("/Library/Frameworks/Python.framework/Versions"), "3.*/bin/python3"),
        (Path("/usr/bin"), "python3.[0-9]*[0-9]"),
    ]


def _version_in(path: Path) -> "tuple[int, ...]":
    """Return the version that a path names, as 3.12.1, cpython-3.12 or Python312 do; () where none does."""
    for part in reversed(path.parts):
        match = re.search(r"3\.(\d+)(?:\.(\d+))?", part) or re.fullmatch(r"Python3(\d+)(?:-\d+)?", part)
        if match:
            return (3, *(int(number) for number in match.groups() if number))
    return ()
