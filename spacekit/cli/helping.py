"""`spacekit help COMMAND`: the same as `spacekit COMMAND --help`."""

from __future__ import annotations

import argparse

from spacekit.cli.codes import DONE

EPILOG = """\
examples:
  spacekit help
  spacekit help compare
  spacekit help archive forget"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("about", nargs="*", metavar="COMMAND", help="which command; none: all of them")


def run(args: argparse.Namespace) -> int:
    """Print the help, and end as `--help` does."""
    args.top.parse_args([*args.about, "--help"])
    return DONE
