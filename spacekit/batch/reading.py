"""`read`: from files of any layout, in any container, to a `Batch`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Final

from spacekit.batch.batch import Batch
from spacekit.batch.gathering import CHUNK, Gathered, gathered
from spacekit.batch.lines import Answer, answers_in
from spacekit.batch.report import Run
from spacekit.batch.texts import Files, PathLike, files_in, texts_in
from spacekit.errors import IncompleteWarning, warn
from spacekit.tables import collector_paused
from spacekit.tables import drift as drift_of
from spacekit.tables.decoding import loads
from spacekit.words import keyless, plural

READ: Final = "read from"
"""What a batch of files says in its report."""

_BAR_AFTER_S: Final = 1.0
_LARGEST: Final = 2**25  # bytes of text that are decoded at a time


@keyless
def read(paths: PathLike | Iterable[PathLike], progress: bool = True) -> Batch:
    """
    Read Spaces from files of JSON: of any layout, in any container, in any known shape.

    Parameters
    ----------
    paths
        A path, or several: of a file, a folder (with all that is below it), or a glob such as `"crawl/*.jsonl"`. A
        file holds JSON lines, one document, or an array, in UTF-8, UTF-16 or UTF-32; it may be packed (.zip, .gz, .zst,
        .bz2, .xz). The content decides, not the name. A line, document or item is the answer
        of an API, or `{"fetched_at": ..., "space": {...}}` as `Batch.to_jsonl` writes it. Tables of Spaces, such as
        CSV, are for `read_table`.
    progress
        Whether to show a bar if it takes longer than a second.

    Returns
    -------
    batch
        Outcomes account for every file, and every line, document or item in it: `ok`; `not_found` where an API
        said that there is no such Space; `failed` with the reason for all that is neither. A Space that is there
        several times has as many rows.

    Raises
    ------
    FileNotFoundError
        A path leads nowhere.

    Warns
    -----
    IncompleteWarning
        Something could not be read; `outcomes` says what and why.

    Examples
    --------
    >>> import spacekit as sk
    >>> path = sk.sample_batch().to_jsonl("spaces.jsonl")
    >>> batch = sk.read(path)
    >>> len(batch.spaces) == len(sk.sample_records())
    True
    """
    batch = read_files(files_in(paths), progress)
    warn_of_failures(batch)
    return batch


def read_files(files: Files, progress: bool) -> Batch:
    """Return the batch of files of `files_in`, without a warning."""
    return Batch.joined(gathered_from(files, progress), Run(name_of(files), verb=READ))


def name_of(files: Files) -> str:
    """Return what files are called together: the name of the only one, or how many there are."""
    return files[0][0] if len(files) == 1 else plural(len(files), "file")


read_jsonl = read
"""Another name of `read`."""


def gathered_from(files: Files, progress: bool = False) -> Iterator[Gathered]:
    """Yield what files of `files_in` hold, in chunks."""
    return gathered_in(answers_of(files, progress))


def gathered_in(lists: Iterator[list[Answer]]) -> Iterator[Gathered]:
    """Yield what answers hold, in chunks of about 20,000 answers or fewer."""
    start = 0
    for chunk in _chunks(lists):
        with collector_paused():
            part = gathered(chunk, start)
        start += len(part.texts)
        yield part


def answers_of(files: Files, progress: bool = False) -> Iterator[list[Answer]]:
    """Yield every answer in files of `files_in`, in lists."""
    total = sum(path.stat().st_size for _, path in files if path.is_file())
    with bar(total, progress) as advance:
        for name, path in files:
            for inner, blocks in texts_in(name, path, advance):
                yield from answers_in(inner, blocks)


def _chunks(lists: Iterator[list[Answer]]) -> Iterator[list[Answer]]:
    """Put short lists together, and cut long ones."""
    kept: list[Answer] = []
    size = 0
    for answer in chain.from_iterable(lists):
        kept.append(answer)
        size += len(answer.text or b"")
        if len(kept) >= CHUNK or size >= _LARGEST:
            yield kept
            kept, size = [], 0
    if kept:
        yield kept


@contextmanager
def bar(total: int, progress: bool) -> Iterator[Callable[[int], object]]:
    """Show the bytes read, if that takes a while: yield the function to call with their number."""
    if not progress:
        yield lambda _number: None
        return
    from tqdm.auto import tqdm  # late: it loads ipywidgets in a notebook

    look: dict[str, Any] = {"unit": "B", "unit_scale": True, "desc": "Reading", "dynamic_ncols": True}
    with tqdm(total=total, delay=_BAR_AFTER_S, leave=False, **look) as shown:
        yield shown.update


def warn_of_failures(batch: Batch) -> None:
    """Warn once if something could not be read. A Space that is not there is no fault of the file."""
    failed = [entry for entry in batch.outcome_rows if entry.outcome == "failed"]
    if failed:
        warn_of_failed(batch.run.source, len(failed), len(batch.outcome_rows), failed[0].message)


def warn_of_failed(source: str, failed: int, inputs: int, first: str | None) -> None:
    """Warn that some inputs of a source could not be read, and why the first could not."""
    words = f"{source}: {failed:,} failed, of {plural(inputs, 'input')}. The first: {first} See .outcomes."
    warn(words, IncompleteWarning)


@keyless
def drift(records_or_paths: Any) -> Any:
    """
    List the fields of records that no table shows: what the API has added, or another API's.

    Parameters
    ----------
    records_or_paths
        Parsed records, as for `normalize`; or paths, as for `read`.

    Returns
    -------
    frame
        One row a field, sorted: `path`, `n` (records that hold it), `example` (repr of the first value, cut).

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.drift([{"id": "1jMJgLdenVjxL", "mood": "calm"}])["path"].tolist()
    ['mood']
    """
    given = [records_or_paths] if isinstance(records_or_paths, str | os.PathLike) else records_or_paths
    given = list(given) if isinstance(given, Iterator) else given
    if isinstance(given, list | tuple) and given and isinstance(given[0], str | os.PathLike):
        return drift_of(_records_in(files_in(given)))
    return drift_of(given)


def _records_in(files: Files) -> Iterator[Any]:
    """Yield each answer that holds a Space, parsed, as it came: one of several Spaces is not split."""
    for part in gathered_from(files):
        held = {id(answer): answer for outcome, answer, _ in part.entries() if outcome.record is not None}
        yield from (loads(answer.text or b"") for answer in held.values())
