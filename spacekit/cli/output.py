"""A table to standard output or to a file: CSV, JSON lines, Parquet, or text to read. It makes no table."""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.files import replacing
from spacekit.batch.lines import write_lines as write_line_file
from spacekit.cli.usage import UsageError

if TYPE_CHECKING:
    import pandas as pd

FORMATS: Final = ("csv", "jsonl", "parquet", "text")
_ENDINGS: Final = {
    ".csv": "csv",
    ".csv.gz": "csv",
    ".jsonl": "jsonl",
    ".jsonl.gz": "jsonl",
    ".ndjson": "jsonl",
    ".ndjson.gz": "jsonl",
    ".parquet": "parquet",
    ".txt": "text",
}

FORMAT_HELP: Final = """\
In CSV and JSON lines, instants are ISO 8601 in UTC (2023-03-31T20:11:17.270Z),
spans of time are seconds, and what is missing is empty (CSV) or null. Parquet
keeps the types. A file is replaced only when all of the new one is written."""


def tell(words: str) -> None:
    """Say something to the user, in one line on standard error."""
    sys.stderr.write(f"spacekit: {' '.join(words.split())}\n")  # in one piece, also beside a pipe's output


def add_output(parser: argparse.ArgumentParser, formats: tuple[str, ...] = FORMATS, default: str = "") -> Any:
    """Add the arguments that say where a table goes, and in which form."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="file to write, in place of standard output"
    )
    group.add_argument(
        "--format",
        choices=formats,
        help="default: by the ending of FILE (.csv, .jsonl, .parquet; .gz behind it compresses)"
        + (f"; without FILE {default}" if default else ""),
    )
    return group


def format_of(args: argparse.Namespace, otherwise: str) -> str:
    """
    Form in which to write; before anything is fetched, so that nothing is paid for and then lost.

    Raises
    ------
    UsageError
        The file's ending does not tell it, or bytes would go to a terminal.
    OSError
        The file's folder is not there, or may not be written.
    """
    path: Path | None = args.output
    told = args.format
    if path is None:
        form = told or otherwise
        if form == "parquet" and sys.stdout.isatty():
            raise UsageError("Parquet is no text for a terminal: give -o FILE")
        return str(form)
    check_writable(path)
    ending = "".join(path.suffixes[-2:]).lower()
    form = told or _ENDINGS.get(ending) or _ENDINGS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"-o {path}: its ending says no format: add --format {'|'.join(FORMATS)}")
    return str(form)


def check_writable(path: Path) -> None:
    """See that a file can be written before the work for it is done."""
    if path.is_dir():
        raise IsADirectoryError(21, "a folder; give the name of a file", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "its folder does not exist", str(path))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))


def write_lines(lines: Iterable[bytes], path: Path | None) -> None:
    """Write lines to a file, or to standard output if `path` is None."""
    if path is None:
        for line in lines:
            write_bytes(line + b"\n")
    else:
        write_line_file(path, lines)


def write_table(frame: pd.DataFrame, path: Path | None, form: str, text: str | None = None) -> None:
    """Write a table to a file, or to standard output if `path` is None; `text` is its form for reading."""
    if path is None:
        write_bytes(_bytes_of(frame, form, text))
        return
    data = _bytes_of(frame, form, text)
    with replacing(path) as part:
        part.write_bytes(gzip.compress(data) if path.suffix.lower() == ".gz" else data)


def write_bytes(data: bytes) -> None:
    """Write to standard output, always as UTF-8."""
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # a notebook's, for one
        sys.stdout.write(data.decode())
    else:
        buffer.write(data)
        buffer.flush()


def _bytes_of(frame: pd.DataFrame, form: str, text: str | None) -> bytes:
    if form == "parquet":
        out = io.BytesIO()
        frame.to_parquet(out, index=False)
        return out.getvalue()
    if form == "text":
        from spacekit.cli.screen import text_table

        return f"{text_table(frame) if text is None else text}\n".encode()
    plain = as_plain(frame)
    if form == "csv":
        return plain.to_csv(index=False, lineterminator="\n").encode()
    rows = plain.astype(object).where(plain.notna(), None).to_dict("records")
    return "".join(json.dumps(row, ensure_ascii=False, default=_scalar) + "\n" for row in rows).encode()


def as_plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Instants as ISO 8601 in UTC, spans as seconds; all else as it is."""
    return frame.assign(**{str(name): _plain(frame[name]) for name in frame})


def _plain(column: pd.Series[Any]) -> Any:
    if column.dtype.kind == "m":
        return column.dt.total_seconds()
    if column.dtype.kind == "M":
        text = column.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "Z"
        return text.where(column.notna())
    return column


def _scalar(value: Any) -> Any:
    """Give what json knows for one of numpy's numbers."""
    return value.item()
