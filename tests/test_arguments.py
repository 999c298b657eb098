"""Checks of what a caller gives."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import spacekit as sk
from spacekit.arguments import lacks_unit, milliseconds
from spacekit.fetching import schedule as due


@pytest.mark.parametrize(
    ("max_age", "wanted"),
    [("1h", 3_600_000), ("1:30:00", 5_400_000), (timedelta(seconds=1), 1_000), (pd.Timedelta("1D"), 86_400_000)]
    + [(zero, 0) for zero in (0, 0.0, "0", " 0 ", "0h")],
)  # fmt: skip
def test_a_span_is_read(max_age: Any, wanted: int) -> None:
    """A span has its unit, or is 0."""
    assert milliseconds(max_age) == wanted


@pytest.mark.parametrize(
    "number", [30, 1.5, -1, True, np.int64(30), np.float32(1), "30", " 30 ", "-5", "+1.5", "1e3"]
)
def test_a_number_without_a_unit_is_refused(number: Any) -> None:
    """A bare number, as text too, is no span: pandas would take it as nanoseconds."""
    assert lacks_unit(number)
    with pytest.raises(ValueError, match="a number without a unit"):
        milliseconds(number)


@pytest.mark.parametrize("value", ["", "soon", "-1h", None, pd.NaT, [1], Decimal(3), "9" * 400 + "D"])
def test_what_is_no_span_is_refused(value: Any) -> None:
    """Anything else is refused by name, with its value."""
    with pytest.raises(ValueError, match=r"^max_age: .*\. Give a span such as '1h'"):
        milliseconds(value)


@pytest.mark.parametrize("number", ["30", 30])
def test_no_span_anywhere_is_taken_as_nanoseconds(number: Any) -> None:
    """The same holds for ages of a schedule and for the age at which counts are taken."""
    with pytest.raises(ValueError, match="Give spans of time"):
        due.Schedule(ended=(number,))
    with pytest.raises(ValueError, match="Give a span of time"):
        sk.at_age(pd.DataFrame(), number)
