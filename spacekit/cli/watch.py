"""`spacekit watch`: refresh an archive again and again. What it does in a round is `refresh`'s."""

from __future__ import annotations

import argparse
from pathlib import Path

from spacekit.cli.fetch import shows_bar
from spacekit.cli.refresh import WHEN, add_schedule, log, schedule_of
from spacekit.cli.summary import DONE, EXIT_CODES
from spacekit.cli.usage import (
    KEY_HELP,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    span,
    whole,
)

SUMMARY = "refresh an archive in a loop, until nothing will be due any more"
EPILOG = f"""\
{WHEN}

Writes one line a round to standard error. Ctrl-C ends it (exit code 130); all
that was answered is in the archive.

{KEY_HELP}

example:
  spacekit watch --archive spaces.db --until 8h

{EXIT_CODES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--archive", type=Path, required=True, metavar="A", help="archive that is there already"
    )
    parser.add_argument(
        "--until", metavar="T", help="when to end: a span from now such as 8h, or an instant in UTC"
    )
    parser.add_argument("--rounds", type=whole(1), metavar="N", help="end after N rounds")
    parser.add_argument(
        "--every", type=span, default="5min", metavar="SPAN", help="longest sleep between rounds (5min)"
    )
    add_schedule(parser)
    add_service(parser, sandbox=False)
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Watch."""
    from spacekit.fetching.refresh import watch

    schedule = schedule_of(args)
    with client_of(args) as client, arguments_checked():
        watch(
            args.archive,
            client=client,
            schedule=schedule,
            until=args.until,
            rounds=args.rounds,
            every=args.every,
            max_requests=args.max_requests,
            progress=shows_bar(args),
            on_round=None if args.quiet else log,
        )
    return DONE
