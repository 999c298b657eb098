"""Reads one column of raw JSON values into a pandas array, and tells those that could not be read. Knows no paths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from spacekit.fields import DTYPES, Kind
from spacekit.tables.values import EARLIEST, INT64_MAX, LATEST, LONGEST_SPAN, READERS, Unreadable, is_missing

ARROW: dict[Kind, pa.DataType] = {
    "id": pa.large_string(), "text": pa.large_string(), "texts": pa.large_string(), "count": pa.int64(),
    "code": pa.int64(), "flag": pa.bool_(), "instant": pa.timestamp("ms", "UTC"), "span": pa.duration("ms"),
}  # fmt: skip

NONE = type(None)
PLAIN_TYPES: dict[Kind, frozenset[type]] = {
    "id": frozenset({NONE, str}), "text": frozenset({NONE, str}), "texts": frozenset({NONE}),
    "count": frozenset({NONE, int}), "code": frozenset({NONE, int}), "flag": frozenset({NONE, bool}),
    "instant": frozenset({NONE, int}), "span": frozenset({NONE, int}),
}  # fmt: skip
"""Types whose values are taken as they are, if they are in range."""

RANGES: dict[Kind, tuple[int, int]] = {
    "count": (0, INT64_MAX), "code": (0, INT64_MAX),
    "instant": (EARLIEST, LATEST - 1), "span": (0, LONGEST_SPAN),
}  # fmt: skip
DIGITS = frozenset({NONE, str})
Bad = list[tuple[int, str]]


def read_column(kind: Kind, raw: Sequence[Any]) -> tuple[Any, Bad]:
    """
    Read the raw values of one column.

    Parameters
    ----------
    kind
        What they should be; see `fields.Field`.
    raw
        JSON values as parsed; None where there is none.

    Returns
    -------
    array
        pandas array of the kind's dtype, as long as `raw`; missing where no value could be read.
    bad
        Place and reason of each value that could not be read.
    """
    whole = read_whole(kind, raw)
    return read_one_by_one(kind, raw) if whole is None else (from_arrow(kind, whole), [])


def read_whole(kind: Kind, raw: Sequence[Any]) -> pa.Array | None:
    """Read a column at once where every value is plain: the quick way; None where it must be read value by value."""
    types = set(map(type, raw))
    if kind in RANGES:
        return whole_numbers(kind, raw, types)
    if not types <= PLAIN_TYPES[kind] or (kind == "id" and "" in raw):
        return None
    try:
        return pa.array(raw, ARROW[kind])
    except UnicodeEncodeError:  # a lone surrogate
        return None


def whole_numbers(kind: Kind, raw: Sequence[Any], types: set[type]) -> pa.Array | None:
    """Read integers, or texts that are all digits, if all are in the kind's range."""
    if types <= PLAIN_TYPES[kind]:
        try:
            numbers = pa.array(raw, pa.int64())
        except OverflowError:
            return None
    elif types <= DIGITS:
        try:
            texts = pa.array(raw, pa.string())
        except UnicodeEncodeError:
            return None
        if pc.all(pc.match_substring_regex(texts, "^[0-9]{1,18}$")).as_py() is False:
            return None
        numbers = texts.cast(pa.int64())
    else:
        return None
    return numbers.view(ARROW[kind]) if in_range(numbers, *RANGES[kind]) else None


def in_range(numbers: pa.Array, low: int, high: int) -> bool:
    """Whether all numbers that are there lie between two bounds."""
    present = numbers.drop_null().to_numpy()
    return present.size == 0 or bool(present.min() >= low and present.max() <= high)


def read_one_by_one(kind: Kind, raw: Sequence[Any]) -> tuple[Any, Bad]:
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


def to_array(kind: Kind, values: Sequence[Any]) -> Any:
    """Make the pandas array of a kind from Python values that are of it; None is missing."""
    return from_arrow(kind, pa.array(values, ARROW[kind]))


def from_arrow(kind: Kind, array: pa.Array) -> Any:
    """Turn an Arrow array of the kind's type into the pandas array of its dtype."""
    if kind in ("count", "code"):
        return pd.arrays.IntegerArray(*values_and_mask(array, 0))
    if kind == "flag":
        return pd.arrays.BooleanArray(*values_and_mask(array, False))
    if kind == "span":
        return array.to_numpy(zero_copy_only=False)
    return DTYPES[kind].__from_arrow__(array)


def values_and_mask(array: pa.Array, filler: Any) -> tuple[Any, Any]:
    """Give the two numpy arrays of a masked pandas array: values, and where they are missing."""
    if array.null_count == 0:  # the copies are there because Arrow's memory must not be written to
        return array.to_numpy(zero_copy_only=False).copy(), np.zeros(len(array), bool)
    present = array.fill_null(filler).to_numpy(zero_copy_only=False).copy()
    return present, array.is_null().to_numpy(zero_copy_only=False).copy()
