"""Reads one column of raw values into an Arrow array, and lists those that could not be read. Knows no paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spacekit.fields import DTYPES, Kind
from spacekit.tables.values import (
    EARLIEST,
    INT64_MAX,
    LATEST,
    LONGEST_SPAN,
    READERS,
    Unreadable,
    is_missing,
    read_date,
    word_of,
)

ARROW: dict[Kind, pa.DataType] = {
    "id": pa.large_string(), "text": pa.large_string(), "texts": pa.large_string(), "count": pa.int64(),
    "code": pa.int64(), "flag": pa.bool_(), "instant": pa.timestamp("ms", "UTC"), "span": pa.duration("ms"),
}  # fmt: skip

_NONE = type(None)
_PLAIN_TYPES: dict[Kind, frozenset[type]] = {
    "id": frozenset({_NONE, str}), "text": frozenset({_NONE, str}),
    "count": frozenset({_NONE, int}), "code": frozenset({_NONE, int}), "flag": frozenset({_NONE, bool}),
    "instant": frozenset({_NONE, int}), "span": frozenset({_NONE, int}), "texts": frozenset({_NONE, list}),
}  # fmt: skip
"""Types whose values are taken as they are, if they are in range."""

_RANGES: dict[Kind, tuple[int, int]] = {
    "count": (0, INT64_MAX), "code": (0, INT64_MAX),
    "instant": (EARLIEST, LATEST - 1), "span": (0, LONGEST_SPAN),
}  # fmt: skip
_FEW = 10
"""Values that are as quickly read one by one as together."""
_NOT_WHOLE = (OverflowError, TypeError, AttributeError, UnicodeEncodeError, pa.ArrowInvalid, Unreadable)
"""Beyond 64 bits; not of the types expected; a lone surrogate; a text that is no number or no date."""
_TEXTS = frozenset({_NONE, str})
Bad = list[tuple[int, str]]


def read_column(kind: Kind, raw: Sequence[Any], plain: bool = False) -> tuple[pa.Array, Bad]:
    """
    Read the raw values of one column.

    Parameters
    ----------
    kind
        What they should be; see `fields.Field`.
    raw
        Values as parsed; None where there is none.
    plain
        Whether the decoder has seen to it that a count is a number or a text, a text a text, and so on.

    Returns
    -------
    array
        Arrow array of the kind's type, as long as `raw`; null where no value could be read.
    bad
        Place and reason of each value that could not be read.
    """
    whole = _read_plain(kind, raw) if plain else None
    if whole is None:
        types = set(map(type, raw))
        whole = pa.nulls(len(raw), ARROW[kind]) if types <= {_NONE} else _read_whole(kind, raw, types)
    return read_one_by_one(kind, raw) if whole is None else (whole, [])


def _read_plain(kind: Kind, raw: Sequence[Any]) -> pa.Array | None:
    """Read a column of plain types at once; None where numbers and texts are mixed, or something is out of range."""
    if raw and raw[0] is None and raw.count(None) == len(raw):
        return pa.nulls(len(raw), ARROW[kind])
    try:
        if kind == "texts":
            return pa.array(_all_joined(raw), ARROW[kind])
        if kind in _RANGES:
            return None if raw and type(raw[0]) is str else _in_range(kind, pa.array(raw, pa.int64()))
        return None if kind == "id" and "" in raw else pa.array(raw, ARROW[kind])
    except _NOT_WHOLE:
        return None


def _read_whole(kind: Kind, raw: Sequence[Any], types: set[type]) -> pa.Array | None:
    """Read a column at once where every value is plain: the quick way; None where it must be read value by value."""
    if types <= _PLAIN_TYPES[kind]:
        return _read_plain(kind, raw)
    try:
        if kind in _RANGES and types <= _TEXTS and len(raw) > _FEW:
            return _of_digits(kind, raw) or (_of_dates(raw) if kind == "instant" else None)
    except _NOT_WHOLE:
        return None
    return None


def _all_joined(raw: Sequence[list[Any] | None]) -> list[str | None]:
    """Return each list of texts or of links as one text."""
    try:
        return [texts if texts is None else " ".join(texts) if texts else "" for texts in raw]
    except TypeError:  # links
        return [texts if texts is None else _joined(texts) if texts else "" for texts in raw]


def _joined(texts: list[Any]) -> str:
    """Return a list of texts or of links as one text."""
    return " ".join([entry if type(entry) is str else word_of(entry) for entry in texts])


def _of_digits(kind: Kind, raw: Sequence[Any]) -> pa.Array | None:
    """Read texts of digits."""
    texts = pa.array(raw, pa.string())
    if not pc.all(pc.utf8_is_digit(texts)).as_py():
        return None
    return _in_range(kind, texts.cast(pa.int64()))


def _of_dates(raw: Sequence[Any]) -> pa.Array | None:
    """Read dates in words."""
    return _in_range("instant", pa.array([x if x is None else read_date(x) for x in raw], pa.int64()))


def _in_range(kind: Kind, numbers: pa.Array) -> pa.Array | None:
    """Return the array of a kind, if all its numbers are in the kind's range."""
    low, high = _RANGES[kind]
    if len(numbers) > _FEW:
        ends = pc.min_max(numbers)
        fits = numbers.null_count == len(numbers) or low <= ends["min"].as_py() <= ends["max"].as_py() <= high
    else:
        fits = all(number is None or low <= number <= high for number in numbers.to_pylist())
    return numbers.view(ARROW[kind]) if fits else None


def read_one_by_one(kind: Kind, raw: Sequence[Any]) -> tuple[pa.Array, Bad]:
    """Read each value by itself: the careful way. Equal texts are read once."""
    reader = READERS[kind]
    values: list[Any] = [None] * len(raw)
    bad: Bad = []
    seen: dict[str, Any] = {} if kind == "text" else {"": None}  # "" outside text is missing
    for i, value in enumerate(raw):
        if type(value) is str and value in seen:
            values[i] = seen[value]
        elif not is_missing(value):
            try:
                values[i] = reader(value)
            except Unreadable as problem:
                values[i] = problem.repaired
                bad.append((i, str(problem)))
            else:
                if type(value) is str:
                    seen[value] = values[i]
    return to_array(kind, values), bad


def to_array(kind: Kind, values: Sequence[Any]) -> pa.Array:
    """Return the Arrow array of a kind from Python values that are of it; None is missing."""
    return pa.array(values, ARROW[kind])


def to_pandas(kind: Kind, column: pa.Array | pa.ChunkedArray) -> Any:
    """Return an Arrow column of the kind's type as the pandas array of its dtype."""
    if kind in ("count", "code"):
        return pd.arrays.IntegerArray(*_values_and_mask(column, 0))
    if kind == "flag":
        return pd.arrays.BooleanArray(*_values_and_mask(column, False))
    if kind == "span":
        return np.asarray(column).copy()
    if kind == "instant":
        return DTYPES[kind].__from_arrow__(column).copy()
    return pd.arrays.ArrowStringArray(column)


def _values_and_mask(column: pa.Array | pa.ChunkedArray, filler: Any) -> tuple[Any, Any]:
    """Return the two numpy arrays of a masked pandas array: values, and where they are missing."""
    if column.null_count == 0:  # the copies are there because Arrow's memory must not be written to
        return np.asarray(column).copy(), np.zeros(len(column), bool)
    return np.asarray(column.fill_null(filler)).copy(), np.asarray(column.is_null()).copy()
