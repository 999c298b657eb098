"""Which Spaces a command of analysis looks at: INPUT, --since, --until, --at-age, --join. It compares nothing."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from zoneinfo import available_timezones

import pandas as pd

from spacekit.cli.codes import DONE, INCOMPLETE
from spacekit.cli.inputs import opened, read_code, remark
from spacekit.cli.joining import count_spaces, joined
from spacekit.cli.nearest import unknown
from spacekit.cli.options import UsageError, arguments_checked
from spacekit.cli.saying import note
from spacekit.errors import DataError
from spacekit.stats.columns import check_zone, pick_observations
from spacekit.words import cell, plural, show

if TYPE_CHECKING:
    from spacekit.archive.sources import Source

_DAY: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_INSTANT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)


class Selected(NamedTuple):
    """What a command looks at: the table, the names of joined columns, and the exit code of reading it."""

    table: pd.DataFrame
    own: list[str]
    code: int


def selected(args: argparse.Namespace, *, observations: bool = False) -> Selected:
    """
    Return the Spaces, or all observations of them, that the arguments name.

    Raises
    ------
    UsageError
        Options do not go together, or a time cannot be read.
    """
    window = _Window.of(args)
    if getattr(args, "on", None) is not None and not args.join:
        raise UsageError("--on says how to match a table: add --join FILE")
    age = getattr(args, "at_age", None)
    if age is None and getattr(args, "max_gap", None) is not None:
        raise UsageError("--max-gap is about counts at an age: add --at-age AGE")
    with opened(args.input) as source:
        table = _table(source, observations or age is not None)
        code = read_code(source)
    with arguments_checked():
        table = window.of_table(table)
    if age is not None:
        table = _at_same_age(table, age, args.max_gap)
        code = max(code, DONE if table["total_replay_watched"].notna().any() else INCOMPLETE)
    before = set(table)
    for path in getattr(args, "join", []):
        table = joined(table, path, args.on)
    own = [str(name) for name in table if name not in before]
    return Selected(table, own, code if len(table) else max(code, INCOMPLETE))


def _table(source: Source, observations: bool) -> pd.DataFrame:
    """Return the table of a source, or that of its observations, which takes times of fetching."""
    if observations and not source.keeps_observations and "fetched_at" not in source.spaces:
        raise DataError(f"{source.name}: it has no column 'fetched_at', so no age of the answers is known.")
    seen = source.observations if observations else None
    remark(source, seen)
    return source.spaces if seen is None else seen


def _at_same_age(observations: pd.DataFrame, age: pd.Timedelta, max_gap: pd.Timedelta | None) -> pd.DataFrame:
    """Return the Spaces as they were at an age."""
    from spacekit import stats

    with arguments_checked():
        return stats.at_age(observations, age, max_gap)


class _Window(NamedTuple):
    """From when to when Spaces started, half-open; in the zone in which the two were written."""

    since: pd.Timestamp | None
    until: pd.Timestamp | None
    tz: str

    @classmethod
    def of(cls, args: argparse.Namespace) -> _Window:
        _check_zone(args.tz)
        since, until = (
            text if text is None else _instant(f"--{name}", text, args.tz)
            for name, text in (("since", args.since), ("until", args.until))
        )
        if since is not None and until is not None and since >= until:
            raise UsageError(f"--since {args.since} is not before --until {args.until}")
        return cls(since, until, args.tz)

    def of_table(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return the rows of the Spaces that started within, and say how many did not."""
        if self.since is None and self.until is None:
            return table
        starts = _starts(table)
        within = starts.notna()
        if self.since is not None:
            within &= starts >= self.since
        if self.until is not None:
            within &= starts < self.until
        n, total, unknown = map(count_spaces, (table[within], table, table[starts.isna()]))
        lacking = f", {unknown:,} of them without a start" if unknown else ""
        words = f"{n:,} of {plural(total, 'Space')} started {self._words()}; {total - n:,} left out{lacking}."
        note(words, cause=not n)
        return table[within].reset_index(drop=True)

    def _words(self) -> str:
        since = f"from {cell(self.since)} on" if self.since is not None else ""
        until = f"before {cell(self.until)}" if self.until is not None else ""
        return f"{' and '.join(filter(None, [since, until]))} ({self.tz})"


def _check_zone(tz: str) -> None:
    """Refuse what is no time zone, with the nearest that are."""
    try:
        check_zone(tz)
    except ValueError:
        zones = dict.fromkeys(["UTC", "Europe/Berlin", "America/New_York", *sorted(available_timezones())])
        raise UsageError(f"--tz: {unknown('time zone', tz, zones)}") from None


def _starts(table: pd.DataFrame) -> pd.Series[Any]:
    """Return when the Space of each row started, by its newest row that says so."""
    times = pick_observations(table, "space_id started_at fetched_at")
    newest = (
        times.sort_values("fetched_at", na_position="first", kind="stable")
        .groupby("space_id")
        .started_at.last()
    )
    return times.space_id.map(newest).where(times.space_id.notna(), times.started_at)


def _instant(option: str, text: str, tz: str) -> pd.Timestamp:
    """Read a year, month, day or instant; one without an offset is in the zone."""
    text = text.strip()
    read = _parsed(text)
    if read is None:
        raise UsageError(
            f"{option}: cannot read {show(text)}. Use a time such as 2026, 2026-03, 2026-03-31, 2026-03-31T20:00 or "
            "2026-03-31T20:00Z"
        )
    if read.tzinfo is not None:
        return read.tz_convert(tz)
    if _DAY.fullmatch(text):  # a day begins at its first instant
        return read.tz_localize(tz, nonexistent="shift_forward", ambiguous=True)
    local: Any = read.tz_localize(tz, nonexistent="NaT", ambiguous="NaT")
    if local is pd.NaT:
        raise UsageError(
            f"{option}: in {tz}, {text} happens twice or not at all, as clocks change. Add an offset, as in {text}Z"
        )
    return pd.Timestamp(local)


def _parsed(text: str) -> pd.Timestamp | None:
    """Return a time of one of the forms that are known."""
    try:
        return pd.Timestamp(text) if _DAY.fullmatch(text) or _INSTANT.fullmatch(text) else None
    except ValueError:  # a 31st of February, for one
        return None
