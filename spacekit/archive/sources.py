"""Opens whatever holds Spaces: files of JSON, folders, archives, tables on disk, or what is already in memory."""

from __future__ import annotations

import codecs
import gzip
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from spacekit.archive.archive import Archive
from spacekit.archive.observations import observations_in
from spacekit.batch import Batch, Outcome, Run
from spacekit.batch.reading import READ, read_files, warn_of_failures
from spacekit.batch.texts import Files, files_in
from spacekit.errors import DataError
from spacekit.fields import TABLES, Field
from spacekit.tables.plain import spans_of_hours
from spacekit.words import plural, show
from spacekit.words.cells import GUARDED_HEAD, unguarded

_HEAD: Final = 4096
_FIELDS: Final = {
    f.name: f for table in ("spaces", "creators", "observations", "at_age") for f in TABLES[table]
}
_FLAGS: Final = {"true": True, "false": False}


class Source:
    """
    Spaces from anywhere, made by `source_of`. What it holds is read when first asked for.

    Attributes
    ----------
    name
        What it is, in a few words.
    """

    def __init__(
        self,
        name: str,
        batch: Callable[[], Batch] | None = None,
        table: Callable[[], pd.DataFrame] | None = None,
        observations: Callable[[], pd.DataFrame] | None = None,
        parts: Sequence[Source] = (),
    ) -> None:
        self.name = name
        self._parts = parts
        self._batch, self._table, self._observations = batch, table, observations

    @cached_property
    def batch(self) -> Batch | None:
        """The raw answers with their outcomes; None where there is only a table."""
        return self._batch and self._batch()

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """How many of the answers had each outcome; nothing of a table."""
        if self._parts:
            return sum((Counter(part.counts) for part in self._parts), Counter())
        return {} if self.batch is None else self.batch.counts

    @cached_property
    def spaces(self) -> pd.DataFrame:
        """Table of Spaces; of an archive, the newest answer of each."""
        if self._table is not None:
            return self._table()
        assert self.batch is not None  # noqa: S101  # it has one or the other
        return self.batch.spaces

    @cached_property
    def observations(self) -> pd.DataFrame:
        """Table of observations, as `Archive.observations`; of other sources, each row with a time is one."""
        return observations_in(self.spaces) if self._observations is None else self._observations()

    @property
    def keeps_observations(self) -> bool:
        """Whether it may hold several answers about one Space, as archives do."""
        return self._observations is not None


def source_of(given: Any, progress: bool = False) -> Source:
    """
    Open what holds Spaces.

    Parameters
    ----------
    given
        A table of Spaces, a `Batch`, an open `Archive`; a path, or several: of archives, of tables that spacekit wrote
        as CSV or Parquet, and of whatever `read` takes. Its content says what a file is.
    progress
        As for `read`.

    Returns
    -------
    source
        See `Source`.

    Raises
    ------
    TypeError
        It is none of these.
    DataError
        Nothing in the files is a Space.
    OSError
        There is no such file, or it cannot be read.
    ArchiveError
        An archive cannot be used.
    """
    if isinstance(given, pd.DataFrame):
        table = given.copy()  # what the caller does to it later changes nothing here
        return Source("the table given", table=lambda: table)
    if isinstance(given, Batch):
        return Source("the batch given", lambda: given)
    if isinstance(given, Archive):
        return Source(given.path.name, given.latest, None, given.observations)
    if isinstance(given, str | os.PathLike):
        return _of_files(files_in(given), progress)
    if isinstance(given, Iterable):
        paths = list(given)
        if paths and all(isinstance(path, str | os.PathLike) for path in paths):
            return _of_files(files_in(paths), progress)
    raise TypeError(
        f"Spaces: cannot be taken from {show(given)}. Pass a table of Spaces, a Batch, an Archive, or paths."
    )


def _of_files(files: Files, progress: bool) -> Source:
    """Open files that lie side by side in the way that suits each."""
    kinds = groupby(files, key=lambda file: _opener_of(file[1]))
    sources = [source for opener, group in kinds for source in opener(list(group), progress)]
    source = sources[0] if len(sources) == 1 else _joined(sources, plural(len(files), "file"))
    batch = source.batch
    if batch is not None and not batch.texts:
        first = next(
            (entry.message for entry in batch.outcome_rows if entry.message), "Fetch some into it first."
        )
        raise DataError(f"{source.name}: there is no Space in {'it' if len(files) == 1 else 'them'}. {first}")
    for one in sources:
        if one.batch is not None and one.batch.run.verb == READ:  # an archive may hold what is no Space
            warn_of_failures(one.batch)
    return source


def _opener_of(path: Path) -> Callable[[Files, bool], list[Source]]:
    if not path.is_file():  # what is read from a pipe is gone
        return _answers
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith(b"SQLite format 3\0"):
        return _archives
    return _tables if head.startswith(b"PAR1") or _is_csv(path, head) else _answers


def _is_csv(path: Path, head: bytes) -> bool:
    """Whether a file begins with the names of columns, that of the ids among them."""
    if head.startswith(b"\x1f\x8b"):
        with suppress(OSError, EOFError), gzip.open(path) as file:
            head = file.read(_HEAD)
    names = head.removeprefix(codecs.BOM_UTF8).split(b"\n")[0].strip()
    return not names.startswith((b"{", b"[")) and b"space_id" in names.replace(b'"', b"").split(b",")


def _answers(files: Files, progress: bool) -> list[Source]:
    batch = read_files(files, progress)
    return [Source(batch.run.source, lambda: batch)]


