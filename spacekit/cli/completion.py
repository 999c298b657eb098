"""`spacekit completion`: a script that completes commands, options and their values. shtab writes it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from typing import Any, Final

from spacekit.cli import chart
from spacekit.cli.codes import DONE
from spacekit.cli.options import GROUP_WORDS
from spacekit.cli.output import show
from spacekit.fields import TABLES

SHELLS: Final = ("bash", "zsh", "fish", "powershell")
EPILOG = """\
Completion starts no Python, so it takes no time. Set it up once, in:
  bash        spacekit completion bash > \\
                ~/.local/share/bash-completion/completions/spacekit
  zsh         spacekit completion zsh > ~/.zfunc/_spacekit
              with these lines in ~/.zshrc:
                fpath+=~/.zfunc
                autoload -Uz compinit && compinit
  fish        spacekit completion fish > \\
                ~/.config/fish/completions/spacekit.fish
  PowerShell  spacekit completion powershell > $HOME\\spacekit.ps1
              with this line in $PROFILE:
                . $HOME\\spacekit.ps1
Make the folder first if it is not there, and begin a new shell. Do it again
after an update of spacekit. PowerShell's script was never run: nobody had it.

examples:
  spacekit completion bash
  spacekit completion fish"""

_FILES: Final = ("INPUT", "FILE", "F", "A")
_FOLDERS: Final = ("DIR",)
_VALUES: Final = {
    "by": (
        *GROUP_WORDS,
        *(field.name for field in TABLES["spaces"] if field.kind in ("flag", "code", "text")),
    ),
    "every": ("month", "week", "quarter", "year"),
}
"""Values of options that take others too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("shell", choices=SHELLS, metavar="SHELL", help=f"one of {', '.join(SHELLS)}")


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    show(script(args.top, args.shell).rstrip("\n"))
    return DONE


def script(top: argparse.ArgumentParser, shell: str) -> str:
    """Return the script of a shell for a parser, which is marked with what its values are."""
    import shtab

    values = {**_VALUES, "about": tuple(top._get_positional_actions()[0].choices or ())}
    for action in _actions_of(top):
        names = action.metavar if isinstance(action.metavar, str) else ""
        if names in _FILES + _FOLDERS and not action.choices:
            action.complete = shtab.DIR if names in _FOLDERS else shtab.FILE
        elif action.dest in values:
            action.choices = values[action.dest]
    made = str(shtab.complete(top, shell))
    return _with_charts(made) if shell == "fish" else made


def _with_charts(script: str) -> str:
    """Return a script of fish in which each chart has its own description, where shtab has one for all of them."""
    from spacekit.plot import CHARTS

    charts = " ".join(f"{name} {_quoted(CHARTS[name].shows)}" for name in chart.NAMES)
    listed = re.escape(f'-ka "{" ".join(chart.NAMES)}"')
    words = f"-ka \"(printf '%s\\t%s\\n' {charts})\""
    return re.sub(rf"{listed} -d '[^']*'", lambda _: words, script)


def _quoted(words: str) -> str:
    """Return words in quotes, as fish reads them within others."""
    bare = re.sub(r"[\\\"$]", "", words.removesuffix("."))
    return "'" + bare.replace("'", r"\'") + "'"


def _actions_of(parser: argparse.ArgumentParser) -> Iterator[Any]:
    for action in parser._actions:
        yield action
        if isinstance(action, argparse._SubParsersAction):
            for child in action.choices.values():
                child.fill()  # its arguments come when they are needed
                yield from _actions_of(child)
