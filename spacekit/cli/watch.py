"""`spacekit watch`: refresh an archive again and again. What it does in a round is `refresh`'s."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.cli.codes import DONE, exit_codes
from spacekit.cli.options import (
    KEY_HELP,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    number,
    span,
)
from spacekit.cli.refresh import (
    AFTER_A_STOP,
    WHEN,
    add_schedule,
    days_of,
    log,
    log_stopped,
    options_of,
)
from spacekit.cli.signals import Stopped
from spacekit.cli.summary import code_of, say_cause, warned_here
from spacekit.errors import CredentialsError, NoCreditError
from spacekit.fetching.interrupts import held

if TYPE_CHECKING:
    from spacekit.batch import Batch, Outcome

EPILOG = f"""\
{WHEN}

Writes one line a round to standard error. Ctrl-C ends it (exit code 130); every
answer so far is in the archive.

{KEY_HELP}

examples; the second tries it without a key:
  spacekit watch --archive spaces.db --until 8h
  spacekit watch --sandbox --archive try.db"""
ENDS: Final = exit_codes(asks=True, incomplete="some Spaces are gone, or --max-requests left some")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("--archive", type=Path, required=True, metavar="A", help="an archive that exists")
    add("--until", metavar="T", help="when to end: a span from now such as 8h, or an instant in UTC")
    add("--rounds", type=number(1, whole=True), metavar="N", help="end after N rounds")
    add("--every", type=span, default="5min", metavar="SPAN", help="longest sleep between rounds (5min)")
    add_schedule(parser)
    words = "the archive has to be one of fetch --sandbox, and a made-up clock jumps over the sleep"
    add_service(parser, price=False, sandbox=words)
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Watch."""
    from spacekit.fetching.refresh import watch

    options, days = options_of(args), days_of(args)
    rounds = _Rounds(None if args.quiet else lambda batch: log(batch, days))
    how = {"until": args.until, "rounds": args.rounds, "every": args.every, "sleep": days.sleep, **options}
    with client_of(args, **days.options()) as client, held() as hold, arguments_checked(), warned_here():
        try:
            hold.call(lambda: watch(args.archive, client=client, on_round=rounds, **how))
        except (CredentialsError, NoCreditError):
            if code_of(rounds.counts) == DONE:  # no round has said it
                raise
        except KeyboardInterrupt as stop:
            log_stopped(stop, args)
            raise Stopped(AFTER_A_STOP) from None
    if args.quiet:
        say_cause(rounds.newest.values())
    return code_of(rounds.counts)


class _Rounds:
    """What became of each Space when it was last asked for; `log`, if it is one, is called with each round."""

    def __init__(self, log: Callable[[Batch], object] | None) -> None:
        self._log = log
        self.newest: dict[str, Outcome] = {}

    def __call__(self, batch: Batch) -> None:
        """Note a round."""
        self.newest.update((row.space_id or row.input, row) for row in batch.outcome_rows)
        if self._log is not None:
            self._log(batch)

    @property
    def counts(self) -> Counter[str]:
        """How many Spaces had each outcome at last."""
        return Counter(row.outcome for row in self.newest.values())
