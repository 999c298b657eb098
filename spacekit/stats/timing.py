"""When Spaces are on air: punctuality, and what runs at the same time. No drawing."""

from __future__ import annotations

import heapq
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.columns import (
    COUNT,
    FLAG,
    INSTANT,
    SPAN,
    TEXT,
    floats,
    frame,
    pick_spaces,
    repeated_rows,
    schema,
)
from spacekit.stats.groups import By, group_labels, numbered_groups
from spacekit.stats.medians import quantiles
from spacekit.tables import first_reason, has_ended
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_PUNCTUALITY: Final = schema(
    (TEXT, "group"),
    (COUNT, "n n_unscheduled n_repeated early on_time late"),
    (SPAN, "delay_median delay_q25 delay_q75"),
)
_TIMELINE: Final = schema(
    (TEXT, "space_id title creator_screen_name"),
    (INSTANT, "started_at ended_at"),
    (FLAG, "is_open"),
    (COUNT, "lane overlaps"),
    (TEXT, "left_out"),
)


@keyless
def punctuality(
    spaces: Spaces, by: By = None, tolerance: arguments.Span = "1min", tz: str = "UTC"
) -> pd.DataFrame:
    """
    Return how late Spaces start, over all or in each group.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by, tz
        As in `compare`.
    tolerance
        Up to this much early or late counts as on time: a span of 0 or more.

    Returns
    -------
    frame
        One row a group (`all` without `by`): `group`, `n` (started Spaces that were scheduled), `n_unscheduled`
        (started without a schedule), `n_repeated` (older rows of the same Spaces, left out), `early, on_time, late`
        (counts that add up to `n`), `delay_median, delay_q25, delay_q75` (negative is early; `NaT` with none). Spaces
        that have not started are not counted, and a group of only such Spaces has no row.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        `tolerance` is not such a span, there is no such `by` or `tz`, or a column is missing.

    Examples
    --------
    >>> import spacekit as sk
    >>> delays = sk.stats.punctuality(sk.sample_batch().spaces)
    >>> delays[["n", "n_unscheduled", "early", "on_time", "late"]]
        n  n_unscheduled  early  on_time  late
    0  80              1      1       45    34
    """
    spaces = spaces_in(spaces)
    allowed = arguments.span("tolerance", tolerance)
    table = pick_spaces(spaces, "space_id scheduled_start started_at").reset_index(drop=True)
    names, table["group"] = numbered_groups(group_labels(spaces, by, tz), by)
    table["repeated"] = repeated_rows(spaces)
    table = table.dropna(subset="started_at")
    columns = {"group": names, **_punctual(table, len(names), allowed)}
    shown = np.ones(1, dtype=bool) if by is None else np.bincount(table.group, minlength=len(names)) > 0
    return frame(pd.DataFrame(columns)[shown].reset_index(drop=True), _PUNCTUALITY)


def _punctual(table: pd.DataFrame, groups: int, tolerance: pd.Timedelta) -> dict[str, Any]:
    """Return the columns of `punctuality`, a row a group."""
    group, once = table.group.to_numpy(), ~table.repeated.to_numpy(dtype=bool)
    delay = floats(table.started_at - table.scheduled_start)  # milliseconds
    most, known = tolerance / pd.Timedelta(1, "ms"), once & ~np.isnan(delay)

    def count(rows: np.ndarray[Any, np.dtype[np.bool_]]) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.bincount(group[rows], minlength=groups)

    def at(part: float) -> np.ndarray[Any, Any]:
        found = quantiles(delay[known], group[known], groups, part)
        spans = np.full(groups, np.timedelta64("NaT", "ms"))
        spans[~np.isnan(found)] = found[~np.isnan(found)].astype(np.int64)
        return spans

    return {
        "n": count(known),
        "n_unscheduled": count(once & np.isnan(delay)),
        "n_repeated": count(~once),
        "early": count(known & (delay < -most)),
        "on_time": count(known & (np.abs(delay) <= most)),
        "late": count(known & (delay > most)),
        "delay_median": at(0.5),
        "delay_q25": at(0.25),
        "delay_q75": at(0.75),
    }


@keyless
def timeline(spaces: Spaces) -> pd.DataFrame:
    """
    Return when each Space was on air, in lanes, so that no two bars of a lane overlap.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.

    Returns
    -------
    frame
        One row a Space, in the order and on the index of `spaces`: `space_id, title, creator_screen_name,
        started_at`; `ended_at`, or `fetched_at` while it has not ended (`is_open`); `lane` from 0, as few as
        possible; `overlaps`: number of other Spaces on air at the same moment; `left_out`: why a Space has no bar, or
        `<NA>`: `repeated` (an older row of a Space), `no start`, `no end`, `end before start`. Spaces that only
        touch do not overlap.

    Examples
    --------
    >>> import spacekit as sk
    >>> placed = sk.stats.timeline(sk.sample_batch().spaces)
    >>> placed.loc[placed.overlaps > 0, ["space_id", "lane", "overlaps"]].head(3)
             space_id  lane  overlaps
    22  1SAMPLEerly03     0         1
    23  1SAMPLEemoji1     1         1
    37  1SAMPLEnoFlag     0         1
    """
    spaces = spaces_in(spaces)
    table = on_air(spaces)
    # In the order of ids, so that lanes do not depend on the order of rows.
    kept = table[table.left_out.isna()].sort_values("space_id")
    lanes = pd.Series(_lanes(*_bars(kept)), index=kept.index, dtype=COUNT)
    return frame(table.assign(lane=lanes.reindex(table.index)), _TIMELINE, spaces.index)


