"""Numbers, instants, spans and long texts in words."""

import pandas as pd
import pytest

from spacekit import words


@pytest.mark.parametrize(("number", "told"), [(0, "0 ids"), (1, "1 id"), (2, "2 ids"), (1_000, "1,000 ids")])
def test_a_number_with_its_noun(number: int, told: str) -> None:
    """Only one is one; thousands have commas."""
    assert words.plural(number, "id") == told


@pytest.mark.parametrize(("text", "told"), [("", ""), ("abcd", "abcd"), ("abcde", "abc…")])
def test_a_long_text_is_cut(text: str, told: str) -> None:
    """A text that is cut has the room, its mark included; one that fits stays as it is."""
    assert words.shortened(text, 4) == told


@pytest.mark.parametrize(
    ("milliseconds", "iso", "minute"),
    [
        (1_680_293_477_270, "2023-03-31T20:11:17.270Z", "2023-03-31 20:11"),
        (-1, "1969-12-31T23:59:59.999Z", "1969-12-31 23:59"),
    ],
)
def test_instants(milliseconds: int, iso: str, minute: str) -> None:
    """Instants are told in UTC, to the millisecond or to the minute, and not rounded up."""
    assert (words.iso(milliseconds), words.minute(milliseconds)) == (iso, minute)


@pytest.mark.parametrize(
    ("span", "told"),
    [("20s", "20 s"), ("90s", "2 min"), ("47h", "47 h"), ("3D", "3 d"), ("-3D", "-3 d"), ("800D", "2 y")],
)  # fmt: skip
def test_spans_are_said_in_their_largest_unit(span: str, told: str) -> None:
    """A span is worded in the largest unit that it fills, from two days and years on."""
    assert words.span(pd.Timedelta(span)) == told
