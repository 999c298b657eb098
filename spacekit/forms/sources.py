"""Where the Spaces to explore come from: a table, a batch, an archive or a file. It filters and draws nothing."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from spacekit import stats
from spacekit.archive import Archive
from spacekit.batch import Batch, read_jsonl
from spacekit.errors import DataError
from spacekit.fields import MADE_UP_PREFIX

_SQLITE: Final = b"SQLite format 3\0"
_FROM_ARCHIVE: Final = "spaces, observations = archive.latest().spaces, archive.observations()"


@dataclass(frozen=True)
class Source:
    """
    Spaces to explore.

    Attributes
    ----------
    spaces
        Table `spaces`.
    observations
        Table of `Archive.observations`; None where there is no archive.
    name
        What it is, in a few words.
    code
        Lines that make `spaces` (and `observations`) anew.
    """

    spaces: pd.DataFrame
    observations: pd.DataFrame | None
    name: str
    code: str

    @property
    def made_up(self) -> bool:
        """Whether any of the Spaces is one of the made-up ones that spacekit ships."""
        return bool(self.spaces["space_id"].str.startswith(MADE_UP_PREFIX).fillna(value=False).any())


def source_of(given: Any) -> Source:
    """
    Take what holds Spaces.

    Parameters
    ----------
    given
        A table `spaces`, a `Batch`, an open `Archive`, or the path of an archive or of a JSONL file.

    Returns
    -------
    source
        The newest answer of each Space.

    Raises
    ------
    TypeError
        It is none of these.
    ValueError
        The table lacks columns, or the file holds no Space (`DataError`).
    OSError
        There is no such file, or it cannot be read.
    """
    if isinstance(given, pd.DataFrame):
        return _checked(Source(given, None, "the table given", ""))
    if isinstance(given, Batch):
        return Source(given.spaces, None, "the batch given", "spaces = batch.spaces")
    if isinstance(given, Archive):
        return _of_archive(given, _FROM_ARCHIVE)
    if isinstance(given, str | os.PathLike):
        return _of_path(Path(given))
    raise TypeError(
        f"AudienceExplorer: cannot take {type(given).__name__!r}. Give a table of Spaces, a Batch, an Archive, or "
        "the path of an archive or a JSONL file."
    )


def _checked(source: Source) -> Source:
    stats.measures(source.spaces)  # it names the columns that are missing
    return source


def _of_path(path: Path) -> Source:
    with path.open("rb") as file:
        is_archive = file.read(len(_SQLITE)) == _SQLITE
    if is_archive:
        code = f"with sk.Archive({str(path)!r}) as archive:\n    {_FROM_ARCHIVE}"
        with Archive(path) as archive:
            return _of_archive(archive, code)
    batch = read_jsonl(path)
    if batch.counts and not batch.records:
        raise DataError(
            f"{path}: no line of it holds a Space: {batch.outcomes['message'].iloc[0]} Give a file as "
            "`Batch.to_jsonl` writes it, or an archive."
        )
    return Source(batch.spaces, None, path.name, f"spaces = sk.read_jsonl({str(path)!r}).spaces")


def _of_archive(archive: Archive, code: str) -> Source:
    return Source(archive.latest().spaces, archive.observations(), archive.path.name, code)
