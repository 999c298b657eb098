"""`Tables`: the DataFrames that chunks are put together to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from spacekit.fields import MADE_UP_PREFIX, TABLES, Kind
from spacekit.tables.arrays import to_array, to_pandas
from spacekit.tables.parts import Part, join
from spacekit.tables.rounded import rounded
from spacekit.words import Card, even_half_made, more_in, plural

try:  # more than twice as fast as DataFrame for one row
    from pandas.api.internals import create_dataframe_from_blocks
except ImportError:  # before pandas 3
    create_dataframe_from_blocks = None

_NAMES = {table: pd.Index([f.name for f in fields]) for table, fields in TABLES.items()}
_KINDS: dict[str, list[Kind]] = {table: [f.kind for f in fields] for table, fields in TABLES.items()}
_INSTANTS = {
    table: np.array([place for place, kind in enumerate(kinds) if kind == "instant"], np.intp)
    for table, kinds in _KINDS.items()
}
_PLACES = [np.array([place]) for place in range(max(map(len, TABLES.values())))]


_FIRST = 5  # Spaces on a card
_COLUMNS = 6  # of each: title, host, date and the counts
_ONE = {
    "spaces": "one for each Space",
    "creators": "one for each account that made a Space",
    "participants": "one for each person in a Space, where the source lists them",
    "problems": "one for each value that could not be read",
}


class _Tables(NamedTuple):
    spaces: pd.DataFrame
    creators: pd.DataFrame
    participants: pd.DataFrame
    problems: pd.DataFrame


class Tables(_Tables):
    """
    The tables made from records; unpacks in this order.

    Each table that is asked for is a copy of your own: what you change in it changes nothing here. It takes
    milliseconds for 100,000 Spaces, as text is not copied.

    Attributes
    ----------
    spaces
        One row a Space, in the order given.
    creators
        One row an account that made one of them, from its newest record.
    participants
        One row a person that a GraphQL record lists; empty for other sources.
    problems
        One row a value that could not be read; it is missing in its own table.

    Examples
    --------
    >>> import spacekit as sk
    >>> spaces, creators, participants, problems = sk.normalize(sk.documented_record())
    >>> spaces["total_live_listeners"].tolist()
    [435271]
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # to a type checker they are the fields

        def __getitem__(self, place: Any) -> Any:
            found = super().__getitem__(place)
            return found.copy() if isinstance(found, pd.DataFrame) else tuple(map(pd.DataFrame.copy, found))

        def __iter__(self) -> Iterator[pd.DataFrame]:
            return map(pd.DataFrame.copy, super().__iter__())

        spaces, creators, participants, problems = (property(itemgetter(place)) for place in range(4))

    @even_half_made
    def __repr__(self) -> str:
        sizes = [f"{name}: {plural(rows, 'row')}" for name, rows in self._sizes()]
        return f"Tables({', '.join(sizes)})"

    def __str__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return self._card().html()

    def _sizes(self) -> list[tuple[str, int]]:
        return [(name, len(table)) for name, table in zip(self._fields, super().__iter__(), strict=True)]

    def _card(self) -> Card:
        first = rounded(self.spaces.head(_FIRST)).columns()[:_COLUMNS] if len(self.spaces) else []
        facts = [(name, f"{plural(rows, 'row')}, {_ONE[name]}") for name, rows in self._sizes()]
        then = ["tables.spaces", "sk.compare(tables)", "sk.plot.audience(tables)"] if first else []
        then += ["tables.problems"] if len(self.problems) else []
        more = more_in("tables.spaces", len(self.spaces), _FIRST)
        made_up = bool(self.spaces["space_id"].str.startswith(MADE_UP_PREFIX).any())
        head, calls = plural(len(self.spaces), "Space"), then or ["sk.normalize(records)"]
        return Card(head, " as tables", facts, first, more, then=calls, made_up=made_up)


