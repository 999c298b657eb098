"""What the Spaces that are compared add up to, for the title of a chart. No drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from spacekit.stats.columns import floats
from spacekit.stats.groups import group_labels

_FEWEST: Final = 3


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the Spaces that are compared, and in how many of the `n` one of the two counts is the larger."""

    n: int
    live: int
    replay: int
    live_ahead: int
    replay_ahead: int

    @property
    def share(self) -> float:
        """The part of plays in the sum of both counts; NaN where there is none."""
        both = self.live + self.replay
        return self.replay / both if both else float("nan")


def furthest_hosts(
    spaces: pd.DataFrame, measured: pd.DataFrame, most: int = 4
) -> tuple[pd.Categorical, list[str]]:
    """
    Return the host of each Space by place, and the hosts whose median replay share is furthest from that of all.

    Named are `most` of those with three Spaces or more to compare, the highest share first; none where only one host
    has so many.
    """
    host: Any = group_labels(spaces, "host").array
    kept = measured["excluded"].isna().to_numpy() & host.notna()
    share = pd.Series(floats(measured["replay_share"])[kept])
    groups = share.groupby(host.codes[kept])
    medians = groups.median()[groups.size() >= _FEWEST]
    if len(medians) < 2:
        return host, []
    distance = (medians - share.median()).abs().sort_values(ascending=False, kind="stable")
    furthest = medians[distance.index[:most]].sort_values(ascending=False, kind="stable")
    return host, host.categories[furthest.index].tolist()


def totals(measured: pd.DataFrame) -> Totals:
    """Return the totals of a table of `measures`; excluded Spaces do not count."""
    kept = measured["excluded"].isna().to_numpy()
    live, replay = measured["live"][kept], measured["replay"][kept]
    return Totals(
        n=len(live),
        live=int(live.sum()),
        replay=int(replay.sum()),
        live_ahead=int((live > replay).sum()),
        replay_ahead=int((replay > live).sum()),
    )
