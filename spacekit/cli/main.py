"""The command `spacekit`: its parser, exit codes and errors. What each command does is in its own module."""

from __future__ import annotations

import argparse
import errno
import os
import re
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Final, NoReturn, TextIO

from spacekit.cli.catalogue import COMMANDS, GROUPS, module_of
from spacekit.cli.codes import CLOSED, EXIT_CODES, WRONG_USAGE, exit_codes
from spacekit.cli.nearest import unknown, unrecognised
from spacekit.cli.options import KEY_HELP, UsageError, in_options
from spacekit.cli.saying import discard, note, quiet, say
from spacekit.cli.signals import Stopped, door
from spacekit.cli.streams import open_closed
from spacekit.errors import CountWarning, IncompleteWarning, SpacekitError
from spacekit.words import __version__, one_line, redact

_ON_WINDOWS: Final = os.name == "nt"
_HELP: Final = frozenset(("-h", "--help"))
_NOUNS: Final = {"name": "chart", "t": "table", "what": "action"}
_ADVISES_SANDBOX: Final = re.compile(",? or try --sandbox, which needs no key")

_DESCRIPTION: Final = """\
Live and replay audiences of Twitter/X Spaces: from ids to tidy tables and
charts. Data goes to standard output or a file, everything else to standard
error."""

_EPILOG: Final = f"""\
{KEY_HELP}

{exit_codes(asks=True)}

`spacekit COMMAND --help` says more. Without a key, try: spacekit demo"""


class _Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong, and takes options and arguments in any order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **options)
        self._within = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse as argparse does; where there are no further commands, options may stand between arguments."""
        if self._within or self._subparsers is not None or _HELP.intersection(args or ()):
            return super().parse_known_args(args, namespace)
        self._within = True
        try:
            found, rest = self.parse_known_intermixed_args(args, namespace)
        finally:
            self._within = False
        if rest:
            self.error(unrecognised(self, rest))
        return found, rest

    def error(self, message: str) -> NoReturn:
        """End with exit code 2."""
        end = "" if message.endswith("?") else "."
        words = one_line(redact(message))
        self.exit(WRONG_USAGE, f"{self.prog}: {words}{end} See {self.prog} --help\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse what is no choice, with the nearest of them."""
        if action.choices is not None and value not in action.choices:
            what = str(action.metavar or action.dest).lower()
            raise argparse.ArgumentError(None, unknown(_NOUNS.get(what, what), value, action.choices))


class Command(_Parser):
    """The parser of a command, which gets its arguments, from the command's module, when it is first used."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.top: argparse.ArgumentParser | None = None  # until it is filled

    def fill(self) -> None:
        """Add the arguments and the end of the help, once."""
        top, self.top = self.top, None
        if top is None:
            return
        module = module_of(self.prog.split()[-1])
        self.epilog = f"{module.EPILOG}\n\n{getattr(module, 'ENDS', EXIT_CODES)}"
        self.set_defaults(run=module.run, parser=self, top=top)
        module.add_arguments(self)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Fill the parser, and parse."""
        self.fill()
        return super().parse_known_args(args, namespace)


class _Top(_Parser):
    """The parser of all commands: its help lists them by purpose."""

    def format_help(self) -> str:
        """Return the help, as argparse does, with the commands in groups."""
        formatter = self._get_formatter()
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        formatter.add_text(self.description)
        listed = {action.dest: action for action in _commands_of(self)._get_subactions()}
        for title, group in GROUPS.items():
            _add_section(formatter, title, [listed[name] for name in group])
        _add_section(formatter, "options", self._get_optional_actions())
        formatter.add_text(self.epilog)
        return formatter.format_help()


def _commands_of(parser: argparse.ArgumentParser) -> Any:
    return parser._get_positional_actions()[0]


def _add_section(formatter: argparse.HelpFormatter, title: str, actions: Iterable[argparse.Action]) -> None:
    formatter.start_section(title)
    formatter.add_arguments(actions)
    formatter.end_section()


def parser() -> argparse.ArgumentParser:
    """Make the parser of all commands."""
    top = _Top(prog="spacekit", description=_DESCRIPTION, epilog=_EPILOG)
    top.add_argument("-V", "--version", action="version", version=f"spacekit {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True, dest="command", parser_class=Command)
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        command.top = top
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
    open_closed()
    _make_printable(sys.stdout, sys.stderr)
    given = sys.argv[1:] if arguments is None else list(arguments)
    args = parser().parse_args(given or ["--help"])
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
        with quiet(getattr(args, "quiet", False) and "progress" not in args) as causes:
            code: int = args.run(args)
        sys.stdout.flush()
        if code and causes:
            say(causes[0])
    except UsageError as error:
        args.parser.error(str(error).rstrip("."))
    except (SpacekitError, OSError) as error:
        if _reader_left(error):
            discard(sys.stdout)
            return CLOSED
        words = _words(error)
        say(words if "price" in args else _ADVISES_SANDBOX.sub("", words))
        from spacekit.cli.summary import error_code  # late: it loads pandas, which help does without

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
        cause = isinstance(message, IncompleteWarning | CountWarning)
        note(f"warning: {in_options(str(message))}", cause=cause)

    with warnings.catch_warnings():
        warnings.simplefilter("always", UserWarning)
        warnings.showwarning = show  # type: ignore[assignment]  # it is called by place
        yield


def _make_printable(*streams: TextIO) -> None:
    """Make a stream that knows few characters show the others as escapes, and not fail on a title."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
