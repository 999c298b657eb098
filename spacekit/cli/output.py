"""Where words and tables go: standard error, standard output, a file. How a file is written is in `writers`."""

from __future__ import annotations

import argparse
import gzip
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.files import replacing
from spacekit.batch.lines import write_lines as write_line_file
from spacekit.cli.options import UsageError
from spacekit.cli.saying import note
from spacekit.cli.screen import text_table
from spacekit.cli.streams import CLOSED, stdout_is_closed
from spacekit.cli.writers import formats
from spacekit.cli.writers.formats import ENDINGS, FORMATS, Form
from spacekit.cli.writers.sqlite import is_foreign
from spacekit.words import visible

if TYPE_CHECKING:
    import pandas as pd

_STDOUT: Final = "-"
_SPREADSHEETS: Final = ("csv", "tsv")

FORMAT_HELP: Final = f"""\
formats, by the ending of FILE or --format; .gz after csv, tsv, jsonl and txt
compresses:
{formats.listed()}
Instants are ISO 8601 in UTC (2023-03-31T20:11:17.270Z), in xlsx and dta dates
without a zone, in UTC. Spans of time are hours. Missing is empty (csv, tsv:
like empty text), null, NULL or "."; parquet and feather keep all types. Lines
end with \\n; text with line ends in it stands in quotes. A file is replaced only
after the new one is complete; an archive never is, nor another program's SQLite
file."""


def show(*lines: str) -> None:
    """Write lines to standard output."""
    write_bytes("".join(f"{line}\n" for line in lines).encode())


def add_output(parser: argparse.ArgumentParser, default: str) -> Any:
    """Add the options that say where a table goes, and in which format; `default` is that of standard output."""
    group = parser.add_argument_group("output")
    words = "write to FILE; - is standard output, as without it"
    group.add_argument("-o", "--output", type=path_or_stdout, metavar="FILE", help=words)
    words = f"{', '.join(FORMATS)}; default: from the ending of FILE, without FILE {default}"
    group.add_argument("--format", type=_format, choices=FORMATS, metavar="F", help=words)
    words = "csv, tsv: begin with a byte order mark, by which Excel knows UTF-8"
    group.add_argument("--bom", action="store_true", help=words)
    words = (
        "csv, tsv: put an apostrophe before text that a spreadsheet may compute (that begins with = + - @, tab, CR or "
        "LF); numbers stay as they are, and spacekit takes the apostrophe away when it reads the file"
    )
    group.add_argument("--safe-cells", action="store_true", help=words)
    return group


def path_or_stdout(text: str) -> Path | None:
    """Read the name of a file; `-` is standard output, which is None."""
    return None if text == _STDOUT else Path(text)


def _format(word: str) -> str:
    """Read the name of a format, also as people call it."""
    name = formats.named(word)
    if name not in FORMATS:
        advice = formats.nearest(word) or f"; use one of {', '.join(FORMATS)}"
        raise argparse.ArgumentTypeError(f"got {word!r}{advice}")
    return name


def form_of(args: argparse.Namespace, otherwise: str) -> Form:
    """
    Return what was asked of the output, by the options of `add_output`, as `format_of` does.

    Raises
    ------
    UsageError, OSError
        As `format_of`; or an option does not belong to the format.
    """
    return asked_for(args, format_of(args.output, args.format, otherwise))


def asked_for(args: argparse.Namespace, name: str) -> Form:
    """Return a format with what was asked of it; a `UsageError` if that does not belong to it, or it cannot be used."""
    form = Form(_usable(name), args.bom, args.safe_cells)
    if (form.bom or form.safe) and form.name not in _SPREADSHEETS and getattr(args, "outcomes", None) is None:
        option = "--bom" if form.bom else "--safe-cells"
        raise UsageError(f"{option} is for csv and tsv, not for {form.name or 'ids'}")
    return form


def format_of(path: Path | None, chosen: str | None, otherwise: str) -> str:
    """
    Return the format in which to write; before anything is fetched, so that nothing is paid for and then lost.

    Raises
    ------
    UsageError
        The file's ending does not say the format, a package is missing, or bytes would go to a terminal, or
        standard output is closed.
    OSError
        The file's folder does not exist, or it cannot be written or must not be replaced.
    """
    form = _usable(chosen or (otherwise if path is None else _by_ending(path)))
    binary = form in FORMATS and FORMATS[form].binary
    if path is None:
        if stdout_is_closed():
            raise UsageError(CLOSED)
        if binary and not takes_bytes():
            raise UsageError(f"a terminal cannot show {form}: add -o FILE")
        return form
    if binary and path.suffix.lower() == ".gz":
        raise UsageError(f"-o {path}: {form} is not compressed again: leave out .gz")
    check_writable(path)
    return form


def _usable(form: str) -> str:
    if form in FORMATS and (package := formats.missing_package(form)):
        raise UsageError(f"{form} needs a package: run pip install {package}, or write csv")
    return form


def takes_bytes() -> bool:
    """Whether standard output is a file or a pipe; a terminal and a notebook take text only."""
    return hasattr(sys.stdout, "buffer") and not sys.stdout.isatty()


def _by_ending(path: Path) -> str:
    ending = Path(path.name.lower().removesuffix(".gz")).suffix
    form = ENDINGS.get(ending, "")
    if not form:
        names, meant = "|".join(FORMATS), formats.nearest(ending)
        raise UsageError(
            f"-o {path}: no format has this ending{f'{meant} Or add' if meant else '. Add'} --format {names}"
        )
    return form


def check_writable(path: Path) -> None:
    """Raise an OSError if a file cannot be written, before the work for it is done."""
    if path.is_dir():
        raise IsADirectoryError(21, "this is a folder; use the name of a file", str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(2, "its folder does not exist. Make it first, or check the path.", str(path))
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise PermissionError(13, os.strerror(13), str(path))
    if is_foreign(path):
        raise FileExistsError(17, "this is an archive or another SQLite file; use another name", str(path))


def write_lines(lines: Iterable[bytes], path: Path | None) -> None:
    """Write lines to a file, or to standard output if `path` is None."""
    if path is not None:
        write_line_file(path, lines)
        return
    for line in lines:
        write_bytes(line + b"\n")


def write_table(
    frame: pd.DataFrame,
    path: Path | None,
    form: Form | str,
    text: Callable[[pd.DataFrame], str] = text_table,
    name: str = "spaces",
) -> None:
    """
    Write a table to a file, or to standard output if `path` is None.

    `text` makes the form for reading; `name` is what the table is called where a format has names for tables.
    """
    if isinstance(form, str):
        form = Form(form)
    if form.name == "text":
        _write(f"{text(frame)}\n".encode(), path)
    else:
        write_tables({name: frame}, path, form)


def write_tables(tables: Mapping[str, pd.DataFrame], path: Path | None, form: Form) -> None:
    """Write tables into one file, in a format that holds several, or to standard output if `path` is None."""
    _write(FORMATS[form.name].write(tables, form, note), path)


def _write(data: bytes, path: Path | None) -> None:
    if path is None:
        write_bytes(data)
        return
    check_writable(path)
    with replacing(path) as part:
        part.write_bytes(gzip.compress(data, mtime=0) if path.suffix.lower() == ".gz" else data)


def write_bytes(data: bytes) -> None:
    """Write to standard output, always as UTF-8; to a terminal, without what would control it."""
    sys.stdout.flush()
    if sys.stdout.isatty():
        data = visible(data.decode(errors="replace")).encode()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # a notebook's, for one
        sys.stdout.write(data.decode())
    else:
        buffer.write(data)
        buffer.flush()
