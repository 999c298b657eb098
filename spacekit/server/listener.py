"""HTTP/1.1 on a socket: reads any request, sends what it is told, faults included. Knows nothing of Spaces.

No input ends it: what is no request gets a 400, and a connection whose framing is unclear is closed.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import socket
import struct
import sys
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final, Literal, Self

_logger = logging.getLogger("spacekit.server")

_MAX_REQUEST_BODY: Final = 2**16
_IDLE_S: Final = 120.0
_LINGER_S: Final = 1.0
_PIECES: Final = 100


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: its status, body, and headers beyond the usual."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def error_reply(status: int, message: str, **headers: str) -> Reply:
    """Give an error in the documented form; in a header's name, write `_` for `-`."""
    body = json.dumps({"status": "error", "message": message}).encode()
    return Reply(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass(frozen=True, slots=True)
class Fault:
    """
    What one request gets in place of the right answer. Unset fields stay right.

    Parameters
    ----------
    status, body, headers
        Sent in place of the right ones. A status without a body gets the body documented for it.
    latency_s
        Wait before the answer.
    trickle_s
        Time over which the body is sent, byte by byte or in up to 100 pieces.
    drop
        How the connection ends: not at all, closed, reset, or closed for sending only.
    drop_after
        Bytes of the body sent before `drop`; None: nothing is answered.
    """

    status: int | None = None
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    latency_s: float = 0.0
    trickle_s: float = 0.0
    drop: Literal["close", "reset", "half-close"] | None = None
    drop_after: int | None = None

    def applied(self, reply: Reply) -> Reply:
        """Give the reply with this fault's status, body and headers in place of its own."""
        status = reply.status if self.status is None else self.status
        body = reply.body if self.body is None else self.body
        return Reply(status, body, {**reply.headers, **self.headers})

    @classmethod
    def too_many(cls, retry_after: int | datetime | str | None = None) -> Self:
        """Answer 429, with `Retry-After` in seconds, as a date (UTC), or as written."""
        if isinstance(retry_after, datetime):
            retry_after = format_datetime(retry_after, usegmt=True)
        return cls(429, headers={} if retry_after is None else {"Retry-After": str(retry_after)})

    @classmethod
    def redirect(cls, location: str, status: int = 302) -> Self:
        """Send the client elsewhere."""
        return cls(status, b"", {"Location": location})

    @classmethod
    def truncated(cls, after: int = 100, drop: Literal["close", "reset"] = "close") -> Self:
        """Break the right answer off after so many bytes of its body."""
        return cls(drop=drop, drop_after=after)

    @classmethod
    def garbage(cls) -> Self:
        """Answer 200 with a web page, as captive portals do."""
        return cls(200, b"<!DOCTYPE html><p>Please log in</p>", {"Content-Type": "text/html"})

    @classmethod
    def empty(cls) -> Self:
        """Answer 200 with no body."""
        return cls(200, b"")

    @classmethod
    def stale(cls) -> Self:
        """Answer rightly, then close the connection without having said so."""
        return cls(drop="close", drop_after=2**31)

    @classmethod
    def oversized(cls, size: int = 17 * 2**20) -> Self:
        """Answer 200 with a body of so many bytes."""
        return cls(200, b" " * size)

    @classmethod
    def bomb(cls, size: int = 64 * 2**20) -> Self:
        """Answer 200 with a small gzip body that unpacks to so many bytes."""
        gzip = zlib.compressobj(wbits=31)
        packed = b"".join(gzip.compress(bytes(2**20)) for _ in range(size // 2**20)) + gzip.flush()
        return cls(200, packed, {"Content-Encoding": "gzip"})


class Listener(ThreadingHTTPServer):
    """
    Listens, with a thread for each connection.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes any that is free.
    decide
        Gives the answer: `(target as sent, values of Authorization) -> (reply, fault)`. Called by many
        threads.
    refuse
        Told the status of each request that HTTP itself refuses.
    """

    allow_reuse_address = os.name != "nt"  # on Windows it would let two servers share a port
    daemon_threads = True  # a script that forgets to stop it can still end
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        decide: Callable[[str, Sequence[str]], tuple[Reply, Fault]],
        refuse: Callable[[int], None],
    ) -> None:
        self.decide = decide
        self.refuse = refuse
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's full name: slow in places, and used by nobody."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep account of the connection, so that `close` can end it."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Take it off the account once it is closed."""
        super().process_request_thread(request, client_address)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base's signature
        """Log what is a defect here; a connection that ends early is none. (The base prints to stderr.)"""
        if not isinstance(sys.exception(), OSError):
            _logger.exception("A request could not be answered")

    def close(self) -> None:
        """Stop listening, end every connection, and wait until their threads are done."""
        self.stopping.set()
        self.server_close()
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):  # closed in this moment by its client
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=5.0)


