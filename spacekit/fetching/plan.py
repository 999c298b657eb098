"""`Plan`: what a fetch or a search would do, take and cost, and how a notebook shows it. `Client.plan` makes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import ClassVar, Final

from spacekit.fetching.paging import FRUITLESS, USUAL_PAGE
from spacekit.words import Card, Carded, shortened, span

_SHOWN: Final = 5  # invalid inputs, or queries
_WIDTH: Final = 40  # columns of each
_AT_ONCE: Final = "no wait for the limit"


class _Planned(Carded):
    """What the plans of a fetch and of a search share: how they are shown."""

    __slots__ = ()
    seconds: float
    cost: float | None
    balance: float | None
    _cost_name: ClassVar[str] = "cost, at your price"
    _price: ClassVar[str] = "price_per_request"

    @property
    def suffices(self) -> bool | None:
        """Whether the balance covers the cost; None where one of them is not known."""
        return None if self.balance is None or self.cost is None else self.balance >= self.cost

    def facts(self) -> list[tuple[str, str]]:
        """Return name and value of each fact, in words and in order; cost and balance only where they are known."""
        time = f"at least {span(self.seconds, up=True)}, at the limit" if self.seconds else _AT_ONCE
        return [*self._counts(), ("time", time), *self._money()]

    @property
    def _has_cost(self) -> bool:
        """Whether there is anything to ask for, and an end to it."""
        raise NotImplementedError

    @property
    def _next(self) -> str:
        """The call to make next."""
        raise NotImplementedError

    def _counts(self) -> Iterator[tuple[str, str]]:
        raise NotImplementedError

    def _money(self) -> Iterator[tuple[str, str]]:
        if self.cost is not None:
            yield self._cost_name, f"{self.cost:,.4f}"
        if self.balance is not None:
            enough = {None: "", True: ", which suffices", False: ", which may not suffice"}[self.suffices]
            yield "balance", f"{self.balance:,.4f} USD{enough}"

    def _card(self) -> Card:
        sent = "nothing was sent" if self.balance is None else "only the balance was asked for"
        return Card("Plan", f"; {sent}", self.facts(), notes=self._unpriced(), then=[self._next])

    def _unpriced(self) -> list[str]:
        """Say how to see the cost, where there is one."""
        unknown = self._has_cost and self.cost is None
        return [f"For the cost, pass {self._price}= to the Client."] if unknown else []


@dataclass(frozen=True, slots=True)
class Plan(_Planned):
    """
    What a fetch would do, take and cost. Made by `Client.plan`; nothing was sent, unless for the balance.

    Attributes
    ----------
    asked
        Inputs, of any kind.
    duplicates, invalid
        Inputs given before, and inputs that are not the id of a Space or a link to one.
    fresh
        Spaces that the archive answers for.
    older
        Spaces to ask for of which the archive has an answer that is older than `max_age`.
    to_fetch
        Spaces to ask for: one request each if all goes well. A Space that is not found may take a second one, at
        the other documented address.
    seconds
        Least time until the last request is sent, at the limit, with what was sent in the last minute and with
        immediate answers. 0 where there is no limit.
    cost
        `to_fetch` times the Client's `price_per_request`; None if it has none.
    ids_to_fetch
        The ids, in the order asked.
    rejected
        Text and reason of each invalid input.
    balance
        Balance of the account, in USD; None where it was not asked for.
    elsewhere
        What another run on the archive is asking for at the moment, and until when at most; None if nothing.
    """

    asked: int
    duplicates: int
    invalid: int
    fresh: int
    to_fetch: int
    seconds: float
    cost: float | None = None
    ids_to_fetch: tuple[str, ...] = field(default=(), repr=False)
    rejected: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    balance: float | None = field(default=None, repr=False)
    older: int = field(default=0, repr=False)
    elsewhere: str | None = field(default=None, repr=False)

    def _counts(self) -> Iterator[tuple[str, str]]:
        yield "asked", f"{self.asked:,}"
        yield "duplicates", f"{self.duplicates:,}"
        yield "invalid", f"{self.invalid:,}"
        yield from (("", words) for words in self._reasons())
        older = f"; answers for {self.older:,} more are older than max_age" if self.older else ""
        yield "in the archive", f"{self.fresh:,}{older}"
        yield "to fetch", f"{self.to_fetch:,}"
        if self.elsewhere is not None:
            yield "meanwhile", f"{self.elsewhere}; a fetch waits for them"

    @property
    def _has_cost(self) -> bool:
        return self.to_fetch > 0

    @property
    def _next(self) -> str:
        if self.to_fetch or self.fresh:
            return "client.fetch(ids)"
        return "plan.rejected" if self.rejected else "sk.find_ids(text)"

    def _reasons(self) -> list[str]:
        """Return why the first of the invalid inputs are invalid."""
        shown = [f"{shortened(text, _WIDTH)!r}: {reason}" for text, reason in self.rejected[:_SHOWN]]
        return shown + ([f"and {self.invalid - _SHOWN:,} more"] if self.invalid > _SHOWN else [])


@dataclass(frozen=True, slots=True)
class SearchPlan(_Planned):
    """
    What a search would do, take and cost at most. Made by `Client.plan`; nothing was sent, unless for the balance.

    The service charges for each post that it sends, whether there is a Space in it or not.

    Attributes
    ----------
    queries
        As they would be sent.
    to_ask
        How many of them the archive does not answer whole.
    archived_posts
        Posts that the archive has.
    posts
        Posts to pay for at most: up to `max_posts`, which the last page may exceed. None where there is no limit.
    requests
        Requests at most, at the usual 20 posts a page; more where pages are shorter, which cost no more posts. None
        where there is no limit.
    seconds
        As of a fetch; where there is no limit of posts, of one request for each query.
    cost
        `posts` times the Client's `price_per_post`; None if it has none, or there is no limit.
    balance
        Balance of the account, in USD; None where it was not asked for.
    """

    queries: tuple[str, ...]
    to_ask: int
    archived_posts: int
    posts: int | None
    requests: int | None
    seconds: float
    cost: float | None = None
    balance: float | None = field(default=None, repr=False)
    _cost_name: ClassVar[str] = "cost at most, at your price"
    _price: ClassVar[str] = "price_per_post"

    def _counts(self) -> Iterator[tuple[str, str]]:
        yield from (("query", query) for query in self.queries[:_SHOWN])
        if len(self.queries) > _SHOWN:
            yield "", f"and {len(self.queries) - _SHOWN:,} more"
        yield "posts in the archive", f"{self.archived_posts:,}"
        yield "posts", _at_most(self.posts)
        yield "requests", _at_most(self.requests)

    @property
    def _next(self) -> str:
        return "client.search(hosts, query)"

    @property
    def _has_cost(self) -> bool:
        return self.to_ask > 0 and self.posts is not None


def _at_most(number: int | None) -> str:
    return "as many as there are" if number is None else f"at most {number:,}"


def posts_at_most(max_posts: int | None, archived: int, to_ask: int) -> int | None:
    """Return the posts that a search can pay for: a page that is begun below the limit comes whole."""
    if not to_ask:
        return 0
    return None if max_posts is None else max(0, max_posts - archived) + USUAL_PAGE - 1


def requests_at_most(posts: int | None, to_ask: int) -> int | None:
    """Return the requests that so many posts take, with those that show each query to be at its end."""
    return None if posts is None else -(-posts // USUAL_PAGE) + to_ask * FRUITLESS
