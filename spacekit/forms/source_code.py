"""The code that opens what an explorer was given, in public names only."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from spacekit.archive import Archive
from spacekit.archive.sources import Source
from spacekit.batch import Batch
from spacekit.samples import sample_batch

_SQLITE: Final = b"SQLite format 3\0"


def source_code(given: Any, source: Source, *, observations: bool) -> str:
    """Return lines that make `spaces`, and `observations` if asked, of what was given and opened as `source`."""
    if isinstance(given, pd.DataFrame):
        return "observations = spaces" if observations else ""
    name, opened = _opened(given, source)
    seen = {"archive": "archive.observations()", "explorer": "explorer.observations"}.get(name, "spaces")
    lines = [opened, f"spaces = {name}.spaces", f"observations = {seen}" if observations else ""]
    return "\n".join(filter(None, lines))


def _opened(given: Any, source: Source) -> tuple[str, str]:
    """Return the name of what holds the Spaces, and the line that opens it; "" for what is open."""
    if isinstance(given, Batch):
        return "batch", "batch = sk.sample_batch()" if _is_sample(given) else ""
    if isinstance(given, Archive):
        return "archive", ""
    paths = _paths(given)
    if source.batch is None or (source.keeps_observations and not _is_archive(given)):
        return "explorer", f"explorer = sk.AudienceExplorer({paths})"
    if source.keeps_observations:
        return "archive", f"archive = sk.Archive({paths})"
    return "batch", f"batch = sk.read({paths})"


def _is_sample(batch: Batch) -> bool:
    """Whether a batch is that of the samples, whole."""
    return batch.made_up and batch.texts == _sample_texts()


@cache
def _sample_texts() -> Any:
    return sample_batch().texts


def _is_archive(given: Any) -> bool:
    if not isinstance(given, str | os.PathLike) or not Path(given).is_file():
        return False
    with Path(given).open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


def _paths(given: Any) -> str:
    one = isinstance(given, str | os.PathLike)
    return repr(str(given) if one else [str(path) for path in given])
