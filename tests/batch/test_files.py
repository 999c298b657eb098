"""A file is replaced whole or not at all, and a device never."""

import errno
import gzip
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import spacekit as sk
from spacekit.batch import lines as jsonl
from spacekit.batch.files import replacing


def _write(path: Path) -> None:
    with replacing(path) as part:
        part.write_bytes(b"new\n")


WRITERS: dict[str, Callable[[Path], object]] = {
    "replacing": _write,
    "write_lines": lambda path: jsonl.write_lines(path, [b"new"]),
}
writers = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())


@writers
def test_a_file_is_replaced(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """The file holds what was written, and nothing is left beside it."""
    path = tmp_path / "a.txt"
    for _ in range(2):
        write(path)
        assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("a.txt", b"new\n")]


def test_an_earlier_file_outlives_an_error(tmp_path: Path) -> None:
    """If writing fails half-way, the earlier file is as it was, and nothing is left beside it."""
    path = tmp_path / "a.txt"
    path.write_text("earlier")

    def lines() -> object:
        yield b"new"
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        jsonl.write_lines(path, lines())  # type: ignore[arg-type]  # a generator
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.txt", "earlier")]


@pytest.mark.posix
@writers
def test_a_pipe_is_written_to(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """What is no file is not replaced: a pipe, as a device would, gets the bytes and stays one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write(pipe)
    assert os.read(reader, 100) == b"new\n"
    os.close(reader)
    assert [file.is_fifo() for file in tmp_path.iterdir()] == [True]


@pytest.mark.posix
def test_exports_keep_a_pipe(tmp_path: Path) -> None:
    """`Batch.to_jsonl` and `Archive.to_jsonl` write to a pipe, also through a link, and leave both as they are."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    batch = sk.Batch.of([sk.documented_record()], fetched_at="2026-06-01")
    with sk.Archive(tmp_path / "a.db") as archive:
        archive.add_files(batch.to_jsonl(tmp_path / "a.jsonl"))
        for export in (batch.to_jsonl, archive.to_jsonl):
            reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
            export(link)
            assert os.read(reader, 1 << 16).startswith(b'{"fetched_at": "2026-06-01T00:00:00.000Z"')
            os.close(reader)
    assert pipe.is_fifo()
    assert link.is_symlink()


@pytest.mark.posix
@pytest.mark.parametrize("there", [True, False])
@writers
def test_a_link_is_written_through(tmp_path: Path, write: Callable[[Path], object], there: bool) -> None:
    """A link stays a link; the file that it points to is replaced, or made where there was none."""
    folder = tmp_path / "folder"
    folder.mkdir()
    real, link = folder / "real.txt", tmp_path / "link.txt"
    link.symlink_to(real)
    if there:
        real.write_text("earlier")
    write(link)
    assert link.is_symlink()
    assert real.read_bytes() == b"new\n"
    assert list(folder.iterdir()) == [real]


@pytest.mark.posix
def test_a_link_tells_whether_to_compress(tmp_path: Path) -> None:
    """The name that was given decides on compression: by it the file is read back."""
    link = tmp_path / "a.gz"
    link.symlink_to(tmp_path / "data")
    jsonl.write_lines(link, [b"new"])
    assert gzip.decompress((tmp_path / "data").read_bytes()) == b"new\n"


def test_a_folder_is_an_error(tmp_path: Path) -> None:
    """A folder is neither written to nor replaced."""
    with pytest.raises(IsADirectoryError):
        jsonl.write_lines(tmp_path, [b"new"])
    assert list(tmp_path.iterdir()) == []


def test_a_file_in_use_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows does not replace a file that another program shows: its own name is said, and what was written goes."""

    def refuse(self: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(self), None, str(target))

    path = tmp_path / "spaces.csv"
    path.write_text("earlier", encoding="utf-8")
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError, match="Close it in other programs") as failed:
        _write(path)
    assert failed.value.filename == str(path)
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("spaces.csv", "earlier")
    ]
