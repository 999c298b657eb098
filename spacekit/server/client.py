"""The sandbox: a `Client` with its own server on this machine. What the server does is in `server`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from spacekit.fetching.client import Client
from spacekit.server.faults import SearchFaults
from spacekit.server.server import Faults, Server
from spacekit.words import takes_key


class Sandbox(Client):
    """
    A `Client` with its own server, which `close` stops. Made by `sandbox`.

    Attributes
    ----------
    server
        The `Server`; its `requests` show what was asked.
    """

    @takes_key
    def __init__(self, server: Server, **options: Any) -> None:
        self.server = server
        super().__init__(**{**server.client_options(), **options})

    def close(self) -> None:
        """Close the connections and stop the server. A second call does nothing."""
        try:
            super().close()
        finally:
            self.server.stop()


@takes_key
def sandbox(
    records: Iterable[Mapping[str, Any]] | None = None,
    *,
    posts: Iterable[Mapping[str, Any]] | str | Path | None = None,
    latency_s: float = 0.0,
    faults: Faults | None = None,
    search_faults: SearchFaults | None = None,
    credits: int | None = None,  # noqa: A002  # the service's word
    balance: float | str | None = None,
    **client_options: Any,
) -> Sandbox:
    """
    Return a `Client` on a local server with made-up Spaces and posts, to try things without key, network or credits.

    Parameters
    ----------
    records
        Spaces to serve instead of the samples, each a dict with its `id`.
    posts
        Posts that a search finds, instead of the made-up ones: dicts as the service sends them, or the path of a
        file that `Search.to_jsonl` wrote. With `records` and no posts, a search finds nothing.
    latency_s
        Wait before each answer.
    faults
        What goes wrong, by Space id or path such as "/twitter/search". See `spacekit.server.Fault`.
    search_faults
        What a search does wrong, page by page. See `spacekit.server.SearchFaults`.
    credits
        How many Spaces, posts and accounts can be had before a 402. None for no end.
    balance
        The balance that `Client.balance` reads: a number or text. None: what the credits are worth.
    client_options
        As for `Client`.

    Returns
    -------
    client
        Its clock is fixed, so that the same code shows the same result every time. Closing it stops the server.

    Raises
    ------
    ValueError
        A record or post has no usable id, or a Space is there twice.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     client.get("1jMJgLdenVjxL")["title"]
    'The Algorithm goes open source'
    """
    server = Server(
        records,
        posts=posts,
        latency_s=latency_s,
        faults=faults,
        search_faults=search_faults,
        credits=credits,
        balance=balance,
    )
    if server.left_out:
        server.stop()
        raise ValueError(f"Records and posts for the sandbox: {server.left_out[0]} Leave those out.")
    server.start()
    try:
        return Sandbox(server, **client_options)
    except BaseException:
        server.stop()
        raise
