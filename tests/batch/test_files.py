"""A file is replaced whole or not at all, and a device never."""

import errno
import gzip
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from random import Random
from stat import S_IMODE
from typing import Any, Final

import pytest

import spacekit as sk
from spacekit.batch import lines as jsonl
from spacekit.batch.files import PART, replacing


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


@pytest.mark.posix
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o444, 0o755])
@writers
def test_a_file_keeps_its_mode(tmp_path: Path, write: Callable[[Path], object], mode: int) -> None:
    """Who could read and write a file before can do so after, and nobody else; also through a link."""
    path, link = tmp_path / "a.txt", tmp_path / "link.txt"
    path.write_text("earlier")
    path.chmod(mode)
    link.symlink_to(path)
    for target in (path, link):
        write(target)
        assert (S_IMODE(path.stat().st_mode), path.read_bytes()) == (mode, b"new\n")
    assert link.is_symlink()


@pytest.mark.posix
@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
@writers
def test_a_new_file_has_the_mode_of_any(tmp_path: Path, write: Callable[[Path], object], umask: int) -> None:
    """A new file is as open as one that any other program makes."""
    before = os.umask(umask)
    try:
        write(tmp_path / "a.txt")
    finally:
        os.umask(before)
    assert S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o666 & ~umask


@pytest.mark.posix
def test_a_private_file_is_private_while_it_is_written(tmp_path: Path) -> None:
    """Nobody can read the new content before it stands under its name."""
    path = tmp_path / "a.txt"
    path.touch(0o600)
    with replacing(path) as part:
        part.write_text("secret", encoding="utf-8")
        assert S_IMODE(part.stat().st_mode) == 0o600


@pytest.mark.posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_root_keeps_the_owner(tmp_path: Path) -> None:
    """A file of somebody else's stays theirs."""
    path = tmp_path / "a.txt"
    path.touch()
    os.chown(path, 12_345, 23_456)
    _write(path)
    assert (path.stat().st_uid, path.stat().st_gid) == (12_345, 23_456)


def test_several_threads_write_one_file(tmp_path: Path) -> None:
    """Each writes a file of its own beside it; the last one stands, whole, and nothing is left."""
    path = tmp_path / "a.txt"
    lines = [[f"{number}".encode()] * 2_000 for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda some: jsonl.write_lines(path, some), lines))
    assert path.read_bytes() in [b"\n".join([*some, b""]) for some in lines]
    assert list(tmp_path.iterdir()) == [path]


def test_a_part_has_a_name_that_nobody_knows(tmp_path: Path) -> None:
    """A file, or a link, cannot be laid where the next part goes; what has the old name is let be."""
    path, planted = tmp_path / "a.txt", tmp_path / f".{os.getpid()}.a.txt"
    planted.write_text("mine", encoding="utf-8")
    names = set()
    for _ in range(20):
        with replacing(path) as part:
            names.add(part.name)
            assert part.suffix == ".txt"
    assert len(names) == 20
    assert planted.read_text(encoding="utf-8") == "mine"


def test_a_folder_is_read_without_parts(tmp_path: Path) -> None:
    """What a killed run left is no file of the folder."""
    path = sk.sample_batch().to_jsonl(tmp_path / "a.jsonl")
    with replacing(path) as part:
        part.write_bytes(path.read_bytes())
        assert len(sk.read(tmp_path, progress=False)) == len(sk.sample_records())


def test_a_long_name_can_be_written(tmp_path: Path) -> None:
    """A name as long as the system takes is no longer beside it."""
    path = tmp_path / ("ä" * 120 + ".jsonl")
    _write(path)
    assert path.read_bytes() == b"new\n"


@writers
def test_a_path_with_a_nul_is_refused(tmp_path: Path, write: Callable[[Path], object]) -> None:
    """A path is never cut short."""
    with pytest.raises(ValueError, match="NUL"):
        write(Path(f"{tmp_path}/a.txt\0.gz"))
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_is_said_with_the_file_that_was_named(tmp_path: Path) -> None:
    """The message has the path that was passed, not the one beside it."""
    path = tmp_path / "none" / "a.txt"
    with pytest.raises(FileNotFoundError) as failed:
        _write(path)
    assert failed.value.filename == str(path)


_WRITES: Final = """
import sys
from itertools import count, repeat
from spacekit.batch.lines import write_lines
for number in count():
    write_lines(sys.argv[1], repeat(str(number).encode(), 20_000))
    print(number, flush=True)
"""


@pytest.mark.slow
@pytest.mark.posix
def test_a_kill_leaves_the_old_or_the_new_file(tmp_path: Path) -> None:
    """However a writer is killed, the file is whole: all its lines are of one writing."""
    path, random = tmp_path / "a.txt", Random(0)
    for _ in range(40):
        with subprocess.Popen([sys.executable, "-c", _WRITES, path], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(random.random() / 10)
            writer.kill()
        lines = path.read_bytes().splitlines()
        assert len(lines) == 20_000
        assert len(set(lines)) == 1
    assert all(left.name.startswith(PART) for left in tmp_path.iterdir() if left != path)


@pytest.mark.parametrize("path", [5, None, "a\0b"])
def test_what_is_no_path_is_said(path: Any, tmp_path: Path) -> None:
    """In our words, by all that write a file."""
    archive = sk.Archive(tmp_path / "made.db")
    archive.add_files(sk.sample_observations_path())
    tables = partial(sk.to_parquet, sk.sample_observations_path())
    for write in (sk.sample_batch().to_jsonl, archive.to_jsonl, tables):
        with pytest.raises((TypeError, ValueError), match="is no path"):
            write(path)
    archive.close()
