"""The Client that a form asks: the one it was given, or one made from the fields of the form."""

from __future__ import annotations

import os
from typing import Final

from spacekit.fetching.client import Client
from spacekit.fetching.http import Endpoint
from spacekit.forms.faults import at
from spacekit.forms.fetch_code import arguments
from spacekit.server import Sandbox, sandbox
from spacekit.words import KEY_NAME, show

ADDRESS: Final = "https://api.socialdata.tools"
_ANY_KEY: Final = "1|to-check-the-address"


class Service:
    """
    The Client that a form asks. A key goes into the Client alone.

    Parameters
    ----------
    given
        The Client to ask; it is not closed here. None: one made here, of key, address, price and sandbox.
    """

    def __init__(self, given: Client | None = None) -> None:
        if given is not None and not isinstance(given, Client):
            raise TypeError(f"client: got {show(given)}. Pass a Client, such as sk.sandbox(), or none.")
        self.given = given
        self._own: Client | None = None
        self.address = ADDRESS
        self.price: float | None = None
        self.sandbox = self.has_key = False

    @property
    def name(self) -> str:
        """What answers are kept under: those of one service are not taken for those of another."""
        return self.given.base_url if self.given is not None else "sandbox" if self.sandbox else self.address

    @property
    def kind(self) -> str:
        """Which Client it is: "given", "sandbox" or "own"."""
        return "given" if self.given is not None else "sandbox" if self.sandbox else "own"

    @property
    def code(self) -> str:
        """The call that makes such a Client; "" where one was given."""
        options = {
            "base_url": None if self.address == ADDRESS else self.address,
            "price_per_request": self.price,
        }
        return {"given": "", "sandbox": "sk.sandbox()", "own": f"sk.Client({arguments(options)})"}[self.kind]

    @property
    def made_up(self) -> bool:
        """Whether it answers with made-up Spaces."""
        return self.sandbox or isinstance(self.given, Sandbox)

    @property
    def needs_key(self) -> bool:
        """Whether there is no key, and one is needed."""
        return self.kind == "own" and not self.has_key and not os.environ.get(KEY_NAME)

    @property
    def needs_price(self) -> bool:
        """Whether requests cost something that is not known."""
        return self.kind == "own" and self.price is None

    @property
    def client(self) -> Client:
        """The Client, made when first needed."""
        if self.given is not None:
            return self.given
        if self._own is None:
            with at("key"):
                self._own = sandbox() if self.sandbox else Client(base_url=self.address)
        self._own.price_per_request = self._own.price_per_post = self.price
        return self._own

    def use_key(self, key: str) -> None:
        """Make a Client with this key, kept nowhere else. An empty key goes back to the environment's."""
        self.close()
        if key:
            with at("key"):
                self._own = Client(key, base_url=self.address)
            self.has_key, self.sandbox = True, False

    def use_sandbox(self, yes: bool) -> None:
        """Ask the sandbox, or no longer."""
        if yes or not self.has_key:
            self.close()
        self.sandbox = yes

    def use_address(self, address: str) -> None:
        """Ask this address; a key that was entered was for another one, and is dropped."""
        address = address.strip() or ADDRESS
        if address == self.address:
            return
        with at("address"):
            Endpoint(address, _ANY_KEY, 1.0).close()
        if not self.sandbox:
            self.close()
        self.address = address

    def close(self) -> None:
        """Close the Client that was made here, and forget the key with it."""
        own, self._own, self.has_key = self._own, None, False
        if own is not None:
            own.close()
