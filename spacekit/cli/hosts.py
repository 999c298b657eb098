"""`spacekit hosts`: the replay share of each host, by partial pooling. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import pandas as pd

from spacekit.cli.analysis import add_analysis, check_own, epilog, run_analysis
from spacekit.cli.compare import left_out
from spacekit.cli.options import add_confidence
from spacekit.errors import DataError

if TYPE_CHECKING:
    from spacekit.cli.selection import Selected

EPILOG = epilog(
    """\
  spacekit hosts spaces.db --at-age 7D
  spacekit hosts spaces.jsonl --join hosts.csv -o shares.csv
  spacekit hosts samples --confidence 0.9 --format text"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_confidence(add_analysis(parser))


def run(args: argparse.Namespace) -> int:
    """Print or write the hosts."""
    return run_analysis(args, _pooled, left_out)


def _pooled(given: Selected, args: argparse.Namespace) -> pd.DataFrame:
    from spacekit import stats

    return _with_own(stats.hosts(given.table, confidence=args.confidence), given)


def _with_own(hosts: pd.DataFrame, given: Selected) -> pd.DataFrame:
    """Return the hosts with the columns that were joined: each must be the same in all Spaces of a host."""
    from spacekit.tables import creator_keys

    check_own(given, hosts)
    own = given.table[given.own].groupby(creator_keys(given.table).astype(object))
    for name in given.own:
        several = own[name].nunique()
        if (several > 1).any():
            raise DataError(
                f"column {name!r}: it differs between Spaces of one host. Join a table with one row a host."
            )
        values = own[name].first()
        rows = values.index.get_indexer(pd.Index(creator_keys(hosts).astype(object)))
        hosts = hosts.assign(**{name: values.array.take(rows, allow_fill=True)})
    return hosts
