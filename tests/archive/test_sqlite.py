"""The address by which SQLite opens a file, on every system."""

from pathlib import PurePath, PurePosixPath, PureWindowsPath

import pytest

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
