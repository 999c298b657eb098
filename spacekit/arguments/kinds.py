"""What a file is, by its first bytes, and how it is unpacked. It reads no tables and no text."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO, Final, cast

import pyarrow as pa

from spacekit.errors import DataError


def _zstd(stream: BinaryIO) -> BinaryIO:
    unpacked = pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd")
    return io.BufferedReader(unpacked)


def _gzip(stream: BinaryIO) -> BinaryIO:
    return cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb"))


PACKED: Final[dict[bytes, Callable[[BinaryIO], Any]]] = {
    b"\x1f\x8b": _gzip,
    b"\x28\xb5\x2f\xfd": _zstd,
    b"BZh": bz2.BZ2File,
    b"\xfd7zXZ\x00": lzma.LZMAFile,
}
"""How what begins with these bytes is unpacked."""

UNPACKING: Final = (
    *(OSError, EOFError, zlib.error, lzma.LZMAError, pa.ArrowException),
    *(zipfile.BadZipFile, RuntimeError, NotImplementedError),  # the last two: a zip's password or method
    ValueError,  # a zip that names a place before its beginning
)
"""What unpacking raises where bytes are damaged."""

PACKED_ENDINGS: Final = (".gz", ".zst", ".bz2", ".xz")

ZIP: Final = b"PK\x03\x04"

TABLES: Final = {
    b"PAR1": "Parquet",
    b"ARROW1": "Feather",
    b"FEA1": "Feather",
    b"SQLite format 3\0": "SQLite",
    b"<stata_dta>": "Stata",
    b"\x73\x02": "Stata",  # formats 115 and 114: little-endian
    b"\x72\x02": "Stata",
}
"""Formats of tables other than text and workbooks, by how they begin."""

_R: Final = "an R object: write the table with write.csv(table, file, row.names = FALSE)"
_OTHERS: Final = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"RIFF": "a picture or sound",
    b"ID3": "a sound",
    b"%PDF": "a PDF document: copy its text into a text file",
    b"\x89HDF": "an HDF5 file: write its table as CSV or Parquet",
    b"\xd0\xcf\x11\xe0": "an Office document of the old kind (.xls), or one with a password: save it as .xlsx or CSV",
    b"7z\xbc\xaf": "a 7z file: unpack it first",
    b"Rar!": "a RAR file: unpack it first",
    b"\x80\x04\x95": "a Python pickle: write its table as CSV or Parquet",
    b"\x80\x05\x95": "a Python pickle: write its table as CSV or Parquet",
    b"$FL2": "an SPSS file: save it as CSV",
    b"PK\x05\x06": "an empty zip file",
    **dict.fromkeys((b"X\n\0\0", b"RDX2\n", b"RDX3\n", b"A\n2\n", b"A\n3\n"), _R),
}
_MEMBERS: Final = {
    "xl/workbook.bin": "an Excel binary workbook (.xlsb): save it as .xlsx, or as CSV",
    "word/document.xml": "a Word document: copy its text into a text file",
    "Index/Document.iwa": "a Numbers document: export it as Excel (.xlsx) or CSV",
    "content.xml": "an OpenDocument file (.ods): save it as .xlsx, or as CSV",
    "[Content_Types].xml": "an Office document: save it as .xlsx, as CSV or as text",
}
"""Documents that are zip files, by a member that they have."""

WORKBOOK: Final = "xl/workbook.xml"


def table_format(head: bytes) -> str | None:
    """Return the format of a table that begins with these bytes; None for text, workbooks and all else."""
    return next((form for magic, form in TABLES.items() if head.startswith(magic)), None)


def other_kind(head: bytes) -> str | None:
    """Return what a file is that is neither text nor a table, and what to do with it; None if that is not known."""
    return next((what for magic, what in _OTHERS.items() if head.startswith(magic)), None)


def document_of(members: list[str]) -> str | None:
    """Return which document a zip file with these members is, and what to do with it; None for others, and .xlsx."""
    if WORKBOOK in members:
        return None
    return next((what for member, what in _MEMBERS.items() if member in members), None)


def _members_of(content: bytes, name: str) -> list[str]:
    """
    Return the names in a zip file.

    Raises
    ------
    DataError
        It is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            return container.namelist()
    except UNPACKING as error:
        raise DataError(f"{name}: a zip or Excel file that is damaged: {error}. Save it again.") from None


def check_known(content: bytes, name: str) -> None:
    """
    Refuse what is neither text, a table nor a workbook, as its first bytes and its members show.

    Raises
    ------
    DataError
        It is something else; the message says what, and what to save instead.
    """
    if what := other_kind(content):
        raise DataError(f"{name}: {what}.")
    if content.startswith(ZIP) and WORKBOOK not in (members := _members_of(content, name)):
        raise DataError(
            f"{name}: {document_of(members) or 'a zip file: unpack it, and pass the file in it'}."
        )


def is_workbook(file: BinaryIO) -> bool:
    """Whether a zip file is a workbook of Excel."""
    try:
        with zipfile.ZipFile(file) as container:
            return WORKBOOK in container.namelist()
    except UNPACKING:
        return False


def head_of(file: BinaryIO, size: int) -> bytes:
    """Return the first bytes of a file, unpacked where it is packed; what is damaged counts as it stands."""
    head = file.read(size)
    for magic, unpack in PACKED.items():
        if head.startswith(magic):
            file.seek(0)
            with suppress(*UNPACKING):
                return cast("bytes", unpack(file).read(size))
    return head


def unpacked(content: bytes, name: str) -> bytes:
    """
    Return bytes without compression, however often they were packed.

    Raises
    ------
    DataError
        They are damaged.
    """
    for magic, unpack in PACKED.items():
        if content.startswith(magic):
            try:
                inner = unpack(io.BytesIO(content)).read()
            except UNPACKING as error:
                raise DataError(f"{name}: cannot be unpacked: {error}. Pack it again.") from error
            return unpacked(inner, name)
    return content
