"""The package's front door: its public names, loaded when first used, and the map in its docstring."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import spacekit as sk

ROOT = Path(__file__).parent.parent
ROOM = re.compile(r"^    ([a-z]+(?:, [a-z]+)*)  ", re.MULTILINE)


def test_dir_shows_the_public_names_only() -> None:
    """`dir(sk)` is `__all__`, sorted: no module, no helper."""
    assert dir(sk) == sorted(sk.__all__)


def test_public_names_are_there() -> None:
    """Each public name can be used, also one that is loaded late."""
    assert [name for name in sk.__all__ if getattr(sk, name, None) is None] == []


def test_a_wrong_name_is_an_attribute_error() -> None:
    """A name that is not there says so as for any module."""
    with pytest.raises(AttributeError, match="has no attribute 'fetsch'"):
        sk.fetsch  # noqa: B018


def test_no_room_overwrites_a_function() -> None:
    """No room has the name of a public function: importing it would overwrite the function."""
    code = "import spacekit as sk, spacekit.cli.main; print(*(callable(getattr(sk, n)) for n in sk._LATE))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split().count("False") == len({"plot", "stats", "__version__"})


def test_the_map_names_the_rooms_of_contributing() -> None:
    """The docstring and the table of CONTRIBUTING have the same rooms in the same order."""
    table = re.findall(
        r"^\| `([a-z]+)[/.]", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert ", ".join(ROOM.findall(sk.__doc__ or "")).split(", ") == table
