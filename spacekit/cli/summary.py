"""What became of the inputs, in lines for standard error; and the exit code that follows. It asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spacekit.batch import OUTCOMES
from spacekit.batch.report import inputs
from spacekit.cli.output import tell
from spacekit.cli.screen import safe
from spacekit.words import plural

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
  0    done, all as asked
  1    an error, said in one line; also a key that is not accepted, or no credit
  2    wrong usage
  3    done, but some inputs gave no Space
  130  stopped by Ctrl-C; what was there by then is written
  141  whoever read the output stopped reading (| head)"""

_SHOWN: Final = 3
_REFUSED: Final = frozenset({"unauthorized", "no_credit"})
_ALIKE: Final = frozenset({*_REFUSED, "not_tried"})


def summarise(batch: Batch) -> None:
    """Say how many inputs had each outcome, with examples of what went wrong, and what to do next."""
    run = batch.run
    facts = [f"{plural(len(batch.records), 'Space')} of {inputs(batch)} from {run.source}"]
    facts += [plural(run.requests, "request")] if run.requests else []
    facts += [f"{run.seconds:.1f} s"] if run.seconds is not None else []
    facts += [f"stopped early: {run.stopped}"] if run.stopped else []
    tell(", ".join(facts))
    for outcome, n in batch.counts.items():
        _line(f"{n:>9,}  {outcome:<12}  {OUTCOMES[outcome].meaning}")
        if not OUTCOMES[outcome].complete:
            _examples(batch, outcome, n)


def _examples(batch: Batch, outcome: str, n: int) -> None:
    """Show the messages of the first few inputs; where all are alike, a warning has told the cause."""
    if outcome in _ALIKE:
        return
    hits = [entry for entry in batch.outcome_rows if entry.outcome == outcome]
    for entry in hits[:_SHOWN]:
        _line(f"{'':>11}{safe(entry.message or entry.input)}")
    if n > _SHOWN:
        _line(f"{'':>11}... and {n - _SHOWN:,} more; --outcomes FILE lists all")


def _line(words: str) -> None:
    import sys

    sys.stderr.write(f"{words}\n")


def exit_code(batch: Batch) -> int:
    """Exit code of a run that ended by itself."""
    if batch.complete:
        return DONE
    return FAILED if refused(batch) else INCOMPLETE


def refused(batch: Batch) -> bool:
    """Whether the service takes no request with this key."""
    return not _REFUSED.isdisjoint(batch.counts)
