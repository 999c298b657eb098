"""`spacekit growth`: the replay plays of each Space as it ages. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from spacekit.cli.analysis import SEVERAL_ANSWERS, add_analysis, epilog, run_analysis, with_own
from spacekit.cli.nearest import unknown
from spacekit.cli.options import UsageError
from spacekit.ids import check_id
from spacekit.words import listed

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit growth spaces.db
  spacekit growth spaces.db --space 1jMJgLdenVjxL --format text
  spacekit growth monday.jsonl friday.jsonl --since 2026-05 -o growth.csv""",
    SEVERAL_ANSWERS,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = add_analysis(parser, at_age=False)
    words = "only this Space, by its id or a link; can be given more than once"
    add("--space", action="append", default=[], metavar="ID", help=words)


def run(args: argparse.Namespace) -> int:
    """Print or write the growth."""
    return run_analysis(args, _grown, _left_out, observations=True)


def _grown(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    return with_own(stats.growth(_wanted(given, args)), given)


def _wanted(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    """Return the observations of the Spaces that are asked for."""
    ids = [check_id(text) for text in args.space]
    known = given.table["space_id"]
    for space_id in ids:
        if not (known == space_id).any():
            raise UsageError(f"--space: {unknown('Space', space_id, known.dropna().unique())}")
    return given.table[known.isin(ids).to_numpy()] if ids else given.table


def _left_out(given: Selected, args: argparse.Namespace) -> list[str]:
    from spacekit import stats

    found = stats.growth_left_out(_wanted(given, args))
    reasons = {reason: n for reason, n in zip(found["reason"], found["n"], strict=True) if n}
    return [f"Answers left out: {listed(reasons)}."] if reasons else []
