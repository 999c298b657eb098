"""`spacekit refresh`: ask again, once, for every Space of an archive that is due. `fetching` decides which are."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli.fetch import shows_bar
from spacekit.cli.options import (
    KEY_HELP,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    number,
    span,
    spans,
)
from spacekit.cli.output import say
from spacekit.cli.summary import code_of, exit_codes, say_cause, warned_here
from spacekit.words import listed, plural

if TYPE_CHECKING:
    from spacekit.batch import Batch
    from spacekit.fetching.schedule import Schedule

SUMMARY = "ask again for every Space of an archive that is due; once, for cron"
WHEN: Final = """\
A running Space is due every few minutes, a scheduled one near its start, and an
ended one at ages of 1 h, 6 h, 1, 2, 3, 7, 14 and 30 days. Several runs can use
one archive: no Space is asked for twice. `spacekit fetch --archive` adds Spaces
to an archive."""
EPILOG = f"""\
{WHEN}

{KEY_HELP}

example, in a crontab:
  */5 * * * *  . ~/.spacekit-key; spacekit refresh --archive ~/spaces.db --quiet"""
ENDS: Final = exit_codes(asks=True, incomplete="some Spaces are gone, or were left for another run")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--archive", type=Path, required=True, metavar="A", help="an archive that exists")
    add_schedule(parser)
    add_service(parser, sandbox=False)
    add_progress(parser)


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """Add the options that say when a Space is due, and how many may be asked for."""
    add = parser.add_argument_group("when a Space is due").add_argument
    add("--ages", type=spans, metavar="AGES", help="ages of ended Spaces, such as 1h,1D,7D")
    words = "time between two requests for a running Space (5min)"
    add("--running-every", type=span, metavar="SPAN", help=words)
    words = "send N requests at most; the rest stays due"
    add("--max-requests", type=number(0, whole=True), metavar="N", help=words)


def options_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return what `refresh` and `watch` of `fetching` take alike, but the client."""
    return {
        "schedule": _schedule(args),
        "max_requests": args.max_requests,
        "progress": shows_bar(args),
    }


def _schedule(args: argparse.Namespace) -> Schedule:
    from spacekit.fetching.schedule import Schedule

    chosen: dict[str, Any] = {"ended": args.ages, "running_every": args.running_every}
    with arguments_checked():
        return Schedule(**{name: value for name, value in chosen.items() if value is not None})


def run(args: argparse.Namespace) -> int:
    """Refresh once."""
    from spacekit.fetching.refresh import refresh

    options = options_of(args)
    with client_of(args) as client, warned_here():
        batch = refresh(args.archive, client=client, **options)
    if args.quiet:
        say_cause(batch.outcome_rows)
    else:
        log(batch)
    return code_of(batch.counts)


def log(batch: Batch) -> None:
    """Write one line about a round, with the time, to standard error."""
    due = f"{plural(sum(batch.counts.values()), 'Space')} due: {listed(batch.counts)}"
    say(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {due if batch.counts else 'nothing due'}")
    sys.stderr.flush()
