"""From paths to the text in them: folders, globs, zips, compressed files, encodings. Parses nothing."""

from __future__ import annotations

import codecs
import io
import lzma
import os
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from glob import glob
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa

from spacekit.arguments.encodings import MARKS, begins_as_json, encoding_of
from spacekit.arguments.kinds import PACKED, WORKBOOK, ZIP, document_of, other_kind, table_format
from spacekit.arguments.paths import path_of
from spacekit.batch.files import PART
from spacekit.errors import DataError
from spacekit.words import show, visible

BLOCK: Final = 2**20
"""Bytes of text that are read at a time, at least."""

PathLike = str | os.PathLike[str]
Files = list[tuple[str, Path]]
"""Files, each with the name to show for it."""

_HEAD: Final = 512
_BROKEN: Final = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, pa.ArrowException),
    *(UnicodeError, RuntimeError, NotImplementedError),  # the last two: a zip's password or method
)

_READ_TABLE: Final = "use sk.read_table for tables of Spaces"

Blocks = Iterator[bytes]
"""Text in UTF-8, in blocks that end where lines do; raises `DataError` with the reason where it cannot be read."""


def files_in(paths: PathLike | Iterable[PathLike]) -> Files:
    """
    Return every file that paths, folders and globs lead to, with the name to show for it.

    Raises
    ------
    FileNotFoundError
        There is no path, a path leads nowhere, a glob fits nothing, or a folder holds no file.
    TypeError
        Something is no path.
    """
    several = isinstance(paths, Iterable) and not isinstance(paths, str | bytes)
    given = list(cast("Iterable[PathLike]", paths)) if several else [cast("PathLike", paths)]
    if not given:
        raise FileNotFoundError("paths: there are none. Pass a path, or several.")
    for path in given:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"paths: got {show(path)}. Pass a path, or several.")
        path_of("paths", path)
        if path == "":  # which would be the current folder
            raise FileNotFoundError("'': there is no such file or folder. Check the path.")
    found = [entry for path in given for entry in _expanded(Path(path).expanduser())]
    if len(found) == 1:
        found = [(path.name, path) for _, path in found]
    return [(_shown(name), path) for name, path in found]


def _shown(name: str) -> str:
    """Return a name as text; what is no text in it, or would control a terminal, is escaped."""
    return visible(os.fsencode(name).decode(errors="backslashreplace").replace("\n", "\\n"))


def _expanded(path: Path) -> Files:
    if path.is_dir():
        found = _in_folder(path)
    elif path.exists():
        return [(str(path), path)]
    else:
        found = _matching(str(path))
    if not found:
        what = "there is no file in this folder" if path.is_dir() else "there is no such file or folder"
        raise FileNotFoundError(f"{visible(str(path))}: {what}. Check the path.")
    return found


def _in_folder(folder: Path) -> Files:
    return [(str(file.relative_to(folder.parent)), file) for file in _walked(folder, set())]


def _matching(pattern: str) -> Files:
    """Return the files that fit a pattern and those in folders that fit it, each once."""
    found: dict[Path, str] = {}
    for match in map(Path, sorted(glob(pattern, recursive=True))):  # noqa: PTH207  # a pattern may be absolute
        if match.is_dir():
            found = {file: name for name, file in _in_folder(match)} | found
        elif _is_readable(match) and str(match) != pattern:  # a link that leads nowhere fits its own name
            found.setdefault(match, str(match))
    return [(name, file) for file, name in found.items()]


def _is_readable(path: Path) -> bool:
    """Whether a path is to be opened: a pipe is not, for that would wait for its writer."""
    return path.is_file() or path.is_symlink()


def _walked(folder: Path, seen: set[Path]) -> Iterator[Path]:
    """Walk a folder in the order of names; a link back to a folder that was seen is not followed again."""
    if folder.resolve() in seen:
        return
    seen.add(folder.resolve())
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            yield from _walked(path, seen)
        elif _is_readable(path) and not path.name.startswith(PART):
            yield path


class _Counted(io.FileIO):
    """A file that says how many bytes were read."""

    def __init__(self, path: Path, advance: Callable[[int], object]) -> None:
        super().__init__(path)
        self._advance = advance

    def readinto(self, buffer: Any) -> int:
        number = super().readinto(buffer)
        self._advance(number or 0)
        return cast("int", number)


def texts_in(name: str, path: Path, advance: Callable[[int], object]) -> Iterator[tuple[str, Blocks]]:
    """
    Yield each text of a file, unpacked, with its name: one, or those of the members of a zip.

    Take the blocks of a text before the next text. `advance` is called with the number of bytes read.
    """
    try:
        file = io.BufferedReader(_Counted(path, advance))
    except OSError as error:
        yield name, _refusing(f"cannot be read: {error.strerror or error}")
        return
    with file:
        yield from _unpacked(name, file)


