"""`spacekit fetch`: ask for Spaces and write them. How they are asked for is the Client's."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.archive.sources import source_of
from spacekit.batch.lines import line_of
from spacekit.cli import codes, output, summary
from spacekit.cli.inputs import found_ids
from spacekit.cli.options import (
    KEY_HELP,
    UsageError,
    add_archive,
    add_ids,
    add_progress,
    add_service,
    client_of,
    number,
)
from spacekit.cli.saying import say
from spacekit.cli.signals import Stopped
from spacekit.cli.tables import BATCH_TABLES, write_one
from spacekit.cli.writers.formats import Form
from spacekit.errors import ArchiveError
from spacekit.fetching.interrupts import Hold, held
from spacekit.fetching.progress import Lines
from spacekit.ids import Found
from spacekit.samples import MADE_UP, sample_records
from spacekit.words import plural

if TYPE_CHECKING:
    from spacekit.batch import Batch
    from spacekit.fetching.client import Client

EPILOG = f"""\
{KEY_HELP}

JSON lines are the records as they came, each with the time it was fetched;
with --table they are a table, as CSV, Parquet and text always are (default:
spaces). A terminal shows a short table; a pipe gets JSON lines.
{output.FORMAT_HELP}
Where no Space came, an earlier file stays.

examples:
  spacekit fetch 1jMJgLdenVjxL -o space.csv
  spacekit fetch --file links.csv --archive spaces.db -o spaces.jsonl
  spacekit fetch --sandbox --table creators --format csv | head"""
ENDS: Final = codes.exit_codes(asks=True)

_TABLES: Final = ("spaces", *BATCH_TABLES, "audience")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    add_archive(parser)
    add = output.add_output(parser, default="JSON lines, or text on a terminal").add_argument
    add(
        "--table",
        choices=_TABLES,
        metavar="T",
        help=f"the table to write, in place of records: {', '.join(_TABLES)}",
    )
    words = "also write what became of each input, as a table; - is standard output, as CSV"
    add("--outcomes", type=Path, metavar="FILE", help=words)
    add_service(parser)
    words = "send N requests at most; the rest is left for another run"
    parser.add_argument_group("how much").add_argument(
        "--max-requests", type=number(0, whole=True), metavar="N", help=words
    )
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Fetch, write, and report what became of the inputs."""
    form, outcomes_form = _forms(args)
    ids = chosen_ids(args)
    if not (ids.entries if isinstance(ids, Found) else ids):
        say("no ids came in: nothing was asked for, and nothing was written.")
        return codes.INCOMPLETE
    with client_of(args) as client, held() as hold:  # what came is written before Ctrl-C ends the command
        batch, stop = _fetched(hold, client, ids, args)
        return _finished(batch, stop, args, form, outcomes_form)


def _finished(
    batch: Batch,
    stop: KeyboardInterrupt | ArchiveError | None,
    args: argparse.Namespace,
    form: Form,
    outcomes_form: Form | None,
) -> int:
    """Write what came, say what became of the inputs, and return the exit code, or raise what ended the run."""
    if outcomes_form is not None:
        path = None if _to_stdout(args.outcomes) else args.outcomes
        output.write_table(batch.outcomes, path, outcomes_form, name="outcomes")
    written = bool(batch.records) or args.table == "outcomes"  # else an earlier file is worth more
    if written:
        _write(batch, args, form)
    if not args.quiet:
        summary.summarise(batch)
        _say_where(batch, args.output if written else None, written=written)
    if isinstance(stop, ArchiveError):
        raise stop
    if stop is not None:
        raise Stopped("Run the same command again; with --archive you do not pay twice.")
    if args.quiet:
        summary.say_cause(batch.outcome_rows)
    return summary.code_of(batch.counts)


def _forms(args: argparse.Namespace) -> tuple[Form, Form | None]:
    """Return the formats of the output and of the outcomes, before anything is asked for."""
    form = output.form_of(args, "text" if sys.stdout.isatty() else "jsonl")
    if args.outcomes is None:
        return form, None
    if _to_stdout(args.outcomes):
        if args.output is None:
            raise UsageError("Spaces and outcomes cannot both go to standard output: add -o FILE")
        return form, replace(form, name="csv")
    if args.output is not None and args.outcomes.resolve() == args.output.resolve():
        raise UsageError("-o and --outcomes are the same file: use two")
    return form, replace(form, name=output.format_of(args.outcomes, None, ""))


def _to_stdout(path: Path) -> bool:
    return str(path) == "-"


def _fetched(
    hold: Hold, client: Client, ids: Found | list[str], args: argparse.Namespace
) -> tuple[Batch, KeyboardInterrupt | ArchiveError | None]:
    """Return what was fetched, also if the run broke off, and then why: it was paid for, and is to be written."""
    try:
        how = (args.archive, args.max_age, args.max_requests, progress_of(args))
        with summary.warned_here():
            return hold.call(lambda: client.fetch(ids, *how)), None
    except (KeyboardInterrupt, ArchiveError) as stop:
        if client.last_batch is None:
            raise
        return client.last_batch, stop


def chosen_ids(args: argparse.Namespace) -> Found | list[str]:
    """Return the ids that were given; with `--sandbox` and none, those of all made-up Spaces."""
    if args.sandbox and not args.ids and not args.file:
        return [record["id"] for record in sample_records()]
    return found_ids(args)


def progress_of(args: argparse.Namespace) -> bool | Lines:
    """Return how to show progress: a bar in a terminal, or where it is asked for; in a pipe a line now and then."""
    if args.progress or args.quiet:
        return bool(args.progress)
    return sys.stderr.isatty() or Lines()


def _write(batch: Batch, args: argparse.Namespace, form: Form) -> None:
    """Write the records, or the table that was chosen."""
    if form.name == "jsonl" and args.table is None:
        lines = map(line_of, batch.texts, batch.fetched_at)
        output.write_lines(lines, args.output)
    else:
        write_one(args.table or "spaces", source_of(batch), args.output, form)


def _say_where(batch: Batch, path: Path | None, *, written: bool) -> None:
    if n := len(batch.problems):
        say(f"{plural(n, 'value')} could not be read; --table problems lists them.")
    if batch.made_up and batch.records:
        say(MADE_UP)
    if not written:
        say("nothing was written.")
    elif path is not None:
        say(f"{path} is written.")
    elif sys.stdout.isatty():
        say("only shown here: -o FILE or --archive FILE keeps it.")
