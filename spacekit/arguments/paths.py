"""Paths as callers pass them, checked before the system sees them. Opens nothing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from spacekit.words import show


def path_of(name: str, value: Any) -> Path:
    """
    Return a path.

    Raises
    ------
    TypeError
        It is no path.
    ValueError
        There is a NUL in it: the system, or SQLite, would use what stands before it.
    """
    if not isinstance(value, str | bytes | os.PathLike):
        raise TypeError(f"{name}: {show(value)} is no path. Pass the path of a file.")
    text = os.fsdecode(value)
    if "\0" in text:
        raise ValueError(f"{name}: {show(text)} is no path: there is a NUL in it. Correct it.")
    return Path(text)
