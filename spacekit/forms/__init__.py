"""The forms: each has a state that needs no browser, and a view that decides nothing. Each is loaded late."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacekit.forms.explorer import AudienceExplorer
    from spacekit.forms.fetch_form import FetchForm

_LATE = {"AudienceExplorer": "explorer", "FetchForm": "fetch_form"}

__all__ = ["AudienceExplorer", "FetchForm"]


def __getattr__(name: str) -> Any:
    """Load a name of `_LATE`."""
    if name not in _LATE:
        raise AttributeError(f"module 'spacekit.forms' has no attribute {name!r}")
    return getattr(import_module(f"spacekit.forms.{_LATE[name]}"), name)
