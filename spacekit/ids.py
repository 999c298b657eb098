"""Paste anything, get Space ids, and be told what was not understood. Asks no server about them."""

from __future__ import annotations

import csv
import io
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from spacekit.errors import DataError, InvalidIdError

ID_LENGTH = 13
EXAMPLE = "https://x.com/i/spaces/1jMJgLdenVjxL"

# Invisible characters that copying from web pages, chats and spreadsheets leaves around a word.
_INVISIBLE = (
    "\ufeff\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_BLANKS = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_QUOTES = "\"'`“”„‘’‚«»‹›"
_NOTHING = _BLANKS + _INVISIBLE + _QUOTES
_AROUND_ENTRY = _NOTHING + ",;<>"
_AROUND_WORD = _AROUND_ENTRY + "()[]{}.:!?*~…|。、"
# Scripts written without blanks, and their punctuation: they end an id or a link as a blank does.
# Full-width letters and digits are left out on purpose: they look like an id and must be refused.
_CJK = "\u1100-\u11ff\u3000-\u9fff\uac00-\ud7af\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff9f"

_ID = re.compile(r"[A-Za-z0-9]{13}")
_SHORT_ID = re.compile(r"[A-Za-z0-9]{1,13}")
_NOT_ID_CHARACTER = re.compile(r"[^A-Za-z0-9]")
_NEARLY_ID = re.compile(r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{10,16}")
_LINK = re.compile(
    r"[a-z][a-z0-9+.-]{0,19}://|//[\w-]+\.|www\.|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/", re.IGNORECASE
)
_X_LINK = re.compile(
    r"(?:(?:https?:)?//)?(?:[a-z0-9-]+\.)*(?:x|twitter)\.com(?::\d+)?/+(?P<path>[^?#]*)",
    re.IGNORECASE | re.ASCII,
)
_SPACE_PATH = re.compile(r"i/+spaces(?:/+(?P<id>[^/&]*)|$)", re.IGNORECASE)
_T_CO = re.compile(r"(?:(?:https?:)?//)?t\.co/", re.IGNORECASE)

_LETTER = re.compile(r"[^\W_]")
_CHUNK = re.compile(rf"[^\s{re.escape(_QUOTES)}()\[\]{{}}<>|{_CJK}]+")
_CJK_CHARACTER = re.compile(f"[{_CJK}]")
_LABEL = re.compile(r"[A-Za-z_]{1,20}[:=](?!//)")
_SEPARATOR = re.compile(r"[,;\t]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•‣–—]|\d{1,4}[.)])\s+")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
_FILE_NAME = re.compile(r".+\.(?:txt|csv|tsv|jsonl?|md|xlsx?|parquet)", re.IGNORECASE)

_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz")
_COLUMN_NAMES = (
    *("spaceid", "spaceids", "spaceurl", "spaceurls", "spacelink", "spacelinks", "space", "spaces"),
    *("restid", "id", "ids", "url", "urls", "link", "links"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was given: an id, a repeat of one, or something that is neither (`reason` says why)."""

    text: str
    space_id: str | None
    reason: str | None
    duplicate: bool = False


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
        counts = [_count(len(self), "id")]
        if self.duplicates:
            counts.append(_count(len(self.duplicates), "duplicate"))
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
        return _found(_from_file(Path(os.fsdecode(source))))
    return _found(_from_entries(source))


def check_id(text: object) -> str:
    """
    Id of one Space, given as id or link.

    Raises
    ------
    InvalidIdError
        `text` is neither; the message says why.
    """
    entry = _entry(text)
    if entry is not None and entry.space_id is not None:
        return entry.space_id
    reason = "nothing was given" if entry is None else entry.reason
    shown = repr(text)[:100]
    raise InvalidIdError(f"Space id {shown}: {reason}. Give an id as in {EXAMPLE}, or such a link.")


def link(space_id: str) -> str:
    """Address of a Space on X. Whether it exists is not asked."""
    return f"https://x.com/i/spaces/{space_id}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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


# One id or link


def _entry(value: Any) -> Entry | None:
    """Judge what must be one id or link; None where there is nothing."""
    if not isinstance(value, str):
        if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
            return None
        return Entry(repr(value)[:100], None, f"not text: {type(value).__name__}")
    if not value.strip(_NOTHING):
        return None
    return _judged(str(value), value.strip(_AROUND_ENTRY))


def _judged(text: str, word: str) -> Entry:
    if len(word.split()) > 1:
        return Entry(text, None, "several words: an entry is one id or link")
    if _LINK.match(word):
        return _judged_link(text, word)
    if _ID.fullmatch(word):
        return Entry(text, word, None)
    return Entry(text, None, _why_no_id(word))


def _judged_link(text: str, word: str) -> Entry:
    bare = word.rstrip(_AROUND_WORD)
    behind = word[len(bare) :]
    space = _SPACE_PATH.match(_x_path(bare))
    if space is None:
        return Entry(text, None, _why_no_space_link(bare))
    space_id = space["id"] or ""
    if not _SHORT_ID.fullmatch(space_id):
        return Entry(text, None, f"a Space link, but {_why_no_id_in_link(space_id)}")
    if len(space_id) < ID_LENGTH and ("…" in behind or ".." in behind) and bare.endswith(space_id):
        return Entry(text, None, "a link cut short: copy its whole address")
    return Entry(text, space_id, None)


def _x_path(word: str) -> str:
    x_link = _X_LINK.match(word)
    return x_link["path"] if x_link else ""


def _why_no_space_link(word: str) -> str:
    if _T_CO.match(word):
        return "a shortened link: open it, and give the address that it leads to"
    if "/status/" in _x_path(word):
        return "a post's link: open the Space in it, and give that one's link"
    return f"a link, but not to a Space: those look like {EXAMPLE}"


def _why_no_id(word: str) -> str:
    if word.startswith("@"):
        return "an account's handle: a Space has its own id"
    if _FILE_NAME.fullmatch(word):
        return "a file's name: give a pathlib.Path to read the file"
    odd = _NOT_ID_CHARACTER.search(word)
    if odd:
        return f"holds {_named(odd[0])}: a Space id is {ID_LENGTH} letters a-z, A-Z and digits"
    return f"{_count(len(word), 'character')}: a Space id has {ID_LENGTH}"


def _why_no_id_in_link(part: str) -> str:
    odd = _NOT_ID_CHARACTER.search(part)
    if odd:
        return f"its id holds {_named(odd[0])}: copy the address anew"
    return f"its id has {len(part)} characters: at most {ID_LENGTH}" if part else "without an id"


def _named(character: str) -> str:
    """Name a character that could be taken for another one, or that cannot be seen."""
    if character.isascii() and character.isprintable():
        return repr(character)
    return f"{character!r} (U+{ord(character):04X}, {unicodedata.name(character, 'no name')})"


def _from_entries(source: Any) -> Iterator[Entry]:
    if isinstance(source, pd.DataFrame):
        yield Entry(f"DataFrame of {source.shape}", None, "a DataFrame: give one of its columns")
        return
    entries: Iterable[object] = source
    try:
        iterator = iter([source] if isinstance(source, bytes | bytearray) else entries)
    except TypeError:  # not iterable: one entry, and rejected as what it is
        iterator = iter([source])
    yield from filter(None, map(_entry, iterator))


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
        if len(words) == 1 and (is_list or inner or _NEARLY_ID.fullmatch(words[0].strip(_AROUND_WORD))):
            yield from _alone(words[0])
        else:
            for word in words:
                yield from _picked(word)


def _alone(word: str) -> Iterator[Entry]:
    """Read a word that must be an id or link, if it is a word at all."""
    bare = word.strip(_AROUND_WORD)
    if _ID.fullmatch(bare) and bare.isdigit():
        yield Entry(bare, bare, None)
        return
    entries = list(_picked(word))
    if entries or _CJK_CHARACTER.search(bare):  # there, a sentence looks like a word
        yield from entries
    elif _ID.fullmatch(bare):
        yield Entry(
            bare, None, "13 letters without a digit: in text a word; give it in a list if it is an id"
        )
    else:
        yield Entry(bare, None, _why_no_id(bare))


def _picked(word: str) -> Iterator[Entry]:
    """Links and ids in a word of running text, without the marks, brackets and label around them."""
    for chunk in _CHUNK.findall(word):
        marked = chunk.lstrip(_AROUND_WORD)
        label = _LABEL.match(marked)
        marked = marked[label.end() :] if label else marked
        bare = marked.rstrip(_AROUND_WORD)
        if _LINK.match(marked):
            yield _judged_link(bare, marked)
        elif _ID.fullmatch(bare) and not bare.isdigit() and not bare.isalpha():
            yield Entry(bare, bare, None)


# Files


def _from_file(path: Path) -> Iterable[Entry]:
    name = path.name.lower()
    if name.endswith(_JSON_SUFFIXES):
        raise DataError(
            f"File {str(path)!r}: holds JSON, not a list of ids. Read its Spaces with read_jsonl."
        )
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        got = f"{error.object[error.start : error.start + 1]!r} at byte {error.start}"
        raise DataError(f"File {str(path)!r}: not UTF-8, got {got}. Save it as UTF-8 text or CSV.") from error
    if not name.endswith((".csv", ".tsv")):
        return _from_text(text)
    return _from_entries(_id_column(_rows(path, text), path))


def _rows(path: Path, text: str) -> list[list[str]]:
    first_line = text.lstrip().partition("\n")[0]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else max(",;\t|", key=first_line.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise DataError(
            f"File {str(path)!r}: cannot be read as CSV: {error}. Save it as CSV anew."
        ) from error
    return [row for row in rows if any(cell.strip() for cell in row)]


def _id_column(rows: list[list[str]], path: Path) -> list[str]:
    """Cells of the column that holds the ids, without its header."""
    if not rows:
        return []
    names = [_plain(cell) for cell in rows[0]]
    sure = Counter(place for row in rows for place, cell in enumerate(row) if _is_surely_id(cell))
    named = [names.index(name) for name in _COLUMN_NAMES if name in names]
    if any(place in sure for place in named):
        place = next(place for place in named if place in sure)
    elif named or sure:
        place = sure.most_common(1)[0][0] if sure else named[0]
    elif max(map(len, rows)) == 1:
        place = 0
    else:
        got = f"File {str(path)!r}: no column holds Space ids, got {rows[0]!r}"
        raise DataError(f"{got}. Name the right one 'space_id', or give its cells as a list.")
    cells = [row[place] for row in rows if place < len(row)]
    has_header = place < len(names) and _is_header(cells[0])
    return cells[1:] if has_header else cells


def _plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name).casefold()


def _is_surely_id(cell: str) -> bool:
    """Tell an id or link from what fills other columns: 13 digits are a time there, 13 letters a word."""
    entry = _entry(cell)
    word = cell.strip(_AROUND_ENTRY)
    return entry is not None and entry.space_id is not None and not (word.isdigit() or word.isalpha())


def _is_header(cell: str) -> bool:
    word = cell.strip(_AROUND_ENTRY)
    if _plain(word) in _COLUMN_NAMES:
        return True
    return not (_ID.fullmatch(word) or _LINK.match(word) or word.startswith("@") or re.search(r"\d", word))
