"""`spacekit tables`: the tables of records that are there already. It asks no server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli import output, screen
from spacekit.cli.inputs import batch_of, observations_of
from spacekit.cli.output import tell
from spacekit.cli.summary import DONE, INCOMPLETE
from spacekit.cli.usage import INPUT_HELP, UsageError
from spacekit.tables import describe_columns
from spacekit.words import plural

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.batch import Batch

SUMMARY = "tidy tables of a file of records or an archive"
EPILOG = f"""\
{INPUT_HELP}

{output.FORMAT_HELP}

tables:
  spaces        one row a Space (default)
  creators      one row an account that made one of the Spaces
  problems      one row a value that could not be read
  outcomes      one row a line of the file, or a Space of the archive
  audience      two rows a Space: live and replay
  measures      duration, delay, share of replays and more, one row a Space
  quality       what is missing, zero, odd or given twice
  observations  each time a Space was fetched, with its counts then

examples:
  spacekit tables spaces.jsonl -o spaces.csv
  spacekit tables spaces.db --to tables --format parquet
  spacekit tables samples --table quality
  spacekit tables --describe"""


def _measures(batch: Batch) -> pd.DataFrame:
    from spacekit import stats

    return stats.measures(batch.spaces)


def _quality(batch: Batch) -> pd.DataFrame:
    from spacekit import stats

    return stats.quality(batch.spaces)


TABLES: Final[dict[str, Callable[[Batch], pd.DataFrame]]] = {
    "spaces": lambda batch: batch.spaces,
    "creators": lambda batch: batch.creators,
    "problems": lambda batch: batch.problems,
    "outcomes": lambda batch: batch.outcomes,
    "audience": lambda batch: batch.audience,
    "measures": _measures,
    "quality": _quality,
}
"""Tables of a batch; `observations` is made of the input itself."""

_OBSERVATIONS: Final = "observations"
_ROWS: Final = 40
_PROBLEMS: Final = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("input", nargs="?", metavar="INPUT", help="what to read, see below")
    parser.add_argument(
        "--describe",
        action="store_true",
        help="the data dictionary: every column, its type, unit and meaning",
    )
    group = output.add_output(parser, default="CSV, or text on a terminal")
    group.add_argument(
        "--table", choices=(*TABLES, _OBSERVATIONS), metavar="T", help="which table to write, see below"
    )
    group.add_argument(
        "--to", type=Path, metavar="DIR", help="write all tables of a batch into this folder (CSV)"
    )


def run(args: argparse.Namespace) -> int:
    """Write a table, all tables, or the data dictionary."""
    _check(args)
    if args.to is not None:
        return _write_all(args)
    form = output.format_of(args, "text" if sys.stdout.isatty() else "csv")
    if args.describe:
        frame = describe_columns()
        output.write_table(frame, args.output, form, _dictionary(frame) if form == "text" else None)
        return DONE
    name = args.table or "spaces"
    if name == _OBSERVATIONS:
        frame, code = observations_of(args.input), DONE
    else:
        batch = batch_of(args.input)
        frame, code = TABLES[name](batch), told(batch)
    output.write_table(frame, args.output, form, text_of(name, frame) if form == "text" else None)
    return code


def _check(args: argparse.Namespace) -> None:
    if args.describe == (args.input is not None):
        raise UsageError(
            "give one INPUT: a file of JSON lines, an archive, - or samples; or --describe alone"
        )
    if args.to is not None and (args.output is not None or args.table is not None or args.describe):
        raise UsageError("--to writes all tables: leave out -o, --table and --describe")
    if args.describe and args.table is not None:
        raise UsageError("--describe tells of all tables: leave out --table")


def _write_all(args: argparse.Namespace) -> int:
    form = args.format or "csv"
    batch = batch_of(args.input)
    args.to.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        path = args.to / f"{name}.{'txt' if form == 'text' else form}"
        frame = table(batch)
        output.write_table(frame, path, form, text_of(name, frame) if form == "text" else None)
        tell(f"{path}: {plural(len(frame), 'row')}")
    return told(batch)


def told(batch: Batch) -> int:
    """Tell the problems of a batch that was read; give the exit code."""
    problems = batch.problems
    for problem in problems.head(_PROBLEMS).itertuples():
        who = f"Space {problem.space_id}" if isinstance(problem.space_id, str) else f"record {problem.record}"
        tell(f"problem: {who}, {problem.column}: {problem.reason}: got {problem.value}")
    if len(problems) > _PROBLEMS:
        tell(f"problem: ... and {len(problems) - _PROBLEMS:,} more; --table problems lists all")
    return INCOMPLETE if "failed" in batch.counts else DONE


def text_of(name: str, frame: pd.DataFrame) -> str:
    """Text of the first rows of a table, for a terminal."""
    shown = screen.view(name, frame, _ROWS)
    if len(frame) <= _ROWS:
        return shown
    return f"{shown}\n... and {plural(len(frame) - _ROWS, 'row')} more; -o FILE writes all."


def _dictionary(frame: pd.DataFrame) -> str:
    """Text of the data dictionary: each column with its type, and its meaning below."""
    import textwrap

    lines: list[str] = []
    for table, columns in frame.groupby("table", sort=False):
        lines += [f"{table}", "-" * len(str(table))]
        for row in columns.itertuples():
            entry: Any = row
            unit = f", in {entry.unit}" if isinstance(entry.unit, str) and entry.unit else ""
            lines.append(f"{entry.column}  ({entry.dtype}{unit})")
            lines += textwrap.wrap(
                str(entry.meaning),
                max(40, min(screen.width(), 100)),
                initial_indent="    ",
                subsequent_indent="    ",
            )
        lines.append("")
    return "\n".join(lines).rstrip()
