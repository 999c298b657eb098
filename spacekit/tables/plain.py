"""Tables in the dtypes that any other tool reads: no masked arrays, no zones, no spans. It computes nothing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api import types

from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_EXACT: Final = 2**53
"""Up to here every whole number is a float64 of its own."""

_OF_OBJECTS: Final = {
    "boolean": "flag", "integer": "number", "floating": "number", "mixed-integer-float": "number",
    "decimal": "number", "datetime": "instant", "datetime64": "instant", "timedelta": "span",
    "timedelta64": "span", "period": "label", "interval": "label",
}  # fmt: skip
"""What a column of Python objects holds, by pandas' word for it."""
_OF_DTYPES: Final = {"b": "flag", "i": "number", "u": "number", "f": "number", "M": "instant", "m": "span"}
"""What a column of any other dtype holds, by the letter that numpy has for its kind."""


@keyless
def plain(table: Spaces, *, stata: bool = False) -> pd.DataFrame:
    """
    Return a copy of a table in plain dtypes: for formulas, scikit-learn, seaborn, plotly, Excel and Stata.

    Parameters
    ----------
    table
        Any table of spacekit, or a DataFrame of your own; a `Batch` or an `Archive`, for its Spaces. It is not changed.
    stata
        Whether the copy is for `DataFrame.to_stata`. Stata has neither missing flags nor missing text: flags become
        1.0, 0.0 and NaN, and missing text becomes the empty text.

    Returns
    -------
    frame
        The same columns and rows on the same index:

        - counts, codes and other nullable numbers: float64, NaN where missing. Numbers of numpy stay as they are.
        - flags: bool where none is missing, else object with True, False and NaN.
        - spans of time: hours (float64), NaN where missing.
        - instants: datetime64[ns] in UTC, without a zone, NaT where missing. Those that had no zone keep their clock.
        - text and ids: object, None where missing.
        - categories, periods and intervals: their labels as text. The order of the categories is lost; the rows stay
          in order.
        - columns of Python objects: as the above where all values are of one of these kinds, else as they are, with
          None where missing.

    Raises
    ------
    TypeError
        `table` is none of these.
    ValueError
        A count is too large for an exact float64 (above 2**53), or an instant lies outside the years 1678 to 2261.

    Notes
    -----
    Hours are also what the commands write into files that know no spans. Excel needs one more package, `pip install
    openpyxl`; then `to_excel(path, index=False)`. Stata holds letters beyond Latin-1 from version 118 of its files on:
    `to_stata(path, version=118, write_index=False)`. docs/other-tools.md has a line for each tool.

    Examples
    --------
    >>> import spacekit as sk
    >>> spaces = sk.sample_batch().spaces
    >>> sk.plain(spaces)[["total_live_listeners", "started_at", "is_locked"]].dtypes
    total_live_listeners           float64
    started_at              datetime64[ns]
    is_locked                         bool
    dtype: object
    >>> sk.plain(sk.measures(spaces))["duration"].head(2).round(2).tolist()
    [1.63, 0.85]
    """
    table = spaces_in(table, "plain")
    columns = {place: _plain(table.iloc[:, place], stata) for place in range(table.shape[1])}
    copy = pd.DataFrame(columns, index=table.index)
    copy.columns = table.columns
    copy.attrs = dict(table.attrs)
    return copy


def hours(spans: pd.Series[Any]) -> pd.Series[Any]:
    """Return spans of time as hours (float64), NaN where missing: what they are in every file without spans."""
    return pd.Series(pd.to_timedelta(spans) / pd.Timedelta(1, "h"))


def spans_of_hours(numbers: pd.Series[Any]) -> pd.Series[Any]:
    """Return hours as spans of time again, to the millisecond, NaT where missing."""
    whole = (numbers.astype("float64") * 3_600_000).round()
    if (whole.abs() >= 2**63).any():
        raise ValueError(f"cannot read {float(whole.abs().max() / 3_600_000)!r} hours as a span of time")
    # Without pandas: of floats, 2.2 makes nanoseconds, and warns of what is missing.
    spans = np.full(len(whole), np.timedelta64("NaT", "ms"))
    spans[whole.notna()] = whole.dropna().to_numpy(np.int64).astype(spans.dtype)
    return pd.Series(spans, index=numbers.index)


def _plain(column: pd.Series[Any], stata: bool) -> pd.Series[Any]:
    """Return one column in its plain dtype."""
    kind = _kind(column)
    if kind == "flag":
        return _flags(column, stata)
    if kind == "number":
        return _numbers(column)
    if kind == "instant":
        return _instants(column)
    if kind == "span":
        return hours(pd.to_timedelta(column.astype(object)))
    if kind == "label":
        column = column.astype(object).map(str, na_action="ignore")
    return _objects(column, "" if stata else None)


def _kind(column: pd.Series[Any]) -> str:
    """Return what a column holds, as a word; "" for text and other objects."""
    dtype = column.dtype
    if isinstance(dtype, pd.CategoricalDtype | pd.PeriodDtype | pd.IntervalDtype):
        return "label"
    if dtype.kind == "O":
        return _OF_OBJECTS.get(types.infer_dtype(column, skipna=True), "")
    return _OF_DTYPES.get(dtype.kind, "")


def _flags(column: pd.Series[Any], stata: bool) -> pd.Series[Any]:
    if stata:
        return column.astype("boolean").astype("float64")
    # NaN and not None: seaborn sorts the values of a flag.
    return _objects(column, np.nan) if column.isna().any() else column.astype(bool)


def _numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    if isinstance(column.dtype, np.dtype) and column.dtype != object:
        return column.copy()
    numbers = pd.Series(column.to_numpy(dtype="float64", na_value=np.nan), index=column.index)
    large = column[numbers.abs().between(_EXACT, np.finfo("float64").max).to_numpy()]
    inexact = [value for value in map(int, large) if int(float(value)) != value]
    if inexact:
        raise ValueError(
            f"plain: float64 cannot hold {inexact[0]!r} of column {column.name!r} exactly. Make the column text first."
        )
    return numbers


def _instants(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        return pd.to_datetime(column, utc=True).dt.tz_localize(None).astype("datetime64[ns]")
    except pd.errors.OutOfBoundsDatetime as error:
        raise ValueError(
            f"plain: an instant of column {column.name!r} is outside the years 1678 to 2261: {error}. Leave it out, or "
            "make the column text first."
        ) from error


def _objects(column: pd.Series[Any], missing: Any) -> pd.Series[Any]:
    """Return a column as Python objects, with `missing` where there is none."""
    objects = np.array(column, dtype=object)
    objects[column.isna().to_numpy(dtype=bool)] = missing
    return pd.Series(objects, index=column.index, dtype=object)
