"""`spacekit refresh`: ask again, once, for every Space of an archive that is due. When that is, `due` decides."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli.fetch import shows_bar
from spacekit.cli.output import tell
from spacekit.cli.summary import EXIT_CODES, exit_code, refused
from spacekit.cli.usage import (
    KEY_HELP,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    span,
    spans,
    whole,
)
from spacekit.words import plural

if TYPE_CHECKING:
    from spacekit.batch import Batch
    from spacekit.fetching.schedule import Schedule

SUMMARY = "ask again for every Space of an archive that is due; once, for cron"
WHEN: Final = """\
Due is a running Space every few minutes, a scheduled one near its start, and
an ended one at ages of 1 h, 6 h, 1, 2, 3, 7, 14 and 30 days. Several may run at
once on one archive: no Space is asked for twice. New Spaces come into an
archive by `spacekit fetch --archive`."""
EPILOG = f"""\
{WHEN}

{KEY_HELP}

example, in a crontab:
  */5 * * * *  . ~/.spacekit-key; spacekit refresh --archive ~/spaces.db --quiet

{EXIT_CODES}"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--archive", type=Path, required=True, metavar="A", help="archive that is there already"
    )
    add_schedule(parser)
    add_service(parser, sandbox=False)
    add_progress(parser)


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say when a Space is due, and how many may be asked for."""
    group = parser.add_argument_group("when a Space is due")
    group.add_argument("--ages", type=spans, metavar="AGES", help="ages of ended Spaces, such as 1h,1D,7D")
    group.add_argument(
        "--running-every", type=span, metavar="SPAN", help="time between two requests while one runs (5min)"
    )
    group.add_argument(
        "--max-requests", type=whole(0), metavar="N", help="send N requests at most; the rest stays due"
    )


def schedule_of(args: argparse.Namespace) -> Schedule:
    """Make the schedule that the arguments describe."""
    from spacekit.fetching.schedule import Schedule

    given: dict[str, Any] = {"ended": args.ages, "running_every": args.running_every}
    with arguments_checked():
        return Schedule(**{name: value for name, value in given.items() if value is not None})


def run(args: argparse.Namespace) -> int:
    """Refresh once."""
    from spacekit.fetching.refresh import refresh

    schedule = schedule_of(args)
    with client_of(args) as client:
        batch = refresh(
            args.archive,
            client=client,
            schedule=schedule,
            max_requests=args.max_requests,
            progress=shows_bar(args),
        )
    if not args.quiet:
        log(batch)
    if refused(batch):
        batch.raise_for_outcomes()
    return exit_code(batch)


def log(batch: Batch) -> None:
    """Write one line about a round, with the time, to standard error."""
    counts = ", ".join(f"{n:,} {outcome}" for outcome, n in batch.counts.items())
    asked = plural(sum(batch.counts.values()), "Space")
    tell(
        f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC: {f'{asked} due: {counts}' if counts else 'nothing due'}"
    )
    sys.stderr.flush()
