"""Arrow tables on disk, written and read batch by batch. Knows no tables of Spaces."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4")


class Stream:
    """A file of Arrow batches of one schema, opened for writing."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_stream(self._file, schema, options=_OPTIONS)

    def write(self, rows: pa.Table) -> None:
        """Add rows."""
        self._writer.write_table(rows.combine_chunks())

    def close(self) -> None:
        """End the file."""
        self._writer.close()
        self._file.close()


def read_stream(path: Path) -> Iterator[pa.Table]:
    """Yield the batches of a file, one by one."""
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            yield pa.Table.from_batches([batch])


def read_whole(path: Path) -> pa.Table:
    """Return all rows of a file."""
    with pa.OSFile(str(path), "rb") as file, pa.ipc.open_stream(file) as reader:
        return reader.read_all()


def in_threads(
    function: Callable[[_Item], _Result], items: Iterable[_Item], threads: int
) -> Iterator[_Result]:
    """Yield the result for each item, in their order; others are computed meanwhile, as many as there are threads."""
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[_Result]] = deque()
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def scatter(
    tables: Iterable[pa.Table], key: Callable[[pa.Table], Any], count: int, folder: Path, threads: int
) -> list[Path]:
    """
    Write rows to several files, each row to the one that `key` chooses.

    Parameters
    ----------
    tables
        Tables of one schema.
    key
        Return the number of the file of each row of a table, from 0.
    count
        How many files.
    folder
        Where they are written; it is made.
    threads
        How many files are written at the same time.

    Returns
    -------
    paths
        One for each number that has rows, in order of the numbers.
    """
    folder.mkdir()
    paths = [folder / f"{number:04d}" for number in range(count)]
    streams: dict[int, Stream] = {}
    with ExitStack() as stack:
        for table in tables:
            keys = key(table)
            numbers = np.unique(keys)
            for number in set(numbers) - streams.keys():
                streams[number] = stack.enter_context(closing(Stream(paths[number], table.schema)))

            def write(number: int, table: pa.Table = table, keys: Any = keys) -> None:
                streams[number].write(table.filter(pa.array(keys == number)))

            for _ in in_threads(write, numbers, threads):
                pass
    return [paths[number] for number in sorted(streams)]
