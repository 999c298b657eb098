"""Which scripts this matplotlib can draw: before 3.11 it neither joins letters nor writes from right to left."""

from __future__ import annotations

import unicodedata
import warnings
from functools import lru_cache
from typing import Final

import matplotlib as mpl
from matplotlib import ft2font

SHAPES: Final = hasattr(ft2font, "__libraqm_version__")
"""Whether matplotlib shapes text. Where it does not, text that needs it was drawn wrong: it is not drawn at all."""

_RIGHT_TO_LEFT: Final = ("R", "AL")
# Blocks whose letters change their form or order: scripts of South Asia, Tibetan, Burmese, Khmer, Mongolian and others.
_JOINED: Final = (
    (0x0900, 0x0DFF), (0x0F00, 0x109F), (0x1700, 0x18AF), (0x1900, 0x1C7F), (0x1CD0, 0x1CFF), (0xA800, 0xA82F),
    (0xA840, 0xA8FF), (0xA930, 0xAAFF), (0xABC0, 0xABFF), (0x11000, 0x1347F), (0x16100, 0x1613F),
)  # fmt: skip


def can_draw(text: str) -> bool:
    """Return whether matplotlib can draw a text in a font that has its characters; say once a process where not."""
    if SHAPES or not any(map(_needs_shaping, text)):
        return True
    _say_once()
    return False


def why_by_id(titles: str) -> str:
    """Say why titles have an id in their place; `titles` says how many, such as "2 titles"."""
    if SHAPES:
        return f"No installed font has the script of {titles}: named by id."
    return f"Named by id: {titles} whose script matplotlib {mpl.__version__} cannot draw, or no installed font has."


@lru_cache(maxsize=4096)
def _needs_shaping(character: str) -> bool:
    code = ord(character)
    return unicodedata.bidirectional(character) in _RIGHT_TO_LEFT or any(a <= code <= b for a, b in _JOINED)


@lru_cache(maxsize=1)
def _say_once() -> None:
    warnings.warn(
        f"matplotlib {mpl.__version__} cannot draw scripts that are written from right to left or join their letters, "
        "such as Arabic, Hebrew and Hindi: charts show an id or a number instead. "
        'matplotlib 3.11 can: pip install "matplotlib>=3.11".',
        stacklevel=2,
    )
