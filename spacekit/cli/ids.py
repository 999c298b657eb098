"""`spacekit ids`: print the Space ids that are in something. It asks no server."""

from __future__ import annotations

import argparse
import re
from typing import Final

from spacekit.cli.inputs import found_ids
from spacekit.cli.options import add_ids
from spacekit.cli.output import say, show
from spacekit.cli.summary import DONE, INCOMPLETE, rejection
from spacekit.words import plural

SUMMARY = "find Space ids in text, links and files; print them one a line"
EPILOG = """\
Ids go to standard output, each once, in the order given. Files may be text,
CSV, JSON or JSON lines (also posts and search answers) or Parquet, also as .gz.
Repeats, and what is not an id, are listed on standard error with the reason;
more than ten are summed up by reason. Asks no server. The exit code is 3 if
anything was rejected.

examples:
  spacekit ids https://x.com/i/spaces/1jMJgLdenVjxL?s=20
  spacekit ids --file links.csv > ids.txt
  spacekit ids --file posts.jsonl.gz | spacekit fetch -
  spacekit ids - < chat.txt"""

_LISTED: Final = 10  # rejected entries, at most, that are listed one by one
_VALUE: Final = re.compile(r"\"[^\"]*\"|'.'( \(U\+[^)]*\))?")
"""What differs in reasons of one kind."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    parser.add_argument("--quiet", action="store_true", help="do not list duplicates and rejected entries")


def run(args: argparse.Namespace) -> int:
    """Print the ids."""
    found = found_ids(args)
    show(*found)
    if not args.quiet:
        _say_rejected(found.rejected)
        if repeated := list(dict.fromkeys(found.duplicates)):
            say(f"{plural(len(found.duplicates), 'duplicate')}: {', '.join(repeated)}")
    return INCOMPLETE if found.rejected else DONE


def _say_rejected(rejected: list[tuple[str, str]]) -> None:
    """Write what was rejected, line by line; of more than ten, how many for each reason, with the first of them."""
    if len(rejected) <= _LISTED:
        for text, reason in rejected:
            say(f"rejected {rejection(text, reason)}")
        return
    kinds: dict[str, list[tuple[str, str]]] = {}
    for text, reason in rejected:
        kinds.setdefault(_VALUE.sub("", reason), []).append((text, reason))
    say(f"{len(rejected):,} rejected:")
    for entries in sorted(kinds.values(), key=len, reverse=True):
        say(f"{len(entries):,} such as {rejection(*entries[0])}")
