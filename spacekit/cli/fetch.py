"""`spacekit fetch`: ask for Spaces and write them. How they are asked for is the Client's."""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.lines import as_line
from spacekit.cli import output, summary
from spacekit.cli.inputs import found_ids
from spacekit.cli.tables import TABLES, text_of
from spacekit.cli.usage import (
    KEY_HELP,
    UsageError,
    add_archive,
    add_ids,
    add_progress,
    add_service,
    client_of,
    whole,
)
from spacekit.errors import ArchiveError, FetchInterrupted
from spacekit.words import plural

if TYPE_CHECKING:
    from spacekit.batch import Batch
    from spacekit.fetching.client import Client
    from spacekit.ids import Found

SUMMARY = "ask for Spaces; write them as records or as a table"
EPILOG = f"""\
{KEY_HELP}

JSON lines are the records as they came, each with the time it was fetched;
--table writes a table in their place. CSV, Parquet and text are always tables
(default: spaces). To a terminal goes a short table to read, to a pipe JSON
lines.
{output.FORMAT_HELP}

examples:
  spacekit fetch 1jMJgLdenVjxL -o space.csv
  spacekit fetch --file links.csv --archive spaces.db -o spaces.jsonl
  spacekit fetch --sandbox --table creators --format csv | head

{summary.EXIT_CODES}"""

_FETCH_TABLES: Final = ("spaces", "creators", "problems", "outcomes", "audience")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    add_archive(parser)
    group = output.add_output(parser, default="JSON lines, or text on a terminal")
    group.add_argument("--table", choices=_FETCH_TABLES, help="which table to write")
    group.add_argument(
        "--outcomes", type=Path, metavar="FILE", help="also write what became of each input, as a table"
    )
    add_service(parser)
    parser.add_argument_group("how much").add_argument(
        "--max-requests",
        type=whole(0),
        metavar="N",
        help="send N requests at most; the rest is left for another run",
    )
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch, write, and say what became of the inputs."""
    form, outcomes_form = _forms(args)
    found = chosen_ids(args)
    with client_of(args) as client:
        batch, stop = _fetched(client, found, args)
    if args.outcomes is not None:
        output.write_table(batch.outcomes, args.outcomes, outcomes_form)
    # Else there is nothing worth replacing an earlier file for.
    written = bool(batch.records) or not (stop or summary.refused(batch))
    if written:
        write_batch(batch, args, form)
    if not args.quiet:
        summary.summarise(batch)
        _tell_where(batch, args, form, written=written)
    if isinstance(stop, ArchiveError):
        raise stop
    if stop is not None:
        output.tell("interrupted. Run the same again; with --archive, what is there is not paid for twice.")
        return summary.INTERRUPTED
    if summary.refused(batch):
        batch.raise_for_outcomes()
    return summary.exit_code(batch)


def _forms(args: argparse.Namespace) -> tuple[str, str]:
    """Forms of the output and of the outcomes; before anything is asked for."""
    form = output.format_of(args, "text" if sys.stdout.isatty() else "jsonl")
    if args.outcomes is None:
        return form, ""
    if args.output is not None and args.outcomes.resolve() == args.output.resolve():
        raise UsageError("-o and --outcomes are the same file: give two")
    return form, output.format_of(argparse.Namespace(output=args.outcomes, format=None), "")


def _fetched(
    client: Client, found: Any, args: argparse.Namespace
) -> tuple[Batch, FetchInterrupted | ArchiveError | None]:
    """Give what was fetched, also if the run broke off, and then why: it was paid for, and is to be written."""
    try:
        return client.fetch(found, args.archive, args.max_age, args.max_requests, shows_bar(args)), None
    except (FetchInterrupted, ArchiveError) as stop:
        if client.last_batch is None:
            raise
        return client.last_batch, stop


def chosen_ids(args: argparse.Namespace) -> Found | list[str]:
    """Ids that were given; with `--sandbox` and none, those of all made-up Spaces."""
    if args.sandbox and not args.ids and not args.file:
        from spacekit.samples import sample_records

        return [record["id"] for record in sample_records()]
    return found_ids(args)


def shows_bar(args: argparse.Namespace) -> bool:
    """Whether to show a progress bar: in a terminal, or where it is asked for."""
    return bool(args.progress or (sys.stderr.isatty() and not args.quiet))


def write_batch(batch: Batch, args: argparse.Namespace, form: str) -> None:
    """Write the records, or the table that was chosen."""
    if form == "jsonl" and args.table is None:
        _write_records(batch, args.output)
        return
    name = args.table or "spaces"
    frame = TABLES[name](batch)
    output.write_table(frame, args.output, form, text_of(name, frame) if form == "text" else None)


def _write_records(batch: Batch, path: Path | None) -> None:
    lines = itertools.starmap(as_line, zip(batch.texts, batch.fetched_at, strict=True))
    output.write_lines(lines, path)


def _tell_where(batch: Batch, args: argparse.Namespace, form: str, *, written: bool) -> None:
    problems: Any = len(batch.problems)
    if problems:
        output.tell(f"{plural(problems, 'value')} could not be read; --table problems lists all.")
    if batch.made_up and batch.records:
        output.tell("made-up data: Spaces, hosts and counts are invented, and no finding about X.")
    if not written:
        output.tell("nothing was written." if args.output is None else f"{args.output} was not written.")
    elif args.output is not None:
        output.tell(f"{args.output} is written ({form}).")
    elif sys.stdout.isatty():
        output.tell("only shown here: -o FILE or --archive FILE keeps it.")
