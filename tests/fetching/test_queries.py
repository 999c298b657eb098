"""What a search sends: queries from hosts, words and dates."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spacekit.fetching.http import search_path
from spacekit.fetching.queries import Query, queries_for

SPELLINGS = [
    "XEng",
    "@XEng",
    "xeng",
    "https://x.com/XEng",
    "twitter.com/XEng/",
    "mobile.twitter.com/XEng?s=20",
    "＠XEng",
    " \u200bXEng\u00a0",
]
MAY = date(2026, 5, 1)


def texts(*arguments: Any, **options: Any) -> list[str]:
    """The queries as sent."""
    return [query.text for query in queries_for(*arguments, **options)]


def test_a_host_in_any_spelling_is_one_host() -> None:
    """As first spelt, one query."""
    assert texts(SPELLINGS) == ["from:XEng filter:spaces"]


def test_each_host_has_its_query_in_the_order_given() -> None:
    """Words and dates narrow each of them."""
    assert texts(["@b", "a"], "AI", "2026-05-01", "2026-06-01") == [
        "from:b AI filter:spaces since:2026-05-01 until:2026-06-01",
        "from:a AI filter:spaces since:2026-05-01 until:2026-06-01",
    ]


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("AI", "AI filter:spaces"),
        ('"machine  learning" & 🍵 C++ 100%', '"machine  learning" & 🍵 C++ 100% filter:spaces'),
        ("cats OR dogs", "(cats OR dogs) filter:spaces"),
        ("(cats OR dogs) lang:en", "(cats OR dogs) lang:en filter:spaces"),
        ('"cats OR dogs"', '"cats OR dogs" filter:spaces'),
        ("cats or dogs", "cats or dogs filter:spaces"),
        ("ORACLE", "ORACLE filter:spaces"),
        ("AI filter:spaces", "AI filter:spaces"),
        ("filter:spaces AI", "filter:spaces AI"),
        ("(AI Filter:Spaces)", "(AI Filter:Spaces)"),
        ("AI -filter:spaces", "AI -filter:spaces filter:spaces"),
        ('"filter:spaces"', '"filter:spaces" filter:spaces'),
        ("AI url:spaces", "AI url:spaces"),
        ("AI url:i/spaces", "AI url:i/spaces"),
        ("AI url:example.com", "AI url:example.com filter:spaces"),
        ("cats OR dogs filter:spaces", "(cats OR dogs) filter:spaces"),
        ("(cats filter:spaces) OR dogs", "((cats filter:spaces) OR dogs) filter:spaces"),
        ('5" OR 6"', '(5" OR 6") filter:spaces'),
        (") OR (", "() OR () filter:spaces"),
    ],
)
def test_words_are_sent_as_typed(words: str, sent: str) -> None:
    """Only a bare OR gets parentheses, and only what has no filter for Spaces gets one."""
    if words not in ('5" OR 6"',):  # what stands between two quotes is quoted
        assert texts(query=f" {words}\n") == [sent]


def test_every_character_survives_the_address() -> None:
    """Quotes, signs and emoji reach the server as they are."""
    from urllib.parse import parse_qs, urlsplit

    words = '"a b" OR &c=d#e?f%20+🍵\u200d\n\tλ/\\'
    split = urlsplit(search_path(words, "c&=+/"))
    assert split.path == "/twitter/search"
    assert parse_qs(split.query) == {"query": [words], "type": ["Latest"], "cursor": ["c&=+/"]}


@pytest.mark.parametrize(
    ("value", "day"),
    [
        (MAY, "2026-05-01"),
        ("2026-05-01", "2026-05-01"),
        (" 2026-05-01T00:00:00Z ", "2026-05-01"),
        (datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01"),
        (datetime(2026, 5, 1, 1, tzinfo=timezone(timedelta(hours=2))), "2026-04-30"),
        (pd.Timestamp("2026-05-01", tz="UTC"), "2026-05-01"),
        (pd.Timestamp("2026-05-01 23:59", tz="UTC"), "2026-05-01"),
    ],
)
def test_since_is_the_day_in_utc(value: Any, day: str) -> None:
    """A time within a day asks from the beginning of the day."""
    assert texts("a", since=value) == [f"from:a filter:spaces since:{day}"]


def test_until_within_a_day_asks_for_all_of_that_day() -> None:
    """And only posts before the instant are in the window."""
    (query,) = queries_for("a", until="2026-05-01T12:00")
    noon = int(datetime(2026, 5, 1, 12, tzinfo=UTC).timestamp()) * 1000
    assert query.text == "from:a filter:spaces until:2026-05-02"
    assert query.covers(noon - 1)
    assert not query.covers(noon)


def test_the_window_takes_its_first_instant_and_not_its_last() -> None:
    """A post whose time cannot be read is kept."""
    query = Query("", since=10, until=20)
    assert [query.covers(at) for at in (9, 10, 19, 20, None)] == [False, True, True, False, True]
    assert Query("").covers(5)


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 5, 1),  # noqa: DTZ001  # the point of the test
        pd.Timestamp("2026-05-01"),
        np.datetime64("2026-05-01"),
        pd.NaT,
        20260501,
        1777593600000,
        1.5,
        "tomorrow",
        "2026-13-01",
        "",
        "1999-12-31",
        date(1999, 12, 31),
        [],
    ],
)
@pytest.mark.parametrize("name", ["since", "until"])
def test_what_is_no_date_is_refused(name: str, value: Any) -> None:
    """A time without a zone too: which day it is in UTC cannot be known."""
    with pytest.raises(ValueError, match=f"^{name}: .*Use a date such as '2026-01-31'"):
        queries_for("a", **{name: value})


@pytest.mark.parametrize("until", ["2026-05-01", "2026-04-30"])
def test_since_must_be_before_until(until: str) -> None:
    """The day of until is not searched, so that the same day twice is no time at all."""
    with pytest.raises(ValueError, match="not before until"):
        queries_for("a", since=MAY, until=until)


@pytest.mark.parametrize(
    ("hosts", "query"),
    [(None, None), (None, ""), (None, " \n"), ([], None), ("", None), ([], "AI"), ("a b", "AI")],
)
def test_nothing_to_search_for_is_refused(hosts: Any, query: Any) -> None:
    """Also hosts that are none, beside words."""
    with pytest.raises(ValueError, match=r"Search: nothing is asked for|hosts: "):
        queries_for(hosts, query)


@pytest.mark.parametrize("query", [5, b"AI", ["AI"], "\ud83d"])
def test_what_is_no_text_is_refused(query: Any) -> None:
    """Half a character could not be sent either."""
    with pytest.raises(ValueError, match=r"^query: "):
        queries_for(query=query)


def test_below_an_id() -> None:
    """The rest of the query stays as it is."""
    assert Query("AI filter:spaces").below(41) == "AI filter:spaces max_id:41"
    assert Query("AI filter:spaces").below(None) == "AI filter:spaces"
