"""Tables out of what was passed as one: a DataFrame, a Batch, an Archive. It reads no files."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final, Protocol, TypeAlias

import pandas as pd

from spacekit.words import show


class _HasSpaces(Protocol):
    """What has a table of Spaces: a `Batch`, an `Archive`, `Tables`."""

    @property
    def spaces(self) -> pd.DataFrame:
        """One row a Space."""
        ...


class _HasObservations(Protocol):
    """What has a table of observations: an `Archive`."""

    def observations(self) -> pd.DataFrame:
        """Return one row an observation."""
        ...


class _HasPosts(Protocol):
    """What has a table of posts: a `Search`."""

    @property
    def posts(self) -> pd.DataFrame:
        """One row a post and Space."""
        ...


Spaces: TypeAlias = pd.DataFrame | _HasSpaces
Observations: TypeAlias = pd.DataFrame | _HasSpaces | _HasObservations
Posts: TypeAlias = pd.DataFrame | _HasPosts

_READERS: Final = {
    ".db": "sk.Archive({})", ".sqlite": "sk.Archive({})", ".sqlite3": "sk.Archive({})",
    ".parquet": "pd.read_parquet({})", ".csv": "pd.read_csv({})",
}  # fmt: skip
_ADVICE: Final = "Pass a table such as batch.spaces, a Batch or an Archive."


def spaces_in(source: object, what: str = "spaces") -> pd.DataFrame:
    """
    Return the table of Spaces that is passed as such, or as what holds one.

    Parameters
    ----------
    source
        A DataFrame, which is returned as it is; or anything that has one as `.spaces`: a `Batch`, an `Archive`,
        `Tables`.
    what
        Name of the argument, for the message.

    Raises
    ------
    TypeError
        It is neither; the message says how to get a table of it.

    Examples
    --------
    >>> import spacekit as sk
    >>> batch = sk.sample_batch()
    >>> spaces_in(batch) is batch.spaces
    True
    >>> spaces_in("crawl.jsonl")
    Traceback (most recent call last):
    TypeError: spaces: expected a table, got 'crawl.jsonl'. Read it first: sk.read('crawl.jsonl').spaces
    """
    if isinstance(source, pd.DataFrame):
        return source
    table = getattr(source, "spaces", None)
    if isinstance(table, pd.DataFrame):
        return table
    raise TypeError(f"{what}: expected a DataFrame, got {_named(source)}. {_how(source, table)}")


def observed_in(source: object) -> pd.DataFrame:
    """
    Return the table of observations that is passed as such, or as what holds one.

    Parameters
    ----------
    source
        A DataFrame; an `Archive`, for all its observations; or a `Batch`, each Space of which is one observation.

    Raises
    ------
    TypeError
        It is none of these.
    """
    observations = getattr(source, "observations", None)
    if not isinstance(source, pd.DataFrame) and callable(observations):
        source = observations()
    return spaces_in(source, "observations")


def posts_in(source: object) -> pd.DataFrame:
    """
    Return the table of posts that is passed as such, or as what holds one: a `Search`.

    Raises
    ------
    TypeError
        It is neither.
    """
    table = source if isinstance(source, pd.DataFrame) else getattr(source, "posts", None)
    if isinstance(table, pd.DataFrame):
        return table
    raise TypeError(
        f"posts: expected a table of posts, got {_named(source)}. Pass a Search, or its table: search.posts"
    )


def _named(source: object) -> str:
    if isinstance(source, str | os.PathLike):
        return f"the path {show(os.fspath(source))}"
    return repr(type(source).__name__)


def _how(source: object, table: object) -> str:
    """Say how a table is had from what is none."""
    if isinstance(source, str | os.PathLike):
        path = os.fspath(source)
        reader = _READERS.get(PurePath(os.fsdecode(path)).suffix.lower(), "sk.read({}).spaces")
        return f"Read it first: {reader.format(show(path))}"
    if hasattr(source, "compute") or hasattr(table, "compute"):
        return "Load it first: table.compute(), or tables.spaces.compute()"
    if isinstance(source, Mapping) or _are_records(source):
        return "Make a table of records first: sk.normalize(records).spaces"
    if hasattr(source, "ids"):
        return "It holds ids only. Fetch them first: batch = client.fetch(ids)"
    return _ADVICE


def _are_records(source: Any) -> bool:
    return isinstance(source, list | tuple) and bool(source) and isinstance(source[0], Mapping)
