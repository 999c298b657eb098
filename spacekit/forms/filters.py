"""Which Spaces are in view, and why the others are not. A table in; a mask, counts and code out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit import stats
from spacekit.stats.columns import pick_spaces, zoned
from spacekit.stats.measures import NO_REPLAY

_Mask = npt.NDArray[np.bool_]
_SEARCHED: Final = ("title", "creator_screen_name")


@dataclass(frozen=True)
class Filters:
    """
    The conditions for a Space to be in view. The defaults keep all.

    Attributes
    ----------
    hosts, states
        Groups of `stats.group_labels` by "host" and "state"; none chosen means all.
    first, last
        First and last day on which a Space may have started, as the clocks of `tz` show them.
    least_live
        Least number of live listeners.
    only_replay
        Whether to leave out Spaces that can have no replay: not ended, or not recorded.
    tz
        Time zone of the days.
    words
        What the title or the host's name has to hold, in any case; blanks around it do not count.
    """

    hosts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    least_live: int = 0
    only_replay: bool = False
    tz: str = "UTC"
    words: str = ""


class _Step(NamedTuple):
    """One filter: code that keeps the right Spaces, and which ones are out for which reason."""

    code: str
    out: list[tuple[str, _Mask]]


class _Filtered(NamedTuple):
    """
    What filters make of a table.

    Attributes
    ----------
    kept
        Whether each row is in view.
    left_out
        One row for each reason that removed any: `reason`, `n`. A Space counts once, for its first reason.
    code
        The lines of code that filter `spaces` in the same way.
    """

    kept: _Mask
    left_out: pd.DataFrame
    code: str


def apply(spaces: pd.DataFrame, filters: Filters) -> _Filtered:
    """Filter a table."""
    steps, kept, rows = [*_steps(spaces, filters)], np.ones(len(spaces), dtype=bool), []
    for reason, out in (pair for step in steps for pair in step.out):
        rows.append((reason, int((kept & out).sum())))
        kept &= ~out
    counted = pd.DataFrame(rows, columns=["reason", "n"])
    return _Filtered(kept, counted[counted["n"] > 0].reset_index(drop=True), _code(steps))


def _code(steps: list[_Step]) -> str:
    joined = "\n    & ".join(step.code for step in steps)
    return f"view = spaces[\n    {joined}\n]" if steps else "view = spaces"


def _steps(spaces: pd.DataFrame, filters: Filters) -> Iterator[_Step]:
    """Yield the filters that are set, in the order in which they apply."""
    for by, chosen in (("host", filters.hosts), ("state", filters.states)):
        if chosen:
            yield _in_groups(spaces, by, chosen)
    if filters.words.strip():
        yield _named(spaces, filters.words.strip())
    if filters.first or filters.last:
        yield from _started(spaces, filters)
    if filters.least_live > 0:
        yield _large(spaces, filters.least_live)
    if filters.only_replay:
        yield _replayed(spaces)


def _in_groups(spaces: pd.DataFrame, by: str, chosen: tuple[str, ...]) -> _Step:
    inside = _mask(stats.group_labels(spaces, by).isin(list(chosen)))
    return _Step(
        f"sk.stats.group_labels(spaces, {by!r}).isin({list(chosen)!r})", [(f"another {by}", ~inside)]
    )


def _named(spaces: pd.DataFrame, words: str) -> _Step:
    """Keep Spaces with the words in their title or host; "@" before a host is no part of its name."""
    words = words.removeprefix("@")
    found = np.zeros(len(spaces), dtype=bool)
    searched = [name for name in _SEARCHED if name in spaces]
    for name in searched:
        found |= _mask(spaces[name].str.contains(words, case=False, regex=False, na=False))
    tests = [f"spaces.{name}.str.contains({words!r}, case=False, regex=False, na=False)" for name in searched]
    return _Step(f"({' | '.join(tests)})", [(f"without {words!r} in title or host", ~found)])


def _started(spaces: pd.DataFrame, filters: Filters) -> Iterator[_Step]:
    started = zoned(pick_spaces(spaces, "started_at")["started_at"], filters.tz)
    unknown = ("no known start", _mask(started.isna()))
    if filters.first:
        early = _mask(started < pd.Timestamp(filters.first, tz=filters.tz))
        yield _Step(_instant(">=", filters.first, filters.tz), [unknown, (f"before {filters.first}", early)])
    if filters.last:
        day = filters.last + timedelta(days=1)
        late = _mask(started >= pd.Timestamp(day, tz=filters.tz))
        yield _Step(_instant("<", day, filters.tz), [unknown, (f"after {filters.last}", late)])


def _instant(sign: str, day: date, tz: str) -> str:
    return f"(spaces.started_at {sign} pd.Timestamp({str(day)!r}, tz={tz!r}))"


def _large(spaces: pd.DataFrame, least: int) -> _Step:
    live = pick_spaces(spaces, "total_live_listeners")["total_live_listeners"]
    out = [
        ("no live count", _mask(live.isna())),
        (f"fewer than {least:,} live listeners", _mask(live < least)),
    ]
    return _Step(f"(spaces.total_live_listeners >= {least})", out)


def _replayed(spaces: pd.DataFrame) -> _Step:
    why = stats.measures(spaces)["excluded"]
    out = [(reason, _mask(why == reason)) for reason in NO_REPLAY]
    return _Step(f"~sk.measures(spaces).excluded.isin({[*NO_REPLAY]!r})", out)


def _mask(holds: Any) -> _Mask:
    return np.asarray(holds.astype("boolean").fillna(value=False), dtype=bool)
