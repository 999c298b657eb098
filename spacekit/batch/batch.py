"""`Batch`: raw records with their outcomes; tables are made on demand. No network, and files only when asked to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, overload

from spacekit import tables
from spacekit.arguments.nesting import TooDeepError, is_too_deep
from spacekit.batch.gathering import CHUNK, Gathered, gathered
from spacekit.batch.lines import Answer, line_of, write_lines
from spacekit.batch.methods import paragraph
from spacekit.batch.outcomes import OUTCOMES, Outcome
from spacekit.batch.report import Run, Summary
from spacekit.errors import IncompleteWarning, warn
from spacekit.fields import MADE_UP_PREFIX
from spacekit.tables.decoding import loads
from spacekit.tables.records import as_records
from spacekit.words import Card, Carded, Prose, even_half_made, keyless, listed, plural

if TYPE_CHECKING:
    import os

    import pandas as pd

_FIRST: Final = 5  # Spaces on a card
_COLUMNS: Final = 6  # of each: title, host, date and the counts
_GIVEN: Final = Run("records given", verb="taken from", place="records in memory")


class Records(Sequence[dict[str, Any]]):
    """Records held as the text in which they came, and parsed each time they are asked for."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> Records: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | Records:
        """Return a freshly parsed record, or a slice that is as lazy."""
        if isinstance(place, slice):
            return Records(self._texts[place])
        record: dict[str, Any] = loads(self._texts[place])
        return record

    @even_half_made
    def __repr__(self) -> str:
        return f"Records({plural(len(self), 'Space')}, parsed when asked for)"


