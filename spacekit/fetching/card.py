"""What is said of a Client: the card that `print` and notebooks show. It has no key."""

from __future__ import annotations

from typing import Protocol

from spacekit.words import Card, plural


class _Settings(Protocol):
    base_url: str
    requests_per_minute: int | None
    price_per_request: float | None


def card_of(client: _Settings, *, has_key: bool, closed: bool) -> Card:
    """Return the card of a Client."""
    limit, price = client.requests_per_minute, client.price_per_request
    facts = [
        ("address", client.base_url),
        (
            "API key",
            "set, and never shown" if has_key else "none yet: set SOCIALDATA_API_KEY, or pass api_key=",
        ),
        ("limit", "none" if limit is None else f"{plural(limit, 'request')} a minute"),
        (
            "price",
            "not set: pass price_per_request=" if price is None else f"{price:g} a request, as you set it",
        ),
    ]
    then = ["client = sk.Client()"] if closed else ["client.plan(ids)", "client.fetch(ids)"]
    return Card("Client of the SocialData API", ", closed" if closed else "", facts, then=then)
