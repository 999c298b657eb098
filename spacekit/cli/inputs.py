"""From arguments to ids, Spaces and observations. It asks no server."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from spacekit import samples
from spacekit.archive import Archive
from spacekit.batch import Batch, read_jsonl
from spacekit.cli.output import say
from spacekit.cli.usage import UsageError
from spacekit.errors import DataError
from spacekit.fields import MADE_UP_PREFIX
from spacekit.ids import Found, find_ids

if TYPE_CHECKING:
    import pandas as pd

SAMPLES = "samples"
_STDIN = "-"
_SQLITE = b"SQLite format 3\0"
_SEVERAL = re.compile(r"[\s,;]")
_KEY = re.compile(r"\d+\|\S+")


def found_ids(args: argparse.Namespace) -> Found:
    """Ids of all that was given: arguments, standard input where `-` stands, then files."""
    if not args.ids and not args.file:
        raise UsageError("no Spaces given: give ids or links, --file F, or - for standard input")
    return merged([*(_found_in(text) for text in args.ids), *(find_ids(path) for path in args.file)])


def merged(parts: list[Found]) -> Found:
    """Put several finds together; what was in an earlier one is a duplicate."""
    seen: set[str] = set()
    entries = []
    for entry in (entry for part in parts for entry in part.entries):
        entries.append(replace(entry, duplicate=entry.space_id in seen))
        if entry.space_id is not None:
            seen.add(entry.space_id)
    return Found(tuple(entries))


def _found_in(text: str) -> Found:
    if text == _STDIN:
        return find_ids(_stdin())
    if _KEY.fullmatch(text.strip()):
        raise UsageError(
            "an argument looks like an API key (not shown): set SOCIALDATA_API_KEY to it instead"
        )
    found = find_ids(text if _SEVERAL.search(text.strip()) else [text])
    if found.rejected and Path(text).is_file():
        raise UsageError(f"{text!r} is a file: give it as --file {text}")
    return found


def _stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise DataError(
            f"standard input: not text in {error.encoding}: {error.reason}. Save it as UTF-8."
        ) from None


# Spaces


def batch_of(source: str) -> Batch:
    """
    Spaces of INPUT: JSON lines, an archive, `-`, or `samples`.

    Says on standard error what is made up, and what of an archive is no Space.

    Raises
    ------
    DataError
        No line of a file holds a Space.
    """
    with _opened(source) as path:
        batch = samples.sample_batch() if path is None else _read(path)
    if batch.made_up:
        say(samples.MADE_UP)
    return batch


def _read(path: Path) -> Batch:
    if _is_sqlite(path):
        with Archive(path) as archive:
            batch = archive.latest()
        if gone := batch.counts.get("not_found"):
            say(f"{path}: {gone:,} of its Spaces are not found (any more), and in no table or chart.")
        return batch
    batch = read_jsonl(path)
    if batch.counts and not batch.records:
        raise DataError(
            f"{path}: no line of it holds a Space: {batch.outcomes['message'].iloc[0]} "
            "Give JSON lines as `spacekit fetch -o FILE.jsonl` writes them, or an archive."
        )
    return batch


def observations_of(source: str) -> pd.DataFrame:
    """Every observation of INPUT, as `Archive.observations`; of `samples`, those of the made-up archive."""
    with _opened(source) as path:
        if path is not None and _is_sqlite(path):
            with Archive(path) as archive:
                table = archive.observations()
        else:
            table = _observations_in(path or samples.sample_observations_path())
    if table["space_id"].str.startswith(MADE_UP_PREFIX).any():
        say(samples.MADE_UP)
    return table


@contextmanager
def _opened(source: str) -> Iterator[Path | None]:
    """Yield the path of INPUT; None for the samples."""
    if source == _STDIN:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "standard input"
            path.write_bytes(_stdin().encode("utf-8", "surrogateescape"))
            yield path
    else:
        yield None if source == SAMPLES else Path(source)


def _observations_in(path: Path) -> pd.DataFrame:
    with tempfile.TemporaryDirectory() as folder, Archive(Path(folder) / "observations.db") as archive:
        archive.add_files(path)
        return archive.observations()


def _is_sqlite(path: Path) -> bool:
    if not path.is_file():  # what is read from a pipe is gone
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE
