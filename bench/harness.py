"""
Measure two ways to the same result, alternately, and say whether the target was met. It knows no topic.

A topic is a module `bench/<topic>.py` with a function `rows()` that yields a `Row` for each case::

    def rows():
        records = make_spaces(10_000)
        yield compare(
            "10,000 records in memory",
            lambda: sk.normalize(records),
            lambda: by_json_normalize(records),
            check=same_tables,              # called with both results; raises AssertionError if they differ
            target=Target(times_as_fast=2.5),
        )
"""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

# A measured stretch is at least this long, so that the clock's grain and a short pause do not show.
SHORTEST_S = 0.02

Seconds = Callable[[], float]


@dataclass(frozen=True)
class Target:
    """
    What a case has to reach; None sets no bound.

    Attributes
    ----------
    times_as_fast
        The other way's median time over ours, at least.
    times_the_time
        Our median time over the other way's, at most.
    under_s
        Our median time in seconds, below this.
    """

    times_as_fast: float | None = None
    times_the_time: float | None = None
    under_s: float | None = None

    def words(self) -> str:
        """Return the bounds as a reader wants them: '>= 4 x as fast, < 2.5 ms'."""
        bounds = [
            f">= {self.times_as_fast:g} x as fast" if self.times_as_fast is not None else "",
            f"<= {self.times_the_time:g} x the time" if self.times_the_time is not None else "",
            f"< {time_text(self.under_s)}" if self.under_s is not None else "",
        ]
        return ", ".join(bound for bound in bounds if bound) or "none"

    def met(self, ours_s: float, theirs_s: float) -> bool:
        """Compare the medians with all bounds; `theirs_s` is NaN where there is nothing to compare with."""
        return (
            (self.times_as_fast is None or theirs_s >= self.times_as_fast * ours_s)
            and (self.times_the_time is None or ours_s <= self.times_the_time * theirs_s)
            and (self.under_s is None or ours_s < self.under_s)
        )


@dataclass(frozen=True)
class Row:
    """One line of the printed table; a topic may fill one itself for what is no time, such as memory."""

    case: str
    ours: str
    theirs: str
    ratio: str
    target: str
    met: bool
    checked: str = field(default="not checked")


def compare(
    case: str,
    ours: Callable[[], object],
    theirs: Callable[[], object],
    *,
    check: Callable[..., None],
    target: Target,
    repeats: int = 7,
) -> Row:
    """
    Time two functions alternately, after `check` has seen that their results agree.

    Parameters
    ----------
    case
        What is done, in a few words.
    ours, theirs
        Functions without arguments that return their result.
    check
        Called once with both results; raises AssertionError where they differ.
    target
        What has to be reached.
    repeats
        Number of rounds; the median counts.

    Returns
    -------
    row
        The medians, with the fastest and slowest round.
    """
    checked = check_text(lambda: check(ours(), theirs()))
    return compare_seconds(
        case, stretch(ours), stretch(theirs), checked=checked, target=target, repeats=repeats
    )


def compare_seconds(
    case: str, ours: Seconds, theirs: Seconds, *, checked: str, target: Target, repeats: int = 7
) -> Row:
    """Like `compare`, for functions that measure themselves and return seconds (other processes)."""
    rounds = [(ours(), theirs()) for _ in range(repeats)]
    ours_s, theirs_s = ([one[side] for one in rounds] for side in (0, 1))
    ours_median, theirs_median = statistics.median(ours_s), statistics.median(theirs_s)
    return Row(
        case,
        spread_text(ours_s),
        spread_text(theirs_s),
        ratio_text(ours_median, theirs_median, target),
        target.words(),
        target.met(ours_median, theirs_median) and not checked.startswith("DIFFER"),
        checked,
    )


def measure(case: str, ours: Callable[[], object], *, check: Callable[..., None], target: Target) -> Row:
    """Time one function that has nothing to compare with; `check` is called once with its result."""
    checked = check_text(lambda: check(ours()))
    return measure_seconds(case, stretch(ours), checked=checked, target=target)


def measure_seconds(case: str, ours: Seconds, *, checked: str, target: Target) -> Row:
    """Like `measure`, for a function that measures itself and returns seconds, such as one that has to wait first."""
    times = [ours() for _ in range(7)]
    met = target.met(statistics.median(times), math.nan) and not checked.startswith("DIFFER")
    return Row(case, spread_text(times), "", "", target.words(), met, checked)


def stretch(function: Callable[[], object]) -> Seconds:
    """Turn a function into one that runs it often enough to be measured and returns the seconds of a run."""
    started = time.perf_counter()
    function()
    number = max(1, math.ceil(SHORTEST_S / max(time.perf_counter() - started, 1e-9)))

    def seconds() -> float:
        started = time.perf_counter()
        for _ in range(number):
            function()
        return (time.perf_counter() - started) / number

    return seconds


def check_text(check: Callable[[], None]) -> str:
    """Run a check of the results and say how it ended."""
    try:
        check()
    except AssertionError as error:
        return f"DIFFER: {str(error).strip().splitlines()[0] if str(error).strip() else 'no detail given'}"
    return "equal"


def time_text(seconds: float) -> str:
    """Write a time in the unit that suits it, to three figures."""
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1 or unit == "µs":
            break
    value = seconds * scale
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"


def spread_text(times: list[float]) -> str:
    """Write the median with the fastest and the slowest: '2.1 ms (2.0 to 2.4)'."""
    median, *ends = (time_text(value) for value in (statistics.median(times), min(times), max(times)))
    unit = median.rpartition(" ")[2]
    low, high = (end.removesuffix(f" {unit}") for end in ends)
    return f"{median} ({low} to {high})"


def ratio_text(ours_s: float, theirs_s: float, target: Target) -> str:
    """Write the ratio the way round that the target has it."""
    if target.times_the_time is not None:
        return f"{ours_s / theirs_s:.2f} x the time"
    return f"{theirs_s / ours_s:.1f} x as fast"


def table_text(rows: list[Row]) -> str:
    """Write the rows as a table with aligned columns."""
    head = ("case", "spacekit", "other", "ratio", "target", "", "results")
    lines = [head]
    for row in rows:
        met = "met" if row.met else "MISSED"
        lines.append((row.case, row.ours, row.theirs, row.ratio, row.target, met, row.checked))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    texts = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    return "\n".join(text.rstrip() for text in texts)
