"""`Planner`: what a Client says before anything is paid for: plans, and the balance."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from typing import Any, overload

from spacekit.archive import Archive, opened
from spacekit.arguments import check_number, check_whole
from spacekit.fetching.batches import held_in, latest_of, oldest, stored_in
from spacekit.fetching.pages import Trails
from spacekit.fetching.plan import Plan, SearchPlan, posts_at_most, requests_at_most
from spacekit.fetching.queries import queries_for
from spacekit.fetching.service import Service
from spacekit.fetching.work import Balance
from spacekit.ids import Found, find_ids
from spacekit.words import keyless


class Planner:
    """
    The part of a `Client` that plans and reads the balance.

    Parameters
    ----------
    service
        The service that is asked.
    price_per_request, price_per_post
        As for `Client`.
    """

    def __init__(
        self, service: Service, price_per_request: float | None, price_per_post: float | None
    ) -> None:
        for name, price in (("price_per_request", price_per_request), ("price_per_post", price_per_post)):
            if price is not None:
                check_number(name, price)
        self._service = service
        self.price_per_request = price_per_request
        self.price_per_post = price_per_request if price_per_post is None else price_per_post

    def balance(self) -> float:
        """
        Return the balance of the account, in USD.

        Returns
        -------
        usd
            As the service says it, as a number or as text.

        Raises
        ------
        CredentialsError, ForbiddenError
            Status 401 or no key, 403.
        ServiceError
            No useful answer after all attempts.
        DataError
            The answer is not what is documented.

        Examples
        --------
        >>> import spacekit as sk
        >>> with sk.sandbox(balance="12.5") as client:
        ...     client.balance()
        12.5
        """
        work = Balance(self._service.connected())
        self._service.ask(work, "Balance")
        return work.usd

    @overload
    def plan(
        self,
        ids: object,
        archive: Archive | str | os.PathLike[str] | None = None,
        max_age: Any = "1h",
        *,
        balance: bool = False,
    ) -> Plan: ...
    @overload
    def plan(
        self,
        ids: None = None,
        archive: Archive | str | os.PathLike[str] | None = None,
        max_age: Any = "1h",
        *,
        hosts: Any = None,
        query: Any = None,
        since: Any = None,
        until: Any = None,
        max_posts: int | None = 500,
        balance: bool = False,
    ) -> SearchPlan: ...
    @keyless
    def plan(
        self,
        ids: Any = None,
        archive: Archive | str | os.PathLike[str] | None = None,
        max_age: Any = "1h",
        *,
        hosts: Any = None,
        query: Any = None,
        since: Any = None,
        until: Any = None,
        max_posts: int | None = 500,
        balance: bool = False,
    ) -> Plan | SearchPlan:
        """
        Return what `fetch` or `search` with the same arguments would do, take and cost. Sends nothing, needs no key.

        Parameters
        ----------
        ids, archive, max_age
            As for `fetch`. An archive that does not exist yet is not made.
        hosts, query, since, until, max_posts
            As for `search`; with `hosts` or `query`, the search is planned.
        balance
            Whether to ask the service for the balance, and show it beside the cost. One request, which needs a key.

        Returns
        -------
        plan
            Of a fetch: numbers of inputs, Spaces to fetch, seconds and cost. Of a search: the queries, and posts,
            requests, seconds and cost at most. A notebook shows it as a card.

        Raises
        ------
        ValueError
            Both `ids` and a search, or neither; what `search` refuses.

        Examples
        --------
        >>> import spacekit as sk
        >>> with sk.sandbox(price_per_post=0.0002) as client:
        ...     plan = client.plan(hosts="sample_books", max_posts=100, balance=True)
        >>> plan.posts, round(plan.cost, 4), plan.suffices
        (119, 0.0238, True)
        """
        wants_search = hosts is not None or query is not None
        if wants_search == (ids is not None):
            raise ValueError("plan: pass either ids, for a fetch, or hosts= or query=, for a search.")
        check_max_posts(max_posts)
        queries = queries_for(hosts, query, since, until) if wants_search else []
        found = find_ids(() if wants_search else ids)
        with opened_or_none(archive) as store:
            if not wants_search:
                return self._plan_fetch(found, store, max_age, balance)
            trails = Trails(
                queries, max_posts, store, oldest(self._service, max_age), latest_of(self._service)
            )
        return self._plan_search(trails, balance)

    def _plan_fetch(self, found: Found, store: Archive | None, max_age: Any, balance: bool) -> Plan:
        stored = stored_in(self._service, store, found, max_age)
        ids_to_fetch = tuple(space_id for space_id in found if space_id not in stored)
        to_fetch, price = len(ids_to_fetch), self.price_per_request
        return Plan(
            asked=len(found.entries),
            duplicates=len(found.duplicates),
            invalid=len(found.rejected),
            rejected=tuple(found.rejected),
            fresh=len(stored),
            to_fetch=to_fetch,
            seconds=self._service.seconds_for(to_fetch),
            cost=None if price is None else price * to_fetch,
            ids_to_fetch=ids_to_fetch,
            balance=self.balance() if balance else None,
            older=0 if store is None else len(store.fresh(ids_to_fetch, 0)),
            elsewhere=None if store is None else held_in(store, set(ids_to_fetch)),
        )

    def _plan_search(self, trails: Trails, balance: bool) -> SearchPlan:
        to_ask, price = len(trails.open), self.price_per_post
        posts = posts_at_most(trails.max_posts, trails.posts, to_ask)
        requests = requests_at_most(posts, to_ask)
        return SearchPlan(
            queries=tuple(trail.query.text for trail in trails),
            to_ask=to_ask,
            archived_posts=trails.posts,
            posts=posts,
            requests=requests,
            seconds=self._service.seconds_for(to_ask if requests is None else requests),
            cost=None if price is None or posts is None else price * posts,
            balance=self.balance() if balance else None,
        )


def opened_or_none(
    archive: Archive | str | os.PathLike[str] | None,
) -> AbstractContextManager[Archive | None]:
    """Return a context with the archive; only one that is opened here is closed in the end."""
    return nullcontext() if archive is None else opened(archive)


def check_max_posts(max_posts: object) -> None:
    """Check a number of posts, or None."""
    if max_posts is not None:
        check_whole("max_posts", max_posts, 1, "; None for no limit")
