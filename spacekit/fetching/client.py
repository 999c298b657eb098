"""`Client`: the face of fetching. It plans, fetches one Space or many, searches for Spaces, and can be stopped."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, NoReturn, Self

from spacekit.archive import Archive
from spacekit.arguments import check_whole
from spacekit.batch import Batch, warn_if_incomplete
from spacekit.fetching.batches import fetch_batch, fetch_due
from spacekit.fetching.card import card_of
from spacekit.fetching.decisions import BACKOFF_S
from spacekit.fetching.planning import Planner, check_max_posts, opened_or_none
from spacekit.fetching.progress import OnProgress, shown
from spacekit.fetching.queries import queries_for
from spacekit.fetching.search import Search, warn_if_unfinished
from spacekit.fetching.searches import search_posts
from spacekit.fetching.service import Service
from spacekit.fetching.work import Spaces, Wanted
from spacekit.ids import check_id, find_ids
from spacekit.words import KEY_NAME as KEY_NAME
from spacekit.words import Card, Carded, Key, keyless, takes_key

_BASE_URL: Final = "https://api.socialdata.tools"


class Client(Planner, Carded):
    """
    Asks the SocialData API for Spaces, and for the posts that announce them; a context manager.

    Parameters
    ----------
    api_key
        None: `SOCIALDATA_API_KEY` from the environment, which may also be set later, until the first request.
    base_url
        Address of the service.
    requests_per_minute
        Maximum number of requests in any 61 s, over all Clients of the process with this key; None for no limit.
    workers
        Maximum number of requests under way at the same time.
    timeout_s
        Seconds for a request as a whole: the look-up of the host's name, all its addresses, a proxy, encryption, and
        the answer to its last byte.
    attempts
        Maximum number of requests for a Space that gets no useful answer. (A confirmed 404 counts once.)
    price_per_request
        Price of a Space, for the cost in `plan`, in any currency.
    price_per_post
        The same of a post that a search brings; None: as a request.
    now
        Returns the time of fetching, with its zone; None for the computer's clock. Waits do not depend on it.
    backoff_s
        Seconds, roughly, to wait after a first useless answer; later waits are multiples of it.

    Attributes
    ----------
    last_batch, last_search
        The newest result of `fetch` and `search`, even if it was interrupted or failed; None before the first.

    Raises
    ------
    ValueError
        An argument is out of its range.
    CredentialsError
        The key cannot be right, or would travel unencrypted.

    Notes
    -----
    A Client may be used from any thread, and by several at once: calls work side by side within the one limit of
    requests. Then use what each call returns: `last_batch` is of the call that ended last. In an event loop, call in a
    thread: `await asyncio.to_thread(client.fetch, ids)`; docs/async.md has more.

    A process that is forked may use the Client as well: it has connections and a count of its own. It cannot be sent
    to another process: joblib, dask and `spawn` have to make one in each. Each process holds the limit for itself; what
    they send together above the service's is answered with 429, which is waited out.

    Where five Spaces in a row get no answer, or a 429, 502, 503 or 504, or thirty a 500 or another useless one, it is
    the service and not the Space. From then on one Space at a time is asked for, after 1, 2, 4, 8 and 15 s, and the
    progress says so; no Space uses up an attempt. With the first useful answer the run goes on. Without one for 45 s
    it is stopped: the Spaces asked for are `failed`, the others `not_tried`. After a 429 it waits for a minute, and
    for as long as the service asks, once. A certificate that is not accepted stops it at once.

    Runs on one archive share it, in threads and in processes: what one of them is asking for is not asked for by
    another, which waits for the answer and says so in its progress, with until when at most. What a killed run was
    asking for is free again at once on Linux, elsewhere and on other machines after a minute.

    Examples
    --------
    The sandbox is a Client of made-up Spaces on this machine; `sk.Client()` takes your key from the environment.

    >>> import spacekit as sk
    >>> ids = ["1jMJgLdenVjxL", "1SAMPLEnever0", "no id"]
    >>> with sk.sandbox() as client:  # closed at the end
    ...     plan = client.plan(ids)
    ...     batch = client.fetch(ids, progress=False)
    ...     client.cancel()  # in another thread, it ends a fetch
    ...     record = client.get("1jMJgLdenVjxL")
    >>> plan
    Plan(asked=3, duplicates=0, invalid=1, fresh=0, to_fetch=2, seconds=0.0, cost=None)
    >>> batch
    Batch(1 Space, made up; 3 inputs: 1 ok, 1 invalid, 1 not_found)
    >>> record["total_live_listeners"]
    435271
    """

    @takes_key
    def __init__(
        self,
        api_key: str | None = None,
        base_url: str = _BASE_URL,
        requests_per_minute: int | None = 120,
        workers: int = 8,
        timeout_s: float = 30.0,
        attempts: int = 5,
        price_per_request: float | None = None,
        *,
        price_per_post: float | None = None,
        now: Callable[[], datetime] | None = None,
        backoff_s: float = BACKOFF_S,
    ) -> None:
        key = None if api_key is None else Key.of(api_key)
        service = Service(key, base_url, requests_per_minute, workers, timeout_s, attempts, now, backoff_s)
        super().__init__(service, price_per_request, price_per_post)
        self.base_url, self.requests_per_minute, self.timeout_s = base_url, requests_per_minute, timeout_s
        self.last_batch: Batch | None = None
        self.last_search: Search | None = None

    def __repr__(self) -> str:
        if "last_search" not in vars(self):  # a debugger, or a traceback, shows one that could not be made
            return "<Client that was not made>"
        limit = "no limit" if self.requests_per_minute is None else f"{self.requests_per_minute} a minute"
        key = "no API key yet" if self._service.endpoint is None else "API key set"
        return f"Client({self.base_url!r}, {limit}, {key}{', closed' if self._service.closed else ''})"

    def _card(self) -> Card:
        return card_of(self, has_key=self._service.endpoint is not None, closed=self._service.closed)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "Client: it holds an API key and open connections, so it cannot be copied or sent to another process. "
            "Make one there: sk.Client() takes the key from SOCIALDATA_API_KEY."
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. Closing twice is no error; a closed Client fetches nothing more."""
        self._service.close()

    def cancel(self) -> None:
        """
        End every running `fetch` and `search` of this Client, from any thread. Does nothing when none is running.

        Each returns within a second with what had been answered, and warns; the rest is `not_tried`.
        """
        self._service.cancel()

    @keyless
    def get(self, space: str) -> dict[str, Any]:
        """
        Return one Space.

        Parameters
        ----------
        space
            Its id or a link to it.

        Returns
        -------
        record
            The JSON object, unchanged.

        Raises
        ------
        InvalidIdError
            `space` is neither id nor link (nothing is sent), or the service refuses it (422).
        CredentialsError, NoCreditError, ForbiddenError, SpaceNotFoundError
            Status 401 or no key, 402, 403, 404.
        ServiceError
            No useful answer after all attempts.
        DataError
            The answer is not what is documented.
        """
        space_id = check_id(space)
        work = Spaces(self._service.connected(), [space_id])
        record: dict[str, Any] = json.loads(self._service.ask(work, f"Space {space_id!r}"))
        return record

    @keyless
    def fetch(
        self,
        ids: Any,
        archive: Archive | str | os.PathLike[str] | None = None,
        max_age: Any = "1h",
        max_requests: int | None = None,
        progress: bool | OnProgress = True,
    ) -> Batch:
        """
        Ask for many Spaces.

        Parameters
        ----------
        ids
            Whatever `find_ids` takes: text, a list, a Series, a file.
        archive
            File or open `Archive` that keeps every answer. Answers younger than `max_age` come from it, and so do those
            that another run gets meanwhile.
        max_age
            Age up to which an archived answer will do, such as "1h" or "7D"; 0 for answers from now on only.
        max_requests
            Maximum number of requests to send; the Spaces left are `not_tried`.
        progress
            Whether to show a bar; or a function to call with a `Progress` instead.

        Returns
        -------
        batch
            One outcome for each input, in the order given, whatever happened; the Spaces, and tables of them.

        Raises
        ------
        FetchInterrupted
            Ctrl-C; what had been answered is in its `.batch` and in the archive.
        CredentialsError
            There is no key, and something to ask for.
        ArchiveError
            The archive cannot be read or written; what had been answered is in `last_batch`.

        Warns
        -----
        IncompleteWarning
            Once, where another run could get more: stopped early, or Spaces that got no useful answer.
        """
        batch = self.fetch_without_warning(ids, archive, max_age, max_requests, progress)
        warn_if_incomplete(batch)
        return batch

    @keyless
    def fetch_without_warning(
        self, ids: Any, archive: Any, max_age: Any, max_requests: Any, progress: Any
    ) -> Batch:
        """Do what `fetch` does, without its warning: for a form, which says itself what is missing."""
        found = find_ids(ids)
        if max_requests is not None:
            check_whole("max_requests", max_requests, 0, "; None for no limit")
        with self._service.running() as run, opened_or_none(archive) as store, shown(progress) as report:
            return fetch_batch(run, found, store, max_age, max_requests, report, self._put_batch)

    def fetch_due(
        self, ids: list[str], store: Archive, wanted: Wanted, max_requests: int | None, progress: Any
    ) -> Batch:
        """Fetch Spaces that are due, for `refresh`: those that another run asks for are left to it."""
        with self._service.running() as run, shown(progress) as report:
            batch = fetch_due(run, ids, store, wanted, max_requests, report, self._put_batch)
        warn_if_incomplete(batch)
        return batch

    @keyless
    def search(
        self,
        hosts: Any = None,
        query: str | None = None,
        since: Any = None,
        until: Any = None,
        max_posts: int | None = 500,
        archive: Archive | str | os.PathLike[str] | None = None,
        progress: bool | OnProgress = True,
        *,
        max_age: Any = "1h",
    ) -> Search:
        """
        Find Spaces through the posts that announce them: from a host or a topic to ids.

        The service charges for each post that it sends, also for those without a Space: `plan` says how much at most.

        Parameters
        ----------
        hosts
            A handle or several: `XEng`, `@XEng`, `https://x.com/XEng`, in any case; each account is one query. With
            `query`, both have to hold.
        query
            Words in X's own search language, such as `AI OR "machine learning" lang:en`; sent as typed. `filter:spaces`
            is added, unless the words have it or a link search (`url:spaces`); an `OR` gets parentheses around it.
        since, until
            First day, and day after the last, in UTC: a date, ISO text (UTC if it names no zone), or a datetime with
            its zone. Posts outside are left out, to the instant; of the days at the ends, all are asked for.
        max_posts
            Number of posts, over all queries, at which no further page is asked for; the last page, of about 20, may
            exceed it. None for no limit. Posts from the archive cost nothing and count as well, so that the same
            search, run again, returns the same and pays for nothing: raise it to go on.
        archive
            File or open `Archive` that keeps every page. A search that was made within `max_age` comes from it and
            costs nothing, and one that was stopped goes on where it stopped.
        progress
            Whether to show a bar; or a function to call with a `Progress` instead.
        max_age
            As for `fetch`; 0 asks for all again.

        Returns
        -------
        search
            The ids, which `fetch` takes; a table of the posts; why each query ended; a report.

        Raises
        ------
        ValueError
            Nothing is asked for; a host is no handle; a date cannot be read; `since` is not before `until`.
        FetchInterrupted
            Ctrl-C; what came is in its `.search` and in the archive.
        CredentialsError
            There is no key, and something to ask for.
        ArchiveError
            The archive cannot be read or written; what came is in `last_search`.

        Warns
        -----
        IncompleteWarning
            Once, where the search did not come to its end: at `max_posts`, without credit, stopped, or for a failure.

        Notes
        -----
        Only Spaces that were announced in posts which are still visible can be found. That X's operators work is the
        service's word; whether `filter:spaces` does is unverified. If many posts come without a Space, try a link
        search in its place, such as `query="from:XEng url:spaces"`. Source: SocialData's documentation of its search.

        Examples
        --------
        From a host to a table of its Spaces:

        >>> import spacekit as sk
        >>> with sk.sandbox() as client:
        ...     found = client.search("@sample_books", progress=False)
        ...     batch = client.fetch(found, progress=False)
        >>> found
        Search(5 Spaces, made up; 9 posts, 9 paid for; complete)
        >>> found.ids == batch.spaces["space_id"].tolist()
        True
        >>> views = found.posts.groupby("space_id")["views"].max()  # of the posts that announce each Space
        """
        search = self.search_without_warning(
            hosts, query, since, until, max_posts, archive, progress, max_age
        )
        warn_if_unfinished(search)
        return search

    @keyless
    def search_without_warning(
        self,
        hosts: Any,
        query: Any,
        since: Any,
        until: Any,
        max_posts: Any,
        archive: Any,
        progress: Any,
        max_age: Any,
    ) -> Search:
        """Do what `search` does, without its warning: for a form, which says itself what is missing."""
        queries = queries_for(hosts, query, since, until)
        check_max_posts(max_posts)
        with self._service.running() as run, opened_or_none(archive) as store, shown(progress) as report:
            return search_posts(run, queries, store, max_age, max_posts, report, self._put_search)

    def now_ms(self) -> int:
        """Return the time by the clock that dates the answers, in epoch milliseconds."""
        return self._service.now_ms()

    def _put_batch(self, batch: Batch) -> Batch:
        self.last_batch = batch
        return batch

    def _put_search(self, search: Search) -> Search:
        self.last_search = search
        return search