class _DroppedError(ConnectionError):
    """The connection was ended on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # a status line for every answer; HTTP/0.9 had none
    server_version = "spacekit"
    sys_version = ""
    disable_nagle_algorithm = True  # else each answer on a kept connection waits 40 ms
    wbufsize = -1  # head and body in one packet
    timeout = _IDLE_S

    def handle(self) -> None:
        super().handle()
        self._linger()

    def do_GET(self) -> None:
        self._skip_body()
        reply, fault = self.server.decide(self.path, self.headers.get_all("Authorization", []))
        self._wait(fault.latency_s)
        if fault.drop and fault.drop_after is None:
            self._drop(fault.drop)
        self._send_head(reply)
        if self.command != "HEAD" and reply.status not in (204, 304):
            self._send_body(reply.body[: fault.drop_after], fault.trickle_s)
        if fault.drop:
            self._drop(fault.drop)

    def do_HEAD(self) -> None:
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what HTTP itself does not allow, never with a 5xx: the mistake is the client's."""
        del message, explain  # they quote the request, which may hold a key
        reply = _REFUSALS.get(code) or error_reply(code, self.responses[code][0])
        self.close_connection = True
        self.server.refuse(reply.status)
        self._send_head(reply)
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's signature
        """Log nothing here: the base's words hold the request as sent, and so perhaps a key."""

    def _send_head(self, reply: Reply) -> None:
        self.send_response(reply.status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(reply.body))}
        if self.close_connection:
            usual["Connection"] = "close"
        for name, value in {**usual, **reply.headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, body: bytes, over_s: float) -> None:
        if not over_s:
            self.wfile.write(body)
            return
        size = -(-len(body) // _PIECES) or 1
        for start in range(0, len(body), size):
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
            self._wait(over_s * size / len(body))

    def _wait(self, seconds: float) -> None:
        if self.server.stopping.wait(seconds):
            raise _DroppedError

    def _skip_body(self) -> None:
        """Read a request's body, so that the next request begins behind it; where that is unclear, close."""
        lengths = self.headers.get_all("Content-Length", [])
        if not lengths and "Transfer-Encoding" not in self.headers:
            return
        plain = len(lengths) == 1 and re.fullmatch(r"[0-9]{1,9}", lengths[0].strip())
        if plain and "Transfer-Encoding" not in self.headers and int(lengths[0]) <= _MAX_REQUEST_BODY:
            self.wfile.flush()  # a "100 Continue" that the client waits for
            self.rfile.read(int(lengths[0]))
        else:
            self.close_connection = True

    def _drop(self, how: str) -> None:
        self.wfile.flush()
        if how == "half-close":
            self._linger(_IDLE_S)
        elif how == "reset":
            now = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        self.wfile.close()
        self.rfile.close()
        # Here, not by the server, which first shuts down: that would say goodbye before the reset.
        self.connection.close()
        raise _DroppedError

    def _linger(self, wait_s: float = _LINGER_S) -> None:
        """Close for sending and read on a moment: a close with unread bytes would take back what was sent."""
        with contextlib.suppress(OSError):
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(wait_s)
            for _ in range(64):
                if not self.connection.recv(_MAX_REQUEST_BODY):
                    break


_REFUSALS: Final = {
    501: error_reply(405, "Method not allowed", Allow="GET, HEAD"),
    505: error_reply(400, "HTTP version not supported"),
}
