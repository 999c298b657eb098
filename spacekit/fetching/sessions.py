"""Connections that stay open from one fetch to the next: sessions to borrow, one for each thread. Asks nothing."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from spacekit.fetching.http import Endpoint

if TYPE_CHECKING:
    import requests


class Sessions:
    """Sessions that workers borrow, one each."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        self._free: deque[requests.Session] = deque()
        self._closed = False

    def take(self) -> requests.Session:
        """Give one that nobody else uses."""
        try:
            return self._free.pop()
        except IndexError:
            return self._endpoint.new_session()

    def give(self, session: requests.Session) -> None:
        """Take one back."""
        self._free.append(session)
        if self._closed:
            self.close()

    def close(self) -> None:
        """Close all, and each that is given back later."""
        self._closed = True
        while True:
            try:
                self._free.pop().close()
            except IndexError:
                return
