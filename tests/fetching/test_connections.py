"""Connections that are not made: each is said in plain words and in time, whatever step of it does not answer."""

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest

from spacekit.errors import IncompleteWarning, ServiceError
from spacekit.fetching.client import Client
from spacekit.fetching.http import ADDRESSES, Endpoint, space_path
from spacekit.fetching.reasons import Broken, broken_of
from spacekit.server import Server

KEY = "1234|made-up-key-that-is-long-enough"
SPACE = "1SAMPLEtest01"
RECORD = {"id": SPACE, "state": "Ended"}
CERTIFICATES = Path(__file__).with_name("certificates")
"""Of a made-up authority, and signed by it: good, expired, early (of 2100), other (another host); self: by itself."""
HOST = "api.example"

LOOK_UP = socket.getaddrinfo


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A socket that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as sock:
        yield sock


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Have the made-up host be at ports of this machine, or its look-up do something else."""
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def be_at(*ports: int, look: Callable[[], Any] | None = None) -> None:
        def find(host: str, *_arguments: Any, **_options: Any) -> Any:
            if host != HOST:
                return LOOK_UP(host, *_arguments, **_options)
            if look is not None:
                return look()
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port)) for port in ports]

        monkeypatch.setattr(socket, "getaddrinfo", find)

    return be_at


def port_of(sock: socket.socket) -> int:
    """The port of a socket."""
    port: int = sock.getsockname()[1]
    return port


def ask(url: str = f"https://{HOST}", timeout_s: float = 0.5) -> tuple[Broken, str, float]:
    """Ask once, in vain; return why, the message, and how long it took."""
    endpoint, started = Endpoint(url, KEY, timeout_s), time.monotonic()
    with pytest.raises(ServiceError) as caught:
        endpoint.ask(space_path(ADDRESSES[0], SPACE), f"Space {SPACE!r}")
    took = time.monotonic() - started
    endpoint.close()
    why = broken_of(caught.value)
    assert why is not None
    assert str(caught.value) == f"Space '{SPACE}' at {endpoint.host}: {why.reason}. {why.advice}"
    assert KEY not in str(caught.value)
    return why, why.reason, took


# --- in time: each of these would take 10 s or a multiple of the time-out ---

LONG_S = 8.0
"""So long that a step which is not bounded shows on the busiest machine; the time-out is half a second."""


def test_a_look_up_that_hangs(elsewhere: Callable[..., None]) -> None:
    """The name is looked up in a thread, which is left to itself."""
    over = threading.Event()
    elsewhere(look=lambda: over.wait(30))
    _, reason, took = ask()
    over.set()
    assert reason == "the name of the host was not found within 0.5 s"
    assert took < LONG_S


def full(stack: ExitStack) -> int:
    """A port of this machine that takes no connection any more."""
    sock = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
    for _ in range(4):
        other = stack.enter_context(socket.socket())
        other.setblocking(False)
        other.connect_ex(sock.getsockname())
    return port_of(sock)


@pytest.mark.skipif(os.uname().sysname != "Linux" if hasattr(os, "uname") else True, reason="fills a backlog")
def test_several_addresses_that_do_not_answer(elsewhere: Callable[..., None]) -> None:
    """All have one time-out together; and each has a share of it, so that one that answers is reached."""
    with ExitStack() as stack:
        ports = [full(stack) for _ in range(20)]
        elsewhere(*ports)
        _, reason, took = ask()
        assert reason == "no connection within 0.5 s"
        assert took < LONG_S
        server = stack.enter_context(served("good"))
        stack.enter_context(trusting())
        elsewhere(ports[0], server)
        endpoint = Endpoint(f"https://{HOST}", KEY, 5.0)
        assert endpoint.ask("/", "x").status == 200
        endpoint.close()


def test_an_address_that_refuses_does_not_hide_the_next(
    elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with a host that has an address of IPv6 where there is none here."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    with served("good") as port:
        elsewhere(closed_port(), port)
        endpoint = Endpoint(f"https://{HOST}", KEY, 5.0)
        assert endpoint.ask("/", "x").status == 200
        endpoint.close()


def test_encryption_that_is_never_agreed(listener: socket.socket, elsewhere: Callable[..., None]) -> None:
    """The connection is taken, and then nothing comes."""
    elsewhere(port_of(listener))
    _, reason, took = ask()
    assert reason == "no whole answer within 0.5 s"
    assert took < LONG_S


def test_a_proxy_that_never_answers(listener: socket.socket, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked to connect, and says nothing."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port_of(listener)}")
    _, reason, took = ask()
    assert "within 0.5 s" in reason
    assert took < LONG_S


def test_a_proxy_that_trickles(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of its bytes comes in time, and their whole does not."""
    with trickling(b"HTTP/1.1 200 Connection established\r\nX: " + b"x" * 2_000, 0.05) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        _, reason, took = ask()
    assert "within 0.5 s" in reason
    assert took < LONG_S


def test_the_rest_of_the_time_is_for_the_answer(listener: socket.socket) -> None:
    """Connecting and reading have one time-out, not each its own."""
    _, reason, took = ask(f"http://127.0.0.1:{port_of(listener)}")
    assert reason == "no whole answer within 0.5 s"
    assert took < LONG_S


