"""The group of each Space: by column, host, weekday, hour or a function. It compares nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from spacekit.fields import STATES
from spacekit.stats.columns import COUNT, TEXT, pick_spaces, zoned

By: TypeAlias = "str | Callable[[pd.DataFrame], Any] | pd.Series[Any] | Iterable[Any] | None"

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def group_labels(spaces: pd.DataFrame, by: By = None, tz: str = "UTC") -> pd.Series[Any]:
    """
    Return the group of each Space, as text.

    Parameters
    ----------
    spaces
        The `spaces` table.
    by
        - None: one group, `all`.
        - the name of a column; states that differ only in case are one.
        - "host": the creator's account, named by its newest handle.
        - "weekday", "hour": of `started_at`, as the clocks of `tz` show it.
        - a function of `spaces`, or one value for each row. A Series is matched by its index where that is the
          table's in another order.

        A column of the table comes before a word of the same name.
    tz
        Time zone of "weekday" and "hour".

    Returns
    -------
    labels
        An ordered categorical on the index of `spaces`, its categories in the order of the groups: weekdays from
        Monday, categories in their own order, everything else sorted. Missing where there is nothing to group by.

    Raises
    ------
    ValueError
        There is no such column, word or zone, or not one value for each row.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.group_labels(sk.sample_batch().spaces, "weekday").value_counts(sort=False)
    Monday        9
    Tuesday      14
    Wednesday    12
    Thursday     13
    Friday        8
    Saturday      6
    Sunday       19
    Name: count, dtype: int64
    """
    values = _values(spaces, by, tz)
    if len(values) != len(spaces):
        raise ValueError(f"by: got {len(values)!r} values for {len(spaces)!r} Spaces. Pass one for each row.")
    return _as_labels(values, spaces.index)


def creator_keys(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return whose Space each is: the account id, else the handle after an @; missing where both are."""
    table = pick_spaces(spaces, "creator_id creator_screen_name")
    return table.creator_id.fillna("@" + table.creator_screen_name.str.lower())


def host_names(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return the name of each Space's creator: its newest handle, with the id where two accounts share it."""
    table = pick_spaces(spaces, "creator_screen_name fetched_at").assign(key=creator_keys(spaces).array)
    dated = table.reset_index(drop=True).dropna(subset=["key", "creator_screen_name"])
    dated = dated.sort_values(["fetched_at", "creator_screen_name"], na_position="first")
    names = dated.groupby("key").creator_screen_name.last()
    shared = names.str.lower().duplicated(keep=False)
    names = names.mask(shared, names + " (" + names.index.astype(TEXT) + ")")
    return table.key.map(names).astype(TEXT).fillna(table.key)


def _values(spaces: pd.DataFrame, by: By, tz: str) -> Any:
    if by is None:
        return ["all"] * len(spaces)
    if isinstance(by, str):
        return _named(spaces, by, tz)
    return _listed(by(spaces) if callable(by) else by, spaces.index)


def _listed(values: Any, index: pd.Index[Any]) -> Any:
    if isinstance(values, pd.Series) and _is_reordered(values.index, index):
        return values.reindex(index).array
    if isinstance(values, (pd.Series, pd.Index)):
        return values.array
    return values if isinstance(values, pd.Categorical) else list(values)


def _is_reordered(theirs: pd.Index[Any], ours: pd.Index[Any]) -> bool:
    """Whether a Series has the table's index in another order: taken by place, the groups would be wrong."""
    same = len(theirs) == len(ours) and theirs.is_unique and ours.is_unique
    return same and not theirs.equals(ours) and bool(theirs.isin(ours).all())


def _named(spaces: pd.DataFrame, by: str, tz: str) -> Any:
    if by == "state" and by in spaces.columns:
        return _states(spaces[by].astype(TEXT)).array
    if by in spaces.columns:
        return spaces[by].array
    if by == "host":
        return host_names(spaces).array
    if by in ("weekday", "hour"):
        started = zoned(pick_spaces(spaces, "started_at").started_at, tz)
        return _weekdays(started) if by == "weekday" else _hours(started)
    raise ValueError(
        f"by: there is no column {by!r}. Use a column of the table, 'host', 'weekday', 'hour' or a function."
    )


def _states(state: pd.Series[Any]) -> pd.Series[Any]:
    documented = state.str.lower().map({s.lower(): s for s in STATES})
    return documented.astype(TEXT).fillna(state)


def _weekdays(started: pd.Series[Any]) -> Any:
    days = started.dt.day_of_week.map(dict(enumerate(_WEEKDAYS)))
    return pd.Categorical(days, categories=list(_WEEKDAYS))


def _hours(started: pd.Series[Any]) -> Any:
    return started.dt.hour.map("{:02.0f}".format, na_action="ignore").array


def _as_labels(values: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    column = _whole(pd.Series(values))
    if isinstance(column.dtype, pd.CategoricalDtype):
        order = list(column.cat.categories)
    else:
        order = _sorted(column.dropna().unique())
    text = column.astype(object).map(str, na_action="ignore").array
    names = list(dict.fromkeys(str(value) for value in order))
    return pd.Series(pd.Categorical(text, categories=names, ordered=True), index=index)


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return whole floats as integers, so that a year with gaps reads 2026 and not 2026.0."""
    if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
        return column.astype(COUNT)
    return column


def _sorted(values: Any) -> list[Any]:
    """Sort values, or their text where they cannot be compared."""
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=str)


def cluster_codes(keys: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Number the creators 0, 1, ... in sorted order; each Space without a creator is one by itself."""
    codes, known = pd.factorize(keys, sort=True)
    lone = codes < 0
    codes[lone] = len(known) + np.arange(lone.sum())
    return codes.astype(np.int64)
