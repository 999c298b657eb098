"""Arrow tables on disk, written and read batch by batch. Knows no tables of Spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

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


def scatter(
    tables: Iterable[pa.Table], key: Callable[[pa.Table], Any], count: int, folder: Path
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
            for number in np.unique(keys):
                if number not in streams:
                    streams[number] = stack.enter_context(closing(Stream(paths[number], table.schema)))
                streams[number].write(table.filter(pa.array(keys == number)))
    return [paths[number] for number in sorted(streams)]
