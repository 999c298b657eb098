"""What a batch holds, in words: its repr and the card of a notebook; `methods` has the paragraph of a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from spacekit.batch.outcomes import OUTCOMES, Outcome
from spacekit.words import Card, Column, listed, more_in, period, plural, shortened, span, were

_SHOWN: Final = 5  # examples on a card
_WIDTH: Final = 40  # columns of an example


@dataclass(frozen=True, slots=True)
class Run:
    """Facts of the run that made a batch, for its report and card."""

    source: str
    """Where from: the host of the service, or the name of a file."""
    requests: int = 0
    seconds: float | None = None
    stopped: str | None = None
    """Why it ended early; None if it did not."""
    verb: str = ""
    """What was done with the inputs, up to the name of the source; empty if it was asked for them, by requests."""
    place: str = ""
    """What the source is, as a report says it; its name alone if empty."""
    held: str | None = None
    """What was left to another run that is asking for it, and until when; None if nothing was."""

    def at(self, place: str) -> Run:
        """Return the same facts with what the source is."""
        return replace(self, place=place)

    def facts(self) -> list[str]:
        """Return how many requests it took, how long, and why it ended early, as far as there is anything to say."""
        return [
            *([plural(self.requests, "request")] if self.requests else []),
            *([] if self.seconds is None else [span(self.seconds, up=True)]),
            *([f"stopped early: {self.stopped}"] if self.stopped else []),
            *([self.held] if self.held else []),
        ]

    def sentences(self, inputs: int) -> str:
        """Return what was done with so many inputs, and whether it ended early, in sentences."""
        number = plural(inputs, "input") if inputs else "No input"
        source = self.place or self.source
        stopped = f" The run ended early: {self.stopped}." if self.stopped else ""
        return f"{number} {were(inputs)} {f'{self.verb} {source}' if self.verb else self._asked(source)}.{stopped}"

    def _asked(self, source: str) -> str:
        """Return how many requests were sent; inputs may repeat, or be no ids, and a request may be sent again."""
        number = plural(self.requests, "request") if self.requests else "no request"
        return f"given; {number} {were(self.requests)} sent to {source}"


@dataclass(frozen=True, slots=True)
class Summary:
    """What is said of a batch is read from these."""

    run: Run
    spaces: int
    counts: Mapping[str, int]
    """How many inputs had each outcome, the gravest last."""
    fetched_at: Sequence[int | None]
    outcomes: Sequence[Outcome]
    made_up: bool

    @property
    def inputs(self) -> str:
        """The number of inputs, in words."""
        return plural(len(self.outcomes), "input")

    def line(self) -> str:
        """Return one line: how many Spaces, and what became of the inputs."""
        made_up = ", made up" if self.made_up else ""
        return (
            f"Batch({plural(self.spaces, 'Space')}{made_up}; {self.inputs}: {listed(self.counts) or 'none'})"
        )

    def card(self, first: Sequence[Column] = (), shown: int = 0) -> Card:
        """Return the card: counts, failures with examples, time, the `first` Spaces, of which there are `shown`."""
        return Card(
            plural(self.spaces, "Space"),
            f" of {self.inputs}, fetched {_when(self.fetched_at)}"
            if self.outcomes
            else "; there was no input",
            facts=[self._fact(outcome, n) for outcome, n in self.counts.items()],
            grid=first,
            more=more_in("batch.spaces", self.spaces, shown) if first else "",
            notes=["; ".join([f"source: {self.run.source}", *self.run.facts()])],
            then=self._then(),
            made_up=self.made_up,
        )

    def _fact(self, outcome: str, number: int) -> tuple[str, str]:
        """Return number and outcome, and its meaning; examples and advice where it is no success."""
        kind = OUTCOMES[outcome]
        examples = "" if kind.complete else f": {self._examples(outcome, number)}. {kind.advice}"
        return f"{number:,} {outcome}", kind.meaning + examples

    def _then(self) -> list[str]:
        """Return the calls to make next: first those that show what is missing."""
        missing = [] if all(OUTCOMES[outcome].complete for outcome in self.counts) else ["batch.outcomes"]
        calls = ["batch.spaces", "sk.compare(batch)", "sk.plot.audience(batch)"] if self.spaces else []
        return missing + calls or ["client.fetch(ids)"]

    def _examples(self, outcome: str, number: int) -> str:
        """Return the first few inputs that had an outcome."""
        hits = [entry.input for entry in self.outcomes if entry.outcome == outcome][:_SHOWN]
        shown = ", ".join(shortened(hit, _WIDTH) for hit in hits)
        return shown + (f" and {number - len(hits):,} more" if number > len(hits) else "")


def _when(times: Iterable[int | None]) -> str:
    """Return the time from the first to the last of some instants, in words."""
    known = [time for time in times if time is not None]
    if not known:
        return "at an unknown time"
    words = period(min(known), max(known))
    return f"{'from' if ' to ' in words else 'at'} {words}"
