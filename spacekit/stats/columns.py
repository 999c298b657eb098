"""Typed columns in, typed frames out: where every function here begins and ends. No statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd

from spacekit import fields
from spacekit.stats.kept import once
from spacekit.tables import is_repeated
from spacekit.tables.given import Posts, Spaces, posts_in, spaces_in
from spacekit.words import show

TEXT: Final = fields.DTYPES["text"]
COUNT: Final = fields.DTYPES["count"]
FLAG: Final = fields.DTYPES["flag"]
INSTANT: Final = fields.DTYPES["instant"]
SPAN: Final = fields.DTYPES["span"]
NUMBER: Final = pd.Float64Dtype()  # shares, medians and other numbers that are not counts

REPEATED: Final = "repeated"
"""As what `repeated_rows` of a table is kept."""

_SPACES: Final[Mapping[str, fields.Kind]] = {field.name: field.kind for field in fields.TABLES["spaces"]}
_POSTS: Final[Mapping[str, fields.Kind]] = {field.name: field.kind for field in fields.TABLES["posts"]}
_OBSERVATIONS: Final[Mapping[str, fields.Kind]] = {**_SPACES, "age": "span"}

_NO_ZONES: Final = "This system has no time zones: pip install tzdata. Until then, use 'UTC'."


def pick_spaces(spaces: Spaces, names: str) -> pd.DataFrame:
    """
    Return columns of a `spaces` table with their own dtypes, as a new frame on the same index.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    names
        Names of the columns, with blanks between them.

    Raises
    ------
    TypeError
        `spaces` is none of these.
    ValueError
        Columns are missing, or hold what their dtype cannot, or a count is negative.
    """
    return _pick(spaces_in(spaces), names.split(), _SPACES, "spaces")


def pick_observations(observations: pd.DataFrame, names: str) -> pd.DataFrame:
    """
    Return columns of a table of `Archive.observations`, as `pick_spaces` does of a table of Spaces.

    An `age` that the table lacks is worked out, so that tables of Spaces, one below the other, are observations too.
    """
    if "age" not in observations and "ended_at" in observations:
        times = _pick(observations, ["fetched_at", "ended_at"], _SPACES, "observations")
        observations = observations.assign(age=times.fetched_at - times.ended_at)
    return _pick(observations, names.split(), _OBSERVATIONS, "observations")


def pick_posts(posts: Posts, names: str) -> pd.DataFrame:
    """Return columns of a table of posts, or of a `Search`, as `pick_spaces` does of a table of Spaces."""
    return _pick(posts_in(posts), names.split(), _POSTS, "posts")


def _pick(
    table: pd.DataFrame, names: Sequence[str], kinds: Mapping[str, fields.Kind], what: str
) -> pd.DataFrame:
    missing = [name for name in names if name not in table.columns]
    if missing:
        raise ValueError(f"{what}: the table lacks the columns {missing!r}. Pass a table that has them.")
    twice = [name for name in names if isinstance(table[name], pd.DataFrame)]
    if twice:
        raise ValueError(f"{what}: the table has several columns {twice[0]!r}. Rename or drop all but one.")
    return pd.DataFrame({name: _typed(table[name], kinds[name], what) for name in names}, index=table.index)


def _typed(column: pd.Series[Any], kind: fields.Kind, what: str) -> Any:
    dtype = fields.DTYPES[kind]
    if kind == "id" and pd.api.types.is_float_dtype(column.dtype) and column.notna().any():
        raise ValueError(
            f"{what}: the ids in {column.name!r} were read as floats, such as {column.dropna().iloc[0]!r}, which "
            f"makes long ids equal. Read the file with dtype={{{column.name!r}: 'string'}}."
        )
    _check_unambiguous(column, kind, what)
    try:
        typed: Any = column.astype(dtype).array
    except (TypeError, ValueError) as error:
        if column.isna().all():  # in whatever dtype nothing was written down
            return pd.Series(index=column.index, dtype=dtype).array
        raise ValueError(
            f"{what}: cannot read the column {column.name!r} as {dtype}: {error}. Convert it first."
        ) from error
    if kind == "count" and (least := typed.min()) is not pd.NA and least < 0:
        raise ValueError(
            f"{what}: the column {column.name!r} has a negative count, {int(least)!r}. Correct it, or use pd.NA where "
            "the count is not known."
        )
    return typed


def _check_unambiguous(column: pd.Series[Any], kind: fields.Kind, what: str) -> None:
    """Refuse instants without a zone and spans without a unit, such as `plain` makes."""
    naive, bare = isinstance(column.dtype, np.dtype) and column.dtype.kind == "M", column.dtype.kind in "iuf"
    if kind == "instant" and naive and column.notna().any():
        lacks, how = "a time zone", "localise it, as with .dt.tz_localize('UTC')"
    elif kind == "span" and bare and column.notna().any():
        lacks, how = "a unit", "convert it, as with pd.to_timedelta(..., unit='h')"
    else:
        return
    first = column.dropna().iloc[:1].tolist()[0]
    raise ValueError(
        f"{what}: the column {column.name!r} has values without {lacks}, such as {show(first)}, as in a table of "
        f"sk.plain. Pass the original table, or {how}."
    )


def repeated_rows(spaces: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return by place which rows are older rows of a Space, as `is_repeated` does; the table is checked first."""
    return once(REPEATED, spaces, _repeated_rows)


