"""Accounts' handles, in any spelling: to search for the Spaces of their owners. Asks no server."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import pandas as pd

from spacekit.errors import InvalidIdError
from spacekit.ids.entry import AROUND_ENTRY, X_LINK, handle_in_path
from spacekit.words import show

_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_BETWEEN: Final = re.compile(r"[,;\r\n]+|[^\S\r\n]+(?=[@＠])")
_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*://|[\w-]+(?:\.[\w-]+)+(?:[/:?]|$)", re.IGNORECASE)
_ADVICE: Final = "Use a handle such as 'XEng', '@XEng' or https://x.com/XEng."


def check_handles(hosts: Any) -> list[str]:
    """
    Return the handles of one account or several, each once, as first spelt.

    Parameters
    ----------
    hosts
        A handle, with or without `@`, or the address of a profile; several between commas or on lines of their own;
        or an iterable of these. Case does not matter. None, NaN and "" in an iterable are skipped.

    Raises
    ------
    InvalidIdError
        Something is no handle, or there is none.
    """
    handles: dict[str, str] = {}
    for text in _texts(hosts):
        handle = _handle(text)
        handles.setdefault(handle.lower(), handle)
    if not handles:
        raise InvalidIdError(f"hosts: there is no handle, got {show(hosts)}. {_ADVICE}")
    return list(handles.values())


def _texts(hosts: Any) -> Iterable[str]:
    several = [hosts] if isinstance(hosts, str | bytes) or not isinstance(hosts, Iterable) else hosts
    for text in several:
        if isinstance(text, str):
            yield from filter(lambda part: part.strip(AROUND_ENTRY), _BETWEEN.split(text))
        elif not (text is None or (pd.api.types.is_scalar(text) and pd.isna(text))):
            raise InvalidIdError(f"hosts: {show(text)} is not text. {_ADVICE}")


def _handle(text: str) -> str:
    word = text.strip(AROUND_ENTRY)
    link = X_LINK.match(word.replace("/#!/", "/"))
    handle = (link and handle_in_path(link["path"])) or word.lstrip("@＠")
    if _HANDLE.fullmatch(handle):
        return handle
    raise InvalidIdError(f"hosts: {show(text)} is no handle: {_why_not(word, handle)}. {_ADVICE}")


def _why_not(word: str, handle: str) -> str:
    if _ADDRESS.match(word):
        return "an address, but not that of a profile"
    odd = re.search(r"[^A-Za-z0-9_]", handle)
    if odd:
        return f"it contains {odd[0]!r}, not only letters, digits and '_'"
    return f"it has {len(handle)} characters, and a handle 1 to 15"
