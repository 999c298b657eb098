"""Live and replay over calendar time, each Space against its creator's own usual. No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit.stats.columns import (
    COUNT,
    FLAG,
    INSTANT,
    NUMBER,
    TEXT,
    floats,
    frame,
    pick_spaces,
    schema,
    zoned,
)
from spacekit.stats.groups import creator_keys
from spacekit.stats.measures import measures

_FEWEST_SPACES: Final = 3  # of a creator, for a usual to compare with
_AUDIENCE: Final = pd.CategoricalDtype(["live", "replay"])
_TREND: Final = schema(
    (TEXT, "space_id creator_id creator_screen_name"),
    (INSTANT, "started_at"),
    (COUNT, "live replay"),
    (NUMBER, "live_usual replay_usual live_change replay_change"),
    (TEXT, "left_out"),
)


def trend(spaces: pd.DataFrame) -> pd.DataFrame:
    """
    Return each Space's counts against its creator's usual, so that large and small creators share one scale.

    Parameters
    ----------
    spaces
        The `spaces` table.

    Returns
    -------
    frame
        One row a Space, in the order and on the index of `spaces`: `space_id, creator_id, creator_screen_name,
        started_at, live, replay`; `live_usual`, `replay_usual`: median of the creator's other Spaces;
        `live_change`, `replay_change`: log2(count / usual), 0 for as usual, 1 for twice; `<NA>` where one of the
        two is 0. `left_out`: why a Space has no usual, or `<NA>`: its reason of exclusion (see `measures`), `no
        start`, `no creator` or `fewer than 3 Spaces` of its creator.

    Examples
    --------
    >>> import spacekit as sk
    >>> changes = sk.stats.trend(sk.sample_batch().spaces)
    >>> changes.loc[changes.left_out.isna(), ["live", "live_usual", "live_change"]].head(3).round(2)
        live  live_usual  live_change
    0  26463     49279.5         -0.9
    1   1250       867.0         0.53
    2    151       130.0         0.22
    """
    table = pick_spaces(spaces, "creator_id started_at").reset_index(drop=True)
    measured = measures(spaces).reset_index(drop=True)
    table = table.join(measured[["space_id", "creator_screen_name", "live", "replay", "excluded"]])
    table["key"] = creator_keys(spaces).array
    table["left_out"] = _reasons(table)
    kept = table[table.left_out.isna()]
    for name in ("live", "replay"):
        count = pd.Series(floats(kept[name]), index=kept.index)
        usual = _median_of_others(count, kept.key)
        table[f"{name}_usual"] = usual.reindex(table.index)
        change = np.log2(count[(count > 0) & (usual > 0)]) - np.log2(usual[(count > 0) & (usual > 0)])
        table[f"{name}_change"] = change.reindex(table.index)
    return frame(table, _TREND, spaces.index)


def trend_periods(
    spaces: pd.DataFrame, every: str = "MS", tz: str = "UTC", thin_below: int = 5
) -> pd.DataFrame:
    """
    Return the median change against the usual in each period of calendar time.

    Parameters
    ----------
    spaces
        The `spaces` table.
    every
        Length of a period, as pandas names it: "MS" months, "7D" weeks from the first day on, "QS" quarters.
    tz
        Time zone of the calendar.
    thin_below
        Periods with fewer creators are marked as thin.

    Returns
    -------
    frame
        One row for each period and audience, from the first to the last: `period` (its start, in `tz`), `audience`
        ("live" or "replay", categorical), `n` Spaces, `n_creators`, `change_median, change_q25, change_q75` (of
        `trend`; `<NA>` with no Space), `thin`.

    Raises
    ------
    ValueError
        There is no such `every` or `tz`.

    Examples
    --------
    >>> import spacekit as sk
    >>> periods = sk.stats.trend_periods(sk.sample_batch().spaces, every="QS")
    >>> periods[["audience", "n", "n_creators", "change_median"]].tail(2).round(2)
      audience   n  n_creators  change_median
    2     live  31          11          -0.06
    3   replay  32          11          -0.05
    """
    table = trend(spaces).reset_index(drop=True)
    table["period"] = zoned(table.started_at, tz).dt.tz_localize(None)
    table["key"] = creator_keys(spaces).array
    table = table[table.live_change.notna() | table.replay_change.notna()]
    parts = [_periods(table, name, every) for name in _AUDIENCE.categories]
    joined = pd.concat(parts, ignore_index=True).sort_values(["period", "audience"], ignore_index=True)
    period = joined.period.dt.tz_localize(
        tz, ambiguous=np.ones(len(joined), dtype=bool), nonexistent="shift_forward"
    )
    dtypes = schema(
        (pd.DatetimeTZDtype("ms", tz), "period"),
        (_AUDIENCE, "audience"),
        (COUNT, "n n_creators"),
        (NUMBER, "change_median change_q25 change_q75"),
        (FLAG, "thin"),
    )
    return frame({**joined, "period": period, "thin": joined.n_creators < thin_below}, dtypes)


def _reasons(table: pd.DataFrame) -> pd.Series[Any]:
    reason = table.excluded
    for text, applies in (("no start", table.started_at.isna()), ("no creator", table.key.isna())):
        reason = reason.mask(reason.isna() & applies, text)
    sizes = table.key[reason.isna()].value_counts()
    few = table.key.map(sizes).fillna(0).astype("int64") < _FEWEST_SPACES
    return reason.mask(reason.isna() & few, f"fewer than {_FEWEST_SPACES} Spaces")


def _median_of_others(values: pd.Series[Any], key: pd.Series[Any]) -> pd.Series[Any]:
    """Return, for each value, the median of the others with its key; every key has two values or more."""
    table = pd.DataFrame({"key": key, "value": values}).sort_values(["key", "value"])
    ordered = table.value.to_numpy()
    groups = table.groupby("key").value
    place = groups.cumcount().to_numpy()
    size = groups.transform("size").to_numpy(dtype=np.int64)
    start = np.arange(len(table)) - place

    def among_others(rank: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.float64]]:
        values_there: np.ndarray[Any, np.dtype[np.float64]] = ordered[start + rank + (rank >= place)]
        return values_there

    middle = (among_others((size - 2) // 2) + among_others((size - 1) // 2)) / 2
    return pd.Series(middle, index=table.index).reindex(values.index)


def _periods(table: pd.DataFrame, audience: str, every: str) -> pd.DataFrame:
    """Summarise one audience in every period from the first to the last of the table."""
    change = pd.Series(floats(table[f"{audience}_change"]), index=table.index)
    changes = table[["period"]].assign(change=change, key=table.key.mask(change.isna()))
    try:
        grouped = changes.groupby(pd.Grouper(key="period", freq=every, closed="left", label="left"))
    except ValueError as error:
        raise ValueError(f"every: cannot use {every!r} as a period. Use 'MS', '7D' or 'QS'.") from error
    quartiles = grouped.change.quantile(np.array([0.25, 0.5, 0.75])).unstack()
    found = pd.DataFrame({"n": grouped.change.count(), "n_creators": grouped.key.nunique()})
    for name, part in (("change_median", 0.5), ("change_q25", 0.25), ("change_q75", 0.75)):
        found[name] = quartiles.get(part)
    return found.reset_index().assign(audience=pd.Categorical([audience] * len(found), dtype=_AUDIENCE))
