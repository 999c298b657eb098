"""What a person asks for: Spaces by their ids, and hosts and words to search for. Asks no server."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from spacekit.errors import InvalidIdError
from spacekit.ids import Entry, Found, find_ids
from spacekit.ids.handles import check_handles
from spacekit.words import NOT_SHOWN, TAKEN_OUT, redact

_NOTHING: Final = Found(())
_LIKE_A_KEY: Final = re.compile(r"\d+\|\S+")
_KEY: Final = Entry(NOT_SHOWN, None, "it looks like an API key: that has a field of its own")
_PIECE: Final = re.compile(r'"[^"]*"?|[^\s,;]+')  # a phrase in quotes, or a word
_PROFILE: Final = re.compile(r"(?:https?://)?(?:[a-z0-9-]+\.)*(?:x|twitter)\.com/", re.IGNORECASE)
_TOPIC: Final = re.compile(r"[#＃]\w+")
_LIKE_A_HANDLE: Final = re.compile(r"[A-Za-z0-9_]{1,15}")
_SPACE: Final = re.compile(r"(?:x|twitter)\.com/+i/+spaces/", re.IGNORECASE)


@dataclass(frozen=True)
class Wanted:
    """
    What a person asks for.

    Parameters
    ----------
    found
        What is to be fetched: ids, repeats, and what was not recognised.
    hosts
        Handles, each once.
    words
        Words in X's own search language.
    """

    found: Found = _NOTHING
    hosts: tuple[str, ...] = ()
    words: str = ""

    @property
    def searches(self) -> bool:
        """Whether there is anything to search for."""
        return bool(self.hosts or self.words)

    @property
    def like_a_handle(self) -> bool:
        """Whether the words are one bare word that could be the handle of a host."""
        return not self.hosts and _LIKE_A_HANDLE.fullmatch(self.words) is not None


def wanted(text: str, find: str = "") -> Wanted:
    """
    Return what a person asks for.

    Parameters
    ----------
    text
        What was pasted as ids. A handle, a link to a profile or a `#topic` in it that stands where an id could stand is
        to be searched for.
    find
        Handles and words to search for. Without a handle, the words are kept as typed.

    Raises
    ------
    ValueError
        `find` holds what is no handle, or a link to a Space.
    """
    text = without_keys(text)
    keys = [_KEY] * text.count(NOT_SHOWN)
    text = text.replace(NOT_SHOWN, " ")
    entries = (*find_ids(text).entries, *keys)
    names = {entry.text for entry in entries if entry.space_id is None and _is_name(entry.text)}
    listed = [piece for line in text.splitlines() for piece in _names_alone(line)]
    names_once = list(dict.fromkeys([*(entry.text for entry in entries if entry.text in names), *listed]))
    if NOT_SHOWN in without_keys(find):
        raise ValueError(
            "This looks like an API key (not shown), which has a field of its own. Leave it out."
        )
    if _SPACE.search(find):
        raise ValueError("This is the link of a Space. Paste it into the box for ids and links.")
    pieces = _PIECE.findall(find)
    meant = [piece for piece in pieces if piece.startswith(("@", "＠")) or _host_of(piece)]
    words = " ".join(piece for piece in pieces if piece not in meant) if meant else find.strip()
    hosts = [*filter(_host_of, names_once), *meant]
    topics = " OR ".join(name for name in names_once if not _host_of(name))
    return Wanted(
        Found(tuple(entry for entry in entries if entry.text not in names)),
        tuple(check_handles(hosts)) if hosts else (),
        " ".join(filter(None, [topics, words])),
    )


def without_keys(text: str) -> str:
    """Return a text with what looks like an API key, or is one of this process, hidden."""
    for word in _LIKE_A_KEY.findall(text):
        if not find_ids(word).ids:
            text = text.replace(word, NOT_SHOWN)
    return redact(text).replace(TAKEN_OUT, NOT_SHOWN)


def _names_alone(line: str) -> list[str]:
    """Return the handles and topics of a line that holds nothing else."""
    pieces = _PIECE.findall(line)
    return pieces if all(map(_is_name, pieces)) else []


def _is_name(text: str) -> bool:
    return _TOPIC.fullmatch(text) is not None or bool(_host_of(text))


def _host_of(text: str) -> str:
    """Return the handle that a word is meant as, by its @ or its address; "" if it is none."""
    if not (text.startswith(("@", "＠")) or _PROFILE.match(text)):
        return ""
    try:
        return check_handles([text])[0]
    except InvalidIdError:
        return ""
