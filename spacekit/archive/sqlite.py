"""One SQLite file of spacekit: made, recognised, locked, its errors put in plain words. Knows no Spaces."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import PurePath
from typing import Final

from spacekit.archive.forks import renew_after_fork
from spacekit.arguments.paths import path_of
from spacekit.errors import ArchiveError
from spacekit.words import redact, show

_APPLICATION_ID: Final = 0x53504B54  # "SPKT", in the file's header
_VERSION: Final = 1
"""Version of the schema, in the file's header; a file of another version is refused."""

_PAGE_SIZE: Final = 16_384
_PRAGMAS: Final = (
    "trusted_schema=OFF",  # first: a file of somebody else's may call functions
    "cell_size_check=ON",
    f"page_size={_PAGE_SIZE}",
    "synchronous=FULL",
    "secure_delete=ON",
    "cache_spill=OFF",  # a transaction then meets other processes' locks at its beginning and its end only
)
_POLL_S: Final = 0.25  # SQLite's own wait cannot be interrupted by Ctrl-C, so it is kept short and repeated

# What SQLite says -> what went wrong, and what to do. The first prefix that fits counts.
_KEPT: Final = "all that was committed is kept"
_MEANINGS: Final[tuple[tuple[str, str, str], ...]] = (
    ("SQLITE_BUSY", "another process keeps it locked", "End that process, or try again later."),
    ("SQLITE_FULL", f"no room is left on the disk; {_KEPT}", "Free some room, then run again."),
    (
        "SQLITE_READONLY_ROLLBACK",
        "an interrupted write must first be undone, and the file or its folder is read-only",
        "Open it once where it may be written.",
    ),
    ("SQLITE_READONLY", "it is read-only", "Allow writing to the file and its folder, or use a copy."),
    (
        "SQLITE_CANTOPEN",
        "it, or its journal, cannot be opened or made",
        "Check that the folder exists and may be written.",
    ),
    (
        "SQLITE_IOERR",
        f"the system could not read or write it; {_KEPT}",
        "Check the disk, its quota and the limit on a file's size, then run again.",
    ),
    (
        "SQLITE_CORRUPT",
        "the file is damaged",
        "Restore a copy; keep the damaged file, some of it can be saved.",
    ),
    (
        "SQLITE_NOTADB",
        "the file is damaged",
        "Restore a copy; keep the damaged file, some of it can be saved.",
    ),
    ("SQLITE_ERROR", "the file lacks a part of an archive", "Restore a copy."),
)


