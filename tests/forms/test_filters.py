"""The filters of the explorer: who is in view, why the others are not, and the code for it."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from form_reading import six_spaces

import spacekit as sk
from spacekit.forms import filters
from spacekit.forms.filters import Filters

FILTERS = {
    "none": (Filters(), [0, 1, 2, 3, 4, 5], {}),
    "host": (Filters(hosts=("bob",)), [3, 4, 5], {"another host": 3}),
    "state in any case": (Filters(states=("Ended",)), [0, 1, 2, 4, 5], {"another state": 1}),
    "first day": (Filters(first=date(2026, 1, 6)), [1, 4], {"no known start": 1, "before 2026-01-06": 3}),
    "last day is included": (
        Filters(last=date(2026, 1, 6)),
        [0, 1, 3, 5],
        {"no known start": 1, "after 2026-01-06": 1},
    ),
    "days as a zone has them": (
        Filters(first=date(2026, 1, 6), tz="Pacific/Kiritimati"),
        [0, 1, 3, 4, 5],
        {"no known start": 1},
    ),
    "least": (
        Filters(least_live=50),
        [0, 2, 5],
        {"no live count": 1, "fewer than 50 live listeners": 2},
    ),
    "replay": (Filters(only_replay=True), [0, 1, 2, 4], {"not ended": 1, "no recording": 1}),
    "all together": (
        Filters(("ann",), ("Ended",), date(2026, 1, 1), date(2026, 1, 31), 20, True),
        [0],
        {"another host": 3, "no known start": 1, "fewer than 20 live listeners": 1},
    ),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filter(name: str) -> None:
    """A filter keeps the right Spaces, and counts each other one once, with its reason."""
    chosen, kept, reasons = FILTERS[name]
    mask, left_out, _ = filters.apply(six_spaces(), chosen)
    assert mask.nonzero()[0].tolist() == kept
    assert dict(left_out.itertuples(index=False)) == reasons
    assert len(kept) + sum(reasons.values()) == 6


@pytest.mark.parametrize("name", FILTERS)
def test_code_of_a_filter(name: str) -> None:
    """The code that is shown keeps the same Spaces as the filter."""
    chosen, kept, _ = FILTERS[name]
    scope: dict[str, Any] = {"sk": sk, "pd": pd, "spaces": six_spaces()}
    exec(filters.apply(scope["spaces"], chosen).code, scope)  # noqa: S102  # the code is the point
    assert scope["view"].index.tolist() == kept
