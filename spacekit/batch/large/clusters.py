"""Sources of any size as dask DataFrames: a graph of units, decoded where the scheduler says. Writes no files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd
import pyarrow as pa

from spacekit.arguments import check_whole
from spacekit.batch.large.newest import ORDER, hashes, newest
from spacekit.batch.large.parts import NAMES, counted_from, part_schema, tables_of
from spacekit.batch.large.units import Unit, count_lines, units_in
from spacekit.batch.texts import PathLike
from spacekit.tables.frames import from_rows, to_frame
from spacekit.words import even_half_made, keyless, plural

_UNITS_A_BUCKET: Final = 32


class DaskTables(NamedTuple):
    """The tables of a source as dask DataFrames; nothing is read until one is computed."""

    spaces: Any
    creators: Any
    participants: Any
    problems: Any
    outcomes: Any

    @even_half_made
    def __repr__(self) -> str:
        parts = plural(self.spaces.npartitions, "partition")
        return f"DaskTables({', '.join(self._fields)}; {parts}, read when computed)"


@keyless
def to_dask(paths: PathLike | Iterable[PathLike], *, partition_mib: int = 64) -> DaskTables:
    """
    Return the tables of any number of Spaces as dask DataFrames.

    Parameters
    ----------
    paths
        As for `read`. The files must be readable wherever the scheduler runs its tasks.
    partition_mib
        How much of the files, in MiB, makes a partition, about. Large files of JSON lines are cut, and small files
        are read together; any other file is one partition.

    Returns
    -------
    tables
        `spaces`, `creators`, `participants`, `problems` and `outcomes`, with the columns and dtypes of `read`, and
        the same rows. They are computed by whichever scheduler dask uses at the time. The divisions are unknown.
        With more than 32 partitions, `creators` has several, each with the accounts that fall into it.

    Raises
    ------
    FileNotFoundError
        A path leads nowhere.
    ImportError
        dask is not installed.

    Examples
    --------
    >>> import spacekit as sk
    >>> tables = sk.to_dask(sk.sample_batch().to_jsonl("spaces.jsonl"))
    >>> tables
    DaskTables(spaces, creators, participants, problems, outcomes; 1 partition, read when computed)
    >>> int(tables.spaces["total_live_listeners"].sum().compute())
    944499
    """
    try:
        import dask.dataframe as dd
        from dask.delayed import delayed
    except ImportError as error:
        raise ImportError(
            f'to_dask: dask cannot be imported ({error}). Install spacekit with its extra "dask".'
        ) from error
    check_whole("partition_mib", partition_mib, 1)
    units = units_in(paths, partition_mib * 2**20)
    parts = [
        delayed(_decoded, pure=True)(unit, line)
        for unit, line in zip(units, _lines(delayed, units), strict=True)
    ]
    starts = [delayed(0)]
    for part in parts:
        starts.append(delayed(_end)(starts[-1], part))
    made = {
        name: [delayed(_frame)(name, part, start) for part, start in zip(parts, starts, strict=False)]
        for name in DaskTables._fields
    }
    made["creators"] = _creators(delayed, parts)
    return DaskTables(
        **{
            name: dd.from_delayed(made[name], meta=from_rows(name, []), verify_meta=False)
            for name in DaskTables._fields
        }
    )


def _lines(delayed: Any, units: Sequence[Unit]) -> Iterator[Any]:
    """Yield the number of the first line of each unit, which is counted as well on the cluster."""
    line = 1
    for unit in units:
        line = line if unit[0].start else 1
        yield line
        if unit[0].stop is not None:
            line = delayed(count_lines)(unit[0]) + line


def _decoded(unit: Unit, line: int) -> dict[str, pa.Table]:
    """Return the tables of a unit."""
    made = list(tables_of(unit, line)) or [{name: part_schema(name).empty_table() for name in NAMES}]
    return {name: pa.concat_tables([rows[name] for rows in made]) for name in NAMES}


def _end(start: int, decoded: dict[str, pa.Table]) -> int:
    """Return the number of Spaces up to the end of a unit."""
    return start + len(decoded["spaces"])


def _frame(name: str, decoded: dict[str, pa.Table], start: int) -> pd.DataFrame:
    return to_frame(name, counted_from(name, decoded[name], start))


def _creators(delayed: Any, parts: Sequence[Any]) -> list[Any]:
    """Return the partitions of creators: each account in one of them."""
    count = -(-len(parts) // _UNITS_A_BUCKET)
    split = [delayed(_split, nout=count)(part, number, count) for number, part in enumerate(parts)]
    return [delayed(_merged)([buckets[i] for buckets in split]) for i in range(count)]


def _split(decoded: dict[str, pa.Table], number: int, count: int) -> list[pa.Table]:
    """Return the creators of a part by account; the number of the part is enough to put places in order."""
    rows = counted_from("creators", decoded["creators"], number << 32)
    keys = hashes(rows) % count
    return [rows.filter(pa.array(keys == bucket)) for bucket in range(count)]


def _merged(tables: Sequence[pa.Table]) -> pd.DataFrame:
    return to_frame("creators", newest(pa.concat_tables(tables)).drop_columns(list(ORDER)))
