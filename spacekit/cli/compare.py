"""`spacekit compare`: live against replay, overall or by group. The numbers are those of `stats`."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli import output, screen
from spacekit.cli.inputs import batch_of
from spacekit.cli.summary import DONE, INCOMPLETE
from spacekit.cli.usage import INPUT_HELP, arguments_checked, whole
from spacekit.tables.values import is_missing

if TYPE_CHECKING:
    import pandas as pd

SUMMARY = "live against replay: medians, intervals and a test, overall or by group"
EPILOG = f"""\
{INPUT_HELP}

Without -o or --format, a table to read is printed; the other forms have all
columns of `sk.compare`, unrounded.
{output.FORMAT_HELP}

examples:
  spacekit compare spaces.jsonl
  spacekit compare spaces.db --by host
  spacekit compare samples --by weekday --tz America/New_York -o weekdays.csv"""

NOTES: Final = (
    "live, replay: medians of the counts as X reports them, and does not define: no numbers of people. share: median "
    "of replay / (live + replay), a share of the counts. interval: {level}, of that median, creators resampled; "
    "'thin' where there are too few. p: live against replay, paired. rho: Spearman's, of live and replay. left out: "
    "Spaces in which the two do not compare"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("input", metavar="INPUT", help="what to read, see below")
    parser.add_argument("--by", metavar="G", help="groups: host, weekday, hour, or a column such as state")
    parser.add_argument("--tz", default="UTC", metavar="ZONE", help="time zone of weekday and hour (UTC)")
    parser.add_argument("--confidence", type=share, default=0.95, metavar="C", help="of the intervals (0.95)")
    parser.add_argument(
        "--seed",
        type=whole(0),
        default=0,
        metavar="N",
        help="of the resampling; the same seed, the same result (0)",
    )
    output.add_output(parser, default="text")


def share(text: str) -> float:
    """Read a number between 0 and 1."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError(f"got {text!r}; give a number between 0 and 1, such as 0.95")
    return value


def run(args: argparse.Namespace) -> int:
    """Print or write the comparison."""
    from spacekit import stats

    form = output.format_of(args, "text")
    batch = batch_of(args.input)
    with arguments_checked():
        table = stats.compare(batch.spaces, args.by, args.confidence, args.seed, tz=args.tz)
    text = text_of(table, batch.spaces, args.confidence) if form == "text" else None
    output.write_table(table, args.output, form, text)
    return INCOMPLETE if "failed" in batch.counts else DONE


def text_of(table: pd.DataFrame, spaces: pd.DataFrame, confidence: float = 0.95) -> str:
    """Text of a comparison, with what its columns mean and why Spaces were left out."""
    from spacekit import stats

    level = f"{confidence * 100:g} %"
    reasons = stats.exclusions(spaces)
    told = [f"{n:,} {reason}" for reason, n in zip(reasons["reason"], reasons["n"], strict=True) if n]
    notes = NOTES.format(level=level) + (f" ({', '.join(told)})." if told else ".")
    return f"{comparison(table)}\n\n{screen.wrapped(notes)}"


def comparison(table: pd.DataFrame, *, test: bool = True) -> str:
    """Text of the columns to read, with short heads; without `test`, medians and intervals only."""
    columns: dict[str, Any] = {
        "group": table["group"].fillna("(none)"),
        "n": table["n"],
        "left out": table["n_excluded"],
        "live": [_count(value) for value in table["live_median"]],
        "replay": [_count(value) for value in table["replay_median"]],
        "share": [_percent(value) for value in table["share_median"]],
        "interval": [_interval(row) for row in table.itertuples()],
    }
    if test:
        columns |= {
            "p": [_p(value) for value in table["p_value"]],
            "rho": [_rho(value) for value in table["spearman"]],
        }
    shown = table.assign(**columns)[list(columns)]
    return screen.text_table(shown, right=[name for name in columns if name != "group"])


def _interval(row: Any) -> str:
    return "thin" if row.thin else f"{_percent(row.share_low).removesuffix(' %')}-{_percent(row.share_high)}"


def _count(value: Any) -> str:
    """Text of a median of counts, which may lie between two."""
    return screen.MISSING if is_missing(value) else f"{value:,.1f}".removesuffix(".0")


def _percent(value: Any) -> str:
    """Text of a share: 31 %, 3.6 %, 0.02 %."""
    if is_missing(value):
        return screen.MISSING
    digits = next((digits for digits, least in enumerate((0.1, 0.01, 0.001)) if value >= least), 3)
    return f"{100 * value:.{digits}f} %" if value else "0 %"


def _p(value: Any) -> str:
    if is_missing(value):
        return screen.MISSING
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _rho(value: Any) -> str:
    return screen.MISSING if is_missing(value) else f"{value:.2f}"
