"""Opens whatever holds Spaces: files of JSON, folders, archives, tables on disk, or what is already in memory."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import pandas as pd

from spacekit.archive.archive import Archive
from spacekit.archive.observations import observations_in
from spacekit.archive.tables import holds_table, is_lines, tables_in
from spacekit.arguments.kinds import head_of, table_format
from spacekit.batch import Batch, Outcome, Run
from spacekit.batch.reading import READ, read_files, warn_of_failures
from spacekit.batch.texts import Files, files_in
from spacekit.errors import DataError
from spacekit.words import keyless, plural, show

_HEAD: Final = 16


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


@keyless
def source_of(given: Any, progress: bool = False) -> Source:
    """
    Open what holds Spaces.

    Parameters
    ----------
    given
        A table of Spaces, a `Batch`, an open `Archive`; a path, or several: of archives, of tables that spacekit wrote
        in any format but text, and of whatever `read` takes. Its content says what a file is.
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
        return source_of_files(files_in(given), progress)
    if isinstance(given, Iterable):
        paths = list(given)
        if paths and all(isinstance(path, str | os.PathLike) for path in paths):
            return source_of_files(files_in(paths), progress)
    raise TypeError(
        f"Spaces: cannot be taken from {show(given)}. Pass a table of Spaces, a Batch, an Archive, or paths."
    )


def source_of_files(files: Files, progress: bool = False) -> Source:
    """Open files that lie side by side in the way that suits each."""
    openers = [_opener_of(path) for _, path in files]
    of_empty = _answers if {_answers, _archives} & set(openers) else _tables
    opened = [(opener or of_empty, file) for opener, file in zip(openers, files, strict=True)]
    kinds = groupby(opened, key=lambda one: one[0])
    sources = [source for opener, group in kinds for source in opener([file for _, file in group], progress)]
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


def _opener_of(path: Path) -> Callable[[Files, bool], list[Source]] | None:
    """Return what opens a file; None for one of JSON lines without any, which is empty either way."""
    if not path.is_file():  # what is read from a pipe is gone
        return _answers
    with path.open("rb") as file:
        unpacked = head_of(file, _HEAD)
        file.seek(0)
        start = file.read(_HEAD)
    if is_lines(path.name) and not unpacked:
        return None
    if holds_table(path):
        return _tables
    return _archives if table_format(start) == "SQLite" else _answers


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
    tables = [table for name, path in files for table in tables_in(name, path)]
    return [Source(name, table=lambda table=table: table) for name, table in tables]  # type: ignore[misc]


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
