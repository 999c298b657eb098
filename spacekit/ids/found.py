"""`find_ids`: paste anything, get the Space ids in it and what was not recognised. Asks no server."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Final

import pandas as pd

from spacekit.errors import DataError, InvalidIdError
from spacekit.ids.entry import EXAMPLE, Entry, entry_of, shown
from spacekit.ids.files import entries_of_content, entries_of_file, entries_of_frame
from spacekit.ids.pasted import entries_of_document, entries_of_pasted
from spacekit.ids.values import entries_of_json, entries_of_value
from spacekit.words import Card, Carded, even_half_made, keyless, plural, redact_input, shortened, show

_SHOWN: Final = 5  # on a card
_WIDTH: Final = 40  # columns of a text on it


@dataclass(frozen=True, repr=False)
class Found(Carded):
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

    @classmethod
    def of(cls, ids: Iterable[str]) -> Found:
        """Return ids as they are, each once: a short one came from a link, and is no typing error."""
        return cls(tuple(Entry(space_id, space_id, None) for space_id in ids))

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

    @even_half_made
    def __repr__(self) -> str:
        counts = [plural(len(self), "id")]
        if self.duplicates:
            counts.append(plural(len(self.duplicates), "duplicate"))
        if self.rejected:
            counts.append(f"{len(self.rejected)} rejected")
        return f"Found({', '.join(counts)})"

    def _card(self) -> Card:
        facts = [("ids", _first(self.ids)), ("duplicates", _first(self.duplicates))]
        rejected = [f"{shortened(text, _WIDTH)!r}: {reason}" for text, reason in self.rejected]
        facts += [("rejected", words) for words in rejected[:_SHOWN]]
        more = len(rejected) - _SHOWN
        facts += [("", f"and {more:,} more in found.rejected")] if more > 0 else []
        then = ["client.plan(found)", "client.fetch(found)"] if len(self) else ["sk.find_ids(text)"]
        about = f" in {len(self.entries):,} {'entry' if len(self.entries) == 1 else 'entries'}"
        notes = [] if len(self) else ["An id has 13 letters and digits; a link to the Space will do."]
        return Card(
            plural(len(self), "id"), about, [fact for fact in facts if fact[1]], notes=notes, then=then
        )


def _first(ids: Sequence[str]) -> str:
    """Return the first few ids, and how many more there are."""
    more = f" and {len(ids) - _SHOWN:,} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more


@keyless
def find_ids(source: Any) -> Found:
    """
    Return the Space ids in text, a list, a table, posts or a file, and what was not recognised.

    An id is 13 letters and digits, case-sensitive. Links are those of x.com and twitter.com; an id in a link may be
    shorter. What could have been meant as an id is never passed over: it is found, or rejected with the reason.

    Parameters
    ----------
    source
        - `str`: running text, never a path. Ids that have a digit, and links, are picked out. Rejected are links to
          anything else, words that stand alone on a line or between commas, and words with a digit that nearly are an
          id (8 to 18 letters and digits). Other words are ignored.
        - a list, a Series or another iterable: each entry is one id, one link, or a longer text, of which only the
          links are taken. Anything else is rejected. None, NaN and "" are skipped.
        - posts, search answers and records of Spaces: dicts, or JSON as text, from any of X's APIs or SocialData. Of a
          post, its links to Spaces are taken, also those of the posts that it quotes or reposts.
        - a DataFrame, or what has one as `.spaces`: the column that is named `space_id`, `space_url`, `space_link`,
          `space`, `rest_id`, `id`, `url` or `link` (in any case, plurals too) and has ids, else the one that is mostly
          ids. In a table of posts, and in one without such a column, the links to Spaces in all cells are taken.
        - `os.PathLike`: a file with any of these: text, CSV, TSV, JSON, JSON lines, an Excel workbook (.xlsx, all
          sheets, also hidden ones, with the links behind cells), Parquet, Feather, Stata or SQLite; also packed as .gz,
          .zst, .bz2 or .xz. Its content decides what it is. Text is UTF-8 or UTF-16, or else read as Windows-1252.
        - `Found`: returned as it is; a `Search`: its ids.

    Returns
    -------
    found
        The ids in the order of the source, the repeats, and what was rejected with the reason.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        The file cannot be read, or is a table in which no column and no cell has a Space.

    Warns
    -----
    ReadWarning
        The encoding of the file was guessed; a workbook has several sheets, or a formula without a saved value.

    Examples
    --------
    >>> import spacekit as sk
    >>> found = sk.find_ids("Hear https://x.com/i/spaces/1jMJgLdenVjxL and 1YqKDoLpRxyzV!")
    >>> found.ids
    ['1jMJgLdenVjxL', '1YqKDoLpRxyzV']

    Nothing that could have been meant as an id vanishes:

    >>> for text, reason in sk.find_ids(["1jMJgLdenVjx", "@XEng", "1780315200000"]).rejected:
    ...     print(f"{text}: {reason}")
    1jMJgLdenVjx: 12 characters: a Space id has 13
    @XEng: an account's handle: client.search(hosts="XEng") finds its Spaces
    1780315200000: a time in milliseconds, not a Space id

    Posts that you have already, as JSON, in a table or in a file:

    >>> post = {"id_str": "1", "entities": {"urls": [{"expanded_url": "https://x.com/i/spaces/1YqKDoLpRxyzV"}]}}
    >>> sk.find_ids({"tweets": [post]}).ids
    ['1YqKDoLpRxyzV']
    """
    found = getattr(source, "found", source)  # of a Search, whose ids may be short: they came from links
    if isinstance(found, Found):
        return found
    if isinstance(source, str):
        return found_of(entries_of_pasted(source))
    if isinstance(source, os.PathLike):
        return found_of(entries_of_file(Path(os.fsdecode(source))))
    return found_of(_from_values(source))


def found_in(content: bytes, name: str) -> Found:
    """
    Return what is found in bytes, such as those of standard input, as `find_ids` does in a file.

    Raises
    ------
    DataError
        They are neither text nor a table that can be read; `name` opens the message.
    """
    return found_of(entries_of_content(content, name))


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
    raise InvalidIdError(
        f"Space id {redact_input(show(text))}: {reason}. Use an id as in {EXAMPLE}, or such a link."
    )


def found_of(entries: Iterable[Entry]) -> Found:
    """Return what was found, with the repeats marked."""
    seen: set[str | None] = set()
    marked = []
    for entry in map(shown, entries):
        marked.append(replace(entry, duplicate=True) if entry.space_id in seen else entry)
        if entry.space_id is not None:
            seen.add(entry.space_id)
    return Found(tuple(marked))


def _from_values(source: Any) -> Iterator[Entry]:
    # A Batch or an Archive has its table as `.spaces`; a table may have a column of that name.
    table = source if isinstance(source, pd.DataFrame) else getattr(source, "spaces", None)
    if isinstance(table, pd.DataFrame):
        yield from _from_frame(table)
    elif isinstance(source, dict) and _is_json(source):
        yield from entries_of_document(source)
    else:
        try:
            values = iter([source] if isinstance(source, bytes | bytearray) else source)
        except TypeError:  # not iterable: one entry, which is rejected
            values = iter([source])
        yield from chain.from_iterable(map(entries_of_value, values))


def _from_frame(frame: pd.DataFrame) -> list[Entry]:
    try:
        return entries_of_frame(frame, "DataFrame")
    except DataError as error:
        return [Entry(f"DataFrame of {frame.shape}", None, str(error))]


def _is_json(source: dict[Any, Any]) -> bool:
    """Whether a dict is an answer, a post or a record; of another, such as `dict.fromkeys(ids)`, the keys are ids."""
    return any(isinstance(value, dict | list) for value in source.values()) or any(entries_of_json(source))
