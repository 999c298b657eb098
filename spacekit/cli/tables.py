"""`spacekit tables`: the tables of Spaces that you have already. It asks no server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli import output, screen
from spacekit.cli.codes import DONE
from spacekit.cli.inputs import opened, read_code, remark
from spacekit.cli.options import INPUT_HELP, UsageError, add_quiet
from spacekit.cli.saying import note
from spacekit.cli.writers.formats import ENDINGS, FORMATS, Form
from spacekit.tables import audience_long, describe_columns
from spacekit.words import plural, wrapped

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.archive.sources import Source

EPILOG = f"""\
{INPUT_HELP}

Every file and every line is accounted for: --table outcomes says what held no
Space, and why; --table problems lists the values that could not be read, which
are missing in their table. The first of both are shown on standard error. If
an answer could not be read, the exit code is 3.

{output.FORMAT_HELP}

tables:
  spaces        one row a Space (default)
  creators      one row an account that created one of the Spaces
  participants  one row a person that X's GraphQL lists in a Space
  problems      one row a value that could not be read
  outcomes      one row a file, line or item that was read
  audience      two rows a Space: live and replay
  measures      duration, delay, share of replays and more, one row a Space
  quality       what is missing, zero, odd or repeated
  observations  each time a Space was fetched, with its counts then

examples:
  spacekit tables spaces.jsonl -o spaces.csv
  spacekit tables crawl/ older.zip --table participants -o people.parquet
  spacekit tables spaces.db --to tables --format parquet
  spacekit tables spaces.db --to spaces.xlsx
  spacekit tables samples --table quality
  spacekit tables --describe"""


def _of_batch(name: str) -> Callable[[Source], pd.DataFrame]:
    """Return a reader of a table that needs the answers."""

    def table(source: Source) -> pd.DataFrame:
        if source.batch is None:
            raise UsageError(
                f"--table {name}: {source.name} is a table of Spaces; use the answers that it was made of"
            )
        made: pd.DataFrame = getattr(source.batch, name)
        return made

    return table


def _of_spaces(name: str) -> Callable[[Source], pd.DataFrame]:
    """Return a function of `stats`, applied to the Spaces; loaded when called."""

    def table(source: Source) -> pd.DataFrame:
        from spacekit import stats

        made: pd.DataFrame = getattr(stats, name)(source.spaces)
        return made

    return table


BATCH_TABLES: Final = ("creators", "participants", "problems", "outcomes")
TABLES: Final[dict[str, Callable[[Source], pd.DataFrame]]] = {
    "spaces": lambda source: source.spaces,
    **{name: _of_batch(name) for name in BATCH_TABLES},
    "audience": lambda source: audience_long(source.spaces),
    "measures": _of_spaces("measures"),
    "quality": _of_spaces("quality"),
    "observations": lambda source: source.observations,
}

_PROBLEMS: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("input", nargs="*", metavar="INPUT", help="what to read, see below")
    words = "write the data dictionary: every column with its type, unit and meaning"
    parser.add_argument("--describe", action="store_true", help=words)
    add = output.add_output(parser, default="CSV, or text on a terminal").add_argument
    add("--table", choices=TABLES, metavar="T", help="the table to write, see below")
    words = (
        "write every table but observations into this folder (csv); xlsx and sqlite are one file, `tables` in that "
        "folder, or DIR itself if it ends in .xlsx or .sqlite"
    )
    add("--to", type=Path, metavar="DIR", help=words)
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Write a table, all tables, or the data dictionary."""
    _check(args)
    form = _form(args)
    if args.describe:
        output.write_table(describe_columns(), args.output, form, _dictionary, "columns")
        return DONE
    with opened(args.input) as source:
        if args.table == "observations":
            remark(source, source.observations)
            write_one(args.table, source, args.output, form)
            return read_code(source)
        remark(source)
        if args.to is None:
            write_one(args.table or "spaces", source, args.output, form)
        else:
            _write_all(source, args.to, form)
    _list_problems(source)
    return read_code(source)


def _check(args: argparse.Namespace) -> None:
    if args.describe == bool(args.input):
        raise UsageError("an INPUT is needed: files, an archive, - or samples; or --describe alone")
    if args.to is not None and (args.output is not None or args.table is not None or args.describe):
        raise UsageError("--to writes all tables: leave out -o, --table and --describe")
    if args.describe and args.table is not None:
        raise UsageError("--describe is about all tables: leave out --table")


def _form(args: argparse.Namespace) -> Form:
    if args.to is None:
        return output.form_of(args, "text" if sys.stdout.isatty() else "csv")
    ending = ENDINGS.get(args.to.suffix.lower(), "")
    form = output.asked_for(args, args.format or ending or "csv")
    if ending and not (FORMATS[ending].many and form.name == ending):
        many = " or ".join(one.endings[0] for one in FORMATS.values() if one.many)
        raise UsageError(f"--to {args.to}: use the name of a folder, or of a file that ends in {many}")
    if ending:
        output.check_writable(args.to)
    return form


def write_one(name: str, source: Source, path: Path | None, form: Form) -> int:
    """Write one table, and return its number of rows."""
    frame = TABLES[name](source)
    output.write_table(frame, path, form, partial(screen.view, rows=screen.rows_for(path)), name)
    return len(frame)


def _write_all(source: Source, to: Path, form: Form) -> None:
    """Write all tables: one file each, or one file in a format that holds several."""
    left_out = {"observations", *(BATCH_TABLES if source.batch is None else ())}
    names = [name for name in TABLES if name not in left_out]
    ending = FORMATS[form.name].endings[0]
    if to.suffix.lower() in ENDINGS:
        _write_together(names, source, to, form)
        return
    to.mkdir(parents=True, exist_ok=True)
    if FORMATS[form.name].many:
        _write_together(names, source, to / f"tables{ending}", form)
        return
    for name in names:
        path = to / f"{name}{ending}"
        note(f"{path}: {plural(write_one(name, source, path, form), 'row')}")


def _write_together(names: Sequence[str], source: Source, path: Path, form: Form) -> None:
    """Write tables into one file."""
    tables = {name: TABLES[name](source) for name in names}
    output.write_tables(tables, path, form)
    rows = ", ".join(f"{name} ({plural(len(frame), 'row')})" for name, frame in tables.items())
    note(f"{path}: {rows}")


def _list_problems(source: Source) -> None:
    """Say which values could not be read, the first of them one by one."""
    if source.batch is None:
        return
    problems = source.batch.problems
    for problem in problems.head(_PROBLEMS).itertuples():
        who = f"Space {problem.space_id}" if isinstance(problem.space_id, str) else f"record {problem.record}"
        got = (
            "" if str(problem.value)[:1] in ("{", "[") else f": got {problem.value}"
        )  # the reason says what is in it
        note(f"problem: {who}, {problem.column}: {problem.reason}{got}")
    if len(problems) > _PROBLEMS:
        note(f"problem: ... and {len(problems) - _PROBLEMS:,} more; --table problems lists all")


def _dictionary(frame: pd.DataFrame) -> str:
    """Return the data dictionary as text: each column with its type, and its meaning below."""
    lines: list[str] = []
    for table, columns in frame.groupby("table", sort=False):
        lines += [f"{table}", "-" * len(str(table))]
        for row in columns.itertuples():
            entry: Any = row
            unit = f", in {entry.unit}" if isinstance(entry.unit, str) and entry.unit else ""
            lines.append(f"{entry.column}  ({entry.dtype}{unit})")
            lines.append(wrapped(str(entry.meaning), "    "))
        lines.append("")
    return "\n".join(lines).rstrip()