class Batch(Carded):
    """
    Raw records of Spaces, with what became of each input.

    Parameters
    ----------
    texts
        The JSON text of each Space, as it came.
    fetched_at
        When each was fetched, in epoch milliseconds; None where that is not known.
    outcomes
        One for each input, in the order given.
    run
        Facts of the run.
    parts
        The tables of the texts as `decode` made them, chunk by chunk; None to make them when asked for.

    Attributes
    ----------
    texts, fetched_at, run
        As given; tuples.
    outcome_rows
        The outcomes as objects: the rows of the table `outcomes`.

    Notes
    -----
    The text is kept and parsed when asked for: parsed records take several times its memory. The tables are made
    once, when first asked for.

    A batch stays as it was fetched. Each table and record that you ask for is a copy of your own: change it as you
    like. A copy of 100,000 Spaces takes milliseconds, as text is not copied.

    Examples
    --------
    >>> import spacekit as sk
    >>> batch = sk.sample_batch()
    >>> batch
    Batch(87 Spaces, made up; 87 inputs: 87 ok)
    >>> batch.complete, len(batch), batch.records[0]["state"]
    (True, 87, 'Ended')
    """

    def __init__(
        self,
        texts: Sequence[bytes],
        fetched_at: Sequence[int | None],
        outcomes: Sequence[Outcome],
        run: Run | None = None,
        parts: Sequence[Any] | None = None,
    ) -> None:
        self.texts = tuple(texts)
        self.fetched_at = tuple(fetched_at)
        self.outcome_rows = tuple(outcomes)
        self.run = run or _GIVEN
        self._parts = parts

    def with_outcomes(self, outcomes: Iterable[Outcome]) -> Batch:
        """Return a batch of the same Spaces with other outcomes."""
        return Batch(self.texts, self.fetched_at, tuple(outcomes), self.run, self._parts)

    @classmethod
    def of(cls, records: Iterable[dict[str, Any]], fetched_at: Any = None) -> Batch:
        """
        Make a batch of records that you have already.

        Parameters
        ----------
        records
            Parsed records, as the API sends them; one dict is one record.
        fetched_at
            As for `normalize`: one instant for all, or one for each.

        Raises
        ------
        TypeError
            A record holds what JSON cannot. (One that is nested too deeply, or contains itself, is `failed`.)
        ValueError
            `fetched_at` cannot be read, or has another length than `records`.
        """
        texts = [None if is_too_deep([record]) else tables.as_text(record) for record in as_records(records)]
        times = tables.times_for(fetched_at, len(texts))
        pairs = zip(texts, times, strict=True)
        deep = str(TooDeepError())
        answers = [
            Answer(f"record {i}", text, time, deep if text is None else None)
            for i, (text, time) in enumerate(pairs)
        ]
        parts, start = [], 0
        for place in range(0, len(answers), CHUNK):
            parts.append(gathered(answers[place : place + CHUNK], start))
            start += len(parts[-1].texts)
        return cls.joined(parts, _GIVEN)

    @classmethod
    def joined(cls, parts: Iterable[Gathered], run: Run) -> Batch:
        """Return the batch of all that was gathered, chunk by chunk."""
        with tables.collector_paused():
            chunks = list(parts)
        return cls(
            [text for part in chunks for text in part.texts],
            [time for part in chunks for time in part.fetched_at],
            [outcome for part in chunks for outcome in part.outcomes],
            run,
            [part.part for part in chunks],
        )

    def __len__(self) -> int:
        return len(self.texts)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.records)

    @property
    def records(self) -> Records:
        """The Spaces as dicts, unchanged, in the order asked: a Sequence that parses each when asked for."""
        return Records(self.texts)

    @property
    def outcomes(self) -> pd.DataFrame:
        """One row for each input, in the order given; columns as in `describe_columns()`."""
        return self._outcomes.copy()

    @cached_property
    def _outcomes(self) -> pd.DataFrame:
        return tables.from_rows("outcomes", self.outcome_rows)

    @cached_property
    def _tables(self) -> tables.Tables:
        parts = self._parts
        if not parts:
            starts = range(0, len(self.texts) or 1, CHUNK)
            parts = [
                tables.decode(self.texts[i : i + CHUNK], self.fetched_at[i : i + CHUNK], i).part
                for i in starts
            ]
        return tables.assemble(list(parts))

    @property
    def spaces(self) -> pd.DataFrame:
        """One row a Space, in the order asked; see `normalize`."""
        return self._tables.spaces

    @property
    def creators(self) -> pd.DataFrame:
        """One row an account that made one of the Spaces; see `normalize`."""
        return self._tables.creators

    @property
    def participants(self) -> pd.DataFrame:
        """One row a person that a GraphQL record lists; see `normalize`."""
        return self._tables.participants

    @property
    def problems(self) -> pd.DataFrame:
        """One row a value that could not be read; see `normalize`."""
        return self._tables.problems

    @property
    def audience(self) -> pd.DataFrame:
        """Two rows a Space, live and replay; see `audience_long`."""
        return self._audience.copy()

    @cached_property
    def _audience(self) -> pd.DataFrame:
        return tables.audience_long(self.spaces)

    @property
    def counts(self) -> dict[str, int]:
        """How many inputs had each outcome, the gravest last."""
        counts = Counter(entry.outcome for entry in self.outcome_rows)
        return {outcome: counts[outcome] for outcome in OUTCOMES if outcome in counts}

    @property
    def complete(self) -> bool:
        """Whether every input ended ok, archived or duplicate."""
        return all(OUTCOMES[outcome].complete for outcome in self.counts)

    @property
    def made_up(self) -> bool:
        """Whether any of the Spaces is one of the made-up ones that spacekit ships."""
        return any((entry.space_id or "").startswith(MADE_UP_PREFIX) for entry in self.outcome_rows)

    def raise_for_outcomes(self) -> None:
        """
        Raise the error of the gravest outcome, if there is one; do nothing if the batch is complete.

        Raises
        ------
        SpacekitError
            Of the class that `Client.get` would have raised, with the message of the first such input.
        """
        if self.complete:
            return
        kind = OUTCOMES[list(self.counts)[-1]]
        hit = next(entry for entry in self.outcome_rows if entry.outcome == kind.name)
        raise kind.errors[0](hit.message or f"{hit.input!r}: {kind.name}. {kind.advice}")

    @keyless
    def to_jsonl(self, path: str | os.PathLike[str]) -> Path:
        """
        Write the records, one line each: `{"fetched_at": ..., "space": {...}}`, or the bare Space if not dated.

        Parameters
        ----------
        path
            File to write; compressed if it ends in `.gz`. Replaced only when all is written.

        Returns
        -------
        path
            Path of the file. `read` reads it back; the outcomes of inputs without a Space are not in it.
        """
        return write_lines(path, map(line_of, self.texts, self.fetched_at))

    def report(self) -> Prose:
        """
        Return a paragraph for the methods section of a paper.

        Returns
        -------
        text
            Plain English, a paragraph in a notebook: what was asked for and what came; how many Spaces can be compared,
            and why the others cannot; how old the counts are; what is estimated and how sure it is, at the defaults of
            `compare`; the versions of the software. All numbers are those of `outcomes`, `spaces` and `problems`.

        Examples
        --------
        >>> import spacekit as sk
        >>> report = sk.sample_batch().report()
        >>> print(report[:report.index(" The table")])
        87 inputs were read from samples.jsonl. Of the inputs, 87 yielded a Space.
        """
        asked = self.run.sentences(len(self.outcome_rows))
        return Prose(paragraph(asked, self.counts, self.spaces, self.problems))

    @even_half_made
    def __repr__(self) -> str:
        return self._summary.line()

    def _card(self) -> Card:
        first = tables.decode(self.texts[:_FIRST], self.fetched_at[:_FIRST], 0).part
        shown = tables.rounded(tables.assemble([first]).spaces).columns()[:_COLUMNS] if self.texts else []
        return self._summary.card(shown, _FIRST)

    @property
    def _summary(self) -> Summary:
        return Summary(
            self.run, len(self.texts), self.counts, self.fetched_at, self.outcome_rows, self.made_up
        )


def warn_if_incomplete(batch: Batch) -> None:
    """Warn once if another run could get more."""
    kinds = [(OUTCOMES[outcome], n) for outcome, n in batch.counts.items() if not OUTCOMES[outcome].final]
    if not kinds:
        return
    counts = listed({kind.name: n for kind, n in kinds})
    why = f" Stopped early: {batch.run.stopped}." if batch.run.stopped else ""
    advice = " ".join(kind.advice for kind, _ in kinds)
    words = f"{batch.run.source}: {counts}, of {plural(len(batch.outcome_rows), 'input')}.{why} {advice}"
    warn(words, IncompleteWarning)
