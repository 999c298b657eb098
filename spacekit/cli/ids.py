"""`spacekit ids`: print the Space ids that are in something. It asks no server."""

from __future__ import annotations

import argparse

from spacekit.cli.inputs import found_ids
from spacekit.cli.output import tell, write_bytes
from spacekit.cli.summary import DONE, INCOMPLETE
from spacekit.cli.usage import add_ids
from spacekit.words import plural

SUMMARY = "find Space ids in text, links and files; print them one a line"
EPILOG = """\
Ids go to standard output, each once, in the order given. What was given again
and what is no id is told on standard error, with the reason. Asks no server.
The exit code is 3 if anything was rejected.

examples:
  spacekit ids https://x.com/i/spaces/1jMJgLdenVjxL?s=20
  spacekit ids --file links.csv > ids.txt
  spacekit ids - < chat.txt"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    parser.add_argument(
        "--quiet", action="store_true", help="say nothing about duplicates and rejected entries"
    )


def run(args: argparse.Namespace) -> int:
    """Print the ids."""
    found = found_ids(args)
    write_bytes("".join(f"{space_id}\n" for space_id in found).encode())
    if not args.quiet:
        for text, reason in found.rejected:
            tell(f"rejected {text!r}: {reason}")
        if found.duplicates:
            tell(
                f"{plural(len(found.duplicates), 'duplicate')}: {', '.join(dict.fromkeys(found.duplicates))}"
            )
    return INCOMPLETE if found.rejected else DONE
