"""What was worked out of a table, kept while nobody changes it: forms draw a table many times. No statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

_T = TypeVar("_T")

Kept: TypeAlias = dict[tuple[int, str], tuple[pd.DataFrame, Any]]
"""What was worked out, by the `id` of its table and its name. A table that is kept here keeps its `id`."""

_WHOLE: Final = "whole"  # as what is kept which rows of another table a table has
_kept: ContextVar[Kept | None] = ContextVar("kept", default=None)


@contextmanager
def measured_once(kept: Kept) -> Iterator[None]:
    """Work out once what is asked for of the same table: for tables that nobody changes meanwhile."""
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)


def once(name: str, table: pd.DataFrame, work_out: Callable[[pd.DataFrame], _T]) -> _T:
    """Return what was worked out of the same table before, where that is kept; callers do not change it."""
    kept = _kept.get()
    if kept is None:
        return work_out(table)
    if (id(table), name) not in kept:
        keep(kept, name, table, work_out(table))
    found: _T = kept[id(table), name][1]
    return found


def once_by_row(name: str, table: pd.DataFrame, work_out: Callable[[pd.DataFrame], _T]) -> _T:
    """
    Return the same of what is worked out of each row by itself, whatever the others are: an array.

    Of some rows of another table, as `keep_rows` says, it is taken from that of the whole.
    """
    kept = _kept.get() or {}
    if (id(table), _WHOLE) not in kept:
        return once(name, table, work_out)
    known, whole, rows = kept[id(table), _WHOLE][1]

    def of_rows(_: pd.DataFrame) -> _T:
        with measured_once(known):
            every: Any = once_by_row(name, whole, work_out)
        some: _T = every[rows]
        return some

    return once(name, table, of_rows)


def keep_rows(kept: Kept, table: pd.DataFrame, of: tuple[Kept, pd.DataFrame, npt.NDArray[np.bool_]]) -> None:
    """Keep that a table has these rows of another one, of which this is kept."""
    keep(kept, _WHOLE, table, of)


def keep(kept: Kept, name: str, table: pd.DataFrame, found: Any) -> None:
    """Keep what is known of a table."""
    kept[id(table), name] = (table, found)
