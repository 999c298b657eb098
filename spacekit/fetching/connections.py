"""Connections to one service: they stay open, and an answer must be whole in time. They know no Space.

A socket's time-out bounds each single step, so a slow look-up of a name, a host with several addresses or an answer
that trickles in takes a multiple of it, or never ends. Here, the time-out that urllib3 sets before it connects is for
all of that: name, addresses, proxy and encryption. What is left of it then is for all of the answer.
"""

from __future__ import annotations

import io
import math
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from http.cookiejar import DefaultCookiePolicy
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.connection import allowed_gai_family

from spacekit.fetching.forks import renew_after_fork
from spacekit.words import __version__

_LONGEST_S: Final = 3600.0  # where no time-out is set


class Connections:
    """
    Sessions that keep their connections open from one request to the next. Safe to share between threads.

    Parameters
    ----------
    auth
        Puts the key on each request. It also keeps a ~/.netrc from replacing the key.
    trust_env
        Whether to go through the proxies of the environment.
    """

    def __init__(self, auth: AuthBase, *, trust_env: bool) -> None:
        self._auth, self._trust_env = auth, trust_env
        self._free: deque[requests.Session] = deque()
        self._closed = False
        renew_after_fork(self)

    def renew(self) -> None:
        """Leave the connections to the parent, which reads its answers from them; a forked process opens its own."""
        self._free = deque()

    @contextmanager
    def session(self) -> Iterator[requests.Session]:
        """Lend a session that nobody else uses."""
        try:
            session = self._free.pop()
        except IndexError:
            session = self._new()
        try:
            yield session
        finally:
            self._free.append(session)
            if self._closed:
                self.close()

    def close(self) -> None:
        """Close all sessions, and each that comes back later."""
        self._closed = True
        while True:
            try:
                self._free.pop().close()
            except IndexError:
                return

    def _new(self) -> requests.Session:
        session = _Session()
        session.mount("http://", _DeadlineAdapter())
        session.mount("https://", _DeadlineAdapter())
        session.auth, session.trust_env = self._auth, self._trust_env
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.update(
            {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": f"spacekit/{__version__}"}
        )
        return session


class _Session(requests.Session):
    """A session that leaves redirects alone: to prepare the next request, it would read the whole body."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:  # noqa: ARG002  # requests' signature
        return None


class _Reads(io.RawIOBase):
    """The reads of one answer."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        timeout = sock.gettimeout()
        self._end = math.inf if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        self._sock.settimeout(left if math.isfinite(left) else None)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """The part of a socket that `HTTPResponse` uses."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002  # always "rb"
        return io.BufferedReader(_Reads(self._sock))


class _Response(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(_Socket(sock), *args, **kwargs)  # type: ignore[arg-type]  # it calls makefile only


class UnresolvedError(OSError):
    """No address of a host was found; the message says why."""


class UnconnectedError(OSError):
    """No address of a host took a connection; the message says why."""


class _PlainConnection(HTTPConnection):
    response_class = _Response
    debuglevel = 0

    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _TLSConnection(HTTPSConnection):
    response_class = _Response
    debuglevel = 0

    def _new_conn(self) -> socket.socket:
        return _connected(self)


def _connected(connection: HTTPConnection) -> socket.socket:
    """Return a socket whose time-out is what is left of the connection's for a proxy and for encryption."""
    timeout_s = connection.timeout if isinstance(connection.timeout, int | float) else _LONGEST_S
    end = time.monotonic() + timeout_s
    host = connection._dns_host  # urllib3's: without brackets and the final dot
    addresses = _addresses(host, connection.port, timeout_s)
    for place, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            for option in connection.socket_options or ():
                sock.setsockopt(*option)
            # Each address has its share of the time, so that one that does not answer leaves some for the others.
            sock.settimeout(max(0.001, (end - time.monotonic()) / (len(addresses) - place)))
            sock.connect(address)
            sock.settimeout(max(0.001, end - time.monotonic()))
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise UnconnectedError(_why_not(failure, timeout_s)) from None


def _why_not(error: OSError, timeout_s: float) -> str:
    """Say why the last address took no connection."""
    if isinstance(error, TimeoutError):
        return f"no connection within {timeout_s:g} s"
    if isinstance(error, ConnectionRefusedError):
        return "the connection is refused"
    return f"no connection ({(error.strerror or type(error).__name__).lower()})"


def _addresses(host: str, port: int | None, timeout_s: float) -> list[Any]:
    """
    Return the addresses of a host.

    The system's look-up cannot be interrupted, so a thread makes it: where it takes too long, it is left to end by
    itself.
    """
    found: SimpleQueue[list[Any] | OSError | UnicodeError] = SimpleQueue()

    def look() -> None:
        try:
            found.put(socket.getaddrinfo(host, port, allowed_gai_family(), socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            found.put(error)

    Thread(target=look, name="spacekit-look-up", daemon=True).start()
    try:
        addresses = found.get(timeout=timeout_s)
    except Empty:
        raise UnresolvedError(f"the name of the host was not found within {timeout_s:g} s") from None
    if not isinstance(addresses, list) or not addresses:
        raise UnresolvedError("the name of the host is not known")
    return addresses


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection


_POOLS = {"http": _PlainPool, "https": _TLSPool}


class _DeadlineAdapter(HTTPAdapter):
    """An adapter for a `requests.Session` whose time-out bounds the whole answer, not each read of it."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
