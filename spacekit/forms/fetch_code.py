"""The lines of code that do the same as the form that fetches; public names only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from spacekit.words import KEY_NAME

_MOST: Final = 1_000  # ids; more are read from a file


def fetch_code(client: str, ids: list[str], query: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """
    Return code that searches and fetches the same.

    Parameters
    ----------
    client
        The call that makes the Client, such as "sk.Client()"; "" where the form was made with one.
    ids
        Those that were pasted.
    query
        The arguments of the search; empty where nothing is searched for.
    options
        Archive and age, where an archive was chosen.
    """
    if not ids and not query:
        return ""
    many = len(ids) > _MOST
    imports = ["from pathlib import Path"] * many + ["import spacekit as sk"]
    note = ["# ids.txt has the ids above, one on each line"] * many
    own = [f"# with the key in {KEY_NAME}"] if client.startswith("sk.Client(") else []
    lines = [_search(query, options)] * bool(query) + [_fetch(ids, bool(query), options)]
    if own and client == "sk.Client()" and not query:
        lines = [line.replace("client.fetch", "sk.fetch") for line in lines]
    elif client:
        lines = [f"with {client} as client:", *(f"    {line}" for line in lines)]
    return "\n".join([*imports, *own, *lines, *note])


def _search(query: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    return f"found = client.search({arguments({**query, **options})})"


def _fetch(ids: list[str], searched: bool, options: Mapping[str, Any]) -> str:
    pasted = 'Path("ids.txt")' if len(ids) > _MOST else repr(ids)
    if searched:
        pasted = f"[*{f'sk.find_ids({pasted})' if len(ids) > _MOST else pasted}, *found]" if ids else "found"
    return f"batch = client.fetch({', '.join(filter(None, [pasted, arguments(options)]))})"


def arguments(values: Mapping[str, Any]) -> str:
    """Return arguments as code; those that are None are left out."""
    shown = {name: str(value) if isinstance(value, date) else value for name, value in values.items()}
    return ", ".join(f"{name}={value!r}" for name, value in shown.items() if value is not None)
