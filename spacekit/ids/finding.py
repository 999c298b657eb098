"""Paste anything, get Space ids, and be told what was not understood. Asks no server about them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from spacekit.errors import InvalidIdError
from spacekit.ids.entries import (
    AROUND_WORD,
    EXAMPLE,
    ID,
    LINK,
    QUOTES,
    Entry,
    entry_of,
    judged_link,
    why_no_id,
)
from spacekit.ids.files import read_source
from spacekit.words import plural, show

__all__ = ["EXAMPLE", "Entry", "Found", "check_id", "find_ids", "link"]

# Scripts written without blanks, and their punctuation: they end an id or a link as a blank does.
# Full-width letters and digits are left out on purpose: they look like an id and must be refused.
_CJK = "\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9f"

_NEARLY_ID = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{10,16}")
_LETTER = re.compile(r"[^\W_]")
_CHUNK = re.compile(rf"[^\s{re.escape(QUOTES)}()\[\]{{}}<>|{_CJK}]+")
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_LABEL = re.compile(r"[A-Za-z_]{1,20}[:=](?!//)")
_SEPARATOR = re.compile(r"[,;\t]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•‣–—]|\d{1,4}[.)])\s+")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")


@dataclass(frozen=True, repr=False)
class Found:
    """
    What `find_ids` made of its source. Iterating gives the unique ids, `len` counts them.

    Parameters
    ----------
    entries
        One for each thing that was given, in its order, repeats and rejected ones included.
    """

    entries: tuple[Entry, ...]

    @cached_property
    def _unique(self) -> dict[str, None]:
        return dict.fromkeys(entry.space_id for entry in self.entries if entry.space_id is not None)

    @property
    def ids(self) -> list[str]:
        """The ids, each once, in the order given."""
        return list(self._unique)

    @property
    def duplicates(self) -> list[str]:
        """One id for each repeat: an id given three times is here twice."""
        return [entry.space_id for entry in self.entries if entry.duplicate and entry.space_id is not None]

    @property
    def rejected(self) -> list[tuple[str, str]]:
        """`(text, reason)` of each entry that is no Space's id or link."""
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
    Space ids in anything that holds some: text, a list, a Series, a file.

    An id is 13 letters and digits of ASCII, case-sensitive; in a link, 1 to 13. Links are those of x.com,
    twitter.com and their subdomains, with or without scheme, and with anything behind the id.

    Parameters
    ----------
    source
        - `str`: running text, never a path. Links and ids are picked out; a bare id needs a digit and a
          letter there, so that words and times in milliseconds are left alone. A word that stands alone on
          its line or between commas, semicolons or tabs is taken as meant for an id (13 digits are one, 13
          letters are not) and rejected if it is none. So is a link to anything else. Other words are ignored.
        - `os.PathLike`: a UTF-8 file. `.csv` and `.tsv`: each cell of one column is an entry. The column is
          the first one named `space_id`, `space_url`, `space_link`, `space`, `rest_id`, `id`, `url` or `link`
          (in this order, in any case, also as plurals) that holds an id, else the one that holds most. The
          first row is a header unless its cell there holds a digit, a link or an id. Any other file is
          running text.
        - a Series or another iterable: each entry is one id or link, or rejected. `None`, NaN and "" are
          skipped.
        - `Found`: returned as it is.

    Returns
    -------
    found
        The ids in the order given, what was given again, and what was rejected with the reason.

    Raises
    ------
    OSError
        The file cannot be opened.
    DataError
        The file is not UTF-8, not CSV, holds JSON, or has several columns and none with an id.
    """
    if isinstance(source, Found):
        return source
    if isinstance(source, str):
        return _found(_from_text(source))
    if isinstance(source, os.PathLike):
        read = read_source(Path(os.fsdecode(source)))
        return _found(_from_text(read) if isinstance(read, str) else _from_entries(read))
    return _found(_from_entries(source))


def check_id(text: object) -> str:
    """
    Id of one Space, given as id or link.

    Raises
    ------
    InvalidIdError
        `text` is neither; the message says why.
    """
    entry = entry_of(text)
    if entry is not None and entry.space_id is not None:
        return entry.space_id
    reason = "nothing was given" if entry is None else entry.reason
    raise InvalidIdError(f"Space id {show(text)}: {reason}. Give an id as in {EXAMPLE}, or such a link.")


def link(space_id: str) -> str:
    """Address of a Space on X. Whether it exists is not asked."""
    return f"https://x.com/i/spaces/{space_id}"


def _found(entries: Iterable[Entry]) -> Found:
    """Mark the repeats."""
    seen: set[str] = set()
    marked = []
    for entry in entries:
        if entry.space_id is not None and entry.space_id in seen:
            entry = Entry(entry.text, entry.space_id, None, duplicate=True)  # noqa: PLW2901 - the marked one takes its place
        elif entry.space_id is not None:
            seen.add(entry.space_id)
        marked.append(entry)
    return Found(tuple(marked))


def _from_entries(source: Any) -> Iterator[Entry]:
    if isinstance(source, pd.DataFrame):
        yield Entry(f"DataFrame of {source.shape}", None, "a DataFrame: give one of its columns")
        return
    entries: Iterable[object] = source
    try:
        iterator = iter([source] if isinstance(source, bytes | bytearray) else entries)
    except TypeError:  # not iterable: one entry, and rejected as what it is
        iterator = iter([source])
    yield from filter(None, map(entry_of, iterator))


# Running text


def _from_text(text: str) -> Iterator[Entry]:
    for line in text.replace("&amp;", "&").splitlines():
        yield from _from_line(_LIST_MARK.sub("", line))


def _from_line(line: str) -> Iterator[Entry]:
    # "1,291,373 replays" is a number, not a word between commas.
    whole = _THOUSANDS.sub(lambda number: number[0].replace(",", ""), line) if " " in line else line
    parts = [[word for word in part.split() if _LETTER.search(word)] for part in _SEPARATOR.split(whole)]
    is_list = all(len(words) <= 1 for words in parts)
    for place, words in enumerate(parts):
        # "However, ..." opens a sentence; "1jMJgLdenVjx, the launch" is an id with a note.
        inner = 0 < place < len(parts) - 1
        if len(words) == 1 and (is_list or inner or _NEARLY_ID.fullmatch(words[0].strip(AROUND_WORD))):
            yield from _alone(words[0])
        else:
            for word in words:
                yield from _picked(word)


def _alone(word: str) -> Iterator[Entry]:
    """Read a word that must be an id or link, if it is a word at all."""
    bare = word.strip(AROUND_WORD)
    if ID.fullmatch(bare) and bare.isdigit():
        yield Entry(bare, bare, None)
        return
    entries = list(_picked(word))
    if entries or _CJK_CHARACTER.search(bare):  # there, a sentence looks like a word
        yield from entries
    elif ID.fullmatch(bare):
        yield Entry(
            bare, None, "13 letters without a digit: in text a word; give it in a list if it is an id"
        )
    else:
        yield Entry(bare, None, why_no_id(bare))


def _picked(word: str) -> Iterator[Entry]:
    """Links and ids in a word of running text, without the marks, brackets and label around them."""
    for chunk in _CHUNK.findall(word):
        marked = chunk.lstrip(AROUND_WORD)
        label = _LABEL.match(marked)
        marked = marked[label.end() :] if label else marked
        bare = marked.rstrip(AROUND_WORD)
        if LINK.match(marked):
            yield judged_link(bare, marked)
        elif ID.fullmatch(bare) and not bare.isdigit() and not bare.isalpha():
            yield Entry(bare, bare, None)
