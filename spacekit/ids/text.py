"""Ids and links in running text: which words are meant to be one. Whether such a word is one, `entry` decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacekit.ids.entry import AROUND_WORD, ID, LINK, QUOTES, Entry, entry_of_link, why_not_id

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


def entries_of_text(text: str) -> Iterator[Entry]:
    """Yield the ids and links in running text, and the words that were meant to be one but are not."""
    for line in text.replace("&amp;", "&").splitlines():
        yield from _from_line(_LIST_MARK.sub("", line))


def links_in(text: str) -> Iterator[str]:
    """Yield the links in a text, without what stands around them."""
    for chunk in _CHUNK.findall(text.replace("&amp;", "&").replace("\\/", "/")):
        marked = _unmarked(chunk)
        if LINK.match(marked):
            yield marked


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
    """Yield a word that must be an id or link, if it is a word at all."""
    bare = word.strip(AROUND_WORD)
    if ID.fullmatch(bare) and bare.isdigit():
        yield Entry(bare, bare, None)
        return
    entries = list(_picked(word))
    if entries or _CJK_CHARACTER.search(bare):  # there, a sentence looks like a word
        yield from entries
    elif ID.fullmatch(bare):
        yield Entry(
            bare, None, "13 letters without a digit: a word, in text. Pass it in a list if it is an id"
        )
    else:
        yield Entry(bare, None, why_not_id(bare))


def _picked(word: str) -> Iterator[Entry]:
    """Yield the links and ids in a word of running text, without the marks, brackets and label around them."""
    for chunk in _CHUNK.findall(word):
        marked = _unmarked(chunk)
        bare = marked.rstrip(AROUND_WORD)
        if LINK.match(marked):
            yield entry_of_link(bare, marked)
        elif ID.fullmatch(bare) and not bare.isdigit() and not bare.isalpha():
            yield Entry(bare, bare, None)


def _unmarked(chunk: str) -> str:
    """Return a chunk without the marks and the label before it."""
    marked = chunk.lstrip(AROUND_WORD)
    label = _LABEL.match(marked)
    return marked[label.end() :] if label else marked
