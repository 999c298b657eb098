"""What became of the inputs, in lines for standard error, and the exit code that follows. It asks nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from spacekit.batch.outcomes import OUTCOMES, ends_run
from spacekit.cli.options import in_options
from spacekit.cli.output import say
from spacekit.words import plural, safe, shortened

if TYPE_CHECKING:
    from spacekit.batch import Batch

DONE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INCOMPLETE: Final = 3
INTERRUPTED: Final = 130
CLOSED: Final = 141

EXIT_CODES: Final = """\
exit codes:
  0    done, everything as asked
  1    an error, explained in one line; also a refused key, or no credit
  2    wrong usage
  3    done, but some inputs gave no Space, or nothing came in
  130  stopped by Ctrl-C; what had come by then is written
  141  the reader of the output stopped reading (| head)"""

_SHOWN: Final = 3
_CUT: Final = 100
_EXPLAINED: Final = ("not_tried", *(name for name in OUTCOMES if ends_run([name])))
"""Outcomes whose one cause a warning has said already."""


def summarise(batch: Batch) -> None:
    """Write how many inputs had each outcome, with examples of what went wrong."""
    got = f"{plural(len(batch.records), 'Space')} of {plural(len(batch.outcome_rows), 'input')}"
    say(", ".join([f"{got} from {batch.run.source}", *batch.run.facts()]))
    for outcome, n in batch.counts.items():
        lines = [f"{n:>9,}  {outcome:<12}  {OUTCOMES[outcome].meaning}", *_examples(batch, outcome, n)]
        sys.stderr.write("".join(f"{line}\n" for line in lines))


def _examples(batch: Batch, outcome: str, n: int) -> list[str]:
    """Return the messages of the first few inputs that gave no Space."""
    if outcome in _EXPLAINED or OUTCOMES[outcome].complete:
        return []
    hits = [
        in_options(entry.message or entry.input) for entry in batch.outcome_rows if entry.outcome == outcome
    ]
    more = [f"... and {n - _SHOWN:,} more; --outcomes FILE lists all"] if n > _SHOWN else []
    return [f"{'':>11}{safe(line)}" for line in hits[:_SHOWN] + more]


def rejection(text: str, reason: str) -> str:
    """Return a rejected entry, cut, with the reason in the command's terms."""
    return f"{shortened(text, _CUT)!r}: {in_options(reason)}"


def exit_code(batch: Batch) -> int:
    """Return the exit code of a run that ended by itself."""
    if batch.complete:
        return DONE
    return FAILED if ends_run(batch.counts) else INCOMPLETE
