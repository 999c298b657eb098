"""Columns as files hold them, one rule for all formats: instants, spans, flags, text. It writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import pandas as pd
from pandas.api import types

from spacekit.tables.objects import of_objects
from spacekit.tables.plain import hours

Note = Callable[[str], None]
"""Says once what a format cannot hold."""

_EXACT: Final = 2**53  # above it, float64 skips whole numbers
_KINDS: Final = {"b": "flag", "i": "count", "u": "count", "f": "number", "M": "instant", "m": "span"}


def kind(column: pd.Series[Any]) -> str:
    """Return what a column holds, as a word: flag, count, number, instant, span or text."""
    return _KINDS.get(column.dtype.kind, "text")


def settled(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table on a new index, in which columns of Python objects have a dtype; of mixed kinds, they are text."""
    columns = {place: _settled(frame.iloc[:, place]) for place in range(frame.shape[1])}
    table = pd.DataFrame(columns, index=frame.index).reset_index(drop=True)
    table.columns = pd.Index([str(name) for name in frame.columns], dtype=object)
    return table


def _settled(column: pd.Series[Any]) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        labels = column.dtype.categories
        return column if types.infer_dtype(labels) == "string" else _settled(column.astype(object))
    if column.dtype == object:
        column = of_objects(column)
    if column.dtype == object or isinstance(column.dtype, pd.PeriodDtype | pd.IntervalDtype):
        return column.astype(object).map(str, na_action="ignore").astype("string")
    return column


def as_plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with instants as ISO 8601 in UTC and spans as hours; all else is unchanged."""
    return frame.assign(**{str(name): _plain(frame[name]) for name in frame})


def _plain(column: pd.Series[Any]) -> Any:
    if column.dtype.kind == "m":
        return hours(column)
    return iso(column) if column.dtype.kind == "M" else column


def iso(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return instants as ISO 8601: with `Z`, in UTC, where they have a zone; to the millisecond, or as they need."""
    zone = "" if column.dt.tz is None else "Z"
    clock = column if not zone else column.dt.tz_convert("UTC")
    text = clock.dt.strftime("%Y-%m-%dT%H:%M:%S.%f")
    known = column.notna()
    whole: pd.Series[Any] = text.str[:-3] if text[known].str.endswith("000").all() else text
    return whole.where(known) + zone


def exact(frame: pd.DataFrame, note: Note, where: str) -> pd.DataFrame:
    """Return a table in which whole numbers too large for a float64 are text, and say so."""
    for name in frame:
        if kind(frame[name]) == "count" and (frame[name].abs() > _EXACT).any():
            note(f"{where} has no whole numbers above 2^53: column {name!r} is written as text.")
            frame = frame.assign(**{str(name): frame[name].astype("string")})
    return frame


def distinct(names: Iterable[str], room: int, key: Callable[[str], str] = str) -> list[str]:
    """Return names cut to `room` characters that differ, also under `key`; the second of two is called `name_2`."""
    taken: set[str] = set()
    made = []
    for name in names:
        new, number = name[:room], 1
        while key(new) in taken:
            number += 1
            new = f"{name[: room - len(str(number)) - 1]}_{number}"
        taken.add(key(new))
        made.append(new)
    return made
