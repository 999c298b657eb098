"""`Archive`: an append-only file of answers, each with its time of fetching. Asks no server, and has no clock."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pandas as pd

from spacekit.batch import Batch, Outcome, Run
from spacekit.errors import ArchiveError, InvalidIdError
from spacekit.fields import DTYPES
from spacekit.ids import Entry, Found, find_ids
from spacekit.jsonl import iso, write_lines
from spacekit.observation import Observation, read_observations, record_of, to_line
from spacekit.store import Store
from spacekit.tables import normalize, one_instant

__all__ = ["Archive", "Observation"]

_SCHEMA: Final = (
    # `number` is the order of arrival; `checksum` tells a body that the disk has changed.
    """CREATE TABLE observation (
        number INTEGER PRIMARY KEY, space_id TEXT NOT NULL, fetched_at INTEGER NOT NULL,
        status INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX observation_of_space ON observation (space_id, fetched_at)",
    "CREATE TABLE claim (space_id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID",
)
_INSERT: Final = (
    "INSERT INTO observation (space_id, fetched_at, status, checksum, body) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_ONCE: Final = """
    INSERT INTO observation (space_id, fetched_at, status, checksum, body) SELECT ?1, ?2, ?3, ?4, ?5
    WHERE NOT EXISTS (
        SELECT 1 FROM observation WHERE (space_id, fetched_at, status, body) = (?1, ?2, ?3, ?5))"""
_CHUNK: Final = 5_000  # observations read at a time: ~10 MB, and other processes may write in between

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
        self._store = Store(path, _SCHEMA, timeout_s)

    @property
    def path(self) -> Path:
        """The file, as given."""
        return self._store.path

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return int(self._select("SELECT count(DISTINCT space_id) FROM observation")[0][0])

    def __repr__(self) -> str:
        try:
            number, newest = self._select("SELECT count(*), max(fetched_at) FROM observation")[0]
            counts = f"{len(self):,} Spaces, {number:,} observations"
        except ArchiveError as error:
            return f"<Archive {error}>"
        age = "" if newest is None else f", newest {iso(newest)[:16].replace('T', ' ')} UTC"
        return f"Archive({str(self.path)!r}: {counts}{age})"

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
        rows = [_row(observation) for observation in observations]
        if not rows:
            return
        with self._store.writing() as connection:
            connection.executemany(_INSERT, rows)
            connection.executemany("DELETE FROM claim WHERE space_id = ?", {(row[0],) for row in rows})

    def fresh(self, ids: Sequence[str], not_before: int) -> dict[str, Observation]:
        """
        Newest answer of each Space that was fetched at `not_before` (epoch milliseconds) or later.

        Returns
        -------
        fresh
            By id, in the order asked; ids without such an answer are not in it. A 404 is an answer.
        """
        numbers = self._newest(ids, not_before)
        found = {observation.space_id: observation for observation in self._read(numbers.values())}
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
        sql = (
            "INSERT INTO claim VALUES (?, ?) "
            "ON CONFLICT (space_id) DO UPDATE SET until = excluded.until WHERE claim.until <= ?"
        )
        with self._store.writing() as connection:
            return [i for i in dict.fromkeys(ids) if connection.execute(sql, (i, until, now)).rowcount]

    def release(self, ids: Iterable[str], until: int) -> None:
        """Give up the claims that were made to end at `until`, so that another run may ask."""
        with self._store.writing() as connection:
            rows = [(space_id, until) for space_id in ids]
            connection.executemany("DELETE FROM claim WHERE space_id = ? AND until = ?", rows)

    # Reading

    def ids(self) -> list[str]:
        """Every Space with an answer, also those not found, in the order in which they first came in."""
        return [
            row[0] for row in self._select("SELECT space_id FROM observation GROUP BY 1 ORDER BY min(number)")
        ]

    def first_fetched_at(self, ids: Sequence[str]) -> dict[str, int]:
        """When the first answer of each Space was fetched, in epoch milliseconds; those without are left out."""
        sql = """SELECT space_id, min(fetched_at) FROM observation
            WHERE space_id IN (SELECT value FROM json_each(?)) GROUP BY space_id"""
        return dict(self._select(sql, json.dumps(list(ids))))

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
        numbers = self._newest([entry.space_id for entry in entries if entry.space_id is not None], None)
        texts: list[bytes] = []
        times: list[int | None] = []
        known: dict[str, Outcome] = {}
        for observation in self._read(dict.fromkeys(numbers.values())):
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
        parts = [self._table(part) for part in _chunks(self._numbers(self._ids_of(ids)))]
        return parts[0] if len(parts) == 1 else pd.concat(parts or [self._table([])], ignore_index=True)

    def check(self) -> None:
        """
        Read the whole file, and compare every answer with its checksum.

        Raises
        ------
        ArchiveError
            The file is damaged; the message says where.
        """
        wrong = self._store.damage()
        if wrong is not None:
            raise ArchiveError(
                f"{self.path}: the file is damaged ({wrong}). Restore a copy; keep the damaged file, "
                "some of it can be saved."
            )
        for _ in self._read(self._numbers(self.ids())):
            pass

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
        rows = [(space_id,) for space_id in self._ids_of(ids)]
        with self._store.writing() as connection:
            removed = connection.executemany("DELETE FROM observation WHERE space_id = ?", rows).rowcount
            connection.executemany("DELETE FROM claim WHERE space_id = ?", rows)
        self._store.compact()
        return max(removed, 0)

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
        answers = self._read(self._numbers(self.ids()))
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
        with self._store.writing() as connection:
            return max(0, connection.executemany(_INSERT_ONCE, map(_row, answers)).rowcount)

    # Inside

    def _select(self, sql: str, *parameters: object) -> list[Any]:
        with self._store.reading() as select:
            return select(sql, parameters).fetchall()

    def _newest(self, ids: Iterable[str], not_before: int | None) -> dict[str, int]:
        """Number of the newest answer of each Space that has one, in the order asked."""
        sql = """SELECT asked.value, (
                SELECT number FROM observation WHERE space_id = asked.value AND fetched_at >= ?
                ORDER BY fetched_at DESC, number DESC LIMIT 1)
            FROM json_each(?) asked ORDER BY asked.key"""
        earliest = -(2**63) if not_before is None else not_before
        return {
            i: number
            for i, number in self._select(sql, earliest, json.dumps(list(ids)))
            if number is not None
        }

    def _numbers(self, ids: Sequence[str]) -> list[int]:
        """Numbers of all answers of these Spaces: by Space in the order asked, then by time."""
        sql = """SELECT observation.number FROM json_each(?) asked
            CROSS JOIN observation ON observation.space_id = asked.value
            ORDER BY asked.key, observation.fetched_at, observation.number"""
        return [row[0] for row in self._select(sql, json.dumps(list(ids)))]

    def _read(self, numbers: Iterable[int]) -> Iterator[Observation]:
        """Read answers in the order of their numbers as given; those forgotten meanwhile are left out."""
        sql = """SELECT space_id, fetched_at, status, checksum, body FROM json_each(?) asked
            CROSS JOIN observation ON observation.number = asked.value ORDER BY asked.key"""
        for part in _chunks(list(numbers)):
            for space_id, fetched_at, status, checksum, body in self._select(sql, json.dumps(part)):
                observation = Observation(space_id, fetched_at, status, body)
                if checksum != _checksum(observation):
                    raise ArchiveError(
                        f"{self.path}: the file is damaged: the answer of Space {space_id!r} of "
                        f"{iso(fetched_at)} is not as it was written. Restore a copy; or forget this Space, "
                        "and fetch it again."
                    )
                yield observation

    def _table(self, numbers: Sequence[int]) -> pd.DataFrame:
        pairs = [(o, record) for o in self._read(numbers) if (record := record_of(o)) is not None]
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
        known = self._newest([entry.text for entry in entries if entry.space_id is None], None)
        return [Entry(e.text, e.text, None) if e.space_id is None and e.text in known else e for e in entries]

    def _ids_of(self, ids: Any) -> list[str]:
        found = Found(tuple(self._entries(ids)))
        if found.rejected:
            text, reason = found.rejected[0]
            raise InvalidIdError(
                f"{self.path}: {text!r} is no Space's id or link: {reason}. Correct it or leave it out."
            )
        return found.ids


def _row(observation: Observation) -> tuple[str, int, int, int, bytes]:
    o = observation
    return o.space_id, o.fetched_at, o.status, _checksum(o), o.body


def _checksum(observation: Observation) -> int:
    o = observation
    return zlib.crc32(o.body, zlib.crc32(f"{o.space_id} {o.fetched_at} {o.status}".encode()))


def _chunks(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    return (numbers[start : start + _CHUNK] for start in range(0, len(numbers), _CHUNK))


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
        message = f"{entry.text!r}: {entry.reason}. Correct it or leave it out."
        return Outcome(entry.text, None, "invalid", message=message)
    if space_id not in known:
        message = f"Space {space_id!r}: not in {path}. Fetch it with archive= first."
        known[space_id] = Outcome(entry.text, space_id, "not_tried", message=message)
    if entry.duplicate:
        return replace(known[space_id], input=entry.text, outcome="duplicate", message=None)
    return replace(known[space_id], input=entry.text)
