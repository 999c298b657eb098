"""`Archive`: an append-only file of answers, each with its time of fetching. Asks no server, and has no clock."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Self

import pandas as pd

from spacekit.archive.answers import Answers, Facts, Observation
from spacekit.archive.card import card_of, card_of_none
from spacekit.archive.observations import (
    Stored,
    decoded_in,
    gathered_in,
    kept_in,
    lines_of,
    observation_of,
    outcome_of,
    table_of,
)
from spacekit.batch import Batch, Run
from spacekit.batch.lines import write_lines
from spacekit.batch.reading import gathered_from
from spacekit.batch.texts import PathLike, files_in
from spacekit.errors import ArchiveError, IncompleteWarning, InvalidIdError, warn
from spacekit.fields import MADE_UP_PREFIX
from spacekit.ids import Entry, Found, find_ids
from spacekit.tables import one_instant
from spacekit.tables.values import LATEST
from spacekit.words import Card, Carded, even_half_made, keyless, minute, plural


class Archive(Carded):
    """
    A file that keeps every answer as it came: nothing is paid for twice, and counts can be seen growing.

    One SQLite file; answers are only ever added. Several processes and threads may use it at the same time.
    Once `add` has returned, its answers are on the disk, even after a power cut. `len` counts Spaces, not answers.
    `pages` has the pages of searches, apart from these.

    Parameters
    ----------
    path
        The file, in a folder that exists. If there is none, the first write makes it; reading raises `ArchiveError`.
    timeout_s
        Seconds to wait while another process has the file locked.
    mode
        "a" to read and add; "r" to read only, also where nothing may be written.

    Raises
    ------
    ArchiveError
        The file is something else, of a newer schema, damaged, locked or cannot be opened. It is not touched. Or
        there is none, and `mode` is "r".

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("spaces.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     newest = archive.latest()
    ...     table = archive.observations()
    ...     exported = archive.to_jsonl("spaces.jsonl")
    ...     removed = archive.forget(archive.ids()[0])
    ...     archive.check()
    >>> added == len(table) and len(newest) == table["space_id"].nunique()
    True
    """

    @keyless
    def __init__(
        self, path: str | os.PathLike[str], *, timeout_s: float = 60.0, mode: Literal["a", "r"] = "a"
    ) -> None:
        if mode not in ("a", "r"):
            raise ValueError(f"Archive: mode is {mode!r}. Use 'a' to read and add, or 'r' to read only.")
        self._answers = Answers(path, timeout_s, mode)
        self.pages, self.claims = self._answers.pages, self._answers.claims

    @property
    def path(self) -> Path:
        """The file, as given."""
        return self._answers.path

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        self._answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        sure, short = self._answers.with_a_long_answer()
        # A short answer may say that there is no such Space: `{}`, for one.
        seen = self._answers.read(self._answers.numbers(short))
        return sure + len({o.space_id for part in decoded_in(seen) for o, _ in part.rows()})

    def __bool__(self) -> bool:
        return True

    @even_half_made
    def __repr__(self) -> str:
        if not self._answers.exists:
            return f"Archive({str(self.path)!r}: not made yet)"
        try:
            facts, spaces = self._answers.facts(), len(self)
        except ArchiveError as error:
            return f"<Archive {error}>"
        age = "" if facts.last is None else f", newest {minute(facts.last)} UTC"
        counts = f"{plural(spaces, 'Space')}, {plural(facts.observations, 'observation')}"
        return f"Archive({str(self.path)!r}: {counts}{age})"

    def _card(self) -> Card:
        if not self._answers.exists:
            return card_of_none(self.path)
        try:
            return card_of(self.path, self._answers.facts(), len(self), made_up=self.made_up)
        except ArchiveError as error:
            return Card("An archive that cannot be read", notes=[str(error)])

    def facts(self) -> Facts:
        """Return the numbers of ids and observations, and when the first and the last were fetched. Quick."""
        return self._answers.facts()

    @property
    def made_up(self) -> bool:
        """Whether any of the Spaces is one of the made-up ones that spacekit ships."""
        return self._answers.any_id_begins(MADE_UP_PREFIX)

    # Writing and what a fetch needs

    def make(self) -> None:
        """Make the file if there is none: what cannot be written should be known before anything is paid for."""
        self._answers.make()

    def add(self, observations: Iterable[Observation], *, just_fetched: bool = False) -> None:
        """
        Add answers in one transaction; they are on the disk when this returns, or none is.

        Claims of their Spaces are released. Answers that were `just_fetched` are newer than all that is there about
        their Spaces, whatever the times say.

        Raises
        ------
        ArchiveError
            They could not be written: disk full, read-only, locked. What was there before is unharmed.
        """
        self._answers.add(observations, just_fetched=just_fetched)

    def fresh(self, ids: Sequence[str], not_before: int, not_after: int = LATEST) -> dict[str, Observation]:
        """
        Newest answer of each Space that was fetched at `not_before` (epoch milliseconds) or later.

        One that says a time after `not_after` was dated by a wrong clock: nobody knows how old it is.

        Returns
        -------
        fresh
            By id, in the order asked; ids without such an answer are not in it, so none is where there is no file.
            A 404 is an answer.
        """
        if not self._answers.exists:
            return {}
        numbers = self._answers.newest(ids, not_before, not_after)
        found = {observation.space_id: observation for observation in self._answers.read(numbers.values())}
        return {space_id: found[space_id] for space_id in numbers if space_id in found}

    def kept(self, ids: Sequence[str], not_before: int, not_after: int = LATEST) -> Stored:
        """Return the answers of `fresh` that a fetch takes: a Space, or that there is none."""
        return kept_in(self.fresh(ids, not_before, not_after), self.path.name)

    def last_said(self) -> int | None:
        """Return the latest time that the answers which came last say, in epoch milliseconds; None without any."""
        return self._answers.last_said() if self._answers.exists else None

    def mark(self) -> int:
        """Return a mark of the newest answer, for `since`; 0 where there is none."""
        return self._answers.since(2**62)[1] if self._answers.exists else 0

    def since(self, mark: int) -> tuple[list[str], int]:
        """Return the Spaces whose answers arrived after a mark, whatever their times, and the mark of the newest."""
        return self._answers.since(mark)

    # Reading

    def ids(self) -> list[str]:
        """Every Space with an answer, also those not found, in the order in which they first came in."""
        return self._answers.ids()

    def first_fetched_at(self, ids: Sequence[str]) -> dict[str, int]:
        """When the first answer of each Space was fetched, in epoch milliseconds; those without are left out."""
        return self._answers.first_fetched_at(ids)

    @keyless
    def latest(self, ids: Any = None) -> Batch:
        """
        Newest answer of each Space, as a `Batch`.

        What was fetched into the archive last is the newest, also where a wrong clock dated what was there before it
        later. Answers of `add_files` have their place by their times.

        Parameters
        ----------
        ids
            Whatever `find_ids` takes; None for all, in the order in which they first came in.

        Returns
        -------
        batch
            One outcome for each input: `archived`; `not_found` where the newest answer is that there is no
            such Space (any more); `not_tried` where the archive has no answer; `duplicate`; `invalid`.
        """
        if ids is None:
            return self._newest(None)
        entries = self._entries(ids)
        batch = self._newest(entry.space_id for entry in entries if entry.space_id is not None)
        known = {outcome.input: outcome for outcome in batch.outcome_rows}
        return batch.with_outcomes(outcome_of(entry, known, self.path) for entry in entries)

    @property
    def spaces(self) -> pd.DataFrame:
        """One row a Space, from its newest answer: the `spaces` of `latest`, read anew each time."""
        return self.latest().spaces

    @keyless
    def observations(self, ids: Any = None) -> pd.DataFrame:
        """
        Every observation of Spaces, to see counts growing.

        Parameters
        ----------
        ids
            Whatever `find_ids` takes; None for all.

        Returns
        -------
        frame
            One row an observation: all columns of `spaces`, as they were at `fetched_at`, and `age`, the time
            since the Space ended (timedelta64[ms], `NaT` where no end is known; negative if the end was still
            ahead). By Space in the order asked, or in which they first came in; then oldest first. `fetched_at` is
            `NaT` where the archive has no time that can be read. Answers without a Space are left out.

        Raises
        ------
        InvalidIdError
            Something in `ids` is no id or link of a Space.
        """
        seen = self._answers.read(self._answers.numbers(None if ids is None else self._ids_of(ids)))
        tables = [table_of(part) for part in decoded_in(seen)]
        return tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)

    def check(self) -> None:
        """
        Read the whole file, and compare every answer with its checksum.

        Raises
        ------
        ArchiveError
            The file is damaged; the message says where.
        """
        self._answers.check()

    # Taking out and putting in

    @keyless
    def forget(self, ids: Any) -> int:
        """
        Remove every answer of these Spaces, and leave no trace of them in the file.

        For Spaces that their host or X has deleted. The file is rewritten, which takes as much free space on the
        disk as it has itself. Copies and exports made earlier are not touched. Pages of searches that name one of the
        Spaces go too; `pages.forget()` removes all of those, with the people in them.

        Parameters
        ----------
        ids
            Whatever `find_ids` takes.

        Returns
        -------
        removed
            Number of observations removed; 0 where the archive has none of them.

        Raises
        ------
        InvalidIdError
            Something in `ids` is no id or link of a Space. Nothing is removed.
        """
        return self._answers.forget(self._ids_of(ids))

    @keyless
    def to_jsonl(self, path: str | os.PathLike[str]) -> Path:
        """
        Write every observation as a line; `add_files` reads them back without loss.

        A Space is `{"fetched_at": "...", "space": {...}}`; another answer is
        `{"fetched_at", "space_id", "status", "body"}`, as is a Space that the short form would change by a byte.

        Parameters
        ----------
        path
            File to write, replaced only once it is whole; `.gz` is compressed.

        Returns
        -------
        path
            Of the file.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        seen = self._answers.read(self._answers.numbers(None))
        lines = (line for part in decoded_in(seen) for line in lines_of(part))
        return write_lines(path, lines)

    @keyless
    def add_files(self, paths: PathLike | Iterable[PathLike], fetched_at: Any = None) -> int:
        """
        Add observations from files: those of `to_jsonl` and `Batch.to_jsonl`, and old crawls in any shape.

        All are added, or none. Answers of other APIs are kept as they came; one with several Spaces is split. What is
        already there, to the byte, is not added again.

        Parameters
        ----------
        paths
            Whatever `read` takes.
        fetched_at
            When Spaces were fetched that have no time of their own: a datetime with its zone, ISO 8601 or epoch
            milliseconds.

        Returns
        -------
        added
            Number of observations added.

        Raises
        ------
        DataError
            Something in the files is no answer, or says no time; the message names it.
        OSError
            A file cannot be read.

        Warns
        -----
        IncompleteWarning
            Some answers say that there is no such Space, and not which; these are not added.
        """
        time = one_instant(fetched_at)
        entries = [entry for part in gathered_from(files_in(paths)) for entry in part.entries()]
        observations = [observation_of(outcome, answer, text, time) for outcome, answer, text in entries]
        known = [observation for observation in observations if observation is not None]
        if left := len(observations) - len(known):
            words = f"{plural(left, 'answer')} without a Space and without its id: not added"
            warn(f"{self.path}: {words}.", IncompleteWarning)
        return self._answers.add_once(known) if known else 0

    # Inside

    def _newest(self, ids: Iterable[str] | None) -> Batch:
        seen = self._answers.read(self._answers.newest(ids).values())
        return Batch.joined(gathered_in(seen, self.path.name), looked_up(self.path.name, self.path.name))

    def _entries(self, ids: Any) -> Sequence[Entry]:
        """Entries of what was asked for; an id that is in the archive is one, however short."""
        entries = find_ids(ids).entries
        known = self._answers.newest(entry.text for entry in entries if entry.space_id is None)
        return [Entry(e.text, e.text, None) if e.space_id is None and e.text in known else e for e in entries]

    def _ids_of(self, ids: Any) -> list[str]:
        found = Found(tuple(self._entries(ids)))
        if found.rejected:
            text, reason = found.rejected[0]
            words = f"{text!r} is no Space's id or link: {reason}. Correct it or leave it out."
            raise InvalidIdError(f"{self.path}: {words}")
        return found.ids


def looked_up(source: str, archive: str) -> Run:
    """Return the facts of a run that sent nothing: all came from an archive of this name."""
    return Run(source, verb="looked up in", place=f"the archive {archive}")


@contextmanager
def opened(archive: Archive | str | os.PathLike[str]) -> Iterator[Archive]:
    """Yield an open archive; close it only if it was opened here."""
    if isinstance(archive, Archive):
        yield archive
    else:
        with Archive(archive) as store:
            yield store
