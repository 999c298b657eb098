"""`fetch` and `search`: the same as the methods of a `Client`, with the key from the environment."""

from __future__ import annotations

import os
from typing import Any

from spacekit.archive import Archive
from spacekit.batch import Batch
from spacekit.fetching.client import Client
from spacekit.fetching.progress import OnProgress
from spacekit.fetching.search import Search
from spacekit.words import keyless


@keyless
def fetch(
    ids: Any,
    archive: Archive | str | os.PathLike[str] | None = None,
    max_age: Any = "1h",
    max_requests: int | None = None,
    progress: bool | OnProgress = True,
) -> Batch:
    """
    Ask for many Spaces, with the key from the environment (`SOCIALDATA_API_KEY`); see `Client.fetch`.

    Parameters
    ----------
    ids, archive, max_age, max_requests, progress
        As for `Client.fetch`.

    Returns
    -------
    batch
        One outcome for each input; the Spaces, and tables of them.

    Examples
    --------
    What an archive has needs no key, and is not paid for again.

    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     first = client.fetch("1jMJgLdenVjxL", archive="spaces.db", progress=False)
    >>> sk.fetch("1jMJgLdenVjxL", archive="spaces.db", max_age="3650D", progress=False)
    Batch(1 Space; 1 input: 1 archived)
    """
    with Client() as client:
        return client.fetch(ids, archive, max_age, max_requests, progress)


@keyless
def search(
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
    Find Spaces, with the key from the environment (`SOCIALDATA_API_KEY`); see `Client.search`.

    Parameters
    ----------
    hosts, query, since, until, max_posts, archive, progress, max_age
        As for `Client.search`.

    Returns
    -------
    search
        The ids, which `fetch` takes, and the posts that announce them.

    Examples
    --------
    What an archive has needs no key, and is not paid for again.

    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     first = client.search("sample_archive", archive="spaces.db", progress=False)
    >>> again = sk.search("sample_archive", archive="spaces.db", max_age="3650D", progress=False)
    >>> again.ids == first.ids, again.posts_paid_for
    (True, 0)
    """
    with Client() as client:
        return client.search(hosts, query, since, until, max_posts, archive, progress, max_age=max_age)
