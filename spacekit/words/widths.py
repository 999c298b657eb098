"""How wide a text is in a terminal, where it may be cut, and what of it is safe to print."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

JOINERS: Final = "\u200c\u200d"
"""Characters without a picture that shape letters and emoji."""

LONGEST: Final = 1_000
"""Characters of a text that are looked at to show its beginning: somebody's title may have ten million."""

_NO_WIDTH: Final = ("Mn", "Me", "Cf")
_DIRECTIONS: Final = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
_CONTROLS: Final = ("Cc", "Zl", "Zp")


def beginning(text: str) -> str:
    """Return a text, or the beginning of a very long one."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def safe(text: str) -> str:
    """Return a text without what would control a terminal: titles are other people's text."""
    shown = (" " if unicodedata.category(c) in _CONTROLS else c for c in text if ord(c) not in _DIRECTIONS)
    return "".join(shown).strip()


def visible(text: str) -> str:
    r"""Return a text in which what would control a terminal is spelt out as `\x1b`; tabs and line feeds stay."""
    spelt = (c.encode("unicode_escape").decode() if _controls(c) and c not in "\t\n" else c for c in text)
    return "".join(spelt)


def one_line(text: str) -> str:
    """Return a text as one line, in which what would control a terminal is spelt out."""
    return visible(" ".join(text.split()))


def _controls(character: str) -> bool:
    return unicodedata.category(character) in _CONTROLS or ord(character) in _DIRECTIONS


def fit(text: str, room: int, *, right: bool = False) -> str:
    """Return a text cut to a number of columns, or padded with blanks."""
    text = shortened(text, room)
    blanks = " " * (room - columns(text))
    return blanks + text if right else text + blanks


def columns(text: str) -> int:
    """Return the columns that a text takes in a terminal; East Asian characters and emoji take two."""
    return len(text) if text.isascii() else sum(map(_columns_of, text))


@lru_cache(maxsize=4096)
def _columns_of(character: str) -> int:
    if unicodedata.category(character) in _NO_WIDTH:
        return 0
    if "\ufdf0" <= character <= "\ufdfd":  # ligatures of whole words
        return len(unicodedata.normalize("NFKC", character))
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def shortened(text: str, room: int) -> str:
    """Cut a text to a number of columns, with an ellipsis, never between a letter and its accents."""
    if len(text) <= LONGEST and columns(text) <= room:
        return text
    kept, taken = "", 1
    for cluster in clusters(text[:LONGEST]):
        taken += columns(cluster)
        if taken > room:
            break
        kept += cluster
    return kept.rstrip() + "…"


def clusters(text: str) -> Iterator[str]:
    """Yield the parts of a text that are drawn as one sign: a letter and its accents, an emoji and its tone, a flag."""
    cluster = ""
    for character in text:
        if cluster and not _continues(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def is_ignorable(character: str) -> bool:
    """Whether a character has no picture of its own: joiners and variation selectors, which layout removes."""
    return character in JOINERS or "\ufe00" <= character <= "\ufe0f"


def _continues(cluster: str, character: str) -> bool:
    if unicodedata.category(character) in ("Mn", "Mc", "Me") or is_ignorable(character):
        return True
    if "\U0001f3fb" <= character <= "\U0001f3ff":  # skin tones
        return True
    in_flag = all("\U0001f1e6" <= c <= "\U0001f1ff" for c in cluster + character)
    return cluster.endswith("\u200d") or (in_flag and len(cluster) == 1)
