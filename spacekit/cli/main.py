"""The command `spacekit`: its parser, exit codes and errors. What each command does is in its own module."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import Any, Final, NoReturn, TextIO

from spacekit.cli import (
    app,
    archive,
    chart,
    compare,
    demo,
    fetch,
    ids,
    plan,
    refresh,
    search,
    serve,
    tables,
    watch,
)
from spacekit.cli.options import KEY_HELP, UsageError, in_options
from spacekit.cli.output import say
from spacekit.cli.signals import Stopped, door
from spacekit.cli.summary import CLOSED, EXIT_CODES, WRONG_USAGE, error_code, exit_codes
from spacekit.errors import SpacekitError
from spacekit.words import __version__

_ON_WINDOWS: Final = os.name == "nt"
_ADVISES_SANDBOX: Final = re.compile(",? or try --sandbox, which needs no key")

COMMANDS: Final[dict[str, ModuleType]] = {
    "demo": demo,
    "ids": ids,
    "search": search,
    "plan": plan,
    "fetch": fetch,
    "refresh": refresh,
    "watch": watch,
    "archive": archive,
    "tables": tables,
    "chart": chart,
    "compare": compare,
    "serve": serve,
    "app": app,
}
"""Every command, in the order listed; each module has `SUMMARY`, `EPILOG`, `add_arguments` and `run`.

`ENDS` has the exit codes of one that asks the service; the others end as `EXIT_CODES` says."""

_DESCRIPTION: Final = """\
Live and replay audiences of Twitter/X Spaces: from ids to tidy tables and
charts. Data goes to standard output or a file, everything else to standard
error."""

_EPILOG: Final = f"""\
{KEY_HELP}

{exit_codes(asks=True)}

`spacekit COMMAND --help` says more. Without a key, try: spacekit demo"""


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        self.exit(WRONG_USAGE, f"{self.prog}: {message}. See {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    top = _Parser(prog="spacekit", description=_DESCRIPTION, epilog=_EPILOG)
    top.add_argument("--version", action="version", version=f"spacekit {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="command")
    for name, module in COMMANDS.items():
        words = f"{module.SUMMARY[0].upper()}{module.SUMMARY[1:]}."
        epilog = f"{module.EPILOG}\n\n{getattr(module, 'ENDS', EXIT_CODES)}"
        command = commands.add_parser(name, help=module.SUMMARY, description=words, epilog=epilog)
        command.set_defaults(run=module.run, parser=command)
        module.add_arguments(command)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """
    Run one command.

    Parameters
    ----------
    arguments
        As in a shell, without the program's name; None for those of the process.

    Returns
    -------
    code
        The exit code, see `spacekit --help`. Wrong usage, `--help` and `--version` raise SystemExit, as argparse does.
        What is not an error of the input or the service keeps its traceback: it is a bug, and should be seen.
    """
    _make_printable(sys.stdout, sys.stderr)
    args = parser().parse_args(arguments)
    with _warnings_as_lines(), door() as signals:
        try:
            return signals.call(partial(_run, args))
        except KeyboardInterrupt as stop:
            advice = f". {stop}" if isinstance(stop, Stopped) else ""
            say(f"{signals.words}{advice}")
            return signals.code


def _run(args: argparse.Namespace) -> int:
    """Run a command, and return its exit code; errors that are not bugs are said in one line."""
    try:
        code: int = args.run(args)
        sys.stdout.flush()
    except UsageError as error:
        args.parser.error(str(error).rstrip("."))
    except (SpacekitError, OSError) as error:
        if _reader_left(error):
            _close_stdout()
            return CLOSED
        words = _words(error)
        say(words if "price" in args else _ADVISES_SANDBOX.sub("", words))
        return error_code(error)
    return code


def _reader_left(error: Exception) -> bool:
    """Whether the reader of standard output stopped reading; Windows calls that an invalid argument."""
    unnamed = isinstance(error, OSError) and error.errno == errno.EINVAL and error.filename is None
    return isinstance(error, BrokenPipeError) or (_ON_WINDOWS and unnamed)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return f"{os.fsdecode(error.filename)}: {error.strerror}"
    return in_options(str(error)) or type(error).__name__


@contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Show each warning that is meant for the user as one line, without file and code."""

    def show(message: Warning | str, *_file_and_line: Any) -> None:
        say(f"warning: {in_options(str(message))}")

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show  # type: ignore[assignment]  # it is called by place
        yield


def _make_printable(*streams: TextIO) -> None:
    """Make a stream that knows few characters show the others as escapes, and not fail on a title."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _close_stdout() -> None:
    """Keep Python from complaining once more when it flushes at its end."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a stdout without a file behind it needs nothing
        return
