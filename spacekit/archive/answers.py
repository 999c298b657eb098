"""The answers in one archive file: the SQL that adds, finds, claims and removes them. No Batches, no tables."""

from __future__ import annotations

import json
import os
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from spacekit.archive.claims import SCHEMA as CLAIMS_SCHEMA
from spacekit.archive.claims import Claims, remove_claims
from spacekit.archive.pages import Pages, remove_pages_with, said_time
from spacekit.archive.sqlite import Store
from spacekit.errors import ArchiveError
from spacekit.tables.values import EARLIEST, LATEST, is_instant

SKEW_MS: Final = 5 * 60_000
"""By how much clocks of computers may differ: what is further ahead is from the future."""
CHUNK: Final = 5_000
"""Observations read at a time: ~10 MB, and other processes may write in between."""

_SCHEMA: Final = (
    # `number` is the order of arrival; `checksum` shows when the disk has changed a body.
    """CREATE TABLE observation (
        number INTEGER PRIMARY KEY, space_id TEXT NOT NULL, fetched_at INTEGER NOT NULL,
        status INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX observation_of_space ON observation (space_id, fetched_at)",
    *CLAIMS_SCHEMA,
)
_OVERTAKEN_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS overtaken (number INTEGER PRIMARY KEY, fetched_at INTEGER NOT NULL)"
)
_OVERTAKE: Final = """
    INSERT INTO overtaken SELECT number, :time FROM observation WHERE space_id = :space_id AND fetched_at > :now
    ON CONFLICT (number) DO UPDATE SET fetched_at = min(fetched_at, excluded.fetched_at)"""
_TIME: Final = f"""CASE WHEN typeof(observation.fetched_at) = 'integer'
    AND observation.fetched_at BETWEEN {EARLIEST} AND {LATEST - 1} THEN observation.fetched_at ELSE 0 END"""
_ORDER: Final = f"""coalesce((SELECT fetched_at FROM overtaken WHERE number = observation.number),
    {_TIME})"""  # noqa: S608  # our own words
"""The time by which an answer was there; see `Answers`."""
_INSERT: Final = (
    "INSERT INTO observation (space_id, fetched_at, status, checksum, body) VALUES (?, ?, ?, ?, ?)"
)
_INSERT_ONCE: Final = """
    INSERT INTO observation (space_id, fetched_at, status, checksum, body)
    SELECT :space_id, :fetched_at, :status, :checksum, :body
    WHERE NOT EXISTS (
        SELECT 1 FROM observation WHERE space_id = :space_id AND fetched_at = :fetched_at
        AND status = :status AND body = :body)"""
_COLUMNS: Final = ("space_id", "fetched_at", "status", "checksum", "body")
_ALL: Final = "WITH asked AS (SELECT space_id, min(number) AS place FROM observation GROUP BY 1) "
_GIVEN: Final = "WITH asked AS (SELECT value AS space_id, key AS place FROM json_each(?)) "
_LAST: Final = 100
_DAMAGED: Final = -1  # no answer has this checksum
_SHORT: Final = 200
"""Bytes of a body from which it is a Space; of a shorter one, that is looked at."""


class Observation(NamedTuple):
    """Answer about one Space: when it was fetched (epoch milliseconds), its status, its body as it came."""

    space_id: str
    fetched_at: int
    status: int
    body: bytes


class Facts(NamedTuple):
    """What is in an archive; instants are epoch milliseconds."""

    ids: int
    observations: int
    first: int | None
    last: int | None


class Answers:
    """
    The file of an `Archive`; each method is one statement or one transaction. An answer has a number of its own.

    Which answer about a Space is the newest does not depend on clocks alone. What a run adds was fetched just then, so
    all that was there before is older, whatever it says. Where that says a later time, the time of the new answer is
    noted for it in the table `overtaken`, and orders it from then on. An answer that was fetched elsewhere or earlier
    proves nothing about others: it has its place by its own time, and overtakes only what says a time that is still
    to come; one from a file (`add_once`) overtakes nothing. A time that cannot be read comes before all others. Of
    equal times the later number is the newer. What an answer says itself is never changed.
    """

    def __init__(self, path: str | os.PathLike[str], timeout_s: float, mode: str) -> None:
        self._store = Store(path, _SCHEMA, timeout_s, mode)
        self.pages = Pages(self._store)
        self.claims = Claims(self._store)

    @property
    def exists(self) -> bool:
        """Whether the file is there."""
        return self._store.exists

    @property
    def path(self) -> Path:
        """The file, as given."""
        return self._store.path

    def close(self) -> None:
        """Close the file."""
        self._store.close()

    # Writing

    def add(self, observations: Iterable[Observation], *, just_fetched: bool = False) -> None:
        """Add answers, and release the claims of their Spaces; see the class for `just_fetched`."""
        rows = [_row(observation) for observation in observations]
        if not rows:
            return
        now = int(time.time() * 1000) + SKEW_MS
        times = ((row[0], row[1] if is_instant(row[1]) else 0) for row in rows)
        new = [{"space_id": i, "time": at, "now": at if just_fetched else now} for i, at in times]
        with self._store.writing() as connection:
            connection.execute(_OVERTAKEN_SCHEMA)
            connection.executemany(_OVERTAKE, new)
            connection.executemany(_INSERT, rows)
            remove_claims(connection, {row[0] for row in rows})

    def add_once(self, observations: Iterable[Observation]) -> int:
        """Add the answers that are not there byte for byte; return how many."""
        with self._store.writing() as connection:
            rows = (dict(zip(_COLUMNS, _row(observation), strict=True)) for observation in observations)
            return max(0, connection.executemany(_INSERT_ONCE, rows).rowcount)

    def make(self) -> None:
        """Make the file if there is none; raise where nothing can be written."""
        self._store.make()

    def forget(self, ids: Iterable[str]) -> int:
        """Remove answers, claims and pages with these Spaces, with all trace; return the number of answers."""
        names = list(ids)
        with self._store.writing() as connection:
            rows = [(space_id,) for space_id in names]
            connection.execute(_OVERTAKEN_SCHEMA)
            sql = "DELETE FROM overtaken WHERE number IN (SELECT number FROM observation WHERE space_id = ?)"
            connection.executemany(sql, rows)
            removed = connection.executemany("DELETE FROM observation WHERE space_id = ?", rows).rowcount
            remove_claims(connection, names)
            remove_pages_with(connection, names)
        self._store.compact()
        return max(removed, 0)

    # Reading

    def facts(self) -> Facts:
        """Return how many ids and answers there are, and when the first and the last were fetched."""
        sql = f"""SELECT count(DISTINCT space_id), count(*), min(nullif({_TIME}, 0)), max(nullif({_TIME}, 0))
            FROM observation"""  # noqa: S608  # our own words
        return Facts(*self._select(sql)[0])

    def last_said(self) -> int | None:
        """Return the latest time that the answers which came last say. Quick."""
        sql = f"""SELECT max({_TIME}) FROM (SELECT fetched_at FROM observation ORDER BY number DESC LIMIT {_LAST})
            AS observation"""  # noqa: S608  # our own words
        return self._select(sql)[0][0] or None

    def with_a_long_answer(self) -> tuple[int, list[str]]:
        """Return how many Spaces have an answer too long to be anything else, and the others with status 200."""
        sql = """SELECT space_id, max(length(body)) < ? AS short FROM observation WHERE status = 200 GROUP BY 1"""
        rows = self._select(sql, _SHORT)
        return sum(not short for _, short in rows), [space_id for space_id, short in rows if short]

    def any_id_begins(self, prefix: str) -> bool:
        """Whether any id begins with a text."""
        sql = "SELECT 1 FROM observation WHERE space_id >= ? AND space_id < ? LIMIT 1"
        return bool(self._select(sql, prefix, prefix + "\U0010ffff"))

    def ids(self) -> list[str]:
        """Every Space with an answer, in the order in which they first came in."""
        return [row[0] for row in self._select_of(None, "SELECT space_id FROM asked ORDER BY place")]

    def since(self, mark: int) -> tuple[list[str], int]:
        """Return the Spaces of the answers that arrived after a mark, and the mark of the newest answer."""
        newest = int(self._select("SELECT coalesce(max(number), 0) FROM observation")[0][0])
        if newest <= mark:
            return [], newest
        sql = "SELECT DISTINCT space_id FROM observation WHERE number > ? AND number <= ?"
        return [space_id for (space_id,) in self._select(sql, mark, newest)], newest

    def first_fetched_at(self, ids: Sequence[str]) -> dict[str, int]:
        """When the first answer of each Space was fetched; those without, or without a time, are left out."""
        sql = f"""SELECT asked.space_id, min(nullif({_TIME}, 0)) FROM asked CROSS JOIN observation USING (space_id)
            GROUP BY 1"""  # noqa: S608  # our own words
        return {space_id: first for space_id, first in self._select_of(ids, sql) if first is not None}

    def newest(
        self, ids: Iterable[str] | None, not_before: int = 0, not_after: int = LATEST
    ) -> dict[str, int]:
        """Number of the newest answer of each Space that has one, in the order asked; None: all, as in `ids`."""
        order = self._order()
        sql = f"""SELECT space_id, (
                SELECT number FROM observation WHERE space_id = asked.space_id AND {order} BETWEEN ? AND ?
                ORDER BY {order} DESC, number DESC LIMIT 1)
            FROM asked ORDER BY place"""  # noqa: S608  # our own words
        found = self._select_of(ids, sql, max(not_before, 0), not_after)
        return {space_id: number for space_id, number in found if number is not None}

    def numbers(self, ids: Iterable[str] | None) -> list[int]:
        """Numbers of all answers of these Spaces: by Space in the order asked, oldest first; None: all, as in `ids`."""
        sql = f"""SELECT number FROM asked CROSS JOIN observation USING (space_id)
            ORDER BY place, {self._order()}, number"""  # noqa: S608  # our own words
        return [row[0] for row in self._select_of(ids, sql)]

    def read(self, numbers: Iterable[int]) -> Iterator[Observation]:
        """Read answers in the order of their numbers as given; those forgotten meanwhile are left out."""
        # The order comes from the keys: SQLite would sort with the bodies in hand, which takes as long as reading them.
        sql = """SELECT asked.key, checksum, space_id, fetched_at, status, body FROM json_each(?) asked
            CROSS JOIN observation ON observation.number = asked.value"""
        rest = list(numbers)
        for start in range(0, len(rest), CHUNK):
            part = rest[start : start + CHUNK]
            for row in sorted(self._select(sql, json.dumps(part))):
                observation = Observation._make(row[2:])
                if row[1] != _checksum(observation):
                    raise ArchiveError(
                        f"{self.path}: the file is damaged: the answer of Space {observation.space_id!r} of "
                        f"{said_time(observation.fetched_at)} is not as it was written. Restore a copy; or forget this "
                        "Space, and fetch it again."
                    )
                yield observation

    def check(self) -> None:
        """Read the whole file, and raise `ArchiveError` if it is damaged."""
        wrong = self._store.damage()
        if wrong is not None:
            raise ArchiveError(
                f"{self.path}: the file is damaged ({wrong}). Restore a copy; keep the damaged file, "
                "some of it can be saved."
            )
        for _ in self.read(self.numbers(None)):
            pass
        self.pages.check()

    def _order(self) -> str:
        """Return the SQL of the time that orders an answer; a file that nothing was added to lately lacks the table."""
        return _ORDER if self._select("SELECT 1 FROM sqlite_master WHERE name = 'overtaken'") else _TIME

    def _select_of(self, ids: Iterable[str] | None, sql: str, *parameters: object) -> list[Any]:
        """Run a query on a table `asked` of Spaces, each with its place: these ids, or all as they came in."""
        if ids is None:
            return self._select(_ALL + sql, *parameters)
        return self._select(_GIVEN + sql, json.dumps(list(ids)), *parameters)

    def _select(self, sql: str, *parameters: object) -> list[Any]:
        with self._store.reading() as select:
            return select(sql, parameters).fetchall()


def _row(observation: Observation) -> tuple[str, int, int, int, bytes]:
    kept = observation._replace(fetched_at=_storable(observation.fetched_at))
    space_id, fetched_at, status, body = kept
    return space_id, fetched_at, status, _checksum(kept), body


def _storable(said: Any) -> Any:
    """Return a time as it is, or as a text that SQLite takes for no number, where its integers cannot hold it."""
    if type(said) is int and -(2**63) <= said < 2**63:
        return said
    text = said if isinstance(said, str) else repr(said)
    try:
        float(text)
    except ValueError:
        return text.encode("utf-8", "replace").decode()
    return f"time {text}"


def _checksum(observation: Observation) -> int:
    space_id, fetched_at, status, body = observation
    if not isinstance(body, bytes):  # another program wrote it
        return _DAMAGED
    return zlib.crc32(body, zlib.crc32(f"{space_id} {fetched_at} {status}".encode()))
