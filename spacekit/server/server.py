"""The documented endpoint on this machine, serving the samples or your own records. It asks no other server.

It answers at both documented addresses, the right way or with a `Fault` that was set.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from typing import Any, Final, Self
from urllib.parse import parse_qs, unquote, urlsplit

from spacekit import samples
from spacekit.fetching.client import Client
from spacekit.server.faults import Answer, Fault, error_answer
from spacekit.server.listener import Listener

SANDBOX_KEY: Final = "1|sandbox"
"""A made-up key, accepted here and not by the real service."""

_ID = re.compile(r"[0-9A-Za-z]{1,13}")
_MINUTE_S = 60.0
_MESSAGES = {
    401: "Invalid API key",
    402: "Insufficient balance",
    403: "You are not allowed to access this resource",
    404: "Space not found",
    429: "Too many requests",
    500: "Internal error, please try again",
    502: "Bad gateway, please try again",
    503: "Service unavailable, please try again",
}
_logger = logging.getLogger(__name__)


Faults = Mapping[str, Sequence[Fault | None]] | Callable[[str, int], Fault | None]
"""For each Space id its faults in order, None for a right answer; or a function `(space_id, nth from 0)`."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request that the server received, without its key."""

    at: float
    """When it was answered or dropped, on the clock of `time.monotonic`."""
    space_id: str | None
    """None if the request had no well-formed id."""
    status: int | None
    """None if the connection ended without an answer."""


class Server:
    """
    The documented endpoint on this machine; a context manager.

    Parameters
    ----------
    records
        Spaces to serve, by their `id`; None: the samples and the documented example.
    keys
        The API keys to accept; others get 401.
    host, port
        Where to listen; port 0 takes any that is free. Other machines reach it only if `host` allows it.
    latency_s
        Wait before each answer.
    faults
        Faults by Space id, counted over both addresses. See `Faults`.
    credits
        How many Spaces can be had before a 402. None for no end.
    requests_per_minute
        Requests with one key in any 60 s before a 429. None for no limit.
    retry_after
        Whether such a 429 says in `Retry-After` how long to wait.

    Attributes
    ----------
    left_out
        Why records are not served, one text each: no `id`, or a second record of the same Space.

    Raises
    ------
    OSError
        The port is taken, or the host is not this machine's.

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
        keys: Collection[str] = (SANDBOX_KEY,),
        host: str = "127.0.0.1",
        port: int = 0,
        latency_s: float = 0.0,
        faults: Faults | None = None,
        credits: int | None = None,  # noqa: A002  # the service's word
        requests_per_minute: int | None = None,
        retry_after: bool = True,
    ) -> None:
        if isinstance(keys, str) or not all(keys):
            raise ValueError("keys: got a text, or an empty key (not shown). Pass a list of keys.")
        if records is None:
            records = [samples.documented_record(), *samples.sample_records()]
        self._bodies, self.left_out = _bodies(records)
        self._recent: dict[str, deque[float]] = {key: deque() for key in keys}
        self._latency_s = latency_s
        self._fault = faults if callable(faults) else _in_order(faults or {})
        self._credits = credits
        self._limit = requests_per_minute
        self._retry_after = retry_after
        self._lock = threading.Lock()
        self._seen: Counter[str] = Counter()
        self._requests: list[Request] = []
        self._thread: threading.Thread | None = None
        self._stopping = threading.Lock()
        self._stopped = threading.Event()
        self._listener = Listener(host, port, self._decide, lambda status: self._note(None, status))
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self._listener.server_address[1]}"

    def __repr__(self) -> str:
        return f"<Server at {self.url}: {len(self)} Spaces>"

    def __len__(self) -> int:
        return len(self._bodies)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

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
        asked, key = _asked_id(target), _bearer(authorization)
        space_id = asked if asked and _ID.fullmatch(asked) else None
        fault = Fault()
        with self._lock:
            if asked is None:
                answer = error_answer(404, "Not found")
            elif key not in self._recent:
                answer = _documented(401)
            elif (wait_s := self._over_limit(self._recent[key])) is not None:
                answer = Fault.too_many(ceil(wait_s) if self._retry_after else None).applied(_documented(429))
            elif space_id is None:
                answer = _documented(422)
            else:
                fault = self._fault(space_id, self._seen[space_id]) or Fault()
                self._seen[space_id] += 1
                usual = self._right(space_id) if fault.status is None else _documented(fault.status)
                answer = fault.applied(usual)
            self._note(space_id, None if fault.silent else answer.status)
        return answer, replace(fault, latency_s=self._latency_s + fault.latency_s)

    def _right(self, space_id: str) -> Answer:
        if self._credits == 0:
            return _documented(402)
        if space_id not in self._bodies:
            return _documented(404)
        if self._credits is not None:
            self._credits -= 1
        return Answer(200, self._bodies[space_id])

    def _over_limit(self, recent: deque[float]) -> float | None:
        """Seconds until the key may ask again. None if it may now; this request is then counted."""
        now = time.monotonic()
        while recent and recent[0] <= now - _MINUTE_S:
            recent.popleft()
        if self._limit is not None and len(recent) >= self._limit:
            return recent[0] + _MINUTE_S - now if recent else _MINUTE_S
        recent.append(now)
        return None

    def _note(self, space_id: str | None, status: int | None) -> None:
        self._requests.append(Request(time.monotonic(), space_id, status))
        _logger.debug("Space %s: %s", space_id or "(no id)", status or "dropped")


def _bodies(records: Iterable[Mapping[str, Any]]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the text of each answer by id, and why other records cannot be served."""
    bodies: dict[str, bytes] = {}
    left_out = []
    for place, record in enumerate(records):
        space_id = record.get("id") if isinstance(record, Mapping) else None
        if not isinstance(space_id, str) or not _ID.fullmatch(space_id):
            left_out.append(f"record {place}: no id of 1 to 13 letters and digits, got {space_id!r}.")
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


def _asked_id(target: str) -> str | None:
    """Return the id asked for, "" if there is none, None if the path is not a documented one."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return None
    path, _, last = parts.path.rpartition("/")
    if path == "/twitter/space":
        return unquote(last)
    if parts.path != "/twitter/spaces/show":
        return None
    ids = parse_qs(parts.query, keep_blank_values=True).get("id", [])
    return ids[0] if len(ids) == 1 else ""


def _bearer(authorization: Sequence[str]) -> str:
    match = re.fullmatch(r"(?i:Bearer) +(\S+) *", authorization[0]) if len(authorization) == 1 else None
    return match[1] if match else ""


def _documented(status: int) -> Answer:
    """Return the answer documented for an error."""
    if status == 422:
        errors = {"id": ["The id must be 1 to 13 letters and digits."]}
        return Answer(422, json.dumps({"message": "The given data was invalid.", "errors": errors}).encode())
    return error_answer(status, _MESSAGES.get(status, f"Status {status}"))
