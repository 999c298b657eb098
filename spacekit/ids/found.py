"""`find_ids`: paste anything, get the Space ids in it and what was not recognised. Asks no server about them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from spacekit.errors import InvalidIdError
from spacekit.ids.entry import EXAMPLE, Entry, entry_of
from spacekit.ids.files import read_source
from spacekit.ids.text import entries_of_text
from spacekit.words import plural, show


@dataclass(frozen=True, repr=False)
class Found:
    """
    What `find_ids` found. Iterating yields the unique ids, `len` counts them.

    Parameters
    ----------
    entries
        One for each input, in the order of the source, repeats and rejected inputs included.

    Examples
    --------
    >>> import spacekit as sk
    >>> found = sk.find_ids(["1jMJgLdenVjxL", "1jMJgLdenVjxL", "1jMJgL"])
    >>> found
    Found(1 id, 1 duplicate, 1 rejected)
    >>> list(found)
    ['1jMJgLdenVjxL']
    >>> found.rejected
    [('1jMJgL', '6 characters: a Space id has 13')]
    """

    entries: tuple[Entry, ...]

    @cached_property
    def _unique(self) -> dict[str, None]:
        return dict.fromkeys(entry.space_id for entry in self.entries if entry.space_id is not None)

    @property
    def ids(self) -> list[str]:
        """The ids, each once, in the order of the source."""
        return list(self._unique)

    @property
    def duplicates(self) -> list[str]:
        """One id for each repeat: an id that came three times is here twice."""
        return [entry.space_id for entry in self.entries if entry.duplicate and entry.space_id is not None]

    @property
    def rejected(self) -> list[tuple[str, str]]:
        """`(text, reason)` of each entry that is neither an id nor a link of a Space."""
        return [(entry.text, entry.reason) for entry in self.entries if entry.reason is not None]

    def __iter__(self) -> Iterator[str]:
        return iter(self._unique)

    def __len__(self) -> int:
        return len(self._unique)

    def __contains__(self, space_id: object) -> bool:
        return isinstance(space_id, str) and space_id in self._unique

    def __repr__(self) -> str:
        counts = [plural(len(self), "id")]
        if self.duplicates:
            counts.append(plural(len(self.duplicates), "duplicate"))
        if self.rejected:
            counts.append(f"{len(self.rejected)} rejected")
        return f"Found({', '.join(counts)})"


def find_ids(source: Any) -> Found:
    """
    Find the Space ids in text, a list, a Series or a file, and say what was not recognised.

    An id is 13 ASCII letters and digits, case-sensitive; in a link it may be shorter. Links are those of x.com,
    twitter.com and their subdomains, with or without `https://`, and with anything after the id.

    Parameters
    ----------
    source
        - `str`: running text, never a path. Links and ids are picked out. A bare id needs a digit and a letter
          there, so that words and times in milliseconds are left alone. A word that stands alone on its line, or
          between commas, semicolons or tabs, counts as meant for an id (13 digits are one, 13 letters are not),
          and is rejected if it is not one. So is a link to anything else. Other words are ignored.
        - `os.PathLike`: a UTF-8 file. In `.csv` and `.tsv`, each cell of one column is an entry: of the first
          column named `space_id`, `space_url`, `space_link`, `space`, `rest_id`, `id`, `url` or `link` (in this
          order, in any case, plurals too) that has an id, else of the column with the most ids. The first row is
          a header unless its cell there has a digit, a link or an id. Any other file is running text.
        - a Series or another iterable: each entry is one id or link, or it is rejected. `None`, NaN and "" are
          skipped.
        - `Found`: returned as it is.

    Returns
    -------
    found
        The ids in the order of the source, the repeats, and what was rejected with the reason.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        The file is not UTF-8, not CSV, is JSON, or has several columns and none with an id.

    Examples
    --------
    >>> import spacekit as sk
    >>> found = sk.find_ids("Hear https://x.com/i/spaces/1jMJgLdenVjxL and 1YqKDoLpRxyzV!")
    >>> found.ids
    ['1jMJgLdenVjxL', '1YqKDoLpRxyzV']

    A list, or a column of a table, needs no links:

    >>> sk.find_ids(["1jMJgLdenVjxL", "@XEng"]).rejected
    [('@XEng', "an account's handle: a Space has an id of its own")]
    """
    if isinstance(source, Found):
        return source
    if isinstance(source, str):
        return found_of(entries_of_text(source))
    if isinstance(source, os.PathLike):
        read = read_source(Path(os.fsdecode(source)))
        return found_of(entries_of_text(read) if isinstance(read, str) else _from_entries(read))
    return found_of(_from_entries(source))


def check_id(text: object) -> str:
    """
    Return the id of one Space from an id or a link.

    Raises
    ------
    InvalidIdError
        `text` is neither; the message says why.
    """
    entry = entry_of(text)
    if entry is not None and entry.space_id is not None:
        return entry.space_id
    reason = "it is empty" if entry is None else entry.reason
    raise InvalidIdError(f"Space id {show(text)}: {reason}. Use an id as in {EXAMPLE}, or such a link.")


def found_of(entries: Iterable[Entry]) -> Found:
    """Return what was found, with the repeats marked."""
    seen: set[str | None] = set()
    marked = []
    for entry in entries:
        marked.append(replace(entry, duplicate=True) if entry.space_id in seen else entry)
        if entry.space_id is not None:
            seen.add(entry.space_id)
    return Found(tuple(marked))


def _from_entries(source: Any) -> Iterator[Entry]:
    if isinstance(source, pd.DataFrame):
        yield Entry(f"DataFrame of {source.shape}", None, "a DataFrame: pass one of its columns")
        return
    entries: Iterable[object] = source
    try:
        iterator = iter([source] if isinstance(source, bytes | bytearray) else entries)
    except TypeError:  # not iterable: one entry, which is rejected
        iterator = iter([source])
    yield from filter(None, map(entry_of, iterator))
