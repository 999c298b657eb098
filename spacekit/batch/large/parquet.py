"""Sources of any size to Parquet: unit by unit, in bounded memory, each file complete or not there."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow.dataset import dataset, field

from spacekit.arguments import check_whole
from spacekit.arguments.paths import path_of
from spacekit.batch.large.newest import newest_of_all
from spacekit.batch.large.parts import NAMES, counted_from, schema_of, write_part
from spacekit.batch.large.streams import read_stream
from spacekit.batch.large.units import Unit, count_lines, key_of, length_of, units_in
from spacekit.batch.large.workers import cores, in_order
from spacekit.batch.reading import bar, name_of, warn_of_failed
from spacekit.batch.texts import PathLike
from spacekit.errors import SpacekitError
from spacekit.words import even_half_made, keyless, listed

_WORK: Final = "_unfinished"
_NOTE: Final = b"spacekit"
_ROW_GROUP: Final = 32 * 2**20  # bytes in memory


@dataclass(frozen=True, slots=True)
class ParquetTables:
    """The tables that `to_parquet` wrote."""

    folder: Path
    rows: dict[str, int]
    """How many rows each table has."""
    outcomes: dict[str, int]
    """How many inputs had each outcome."""

    @property
    def paths(self) -> dict[str, Path]:
        """The file of each table."""
        return {name: self.folder / f"{name}.parquet" for name in self.rows}

    @even_half_made
    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {number:,}" for name, number in self.rows.items())
        return f"ParquetTables({str(self.folder)!r}; rows: {rows}; inputs: {listed(self.outcomes)})"


@keyless
def to_parquet(
    paths: PathLike | Iterable[PathLike],
    folder: PathLike,
    *,
    processes: int | None = None,
    progress: bool = True,
) -> ParquetTables:
    """
    Write the tables of any number of Spaces as Parquet files, in bounded memory.

    Parameters
    ----------
    paths
        As for `read`: files, folders, globs, packed or not.
    folder
        Where the files go: `spaces.parquet`, `creators.parquet`, `participants.parquet`, `problems.parquet` and
        `outcomes.parquet`. Made if it is not there. Earlier files of these names are replaced once all is done.
    processes
        How many to decode with; as many as there are cores if None and the sources are large enough to gain by it.
        Large files of JSON lines are cut, and small files are read together; any other file is read by one process.
    progress
        Whether to show a bar.

    Returns
    -------
    written
        The `paths` and number of `rows` of the tables, and how many inputs had each of the `outcomes`.

    Raises
    ------
    FileNotFoundError
        A path leads nowhere.
    SpacekitError
        Another run writes to the same folder, or a process was stopped from outside.

    Warns
    -----
    IncompleteWarning
        Something could not be read; the table of outcomes says what and why.

    Notes
    -----
    The tables are those of `read`, row by row. A run that is stopped, however it ends, leaves its work in the
    folder `_unfinished`; the same call goes on from there. A call whose files are all there already, from sources
    that have not changed, returns at once. What is in `folder` is not read, should the paths lead there.

    Examples
    --------
    >>> import spacekit as sk
    >>> source = sk.sample_batch().to_jsonl("spaces.jsonl")
    >>> written = sk.to_parquet(source, "tables", progress=False)
    >>> spaces = sk.read_table(written.paths["spaces"])
    >>> spaces.equals(sk.read(source).spaces)
    True
    """
    if processes is not None:
        check_whole("processes", processes, 1)
    target = path_of("folder", folder).absolute()
    units = units_in(paths, without=target)
    mark = key_of(*units)
    target.mkdir(parents=True, exist_ok=True)
    if not _are_there(target, mark):
        with _locked(target / _WORK) as work:
            _write(units, work, mark, processes or _processes_for(units), progress)
            for name in reversed(NAMES):
                (work / "tables" / name).replace(target / f"{name}.parquet")
            shutil.rmtree(work, ignore_errors=True)
    return _result(path_of("folder", folder), units)


def _processes_for(units: Sequence[Unit]) -> int:
    """Return how many processes are worth their start: each should have two units at least."""
    return max(1, min(cores(), len(units) // 2))


@contextmanager
def _locked(work: Path) -> Iterator[Path]:
    """Hold a folder for one run at a time; the system lets go of it however the run ends."""
    if work.is_symlink():  # what is in there is cleared away
        raise SpacekitError(f"{work}: a link, not a folder of spacekit. Remove it, or use another folder.")
    work.mkdir(exist_ok=True)
    with closing(sqlite3.connect(work / "lock", timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorname.startswith("SQLITE_BUSY")
            why = "another run writes to this folder" if is_busy else "it cannot be written"
            advice = "Wait for it." if is_busy else "Check the disk, and who may write there."
            raise SpacekitError(f"{work.parent}: {why} ({error}). {advice}") from None
        for left in work.glob("tmp*"):
            shutil.rmtree(left, ignore_errors=True)  # what a broken run was about to write
        yield work


def _are_there(folder: Path, mark: str) -> bool:
    """Whether all tables are there, made from the sources that the mark stands for."""
    return all(_note(folder / f"{name}.parquet").get("sources") == mark for name in NAMES)


def _note(path: Path) -> dict[str, Any]:
    """Return what `to_parquet` noted in a file; nothing if there is no file, or another program wrote it."""
    try:
        note: dict[str, Any] = json.loads(pq.read_metadata(path).metadata.get(_NOTE, b"{}"))
    except (FileNotFoundError, pa.ArrowInvalid):
        return {}
    return note


def _result(folder: Path, units: Sequence[Unit]) -> ParquetTables:
    """Return what the files say of themselves; warn if something could not be read."""
    rows = {name: pq.read_metadata(folder / f"{name}.parquet").num_rows for name in NAMES}
    result = ParquetTables(folder, rows, _note(folder / "outcomes.parquet")["outcomes"])
    if failed := result.outcomes.get("failed"):
        files = list(dict.fromkeys((piece.name, piece.path) for unit in units for piece in unit))
        chosen = dataset(result.paths["outcomes"]).head(1, ["message"], filter=field("outcome") == "failed")
        warn_of_failed(name_of(files), failed, rows["outcomes"], chosen["message"][0].as_py())
    return result


# --- one run ---


def _write(units: Sequence[Unit], work: Path, mark: str, processes: int, progress: bool) -> None:
    """Decode the units that are left, and put the tables together in `tables`."""
    folder = work / "tables"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    parts = in_order(partial(write_part, folder=work), _tasks(units), processes)
    with ExitStack() as stack:
        files = {name: stack.enter_context(_File(folder / name, name)) for name in NAMES}
        stack.enter_context(closing(parts))
        starts = _append(files, units, _shown(units, parts, progress), work)
        for rows in newest_of_all(_rows("creators", units, starts, work), starts[-1], folder, processes):
            files["creators"].write(rows)
        for file in files.values():
            file.note = {"sources": mark, "outcomes": dict(files["outcomes"].counts)}


def _tasks(units: Iterable[Unit]) -> Iterator[tuple[Unit, int]]:
    """Yield each unit with the number of its first line; lines are counted while the processes work."""
    line = 1
    for unit in units:
        line = line if unit[0].start else 1
        yield unit, line
        if unit[0].stop is not None:
            line += count_lines(unit[0])


def _append(files: dict[str, _File], units: Sequence[Unit], parts: Iterable[int], work: Path) -> list[int]:
    """Append the tables of each part but creators; return how many Spaces are before each, and in all."""
    starts = [0]
    for unit, number in zip(units, parts, strict=True):
        for name in set(NAMES) - {"creators"}:
            for rows in _rows(name, [unit], starts[-1:], work):
                files[name].write(rows)
        starts.append(starts[-1] + number)
    return starts


def _rows(name: str, units: Sequence[Unit], starts: Sequence[int], work: Path) -> Iterator[pa.Table]:
    """Yield the rows of one table of decoded units, with the number of Spaces before each."""
    for unit, start in zip(units, starts, strict=False):
        for rows in read_stream(work / key_of(unit) / name):
            yield counted_from(name, rows, start)


def _shown(units: Sequence[Unit], parts: Iterable[int], progress: bool) -> Iterator[int]:
    """Yield the parts, and show how much is done."""
    with bar(sum(map(length_of, units)), progress) as advance:
        for unit, part in zip(units, parts, strict=True):
            yield part
            advance(length_of(unit))


class _File:
    """A Parquet file, written in row groups of about the same size."""

    def __init__(self, path: Path, name: str) -> None:
        self._schema = schema_of(name)
        self._writer = pq.ParquetWriter(path, self._schema)
        self._rows: list[pa.Table] = []
        self.counts: Counter[str] = Counter()
        """How many rows have each outcome."""
        self.note: dict[str, Any] = {}

    def __enter__(self) -> _File:
        return self

    def __exit__(self, error: object, *_: object) -> None:
        """Close the file; after an error, without writing the rest."""
        if error is None:
            self._flush()
            self._writer.add_key_value_metadata({_NOTE: json.dumps(self.note)})
        self._writer.close()

    def write(self, rows: pa.Table) -> None:
        """Add rows."""
        if "outcome" in rows.column_names:
            self.counts.update(
                {entry["values"]: entry["counts"] for entry in rows["outcome"].value_counts().to_pylist()}
            )
        self._rows.append(rows.select(self._schema.names).cast(self._schema))
        if sum(table.nbytes for table in self._rows) > _ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.concat_tables(self._rows))
            self._rows = []