def _archives(files: Files, _progress: bool) -> list[Source]:
    return [_archive(name, path) for name, path in files]


def _archive(name: str, path: Path) -> Source:
    def use(read: Callable[[Archive], Any]) -> Any:
        with Archive(path, mode="r") as archive:
            return read(archive)

    use(Archive.facts)  # what is no archive is said at once
    return Source(name, lambda: use(Archive.latest), None, lambda: use(Archive.observations))


def _tables(files: Files, _progress: bool) -> list[Source]:
    tables = [(name, _table(name, path)) for name, path in files]
    return [Source(name, table=lambda table=table: table) for name, table in tables]  # type: ignore[misc]


def _table(name: str, path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        is_parquet = file.read(4) == b"PAR1"
    try:
        return typed(pd.read_parquet(path) if is_parquet else _csv(path))
    except (ValueError, pa.ArrowException) as error:
        raise DataError(f"{name}: cannot be read as a table of Spaces: {error}") from None


def _csv(path: Path) -> pd.DataFrame:
    with path.open("rb") as file:
        packed: Any = "gzip" if file.read(2) == b"\x1f\x8b" else None
    texts = dict.fromkeys(_FIELDS, "str")
    table = pd.read_csv(path, dtype=texts, keep_default_na=False, na_values=[""], compression=packed)
    with gzip.open(path) if packed else path.open("rb") as file:
        return _unguarded(table) if GUARDED_HEAD.match(file.readline()) else table


def _unguarded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table without the apostrophes that `--safe-cells` put before text that a spreadsheet would compute."""
    return table.map(lambda cell: unguarded(cell) if isinstance(cell, str) else cell).rename(
        columns=unguarded
    )


def typed(table: pd.DataFrame) -> pd.DataFrame:
    """
    Return a table of spacekit's with its dtypes again, after it went through CSV, Excel or another tool.

    Your own columns are kept as they are.

    Raises
    ------
    DataError
        It has no column `space_id`, or a value of a column is not of its kind.
    """
    if "space_id" not in table:
        columns = ", ".join(map(str, table.columns[:6]))
        raise DataError(f"table: it has no column 'space_id', but {columns}. Use a table of Spaces.")
    known = [name for name in _FIELDS if name in table]
    return table.assign(**{name: _column(table[name], _FIELDS[name]) for name in known})


def _column(column: pd.Series, field: Field) -> pd.Series:
    if column.dtype == field.dtype:
        return column
    try:
        return _READERS.get(field.kind, _plain)(column).astype(field.dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise DataError(f"column {field.name!r}: cannot be read as {field.kind}: {error}.") from None


def _plain(column: pd.Series) -> pd.Series:
    return column


def _numbers(column: pd.Series) -> pd.Series:
    values: Any = [None if pd.isna(value) else _whole(value) for value in column]
    return pd.Series(pd.array(values, "Int64"), column.index)


def _whole(value: Any) -> int:
    """Read a whole number; pandas writes counts as "12.0" where others of the column are missing."""
    try:
        return int(value)
    except ValueError:
        if not float(value).is_integer():
            raise
        return int(float(value))


def _ids(column: pd.Series) -> pd.Series:
    """Refuse ids that were read as floats: their last digits are lost."""
    texts = column.astype("string")
    rounded = texts[texts.str.fullmatch(r"\d+\.0|[\d.]+[eE]\+\d+", na=False)]
    if len(rounded):
        raise ValueError(f"{rounded.iloc[0]!r} was rounded. Write the table again, with its ids read as text")
    return texts


def _flags(column: pd.Series) -> pd.Series:
    return column.map(lambda value: _FLAGS.get(str(value).lower(), value), na_action="ignore").astype(
        "boolean"
    )


def _instants(column: pd.Series) -> pd.Series:
    return pd.to_datetime(column, utc=True, format="ISO8601")


def _spans(column: pd.Series) -> pd.Series:
    """Read spans: a number is one of hours, as the shell and `plain` write it; text is as pandas writes it."""
    numbers = pd.to_numeric(column, errors="coerce")
    if numbers.notna().sum() == column.notna().sum():
        return spans_of_hours(numbers)
    return pd.to_timedelta(column)


_READERS: Final[dict[str, Callable[[pd.Series], pd.Series]]] = {
    "id": _ids, "count": _numbers, "code": _numbers, "flag": _flags, "instant": _instants, "span": _spans,
}  # fmt: skip


def _joined(sources: list[Source], name: str) -> Source:
    """Put sources together; a batch only where all have one."""

    def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
        return pd.concat(list(tables), ignore_index=True)

    def observations() -> pd.DataFrame:
        return stacked(source.observations for source in sources)

    batches = [source.batch for source in sources if source.batch is not None]
    if len(batches) == len(sources):
        return Source(name, lambda: _joined_batch(batches, name), None, observations)
    return Source(name, None, lambda: stacked(source.spaces for source in sources), observations, sources)


def _joined_batch(batches: list[Batch], name: str) -> Batch:
    outcomes: list[Outcome] = []
    start = 0
    for batch in batches:
        outcomes += [
            entry if entry.record is None else entry._replace(record=entry.record + start)
            for entry in batch.outcome_rows
        ]
        start += len(batch.texts)
    texts = [text for batch in batches for text in batch.texts]
    times = [time for batch in batches for time in batch.fetched_at]
    return Batch(texts, times, outcomes, Run(name, verb=READ))
