"""API keys: held where nothing shows them, and taken out of whatever is shown. It knows no service."""

from __future__ import annotations

import base64
import json
import os
import re
import reprlib
from collections.abc import Callable
from functools import lru_cache, wraps
from html import unescape
from typing import Any, Final, NoReturn, ParamSpec, TypeVar, cast
from weakref import WeakValueDictionary

KEY_NAME: Final = "SOCIALDATA_API_KEY"
"""The variable of the environment that holds the key."""

TAKEN_OUT: Final = "[API key]"
"""What stands in place of a key of this process."""
NOT_SHOWN: Final = "(not shown: it looks like an API key)"
"""What stands in place of what may be a key."""

IS_EMPTY: Final = "it is empty or not text"
IS_ADDRESS: Final = "it is an address"

_P = ParamSpec("_P")
_R = TypeVar("_R")

_LONG: Final = 16  # real keys are longer: no Space's text holds such a key by chance
_SHORT: Final = 8
_DEEPEST: Final = 8  # escapes within escapes
_LOOKED_AT: Final = 100_000  # characters of an argument

_shown: Final = reprlib.Repr()
"""Shows the beginning of an argument, however large or deep it is."""
_shown.maxlevel, _shown.maxlist, _shown.maxtuple, _shown.maxset, _shown.maxfrozenset, _shown.maxdict = (
    8,
    *[1_000] * 5,
)
_shown.maxstring = _shown.maxother = _LOOKED_AT

_OPAQUE: Final = r"\d+\|(?![A-Za-z0-9]{13}(?![A-Za-z0-9]))[A-Za-z0-9]{8,}(?![^\W_])"
LIKE_A_KEY: Final = re.compile(rf"(?<![A-Za-z0-9|]){_OPAQUE}")
"""An API key in a text; 13 letters and digits after the stroke are rather an id in a table."""
_QUOTED_KEY: Final = re.compile(r"""(?<=["'])\d+\|(?![A-Za-z0-9]{13}["'])[^\s|"']{3,}(?=["'])""")
"""A whole value in quotes, as messages have it, may be a shorter one."""
_TOKEN: Final = re.compile(
    r"(?:(?<![\w/.%=&?#-])|(?<=key=)|(?<=token=))(?:[a-z]{1,8}[-_]){0,3}"
    r"(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{24,}={0,2}(?![\w/.%-])"
)
"""A long word of letters and digits: an API key without its number, or one of another service."""

_ESCAPED: Final = re.compile(
    r"\\u00([2-7][0-9a-fA-F])|\\x([2-7][0-9a-fA-F])|%([2-7][0-9a-fA-F])|(&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,12});?)|\\([^\w\s])"
)
_LITERAL: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class Key:
    """
    An API key, which nothing shows: no repr, no pickle, and no traceback with the variables of its frames.

    While there is one, `redact` knows it. Making one never fails; `wrong` says whether it can be a key.
    """

    __slots__ = ("__weakref__", "_read", "_remove", "in_data", "wrong")

    def __init__(self, text: object) -> None:
        words = text if isinstance(text, str) else ""
        self.wrong = _why_no_key(text)
        """Why it cannot be a key; "" where it can."""
        bare = words.strip()
        is_secret = self.wrong not in (IS_EMPTY, IS_ADDRESS)
        self.in_data = is_secret and (len(bare) >= _LONG or re.fullmatch(r"\d+\|\S{6,}", bare) is not None)
        """Whether no Space's text holds it by chance."""
        self._read: Callable[[], str] = lambda: words
        self._remove = _remover_of(_forms(bare)) if self.in_data or (is_secret and _is_odd(bare)) else None
        _known[id(self)] = self

    @classmethod
    def of(cls, given: object) -> Key:
        """Return what was given as a key, as one."""
        return given if isinstance(given, cls) else cls(given)

    @classmethod
    def in_environment(cls) -> Key | None:
        """Return the key of the environment; None where there is none."""
        text = os.environ.get(KEY_NAME)
        return _key_of(text) if text else None

    def __repr__(self) -> str:
        return "<an API key, not shown>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("API key: it is not written to a file. Make a new Client where it is needed.")

    def read(self) -> str:
        """Return the key, to be sent."""
        return self._read()

    def out_of(self, text: str) -> str:
        """Return a text without the key, however it is escaped; a text without it stays as it is."""
        return text if self._remove is None else _in_all_layers(text, self._remove)

    def out_of_body(self, body: bytes, *, is_data: bool) -> bytes:
        """Return the body of an answer without the key; where the answer is data, a toy key may be in it by chance."""
        if is_data and not self.in_data:
            return body
        text = body.decode(json.detect_encoding(body), _errors_for(body))
        if self.out_of(text) == text:
            return body
        inside = _LITERAL.sub(lambda literal: self._out_of_literal(literal[0]), text)
        return self.out_of(inside).encode("utf-8", "surrogateescape")

    def _out_of_literal(self, literal: str) -> str:
        """Return text in JSON without the key: what is around it stays JSON."""
        try:
            text = json.loads(literal, strict=False)
        except ValueError:
            return literal
        clean = self.out_of(text)
        return literal if clean == text else json.dumps(clean)


_known: Final[WeakValueDictionary[int, Key]] = WeakValueDictionary()
_key_of = lru_cache(maxsize=4)(Key)


