"""The group of each Space: by column, host, weekday, hour, month or a function. It compares nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, Final, TypeAlias

import numpy as np
import pandas as pd

from spacekit.fields import STATES
from spacekit.stats.columns import COUNT, TEXT, check_zone, pick_spaces, repeated_rows, zoned
from spacekit.stats.kept import measured_once, once, once_by_row
from spacekit.tables import creator_keys as keys_of
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, plural, show

By: TypeAlias = "str | Callable[[pd.DataFrame], Any] | pd.Series[Any] | Iterable[Any] | None"

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@keyless
def group_labels(spaces: Spaces, by: By = None, tz: str = "UTC") -> pd.Series[Any]:
    """
    Return the group of each Space, as text.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by
        - None: one group, `all`.
        - the name of a column; states that differ only in case are one.
        - "host": the creator's account, named by its newest handle.
        - "weekday", "hour", "month" (as "2026-01"): of `started_at`, as the clocks of `tz` show it.
        - a list of these names: a group for each combination that occurs, labels joined by ", ". One with ", " in it
          is quoted.
        - a function of `spaces`, or one value for each row. A Series is matched by its index, never by place: it must
          have the table's index, or each of its labels once.

        A column of the table comes before a word of the same name.
    tz
        Time zone of "weekday", "hour" and "month".

    Returns
    -------
    labels
        An ordered categorical on the index of `spaces`, its categories in the order of the groups: weekdays from
        Monday, categories in their own order, everything else sorted. Missing where there is nothing to group by. An
        older row of a Space (`repeated` in `measures`) is in the group of the newest one; a function of `spaces` does
        not see it.

    Raises
    ------
    ValueError
        There is no such column, word or zone, not one value for each row, or a Series has another index.

    Examples
    --------
    >>> import spacekit as sk
    >>> spaces = sk.sample_batch().spaces
    >>> sk.stats.group_labels(spaces, "weekday").value_counts(sort=False).head(3)
    Monday       9
    Tuesday     14
    Wednesday   12
    Name: count, dtype: int64
    >>> sk.stats.group_labels(spaces, ["host", "month"]).iloc[0]
    'sample_radio, 2026-01'
    """
    spaces = spaces_in(spaces)
    check_zone(tz)
    repeated = repeated_rows(spaces)
    names = _names(by, spaces)
    if names is None and by is not None and not callable(by):
        labels = _as_labels(_one_a_row(by, spaces.index)[~repeated])
    elif repeated.any():
        with measured_once({}):  # these rows are a table of this call alone: nothing of it is kept
            labels = _computed(spaces[~repeated], by, names, tz)
    else:
        labels = _computed(spaces, by, names, tz)
    return pd.Series(_spread(labels, spaces["space_id"], repeated), index=spaces.index)


def numbered_groups(labels: pd.Series[Any], by: By) -> tuple[list[Any], np.ndarray[Any, np.dtype[np.int64]]]:
    """Return the names of the groups, and the number of the group of each row; rows without one come last, `<NA>`."""
    codes = labels.cat.codes.to_numpy(dtype=np.int64)
    names = ["all"] if by is None else [*labels.cat.categories]
    none = codes < 0
    return [*names, pd.NA] if none.any() else names, np.where(none, len(names), codes)


def creator_keys(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return whose Space each is: the account id, else the handle after an @; missing where both are."""
    return keys_of(pick_spaces(spaces, "creator_id creator_screen_name"))


def creators(spaces: pd.DataFrame) -> pd.Categorical:
    """Return `creator_keys` by place, sorted and numbered; there may be categories that no row here has."""
    return once_by_row("creators", spaces, lambda table: pd.Categorical(creator_keys(table)))


