"""Text as cells of other programs hold it, and back: what XLSX cannot hold, and what a spreadsheet would compute."""

from __future__ import annotations

import re
from typing import Final

_NOT_IN_XML: Final = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_FORMULA: Final = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def escaped_for_xlsx(text: str) -> str:
    r"""
    Return a text with what XML cannot hold as Excel writes it: `_x0007_` for a bell.

    Examples
    --------
    >>> escaped_for_xlsx("ring\x07")
    'ring_x0007_'
    """
    return _NOT_IN_XML.sub(lambda match: f"_x{ord(match[0]):04X}_", text)


def looks_like_formula(text: str) -> bool:
    """Whether a spreadsheet may compute a cell, or would if an apostrophe were taken from it."""
    return _FORMULA.match(text) is not None


def guarded(text: str) -> str:
    """
    Return a text with an apostrophe before it if a spreadsheet may take it for a formula.

    Examples
    --------
    >>> guarded("=1+1"), guarded("AI, live")
    ("'=1+1", 'AI, live')
    """
    return f"'{text}" if looks_like_formula(text) else text


def unguarded(text: str) -> str:
    """
    Return a text as it was before `guarded`.

    Examples
    --------
    >>> unguarded("'=1+1"), unguarded("'tis live")
    ('=1+1', "'tis live")
    """
    return text[1:] if text.startswith("'") and looks_like_formula(text) else text


GUARDED_HEAD: Final = re.compile(rb'(?:\xef\xbb\xbf)?"(?:[^"]|"")*"[,\t](?!")')
"""How a file of guarded cells begins: with the name of the first column in quotes, and the second as it is."""
