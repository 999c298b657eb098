"""Says in words what a batch holds: its repr, the card of a notebook, the paragraph for a methods section."""

from __future__ import annotations

import platform
import warnings
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Protocol

from spacekit.batch.outcomes import OUTCOMES
from spacekit.errors import IncompleteWarning
from spacekit.words import __version__, minute, plural, shortened


class Batch(Protocol):
    """What is said of a batch is read from these."""

    run: Any
    fetched_at: Sequence[int | None]
    outcome_rows: Sequence[Any]

    @property
    def records(self) -> Sequence[Any]:
        """The Spaces."""

    @property
    def problems(self) -> Any:
        """Table of values that could not be read."""

    @property
    def counts(self) -> dict[str, int]:
        """How many inputs had each outcome."""

    @property
    def made_up(self) -> bool:
        """Whether any Space is made up."""


SHOWN = 5  # examples on a card


def warn_if_incomplete(batch: Batch, stacklevel: int = 3) -> None:
    """Warn once if another run could get more."""
    open_ones = {outcome: n for outcome, n in batch.counts.items() if not OUTCOMES[outcome].final}
    if not open_ones:
        return
    told = ", ".join(f"{n} {outcome}" for outcome, n in open_ones.items())
    why = f" Stopped early: {batch.run.stopped}." if batch.run.stopped else ""
    advice = " ".join(OUTCOMES[outcome].advice for outcome in open_ones)
    words = f"{batch.run.source}: {told}, of {inputs(batch)}.{why} {advice}"
    warnings.warn(words, IncompleteWarning, stacklevel=stacklevel)


def inputs(batch: Batch) -> str:
    """Give the number of inputs in words."""
    return plural(sum(batch.counts.values()), "input")


def was(number: int) -> str:
    """Give the verb that fits a number."""
    return "was" if number == 1 else "were"


def summary(batch: Batch) -> str:
    """Give one line: how many Spaces, and what became of the inputs."""
    told = ", ".join(f"{n} {outcome}" for outcome, n in batch.counts.items())
    made_up = ", made up" if batch.made_up else ""
    return f"Batch({plural(len(batch.records), 'Space')}{made_up}; {inputs(batch)}: {told or 'none'})"


def period(times: Iterable[int | None]) -> str:
    """Give the first and the last of some instants, to the minute."""
    known = [time for time in times if time is not None]
    if not known:
        return "at an unknown time"
    first, last = (minute(time) for time in (min(known), max(known)))
    return f"at {first} UTC" if first == last else f"from {first} to {last} UTC"


def versions() -> str:
    """Name the software that made the tables."""
    import pandas as pd

    return f"spacekit {__version__}, pandas {pd.__version__}, Python {platform.python_version()}"


def paragraph(batch: Batch) -> str:
    """Give the paragraph of `Batch.report`."""
    counts = batch.counts
    left_out = [(outcome, n) for outcome, n in counts.items() if not OUTCOMES[outcome].complete]
    duplicates = counts.get("duplicate", 0)
    n_problems, n_spaces = len(batch.problems), batch.problems["record"].nunique()
    sentences = [
        f"{inputs(batch)} {was(sum(batch.counts.values()))} asked for from {batch.run.source}"
        + (f", {duplicates:,} of them given before" if duplicates else "") + ".",
        f"{plural(len(batch.records), 'Space')} {was(len(batch.records))} obtained, fetched {period(batch.fetched_at)}"
        + (f"; {counts['archived']:,} of them came from the archive" if "archived" in counts else "") + ".",
        "Left out: " + ", ".join(f"{n:,} {outcome} ({OUTCOMES[outcome].meaning})" for outcome, n in left_out) + "."
        if left_out else "Nothing was left out.",
        f"The run stopped early: {batch.run.stopped}." if batch.run.stopped else "",
        f"{plural(n_problems, 'value')} of {plural(n_spaces, 'record')} could not be read (see problems)."
        if n_problems else "Every value could be read.",
        "Counts are those that X reported at the time of fetching; X does not define them, and replay plays go on "
        "growing.",
        "The Spaces are made up." if batch.made_up else "",
        f"Software: {versions()}.",
    ]  # fmt: skip
    return " ".join(sentence for sentence in sentences if sentence)


def card(batch: Batch) -> str:
    """Give the card that a notebook shows: counts, failures by reason with examples, time taken, what to do next."""
    head = (
        f"<b>{plural(len(batch.records), 'Space')}</b> of {inputs(batch)}, fetched {period(batch.fetched_at)}"
    )
    facts = [f"source: {escape(batch.run.source)}"]
    if batch.run.requests:
        facts.append(plural(batch.run.requests, "request"))
    if batch.run.seconds is not None:
        facts.append(f"{batch.run.seconds:.1f} s")
    if batch.run.stopped:
        facts.append(f"<b>stopped early: {escape(batch.run.stopped)}</b>")
    badge = '<div style="font-weight:600">Made-up data: no finding about X.</div>' if batch.made_up else ""
    rows = "".join(card_row(batch, outcome, n) for outcome, n in batch.counts.items())
    table = (
        f'<table style="margin:.4em 0;border-collapse:collapse;color:inherit">{rows}</table>' if rows else ""
    )
    return (
        '<div style="border:1px solid #8888;border-radius:6px;padding:.6em .9em;max-width:60em;display:inline-block">'
        f"{badge}<div>{head}</div>{table}"
        f'<div style="opacity:.75;font-size:90%">{"; ".join(facts)}</div></div>'
    )


def card_row(batch: Batch, outcome: str, n: int) -> str:
    """Give one row of the card: outcome, number, meaning, examples and advice."""
    cell = '<td style="text-align:{};padding:.1em .7em .1em 0;vertical-align:top">{}</td>'
    kind = OUTCOMES[outcome]
    told = kind.meaning
    if kind.advice:
        told += f": {escape(examples(batch, outcome, n))}<br><span style='opacity:.75'>{kind.advice}</span>"
    return (
        "<tr>"
        + cell.format("right", f"{n:,}")
        + cell.format("left", outcome)
        + cell.format("left", told)
        + "</tr>"
    )


def examples(batch: Batch, outcome: str, n: int) -> str:
    """Give the first few inputs that had an outcome."""
    hits = [entry.input for entry in batch.outcome_rows if entry.outcome == outcome][:SHOWN]
    shown = ", ".join(shortened(hit, 40) for hit in hits)
    return shown + (f" and {n - len(hits):,} more" if n > len(hits) else "")
