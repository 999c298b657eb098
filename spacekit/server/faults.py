"""Answers, and the faults that take their place: what the server can do wrong on request. No socket is used here."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from typing import Final, Literal, Self

_MESSAGES: Final = {
    401: "Invalid API key",
    402: "Insufficient balance",
    403: "You are not allowed to access this resource",
    404: "Space not found",
    429: "Too many requests",
    500: "Internal error, please try again",
    502: "Bad gateway, please try again",
    503: "Service unavailable, please try again",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of an answer, and its headers beyond the usual ones."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def error_answer(status: int, message: str, **headers: str) -> Answer:
    """Return an error in the documented form; write `_` for `-` in the name of a header."""
    body = json.dumps({"status": "error", "message": message}).encode()
    return Answer(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def documented(status: int, field: str = "id", reason: str = "is not valid") -> Answer:
    """Return the answer documented for an error; a 422 names the field of the request that it is about."""
    if status == 422:
        errors = {field: [f"The {field} {reason}."]}
        return Answer(422, json.dumps({"message": "The given data was invalid.", "errors": errors}).encode())
    return error_answer(status, _MESSAGES.get(status, f"Status {status}"))


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What one request gets instead of the right answer. Whatever is not set stays right.

    Parameters
    ----------
    status, body, headers
        Sent instead of the right ones. A status without a body gets the body documented for it.
    latency_s
        Wait before the answer.
    trickle_s
        Time over which the body is sent, byte by byte or in up to 100 pieces.
    drop
        How the connection ends: closed, reset, or closed for sending only. None keeps it open.
    drop_after
        Bytes of the body sent before `drop`. None sends no answer at all.

    Examples
    --------
    >>> import spacekit as sk
    >>> from spacekit.server import Fault
    >>> with sk.sandbox(faults={"1jMJgLdenVjxL": [Fault(503)]}) as client:
    ...     client.fetch("1jMJgLdenVjxL", progress=False).outcomes["attempts"].tolist()
    [2]
    """

    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    latency_s: float = 0.0
    trickle_s: float = 0.0
    drop: Literal["close", "reset", "half-close"] | None = None
    drop_after: int | None = None

    @property
    def silent(self) -> bool:
        """Whether the connection ends without any answer."""
        return self.drop is not None and self.drop_after is None

    def applied(self, answer: Answer) -> Answer:
        """Return the answer with this fault's status, body and headers where they are set."""
        status = answer.status if self.status is None else self.status
        body = answer.body if self.body is None else self.body
        return Answer(status, body, {**answer.headers, **self.headers})

    @classmethod
    def too_many(cls, retry_after: int | datetime | str | None = None) -> Self:
        """Answer 429, with `Retry-After` in seconds, as a date in UTC, or as written."""
        if isinstance(retry_after, datetime):
            retry_after = format_datetime(retry_after, usegmt=True)
        return cls(429, headers={} if retry_after is None else {"Retry-After": str(retry_after)})

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> Self:
        """Send the client to another address."""
        return cls(status, b"", {"Location": location})

    @classmethod
    def truncated(cls, after: int = 100, drop: Literal["close", "reset"] = "close") -> Self:
        """Break off the right answer after this many bytes of its body."""
        return cls(drop=drop, drop_after=after)

    @classmethod
    def garbage(cls) -> Self:
        """Answer 200 with a web page, as captive portals do."""
        return cls(200, b"<!DOCTYPE html><p>Please log in</p>", {"Content-Type": "text/html"})

    @classmethod
    def empty(cls) -> Self:
        """Answer 200 with an empty body."""
        return cls(200, b"")

    @classmethod
    def stale(cls) -> Self:
        """Send the right answer, then close the connection without having announced it."""
        return cls(drop="close", drop_after=2**31)

    @classmethod
    def oversized(cls, size: int = 17 * 2**20) -> Self:
        """Answer 200 with a body of this many bytes."""
        return cls(200, b" " * size)

    @classmethod
    def bomb(cls, size: int = 64 * 2**20) -> Self:
        """Answer 200 with a small gzip body that unpacks to this many bytes."""
        gzip = zlib.compressobj(wbits=31)
        packed = b"".join(gzip.compress(bytes(2**20)) for _ in range(size // 2**20)) + gzip.flush()
        return cls(200, packed, {"Content-Encoding": "gzip"})


@dataclass(frozen=True, slots=True)
class SearchFaults:
    """
    What a search does wrong, page by page. Faults of HTTP are set in `faults`, under "/twitter/search".

    Pages count from 1, anew for each query: a query that goes on with `max_id:` starts at page 1 again.

    Parameters
    ----------
    page_size
        Posts on a page.
    stops_after
        The page after which `next_cursor` is missing, though there are more posts. None: only the last one.
    repeats_cursor_at
        Pages whose `next_cursor` is the cursor that they were asked with, from page 2 on.
    empty_pages
        Pages without posts, before more of them: the page after it has what belonged here.
    deleted
        Ids of posts that nobody finds any more.

    Examples
    --------
    >>> import spacekit as sk
    >>> from spacekit.server import SearchFaults
    >>> client = sk.sandbox(search_faults=SearchFaults(stops_after=1))
    >>> client.close()
    """

    page_size: int = 20
    stops_after: int | None = None
    repeats_cursor_at: Collection[int] = ()
    empty_pages: Collection[int] = ()
    deleted: Collection[str] = ()
