"""What a search sends: hosts, words and dates become queries in X's search language. Pure.

The rules are those of X's search as users document them (igorbrigadir's list of operators); SocialData says that X's
operators work. Whether `filter:spaces` does is unverified: nothing of this was run against the live service.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np

from spacekit.ids.handles import check_handles
from spacekit.tables.values import Unreadable, read_instant
from spacekit.words import iso, redact, show

_FILTER: Final = "filter:spaces"
_TOKEN: Final = re.compile(r'"[^"]*"|[()]|[^\s()"]+|"')
_OWN_FILTER: Final = re.compile(r"filter:spaces|url:.*\bspaces\b.*", re.IGNORECASE)
_DAY_MS: Final = 86_400_000
_ADVICE: Final = "Use a date such as '2026-01-31', or a datetime with its zone."


@dataclass(frozen=True, slots=True)
class Query:
    """One query as it is sent, and the window of time that its posts must be in."""

    text: str
    key: str = ""
    """The same with handles in lower case: how an archive knows the query again."""
    since: int | None = None
    """Epoch milliseconds; a post of this instant is in the window."""
    until: int | None = None
    """Epoch milliseconds; a post of this instant is not."""

    def below(self, max_id: int | None) -> str:
        """Return the text that asks for posts up to an id."""
        return self.text if max_id is None else f"{self.text} max_id:{max_id}"

    def covers(self, posted_at: int | None) -> bool:
        """Whether a post is in the window; one of unknown time is."""
        if posted_at is None:
            return True
        return (self.since is None or posted_at >= self.since) and (
            self.until is None or posted_at < self.until
        )


def queries_for(hosts: Any = None, query: Any = None, since: Any = None, until: Any = None) -> list[Query]:
    """
    Return the queries of a search: one for each host, or one for the words alone.

    Parameters
    ----------
    hosts
        A handle or several, in any spelling; each is asked for once.
    query
        Words in X's own search language. They are sent exactly as typed, with one exception: where an `OR` stands
        outside quotes and parentheses, parentheses are put around the words. X would otherwise take what follows them
        (`filter:spaces`, dates) as belonging to the last word only. Words that have a filter for Spaces of their own,
        `filter:spaces` or a link search such as `url:spaces`, get no second one.
    since, until
        The first day, and the day after the last, in UTC: a date, ISO text, or an instant with its zone. The query has
        whole days, which X's search takes everywhere; `Query.covers` cuts to the instant.

    Raises
    ------
    ValueError
        Nothing is asked for; a host is no handle; a date cannot be read; `since` is not before `until`.
    """
    words = _words(query)
    handles = check_handles(hosts) if hosts is not None else []
    if not handles and not words:
        raise ValueError(
            "Search: nothing is asked for. Pass hosts=, such as '@XEng', or query=, such as 'AI'."
        )
    start, end = _instant("since", since), _instant("until", until)
    if start is not None and end is not None and start >= end:
        raise ValueError(
            f"Search: since {iso(start)} is not before until {iso(end)}. The day of until is not searched: pass the "
            "day after the last."
        )
    narrowed = " ".join([*_filtered(words), *_days(start, end)])
    heads = [f"from:{handle} " for handle in handles] or [""]
    return [Query(f"{head}{narrowed}", f"{head.lower()}{narrowed}", start, end) for head in heads]


def _words(query: Any) -> str:
    if query is None:
        return ""
    if not isinstance(query, str):
        raise ValueError(f"query: got {show(query)}. Pass text, such as 'AI OR \"machine learning\"'.")  # noqa: TRY004  # one class for a search that cannot be made
    if redact(query) != query:
        raise ValueError(
            "query: it looks like an API key, or holds one (not shown). It is not searched for: leave it out."
        )
    try:
        query.encode()
    except UnicodeEncodeError:
        raise ValueError(
            f"query: {show(query)} has half a character, which cannot be sent. Type it again."
        ) from None
    return query.strip()


def _filtered(words: str) -> Iterator[str]:
    """Yield the words, in parentheses where they need them, and the filter for Spaces."""
    if not words:
        yield _FILTER
        return
    tokens = list(_tokens(words))
    has_or = ("OR", 0) in tokens
    has_filter = any(_OWN_FILTER.fullmatch(part) and not (has_or and depth) for part, depth in tokens)
    if has_or and tokens[-1][0].lower() == _FILTER and tokens[-1][1] == 0:
        words, has_filter = words[: -len(_FILTER)].rstrip(), False  # it is meant for all the words
    yield f"({words})" if has_or else words
    if not has_filter:
        yield _FILTER


def _tokens(words: str) -> Iterator[tuple[str, int]]:
    """Yield the words outside quotes, and how many parentheses each is in."""
    depth = 0
    for part in _TOKEN.findall(words):
        if part in "()":
            depth = max(0, depth + (1 if part == "(" else -1))
        elif not part.startswith('"'):
            yield part, depth


def _days(since: int | None, until: int | None) -> Iterator[str]:
    """Yield the window in whole days, rounded outwards."""
    if since is not None:
        yield f"since:{_day(math.floor(since / _DAY_MS))}"
    if until is not None:
        yield f"until:{_day(math.ceil(until / _DAY_MS))}"


def _day(number: int) -> str:
    return (date(1970, 1, 1) + timedelta(days=number)).isoformat()


def _instant(name: str, value: Any) -> int | None:
    """Read a date, as its midnight in UTC, or an instant, in epoch milliseconds."""
    if value is None:
        return None
    if isinstance(value, datetime | np.datetime64) and getattr(value, "tzinfo", None) is None:
        raise ValueError(f"{name}: {show(value)} names no zone. {_ADVICE}")
    if not isinstance(value, str | date):
        raise ValueError(f"{name}: {show(value)} is no date. {_ADVICE}")  # noqa: TRY004  # one class for a date that cannot be used
    try:
        return read_instant(value if isinstance(value, datetime) else str(value).strip())
    except Unreadable as error:
        raise ValueError(f"{name}: cannot read {show(value)} as a date: {error}. {_ADVICE}") from None