def assemble(parts: Sequence[Part]) -> Tables:
    """Return the tables of all chunks, in their order; there is at least one."""
    whole = join(parts)
    return Tables(
        to_frame("spaces", whole.spaces),
        to_frame("creators", newest(whole.creators, whole.creator_times)),
        to_frame("participants", whole.participants),
        from_rows("problems", whole.problems),
    )


def to_frame(table: str, columns: pa.Table) -> pd.DataFrame:
    """Return an Arrow table with the columns of one of `fields.TABLES` as a DataFrame with its dtypes."""
    return _frame(table, columns) if len(columns) else _empty(table).copy()


def _frame(table: str, columns: pa.Table) -> pd.DataFrame:
    if columns.column(0).num_chunks != 1:
        columns = columns.combine_chunks()
    if create_dataframe_from_blocks is None:
        arrays = map(to_pandas, _KINDS[table], columns.columns)
        return pd.DataFrame(dict(zip(columns.column_names, arrays, strict=True)), copy=False)
    frame: pd.DataFrame = create_dataframe_from_blocks(
        _blocks(table, columns.columns), pd.RangeIndex(len(columns)), _NAMES[table].copy()
    )
    return frame


def _blocks(table: str, columns: Sequence[pa.ChunkedArray]) -> list[tuple[Any, Any]]:
    """Return the columns as pandas wants them: all instants in one block, every other column in its own."""
    kinds, instants = _KINDS[table], _INSTANTS[table]
    arrays = [
        (to_pandas(kind, column), place)
        for kind, column, place in zip(kinds, columns, _PLACES, strict=False)
        if kind != "instant"
    ]
    blocks = [(array[None] if isinstance(array, np.ndarray) else array, place) for array, place in arrays]
    if len(instants):
        together = to_pandas("instant", pa.concat_arrays([columns[place].chunk(0) for place in instants]))
        blocks.append((together.reshape(len(instants), -1), instants))
    return blocks


@cache
def _empty(table: str) -> pd.DataFrame:
    """Return a table without rows; made once, as most collections have no participants and no problems."""
    return _frame(table, columns_of(table, []))


def from_rows(table: str, rows: Sequence[Any]) -> pd.DataFrame:
    """Return a table of `fields.TABLES` made of objects that have its columns as attributes."""
    return to_frame(table, columns_of(table, rows)) if rows else _empty(table).copy()


def columns_of(table: str, rows: Sequence[Any]) -> pa.Table:
    """Return the same as `from_rows`, as Arrow's columns."""
    return pa.table({f.name: _column(f.kind, [getattr(row, f.name) for row in rows]) for f in TABLES[table]})


def _column(kind: Kind, values: list[Any]) -> pa.Array:
    try:
        return to_array(kind, values)
    except UnicodeEncodeError:  # a lone surrogate in what was asked for
        return to_array(kind, [x and x.encode(errors="backslashreplace").decode() for x in values])


def newest(candidates: pa.Table, times: pa.ChunkedArray) -> pa.Table:
    """Return the newest row of each account, by time, then by place; in the order in which accounts first appear."""
    if len(candidates) < 2:
        return candidates
    return candidates.take(newest_places(candidates["creator_id"], times)[0])


def newest_places(accounts: pa.ChunkedArray, times: pa.ChunkedArray) -> tuple[Any, Any]:
    """Return the places of each account's newest row and of its first; a row without an account is one of its own."""
    known = accounts.combine_chunks().dictionary_encode()  # numbered as they first appear
    places = np.arange(len(accounts))
    numbers = np.asarray(known.indices.fill_null(-1))
    codes = np.where(numbers < 0, len(known.dictionary) + places, numbers)
    fetched = np.asarray(times.fill_null(np.iinfo(np.int64).min))
    newest_at, firsts = np.full((2, len(known.dictionary) + len(places)), -1)
    from_oldest = np.argsort(fetched, kind="stable")
    newest_at[codes[from_oldest]] = from_oldest  # of several the last stays
    firsts[codes[::-1]] = places[::-1]
    there = np.flatnonzero(firsts >= 0)
    order = there[np.argsort(firsts[there])]
    return newest_at[order], firsts[order]