def _repeated_rows(spaces: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.bool_]]:
    pick_spaces(spaces, "space_id fetched_at")
    return is_repeated(spaces).to_numpy()


def newest_rows(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each Space, its newest, in the order of the table; the table itself if none is repeated."""
    repeated = repeated_rows(spaces)
    return spaces[~repeated] if repeated.any() else spaces


def schema(*parts: tuple[Any, str]) -> dict[str, Any]:
    """Return the dtype of each column, from pairs of a dtype and the columns that have it, blanks between them."""
    return {name: dtype for dtype, names in parts for name in names.split()}


def frame(
    columns: Mapping[str, Any] | pd.DataFrame,
    dtypes: Mapping[str, Any],
    index: pd.Index[Any] | None = None,
) -> pd.DataFrame:
    """Return a frame of these columns in this order and with these dtypes, on `index` if given; values by place."""
    return pd.DataFrame(
        {name: pd.Series(_values(columns[name]), dtype=dtype, index=index) for name, dtype in dtypes.items()}
    )


def _values(column: Any) -> Any:
    return column.array if isinstance(column, pd.Series) else column


def floats(column: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the numbers of a column for numpy, NaN where missing; spans in milliseconds."""
    if column.dtype.kind == "m":
        return np.asarray(column.to_numpy() / np.timedelta64(1, "ms"), dtype=np.float64)
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def milliseconds(instants: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the instants of a column as milliseconds since 1970 for numpy, NaN where missing."""
    return floats(instants - pd.Timestamp(0, tz="UTC"))


def tally(reason: pd.Series[Any], reasons: Sequence[str]) -> pd.DataFrame:
    """Return `reason` and `n`: how often each of the reasons occurs in a column, in their order, 0 included."""
    counted = reason.value_counts()
    n = [int(counted.get(name, 0)) for name in reasons]
    return frame({"reason": reasons, "n": n}, {"reason": TEXT, "n": COUNT})


def zoned(instants: pd.Series[Any], tz: str) -> pd.Series[Any]:
    """
    Return the instants as the clocks of a zone show them.

    Raises
    ------
    ValueError
        There is no zone of this name.
    """
    check_zone(tz)
    local: pd.Series[Any] = instants.dt.tz_convert(tz)
    return local


def check_zone(tz: object) -> None:
    """Check the name of a time zone."""
    try:
        known = isinstance(tz, str) and bool(pd.DatetimeTZDtype("ms", tz))
    except (ZoneInfoNotFoundError, KeyError, ValueError, TypeError, IndexError):  # KeyError: pytz of pandas 2
        known = False
    if not known:
        use = "Use a name such as 'UTC' or 'Europe/Berlin'." if _has_zones() else _NO_ZONES
        raise ValueError(f"tz: there is no time zone {show(tz)}. {use}")


def _has_zones() -> bool:
    """Whether there are zones here: Windows and small containers have none but those of the package tzdata."""
    return len(available_timezones()) > 1
