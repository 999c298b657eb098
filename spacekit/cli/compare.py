"""`spacekit compare`: live against replay, overall or by group. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, grouping, run_analysis, with_parts
from spacekit.cli.options import add_by, add_confidence
from spacekit.words import UNDEFINED, listed

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit compare spaces.jsonl
  spacekit compare crawl/ older.zip --by host,month -o groups.csv
  spacekit compare spaces.db --at-age 7D --since 2026-03 --until 2026-06
  spacekit compare spaces.db --join hosts.csv --by sector
  spacekit compare samples --by weekday --tz America/New_York --format text"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser)
    add_by(add)
    add_confidence(add)


def run(args: argparse.Namespace) -> int:
    """Print or write the comparison."""
    return run_analysis(args, _compared, left_out)


def _compared(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    by = grouping(given, args)
    return with_parts(stats.compare(given.table, by, args.confidence, tz=args.tz), given, by, args.tz)


def left_out(given: Selected, _args: argparse.Namespace) -> list[str]:
    """Return how many Spaces are not compared, by reason, and what the counts are not."""
    from spacekit import stats

    found = stats.exclusions(given.table)
    reasons = {reason: n for reason, n in zip(found["reason"], found["n"], strict=True) if n}
    return [*([f"Left out: {listed(reasons)}."] if reasons else []), UNDEFINED]
