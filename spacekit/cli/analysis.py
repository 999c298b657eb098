"""What the commands of analysis share: from options to a table of `stats`, and to its text. It computes nothing."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

import pandas as pd

from spacekit.cli import output, saying
from spacekit.cli.joining import JOIN_HELP, check_apart
from spacekit.cli.nearest import unknown
from spacekit.cli.options import (
    GROUP_WORDS,
    INPUT_HELP,
    UsageError,
    add_quiet,
    add_selection,
    arguments_checked,
    names_of_groups,
)
from spacekit.cli.screen import rows_for, view
from spacekit.cli.selection import Selected, selected

_Compute: TypeAlias = Callable[[Selected, argparse.Namespace], pd.DataFrame]
_Notes: TypeAlias = Callable[[Selected, argparse.Namespace], Sequence[str]]

_TABLE_HELP: Final = f"""\
On a terminal you see a table to read; everywhere else every column, unrounded.
{output.FORMAT_HELP}"""

SEVERAL_ANSWERS: Final = (
    "It takes several answers about each Space: an archive that was refreshed, or files with the time of each "
    "answer."
)


def epilog(examples: str, *sentences: str, join: bool = True) -> str:
    """Return what stands below the options of a command: in `sentences`, what is special about it."""
    own = textwrap.fill(" ".join(sentences), 79)
    return "\n\n".join(
        filter(None, [INPUT_HELP, own, JOIN_HELP * join, _TABLE_HELP, f"examples:\n{examples}"])
    )


def add_analysis(parser: argparse.ArgumentParser, *, at_age: bool = True, join: bool = True) -> Any:
    """Add INPUT, the options that say which Spaces, and where the table goes; return the adder of a command's own."""
    parser.add_argument("input", nargs="+", metavar="INPUT", help="what to read, see below")
    own = parser.add_argument_group("what is computed").add_argument
    add_selection(parser, at_age=at_age, join=join)
    output.add_output(parser, default="CSV, or text on a terminal")
    add_quiet(parser)
    return own


def run_analysis(
    args: argparse.Namespace, compute: _Compute, notes: _Notes | None = None, *, observations: bool = False
) -> int:
    """Write the table that `compute` returns for the Spaces that were selected, and return the exit code."""
    form = output.form_of(args, "text" if sys.stdout.isatty() else "csv")
    given = selected(args, observations=observations)
    with arguments_checked():
        table = compute(given, args)
        below = notes(given, args) if notes and form.name == "text" else ()
    output.write_table(
        table,
        args.output,
        form,
        lambda table: view(table, below, rows_for(args.output)),
        args.command.replace("-", "_"),
    )
    return given.code


def grouping(given: Selected, args: argparse.Namespace) -> list[str] | str | None:
    """Return what --by names, as `stats` takes it."""
    names = names_of_groups(args.by or [], given.table.columns)
    for name in [name for name in names if name in GROUP_WORDS and name in given.table]:
        saying.note(
            f"--by {name}: the input has a column of this name, which is taken. Rename it for the usual groups."
        )
    return names if len(names) > 1 else next(iter(names), None)


def group_of(given: Selected, by: Any, tz: str, name: str | None, option: str) -> str | None:
    """Return the name of a group, if there is one of that name."""
    from spacekit import stats

    labels = stats.group_labels(given.table, by, tz)
    known = [str(label) for label in labels.cat.categories]
    if name is not None and name not in known:
        raise UsageError(f"{option}: {unknown('group', name, known)}")
    return name


def with_parts(table: pd.DataFrame, given: Selected, by: Any, tz: str) -> pd.DataFrame:
    """Return a table by several names with each of them in a column of its own, after `group` and `reference`."""
    if not isinstance(by, list):
        return table
    known = _parts_of_labels(given.table, by, tz)
    for column in [name for name in ("reference", "group") if name in table]:
        parts = known.reindex(pd.Index(table[column].astype(object)))
        place = list(table).index(column) + 1
        for name in reversed(by):
            head = f"{column}_{name}" if "reference" in table or name in table else name
            table.insert(place, head, parts[name].astype(table[column].dtype).array)
    return table


def _parts_of_labels(spaces: pd.DataFrame, by: list[str], tz: str) -> pd.DataFrame:
    """Return the groups by each name, on the labels of the groups by all of them."""
    from spacekit import stats

    labels = stats.group_labels(spaces, by, tz).astype(object)
    parts = {name: stats.group_labels(spaces, name, tz).astype(object).array for name in by}
    return pd.DataFrame(parts, index=pd.Index(labels))[~(labels.isna() | labels.duplicated()).to_numpy()]


def check_own(given: Selected, table: pd.DataFrame) -> None:
    """Refuse joined columns that the result has itself."""
    check_apart(given.own, table, "the result has columns of", "--join")


def with_own(table: pd.DataFrame, given: Selected) -> pd.DataFrame:
    """Return a table with a row for each Space, or several, with the columns that were joined."""
    check_own(given, table)
    own = given.table.drop_duplicates("space_id").set_index("space_id")[given.own]
    rows = own.index.get_indexer(pd.Index(table["space_id"]))
    return table.assign(**{name: own[name].array.take(rows, allow_fill=True) for name in given.own})
