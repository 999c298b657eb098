"""Decodes one unit to Arrow tables, and writes them to disk, all or nothing. Knows no other unit."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from spacekit.batch.gathering import Gathered
from spacekit.batch.large.newest import ORDER, newest
from spacekit.batch.large.streams import Stream
from spacekit.batch.large.units import Unit, blocks_between, key_of
from spacekit.batch.lines import Answer, lines_in
from spacekit.batch.reading import answers_of, gathered_in
from spacekit.tables.frames import columns_of, from_rows

NAMES: Final = ("spaces", "creators", "participants", "problems", "outcomes")
"""The tables of a source."""

_COUNTED: Final = {"problems": ("record",), "outcomes": ("record",), "creators": ("_row", "_first")}
"""Columns that count Spaces; in a part, from the beginning of its unit."""


@cache
def schema_of(name: str) -> pa.Schema:
    """Return the Arrow schema of a table, with what pandas needs to restore its dtypes."""
    return pa.Schema.from_pandas(from_rows(name, []), preserve_index=False)


@cache
def part_schema(name: str) -> pa.Schema:
    """Return the schema of a table in a part: creators have their order too."""
    order = ORDER if name == "creators" else ()
    return pa.schema([*schema_of(name), *(pa.field(column, pa.int64()) for column in order)])


def tables_of(unit: Unit, line: int) -> Iterator[dict[str, pa.Table]]:
    """Yield the tables of a unit, chunk by chunk; `line` is the number of its first line in the file."""
    for chunk in gathered_in(_answers_of(unit, line)):
        made = {
            "spaces": chunk.part.spaces,
            "creators": _candidates(chunk),
            "participants": chunk.part.participants,
            "problems": columns_of("problems", chunk.part.problems),
            "outcomes": columns_of("outcomes", chunk.outcomes),
        }
        yield {name: made[name].cast(part_schema(name)) for name in NAMES}


def _answers_of(unit: Unit, line: int) -> Iterator[list[Answer]]:
    for piece in unit:
        if piece.stop is None:
            yield from answers_of([(piece.name, piece.path)])
        else:
            yield from lines_in(piece.name, blocks_between(piece), line)


def _candidates(chunk: Gathered) -> pa.Table:
    """Return the newest row of each account of a chunk, with its order."""
    rows = chunk.part.creators
    places = pa.array(chunk.start + np.arange(len(rows)))
    times = chunk.part.creator_times.fill_null(np.iinfo(np.int64).min)
    for name, values in zip(ORDER, (times, places, places), strict=True):
        rows = rows.append_column(name, values)
    return newest(rows)


def counted_from(name: str, rows: pa.Table, start: int) -> pa.Table:
    """Return rows of a part whose Spaces are counted from the beginning of all: `start` are in the parts before."""
    for column in _COUNTED.get(name, ()):
        place = rows.schema.get_field_index(column)
        rows = rows.set_column(place, rows.schema.field(place), pc.add(rows[column], start))
    return rows


def write_part(task: tuple[Unit, int], folder: Path) -> int:
    """
    Decode a unit and write its tables to a folder named by its key, unless that is there.

    Parameters
    ----------
    task
        The unit, and the number of its first line.
    folder
        Where the part goes.

    Returns
    -------
    rows
        Number of its Spaces.
    """
    unit, line = task
    part = folder / key_of(unit)
    if not part.exists():
        work = Path(tempfile.mkdtemp(dir=folder))
        rows = _write_streams(unit, line, work)
        (work / "rows").write_text(str(rows), encoding="ascii")
        try:
            work.rename(part)
        except OSError:
            if not part.exists():
                raise
            shutil.rmtree(work)  # another process was first
    return int((part / "rows").read_text(encoding="ascii"))


def _write_streams(unit: Unit, line: int, folder: Path) -> int:
    rows = 0
    with ExitStack() as stack:
        streams = {
            name: stack.enter_context(closing(Stream(folder / name, part_schema(name)))) for name in NAMES
        }
        for made in tables_of(unit, line):
            for name, table in made.items():
                streams[name].write(table)
            rows += len(made["spaces"])
    return rows
