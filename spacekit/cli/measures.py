"""`spacekit measures`: duration, delay, replay share and more of each Space. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, run_analysis, with_own
from spacekit.cli.compare import left_out
from spacekit.cli.inputs import posts_in_file

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit measures spaces.jsonl
  spacekit measures spaces.db --at-age 7D --join hosts.csv -o measures.csv
  spacekit measures samples --since 2026-04 --format jsonl"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser)
    words = "the posts that announce the Spaces, for their views: a file that `spacekit search -o` wrote"
    add("--posts", type=Path, metavar="FILE", help=words)


def run(args: argparse.Namespace) -> int:
    """Print or write the measures."""
    return run_analysis(args, _measured, left_out)


def _measured(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    posts = None if args.posts is None else posts_in_file(args.posts)
    return with_own(stats.measures(given.table, posts), given)
