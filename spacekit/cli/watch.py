"""`spacekit watch`: refresh an archive again and again. What it does in a round is `refresh`'s."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from spacekit.cli.options import (
    KEY_HELP,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    number,
    span,
)
from spacekit.cli.refresh import WHEN, add_schedule, log, options_of
from spacekit.cli.summary import DONE, exit_codes, warned_here

SUMMARY = "refresh an archive in a loop, until no Space will be due again"
EPILOG = f"""\
{WHEN}

Writes one line a round to standard error. Ctrl-C ends it (exit code 130); every
answer so far is in the archive.

{KEY_HELP}

example:
  spacekit watch --archive spaces.db --until 8h"""
ENDS: Final = exit_codes(asks=True, incomplete="some Spaces are gone, or were left for another run")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("--archive", type=Path, required=True, metavar="A", help="an archive that exists")
    add("--until", metavar="T", help="when to end: a span from now such as 8h, or an instant in UTC")
    add("--rounds", type=number(1, whole=True), metavar="N", help="end after N rounds")
    add("--every", type=span, default="5min", metavar="SPAN", help="longest sleep between rounds (5min)")
    add_schedule(parser)
    add_service(parser, sandbox=False)
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Watch."""
    from spacekit.fetching.refresh import watch

    options = options_of(args)
    with client_of(args) as client, arguments_checked(), warned_here():
        watch(
            args.archive,
            client=client,
            until=args.until,
            rounds=args.rounds,
            every=args.every,
            on_round=None if args.quiet else log,
            **options,
        )
    return DONE
