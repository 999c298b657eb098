"""Sentences of charts: n, what is left out and why, when it was fetched. Counts come from `stats`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

import pandas as pd

from spacekit import fields, stats
from spacekit.plot.labels import HARD_BLANK
from spacekit.stats.ages import age_range, groups_apart
from spacekit.stats.columns import newest_rows, pick_spaces
from spacekit.stats.measures import lacking, recordings_unknown
from spacekit.words import UNDEFINED, period, plural, span

COUNTS: Final = f"{UNDEFINED} Plays keep growing after the end."
"""What the two counts are; on every chart that shows plays. Where only live listeners are shown: `UNDEFINED`."""

_told_elsewhere: ContextVar[bool] = ContextVar("told_elsewhere", default=False)  # a context is of one thread

SHARE: Final = "The replay share compares counts, not people, and grows with age."
"""What the replay share is; on every chart that shows it."""


def of(n: int, spaces: pd.DataFrame) -> str:
    """Say how many of the table's Spaces the chart rests on; a Space with several rows is one."""
    return f"n = {n:,} of {plural(len(newest_rows(spaces)), 'Space')}"


def not_shown(n: int, shown: int, what: str = "groups") -> str:
    """Say how many of the groups are not drawn; "" where all are."""
    return f"The {shown:,} largest of {n:,} {what}; {n - shown:,} not shown." if n > shown else ""


def left_out(spaces: pd.DataFrame, *, plays: bool = True) -> str:
    """Say how many Spaces are left out, by reason; of plays, which 0 is in doubt, of live, which had no recording."""
    if plays:
        return " ".join(filter(None, [reasons(stats.exclusions(spaces)), unknown_recordings(spaces)]))
    measured = stats.measures(spaces)
    why = lacking(measured, "live")
    n = int((measured["excluded"].eq("no recording") & why.isna()).sum())
    kept = f"Live listeners of {plural(n, 'Space')} without a recording count, too." if n else ""
    return " ".join(filter(None, [reasons(tally(why)), kept]))


def unknown_recordings(spaces: pd.DataFrame) -> str:
    """Say how many Spaces count as 0 plays though nothing says that there was a recording; "" for none."""
    n = recordings_unknown(spaces)
    return f"Recording unknown: {n:,}, kept with 0 plays." if n else ""


def repeated(spaces: pd.DataFrame) -> str:
    """Say how many older rows of Spaces are left out; "" where there are none."""
    n = len(spaces) - len(newest_rows(spaces))
    return f"Left out: {n:,} repeated." if n else ""


def zeros(live: int, replay: int, words: str) -> str:
    """Say how many counts of 0 a logarithm keeps, and how; "" where there are none."""
    return f"A count of 0 is kept ({live:,} live, {replay:,} replay): {words}." if live + replay else ""


def reasons(counts: pd.DataFrame) -> str:
    """Word a table of `reason` and `n`; "" where nothing is left out."""
    named = [
        together(f"{n:,} {reason}") for reason, n in zip(counts["reason"], counts["n"], strict=True) if n > 0
    ]
    return f"Left out: {', '.join(named)}." if named else ""


def tally(reason: pd.Series[Any]) -> pd.DataFrame:
    """Count a column of reasons, most frequent first, those as frequent by their names."""
    counted = reason.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    return counted.rename_axis("reason").reset_index(name="n")


def ages_apart(spaces: pd.DataFrame, by: Any) -> str:
    """Say how far the ages of groups are apart, where that is too far to compare plays."""
    words = groups_apart(spaces, by)
    return f"{words[:1].upper()}{words[1:]}: too far apart to compare plays." if words else ""


def rho(row: Any) -> str:
    """Word Spearman's rho and its interval, from a row of `stats.compare` or `stats.correlation`."""
    if pd.isna(row["spearman"]):
        return "Spearman's rho is undefined."
    interval = "too few for an interval"
    if pd.notna(row["spearman_low"]):
        interval = f"95 % interval {row['spearman_low']:.2f} to {row['spearman_high']:.2f}"
    return f"Spearman's rho {row['spearman']:.2f} ({interval})."


def together(words: str) -> str:
    """Keep words on one line."""
    return words.replace(" ", HARD_BLANK)


def fetched(spaces: pd.DataFrame, *, ages: bool = True) -> str:
    """Say when the counts were true, as far as is known, and how old the Spaces were then."""
    if "age_before" in spaces:
        return _at_one_age(spaces) if ages else ""
    times = pick_spaces(spaces, "fetched_at")["fetched_at"].dropna()
    if times.empty:
        return "The time of fetching is unknown." if len(spaces) else ""
    when = period(*(time.value // 1_000_000 for time in (times.min(), times.max())))
    when = when.replace(" UTC", f"{HARD_BLANK}UTC")
    unknown = f" ({len(spaces) - len(times):,} at an unknown time)" if len(times) < len(spaces) else ""
    return f"Fetched {when}{unknown}{_ages(spaces) if ages else ''}."


def _ages(spaces: pd.DataFrame) -> str:
    ages = age_range(spaces)
    if pd.isna(ages.youngest):
        return ""
    youngest, oldest = (together(span(age)) for age in (ages.youngest, ages.oldest))
    known = f", {youngest} after the end" if youngest == oldest else f", {youngest} to {oldest} after the end"
    remarks = [
        "too far apart to compare plays" if ages.tenfold else "",
        f"unknown for {ages.n_unknown:,}" if ages.n_unknown else "",
    ]
    return f"{known} ({'; '.join(filter(None, remarks))})" if any(remarks) else known


def _at_one_age(spaces: pd.DataFrame) -> str:
    """Say at which age plays are those of `stats.at_age`: its times are not those of fetching."""
    age = age_range(spaces).youngest
    return (
        "" if pd.isna(age) else f"Plays {together(span(age))} after the end, read between two observations."
    )


# -- the grey line -----------------------------------------------------------------------------------------------------


def grey_line(n: str, spaces: pd.DataFrame, *, ages: bool = True) -> str:
    """Return n, the dates of fetching and "made-up data", each kept on one line where there is room."""
    parts = [together(part) for part in (n, _days_fetched(spaces, ages=ages), _made_up(spaces)) if part]
    return f"{HARD_BLANK}· ".join(parts)


def _days_fetched(spaces: pd.DataFrame, *, ages: bool) -> str:
    """Say on which day or days the table was fetched; of `stats.at_age`, at which age plays are read."""
    if "age_before" in spaces:
        age = age_range(spaces).youngest
        return "" if pd.isna(age) or not ages else f"plays {span(age)} after the end"
    times = pick_spaces(spaces, "fetched_at")["fetched_at"].dropna()
    if times.empty:
        return "time of fetching unknown" if len(spaces) else ""
    first, last = (f"{time:%Y-%m-%d}" for time in (times.min(), times.max()))
    return f"fetched {last}" if first == last else f"fetched {first} to {last}"


@contextmanager
def made_up_told_elsewhere() -> Iterator[None]:
    """Leave "made-up data" out of the charts of this thread: what they stand in says it."""
    token = _told_elsewhere.set(True)
    try:
        yield
    finally:
        _told_elsewhere.reset(token)


def _made_up(spaces: pd.DataFrame) -> str:
    if _told_elsewhere.get():
        return ""
    n = int(spaces["space_id"].astype(fields.DTYPES["id"]).str.startswith(fields.MADE_UP_PREFIX).sum())
    some = "" if n == len(spaces) else f" ({n:,} of {len(spaces):,} rows)"
    return f"made-up data{some}" if n else ""