# --- in plain words ---


def closed_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return port_of(sock)


def test_a_refused_connection() -> None:
    """No class, number or address of memory."""
    why, reason, _ = ask(f"http://127.0.0.1:{closed_port()}")
    assert reason == "the connection is refused"
    assert not why.lasting


def test_a_name_that_is_not_known(elsewhere: Callable[..., None]) -> None:
    """It may be the network, so it is asked again."""

    def unknown() -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    elsewhere(look=unknown)
    why, reason, _ = ask()
    assert reason == "the name of the host is not known"
    assert "Check the network and base_url" in why.advice
    assert not why.lasting


def test_a_proxy_that_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy is named, since it is not the service."""
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed_port()}")
    why, reason, _ = ask()
    assert reason == "the proxy of this computer's settings cannot be used: the connection is refused"
    assert "HTTPS_PROXY" in why.advice


def trusting() -> Any:
    """Trust the made-up authority."""
    patch = pytest.MonkeyPatch.context()
    stack = ExitStack()
    stack.enter_context(patch).setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    return stack


class served:  # noqa: N801  # reads as a sentence
    """A server with a certificate, in a with-block: its port. It answers `{}`, and closes."""

    def __init__(self, name: str) -> None:
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(CERTIFICATES / f"{name}.pem")

    def __enter__(self) -> int:
        self._sock = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return port_of(self._sock)

    def __exit__(self, *_: object) -> None:
        self._sock.close()

    def _serve(self) -> None:
        while True:
            try:
                plain, _ = self._sock.accept()
            except OSError:
                return
            with suppress(OSError), self._context.wrap_socket(plain, server_side=True) as sock:
                sock.recv(65536)
                sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")


class trickling:  # noqa: N801  # as above
    """A server that sends its answer byte by byte, in a with-block: its port."""

    def __init__(self, answer: bytes, pause_s: float) -> None:
        self._answer, self._pause_s, self._over = answer, pause_s, threading.Event()

    def __enter__(self) -> int:
        self._sock = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return port_of(self._sock)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._sock.close()

    def _serve(self) -> None:
        with suppress(OSError):
            sock, _ = self._sock.accept()
            for byte in self._answer:
                if self._over.wait(self._pause_s):
                    break
                sock.sendall(bytes([byte]))
            sock.close()


def test_a_good_certificate(elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """The made-up authority and all the rest do work."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    with served("good") as port:
        elsewhere(port)
        endpoint = Endpoint(f"https://{HOST}", KEY, 5.0)
        assert endpoint.ask("/", "x").body == b"{}"
        endpoint.close()


BAD = {
    "expired": "the certificate has expired",
    "early": "the certificate is not valid yet; check this computer's clock",
    "other": "the certificate is for another host",
    "self": "the certificate is signed by itself",
}


@pytest.mark.parametrize(("name", "words"), BAD.items())
def test_each_bad_certificate(
    name: str, words: str, elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Said in words, and not tried again: the key is not sent."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    with served(name) as port:
        elsewhere(port)
        why, reason, _ = ask(timeout_s=5.0)
    assert (reason, why.lasting) == (words, True)
    assert "Nothing was sent" in why.advice


def test_an_authority_that_is_not_trusted(
    elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As behind a proxy that opens connections."""
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with served("good") as port:
        elsewhere(port)
        why, reason, _ = ask(timeout_s=5.0)
    assert (reason, why.lasting) == (
        "the certificate is from an authority that this computer does not trust",
        True,
    )


@pytest.mark.parametrize("content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_bundle_that_cannot_be_read(
    content: bytes | None, tmp_path: Path, elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, empty or something else: said at once."""
    bundle = tmp_path / "bundle.pem"
    if content is not None:
        bundle.write_bytes(content)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
    with served("good") as port:
        elsewhere(port)
        why, reason, _ = ask(timeout_s=5.0)
    assert why.lasting
    assert "certificates" in reason
    assert "REQUESTS_CA_BUNDLE" in why.advice


def test_plain_http_where_https_is_expected(elsewhere: Callable[..., None]) -> None:
    """A wrong port, or a captive portal."""
    with Server([RECORD], keys=[KEY]) as server:
        elsewhere(int(server.url.rpartition(":")[2]))
        why, reason, _ = ask(timeout_s=5.0)
    assert reason == "no encrypted connection could be made"
    assert "base_url" in why.advice


def test_a_bad_certificate_stops_a_run_at_once(
    elsewhere: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With one request: no other can succeed."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    ids = [f"1Made{number:08d}" for number in range(30)]
    with served("expired") as port, Client(KEY, f"https://{HOST}", workers=1) as client:
        elsewhere(port)
        with pytest.warns(IncompleteWarning, match="the certificate has expired"):
            batch = client.fetch(ids, progress=False)
    assert batch.counts == {"failed": 1, "not_tried": 29}
    assert batch.run.requests == 1
    assert batch.run.stopped == "the certificate has expired"
