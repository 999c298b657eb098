"""Claims in an archive file: what a run asks for, so that no other run asks for it meanwhile. Reads no answers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from typing import Final

from spacekit.archive.processes import has_died, this_process
from spacekit.archive.sqlite import Store

LEASE_S: Final = 60.0
"""Seconds for which the claims of a run stand once it no longer renews them. So long a killed run holds them up, where
the system does not say that its process has died."""

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS claimed (name TEXT PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS process (run INTEGER PRIMARY KEY, name TEXT)",
)
_RUNS: Final = "SELECT number, until, name FROM run LEFT JOIN process ON run = number"


class Claims:
    """
    The claims in the file of an `Archive`, as `Archive.claims`: names of things, each held by one run at most.

    A run is a number. Its claims stand while it renews them, by the clock of the computer: those of a run that was
    killed end at once on Linux, where its process is seen to have died, and `LEASE_S` seconds later elsewhere. A time
    further ahead than a run can set it is that of a wrong clock, and ends at once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, run: int, names: Iterable[str]) -> list[str]:
        """Claim things, and renew the run; return those that were free, in order. No two runs get the same."""
        now = _now()
        with self._store.writing() as connection:
            _set(connection, run, now)
            ended = set(_ends(connection.execute(_RUNS), now, standing=False))
            connection.executemany("DELETE FROM run WHERE number = ?", ((number,) for number in ended))
            for table in ("claimed", "process"):
                connection.execute(f"DELETE FROM {table} WHERE run NOT IN (SELECT number FROM run)")  # noqa: S608
            sql = "INSERT OR IGNORE INTO claimed VALUES (?, ?)"
            return [name for name in dict.fromkeys(names) if connection.execute(sql, (name, run)).rowcount]

    def renew(self, run: int) -> None:
        """Let the claims of a run stand for longer."""
        with self._store.writing() as connection:
            _set(connection, run, _now())

    def held(self) -> set[str]:
        """Return what is claimed by any run."""
        return set(self.ends())

    def ends(self) -> dict[str, int]:
        """Return when what is claimed is free, unless its run renews its claims; in epoch milliseconds."""
        if not self._store.exists:
            return {}
        with self._store.reading() as select:
            if not select("SELECT 1 FROM sqlite_master WHERE name = 'process'").fetchone():
                return {}  # nothing was ever claimed in it
            ends = _ends(select(_RUNS), _now(), standing=True)
            claimed = select("SELECT name, run FROM claimed").fetchall()
        return {name: ends[run] for name, run in claimed if run in ends}

    def release(self, run: int, names: Iterable[str]) -> None:
        """Drop claims of a run, so that another may ask."""
        with self._store.writing() as connection:
            rows = [(name, run) for name in names]
            connection.executemany("DELETE FROM claimed WHERE name = ? AND run = ?", rows)

    def end(self, run: int) -> None:
        """Drop all claims of a run."""
        with self._store.writing() as connection:
            connection.execute("DELETE FROM claimed WHERE run = ?", (run,))
            connection.execute("DELETE FROM run WHERE number = ?", (run,))
            connection.execute("DELETE FROM process WHERE run = ?", (run,))


def remove_claims(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Drop the claims of things whoever holds them, in a transaction of the caller's."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.executemany("DELETE FROM claimed WHERE name = ?", ((name,) for name in names))


def _set(connection: sqlite3.Connection, run: int, now: int) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (run, now + int(LEASE_S * 1000)))
    connection.execute("INSERT OR REPLACE INTO process VALUES (?, ?)", (run, this_process()))


def _ends(runs: Iterable[tuple[int, int, str | None]], now: int, *, standing: bool) -> dict[int, int]:
    """Return the ends of the runs whose claims stand, or of the others, by their numbers."""
    latest = now + 2 * int(LEASE_S * 1000)
    return {
        number: until
        for number, until, name in runs
        if (isinstance(until, int) and now < until <= latest and not has_died(name)) == standing
    }


def _now() -> int:
    return int(time.time() * 1000)
