"""`spacekit ids`: print the Space ids that are in something. It asks no server."""

from __future__ import annotations

import argparse

from spacekit.cli.inputs import found_ids
from spacekit.cli.options import add_ids
from spacekit.cli.output import say, show
from spacekit.cli.summary import DONE, INCOMPLETE
from spacekit.words import plural

SUMMARY = "find Space ids in text, links and files; print them one a line"
EPILOG = """\
Ids go to standard output, each once, in the order given. Repeats, and entries
that are not ids, are listed on standard error with the reason. Asks no server.
The exit code is 3 if anything was rejected.

examples:
  spacekit ids https://x.com/i/spaces/1jMJgLdenVjxL?s=20
  spacekit ids --file links.csv > ids.txt
  spacekit ids - < chat.txt"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    parser.add_argument("--quiet", action="store_true", help="do not list duplicates and rejected entries")


def run(args: argparse.Namespace) -> int:
    """Print the ids."""
    found = found_ids(args)
    show(*found)
    if not args.quiet:
        for text, reason in found.rejected:
            say(f"rejected {text!r}: {reason}")
        if repeated := list(dict.fromkeys(found.duplicates)):
            say(f"{plural(len(found.duplicates), 'duplicate')}: {', '.join(repeated)}")
    return INCOMPLETE if found.rejected else DONE
