"""The commands by their purpose, with what each does in a line. It loads none of them."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

GROUPS: Final[dict[str, dict[str, str]]] = {
    "find and fetch": {
        "search": "find the Spaces of hosts, or on a topic; write their ids",
        "ids": "find Space ids in text, links and files; print them one a line",
        "plan": "show what fetch with the same arguments would do and cost",
        "fetch": "ask for Spaces; write them as records or as a table",
        "refresh": "ask again for every Space of an archive that is due; once, for cron",
        "watch": "refresh an archive in a loop, until no Space will be due again",
    },
    "look and compare": {
        "tables": "write the tables of Spaces in files, archives and tables",
        "quality": "what is missing, zero, odd or repeated",
        "measures": "duration, delay, replay share and more, one row a Space",
        "compare": "live against replay, overall or by group",
        "contrast": "how far groups lie apart, with intervals and tests",
        "hosts": "the replay share of each host, also of those with few Spaces",
        "over-time": "live and replay in each month, week or other period",
        "growth": "the replay plays of each Space as it ages",
        "at-age": "the Spaces at one age, so that replay plays compare",
        "reach": "views of the announcing posts against live and replay",
        "chart": "draw a chart into a file (PNG, SVG or PDF)",
        "app": "explore Spaces in a page on this machine",
    },
    "keep": {
        "archive": "look at an archive, forget Spaces, export, import, check",
    },
    "try out and set up": {
        "demo": "fetch made-up Spaces from a server on this machine: tables and a chart",
        "serve": "answer as the service does, on this machine, with made-up or your own Spaces",
        "completion": "print a script that completes commands in your shell",
        "help": "show the help of a command",
    },
}
"""Every command by its purpose, as listed."""

COMMANDS: Final = {name: summary for group in GROUPS.values() for name, summary in group.items()}
_OTHERWISE: Final = {"help": "helping"}
"""Modules that are not called as their command."""


def module_of(command: str) -> ModuleType:
    """
    Return the module of a command, loaded: most of them load pandas.

    It has `EPILOG`, `add_arguments` and `run`, and `ENDS`, the exit codes, where it asks the service.
    """
    return import_module(f"spacekit.cli.{_OTHERWISE.get(command, command.replace('-', '_'))}")
