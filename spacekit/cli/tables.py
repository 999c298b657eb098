"""`spacekit tables`: the tables of Spaces that you have already. It asks no server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli import output, screen
from spacekit.cli.inputs import batch_of, observations_of
from spacekit.cli.output import say
from spacekit.cli.summary import DONE, read_code
from spacekit.cli.usage import INPUT_HELP, UsageError
from spacekit.tables import describe_columns
from spacekit.words import plural

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.batch import Batch

SUMMARY = "write the tables of a file of records or an archive"
EPILOG = f"""\
{INPUT_HELP}

{output.FORMAT_HELP}

tables:
  spaces        one row a Space (default)
  creators      one row an account that made one of the Spaces
  participants  one row a person that X's GraphQL lists in a Space
  problems      one row a value that could not be read
  outcomes      one row a line of the file, or a Space of the archive
  audience      two rows a Space: live and replay
  measures      duration, delay, share of replays and more, one row a Space
  quality       what is missing, zero, odd or repeated
  observations  each time a Space was fetched, with its counts then

examples:
  spacekit tables spaces.jsonl -o spaces.csv
  spacekit tables spaces.db --to tables --format parquet
  spacekit tables samples --table quality
  spacekit tables --describe"""


def _stats(name: str) -> Callable[[Batch], pd.DataFrame]:
    """Return a function of `stats`, applied to the Spaces of a batch; loaded when called."""

    def table(batch: Batch) -> pd.DataFrame:
        from spacekit import stats

        made: pd.DataFrame = getattr(stats, name)(batch.spaces)
        return made

    return table


TABLES: Final[dict[str, Callable[[Batch], pd.DataFrame]]] = {
    "spaces": lambda batch: batch.spaces,
    "creators": lambda batch: batch.creators,
    "participants": lambda batch: batch.participants,
    "problems": lambda batch: batch.problems,
    "outcomes": lambda batch: batch.outcomes,
    "audience": lambda batch: batch.audience,
    "measures": _stats("measures"),
    "quality": _stats("quality"),
}
"""The tables of a batch; `observations` is made from the input itself."""

_OBSERVATIONS: Final = "observations"
_PROBLEMS: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("input", nargs="?", metavar="INPUT", help="what to read, see below")
    words = "write the data dictionary: every column with its type, unit and meaning"
    parser.add_argument("--describe", action="store_true", help=words)
    add = output.add_output(parser, default="CSV, or text on a terminal").add_argument
    add("--table", choices=(*TABLES, _OBSERVATIONS), metavar="T", help="the table to write, see below")
    words = "write every table but observations into this folder (CSV)"
    add("--to", type=Path, metavar="DIR", help=words)


def run(args: argparse.Namespace) -> int:
    """Write a table, all tables, or the data dictionary."""
    _check(args)
    if args.to is not None:
        return _write_all(args)
    form = output.format_of(args.output, args.format, "text" if sys.stdout.isatty() else "csv")
    if args.describe:
        output.write_table(describe_columns(), args.output, form, _dictionary)
        return DONE
    if args.table == _OBSERVATIONS:
        text = partial(screen.view, _OBSERVATIONS)
        output.write_table(observations_of(args.input), args.output, form, text)
        return DONE
    batch = batch_of(args.input)
    write_one(args.table or "spaces", batch, args.output, form)
    _list_problems(batch)
    return read_code(batch)


def _check(args: argparse.Namespace) -> None:
    if args.describe == (args.input is not None):
        raise UsageError("one INPUT is needed: a file, an archive, - or samples; or --describe alone")
    if args.to is not None and (args.output is not None or args.table is not None or args.describe):
        raise UsageError("--to writes all tables: leave out -o, --table and --describe")
    if args.describe and args.table is not None:
        raise UsageError("--describe is about all tables: leave out --table")


def write_one(name: str, batch: Batch, path: Path | None, form: str) -> int:
    """Write one table of a batch, and return its number of rows."""
    frame = TABLES[name](batch)
    output.write_table(frame, path, form, partial(screen.view, name))
    return len(frame)


def _write_all(args: argparse.Namespace) -> int:
    form = args.format or "csv"
    batch = batch_of(args.input)
    args.to.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        path = args.to / f"{name}.{'txt' if form == 'text' else form}"
        say(f"{path}: {plural(write_one(name, batch, path, form), 'row')}")
    _list_problems(batch)
    return read_code(batch)


def _list_problems(batch: Batch) -> None:
    """Write the first problems of a batch that was read."""
    problems = batch.problems
    for problem in problems.head(_PROBLEMS).itertuples():
        who = f"Space {problem.space_id}" if isinstance(problem.space_id, str) else f"record {problem.record}"
        say(f"problem: {who}, {problem.column}: {problem.reason}: got {problem.value}")
    if len(problems) > _PROBLEMS:
        say(f"problem: ... and {len(problems) - _PROBLEMS:,} more; --table problems lists all")


def _dictionary(frame: pd.DataFrame) -> str:
    """Return the data dictionary as text: each column with its type, and its meaning below."""
    lines: list[str] = []
    for table, columns in frame.groupby("table", sort=False):
        lines += [f"{table}", "-" * len(str(table))]
        for row in columns.itertuples():
            entry: Any = row
            unit = f", in {entry.unit}" if isinstance(entry.unit, str) and entry.unit else ""
            lines.append(f"{entry.column}  ({entry.dtype}{unit})")
            lines.append(screen.wrapped(str(entry.meaning), "    "))
        lines.append("")
    return "\n".join(lines).rstrip()
