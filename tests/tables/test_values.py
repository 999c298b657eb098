"""One column of raw values: the quick way and the careful way agree."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.fields import DTYPES, Kind
from spacekit.tables.arrays import read_column, read_one_by_one
from spacekit.words import show

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
PLAIN: dict[Kind, st.SearchStrategy[Any]] = {
    "id": st.text(),
    "text": st.text(),
    "texts": st.lists(st.text()),
    "count": st.integers(-5, 2**64),
    "code": st.integers(-5, 2**64),
    "flag": st.booleans(),
    "instant": st.integers(1_100_000_000_000, 4_200_000_000_000),
    "span": st.integers(-5, 31 * 86_400_000),
}


@pytest.mark.parametrize("kind", DTYPES)
def test_the_quick_way_and_the_careful_way_agree(kind: Kind) -> None:
    """A column that is taken whole gives what reading each value gives."""

    @given(st.lists(st.none() | PLAIN[kind], max_size=6))
    def agree(raw: list[Any]) -> None:
        quick, careful = read_column(kind, raw), read_one_by_one(kind, raw)
        assert quick[0].equals(careful[0])
        assert quick[1] == careful[1]

    agree()


def test_equal_texts_are_read_alike() -> None:
    """A bad value is reported each time it comes, a good one is read each time."""
    array, bad = read_column("instant", ["x", "2023-03-31", "x", "2023-03-31"])
    assert [place for place, _ in bad] == [0, 2]
    assert array.is_valid().to_pylist() == [False, True, False, True]


def test_every_month_of_a_profile_date_is_read() -> None:
    """By its English name."""
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], 1
    ):
        array, bad = read_column("instant", [f"Sat {name} 16 00:14:36 +0000 2007"])
        assert not bad
        assert array[0].as_py().month == number


@pytest.mark.parametrize(
    "text", ["Sat Foo 16 00:14:36 +0000 2007", "Sat Jun 99 00:14:36 +0000 2007", "٢٠٢٣-٠٣-٣١"]
)
def test_a_date_that_is_none_is_told(text: str) -> None:
    """A name or number that no calendar has is no instant."""
    assert read_column("instant", [text])[1] == [(0, "neither milliseconds nor ISO 8601")]


def test_show_cuts_and_never_raises() -> None:
    """Also for what Python cannot or will not print."""
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert show("x" * 500) == "'" + "x" * 99
    assert show(10**6000) == "<int>"
    assert show(deep) == "<list>"
