"""`Batch`: raw records with their outcomes; tables are made on demand. No network, and files only when told to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from spacekit import tables
from spacekit.batch import report
from spacekit.batch.lines import read_lines, write_jsonl
from spacekit.batch.outcomes import OUTCOMES, Outcome
from spacekit.fields import MADE_UP_PREFIX

if TYPE_CHECKING:
    import os

    import pandas as pd


@dataclass(frozen=True, slots=True)
class Run:
    """Facts of the run that made a batch, for its report and card."""

    source: str
    """Where from: the host of the service, or the name of a file."""
    requests: int = 0
    seconds: float | None = None
    stopped: str | None = None
    """Why it ended early; None if it did not."""


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
        """Give a record, parsed anew, or a slice that is as lazy."""
        if isinstance(place, slice):
            return Records(self._texts[place])
        record: dict[str, Any] = json.loads(self._texts[place])
        return record

    def __repr__(self) -> str:
        return f"Records({len(self)} Spaces, parsed when asked for)"


class Batch:
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

    Attributes
    ----------
    texts, fetched_at, run
        As given.
    outcome_rows
        The outcomes as objects: the rows of the table `outcomes`.

    Notes
    -----
    The text is kept and parsed when asked for: parsed records take several times its memory. The tables are made
    once, when first asked for.
    """

    def __init__(
        self,
        texts: Sequence[bytes],
        fetched_at: Sequence[int | None],
        outcomes: Sequence[Outcome],
        run: Run | None = None,
    ) -> None:
        self.texts = texts
        self.fetched_at = fetched_at
        self.outcome_rows = outcomes
        self.run = run or Run("records given")

    @classmethod
    def of(cls, records: Iterable[dict[str, Any]], fetched_at: Any = None) -> Batch:
        """
        Make a batch of records that are there already.

        Parameters
        ----------
        records
            Parsed records, as the API sends them.
        fetched_at
            As for `normalize`: one instant for all, or one for each.

        Raises
        ------
        TypeError
            A record holds what JSON cannot.
        ValueError
            `fetched_at` cannot be read, or has another length than `records`.
        """
        texts = [as_text(record) for record in records]
        times = tables.times_for(fetched_at, len(texts))
        ids = [tables.id_of(json.loads(text)) for text in texts]
        outcomes = [
            Outcome(space_id or f"record {i}", space_id, "ok", fetched_at=times[i], record=i)
            for i, space_id in enumerate(ids)
        ]
        return cls(texts, times, outcomes)

    @property
    def records(self) -> Records:
        """The Spaces as dicts, unchanged, in the order asked: a Sequence that parses each when asked for."""
        return Records(self.texts)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """One row for each input, in the order given; columns as in `describe_columns()`."""
        return tables.from_rows("outcomes", self.outcome_rows)

    @cached_property
    def _tables(self) -> tables.Tables:
        return tables.normalize(self.records, fetched_at=self.fetched_at)

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

    @cached_property
    def audience(self) -> pd.DataFrame:
        """Two rows a Space, live and replay; see `audience_long`."""
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
            Of the file. `read_jsonl` reads it back; outcomes of inputs that gave no Space are not in it.
        """
        return write_jsonl(path, zip(self.texts, self.fetched_at, strict=True))

    def report(self) -> str:
        """
        Give a paragraph for a methods section: asked, got, left out and why, when, with which versions.

        Returns
        -------
        text
            Plain English, one paragraph.
        """
        return report.paragraph(self)

    def __repr__(self) -> str:
        return report.summary(self)

    def _repr_html_(self) -> str:
        return report.card(self)


def as_text(record: Any) -> bytes:
    """Give the compact JSON text of a record; lone surrogates are kept."""
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def read_jsonl(path: str | os.PathLike[str]) -> Batch:
    """
    Read Spaces from a file with one JSON object a line.

    Parameters
    ----------
    path
        Lines are bare Spaces or `{"fetched_at": ..., "space": {...}}`, as `Batch.to_jsonl` writes them; compressed
        if the name ends in `.gz`. `fetched_at` is ISO 8601 or epoch milliseconds.

    Returns
    -------
    batch
        One outcome a line, blank ones apart: `ok`, or `failed` with the line's number and what is wrong with it.

    Raises
    ------
    DataError
        The file is one JSON document and not lines.
    OSError
        The file cannot be read.

    Warns
    -----
    IncompleteWarning
        Some lines hold no Space; `outcomes` tells which.
    """
    name = Path(path).name
    texts: list[bytes] = []
    times: list[int | None] = []
    outcomes: list[Outcome] = []
    for line in read_lines(path):
        message = f"{name}, line {line.number}: {line.message}." if line.message else None
        if line.space is None:
            outcomes.append(Outcome(f"{name}:{line.number}", None, "failed", message=message))
            continue
        space_id = tables.id_of(line.space)
        outcomes.append(
            Outcome(
                space_id or f"{name}:{line.number}",
                space_id,
                "ok",
                None,
                message,
                0,
                line.fetched_at,
                False,
                len(texts),
            )
        )
        texts.append(as_text(line.space))
        times.append(line.fetched_at)
    batch = Batch(texts, times, outcomes, Run(name))
    report.warn_if_incomplete(batch)
    return batch
