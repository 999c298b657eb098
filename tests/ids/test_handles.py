"""Handles: one account whatever the spelling, and what is no handle."""

from __future__ import annotations

import pandas as pd
import pytest

from spacekit.errors import InvalidIdError
from spacekit.ids.handles import check_handles

SPELLINGS = [
    *("XEng", "@XEng", "xeng", "＠XEng", " \u200b@XEng\ufeff\n", "'XEng'", "XENG,"),
    *(
        "https://x.com/XEng",
        "twitter.com/XEng/",
        "mobile.twitter.com/XEng?s=20",
        "HTTP://WWW.X.COM/@XEng#top",
    ),
    *("//x.com/XEng", "https://x.com/XEng/media", "https://twitter.com/#!/XEng"),
]
NO_HANDLES = {
    "X Eng": "it contains ' '",
    "": "there is no handle",
    "@": "it has 0 characters",
    "a" * 16: "it has 16 characters",
    "caf\u00e9": "it contains 'é'",
    "#topic": "it contains '#'",
    "https://x.com/i/spaces/1jMJgLdenVjxL": "an address, but not that of a profile",
    "https://x.com/XEng/status/1641872499875930112": "an address",
    "https://x.com/search?q=XEng": "an address",
    "https://x.com/": "an address",
    "https://example.com/XEng": "an address",
    "x.com": "an address",
}


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_spelling_is_one_host(text: str) -> None:
    """Case, `@`, addresses of the profile, blanks and invisible characters do not matter."""
    assert [handle.lower() for handle in check_handles(text)] == ["xeng"]
    assert check_handles(["XEng", text]) == ["XEng"]


@pytest.mark.parametrize(
    "hosts",
    [
        "@XEng, NASA",
        "XEng\nNASA\n",
        "@XEng @NASA",
        ["XEng", None, "", "NASA", "nasa"],
        pd.Series(["XEng", "NASA"]),
    ],
)
def test_several_hosts(hosts: object) -> None:
    """Between commas, on lines, or in any iterable: each once, in order, as first spelt; missing ones are skipped."""
    assert check_handles(hosts) == ["XEng", "NASA"]


@pytest.mark.parametrize(("text", "why"), NO_HANDLES.items())
def test_what_is_no_handle_is_refused(text: str, why: str) -> None:
    """Nothing is cut to fit: the message has the value, the reason and what to do."""
    with pytest.raises(InvalidIdError) as refused:
        check_handles(text)
    assert why in str(refused.value)
    assert "Use a handle" in str(refused.value)


@pytest.mark.parametrize(
    "hosts", [5, b"XEng", [5], ["XEng", ["NASA"]], {"XEng": 1}.values(), None, [], [None]]
)
def test_what_is_not_text_is_refused(hosts: object) -> None:
    """Numbers, bytes and nested things raise the same error, as does nothing at all."""
    with pytest.raises(InvalidIdError, match="hosts: "):
        check_handles(hosts)
