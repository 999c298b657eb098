"""`spacekit refresh`: ask again, once, for every Space of an archive that is due. `fetching` decides which are."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli.codes import exit_codes
from spacekit.cli.days import Days, MadeUpDays
from spacekit.cli.fetch import progress_of
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
from spacekit.cli.saying import say
from spacekit.cli.signals import Stopped
from spacekit.cli.summary import cause_of, code_of, say_cause, warned_here
from spacekit.errors import FetchInterrupted
from spacekit.fetching.interrupts import held
from spacekit.words import listed, plural

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.batch import Batch
    from spacekit.fetching.schedule import Schedule

WHEN: Final = """\
A running Space is due every few minutes, a scheduled one near its start, and an
ended one at ages of 1 h, 6 h, 1, 2, 3, 7, 14 and 30 days. Several runs can use
one archive: no Space is asked for twice. `spacekit fetch --archive` adds Spaces
to an archive."""
EPILOG = f"""\
{WHEN}

{KEY_HELP}

examples; the first is for a crontab, the others try it without a key:
  */5 * * * *  . ~/.spacekit-key; spacekit refresh --archive ~/spaces.db --quiet
  spacekit fetch --sandbox --archive try.db -o try.csv
  spacekit refresh --sandbox --archive try.db"""
ENDS: Final = exit_codes(asks=True, incomplete="some Spaces are gone, or --max-requests left some")


AFTER_A_STOP: Final = "Every answer so far is in the archive; run it again for the rest."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("--archive", type=Path, required=True, metavar="A", help="an archive that exists")
    add_schedule(parser)
    words = "the archive has to be one of fetch --sandbox, and a made-up day passes before each run"
    add_service(parser, price=False, sandbox=words)
    add_progress(parser)


def add_schedule(parser: argparse.ArgumentParser) -> None:
    """Add the options that say when a Space is due, and how many may be asked for."""
    add = parser.add_argument_group("when a Space is due").add_argument
    add("--ages", type=spans, metavar="AGES", help="ages of ended Spaces, such as 1h,1D,7D")
    words = "time between two requests for a running Space (5min)"
    add("--running-every", type=_lasting, metavar="SPAN", help=words)
    words = "send N requests at most; the rest stays due"
    add("--max-requests", type=number(0, whole=True), metavar="N", help=words)


def options_of(args: argparse.Namespace) -> dict[str, Any]:
    """Return what `refresh` and `watch` of `fetching` take alike, but the client."""
    return {
        "schedule": _schedule(args),
        "max_requests": args.max_requests,
        "progress": progress_of(args),
    }


def _lasting(text: str) -> pd.Timedelta:
    """Read a span of time that is not 0."""
    value = span(text)
    if not value:
        raise argparse.ArgumentTypeError(f"got {text!r}; use a span above 0, such as 5min")
    return value


def _schedule(args: argparse.Namespace) -> Schedule:
    import pandas as pd

    from spacekit.fetching.schedule import Schedule

    every = args.running_every
    early = None if every is None else min(pd.Timedelta("1min"), every / 4)
    chosen: dict[str, Any] = {"ended": args.ages, "running_every": every, "early": early}
    with arguments_checked():
        return Schedule(**{name: value for name, value in chosen.items() if value is not None})


def run(args: argparse.Namespace) -> int:
    """Refresh once."""
    from spacekit.fetching.refresh import refresh

    options, days = options_of(args), days_of(args)
    with client_of(args, **days.options()) as client, held() as hold, warned_here():
        try:
            batch = hold.call(lambda: refresh(args.archive, client=client, **options))
        except KeyboardInterrupt as stop:
            log_stopped(stop, args)
            raise Stopped(AFTER_A_STOP) from None
    if args.quiet:
        say_cause(batch.outcome_rows)
    else:
        log(batch, days)
    return code_of(batch.counts)


def days_of(args: argparse.Namespace) -> Days:
    """Return the clock to go by: the computer's, or that of made-up days."""
    return MadeUpDays(args.archive) if args.sandbox else Days()


def log_stopped(stop: KeyboardInterrupt, args: argparse.Namespace) -> None:
    """Write a line about a round that was told to end, where it had begun to ask."""
    batch = stop.batch if isinstance(stop, FetchInterrupted) else None
    if batch is not None and batch.run.requests and not args.quiet:
        log(batch)


def log(batch: Batch, days: Days | None = None) -> None:
    """Write one line about a round, with the time, to standard error."""
    n, time = len(batch.outcome_rows), (days or Days()).now()
    due = f"{plural(n, 'Space')} due: {listed(batch.counts)}" if n else "nothing due"
    cause = cause_of(batch.outcome_rows)
    held_by_others = f"; {batch.run.held}" if batch.run.held else ""
    say(f"{time:%Y-%m-%d %H:%M:%S} UTC: {due}{held_by_others}{f'. {cause}' if cause else ''}")