def on_air(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return what `timeline` does by place, without the lanes: to find them takes long where there are many Spaces."""
    names = "space_id title creator_screen_name state started_at ended_at fetched_at"
    table = pick_spaces(spaces, names).reset_index(drop=True)
    begun = table.started_at.notna() & table.ended_at.isna()
    table["is_open"] = begun & ~has_ended(table)
    table["ended_at"] = table.ended_at.mask(table.is_open, table.fetched_at)
    table["left_out"] = _no_bar(table, pd.Series(repeated_rows(spaces)))
    kept = table[table.left_out.isna()]
    overlaps = pd.Series(_overlaps(*_bars(kept)), index=kept.index, dtype=COUNT)
    return table.assign(overlaps=overlaps.reindex(table.index))


def most_at_once(placed: pd.DataFrame) -> int:
    """Return how many Spaces were on air at once at most: as many as there are lanes. All rows have a bar."""
    start, end = (np.sort(moments) for moments in _bars(placed))
    over = np.searchsorted(end, start, side="right")
    return int((np.arange(1, len(start) + 1) - over).max(initial=0))


def _bars(placed: pd.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return start and end of each bar in milliseconds; a Space without length still takes a place."""
    start, end = (placed[name].astype("int64").to_numpy() for name in ("started_at", "ended_at"))
    return start, np.maximum(end, start + 1)


def by_day(placed: pd.DataFrame, tz: str) -> pd.DataFrame:
    """
    Return the bars of `timeline` cut at each midnight of a zone, for a chart of days by hours.

    Returns
    -------
    frame
        One row a Space and day: `row` (place in `placed`), `day` (its midnight, in `tz`), `from_hour` (as the clock
        shows it) and `to_hour` (at most 24): hours of the clock at the start, and of the time that passed from there.
    """
    start, end = (placed[name].dt.tz_convert(tz) for name in ("started_at", "ended_at"))
    first, last = (_days(instants) for instants in (start, end))
    n = np.maximum(last - first, 0) + 1
    row = np.repeat(np.arange(len(placed)), n)
    day = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    is_first = day == first[row]
    begun = np.where(is_first, _hour(start)[row], 0.0)
    midnight = pd.Series(day.astype("datetime64[D]").astype("datetime64[ms]")).dt.tz_localize(
        tz, ambiguous=np.ones(len(day), dtype=bool), nonexistent="shift_forward"
    )
    since = midnight.where(~is_first, pd.Series(start.array[row]))
    passed = (pd.Series(end.array[row]) - since).dt.total_seconds().to_numpy() / 3_600
    table = {"row": row, "day": midnight, "from_hour": begun, "to_hour": np.minimum(begun + passed, 24.0)}
    pieces = pd.DataFrame(table)
    kept: pd.DataFrame = pieces[is_first | (passed > 0)]
    return kept.reset_index(drop=True)


def _days(local: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.int64]]:
    days: np.ndarray[Any, np.dtype[np.int64]] = (
        local.dt.tz_localize(None).to_numpy().astype("datetime64[D]").astype(np.int64)
    )
    return days


def _hour(local: pd.Series[Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the time of day in hours."""
    return floats(local.dt.hour + local.dt.minute / 60 + local.dt.second / 3_600)


def _no_bar(table: pd.DataFrame, repeated: pd.Series[Any]) -> pd.Series[Any]:
    tests = {
        "repeated": repeated,
        "no start": table.started_at.isna(),
        "no end": table.ended_at.isna(),
        "end before start": table.ended_at < table.started_at,
    }
    return first_reason(tests, table.index)


def _lanes(start: np.ndarray[Any, Any], end: np.ndarray[Any, Any]) -> list[int]:
    """Return the lowest lane that is free at each start: the fewest lanes possible."""
    lanes = [0] * len(start)
    busy: list[tuple[int, int]] = []
    free: list[int] = []
    for place in np.lexsort((end, start)):
        while busy and busy[0][0] <= start[place]:
            heapq.heappush(free, heapq.heappop(busy)[1])
        lanes[place] = heapq.heappop(free) if free else len(busy)
        heapq.heappush(busy, (int(end[place]), lanes[place]))
    return lanes


def _overlaps(start: np.ndarray[Any, Any], end: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Count the others that start before the end and end after the start of each."""
    begun = np.searchsorted(np.sort(start), end, side="left")
    over = np.searchsorted(np.sort(end), start, side="right")
    return begun - over - 1
