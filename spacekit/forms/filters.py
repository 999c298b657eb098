"""Which Spaces are in view, and why the others are not. Pure: a table in, a mask, counts and code out."""

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

Mask = npt.NDArray[np.bool_]

_NO_REPLAY: Final = ["not ended", "no recording"]


@dataclass(frozen=True)
class Filters:
    """
    What a Space must be like to be in view; the defaults let all through.

    Attributes
    ----------
    hosts, states
        Groups of `stats.group_labels` by "host" and "state"; none chosen means all.
    first, last
        Days on which a Space may have started, both included, as the clocks of `tz` show them.
    least_live
        Live listeners, at least.
    only_replay
        Leave out those that can have no replay: not ended, or not recorded.
    tz
        Time zone of the days.
    """

    hosts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    least_live: int = 0
    only_replay: bool = False
    tz: str = "UTC"


class Step(NamedTuple):
    """One filter: the code that keeps the right Spaces, and who is out for which reason."""

    code: str
    out: list[tuple[str, Mask]]


def apply(spaces: pd.DataFrame, filters: Filters) -> tuple[Mask, pd.DataFrame]:
    """
    Filter a table.

    Returns
    -------
    kept
        Whether each row is in view.
    left_out
        One row a reason that removed any: `reason`, `n`. A Space counts once, for the first reason that holds.
    """
    kept = np.ones(len(spaces), dtype=bool)
    rows = []
    for reason, out in (pair for step in steps(spaces, filters) for pair in step.out):
        rows.append((reason, int((kept & out).sum())))
        kept &= ~out
    counted = pd.DataFrame(rows, columns=["reason", "n"])
    return kept, counted[counted["n"] > 0].reset_index(drop=True)


def code(spaces: pd.DataFrame, filters: Filters) -> str:
    """Give the line that filters `spaces` in the same way."""
    parts = [step.code for step in steps(spaces, filters)]
    if not parts:
        return "view = spaces"
    joined = "\n    & ".join(parts)
    return f"view = spaces[\n    {joined}\n]"


def steps(spaces: pd.DataFrame, filters: Filters) -> Iterator[Step]:
    """Give the filters that are set, in the order in which they are tried."""
    for by, chosen in (("host", filters.hosts), ("state", filters.states)):
        if chosen:
            yield _in_groups(spaces, by, chosen)
    if filters.first or filters.last:
        yield from _started(spaces, filters)
    if filters.least_live > 0:
        yield _large(spaces, filters.least_live)
    if filters.only_replay:
        yield _replayed(spaces)


def _in_groups(spaces: pd.DataFrame, by: str, chosen: tuple[str, ...]) -> Step:
    inside = _mask(stats.group_labels(spaces, by).isin(list(chosen)))
    return Step(f"sk.stats.group_labels(spaces, {by!r}).isin({list(chosen)!r})", [(f"another {by}", ~inside)])


def _started(spaces: pd.DataFrame, filters: Filters) -> Iterator[Step]:
    started = zoned(pick_spaces(spaces, "started_at")["started_at"], filters.tz)
    unknown = _mask(started.isna())
    if filters.first:
        from_ = pd.Timestamp(filters.first, tz=filters.tz)
        text = f"(spaces.started_at >= pd.Timestamp({str(filters.first)!r}, tz={filters.tz!r}))"
        yield Step(text, [("no start known", unknown), (f"before {filters.first}", _mask(started < from_))])
    if filters.last:
        day = filters.last + timedelta(days=1)
        text = f"(spaces.started_at < pd.Timestamp({str(day)!r}, tz={filters.tz!r}))"
        late = _mask(started >= pd.Timestamp(day, tz=filters.tz))
        yield Step(text, [("no start known", unknown), (f"after {filters.last}", late)])


def _large(spaces: pd.DataFrame, least: int) -> Step:
    live = pick_spaces(spaces, "total_live_listeners")["total_live_listeners"]
    unknown, small = _mask(live.isna()), _mask(live < least)
    return Step(
        f"(spaces.total_live_listeners >= {least})",
        [("no live count", unknown), (f"fewer than {least:,} live listeners", small)],
    )


def _replayed(spaces: pd.DataFrame) -> Step:
    why = stats.measures(spaces)["excluded"]
    out = [(reason, _mask(why == reason)) for reason in _NO_REPLAY]
    return Step(f"~sk.measures(spaces).excluded.isin({_NO_REPLAY!r})", out)


def _mask(holds: Any) -> Mask:
    return np.asarray(holds.astype("boolean").fillna(value=False), dtype=bool)
