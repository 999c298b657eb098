"""What is said of a Client: the card that `print` and notebooks show. It has no key."""

from __future__ import annotations

from typing import Protocol

from spacekit.words import Card, plural


class _Settings(Protocol):
    base_url: str
    requests_per_minute: int | None
    price_per_request: float | None
    price_per_post: float | None


def card_of(client: _Settings, *, has_key: bool, closed: bool) -> Card:
    """Return the card of a Client."""
    limit = client.requests_per_minute
    facts = [
        ("address", client.base_url),
        (
            "API key",
            "set, and never shown" if has_key else "none yet: set SOCIALDATA_API_KEY, or pass api_key=",
        ),
        ("limit", "none" if limit is None else f"{plural(limit, 'request')} a minute"),
        ("price", _price(client)),
    ]
    then = (
        ["client = sk.Client()"]
        if closed
        else ["client.search(hosts)", "client.plan(ids)", "client.fetch(ids)"]
    )
    return Card("Client of the SocialData API", ", closed" if closed else "", facts, then=then)


def _price(client: _Settings) -> str:
    """Return the prices that were set, in words."""
    request, post = client.price_per_request, client.price_per_post
    if request is None and post is None:
        return "not set: pass price_per_request="
    of_request = "not set for requests" if request is None else f"{request:g} a request"
    return f"{of_request}{'' if post == request else f', {post:g} a post'}, as you set it"
