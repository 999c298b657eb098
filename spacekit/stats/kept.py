"""What was worked out of a table, kept while nobody changes it: forms draw a table many times. No statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeAlias, TypeVar

import pandas as pd

_T = TypeVar("_T")

Kept: TypeAlias = dict[tuple[int, str], tuple[pd.DataFrame, Any]]
"""What was worked out, by the `id` of its table and its name. A table that is kept here keeps its `id`."""

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


def keep(kept: Kept, name: str, table: pd.DataFrame, found: Any) -> None:
    """Keep what is known of a table."""
    kept[id(table), name] = (table, found)