def _refusing(reason: str) -> Blocks:
    raise DataError(reason)
    yield b""


def _unpacked(name: str, stream: BinaryIO) -> Iterator[tuple[str, Blocks]]:
    try:
        head = stream.peek(_HEAD)[:_HEAD]  # type: ignore[attr-defined]  # every stream here has it
        if head.startswith(ZIP):
            yield from _members(name, stream)
            return
    except _BROKEN as error:
        yield name, _refusing(_reason(error))
        return
    for magic, unpack in PACKED.items():
        if head.startswith(magic):
            yield from _unpacked(name, unpack(stream))
            return
    binary = _binary(head)
    yield name, _refusing(_with_advice(f"not text but {binary}")) if binary else _blocks(stream, head)


def _members(name: str, stream: BinaryIO) -> Iterator[tuple[str, Blocks]]:
    with zipfile.ZipFile(stream if stream.seekable() else io.BytesIO(stream.read())) as container:
        members = [member for member in container.infolist() if not member.filename.endswith("/")]
        if document := _document(container.namelist()):
            yield name, _refusing(_with_advice(document))
            return
        if min(member.header_offset for member in container.infolist()):
            raise zipfile.BadZipFile("its end is missing")  # what was found is the end of a zip inside it
        for member in members:
            inner = f"{name}/{_shown(member.filename)}"
            try:
                file = container.open(member)
            except _BROKEN as error:
                yield inner, _refusing(_reason(error))
                continue
            with file:
                yield from _unpacked(inner, cast("BinaryIO", file))


def _with_advice(what: str) -> str:
    """Return a reason that ends with a full stop where it says itself what to do."""
    return f"{what}." if ": " in what else what


def _document(members: list[str]) -> str | None:
    """Return what a zip file is that holds no texts to read; None for others."""
    if not members:
        return "an empty zip file"
    return f"an Excel workbook: {_READ_TABLE}" if WORKBOOK in members else document_of(members)


def _binary(head: bytes) -> str | None:
    """Return what kind of binary file the first bytes show; None for text."""
    if form := table_format(head):
        archive = "use sk.Archive for an archive, and " if form == "SQLite" else ""
        return f"a {form} file: {archive}{_READ_TABLE}"
    is_text = b"\0" not in head or encoding_of(head) != "utf-8" or begins_as_json(head)
    return other_kind(head) or (None if is_text else "binary data")


def is_plain(path: Path) -> bool:
    """Whether a file is text in UTF-8 as it stands: not packed, and without a mark before it."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    packed = head.startswith((ZIP, *PACKED))
    return (
        not packed
        and _binary(head) is None
        and not head.startswith(tuple(MARKS))
        and encoding_of(head) == "utf-8"
    )


def _blocks(stream: BinaryIO, head: bytes) -> Blocks:
    """Yield the text in blocks of whole lines; what came before a fault is kept."""
    pending: list[bytes] = []
    size = 0
    reason = None
    pieces = _pieces(stream, encoding_of(head))
    while True:
        try:
            piece = next(pieces, None)
        except _BROKEN as error:
            piece, reason = None, _reason(error)
        if piece is None:
            break
        pending.append(piece)
        size += len(piece)
        if size >= BLOCK and b"\n" in piece:
            text = b"".join(pending)
            end = text.rindex(b"\n") + 1
            yield text[:end]
            pending, size = [text[end:]], len(text) - end
    if rest := b"".join(pending):
        yield rest
    if reason is not None:
        raise DataError(reason)


def _pieces(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yield what the stream holds, as UTF-8; what is not UTF-8 in a text of that encoding is left as it is."""
    read: Callable[[int], bytes] = stream.read1  # type: ignore[attr-defined]  # every stream here has it
    if encoding == "utf-8":
        yield from iter(lambda: read(BLOCK), b"")
        return
    if encoding == "utf-8-sig":
        yield read(BLOCK).removeprefix(codecs.BOM_UTF8)
        yield from iter(lambda: read(BLOCK), b"")
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="surrogatepass")
    while piece := read(BLOCK):
        yield decoder.decode(piece).encode("utf-8", "surrogatepass")
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise EOFError from None


def _reason(error: Exception) -> str:
    if isinstance(error, EOFError) or "Truncated" in str(error):
        return "the file is cut short; what came before was read"
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "the zip has a password: unpack it first"
    return f"cannot be read: {error}"
