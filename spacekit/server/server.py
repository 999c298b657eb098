"""The documented endpoints on this machine, serving the samples or your own Spaces and posts. It asks no other server.

It answers at the documented addresses, the right way or with a `Fault` that was set. What each address means is in
`addresses`, what a search finds in `posts` and `queries`.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

from spacekit import samples
from spacekit.arguments.nesting import TooDeepError, is_too_deep
from spacekit.fetching.client import Client
from spacekit.server.addresses import SPACE_ID, Asked, asked_by
from spacekit.server.faults import Answer, Fault, SearchFaults, documented, error_answer
from spacekit.server.listener import Listener
from spacekit.server.posts import Offer, Posts, read_posts
from spacekit.words import even_half_made, plural, show

SANDBOX_KEY: Final = "1|sandbox"
"""A made-up key, accepted here and not by the real service."""

_MINUTE_S: Final = 60.0
_PRICE_USD: Final = 0.0002
_BALANCE_USD: Final = 10.0
_logger = logging.getLogger(__name__)


Faults = Mapping[str, Sequence[Fault | None]] | Callable[[str, int], Fault | None]
"""
Faults in order, None for a right answer, for each Space id or path ("/twitter/search", "/user/balance"); or a function
`(id or path, nth from 0)`.
"""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the server received, without its key."""

    at: float
    """When it was answered or dropped, on the clock of `time.monotonic`."""
    space_id: str | None
    """None if the request had no well-formed id."""
    status: int | None
    """None if the connection ended without an answer."""
    path: str | None = None
    """The documented path that was asked; None for another one, and for a request without an accepted key."""
    query: Mapping[str, str] = field(default_factory=dict)
    """The documented parameters, decoded."""


