"""The ways in which a key may be written, and all that shows an object or an error: for the tests of the key."""

import base64
import html
import traceback
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

KEY = "4711|ThisKeyMustShowUpNowhere0123456789"
SECRET = KEY.partition("|")[2]

ESCAPES: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in capitals": str.upper,
    "without its number": lambda key: key.partition("|")[2],
    "with a backslash": lambda key: key.replace("|", "\\|"),
    "one letter as in JSON": lambda key: key.replace("|", "\\u007c"),
    "all as in JSON": lambda key: "".join(f"\\u{ord(c):04x}" for c in key),
    "all as in JSON, in capitals": lambda key: "".join(f"\\u{ord(c):04X}" for c in key),
    "as in JSON in JSON": lambda key: "".join(f"\\\\u{ord(c):04x}" for c in key),
    "as in Python": lambda key: "".join(f"\\x{ord(c):02x}" for c in key),
    "as in a URL": lambda key: quote(key, safe=""),
    "as in a URL, in small letters": lambda key: quote(key, safe="").lower(),
    "all as in a URL": lambda key: "".join(f"%{ord(c):02X}" for c in key),
    "as in a URL in a URL": lambda key: quote(quote(key, safe=""), safe=""),
    "as in a URL, as Go writes JSON": lambda key: quote(key, safe="").replace("%", "\\u0025"),
    "as in HTML": lambda key: "".join(f"&#{ord(c)};" for c in key),
    "as in HTML, hexadecimal": lambda key: "".join(f"&#x{ord(c):X};" for c in key),
    "as in HTML by name": lambda key: key.replace("|", "&vert;"),
    "as in HTML in HTML": lambda key: html.escape(key.replace("|", "&#124;")),
    "as in HTML, as Go writes JSON": lambda key: key.replace("|", "\\u0026#124;"),
    "in base64": lambda key: base64.b64encode(key.encode()).decode(),
    "in base64 behind a name": lambda key: base64.b64encode(f"user:{key}".encode()).decode(),
    "in hexadecimal": lambda key: key.encode().hex(),
}
"""A key as a server, a browser or a spreadsheet may write it; each may stand in JSON as it is."""


def every_form(key: str = KEY) -> set[str]:
    """Return all that must not be found, in small letters."""
    forms = {escape(part).lower() for escape in ESCAPES.values() for part in (key, key.partition("|")[2])}
    return forms - {""}


def assert_no_key(*texts: str | bytes, key: str = KEY) -> None:
    """Fail if the key is in a text, in whatever form."""
    forms = every_form(key)
    for text in texts:
        low = (text.decode("latin-1") if isinstance(text, bytes) else text).lower()
        assert not [form for form in forms if form in low], text


def frames_of(error: BaseException) -> Iterator[str]:
    """Yield what a verbose traceback shows: the variables of our frames, and what is in those, for all causes."""
    seen: BaseException | None = error
    while seen is not None:
        yield repr(seen) + repr(seen.args) + repr(vars(seen)) + "".join(traceback.format_exception(seen))
        for frame, _ in traceback.walk_tb(seen.__traceback__):
            if "/tests/" not in frame.f_code.co_filename.replace("\\", "/"):
                yield from (_deep(value) for value in frame.f_locals.values())
        seen = seen.__cause__ or seen.__context__


def _deep(value: Any, depth: int = 3) -> str:
    """Return the repr of a value and of what is in it."""
    inside = list(getattr(value, "__dict__", {}).values()) if depth else []
    try:
        shown = repr(value)
    except Exception as error:  # noqa: BLE001  # as IPython does: it says that there is none
        shown = f"<no repr: {type(error).__name__}>"
    return shown + "".join(_deep(each, depth - 1) for each in inside)
