"""Where words and tables go: standard error, standard output, a file. It makes no table."""

from __future__ import annotations

import argparse
import gzip
import io
import json
import operator
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.files import replacing
from spacekit.batch.lines import write_lines as write_line_file
from spacekit.cli.options import UsageError
from spacekit.cli.screen import text_table

if TYPE_CHECKING:
    import pandas as pd

_FORMATS: Final = ("csv", "jsonl", "parquet", "text")
_ENDINGS: Final = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".txt": "text",
}

FORMAT_HELP: Final = """\
In CSV and JSON lines, instants are ISO 8601 in UTC (2023-03-31T20:11:17.270Z),
spans of time are seconds, and missing values are empty (CSV) or null. Parquet
keeps the types. A file is replaced only after the new one is complete."""


def say(words: str) -> None:
    """Write one line to standard error."""
    sys.stderr.write(f"spacekit: {' '.join(words.split())}\n")  # in one piece, also while a pipe writes


def show(*lines: str) -> None:
    """Write lines to standard output."""
    write_bytes("".join(f"{line}\n" for line in lines).encode())


def add_output(parser: argparse.ArgumentParser, default: str) -> Any:
    """Add the options that say where a table goes, and in which format; `default` is that of standard output."""
    group = parser.add_argument_group("output")
    group.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="write to FILE, not to standard output"
    )
    words = "default: from the ending of FILE (.csv, .jsonl, .parquet, .txt, or .gz after it to compress)"
    group.add_argument("--format", choices=_FORMATS, help=f"{words}; without FILE {default}")
    return group


def format_of(path: Path | None, chosen: str | None, otherwise: str) -> str:
    """
    Return the format in which to write; before anything is fetched, so that nothing is paid for and then lost.

    Raises
    ------
    UsageError
        The file's ending does not say the format, or bytes would go to a terminal.
    OSError
        The file's folder does not exist, or cannot be written.
    """
    if path is None:
        form = chosen or otherwise
        if form == "parquet" and sys.stdout.isatty():
            raise UsageError("a terminal cannot show Parquet: add -o FILE")
        return form
    check_writable(path)
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    if chosen is None and ending not in _ENDINGS:
        raise UsageError(f"-o {path}: no format has this ending: add --format {'|'.join(_FORMATS)}")
    return chosen or _ENDINGS[ending]


def check_writable(path: Path) -> None:
    """Raise an OSError if a file cannot be written, before the work for it is done."""
    if path.is_dir():
        raise IsADirectoryError(21, "this is a folder; use the name of a file", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "its folder does not exist", str(path))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))


def write_lines(lines: Iterable[bytes], path: Path | None) -> None:
    """Write lines to a file, or to standard output if `path` is None."""
    if path is not None:
        write_line_file(path, lines)
        return
    for line in lines:
        write_bytes(line + b"\n")


def write_table(
    frame: pd.DataFrame, path: Path | None, form: str, text: Callable[[pd.DataFrame], str] = text_table
) -> None:
    """Write a table to a file, or to standard output if `path` is None; `text` makes the form for reading."""
    data = f"{text(frame)}\n".encode() if form == "text" else _WRITERS[form](frame)
    if path is None:
        write_bytes(data)
        return
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


def as_plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with instants as ISO 8601 in UTC and spans as seconds; all else is unchanged."""
    return frame.assign(**{str(name): _plain(frame[name]) for name in frame})


def _plain(column: pd.Series[Any]) -> Any:
    if column.dtype.kind == "m":
        return column.dt.total_seconds()
    if column.dtype.kind == "M":
        text = column.dt.tz_convert("UTC").dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "Z"
        return text.where(column.notna())
    return column


def _parquet(frame: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.to_parquet(out, index=False)
    return out.getvalue()


def _csv(frame: pd.DataFrame) -> bytes:
    text: str = as_plain(frame).to_csv(index=False, lineterminator="\n")
    return text.encode()


def _jsonl(frame: pd.DataFrame) -> bytes:
    plain = as_plain(frame)
    rows = plain.astype(object).where(plain.notna(), None).to_dict("records")
    known = operator.methodcaller("item")  # a number of numpy as one that json knows
    return "".join(json.dumps(row, ensure_ascii=False, default=known) + "\n" for row in rows).encode()


_WRITERS: Final = {"csv": _csv, "jsonl": _jsonl, "parquet": _parquet}
