"""Titles of charts: numbers of `stats` in, the finding in a few words out. They claim no more than the numbers do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from spacekit.stats.totals import Totals
from spacekit.words import percent, plural

NOTHING: Final = "Nothing to compare"
"""The title of a chart without a Space to draw."""

NO_GROUP: Final = "no group"
"""The name of the rows without a group, which no title names."""

FEWEST: Final = 3
"""Spaces that a group needs to be named in a title."""


def which_is_larger(of: Totals) -> str:
    """Say in how many Spaces which of the two counts is the larger."""
    ties = of.n - of.live_ahead - of.replay_ahead
    if of.n == 0:
        return "No Space with both counts"
    if of.n == 1:
        return f"{plural(of.live, 'live listener')} and {plural(of.replay, 'replay play')} in one Space"
    if ties == of.n:
        return f"As many replay plays as live listeners in {_of_all(of.n, of.n)}"
    if of.live_ahead == of.replay_ahead:
        return f"Live listeners and replay plays are each ahead in {of.live_ahead:,} of {of.n:,} Spaces"
    if of.live_ahead > of.replay_ahead:
        return f"More live listeners than replay plays in {_of_all(of.live_ahead, of.n)}"
    return f"More replay plays than live listeners in {_of_all(of.replay_ahead, of.n)}"


def _of_all(part: int, n: int) -> str:
    if n == 1:
        return "one Space"
    if part < n:
        return f"{part:,} of {n:,} Spaces"
    return "both Spaces" if n == 2 else f"all {n:,} Spaces"


def added_by_replays(of: Totals, groups: pd.DataFrame) -> str:
    """
    Say what part of the counts replays add, and which group has most of its own counts from them.

    `groups` has `group`, `n` and `share_median`. Named is the only group, of several of three Spaces or more, whose
    median share is above two thirds.
    """
    if math.isnan(of.share):
        return NOTHING
    share = f"Replays add {percent(of.share)} of"
    if of.n == 1:
        return f"{share} the counts of one Space"
    added = f"{share} all counts taken together"
    named = _named(groups)
    above = named[named["share_median"] > 2 / 3]
    only = len(above) == 1 < len(named)
    return f"{added}, and most of {above['group'].iloc[0]}'s own" if only else added


def _named(groups: pd.DataFrame) -> pd.DataFrame:
    """Return the groups that a title may name, the highest median share first."""
    known = groups[(groups["n"] >= FEWEST) & groups["share_median"].notna() & groups["group"].ne(NO_GROUP)]
    return known.sort_values(["share_median", "group"], ascending=[False, True], kind="stable")


def typical_share(groups: pd.DataFrame) -> str:
    """Say the median replay share of all Spaces, which are the only group."""
    return f"the median Space has {percent(float(groups['share_median'].iloc[0]))}"


def range_of_shares(groups: pd.DataFrame) -> str:
    """Say which group has the highest and which the lowest median replay share; "" where it may not name two."""
    ranked = _named(groups)
    if len(ranked) < 2:
        return ""
    ends = ranked.iloc[[-1, 0]]
    low, high = (percent(float(share)) for share in ends["share_median"])
    if low == high:
        return f"The median replay share is {low} in every group"
    least, most = ends["group"]
    return f"Median replay share: {low} ({least}) to {high} ({most})"


def highest_host(pooled: pd.DataFrame, names: Sequence[str]) -> str:
    """
    Say which host has the highest replay share, where its rank is certain; else how far estimates are apart.

    `pooled` has the hosts that are compared as `stats.hosts` returns them, the highest first; `names` are theirs. Of
    ranks it need only have those of the first host, where they are certain.
    """
    if pooled.empty:
        return NOTHING
    if pooled["estimate"].isna().all():
        shares = [percent(share) for share in pooled["share_median"].dropna().sort_values()]
        if len(pooled) == 1:
            return f"Median replay share of {names[0]}: {shares[0]}"
        return f"Median replay shares of {len(shares):,} hosts: {_span(shares[0], shares[-1])}"
    first, last = pooled.iloc[0], pooled["estimate"].dropna().iloc[-1]
    highest = percent(float(first["estimate"]))
    if pooled["rank_high"].eq(1).fillna(value=False).iloc[0]:
        interval = _span(percent(float(first["low"])), percent(float(first["high"])))
        return f"{names[0]} has the highest replay share: {highest} ({interval})"
    return f"Replay shares of hosts: {_span(percent(float(last)), highest)}; no host is certain to be the highest"


def _span(low: str, high: str) -> str:
    """Word a range of shares: 3 to 86 %."""
    return high if low == high else f"{low.removesuffix(' %')} to {high}"


def go_together(row: Any, more: str, less: str, none: str) -> str:
    """
    Return `more` or `less` where Spearman's rho and its whole interval are above or below 0, else `none`.

    `row` is of `stats.compare` or `stats.correlation`.
    """
    if pd.isna(row["spearman_low"]):
        return none
    if row["spearman_low"] > 0:
        return more
    return less if row["spearman_high"] < 0 else none


def by_length(row: Any, counted: str) -> str:
    """Say whether longer Spaces tend to have more or fewer of what is counted, from a row of `stats.correlation`."""
    n = int(row["n"])
    if n == 0:
        return NOTHING
    if n == 1:
        return f"Length and {counted} of one Space"
    if n < FEWEST:
        return f"{n} Spaces: too few to link length and {counted}"
    return go_together(
        row,
        f"Longer Spaces tend to have more {counted}",
        f"Longer Spaces tend to have fewer {counted}",
        f"No clear link between length and {counted}",
    )


def plays_per_listener(row: Any | None, zeros: Mapping[str, int]) -> str:
    """
    Say how many plays there are for a live listener in the median Space, and how that goes with the size.

    `zeros` counts the Spaces whose "live" or "replay" is 0: where most are, the median ratio says only that.
    """
    if row is None or pd.isna(row["log2_ratio_median"]):
        return NOTHING
    for name, counted in (("replay", "replay plays"), ("live", "live listeners")):
        if 2 * zeros[name] > row["n"]:
            return f"No {counted} in {_of_all(zeros[name], int(row['n']))}"
    (times,) = factors([row["log2_ratio_median"]])
    if row["n"] == 1:
        return f"One Space: {times} plays per live listener"
    median = f"The median Space has {times} plays per live listener"
    if pd.isna(row["slope_low"]):
        return median
    if row["slope_low"] > 0:
        return f"{median}; larger Spaces have more"
    return (
        f"{median}; larger Spaces have fewer"
        if row["slope_high"] < 0
        else f"{median}; no clear change with size"
    )


_LARGEST = 1000.0  # powers of two beyond are no floats; a slope over nearly equal sizes may be as steep
_LONG = 1e9


def factors(log2s: Sequence[float]) -> list[str]:
    """Word powers of two that are read together, all to the same place: 0.74, 0.48, 1.14."""
    values = [2.0 ** max(-_LARGEST, min(_LARGEST, float(log2))) for log2 in log2s]
    least = min(values)
    digits = 2 if least >= 0.1 else min(6, 1 - math.floor(math.log10(least)))
    digits = 0 if least >= 100 else 1 if least >= 10 else digits
    return [f"{value:,.{digits}f}" if value < _LONG else f"{value:.0e}" for value in values]
