"""`Archive`: an append-only file of answers, each with its time of fetching. Asks no server, and has no clock."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd

from spacekit.archive.answers import Answers, chunks
from spacekit.archive.observation import Observation, read_observations, record_of, to_line
from spacekit.batch import Batch, Outcome, Run
from spacekit.batch.lines import write_lines
from spacekit.errors import ArchiveError, InvalidIdError
from spacekit.fields import DTYPES
from spacekit.ids import Entry, Found, find_ids
from spacekit.tables import normalize, one_instant
from spacekit.words import iso, minute

__all__ = ["Archive", "Observation", "existing", "invalid", "opened"]

_COLUMNS: Final = (
    *("space_id", "fetched_at", "state", "total_live_listeners", "total_replay_watched"),
    "creator_followers_count",
)


class Archive:
    """
    A file that keeps every answer as it came: nothing is paid for twice, and counts can be seen growing.

    One SQLite file; answers are only ever added. Several processes and threads may use it at the same time.
    What `add` has returned from is on the disk, also after a power cut. `len` counts Spaces, not answers.

    Parameters
    ----------
    path
        The file; made if there is none, in a folder that exists.
    timeout_s
        Seconds to wait while another process has the file locked.

    Raises
    ------
    ArchiveError
        The file is something else, of a newer schema, damaged, locked or cannot be opened. It is not touched.

    Examples
    --------
    >>> with sk.Archive("spaces.db") as archive:  # doctest: +SKIP
    ...     batch = sk.fetch(ids, archive=archive)
    ...     table = archive.observations()
    """

    def __init__(self, path: str | os.PathLike[str], *, timeout_s: float = 60.0) -> None:
        self._answers = Answers(path, timeout_s)

    @property
    def path(self) -> Path:
        """The file, as given."""
        return self._answers.path

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        self._answers.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._answers.counts()[0]

    def __repr__(self) -> str:
        try:
            spaces, number, newest = self._answers.counts()
        except ArchiveError as error:
            return f"<Archive {error}>"
        age = "" if newest is None else f", newest {minute(newest)} UTC"
        return f"Archive({str(self.path)!r}: {spaces:,} Spaces, {number:,} observations{age})"

    # Writing and what a fetch needs

    def add(self, observations: Iterable[Observation]) -> None:
        """
        Add answers in one transaction; they are on the disk when this returns, or none is.

        Claims of their Spaces are released.

        Raises
        ------
        ArchiveError
            They could not be written: disk full, read-only, locked. What was there before is unharmed.
        """
        self._answers.add(observations)

    def fresh(self, ids: Sequence[str], not_before: int) -> dict[str, Observation]:
        """
        Newest answer of each Space that was fetched at `not_before` (epoch milliseconds) or later.

        Returns
        -------
        fresh
            By id, in the order asked; ids without such an answer are not in it. A 404 is an answer.
        """
        numbers = self._answers.newest(ids, not_before)
        found = {observation.space_id: observation for observation in self._answers.read(numbers.values())}
        return {space_id: found[space_id] for space_id in numbers if space_id in found}

    def claim(self, ids: Iterable[str], until: int, now: int) -> list[str]:
        """
        Claim Spaces for asking, so that two runs at once do not ask twice.

        A claim ends when an answer is added, by `release`, or at `until`: a process that was killed holds up
        nothing for longer. Two processes never claim the same Space at once.

        Parameters
        ----------
        ids
            Spaces to claim.
        until, now
            Epoch milliseconds, by one clock.

        Returns
        -------
        claimed
            The ids that were free, in the order given. The others are claimed by another run.
        """
        return self._answers.claim(ids, until, now)

    def release(self, ids: Iterable[str], until: int) -> None:
        """Give up the claims that were made to end at `until`, so that another run may ask."""
        self._answers.release(ids, until)

    # Reading

    def ids(self) -> list[str]:
        """Every Space with an answer, also those not found, in the order in which they first came in."""
        return self._answers.ids()

    def first_fetched_at(self, ids: Sequence[str]) -> dict[str, int]:
        """When the first answer of each Space was fetched, in epoch milliseconds; those without are left out."""
        return self._answers.first_fetched_at(ids)

    def latest(self, ids: Any = None) -> Batch:
        """
        Newest answer of each Space, as a `Batch`.

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
        entries = self._entries(ids)
        numbers = self._answers.newest(entry.space_id for entry in entries if entry.space_id is not None)
        texts: list[bytes] = []
        times: list[int | None] = []
        known: dict[str, Outcome] = {}
        for observation in self._answers.read(dict.fromkeys(numbers.values())):
            outcome = known[observation.space_id] = _outcome(observation, self.path)
            if outcome.outcome == "archived":
                outcome.record = len(texts)
                texts.append(observation.body)
                times.append(observation.fetched_at)
        outcomes = [_outcome_of(entry, known, self.path) for entry in entries]
        return Batch(texts, times, outcomes, Run(self.path.name))

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
            One row an observation: `space_id`, `fetched_at`, `state`, `total_live_listeners`,
            `total_replay_watched`, `creator_followers_count`, and `age`, the time since the Space ended
            (timedelta64[ms], `NaT` where no end is known; negative if the end was still ahead). By Space in
            the order asked, or in which they first came in; then by time. Answers without a Space are left out.

        Raises
        ------
        InvalidIdError
            Something in `ids` is no id or link of a Space.
        """
        parts = [self._table(part) for part in chunks(self._answers.numbers(self._ids_of(ids)))]
        return parts[0] if len(parts) == 1 else pd.concat(parts or [self._table([])], ignore_index=True)

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

    def forget(self, ids: Any) -> int:
        """
        Remove every answer of these Spaces, and leave no trace of them in the file.

        For what its host or X has deleted. The file is written anew, which takes as much free room on the
        disk as it has itself. Copies and exports made earlier are not touched.

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

    def to_jsonl(self, path: str | os.PathLike[str]) -> None:
        """
        Write every observation as a line; `add_jsonl` reads them back without loss.

        A Space is `{"fetched_at": "...", "space": {...}}`; another answer is
        `{"fetched_at", "space_id", "status", "body"}`.

        Parameters
        ----------
        path
            File to write, replaced only once it is whole; `.gz` is compressed.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        answers = self._answers.read(self._answers.numbers(self.ids()))
        write_lines(os.fsdecode(path), (to_line(answer).encode() for answer in answers))

    def add_jsonl(self, path: str | os.PathLike[str], *, fetched_at: Any = None) -> int:
        """
        Add observations from lines: those of `to_jsonl`, of `Batch.to_jsonl`, or bare Spaces.

        All are added, or none. What is already there, to the byte, is not added again.

        Parameters
        ----------
        path
            File of JSON lines in UTF-8; `.gz` is unpacked.
        fetched_at
            When bare Spaces were fetched: a datetime, ISO 8601 or epoch milliseconds.

        Returns
        -------
        added
            Number of observations added.

        Raises
        ------
        DataError
            A line is no answer, or says no time; the message names it.
        OSError
            The file cannot be read.
        """
        answers = read_observations(Path(os.fsdecode(path)), one_instant(fetched_at))
        return self._answers.add_once(answers)

    # Inside

    def _table(self, numbers: Sequence[int]) -> pd.DataFrame:
        pairs = [(o, record) for o in self._answers.read(numbers) if (record := record_of(o)) is not None]
        spaces = normalize([record for _, record in pairs], [o.fetched_at for o, _ in pairs]).spaces
        spaces["space_id"] = pd.array(
            [o.space_id for o, _ in pairs], dtype=DTYPES["id"]
        )  # the record may lack it
        table = spaces[list(_COLUMNS)].copy()
        table["age"] = (spaces["fetched_at"] - spaces["ended_at"]).astype(DTYPES["span"])
        return table

    def _entries(self, ids: Any) -> Sequence[Entry]:
        """Entries of what was asked for; an id that is in the archive is one, however short."""
        if ids is None:
            return [Entry(space_id, space_id, None) for space_id in self.ids()]
        entries = find_ids(ids).entries
        known = self._answers.newest(entry.text for entry in entries if entry.space_id is None)
        return [Entry(e.text, e.text, None) if e.space_id is None and e.text in known else e for e in entries]

    def _ids_of(self, ids: Any) -> list[str]:
        found = Found(tuple(self._entries(ids)))
        if found.rejected:
            text, reason = found.rejected[0]
            raise InvalidIdError(
                f"{self.path}: {text!r} is no Space's id or link: {reason}. Correct it or leave it out."
            )
        return found.ids


def existing(path: str | os.PathLike[str]) -> Path:
    """
    Give the path of an archive that is there: opening another would make it.

    Raises
    ------
    ArchiveError
        There is none.
    """
    if not Path(path).exists():
        raise ArchiveError(
            f"{os.fspath(path)}: there is no such archive. Check the path, or fetch into it first."
        )
    return Path(path)


@contextmanager
def opened(archive: Archive | str | os.PathLike[str]) -> Iterator[Archive]:
    """Give an open archive; close it only where it was opened here."""
    if isinstance(archive, Archive):
        yield archive
    else:
        with Archive(archive) as store:
            yield store


def invalid(entry: Entry) -> Outcome:
    """Outcome of an input that is no Space's id or link."""
    message = f"{entry.text!r}: {entry.reason}. Correct it or leave it out."
    return Outcome(entry.text, None, "invalid", message=message)


def _outcome(observation: Observation, path: Path) -> Outcome:
    """Outcome of a Space by its newest answer."""
    o = observation
    outcome = Outcome(
        o.space_id, o.space_id, "archived", o.status, fetched_at=o.fetched_at, from_archive=True
    )
    if record_of(o) is None:
        outcome.outcome = "not_found" if o.status in (200, 404) else "not_tried"
        outcome.message = (
            f"Space {o.space_id!r} in {path}: the answer of {iso(o.fetched_at)} (status {o.status}) holds no "
            "Space. Earlier answers, if any, are in .observations(); .forget() removes them."
        )
    return outcome


def _outcome_of(entry: Entry, known: dict[str, Outcome], path: Path) -> Outcome:
    """Outcome of one input; a duplicate has status, time and record of the first one."""
    space_id = entry.space_id
    if space_id is None:
        return invalid(entry)
    if space_id not in known:
        message = f"Space {space_id!r}: not in {path}. Fetch it with archive= first."
        known[space_id] = Outcome(entry.text, space_id, "not_tried", message=message)
    if entry.duplicate:
        return replace(known[space_id], input=entry.text, outcome="duplicate", message=None)
    return replace(known[space_id], input=entry.text)
