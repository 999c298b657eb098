"""Pages of searches in an archive file: a table of its own, made when the first page is kept. Reads no page."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from typing import Any, Final, NamedTuple

from spacekit.archive.sqlite import Store
from spacekit.errors import ArchiveError
from spacekit.tables.values import LATEST, is_instant
from spacekit.words import iso, show

_SCHEMA: Final = (
    # `search` is one run of a query: pages of different runs do not fit together. `max_id` may be beyond 64 bits.
    """CREATE TABLE IF NOT EXISTS page (
        number INTEGER PRIMARY KEY, search INTEGER NOT NULL, query TEXT NOT NULL, max_id TEXT, cursor TEXT,
        fetched_at INTEGER NOT NULL, status INTEGER NOT NULL, checksum INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS page_of_query ON page (query, search)",
)
_COLUMNS: Final = "search, query, max_id, cursor, fetched_at, status, body"
_INSERT: Final = f"INSERT INTO page ({_COLUMNS}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  # columns


class KeptPage(NamedTuple):
    """A page of a search as it came, and what it was asked with."""

    search: int
    """Number of the run of its query."""
    query: str
    """As `Query.key`, without `max_id:`."""
    max_id: str | None
    cursor: str | None
    fetched_at: int
    """Epoch milliseconds."""
    status: int
    body: bytes
    number: int = 0
    """Its place in the order of arrival, once it is in an archive."""


class Pages:
    """
    The pages of searches in the file of an `Archive`, as `Archive.pages`.

    Counts, ids and observations of the archive do not see them. `Archive.forget` removes each page that names one of
    the Spaces; `forget` removes all, with the posts and names of people that they hold.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __len__(self) -> int:
        return int(self._select("SELECT count(*) FROM page")[0][0]) if self._exists else 0

    def __bool__(self) -> bool:
        return True

    def add(self, pages: Iterable[KeptPage]) -> None:
        """Add pages in one transaction; they are on the disk when this returns, or none is."""
        rows = [(*page[:-1], _checksum(page)) for page in pages]
        with self._store.writing() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.executemany(_INSERT, rows)

    def mark(self) -> int:
        """Return a mark of the newest page, for `newest`; 0 where there is none."""
        return int(self._select("SELECT coalesce(max(number), 0) FROM page")[0][0]) if self._exists else 0

    def newest(self, query: str, not_before: int, mark: int = 0, not_after: int = LATEST) -> list[KeptPage]:
        """Return the pages of a query's newest run that began between two times, after a mark, as they came."""
        if not self._exists:
            return []
        sql = """SELECT search FROM page WHERE query = ? GROUP BY search HAVING min(fetched_at) BETWEEN ? AND ?
            AND min(number) > ? ORDER BY min(number) DESC LIMIT 1"""
        run = self._select(sql, query, not_before, not_after, mark)
        return list(self._read("WHERE query = ? AND search = ?", query, run[0][0])) if run else []

    def forget(self) -> int:
        """Remove all pages, and leave no trace of them in the file; return how many there were."""
        removed = len(self)
        if removed:
            with self._store.writing() as connection:
                connection.execute("DELETE FROM page")
            self._store.compact()
        return removed

    def check(self) -> None:
        """Read every page, and raise `ArchiveError` if one is not as it was written."""
        if self._exists:
            for _ in self._read(""):
                pass

    @property
    def _exists(self) -> bool:
        """Whether any page was ever kept."""
        sql = "SELECT 1 FROM sqlite_master WHERE name = 'page'"
        return self._store.exists and bool(self._select(sql))

    def _read(self, where: str, *parameters: object) -> Iterator[KeptPage]:
        sql = f"SELECT checksum, {_COLUMNS}, number FROM page {where} ORDER BY number"  # noqa: S608  # our own words
        for checksum, *values in self._select(sql, *parameters):
            page = KeptPage._make(values)
            if checksum != _checksum(page):
                raise ArchiveError(
                    f"{self._store.path}: the file is damaged: a page of the search {page.query!r} of "
                    f"{said_time(page.fetched_at)} is not as it was written. Restore a copy; or call "
                    "archive.pages.forget(), and search again."
                )
            yield page

    def _select(self, sql: str, *parameters: object) -> list[Any]:
        with self._store.reading() as select:
            return select(sql, parameters).fetchall()


def remove_pages_with(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Remove the pages that name one of these Spaces, in a transaction of the caller's."""
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'page'").fetchone():
        rows = [(space_id,) for space_id in ids]
        connection.executemany("DELETE FROM page WHERE instr(body, CAST(? AS BLOB)) > 0", rows)


def said_time(time: Any) -> str:
    """Return the time of an answer for a message, whatever it is."""
    return iso(time) if is_instant(time) else show(time)


def _checksum(page: KeptPage) -> int:
    return zlib.crc32(page.body, zlib.crc32(repr(page[:-2]).encode(errors="surrogatepass")))
