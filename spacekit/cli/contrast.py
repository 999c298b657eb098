"""`spacekit contrast`: groups against each other, or against one of them. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, group_of, grouping, run_analysis, with_parts
from spacekit.cli.compare import left_out
from spacekit.cli.options import add_by, add_confidence

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit contrast spaces.db --by weekday --at-age 7D
  spacekit contrast samples --by host --reference sample_radio
  spacekit contrast spaces.db --join spaces.xlsx --by topic -o topics.csv"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser)
    add_by(add, required=True)
    add("--reference", metavar="GROUP", help="compare all groups with this one (each pair of groups)")
    add_confidence(add)


def run(args: argparse.Namespace) -> int:
    """Print or write the differences."""
    return run_analysis(args, _contrasted, left_out)


def _contrasted(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    by = grouping(given, args)
    reference = group_of(given, by, args.tz, args.reference, "--reference")
    table = stats.contrast(given.table, by, reference, tz=args.tz, confidence=args.confidence)
    return with_parts(table, given, by, args.tz)
