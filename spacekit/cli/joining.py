"""`--join`: the columns of a table of the user's beside the Spaces, matched by Space or by host. It changes no row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pandas as pd

from spacekit.cli.nearest import unknown
from spacekit.cli.options import GROUP_WORDS, UsageError
from spacekit.cli.reading import user_table
from spacekit.cli.saying import note
from spacekit.errors import DataError, InvalidIdError
from spacekit.fields import DTYPES
from spacekit.ids.entry import entry_of
from spacekit.ids.handles import check_handles
from spacekit.words import plural, show

_Column: TypeAlias = "pd.Series[Any]"
_MOST: Final = 5  # examples in a message
_NAMED: Final = 10  # rows that found no Space
_EXACT: Final = 2**53  # greater floats are rounded


def _space_id(text: str) -> str | None:
    entry = entry_of(text)
    return None if entry is None else entry.space_id


def _creator_id(text: str) -> str | None:
    return text if text.isdecimal() and text.isascii() else None


def _handle(text: str) -> str | None:
    try:
        found = check_handles(text)
    except InvalidIdError:
        return None
    return found[0].lower() if len(found) == 1 else None


class _Key(NamedTuple):
    """What a row can be matched by: the column of the Spaces, names of columns that hold it, and how one is read.

    The names are as `_plain` spells them.
    """

    column: str
    names: tuple[str, ...]
    read: Callable[[str], str | None]

    def of(self, spaces: pd.DataFrame) -> _Column:
        """Return the key of each Space, as `read` spells it; missing for all where the Spaces do not have it."""
        texts: _Column = pd.Series(spaces.get(self.column, pd.NA), spaces.index, dtype=DTYPES["text"])
        lower: _Column = texts.str.lower()
        return lower if self.column == "creator_screen_name" else texts


_KEYS: Final = (
    _Key("space_id", ("spaceid", "space", "spaceurl", "spacelink"), _space_id),
    _Key("creator_id", ("creatorid", "accountid", "userid", "authorid"), _creator_id),
    _Key(
        "creator_screen_name",
        (
            *("creatorscreenname", "host", "handle", "screenname", "username", "creator", "authorscreenname"),
            *("hosthandle", "hostname", "twitterhandle", "xhandle", "account"),
        ),
        _handle,
    ),
)
"""The most particular first: it is taken where a table has several."""

_KNOWN: Final = ("space_id", "creator_id", "creator_screen_name", "host")
"""What is known of each Space, so that it is not taken from a table that is matched by something else."""

JOIN_HELP: Final = """\
--join FILE adds the columns of a table of yours (.csv, .tsv, .xlsx, .parquet).
Its rows are matched by space_id (ids or links), creator_id, or host (handles in
any spelling; also called creator_screen_name, handle, username): the first of
these that FILE has, or the column that --on names. Of several rows for one
Space or host none is taken: they are an error."""


def joined(spaces: pd.DataFrame, path: Path, on: str | None = None) -> pd.DataFrame:
    """
    Return the Spaces with the columns of a file beside them; rows, order and index stay.

    Raises
    ------
    UsageError
        There is no column `on`, or no column to match by.
    DataError
        Two rows have the same key, or a column is there already, or is called as what `--by` computes.
    OSError
        The file cannot be read.
    """
    if not path.exists():
        raise FileNotFoundError(2, "there is no such file. Check the path.", f"--join {path}")
    table = user_table(path)
    name, key = _key_of(path, table, spaces, on)
    keys = _keys_in(path, table[name], key)
    others = [column for column in _KNOWN if column in table and column != name]
    own = table.drop(columns=[name, *others])
    check_apart(_columns(own), spaces, "the Spaces have columns of", str(path))
    check_apart(_columns(own), GROUP_WORDS, "--by has groups of", str(path))
    place = {read: number for number, read in enumerate(keys) if read is not None}
    wanted = key.of(spaces).astype(object).tolist()
    places = np.array([-1 if pd.isna(read) else place.get(read, -1) for read in wanted], dtype=np.intp)
    idle = [show(_text(table[name].iloc[row])) for row in sorted(set(place.values()).difference(places))]
    _report(path, name, own, others, idle, spaces, spaces[places < 0])
    return spaces.assign(**{name: own[name].array.take(places, allow_fill=True) for name in _columns(own)})


def _key_of(path: Path, table: pd.DataFrame, spaces: pd.DataFrame, on: str | None) -> tuple[str, _Key]:
    """Return the column to match by, and what it holds."""
    named = {_plain(name): name for name in reversed(_columns(table))}
    if on is None:
        found = [(named[name], key) for key in _KEYS for name in key.names if name in named]
        if not found:
            columns = ", ".join(map(repr, table)) or "none"
            raise UsageError(
                f"--join {path}: no column says which Space or host a row is about. Its columns are {columns}: add "
                "--on COLUMN"
            )
        return found[0]
    name = on if on in _columns(table) else named.get(_plain(on))
    if name is None:
        raise UsageError(f"--on {on}: in {path} {unknown('column', on, table)}")
    by_name = [key for key in _KEYS if _plain(name) in key.names]
    return name, by_name[0] if by_name else _key_by_values(path, name, table[name], spaces)


def _columns(table: pd.DataFrame) -> list[str]:
    return [str(name) for name in table]


def _plain(name: str) -> str:
    """Return a name in small letters and digits: "User Name", user_name and userName are one."""
    return re.sub(r"[\W_]+", "", name.lower())


def _key_by_values(path: Path, name: str, values: _Column, spaces: pd.DataFrame) -> _Key:
    """Return the key of which most values are one of a Space at hand."""

    def hits(key: _Key) -> int:
        known = set(key.of(spaces).dropna())
        return sum(key.read(_text(value)) in known for value in values.dropna())

    best = max(_KEYS, key=hits)
    if not hits(best):
        raise UsageError(
            f"--on {name}: none of the values in {path} is an id, a host or a creator_id of these Spaces"
        )
    return best


def _keys_in(path: Path, values: _Column, key: _Key) -> list[str | None]:
    """Return the key of each row, None where it is missing or none; any other may be there once."""
    keys: list[str | None] = [None if pd.isna(value) else key.read(_text(value)) for value in values]
    odd = [
        show(value) for value, read in zip(values, keys, strict=True) if read is None and not pd.isna(value)
    ]
    if odd:
        note(
            f"{path}: {plural(len(odd), 'row')} left out, as {values.name!r} is no {key.column}: {_some(odd)}"
        )
    if empty := int(values.isna().sum()):
        note(f"{path}: {plural(empty, 'row')} left out, as {values.name!r} is empty.")
    known = pd.Series([read for read in keys if read is not None], dtype=object)
    if known.duplicated().any():
        twice = [show(name) for name in known[known.duplicated()].unique()]
        raise DataError(
            f"{path}: several rows have the same {values.name!r}: {_some(twice)}. Keep one row for each."
        )
    return keys


def _text(value: Any) -> str:
    """Return a key as text; Excel keeps ids of accounts as numbers, and long ones lose their last digits."""
    exact = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    return str(int(value)) if exact else str(value).strip()


def _some(texts: list[str], most: int = _MOST) -> str:
    return ", ".join(texts[:most]) + (", ..." if len(texts) > most else "")


def _report(
    path: Path,
    name: str,
    own: pd.DataFrame,
    others: list[str],
    unused: list[str],
    spaces: pd.DataFrame,
    alone: pd.DataFrame,
) -> None:
    """Say by what was matched, and what found no partner."""
    columns = f"{path}: {plural(own.shape[1], 'column')} joined by {name!r}"
    lacking = (
        f"{count_spaces(alone):,} of {plural(count_spaces(spaces), 'Space')} found no row"
        if len(alone)
        else ""
    )
    idle = f"{plural(len(unused), 'row')} found no Space: {_some(unused, _NAMED)}" if unused else ""
    left_out = f"left out: {', '.join(others)}" if others else ""
    note(f"{'; '.join(filter(None, [columns, lacking, idle, left_out]))}.")


def count_spaces(table: pd.DataFrame) -> int:
    """Return how many Spaces the rows are about; a row without an id is one."""
    return int(table["space_id"].nunique() + table["space_id"].isna().sum())


def check_apart(own: Iterable[str], names: Iterable[object], what: str, where: str) -> None:
    """Refuse columns of the user's that would hide others."""
    taken = set(names)
    clash = ", ".join(repr(name) for name in own if name in taken)
    if clash:
        raise DataError(f"{where}: {what} the same name already: {clash}. Rename or remove them in the file.")
