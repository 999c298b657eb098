"""One id or link of a Space, and what is wrong with a word that is neither. No text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from html import unescape
from typing import Any
from urllib.parse import unquote

import pandas as pd

from spacekit.words import LIKE_A_KEY, plural, redact_input, show

_ID_LENGTH = 13
EXAMPLE = "https://x.com/i/spaces/1jMJgLdenVjxL"

# Invisible characters that stay around a word copied from web pages, chats and spreadsheets.
INVISIBLE = "\0\x1a" + (
    "\ufeff\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)
_BLANKS = " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
QUOTES = "\"'`“”„‘’‚«»‹›"
_NOTHING = _BLANKS + INVISIBLE + QUOTES
AROUND_ENTRY = _NOTHING + ",;<>"
AROUND_WORD = AROUND_ENTRY + "()[]{}.:!?*~…|。、"
"""What may stand around an id or link in a list, and around one in running text."""

ID = re.compile(r"[A-Za-z0-9]{13}")
_SHORT_ID = re.compile(r"[A-Za-z0-9]{1,13}")
_NOT_ID_CHARACTER = re.compile(r"[^A-Za-z0-9]")
LINK = re.compile(
    r"[a-z][a-z0-9+.-]{0,19}://|//[\w-]+\.|www\.|(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?/", re.IGNORECASE
)
X_LINK = re.compile(
    r"(?:(?:https?:)?//)?(?:[a-z0-9-]+\.)*(?:x|twitter)\.com(?::\d+)?/+(?P<path>[^?#]*)",
    re.IGNORECASE | re.ASCII,
)
_SPACE_PATH = re.compile(r"i/+spaces(?:/+(?P<id>[^/&]*)|$)", re.IGNORECASE)
_HTML = re.compile(r"&(?:amp|quot|apos|lt|gt|nbsp|#\d{1,5}|#x[0-9a-f]{1,4});", re.IGNORECASE)
_FORMULA_IN_TEXT = re.compile(r'=\s*HYPERLINK\s*\(\s*"+([^"]+)"+\s*(?:[;,][^\r\n)]*)?\)', re.IGNORECASE)
_FORMULA = re.compile(r'=\s*[^\W\d][\w.]*\s*\(\s*"+([^"]+)"')
_TEXT_FORMULA = re.compile(r'=\s*"([^"]*)"?')
"""How Excel is made to keep a cell as text; the last quote is gone with others around the word."""
_HANDLE = re.compile(r"[@＠]([A-Za-z0-9_]{1,15})")
_TOPIC = re.compile(r"[#＃](\w*[^\W\d_]\w*)")
_EARLIEST, _LATEST = 1_136_073_600_000, 4_102_444_800_000  # 2006 to 2100
_TOPIC_PATH = re.compile(r"hashtag/+([^/?#]+)", re.IGNORECASE)
_PUT_KEY = "looks like an API key: put it into SOCIALDATA_API_KEY instead"
_T_CO = re.compile(r"(?:(?:https?:)?//)?t\.co/", re.IGNORECASE)

_PROFILE = re.compile(r"@?(?P<handle>[A-Za-z0-9_]{1,15})(?P<rest>/*[^/?#]*)(?=[/?#]|$)")
_PAGE = re.compile(
    r"(?:compose|download|explore|hashtag|home|i|intent|jobs|login|logout|messages|notifications|privacy|search|settings"
    r"|share|signup|tos)",
    re.IGNORECASE,
)
"""First parts of addresses of X that are no account's."""
_FILE_NAME = re.compile(r".+\.(?:txt|csv|tsv|jsonl?|md|xlsx?|parquet)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One input: an id, a repeat of one, or something that is neither; `reason` says why."""

    text: str
    space_id: str | None
    reason: str | None
    duplicate: bool = False


def entry_of(value: Any) -> Entry | None:
    """Return the entry of an input that must be one id or link, or None where it is empty."""
    if not isinstance(value, str):
        if value is None or (pd.api.types.is_scalar(value) and pd.isna(value)):
            return None
        return Entry(show(value), None, f"not text: {type(value).__name__}")
    word = value.strip(AROUND_ENTRY)
    if ID.fullmatch(word):
        return entry_of_id(str(value), word)
    if not value.strip(_NOTHING):
        return None
    if "|" in value and LIKE_A_KEY.search(value):
        return without_key(str(value))
    return _entry_of_word(str(value), unescaped(word).strip(AROUND_ENTRY))


def _entry_of_word(text: str, word: str) -> Entry:
    if formula := _FORMULA.match(word) or _TEXT_FORMULA.fullmatch(word):
        word = formula[1].strip()
    if len(word.split()) > 1:
        return Entry(text, None, "several words without a link: pass it as a text to pick out its ids")
    if LINK.match(word):
        return entry_of_link(word, text)
    return entry_of_id(text, word) if ID.fullmatch(word) else Entry(text, None, why_not_id(word))


def without_key(text: str) -> Entry:
    """Return the entry of a text with an API key in it, which is never shown."""
    return Entry(redact_input(text), None, _PUT_KEY)


def shown(entry: Entry) -> Entry:
    """Return an entry whose text holds no API key; one that was rejected for it says so."""
    if entry.text == entry.space_id:
        return entry
    text = redact_input(entry.text)
    if text == entry.text:
        return entry
    return replace(entry, text=text, reason=entry.reason and _PUT_KEY)


def unescaped(text: str) -> str:
    """Return a text without what HTML, JSON and spreadsheets put around or into links."""
    if "&" in text:
        text = _HTML.sub(lambda match: unescape(match[0]), text)
    if "=" in text:
        text = _FORMULA_IN_TEXT.sub(lambda match: match[1], text)
    return text.replace("\\/", "/")


def entry_of_id(text: str, word: str) -> Entry:
    """Return the entry of 13 letters and digits: an id, but not where they are the time of something."""
    if word.isdigit() and _EARLIEST <= int(word) <= _LATEST:
        return Entry(text, None, "a time in milliseconds, not a Space id")
    return Entry(text, word, None)


def entry_of_link(word: str, text: str | None = None) -> Entry:
    """Return the entry of a word that is a link, under its own text. Dots after it may show that it was cut."""
    bare = word.rstrip(AROUND_WORD)
    text = bare if text is None else text
    behind = word[len(bare) :]
    space = _SPACE_PATH.match(_x_path(bare))
    if space is None:
        return Entry(text, None, _why_not_space_link(bare))
    space_id = space["id"] or ""
    if not _SHORT_ID.fullmatch(space_id):
        return Entry(text, None, f"a Space link, but {_why_bad_id_in_link(space_id)}")
    if len(space_id) < _ID_LENGTH and ("…" in behind or ".." in behind) and bare.endswith(space_id):
        return Entry(text, None, "a link that was cut short: copy the whole address")
    return Entry(text, space_id, None)


def _x_path(word: str) -> str:
    x_link = X_LINK.match(word)
    return x_link["path"] if x_link else ""


def is_space_link(word: str) -> bool:
    """Whether a link is that of a Space, whole or broken."""
    return _SPACE_PATH.match(_x_path(word)) is not None


def is_short_link(word: str) -> bool:
    """Whether a link is one that X shortened, which does not show where it leads."""
    return _T_CO.match(word) is not None


def _why_not_space_link(word: str) -> str:
    if is_short_link(word):
        return "a shortened link: open it and use the address it leads to"
    path = _x_path(word)
    if topic := _TOPIC_PATH.match(path):
        return f"a link to a topic, not to a Space: {_search('query', '#' + unquote(topic[1]))}"
    if "/status/" in path:
        return "a link to a post: open the Space in it and use the link of the Space"
    if handle := handle_in_path(path):
        return f"a link to an account, not to a Space: {_search('hosts', handle)}"
    return f"a link, but not to a Space: those look like {EXAMPLE}"


def handle_in_path(path: str) -> str | None:
    """Return the handle in the path of the address of a profile on X; None for other pages."""
    parts = _PROFILE.match(path)
    if parts is None or _PAGE.fullmatch(parts["handle"]) or parts["rest"].strip("/").lower() == "status":
        return None
    return parts["handle"]


def is_tag(word: str) -> bool:
    """Whether a word is a handle or a topic, with its mark."""
    return bool(_HANDLE.fullmatch(word) or _TOPIC.fullmatch(word))


def _why_tag(word: str) -> str:
    if handle := _HANDLE.fullmatch(word):
        return f"an account's handle: {_search('hosts', handle[1])}"
    return f"a topic: {_search('query', '#' + word[1:])}"


def _search(option: str, value: str) -> str:
    return f'client.search({option}="{value}") finds its Spaces'


def why_not_id(word: str) -> str:
    """Return what is wrong with a word that is neither an id nor a link."""
    if is_tag(word):
        return _why_tag(word)
    if _FILE_NAME.fullmatch(word):
        return "a file name: pass a pathlib.Path to read the file"
    odd = _NOT_ID_CHARACTER.search(word)
    if odd:
        return f"contains {_named(odd[0])}: a Space id is {_ID_LENGTH} letters (a-z, A-Z) and digits"
    return f"{plural(len(word), 'character')}: a Space id has {_ID_LENGTH}"


def _why_bad_id_in_link(part: str) -> str:
    odd = _NOT_ID_CHARACTER.search(part)
    if odd:
        return f"its id contains {_named(odd[0])}: copy the address again"
    return f"its id has {len(part)} characters: at most {_ID_LENGTH}" if part else "its id is missing"


def _named(character: str) -> str:
    """Return a character, with its name where it looks like another one or cannot be seen."""
    if character.isascii() and character.isprintable():
        return repr(character)
    name = unicodedata.name(character, "NUL" if character == "\0" else "no name")
    return f"{character!r} (U+{ord(character):04X}, {name})"
