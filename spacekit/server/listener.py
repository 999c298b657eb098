"""HTTP/1.1 on a socket: reads any request and sends the answer it is handed, faults included. Knows nothing of Spaces.

No input ends it. What is no request gets a 400, and a connection whose framing is unclear is closed. A request that
came by a name of another machine gets a 421: a page of another site may lead its own name here, and read what it likes.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import os
import re
import socket
import struct
import sys
import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final

from spacekit.server.faults import Answer, Fault, error_answer

_logger = logging.getLogger("spacekit.server")

_MAX_REQUEST_BODY: Final = 2**16
_IDLE_S: Final = 120.0
_LINGER_S: Final = 1.0
_PIECES: Final = 100
_FULL: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_FULL_S: Final = 0.2
_HOST: Final = re.compile(r"(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+))(?::([0-9]{1,5}))?")
"""A value of Host: an address of IPv6 in brackets, or a name; and the port, which is 80 where it is left out."""


class Listener(ThreadingHTTPServer):
    """
    Listens, with a thread for each connection.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes any that is free.
    decide
        Returns what to send: `(target as sent, values of Authorization) -> (answer, fault)`. Many threads call it.
    refuse
        Called with the status of each request that HTTP itself refuses.
    """

    allow_reuse_address = os.name != "nt"  # on Windows two servers could then share a port
    daemon_threads = True  # a script that forgets to stop the server can still end
    request_queue_size = 128

    def __init__(
        self,
        host: str,
        port: int,
        decide: Callable[[str, Sequence[str]], tuple[Answer, Fault]],
        refuse: Callable[[int], None],
    ) -> None:
        self.decide = decide
        self.refuse = refuse
        self.stopping = threading.Event()
        self._is_local, self._is_full = _is_loopback(host), False
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's full name, which is slow in places and never used."""
        TCPServer.server_bind(self)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; where no more files can be open, wait a moment, as it stays there to be accepted."""
        try:
            accepted = super().get_request()
        except OSError as error:
            if error.errno in _FULL:
                if not self._is_full:
                    _logger.warning("No connection can be accepted for now: %s", error.strerror)
                self._is_full = True
                self.stopping.wait(_FULL_S)
            raise
        self._is_full = False
        return accepted

    def is_meant(self, hosts: Sequence[str]) -> bool:
        """Whether requests with these values of Host are meant for this server, and not for another name."""
        if not self._is_local or not hosts:  # who lets other machines in cannot know all its names
            return len(hosts) < 2
        name, port = _name_and_port(hosts[0])
        return len(hosts) == 1 and _is_loopback(name) and port == self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that `close` can end it."""
        with self._changed:
            self._open.add(request)
        try:
            super().process_request(request, client_address)
        except RuntimeError:  # there can be no more threads; the base logs it and closes the connection
            self._forget(request)
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Forget the connection once it is closed."""
        super().process_request_thread(request, client_address)
        self._forget(request)

    def _forget(self, request: Any) -> None:
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base's signature
        """Log a fault of the server itself, not a connection that ended early. (The base prints to stderr.)"""
        if not isinstance(sys.exception(), OSError):
            _logger.exception("A request could not be answered")

    def close(self) -> None:
        """Stop listening, end every connection, and wait until their threads are done."""
        self.stopping.set()
        self.server_close()
        with self._changed:
            for connection in self._open:
                with contextlib.suppress(OSError):  # its client closed it just now
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=5.0)


class _DroppedError(ConnectionError):
    """The connection was ended on purpose."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # so that every answer has a status line; HTTP/0.9 had none
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
        if not self.server.is_meant(self.headers.get_all("Host", [])):
            self.send_error(421)
            return
        answer, fault = self.server.decide(self.path, self.headers.get_all("Authorization", []))
        self._wait(fault.latency_s)
        if fault.drop and fault.silent:
            self._drop(fault.drop)
        self._send_head(answer)
        if self.command != "HEAD" and answer.status not in (204, 304):
            self._send_body(answer.body[: fault.drop_after], fault.trickle_s)
        if fault.drop:
            self._drop(fault.drop)

    def do_HEAD(self) -> None:
        self.do_GET()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what HTTP itself does not allow, never with a 5xx: the mistake is the client's."""
        del message, explain  # they quote the request, which may hold a key
        answer = _REFUSALS.get(code) or error_answer(code, self.responses[code][0])
        self.close_connection = True
        self.server.refuse(answer.status)
        self._send_head(answer)
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base's signature
        """Log nothing here: the base logs the request as sent, perhaps with a key in it."""

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        usual = {"Content-Type": "application/json", "Content-Length": str(len(answer.body))}
        if self.close_connection:
            usual["Connection"] = "close"
        for name, value in {**usual, **answer.headers}.items():
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
        """Read the request's body, so that the next request begins after it; where that is unclear, close."""
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
        # Closed here: the server would shut down first, and so say goodbye before the reset.
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


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine, by a name that nobody else can give to it."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def _name_and_port(host: str) -> tuple[str, int]:
    """Return the parts of a value of Host; no name, and -1, for what is none."""
    parts = _HOST.fullmatch(host.strip())
    return (parts[1] or parts[2], int(parts[3] or 80)) if parts else ("", -1)


_REFUSALS: Final = {
    421: error_answer(
        421, "This server answers at its own address only, such as http://127.0.0.1 and its port"
    ),
    501: error_answer(405, "Method not allowed", Allow="GET, HEAD"),
    505: error_answer(400, "HTTP version not supported"),
}
