"""A server that breaks HTTP itself, for answers that `spacekit.server` is too well-behaved to send."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass
class Scripted:
    """One answer for each connection, the last one again and again; `heads` are the requests as sent."""

    answers: list[bytes]
    pause_s: float = 0.0
    heads: list[bytes] = field(default_factory=list)
    url: str = ""

    def serve(self, listener: socket.socket) -> None:
        """Answer connection after connection until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(5)
                    self.answer(connection)

    def answer(self, connection: socket.socket) -> None:
        """Read one request, send its answer byte by byte where there is a pause, and close."""
        head = b""
        while not head.endswith(b"\r\n\r\n") and (part := connection.recv(2**16)):
            head += part  # all of it: closing with something unread resets the connection
        self.heads.append(head)
        answer = self.answers[min(len(self.heads), len(self.answers)) - 1]
        if not self.pause_s:
            connection.sendall(answer)
            return
        for byte in answer:
            connection.sendall(bytes([byte]))
            time.sleep(self.pause_s)


@contextlib.contextmanager
def scripted(*answers: bytes, pause_s: float = 0.0) -> Iterator[Scripted]:
    """Run a `Scripted` server on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Scripted(list(answers), pause_s, url=f"http://127.0.0.1:{listener.getsockname()[1]}")
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield server
        finally:
            with contextlib.suppress(OSError):  # some systems shut down only what is connected
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
            thread.join()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return the bytes of an answer with exactly these headers."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1") + body