class Server:
    """
    The documented endpoints on this machine; a context manager.

    Parameters
    ----------
    records
        Spaces to serve, by their `id`; None: the samples and the documented example.
    posts
        Posts that can be searched: dicts, or the path of a file of JSON lines such as `Search.to_jsonl` writes.
        None: the made-up posts where the made-up Spaces are served, else no posts.
    keys
        The API keys to accept; others get 401.
    host, port
        Where to listen; port 0 takes any that is free. Other machines reach it only if `host` allows it.
    latency_s
        Wait before each answer.
    faults
        Faults by Space id, counted over both addresses, or by path. See `Faults`.
    search_faults
        What a search does wrong, page by page. See `SearchFaults`.
    credits
        How many Spaces, posts and accounts can be had before a 402. None for no end.
    balance
        What `/user/balance` answers, a number or text. None: what the credits are worth, 10 where they have no end.
    requests_per_minute
        Requests with one key in any 60 s before a 429. None for no limit.
    retry_after
        Whether such a 429 says in `Retry-After` how long to wait.

    Attributes
    ----------
    left_out
        Why records and posts are not served, one text each: no id, or a second record of the same Space.

    Raises
    ------
    OSError
        The port is taken, the host is not this machine's, or the file of posts cannot be read.
    ValueError
        The file of posts is not JSON lines; or `keys` is a text.

    Examples
    --------
    >>> from spacekit.server import Server
    >>> with Server([{"id": "1myOwnSpace01"}]) as server, server.client() as client:
    ...     client.get("1myOwnSpace01")
    {'id': '1myOwnSpace01'}
    """

    def __init__(
        self,
        records: Iterable[Mapping[str, Any]] | None = None,
        *,
        posts: Iterable[Mapping[str, Any]] | str | Path | None = None,
        keys: Collection[str] = (SANDBOX_KEY,),
        host: str = "127.0.0.1",
        port: int = 0,
        latency_s: float = 0.0,
        faults: Faults | None = None,
        search_faults: SearchFaults | None = None,
        credits: int | None = None,  # noqa: A002  # the service's word
        balance: float | str | None = None,
        requests_per_minute: int | None = None,
        retry_after: bool = True,
    ) -> None:
        if isinstance(keys, str) or not all(keys):
            raise ValueError("keys: got a text, or an empty key (not shown). Pass a list of keys.")
        if not isinstance(search_faults, SearchFaults | None):
            raise TypeError(
                f"search_faults: got {show(search_faults)}. Pass spacekit.server.SearchFaults(...)."
            )
        if posts is None:
            posts = samples.sample_posts() if records is None else ()
        if records is None:
            records = [samples.documented_record(), *samples.sample_records()]
        self._bodies, left_out = _bodies(records)
        self._posts = Posts(read_posts(posts), search_faults or SearchFaults())
        self.left_out = left_out + self._posts.left_out
        self._recent: dict[str, deque[float]] = {key: deque() for key in keys}
        self._latency_s = latency_s
        self._fault = faults if callable(faults) else _in_order(faults or {})
        self._credits = credits
        self._balance = balance
        self._limit = requests_per_minute
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._requests: list[Request] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Lock()
        self._stopped = threading.Event()
        self._listener = Listener(host, port, self._decide, lambda status: self._note(None, None, status))
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self._listener.server_address[1]}"

    @even_half_made
    def __repr__(self) -> str:
        if "url" not in vars(self):  # a traceback shows one whose port was taken
            return "<Server that was not made>"
        return f"<Server at {self.url}: {plural(len(self), 'Space')}, {plural(self.n_posts, 'post')}>"

    def __len__(self) -> int:
        return len(self._bodies)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def n_posts(self) -> int:
        """How many posts can be searched."""
        return len(self._posts)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request so far, in the order of the answers. For tests: it grows while the server runs."""
        with self._lock:
            return tuple(self._requests)

    def start(self) -> Self:
        """Listen, in a thread of its own."""
        self._thread = threading.Thread(target=self._listener.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def wait(self) -> None:
        """Return once the server has stopped. Ctrl-C is not caught."""
        while not self._stopped.wait(1.0):
            pass

    def stop(self) -> None:
        """Stop listening and end every connection. A second call returns once the first has done so."""
        with self._stopping:
            if self._thread is not None:
                self._listener.shutdown()
                self._thread.join()
                self._thread = None
            self._listener.close()
            self._stopped.set()

    def client(self, **options: Any) -> Client:
        """Return a `Client` of this server: its address and key, no rate limit, the samples' clock."""
        return Client(**{**self.client_options(), **options})

    def client_options(self) -> dict[str, Any]:
        """Return the arguments of `Client` that `client` sets."""
        fetched = datetime.fromtimestamp(samples.SAMPLE_TIME / 1000, UTC)
        key = next(iter(self._recent))
        return {"api_key": key, "base_url": self.url, "requests_per_minute": None, "now": lambda: fetched}

    def _decide(self, target: str, authorization: Sequence[str]) -> tuple[Answer, Fault]:
        """Decide on the answer to one request, checking in the order in which a service would."""
        asked, key = asked_by(target), _bearer(authorization)
        fault = Fault()
        with self._lock:
            if asked is None:
                answer = error_answer(404, "Not found")
            elif key not in self._recent:
                answer = documented(401)
            elif (wait_s := self._over_limit(self._recent[key])) is not None:
                answer = Fault.too_many(ceil(wait_s) if self._retry_after else None).applied(documented(429))
            elif asked.wrong:
                answer = asked.wrong
            else:
                fault = self._fault(asked.subject, self._seen[asked.subject]) or Fault()
                self._seen[asked.subject] += 1
                usual = self._right(asked) if fault.status is None else documented(fault.status)
                answer = fault.applied(usual)
            self._note(asked, key, None if fault.silent else answer.status)
        return answer, replace(fault, latency_s=self._latency_s + fault.latency_s)

    def _right(self, asked: Asked) -> Answer:
        """Return the right answer, or a 402 where there are no credits for all of it."""
        if asked.kind == "balance":
            return Answer(200, json.dumps({"balance_usd": self._balance_now()}).encode())
        if self._credits == 0:
            return documented(402)
        offer = self._offer(asked)
        if self._credits is not None:
            if offer.price > self._credits:
                return documented(402)
            self._credits -= offer.price
        return offer.answer

    def _offer(self, asked: Asked) -> Offer:
        if asked.kind == "search":
            return self._posts.search(asked)
        if asked.kind == "user":
            return self._posts.user(asked)
        body = self._bodies.get(asked.value)
        return Offer(documented(404)) if body is None else Offer(Answer(200, body), 1)

    def _balance_now(self) -> float | str:
        if self._balance is not None:
            return self._balance
        return _BALANCE_USD if self._credits is None else round(self._credits * _PRICE_USD, 4)

    def _over_limit(self, recent: deque[float]) -> float | None:
        """Seconds until the key may ask again. None if it may now; this request is then counted."""
        now = time.monotonic()
        while recent and recent[0] <= now - _MINUTE_S:
            recent.popleft()
        if self._limit is not None and len(recent) >= self._limit:
            return recent[0] + _MINUTE_S - now if recent else _MINUTE_S
        recent.append(now)
        return None

    def _note(self, asked: Asked | None, key: str | None, status: int | None) -> None:
        """Keep what was asked; what a stranger sent may hold a key of theirs, so its words are not kept."""
        space_id, path, query = None, None, {}
        if asked is not None and asked.kind == "space" and not asked.wrong:
            space_id = asked.value
        if asked is not None and key in self._recent:
            path, query = (
                self._without_keys(asked.path),
                {name: self._without_keys(value) for name, value in asked.query.items()},
            )
        self._requests.append(Request(time.monotonic(), space_id, status, path, query))
        _logger.debug("%s: %s", f"Space {space_id}" if space_id else path or "(no id)", status or "dropped")

    def _without_keys(self, text: str) -> str:
        for key in self._recent:
            for written in (key, quote(key, safe="")):
                text = text.replace(written, "(key)")
        return text


def _bodies(records: Iterable[Mapping[str, Any]]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the text of each answer by id, and why other records cannot be served."""
    bodies: dict[str, bytes] = {}
    left_out = []
    for place, record in enumerate(records):
        space_id = record.get("id") if isinstance(record, Mapping) else None
        if not isinstance(space_id, str) or not SPACE_ID.fullmatch(space_id):
            left_out.append(f"record {place}: no id of 1 to 13 letters and digits, got {show(space_id)}.")
        elif is_too_deep([record]):
            left_out.append(f"record {place}: {TooDeepError()}.")
        elif space_id in bodies:
            left_out.append(f"record {place}: Space {space_id!r} is already there.")
        else:
            bodies[space_id] = json.dumps(dict(record)).encode()
    return bodies, tuple(left_out)


def _in_order(faults: Mapping[str, Sequence[Fault | None]]) -> Callable[[str, int], Fault | None]:
    def fault(space_id: str, nth: int) -> Fault | None:
        listed = faults.get(space_id, ())
        return listed[nth] if nth < len(listed) else None

    return fault


def _bearer(authorization: Sequence[str]) -> str:
    match = re.fullmatch(r"(?i:Bearer) +(\S+) *", authorization[0]) if len(authorization) == 1 else None
    return match[1] if match else ""
