"""The newest row of each account among more rows than fit into memory. Knows no JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa

from spacekit.batch.large.streams import in_threads, read_whole, scatter
from spacekit.tables.frames import newest_places

ORDER: Final = ("_at", "_row", "_first")
"""Columns added to those of `creators`: when the row was fetched, its place, and where its account first appears."""

_AT_ONCE: Final = 50_000  # rows; some 60 MB
_MOST_FILES: Final = 256  # open at the same time


def newest(rows: pa.Table) -> pa.Table:
    """Return the newest row of each account, by time, then by place; a row without an id is an account of its own."""
    rows = rows.sort_by("_row")
    kept, firsts = newest_places(rows["creator_id"], rows["_at"])
    place = rows.schema.get_field_index("_first")
    return rows.take(kept).set_column(place, "_first", rows["_first"].take(firsts)).sort_by("_first")


def newest_of_all(
    candidates: Iterable[pa.Table], number: int, folder: Path, threads: int
) -> Iterator[pa.Table]:
    """
    Yield the newest row of each account, in the order in which the accounts first appear.

    Parameters
    ----------
    candidates
        Rows of `creators` with the columns of `ORDER`, in tables of any length.
    number
        How many Spaces there are in all: places are below it.
    folder
        Where rows are kept meanwhile.
    threads
        How many files are read or written at the same time.
    """
    if not number:
        return
    files = min(max(-(-number // _AT_ONCE), 1), _MOST_FILES)
    by_account = scatter(candidates, lambda rows: hashes(rows) % files, files, folder / "accounts", threads)
    winners = in_threads(lambda path: newest(read_whole(path)), by_account, threads)
    by_place = scatter(
        winners, lambda rows: rows["_first"].to_numpy() * files // number, files, folder / "places", threads
    )
    yield from in_threads(_in_order, by_place, threads)


def _in_order(path: Path) -> pa.Table:
    return read_whole(path).sort_by("_first").drop_columns(list(ORDER))


def hashes(rows: pa.Table) -> Any:
    """Return a number for each row, the same for the same account in every process."""
    accounts = rows["creator_id"].to_pandas().to_numpy(object, na_value="")
    return pd.util.hash_array(accounts, categorize=False)