class Store:
    """
    One SQLite file that is spacekit's own; if there is none, the first write makes it.

    Safe for use by several threads; other processes may read and write the same file at the same time.

    Parameters
    ----------
    path
        The file.
    schema
        Statements that make the tables of a new file.
    timeout_s
        Seconds to wait while another process has the file locked.
    mode
        "a" to read and add, "r" to read only.

    Raises
    ------
    ArchiveError
        The file is something else, of an unknown version, damaged, or cannot be opened. It is not changed. Or there
        is none, and nothing could make it.
    """

    def __init__(
        self, path: str | os.PathLike[str], schema: tuple[str, ...], timeout_s: float, mode: str
    ) -> None:
        if not isinstance(path, str | bytes | os.PathLike):
            raise TypeError(f"Archive: {show(path)} is no path. Pass the path of a file, or an open Archive.")
        self.path = path_of("Archive", path)
        if redact(str(self.path)) != str(self.path):
            raise ArchiveError("Archive: its path looks like an API key (not shown). Use the name of a file.")
        self.timeout_s = timeout_s
        self._schema = schema
        self._uri_mode = "ro" if mode == "r" else "rwc"
        self.lock = threading.RLock()
        self._closed = False
        self._opened: sqlite3.Connection | None = None
        renew_after_fork(self)
        if self.exists:
            with self._errors("cannot be opened"):
                self._open()
        elif mode == "r":
            raise self._missing()
        elif not self.path.absolute().parent.is_dir():
            raise ArchiveError(f"{self.path}: there is no such folder. Check that the folder exists.")

    def leave(self) -> sqlite3.Connection | None:
        """Return the connection, in a process that was just forked; the file is opened anew when it is next used."""
        self.lock = threading.RLock()
        left, self._opened = self._opened, None
        return left

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self._opened is not None or self.path.exists()

    def close(self) -> None:
        """Close the file; closing twice is no error."""
        with self.lock:
            self._closed = True
            if self._opened is not None:
                self._opened.close()

    def __del__(self) -> None:
        """Close the file where nobody did: Python 3.13 warns of a connection that is left open."""
        opened = getattr(self, "_opened", None)
        if opened is not None:
            opened.close()

    @property
    def _connection(self) -> sqlite3.Connection:
        """The connection; the file is opened, or made, where that is still to be done."""
        if self._closed:
            raise ArchiveError(f"{self.path}: the archive is closed. Open it again with Archive(path).")
        return self._opened or self._open()

    @contextmanager
    def reading(self) -> Iterator[Callable[..., sqlite3.Cursor]]:
        """Yield a function that runs one SELECT; each sees what is committed when it starts."""
        with self.lock, self._errors("cannot be read"):
            if not (self.exists or self._closed):
                raise self._missing()
            yield self._execute

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the connection inside a transaction: at its end all is on the disk, or nothing is changed."""
        with self.lock, self._errors("cannot be written"):
            try:
                self._execute("BEGIN IMMEDIATE")  # inside: Ctrl-C just after it must not leave it open
                yield self._connection
                self._execute("COMMIT")
            except BaseException:
                if self._opened is not None and self._opened.in_transaction:
                    self._opened.execute("ROLLBACK")
                raise

    def make(self) -> None:
        """Make the file if there is none; raise where nothing can be written."""
        with self.writing() as connection:
            connection.execute(
                f"PRAGMA user_version={_VERSION}"
            )  # as it is: only a write shows what is read-only

    def compact(self) -> None:
        """Rewrite the file without what was deleted, so that no trace of it is left between the rows."""
        with self.lock, self._errors("what was deleted is overwritten, but the file cannot be rewritten"):
            self._execute("VACUUM")

    def damage(self) -> str | None:
        """Check the structure of the whole file, and say what is wrong with it."""
        with self.reading() as select:
            found = str(select("PRAGMA integrity_check(1)").fetchone()[0])
        return None if found == "ok" else " ".join(found.split())

    def _missing(self) -> ArchiveError:
        return ArchiveError(f"{self.path}: there is no such archive. Check the path, or fetch into it first.")

    def _open(self) -> sqlite3.Connection:
        self._refuse_foreign()
        is_new = not self.path.exists()
        connection = self._opened = self._connect(self._uri_mode)
        try:
            self._prepare(is_new)
        except BaseException:
            self._opened = None
            connection.close()
            raise
        return connection

    def _refuse_foreign(self) -> None:
        """
        Look at the header without locks, recovery or any other effect on the file.

        Through SQLite and not `open`: closing a file drops all locks that this process holds on it. The
        pragma lets the header of a truncated file be read.
        """
        if not self.path.exists():
            return
        if not self.path.is_file():  # a pipe would be waited for, for ever
            what = "a folder" if self.path.is_dir() else "a device, a pipe or a socket"
            raise ArchiveError(f"{self.path}: {what}, not a file. Use the path of a file.")
        size = self.path.stat().st_size  # before the header: another process may be making the file
        with closing(self._connect("ro&immutable=1")) as connection:
            connection.execute("PRAGMA writable_schema=ON")
            try:
                application, version, pages = _header(connection.execute)
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorname == "SQLITE_NOTADB":
                    raise self._foreign() from None
                raise
        if pages:
            self._check_header(application, version)
        elif size:  # too short for SQLite, which would write over it; an empty file may be filled
            raise self._foreign()

    def _check_header(self, application: int, version: int) -> None:
        if application != _APPLICATION_ID:
            raise self._foreign()
        if version != _VERSION:
            raise ArchiveError(
                f"{self.path}: its schema has version {version}, this spacekit knows {_VERSION}. "
                "Install the spacekit that wrote it, or a newer one; the file was not touched."
            )

    def _foreign(self) -> ArchiveError:
        return ArchiveError(
            f"{self.path}: not an archive of spacekit. Use another path; the file was not touched."
        )

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{uri_of(self.path.absolute())}?mode={mode}",
            uri=True,
            timeout=_POLL_S,
            isolation_level=None,
            check_same_thread=False,
        )

    def _prepare(self, is_new: bool) -> None:
        """Set what holds for a connection, and make the tables where there are none."""
        for pragma in (*_PRAGMAS, *(("query_only=ON",) if self._uri_mode == "ro" else ())):
            self._execute(f"PRAGMA {pragma}")
        # Reads the file, so that an interrupted write is undone before the header is looked at again.
        self._execute("PRAGMA journal_mode=DELETE").fetchone()
        if is_new and os.name == "posix":
            self.path.chmod(0o600)  # it will hold people's data; its journal gets the same
        if self._uri_mode != "ro" and self._execute("PRAGMA page_count").fetchone()[0] == 0:
            self._create()
        self._check_header(*_header(self._execute)[:2])
        self._refuse_programs()

    def _refuse_programs(self) -> None:
        """Refuse a file in which something would run that spacekit did not write."""
        sql = "SELECT type, name FROM sqlite_master WHERE rootpage IS NULL OR rootpage = 0 LIMIT 1"
        found = self._execute(sql).fetchone()
        if found is not None:
            what, name = ("virtual table" if found[0] == "table" else found[0]), show(found[1])
            raise ArchiveError(
                f"{self.path}: not an archive as spacekit makes them: somebody put the {what} {name} into it. "
                "It was not run, and the file was not touched. Use a copy that you trust."
            )

    def _create(self) -> None:
        with self.writing() as connection:
            if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                return  # another process was quicker
            for statement in (
                *self._schema,
                f"PRAGMA application_id={_APPLICATION_ID}",
                f"PRAGMA user_version={_VERSION}",
            ):
                connection.execute(statement)

    def _execute(self, sql: str, parameters: tuple[object, ...] = ()) -> sqlite3.Cursor:
        """Run one statement, again and again while another process has the file locked."""
        deadline = time.monotonic() + self.timeout_s
        while True:
            try:
                return self._connection.execute(sql, parameters)
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY") or time.monotonic() >= deadline:
                    raise

    @contextmanager
    def _errors(self, what: str) -> Iterator[None]:
        """Turn every error of SQLite into an `ArchiveError` that says what to do."""
        try:
            yield
        except sqlite3.ProgrammingError as error:
            raise ArchiveError(f"{self.path}: {what}: {error} Open it again with Archive(path).") from error
        except sqlite3.Error as error:
            wrong, advice = _meaning(error)
            raise ArchiveError(f"{self.path}: {what}: {wrong} (SQLite: {error}). {advice}") from error


def uri_of(path: PurePath) -> str:
    r"""Return the address of a file for SQLite, which takes a host of Windows (\\host\share) as part of the path."""
    uri = path.as_uri()
    return uri if uri.startswith("file:///") else uri.replace("file://", "file:////", 1)


def _header(execute: Callable[[str], sqlite3.Cursor]) -> tuple[int, int, int]:
    """Application, version of the schema, and number of pages."""
    names = ("application_id", "user_version", "page_count")
    application, version, pages = (execute(f"PRAGMA {name}").fetchone()[0] for name in names)
    return application, version, pages


def _meaning(error: sqlite3.Error) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", "")
    found = ((wrong, advice) for prefix, wrong, advice in _MEANINGS if name.startswith(prefix))
    return next(found, ("SQLite refused", "See what it says."))
