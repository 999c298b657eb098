"""Checks of arguments."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import spacekit as sk
from spacekit.arguments import milliseconds, span
from spacekit.fetching.schedule import Schedule


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("1h", 3_600_000), ("1:30:00", 5_400_000), ("7D", 604_800_000), (timedelta(seconds=1), 1_000),
        (pd.Timedelta("1D"), 86_400_000), (np.timedelta64(3, "h"), 10_800_000),
    ]
    + [(zero, 0) for zero in (0, 0.0, "0", " 0 ", "0h")],
)  # fmt: skip
def test_a_span_is_read(value: Any, wanted: int) -> None:
    """A span has its unit, or is 0."""
    assert milliseconds(span("max_age", value)) == wanted


@pytest.mark.parametrize(
    "number",
    [30, 1.5, -1, True, np.int64(30), np.float32(1), np.array([30]).view("m8")[0], "30", " 30 ", "-5", "+1.5", "1e3"],
)  # fmt: skip
def test_a_number_without_a_unit_is_refused(number: Any) -> None:
    """A bare number, as text too, is no span: pandas would take it as nanoseconds."""
    with pytest.raises(ValueError, match="is a number without a unit"):
        span("max_age", number)


@pytest.mark.parametrize(
    "value", ["", "soon", "-1h", None, pd.NaT, np.timedelta64("NaT", "s"), [1], Decimal(3), "9" * 400 + "D"]
)
def test_what_is_no_span_is_refused(value: Any) -> None:
    """Anything else is refused by name, with its value."""
    with pytest.raises(
        ValueError, match=r"^max_age: .* is not a span of time of 0 or more\. Use a span such as"
    ):
        span("max_age", value)


def test_least_of_a_span() -> None:
    """A span may be negative, or 0, only where that means something."""
    assert span("scheduled", "-30min", negative=True) == pd.Timedelta(minutes=-30)
    with pytest.raises(ValueError, match=r"every: '0s' is not a span of time above 0\."):
        span("every", "0s", zero=False)


@pytest.mark.parametrize("number", ["30", 30])
def test_no_span_anywhere_is_taken_as_nanoseconds(number: Any) -> None:
    """The same holds for every function that takes a span."""
    for read in (
        lambda: Schedule(ended=(number,)),
        lambda: sk.at_age(pd.DataFrame(), number),
        lambda: sk.stats.punctuality(pd.DataFrame(), tolerance=number),
    ):
        with pytest.raises(ValueError, match="number without a unit"):
            read()
