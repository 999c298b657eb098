"""Ids and links in running text: which words are meant to be one. Whether such a word is one, `entry` decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from spacekit.ids.entry import (
    AROUND_WORD,
    ID,
    INVISIBLE,
    LINK,
    QUOTES,
    Entry,
    entry_of_id,
    entry_of_link,
    is_tag,
    unescaped,
    why_not_id,
    without_key,
)
from spacekit.words import LIKE_A_KEY

# Scripts written without blanks, and their punctuation: they end an id or a link as a blank does.
# Full-width letters and digits are left out on purpose: they look like an id and must be refused.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3000-\u9fff\uac00-\ud7af"
    "\uff01-\uff02\uff04-\uff0f\uff1a-\uff1f\uff3b-\uff40\uff5b-\uff9f\U00020000-\U0003ffff"
)
# Dashes, arrows, bullets, emoji and the commas of other scripts; not the ellipsis, which shows that a link was cut.
_SIGNS = (
    "¡¿·§¶\u05be\u060c\u061b\u061f\u06d4\u0964\u2010-\u2025\u2027\u2030-\u205e\u20a0-\u20ff\u2190-\u2bff\u2e00-\u2e7f"
    "\ufe00-\ufe6f\U0001f000-\U0001faff"
)

_AROUND = AROUND_WORD + "_"  # which emphasises in Markdown
_LETTER = re.compile(r"[^\W_]")
_CHUNK = re.compile(rf"[^\s{re.escape(QUOTES)}()\[\]{{}}<>|{_UNSPACED}{_SIGNS}]+")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_LABEL = re.compile(r"[A-Za-z_]{1,20}[:=](?!//)")
_SEPARATOR = re.compile(r"[,;\t]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•‣–—]|\d{1,4}[.)])\s+")
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])")
NEARLY_ID = re.compile(r"(?=[^\W\d_]*\d)[^\W_]{8,18}")
_RUN = re.compile(r"(?<![^\W_])(?=[^\W\d_]*\d)[^\W_]{8,18}(?![^\W_])")
_NUMBER = re.compile(r"[-+~$€£]*\d+(?:[.,:/-]\d+)*%?")
_DIGIT = re.compile(r"\d")
_HIDE = str.maketrans("", "", INVISIBLE)


def entries_of_text(text: str) -> Iterator[Entry]:
    """Yield the ids and links in running text, and the words that were meant to be one but are not."""
    for line in unescaped(text).splitlines():
        if "|" in line and (keys := LIKE_A_KEY.findall(line)):
            yield from (without_key(key) for key in keys)
            line = LIKE_A_KEY.sub(" ", line)  # noqa: PLW2901  # what is left of it
        yield from _from_line(_LIST_MARK.sub("", line))


def links_in(text: str) -> Iterator[str]:
    """Yield the links in a text, without what stands around them."""
    if "/" in text:
        for part in _SEPARATOR.split(unescaped(text)):
            for chunk in _CHUNK.findall(part):
                marked = _unmarked(chunk)
                if LINK.match(marked):
                    yield marked


def picked(text: str) -> Iterator[Entry]:
    """Yield the ids and links within a text, and the words that nearly are an id."""
    for part in _SEPARATOR.split(unescaped(text)):
        for word in part.split():
            yield from _picked(word)


def _from_line(line: str) -> Iterator[Entry]:
    # "1,291,373 replays" is a number, not a word between commas.
    whole = _THOUSANDS.sub(lambda number: number[0].replace(",", "."), line) if " " in line else line
    parts = [[word for word in part.split() if _LETTER.search(word)] for part in _SEPARATOR.split(whole)]
    is_list = all(len(words) <= 1 for words in parts)
    for place, words in enumerate(parts):
        # "However, ..." opens a sentence.
        if len(words) == 1 and (is_list or 0 < place < len(parts) - 1):
            yield from _alone(words[0])
        elif words and all(is_tag(word.strip(AROUND_WORD)) for word in words):
            for word in words:
                yield from _alone(word)
        else:
            for word in words:
                yield from _picked(word)


def _alone(word: str) -> Iterator[Entry]:
    """Yield a word that must be an id or link, if it is a word at all."""
    bare = word.strip(AROUND_WORD)
    entries = list(_picked(word))
    if entries or (
        _UNSPACED_CHARACTER.search(bare) and not is_tag(bare)
    ):  # there, a sentence looks like a word
        yield from entries
    elif ID.fullmatch(bare):
        yield Entry(
            bare, None, "13 letters without a digit: a word, in text. Pass it in a list if it is an id"
        )
    else:
        yield Entry(bare, None, why_not_id(bare))


def _picked(text: str) -> Iterator[Entry]:
    """Yield the links and ids in a word of running text, without the marks, brackets and label around them."""
    for chunk in _CHUNK.findall(text):
        marked = _unmarked(chunk)
        word = marked.rstrip(AROUND_WORD)
        bare = word.rstrip("_")
        if LINK.match(marked):
            yield entry_of_link(marked)
        elif ID.fullmatch(bare) and not bare.isalpha():
            yield entry_of_id(bare, bare)
        elif len(word) >= 8 and _DIGIT.search(word) and _is_nearly_id(word):
            yield Entry(word, None, why_not_id(word))


def _is_nearly_id(word: str) -> bool:
    """Whether a word has nearly the form of an id, or holds a part that has, or would without invisible characters."""
    if NEARLY_ID.fullmatch(word):
        return True
    return not _NUMBER.fullmatch(word) and _RUN.search(word.translate(_HIDE)) is not None


def _unmarked(chunk: str) -> str:
    """Return a chunk without the marks and the label before it."""
    marked = chunk.lstrip(_AROUND)
    label = _LABEL.match(marked)
    return marked[label.end() :] if label else marked
