"""`spacekit at-age`: the Spaces as they were at one age, so that their replay counts compare. `stats` reads them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from spacekit.cli.analysis import SEVERAL_ANSWERS, epilog, run_analysis
from spacekit.cli.options import MAX_GAP_HELP, add_quiet, add_selection, span
from spacekit.cli.output import add_output
from spacekit.words import plural
from spacekit.words import span as worded

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit at-age 7D spaces.db -o week.csv
  spacekit at-age 24h spaces.db --max-gap 3D --format text
  spacekit at-age 30D spaces.db --join hosts.csv -o month.parquet""",
    SEVERAL_ANSWERS,
    "A count is read between two of them, never beyond the last. Every command takes the table; compare, chart and "
    "others have --at-age, which makes it for them.",
)


_AGE_HELP: Final = "how long after the end of each Space its plays are read, such as 24h or 7D"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("at_age", type=span, metavar="AGE", help=_AGE_HELP)
    parser.add_argument("input", nargs="+", metavar="INPUT", help="what to read, see below")
    add = parser.add_argument_group("what is computed").add_argument
    add("--max-gap", type=span, metavar="SPAN", help=MAX_GAP_HELP)
    add_selection(parser, at_age=False)
    add_output(parser, default="CSV, or text on a terminal")
    add_quiet(parser)


def run(args: argparse.Namespace) -> int:
    """Print or write the Spaces."""
    return run_analysis(args, lambda given, _args: given.table, _missing)


def _missing(given: Selected, args: argparse.Namespace) -> list[str]:
    table: pd.DataFrame = given.table
    lacking = int(table["total_replay_watched"].isna().sum())
    return [f"{plural(lacking, 'Space')} of {len(table):,} without a count at {worded(args.at_age)}."] * bool(
        lacking
    )
