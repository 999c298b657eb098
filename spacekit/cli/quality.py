"""`spacekit quality`: what to know about Spaces before trusting numbers from them. `stats` checks them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, run_analysis

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit quality spaces.db
  spacekit quality crawl/ older.zip --since 2026-01 -o quality.csv""",
    join=False,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_analysis(parser, join=False)


def run(args: argparse.Namespace) -> int:
    """Print or write the checks."""
    return run_analysis(args, _checked)


def _checked(given: Selected, _args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    return stats.quality(given.table)
