"""Did you mean: the known words that are nearest to an unknown one. It knows no words itself."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final

from spacekit.words import redact_input, show

_NEAREST: Final = 3
_SHORT: Final = 4
_COMPARED: Final = 5_000
_LISTED: Final = 40
_FIRST: Final = 5


def unknown(what: str, word: Any, known: Iterable[Any]) -> str:
    """
    Return what is wrong with a word that is none of those known, and which to use.

    Examples
    --------
    >>> unknown("chart", "hots", ["hosts", "growth"])
    "there is no chart 'hots'. Did you mean 'hosts'?"
    >>> unknown("chart", "x", ["hosts", "growth"])
    "there is no chart 'x'. Use 'hosts' or 'growth'"
    """
    words = [str(name) for name in known]
    near = _nearest(str(word).lower(), words)
    advice = (
        f"Did you mean {_either(near)}?" if near else f"Use {_either(words)}" if words else "There is none"
    )
    return f"there is no {what} {show(word)}. {advice}"


def _nearest(word: str, words: list[str]) -> list[str]:
    """Return the nearest words, dashes apart; of very many none, as that takes long."""
    bare = {name.lower().lstrip("-"): name for name in reversed(words)} if len(words) <= _COMPARED else {}
    word = word.lstrip("-")
    return [
        bare[name] for name in get_close_matches(word, bare, _NEAREST, 0.5 if len(word) < _SHORT else 0.6)
    ]


def _either(words: list[str]) -> str:
    if len(words) > _LISTED:
        return f"one of {', '.join(map(repr, words[:_FIRST]))}, ... ({len(words):,} in all)"
    *first, last = map(repr, words)
    return f"{', '.join(first)} or {last}" if first else last


def unrecognised(parser: argparse.ArgumentParser, rest: list[str]) -> str:
    """Return what is wrong with arguments that a parser did not take; a key among them is not shown."""
    option = next((text.partition("=")[0] for text in rest if text.startswith("-") and text != "-"), None)
    if option is None:
        is_key = redact_input(rest[0]) != rest[0]
        shown = "an argument that looks like an API key (not shown)" if is_key else show(rest[0])
        return f"{shown} is one argument too many"
    if "key" in option:
        return "the API key is read from SOCIALDATA_API_KEY, never from an option"
    return unknown("option", option, parser._option_string_actions)
