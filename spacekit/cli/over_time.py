"""`spacekit over-time`: live and replay of each month, week or other period. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, run_analysis
from spacekit.cli.compare import left_out

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit over-time spaces.db --at-age 7D
  spacekit over-time samples --every week --tz Europe/Berlin -o weeks.csv""",
    join=False,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser, join=False)
    words = "length of a period: month, week, quarter, year, or a span such as 7D (month)"
    add("--every", default="month", metavar="P", help=words)


def run(args: argparse.Namespace) -> int:
    """Print or write the periods."""
    return run_analysis(args, _in_periods, left_out)


def _in_periods(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    return stats.over_time(given.table, args.every, args.tz)
