"""The sandbox: a `Client` with its own server on this machine. What the server does is in `server`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from spacekit.fetching.client import Client
from spacekit.server.server import Faults, Server


class Sandbox(Client):
    """
    A `Client` with its own server, which `close` stops. Made by `sandbox`.

    Attributes
    ----------
    server
        The `Server`; its `requests` show what was asked.
    """

    def __init__(self, server: Server, **options: Any) -> None:
        self.server = server
        super().__init__(**{**server.client_options(), **options})

    def close(self) -> None:
        """Close the connections and stop the server. A second call does nothing."""
        try:
            super().close()
        finally:
            self.server.stop()


def sandbox(
    records: Iterable[Mapping[str, Any]] | None = None,
    *,
    latency_s: float = 0.0,
    faults: Faults | None = None,
    **client_options: Any,
) -> Sandbox:
    """
    Return a `Client` on a local server with made-up Spaces, to try things without key, network or credits.

    Parameters
    ----------
    records
        Spaces to serve instead of the samples, each a dict with its `id`.
    latency_s
        Wait before each answer.
    faults
        What goes wrong, by Space id. See `spacekit.server.Fault`.
    client_options
        As for `Client`.

    Returns
    -------
    client
        Its clock is fixed, so that the same code shows the same result every time. Closing it stops the server.

    Raises
    ------
    ValueError
        A record has no usable `id`, or its Space is there twice.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     client.get("1jMJgLdenVjxL")["title"]
    'The Algorithm goes open source'
    """
    server = Server(records, latency_s=latency_s, faults=faults)
    if server.left_out:
        server.stop()
        raise ValueError(f"Records for the sandbox: {server.left_out[0]} Leave such records out.")
    server.start()
    try:
        return Sandbox(server, **client_options)
    except BaseException:
        server.stop()
        raise