def numbered_creators(spaces: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the number of each Space's creator among `creators`, in the order of their keys; -1 where it has none."""
    return creators(spaces).codes.astype(np.int64)


def ids_of_creators(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return the id of each of `creators`, missing where only a handle is known."""
    has_id = pick_spaces(spaces, "creator_id")["creator_id"].notna().to_numpy()
    owners = pd.Series(creators(spaces).categories, dtype=TEXT)
    known = np.bincount(numbered_creators(spaces)[has_id], minlength=len(owners)) > 0
    found: pd.Series[Any] = owners.where(known)
    return found


def names_of_creators(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return the name of each of `creators`: its newest handle, with the id where two accounts share it."""
    return once("names_of_creators", spaces, _names_of_creators)


def _names_of_creators(spaces: pd.DataFrame) -> pd.Series[Any]:
    owners = pd.Series(creators(spaces).categories, dtype=TEXT)
    names = _newest_names(spaces, numbered_creators(spaces), len(owners))
    shared = names.str.lower().duplicated(keep=False) & names.notna()
    found: pd.Series[Any] = names.mask(shared, names + " (" + owners + ")").fillna(owners)
    return found


def _newest_names(spaces: pd.DataFrame, codes: Any, n: int) -> pd.Series[Any]:
    """Return the newest handle of each of `n` creators, of the greatest in the alphabet where several are as new."""
    handles = once_by_row("handles", spaces, _handles)
    fetched = pick_spaces(spaces, "fetched_at")["fetched_at"]
    times = fetched.astype("int64").to_numpy()  # a missing one is the least
    rows = np.flatnonzero((codes >= 0) & (handles.codes >= 0))
    newest, found = np.full(n, times.min(initial=0)), np.full(n, -1)
    np.maximum.at(newest, codes[rows], times[rows])
    rows = rows[times[rows] == newest[codes[rows]]]
    np.maximum.at(found, codes[rows], handles.codes[rows])
    return pd.Series(pd.array(handles.categories, dtype=TEXT).take(found, allow_fill=True))


def _handles(spaces: pd.DataFrame) -> pd.Categorical:
    return pd.Categorical(pick_spaces(spaces, "creator_screen_name")["creator_screen_name"])


def _names(by: By, spaces: pd.DataFrame) -> list[str] | None:
    """Return the names to group by; None where `by` is something else, such as one value a row."""
    if isinstance(by, str):
        return [by]
    if not isinstance(by, list | tuple) or not all(isinstance(name, str) for name in by):
        return None
    known = {name for name in by if name in spaces.columns or name in _WORDS}
    return [*by] if known and (len(known) == len(by) or len(by) != len(spaces)) else None


def _computed(spaces: pd.DataFrame, by: Any, names: list[str] | None, tz: str) -> pd.Categorical:
    """Return the labels by names or by a function; `all` without either."""
    if names:
        return _joined([_labels(spaces, name, tz) for name in names])
    if by is None:
        return _coded(np.zeros(len(spaces), dtype=np.int64), ["all"][: len(spaces)])
    return _as_labels(_one_a_row(by(spaces), spaces.index))


def _joined(parts: list[pd.Categorical]) -> pd.Categorical:
    """Return one label for each combination that occurs, in the order of the parts."""
    if len(parts) == 1:
        return parts[0]
    codes = np.column_stack([part.codes for part in parts]).astype(np.int64)
    known = (codes >= 0).all(axis=1)
    found, place = np.unique(codes[known], axis=0, return_inverse=True)
    names = [
        ", ".join(_quoted(part.categories[code]) for part, code in zip(parts, row, strict=True))
        for row in found
    ]
    joined = np.full(len(codes), -1)
    joined[known] = place.ravel()
    return _coded(joined, names)


def _quoted(name: str) -> str:
    return repr(name) if ", " in name else name


def _spread(labels: pd.Categorical, ids: pd.Series[Any], repeated: Any) -> pd.Categorical:
    """Put labels of the rows that are not repeated on all rows: a repeated one has that of its Space."""
    if not repeated.any():
        return labels
    row = np.cumsum(~repeated) - 1
    known = ~repeated & ids.notna().to_numpy(dtype=bool)
    row[repeated] = pd.Series(row[known], index=ids[known]).reindex(ids[repeated])
    return labels.take(row)


def _one_a_row(values: Any, index: pd.Index[Any]) -> pd.Series[Any]:
    """Return the values by place, one for each row of a table with this index."""
    if isinstance(values, pd.Series):
        return _matched(values, index).reset_index(drop=True)
    one_way = isinstance(values, Iterable) and getattr(values, "ndim", 1) == 1
    if not one_way or isinstance(values, str | bytes | Mapping | Set):
        what = f"{type(values).__name__} {show(values)}" if np.ndim(values) < 2 else type(values).__name__
        raise ValueError(
            f"by: cannot group by the {what}. Use a name, a list of names, or one value for each row."
        )
    by_place = isinstance(values, np.ndarray | pd.api.extensions.ExtensionArray | pd.Index)
    column = pd.Series(values if by_place else list(values))
    if len(column) != len(index):
        raise ValueError(
            f"by: got {plural(len(column), 'value')} for {plural(len(index), 'row')}. Pass one for each row, or names "
            "of columns."
        )
    return column


def _matched(values: pd.Series[Any], index: pd.Index[Any]) -> pd.Series[Any]:
    """Return the values of a Series for each label of the table's index."""
    if values.index.equals(index):
        return values
    if values.index.is_unique and index.isin(values.index).all():
        return values.reindex(index)
    lacking = index[~index.isin(values.index)]
    twice = values.index[values.index.duplicated()]
    verb, label = ("lacks", lacking.tolist()[0]) if len(lacking) else ("repeats", twice.tolist()[0])
    raise ValueError(
        f"by: the Series has another index than the table: it has {plural(len(values), 'row')} against {len(index):,}, "
        f"and {verb} the label {show(label)}. Give it the index of the table, or pass .to_numpy(), one value for each "
        "row, to go by place."
    )


def _labels(spaces: pd.DataFrame, by: str, tz: str) -> pd.Categorical:
    if by == "host" and by not in spaces.columns:
        return _hosts(spaces)
    return _as_labels(pd.Series(_named(spaces, by, tz)))


def _named(spaces: pd.DataFrame, by: str, tz: str) -> Any:
    if by == "state" and by in spaces.columns:
        return _states(spaces[by].astype(TEXT)).array
    if by in spaces.columns:
        return spaces[by].array
    if by in _OF_THE_START:
        return _OF_THE_START[by](zoned(pick_spaces(spaces, "started_at").started_at, tz))
    words = ", ".join(map(repr, _WORDS))
    raise ValueError(
        f"by: there is no column {by!r}. Use a column of the table, a function, or one of {words}."
    )


def _hosts(spaces: pd.DataFrame) -> pd.Categorical:
    """Return the name of each Space's creator, sorted and numbered: there are far fewer creators than Spaces."""
    names, creator = names_of_creators(spaces), numbered_creators(spaces)
    seen = np.bincount(creator[creator >= 0], minlength=len(names)) > 0
    places, known = pd.factorize(names[seen], sort=True)
    place = np.full(len(names) + 1, -1)  # the last is of those without a creator
    place[:-1][seen] = places
    return _coded(place[creator], [*known])


def _states(state: pd.Series[Any]) -> pd.Series[Any]:
    documented = state.str.lower().map({s.lower(): s for s in STATES})
    return documented.astype(TEXT).fillna(state)


def _weekdays(started: pd.Series[Any]) -> Any:
    days = started.dt.day_of_week.map(dict(enumerate(_WEEKDAYS)))
    return pd.Categorical(days, categories=list(_WEEKDAYS))


def _hours(started: pd.Series[Any]) -> Any:
    return started.dt.hour.map("{:02.0f}".format, na_action="ignore").array


def _months(started: pd.Series[Any]) -> Any:
    return started.dt.strftime("%Y-%m").array


_OF_THE_START: Final = {"weekday": _weekdays, "hour": _hours, "month": _months}
_WORDS: Final = ("host", *_OF_THE_START)


def _as_labels(values: pd.Series[Any]) -> pd.Categorical:
    column = _whole(values)
    codes, found = pd.factorize(column)
    order = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else _sorted(found)
    names = [*dict.fromkeys(map(str, order))]
    places = pd.Index(names, dtype=object).get_indexer(
        pd.Index([str(value) for value in found], dtype=object)
    )
    return _coded(np.append(places, -1)[codes], names)


def _coded(codes: np.ndarray[Any, np.dtype[np.int64]], names: list[str]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes, pd.Index(names, dtype=object), ordered=True)


def _whole(column: pd.Series[Any]) -> pd.Series[Any]:
    """Return whole floats as integers, so that a year with gaps reads 2026 and not 2026.0."""
    if column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
        return column.astype(COUNT)
    return column


def _sorted(found: Iterable[Any]) -> list[Any]:
    """Return values sorted; by their text where they cannot be compared."""
    try:
        return sorted(found)
    except TypeError:
        return sorted(found, key=str)


def cluster_codes(keys: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Number the creators 0, 1, ... in sorted order; each Space without a creator is one by itself."""
    return lone_apart(pd.factorize(keys, sort=True)[0].astype(np.int64))


def lone_apart(creator: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return numbers of creators with a number of its own, beyond theirs, for each Space without a creator (-1)."""
    lone = creator < 0
    return np.where(lone, creator.max(initial=-1) + np.cumsum(lone), creator)