def redact(text: str) -> str:
    """
    Return a text without API keys: those of this process, however escaped, and what looks like one.

    Examples
    --------
    >>> redact("4711%7CdZ1mJgL0EnVjxLq")
    '(not shown: it looks like an API key)'
    >>> redact("Space 1jMJgLdenVjxL: 12|1jMJgLdenVjxL")
    'Space 1jMJgLdenVjxL: 12|1jMJgLdenVjxL'
    """
    Key.in_environment()
    for known in _known.valuerefs():  # at once, as other threads make Clients
        key = known()
        text = text if key is None else key.out_of(text)
    return _in_all_layers(text, _without_guesses)


def redact_input(text: str) -> str:
    """Return what was given in place of an id without API keys; there, a long word of letters and digits is one too."""
    clean = redact(text)
    plain = clean.strip()
    if re.fullmatch(r"\d+\|(?![A-Za-z0-9]{13}$)[^\s|]+", plain):
        return NOT_SHOWN
    return _TOKEN.sub(NOT_SHOWN, clean)


def keyless(call: Callable[_P, _R]) -> Callable[_P, _R]:
    """
    Make what a call raises hold no key that is among its arguments: not in its words, frames and causes.

    A notebook's verbose traceback shows the variables of all frames; those below the call are left out.
    """
    return _guarded(call, lambda arguments: any(map(_holds_key, arguments)))


def takes_key(call: Callable[_P, _R]) -> Callable[_P, _R]:
    """Do as `keyless`, for a call that takes a key, which need not look like one."""
    return _guarded(call, lambda _: True)


def _guarded(call: Callable[_P, _R], hides: Callable[[tuple[Any, ...]], bool]) -> Callable[_P, _R]:
    @wraps(call)
    def guarded(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return call(*args, **kwargs)
        except Exception as error:
            if not hides((*args, *kwargs.values())):
                raise
            raised = _bare(error)
        args, kwargs = cast(Any, ((), {}))
        raise raised

    return guarded


def _holds_key(argument: object) -> bool:
    if not isinstance(argument, str | bytes | list | tuple | set | frozenset | dict | os.PathLike):
        return False
    try:
        text = (argument if isinstance(argument, str) else _shown.repr(argument))[:_LOOKED_AT]
    except (RecursionError, ValueError):  # a number of thousands of digits
        return True
    return redact_input(text) != text


def _bare(error: Exception) -> Exception:
    """Return an error without its frames and causes, and without keys in its words."""
    error.args = tuple(redact_input(arg) if isinstance(arg, str) else arg for arg in error.args)
    for name in ("filename", "filename2"):
        if isinstance(path := getattr(error, name, None), str):
            setattr(error, name, redact_input(path))
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


def _without_guesses(text: str) -> str:
    """Return a text without what looks like a key."""
    return _QUOTED_KEY.sub(NOT_SHOWN, LIKE_A_KEY.sub(NOT_SHOWN, text)) if "|" in text else text


def _in_all_layers(text: str, remove: Callable[[str], str], depth: int = _DEEPEST) -> str:
    """Take something out of a text, also where it is escaped; only then is the rest of the text decoded as well."""
    clean = remove(text)
    plain = _decoded(clean) if depth else clean
    if plain == clean:
        return clean
    without = _in_all_layers(plain, remove, depth - 1)
    return clean if without == plain else without


def _decoded(text: str) -> str:
    """Return a text with one layer of the escapes of JSON, URLs and HTML taken away, where they stand for ASCII."""
    return _ESCAPED.sub(_character, text) if "\\" in text or "%" in text or "&" in text else text


def _character(escape: re.Match[str]) -> str:
    of_json, of_python, of_url, of_html, other = escape.groups()
    if other:
        return other
    plain = unescape(of_html) if of_html else chr(int(of_json or of_python or of_url, 16))
    return plain if plain.isascii() else escape[0]


def _remover_of(forms: tuple[str, ...]) -> Callable[[str], str]:
    """Return what takes some texts out of another one, in capitals and small letters."""
    found = re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)
    lowered = tuple(dict.fromkeys(form.lower() for form in forms))

    def remove(text: str) -> str:
        low = text.lower()
        return found.sub(TAKEN_OUT, text) if any(form in low for form in lowered) else text

    return remove


def _forms(key: str) -> tuple[str, ...]:
    """Return how a key may be written without escapes: also without its number, in base64 and in hexadecimal."""
    secret = key.rpartition("|")[2]
    bare = [text for text in dict.fromkeys((key, secret)) if len(text) >= _LONG or text == key]
    data = key.encode("utf-8", "surrogatepass")
    packed = [form for skip in range(3) for form in _in_base64(data, skip)] if len(key) >= _LONG else []
    return (*bare, *packed, data.hex())


def _in_base64(data: bytes, skip: int) -> tuple[str, str]:
    """Return the middle of data in base64, as it is behind that many other bytes, and in its form for URLs."""
    packed = base64.b64encode(bytes(skip) + data).decode().rstrip("=")
    middle = packed[(0, 2, 3)[skip] : len(packed) - bool((skip + len(data)) % 3)]
    return middle, middle.replace("+", "-").replace("/", "_")


def _is_odd(key: str) -> bool:
    """Whether a short key is rather no word that messages have."""
    return len(key) >= _SHORT


def _why_no_key(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        return IS_EMPTY
    if re.match(r"https?://", text.strip(), re.IGNORECASE):
        return IS_ADDRESS
    if text.strip()[0] in "'\"`":
        return "it has quotes around it"
    return "it has a blank, a line end or a character outside ASCII" if re.search(r"[^!-~]", text) else ""


def _errors_for(body: bytes) -> str:
    return "surrogateescape" if json.detect_encoding(body).startswith("utf-8") else "replace"
