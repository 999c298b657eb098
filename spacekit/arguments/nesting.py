"""How deep JSON is nested: what is too deep is refused before anything recurses into it. Reads no values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

_DEEPEST: Final = 100
"""Levels of objects and arrays in one record, at most. A Space has 5; Python itself fails at about 1,000."""

_STEP: Final = np.zeros(256, np.int8)
_STEP[list(b"[{")] = 1
_STEP[list(b"]}")] = -1
_PLAIN: Final = frozenset((str, int, float, bool, type(None)))


class TooDeepError(ValueError):
    """JSON that has more levels than are read."""

    def __init__(self) -> None:
        super().__init__(f"it is nested too deeply: more than {_DEEPEST} levels")


def check_depth(text: bytes | str, around: int = 0) -> None:
    """Raise `TooDeepError` if a JSON text has more than `_DEEPEST` levels, and `around` for what wraps the record."""
    content = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    # A text without them is counted much faster than by `count`: every record passes here.
    opened = 2 * len(content) - len(content.replace(b"{", b"")) - len(content.replace(b"[", b""))
    if opened > _DEEPEST + around and _depth(content) > _DEEPEST + around:
        raise TooDeepError


def _depth(content: bytes) -> int:
    """Return how deep a JSON text is nested; brackets in its strings do not count."""
    unescaped = content.replace(rb"\\", b"").replace(rb"\"", b"")
    outside = b"".join(unescaped.split(b'"')[::2])
    return int(_STEP[np.frombuffer(outside, np.uint8)].cumsum(dtype=np.int64).max(initial=0))


def is_one(text: bytes) -> bool:
    """Whether a text is one JSON object or array by its brackets, however deep."""
    _, _, depth = _levels(text.strip())
    return len(depth) > 0 and depth[-1] == 0 and bool((depth[:-1] > 0).all())


def items_of(text: bytes) -> list[bytes]:
    """Return the items of a whole JSON array as they stand, however deep; raise `TooDeepError` if it is not whole."""
    if not is_one(text):
        raise TooDeepError
    codes, outside, depth = _levels(text)
    commas = np.flatnonzero((codes == ord(",")) & outside & (depth == 1)).tolist()
    starts, ends = [text.index(b"[") + 1, *(comma + 1 for comma in commas)], [*commas, text.rindex(b"]")]
    return [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]


def _levels(text: bytes) -> tuple[Any, Any, Any]:
    """Return, for each byte of a JSON text: it, whether it is outside of strings, and how deep it lies."""
    codes = np.frombuffer(text.replace(rb"\\", b"__").replace(rb"\"", b"__"), np.uint8)  # as long as before
    outside = np.cumsum(codes == ord('"'), dtype=np.int32) % 2 == 0
    return codes, outside, np.cumsum(_STEP[codes] * outside, dtype=np.int32)


def is_too_deep(values: Iterable[Any]) -> bool:
    """Whether any of some parsed values has more than `_DEEPEST` levels, as one that contains itself has."""
    inside = [value for value in values if type(value) not in _PLAIN]
    for _ in range(_DEEPEST + 1):
        if not inside:
            return False
        # Each once: what contains itself twice would double with every level.
        found = (value for part in inside for value in _inside(part) if type(value) not in _PLAIN)
        inside = list({id(value): value for value in found}.values())
    return True


def _inside(value: Any) -> Iterable[Any]:
    """Return what a value of JSON holds; nothing of what is neither object nor array."""
    if isinstance(value, dict | Mapping):
        return value.values()
    return value if isinstance(value, list | tuple) else ()
