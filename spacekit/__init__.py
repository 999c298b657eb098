"""
spacekit: live and replay audiences of Twitter/X Spaces, from ids to tidy tables and charts.

Data walks down this list and never back. To change something, find its room:

    words, errors       how numbers, spans and instants are worded, without keys; the error classes
    arguments, fields   checks of arguments; the columns, one line each
    ids                 pasted text, links and files -> Space ids
    tables              JSON -> typed tables; the shapes of JSON by their names
    batch               answers with their outcomes; the kinds of outcome; files of JSON in and out
    archive             a file that keeps every answer; opening any source
    fetching            one request, decisions when to retry, pace, many requests, refresh
    samples, server     made-up Spaces; the API and its faults on this machine
    stats               live against replay: table in, table out
    plot                one function a chart, the list of charts, and the captions
    forms               the widgets: their state, fields and buttons
    cli                 the shell commands and their options

CONTRIBUTING.md says which room may import which. This file lists the public names; each is loaded when first used.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False  # as type checkers know it; `typing` itself takes longer to load than all of this
if TYPE_CHECKING:
    from typing import Any

    from spacekit import plot, stats
    from spacekit.archive import Archive, read_table
    from spacekit.batch import Batch, drift, read, read_jsonl
    from spacekit.batch.large.clusters import to_dask
    from spacekit.batch.large.parquet import to_parquet
    from spacekit.errors import (
        AgeWarning,
        ArchiveError,
        ClockWarning,
        CountWarning,
        CredentialsError,
        DataError,
        FetchInterrupted,
        ForbiddenError,
        IncompleteWarning,
        InvalidIdError,
        NoCreditError,
        ReadWarning,
        ServiceError,
        SpacekitError,
        SpaceNotFoundError,
    )
    from spacekit.fetching.calls import fetch, search
    from spacekit.fetching.client import Client
    from spacekit.fetching.refresh import refresh, watch
    from spacekit.fetching.search import Search
    from spacekit.forms import AudienceExplorer, FetchForm
    from spacekit.ids import Found, find_ids
    from spacekit.plot.showing import show
    from spacekit.samples import (
        documented_record,
        sample_batch,
        sample_crawl,
        sample_observations_path,
        sample_posts,
        sample_records,
    )
    from spacekit.server import sandbox
    from spacekit.stats.at_age import at_age
    from spacekit.stats.compare import compare
    from spacekit.stats.contrast import contrast
    from spacekit.stats.growth import growth
    from spacekit.stats.hosts import hosts
    from spacekit.stats.measures import measures
    from spacekit.stats.over_time import over_time
    from spacekit.stats.quality import quality
    from spacekit.tables import Tables, audience_long, describe_columns, normalize, plain, rounded
    from spacekit.words import __version__


_LATE = {
    "AgeWarning": "errors",
    "Archive": "archive",
    "ArchiveError": "errors",
    "AudienceExplorer": "forms",
    "Batch": "batch",
    "Client": "fetching.client",
    "ClockWarning": "errors",
    "CountWarning": "errors",
    "CredentialsError": "errors",
    "DataError": "errors",
    "FetchForm": "forms",
    "FetchInterrupted": "errors",
    "ForbiddenError": "errors",
    "Found": "ids",
    "IncompleteWarning": "errors",
    "InvalidIdError": "errors",
    "NoCreditError": "errors",
    "ReadWarning": "errors",
    "Search": "fetching.search",
    "ServiceError": "errors",
    "SpaceNotFoundError": "errors",
    "SpacekitError": "errors",
    "Tables": "tables",
    "__version__": "words",
    "at_age": "stats",
    "audience_long": "tables",
    "compare": "stats",
    "contrast": "stats",
    "describe_columns": "tables",
    "documented_record": "samples",
    "drift": "batch",
    "fetch": "fetching.calls",
    "find_ids": "ids",
    "growth": "stats",
    "hosts": "stats",
    "measures": "stats",
    "normalize": "tables",
    "over_time": "stats",
    "plain": "tables",
    "plot": "plot",
    "quality": "stats",
    "read": "batch",
    "read_jsonl": "batch",
    "read_table": "archive",
    "refresh": "fetching.refresh",
    "rounded": "tables",
    "sample_batch": "samples",
    "sample_crawl": "samples",
    "sample_observations_path": "samples",
    "sample_posts": "samples",
    "sample_records": "samples",
    "sandbox": "server",
    "search": "fetching.calls",
    "show": "plot.showing",
    "stats": "stats",
    "to_dask": "batch.large.clusters",
    "to_parquet": "batch.large.parquet",
    "watch": "fetching.refresh",
}
"""The public names and the rooms that have them; none is loaded before it is used."""

__all__ = [
    "AgeWarning",
    "Archive",
    "ArchiveError",
    "AudienceExplorer",
    "Batch",
    "Client",
    "ClockWarning",
    "CountWarning",
    "CredentialsError",
    "DataError",
    "FetchForm",
    "FetchInterrupted",
    "ForbiddenError",
    "Found",
    "IncompleteWarning",
    "InvalidIdError",
    "NoCreditError",
    "ReadWarning",
    "Search",
    "ServiceError",
    "SpaceNotFoundError",
    "SpacekitError",
    "Tables",
    "__version__",
    "at_age",
    "audience_long",
    "compare",
    "contrast",
    "describe_columns",
    "documented_record",
    "drift",
    "fetch",
    "find_ids",
    "growth",
    "hosts",
    "measures",
    "normalize",
    "over_time",
    "plain",
    "plot",
    "quality",
    "read",
    "read_jsonl",
    "read_table",
    "refresh",
    "rounded",
    "sample_batch",
    "sample_crawl",
    "sample_observations_path",
    "sample_posts",
    "sample_records",
    "sandbox",
    "search",
    "show",
    "stats",
    "to_dask",
    "to_parquet",
    "watch",
]


def __getattr__(name: str) -> Any:
    """Load a name of `_LATE` and keep it."""
    if name not in _LATE:
        raise AttributeError(f"module 'spacekit' has no attribute {name!r}")
    room = import_module(f"spacekit.{_LATE[name]}")
    value = room if name == _LATE[name] else getattr(room, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
