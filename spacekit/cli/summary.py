"""What became of the inputs, in lines for standard error, and the exit code that follows. It asks nothing."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from spacekit.batch.outcomes import OUTCOMES, OutcomeKind, kind_of
from spacekit.cli.codes import DONE, FAILED, INCOMPLETE, NO_ANSWER, OF_SERVICE, REFUSED
from spacekit.cli.options import in_options
from spacekit.cli.saying import say, write_error
from spacekit.errors import IncompleteWarning, SpacekitError
from spacekit.words import listed, plural, safe, shortened

if TYPE_CHECKING:
    from spacekit.batch import Batch, Outcome

_LISTED: Final = 10  # rejected entries, at most, that are listed one by one
_SHOWN: Final = 9  # inputs with the same cause as one that is shown
_CAUSES: Final = 5
_NAME: Final = 40
_CUT: Final = 100
_VALUE: Final = re.compile(r"\"[^\"]*\"|'(?:[^'\\]|\\.)*'( \(U\+[^)]*\))?|Asked \d+ times\.")
"""What differs in reasons of one kind."""
_INDENT: Final = " " * 25


def code_of(names: Iterable[str]) -> int:
    """Return the exit code of a run with these outcomes: that of the gravest."""
    return max((_code(OUTCOMES[name]) for name in names), default=DONE)


def _code(kind: OutcomeKind) -> int:
    if kind.complete:
        return DONE
    return REFUSED if kind.ends_run else NO_ANSWER if kind.no_answer else INCOMPLETE


def error_code(error: Exception) -> int:
    """Return the exit code of a command that an error ended."""
    kind = kind_of(error) if isinstance(error, SpacekitError) else None
    code = FAILED if kind is None else _code(kind)
    return code if code in OF_SERVICE else FAILED


# What became of the inputs


@contextmanager
def warned_here() -> Iterator[None]:
    """Leave out the warning that something is missing, where the command says so itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IncompleteWarning)
        yield


def summarise(batch: Batch) -> None:
    """Write how many inputs had each outcome, and what went wrong, each cause once."""
    facts = batch.run.facts()
    if code_of(batch.counts) == REFUSED:
        facts = [
            fact for fact in facts if fact != f"stopped early: {batch.run.stopped}"
        ]  # a line below says why
    got = f"{plural(len(batch.records), 'Space')} of {plural(len(batch.outcome_rows), 'input')}"
    say(", ".join([f"{got} from {batch.run.source}", *facts]))
    for outcome, n in batch.counts.items():
        first, *more = _lines(
            OUTCOMES[outcome], [row for row in batch.outcome_rows if row.outcome == outcome]
        )
        lines = [f"{n:>9,}  {outcome:<12}  {first}", *(f"{_INDENT}{line}" for line in more)]
        write_error("".join(f"{line}\n" for line in lines))


def _lines(kind: OutcomeKind, rows: Sequence[Outcome]) -> list[str]:
    """Return what happened to the inputs with one outcome, by cause."""
    if kind.complete or not (
        kind.final or kind.no_answer or kind.ends_run
    ):  # what nobody asked for has no cause
        return [kind.meaning]
    causes = _by_reason((row.input, _message(row)) for row in rows)
    lines = [line for group in causes[:_CAUSES] for line in _of_cause(group)]
    rest = sum(map(len, causes[_CAUSES:]))
    return [*lines, f"{rest:,} for other reasons; --outcomes FILE lists all"] if rest else lines


def _of_cause(group: Sequence[tuple[str, str]]) -> list[str]:
    (_, message), *others = group
    if not others:
        return [message]
    names = ", ".join(shortened(safe(name), _NAME) for name, _ in others[:_SHOWN])
    more = len(others) - _SHOWN
    return [
        message,
        f"the same: {names}" + (f" and {more:,} more; --outcomes FILE lists all" if more > 0 else ""),
    ]


def _message(row: Outcome) -> str:
    return safe(in_options(row.message or row.input))


def say_cause(outcomes: Iterable[Outcome]) -> None:
    """Write one line where inputs are not there: how many, and why the first of the gravest is not."""
    rows = _lacking(outcomes)
    counts = Counter(row.outcome for row in rows)
    if rows:
        in_order = {name: counts[name] for name in OUTCOMES if name in counts}
        say(f"{listed(in_order)}. {cause_of(rows)}")


def cause_of(outcomes: Iterable[Outcome]) -> str:
    """Return why the first of the gravest inputs is not there; "" where all are."""
    names = list(OUTCOMES)
    return max(
        ((names.index(row.outcome), -place, _message(row)) for place, row in enumerate(_lacking(outcomes))),
        default=(0, 0, ""),
    )[2]


def _lacking(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [row for row in outcomes if not OUTCOMES[row.outcome].complete]


# Entries that are no ids


def _by_reason(entries: Iterable[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Return entries with their reasons, those of one kind together, the most frequent first."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for text, reason in entries:
        kinds.setdefault(_VALUE.sub("", reason), []).append((text, reason))
    return sorted(kinds.values(), key=len, reverse=True)


def rejected_lines(rejected: Sequence[tuple[str, str]], lists: str) -> list[str]:
    """
    Return a line for each entry that was rejected; of more than ten, how many for each reason, with an example.

    `lists` is the command that lists all of them.
    """
    if len(rejected) <= _LISTED:
        return [f"rejected {rejection(text, reason)}" for text, reason in rejected]
    lines = [f"{len(group):,} such as {rejection(*group[0])}" for group in _by_reason(rejected)]
    return [f"{len(rejected):,} rejected; {lists} lists them:", *lines]


def rejection(text: str, reason: str) -> str:
    """Return a rejected entry, cut, with the reason in the command's terms."""
    return f"{shortened(text, _CUT)!r}: {in_options(reason)}"
