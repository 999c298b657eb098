"""`spacekit reach`: views of the announcing posts against live and replay. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from spacekit.cli.analysis import add_analysis, epilog, run_analysis
from spacekit.cli.inputs import posts_in_file
from spacekit.words import UNDEFINED

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog("  spacekit reach spaces.db --posts posts.csv", join=False)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser, join=False)
    words = "the posts that announce the Spaces: a file that `spacekit search -o` wrote"
    add("--posts", type=Path, required=True, metavar="FILE", help=words)


def run(args: argparse.Namespace) -> int:
    """Print or write the medians."""
    return run_analysis(args, _reached, lambda _given, _args: [UNDEFINED])


def _reached(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    return stats.reach(given.table, posts_in_file(args.posts))
