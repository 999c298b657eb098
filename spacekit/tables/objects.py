"""Columns of Python objects -> the dtype of what is in them: one rule for what is written and what is read."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

_DTYPES: Final[dict[str, Any]] = {"boolean": "boolean", "integer": "Int64", "floating": "float64"}
_FIRST_BEYOND: Final = 2**63


def of_objects(column: pd.Series[Any]) -> pd.Series[Any]:
    """
    Return a column of objects as flags, whole numbers or floats where all of it is that, missing values or not.

    What else pandas knows, such as instants, gets its dtype too; of mixed kinds, they stay objects. Whole numbers of
    2^63 and more stay objects.

    Examples
    --------
    >>> import pandas as pd
    >>> of_objects(pd.Series([5, None], dtype=object)).dtype
    Int64Dtype()
    """
    dtype = _DTYPES.get(pd.api.types.infer_dtype(column, skipna=True))
    if dtype is None or (dtype == "Int64" and _is_beyond(column.dropna())):
        return column.infer_objects()
    return column.astype(dtype)


def _is_beyond(numbers: pd.Series[Any]) -> bool:
    return any(not -_FIRST_BEYOND <= number < _FIRST_BEYOND for number in numbers)
