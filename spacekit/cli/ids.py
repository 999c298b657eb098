"""`spacekit ids`: print the Space ids that are in something. It asks no server."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from spacekit.cli.codes import DONE, INCOMPLETE
from spacekit.cli.inputs import found_ids
from spacekit.cli.options import add_ids, add_quiet
from spacekit.cli.output import format_of, show, write_table
from spacekit.cli.saying import note, say
from spacekit.cli.summary import rejected_lines, rejection
from spacekit.ids import Found
from spacekit.words import plural

if TYPE_CHECKING:
    import pandas as pd

EPILOG = """\
Ids go to standard output, each once, in the order given. Files, and standard
input, may be text, CSV, TSV, JSON or JSON lines (also posts and search
answers), Excel (.xlsx: all sheets, links behind cells), Parquet, Feather, Stata
or SQLite, also as .gz or .zst. Text is UTF-8 or UTF-16; other text is read as
Windows-1252, and said.
Repeats, and what is not an id, are listed on standard error with the reason;
more than ten rejected ones are summed up by reason, and --rejected FILE has all
of them. Asks no server. The exit code is 3 if anything was rejected.

examples:
  spacekit ids https://x.com/i/spaces/1jMJgLdenVjxL?s=20
  spacekit ids --file links.csv > ids.txt
  spacekit ids --file links.csv --rejected rejected.csv > ids.txt
  spacekit ids --file posts.jsonl.gz | spacekit fetch -
  spacekit ids - < chat.txt"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    words = "write what was rejected, and why, as a table; none is written if nothing was"
    parser.add_argument("--rejected", type=Path, metavar="FILE", help=words)
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Print the ids."""
    form = "" if args.rejected is None else format_of(args.rejected, None, "")
    found = found_ids(args)
    show(*found)
    if args.rejected is not None and found.rejected:
        write_table(_table(found), args.rejected, form, name="rejected")
    if args.quiet and found.rejected:
        note(f"{len(found.rejected):,} rejected, the first {rejection(*found.rejected[0])}", cause=True)
    if not args.quiet:
        for line in rejected_lines(found.rejected, "--rejected FILE"):
            say(line)
        if repeated := list(dict.fromkeys(found.duplicates)):
            say(f"{plural(len(found.duplicates), 'duplicate')}: {', '.join(repeated)}")
    return INCOMPLETE if found.rejected else DONE


def _table(found: Found) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(found.rejected, columns=["input", "reason"], dtype="string")
