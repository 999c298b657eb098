"""`spacekit compare`: live against replay, overall or by group. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli import output, screen
from spacekit.cli.inputs import opened, read_code, remark
from spacekit.cli.options import INPUT_HELP, arguments_checked, number
from spacekit.words import UNDEFINED, listed, percent, wrapped

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "live against replay: medians with intervals, overall or by group"
EPILOG = f"""\
{INPUT_HELP}

Without -o or --format you see a table to read. The other formats have every
column, unrounded.
{output.FORMAT_HELP}

examples:
  spacekit compare spaces.jsonl
  spacekit compare spaces.db --by host
  spacekit compare crawl/ older.zip --by state
  spacekit compare spaces.db --by host,month
  spacekit compare samples --by weekday --tz America/New_York -o weekdays.csv"""

_NOTES: Final = (
    "n: Spaces compared; hosts: their creators; out: Spaces whose counts do not compare{reasons}. live, replay: "
    "medians of the two counts. {counts} share: the median of replay / (live + replay). interval: {level} %, of that "
    "median, from leaving out each creator in turn, or of a single creator from its Spaces; 'thin' where these are "
    "too few, or too unequal, for one. rho: Spearman's rank correlation of live and replay."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("input", nargs="+", metavar="INPUT", help="what to read, see below")
    words = (
        "groups: host, weekday, hour, month, or a column such as state; several with commas, or --by again"
    )
    add("--by", action="append", metavar="G", help=words)
    add("--tz", default="UTC", metavar="ZONE", help="time zone of weekday, hour and month (UTC)")
    words = "confidence of the intervals (0.95)"
    add("--confidence", type=number(0, 1, ends=False), default=0.95, metavar="C", help=words)
    words = "a seed; not needed, as the intervals are worked out without chance (0)"
    add("--seed", type=number(0, whole=True), default=0, metavar="N", help=words)
    output.add_output(parser, default="text")


def run(args: argparse.Namespace) -> int:
    """Print or write the comparison."""
    from spacekit import stats

    form = output.form_of(args, "text")
    with opened(args.input) as source:
        remark(source)
        spaces = source.spaces
    with arguments_checked():
        by = _names(args.by or [], spaces.columns)
        table = stats.compare(spaces, by, args.confidence, args.seed, tz=args.tz)
    notes = _notes(spaces, args.confidence)
    output.write_table(table, args.output, form, lambda table: f"{comparison(table)}\n\n{notes}", "compare")
    return read_code(source)


def _names(given: Sequence[str], columns: Iterable[str]) -> list[str] | str | None:
    """Return what to group by: names with commas between them, unless a column is called so."""
    known = set(columns)
    names = [name.strip() for text in given for name in ([text] if text in known else text.split(","))]
    return names if len(names) > 1 else next(iter(names), None)


def _notes(spaces: pd.DataFrame, confidence: float) -> str:
    """Return what the columns mean, and why Spaces were left out."""
    from spacekit import stats

    found = stats.exclusions(spaces)
    reasons = listed({reason: n for reason, n in zip(found["reason"], found["n"], strict=True) if n})
    why = f" ({reasons})" if reasons else ""
    return wrapped(_NOTES.format(counts=UNDEFINED, level=f"{confidence * 100:g}", reasons=why))


def comparison(table: pd.DataFrame, *, brief: bool = False) -> str:
    """Return the columns to read as text, with short heads; `brief` has no creators and no rho."""
    columns: dict[str, Any] = {
        "group": table["group"].fillna("(none)"),
        "n": table["n"],
        "hosts": table["n_creators"],
        "out": table["n_excluded"],
        "live": _worded(table["live_median"], _count),
        "replay": _worded(table["replay_median"], _count),
        "share": _worded(table["share_median"], percent),
        "interval": [_interval(row) for row in table.itertuples()],
        "rho": _worded(table["spearman"], "{:.2f}".format),
    }
    if brief:
        del columns["hosts"], columns["rho"]
    shown = table.assign(**columns)[list(columns)]
    return screen.text_table(shown, right=[name for name in columns if name != "group"])


def _worded(column: pd.Series[Any], word: Callable[[Any], str]) -> pd.Series[Any]:
    """Return numbers as text."""
    return column.astype(object).map(word, na_action="ignore").fillna(screen.MISSING)


def _interval(row: Any) -> str:
    return "thin" if row.thin else f"{percent(row.share_low).removesuffix(' %')}-{percent(row.share_high)}"


def _count(median: float) -> str:
    """Return a median of counts as text; it may lie between two."""
    return f"{median:,.1f}".removesuffix(".0")
