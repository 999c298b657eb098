"""The address by which SQLite opens a file, on every system; and that it is closed."""

import gc
import os
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

import pytest

from spacekit.archive import Archive
from spacekit.archive.sqlite import uri_of


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (PurePosixPath("/data/a b/ü?.db"), "file:///data/a%20b/%C3%BC%3F.db"),
        (PureWindowsPath(r"D:\Zoë\spaces.db"), "file:///D:/Zo%C3%AB/spaces.db"),
        (PureWindowsPath(r"\\server\share\spaces.db"), "file:////server/share/spaces.db"),
    ],
)
def test_a_path_becomes_an_address(path: PurePath, uri: str) -> None:
    """Blanks and letters are escaped; a host of Windows is part of the path, as SQLite takes no other."""
    assert uri_of(path) == uri


def test_an_archive_that_nobody_closes_closes_itself(tmp_path: Path) -> None:
    """As a file does; Python 3.13 warns of a connection that is left open, and tests take warnings as errors."""
    Archive(tmp_path / "spaces.db").add([])
    gc.collect()
    folder = Path("/proc/self/fd")
    if folder.exists():
        opened = [os.path.realpath(entry) for entry in folder.iterdir()]
        assert str(tmp_path / "spaces.db") not in opened
