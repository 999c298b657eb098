"""Claims in an archive file: what a run asks for, so that no other run asks for it meanwhile. Reads no answers."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from typing import Final

from spacekit.archive.sqlite import Store

LEASE_S: Final = 60.0
"""Seconds for which the claims of a run stand once it no longer renews them: so long a killed run holds them up."""

SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS run (number INTEGER PRIMARY KEY, until INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS claimed (name TEXT PRIMARY KEY, run INTEGER NOT NULL) WITHOUT ROWID",
)


class Claims:
    """
    The claims in the file of an `Archive`, as `Archive.claims`: names of things, each held by one run at most.

    A run is a number. Its claims stand while it renews them, by the clock of the computer: those of a run that was
    killed end `LEASE_S` seconds later. A time further ahead than a run can set it is that of a wrong clock, and ends
    at once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, run: int, names: Iterable[str]) -> list[str]:
        """Claim things, and renew the run; return those that were free, in order. No two runs get the same."""
        now = _now()
        with self._store.writing() as connection:
            _set(connection, run, now)
            connection.execute("DELETE FROM run WHERE NOT until BETWEEN ? AND ?", _standing(now))
            connection.execute("DELETE FROM claimed WHERE run NOT IN (SELECT number FROM run)")
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
        sql = "SELECT name, until FROM claimed JOIN run ON run = number WHERE until BETWEEN ? AND ?"
        with self._store.reading() as select:
            return dict(select(sql, _standing(_now())))

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


def remove_claims(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Drop the claims of things whoever holds them, in a transaction of the caller's."""
    for statement in SCHEMA:
        connection.execute(statement)
    connection.executemany("DELETE FROM claimed WHERE name = ?", ((name,) for name in names))


def _set(connection: sqlite3.Connection, run: int, now: int) -> None:
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT OR REPLACE INTO run VALUES (?, ?)", (run, now + int(LEASE_S * 1000)))


def _standing(now: int) -> tuple[int, int]:
    """Return the earliest and the latest end of claims that stand."""
    return now + 1, now + 2 * int(LEASE_S * 1000)


def _now() -> int:
    return int(time.time() * 1000)
