"""Bytes into text, the same for files and standard input: marks are followed, and what is guessed is said."""

from __future__ import annotations

import codecs
import json
import re
from typing import Final

from spacekit.errors import DataError, ReadWarning, warn

MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_ANSI: Final = "".join(
    bytes([byte]).decode("latin-1" if byte in b"\x81\x8d\x8f\x90\x9d" else "cp1252") for byte in range(256)
)
"""The characters of Windows-1252; the five bytes that it leaves open are those of Latin-1, as in browsers."""
_CHARSET: Final = re.compile(r"charset=[\"']?([^\s;\"']+)", re.IGNORECASE)
_JSON: Final = re.compile(rb"\s*[{\[]\s*[\"{\[]")
_HEAD: Final = 512
_OFTEN: Final = 0.25  # of the characters in UTF-16: blanks, digits and commas are ASCII in every script
_RARELY: Final = 0.05
_NEARLY_ALL: Final = 0.8
_SURE: Final = 3  # zeros, at least


def text_of(content: bytes, name: str) -> str:
    """
    Return the text in bytes, without a mark before it, or Ctrl-Z behind it, at which DOS ended files.

    A mark (BOM) says the encoding. Without one it is UTF-16 or UTF-32 where the zeros between ASCII characters show
    that, else UTF-8, and else Windows-1252, as Excel writes it.

    Parameters
    ----------
    content
        All of a file, or of standard input.
    name
        What it is called in messages.

    Raises
    ------
    DataError
        It is not text.

    Warns
    -----
    ReadWarning
        It is not UTF-8 and was read as Windows-1252, or it is not what its mark says and some characters are lost.
    """
    return _decoded(content, name).removeprefix("\ufeff").rstrip("\x1a")


def _decoded(content: bytes, name: str) -> str:
    encoding = _encoding_of_all(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        at = f"byte {content[error.start]:#04x} at {error.start:,}"
    if encoding != "utf-8":
        said = encoding.removesuffix("-sig").upper()
        warn(
            f"{name}: not whole {said}: {at}. What cannot be read became '\ufffd'; save it again.",
            ReadWarning,
        )
        return content.decode(encoding, "replace")
    if b"\0" in content:
        raise DataError(f"{name}: neither UTF-8 nor UTF-16, got {at}. Save it as text or CSV in UTF-8.")
    warn(
        f"{name}: not UTF-8, got {at}; read as Windows-1252. Letters beyond English may be wrong: "
        "save it as UTF-8 if they are.",
        ReadWarning,
    )
    return codecs.charmap_decode(content, "strict", _ANSI)[0]


def json_in_utf8(content: bytes, content_type: str = "") -> bytes:
    """
    Return JSON in UTF-8 without a mark before it, the form in which everything is kept; as it is where it is that.

    A mark, or the zeros of UTF-16 and UTF-32, say what it is; else it is UTF-8, else what its content type says.
    What can be decoded by none of them is returned as it came: it cannot be read as JSON.
    """
    said = _CHARSET.search(content_type)
    for encoding in (json.detect_encoding(content), said[1] if said else "utf-8"):
        try:
            text = content.decode(encoding)
        except (ValueError, LookupError):  # UnicodeError is a ValueError
            continue
        return (
            content if encoding == "utf-8" else text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
        )
    return content


def _encoding_of_all(content: bytes) -> str:
    """Return the encoding of a whole text: one that only zeros at its start show must fit all of it."""
    encoding = encoding_of(content[:_HEAD])
    if encoding.endswith(("-le", "-be")):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            return "utf-8"
    return encoding


def encoding_of(head: bytes) -> str:
    """Return the encoding that a mark, or zeros between ASCII characters, show at the start of a text; else UTF-8."""
    for mark, encoding in MARKS.items():
        if head.startswith(mark):
            return encoding
    if b"\0" not in head or begins_as_json(head):
        return "utf-8"
    zeros = [_zeros(head[place::4]) for place in range(4)]
    if min(zeros[2:]) > _NEARLY_ALL and zeros[0] <= _RARELY:
        return "utf-32-le"
    if min(zeros[:2]) > _NEARLY_ALL and zeros[3] <= _RARELY:
        return "utf-32-be"
    if head.count(0) < _SURE:
        return "utf-8"
    even, odd = _zeros(head[::2]), _zeros(head[1::2])
    if odd >= _OFTEN and even <= _RARELY:
        return "utf-16-le"
    return "utf-16-be" if even >= _OFTEN and odd <= _RARELY else "utf-8"


def begins_as_json(head: bytes) -> bool:
    """Whether a text begins as JSON in UTF-8, though zeros may follow: answers were kept as they came, once."""
    return _JSON.match(head) is not None


def _zeros(part: bytes) -> float:
    """Return the share of zeros in some bytes."""
    return part.count(0) / len(part) if part else 0.0
