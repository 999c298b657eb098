"""Audience of each creator against its followers, and who has more or less than they let expect. No drawing."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from spacekit.stats.columns import COUNT, NUMBER, TEXT, frame, pick_spaces
from spacekit.stats.groups import creator_keys, host_names
from spacekit.stats.measures import measures

_FOLLOWERS: Final[dict[str, Any]] = {
    "creator_id": TEXT,
    "creator_screen_name": TEXT,
    "followers": COUNT,
    "n": COUNT,
    "audience_median": NUMBER,
    "expected": NUMBER,
    "residual": NUMBER,
    "rank": COUNT,
}


def followers(spaces: pd.DataFrame, audience: Literal["live", "replay"] = "live") -> pd.DataFrame:
    """
    Median audience of each creator against its followers, ranked by what the followers do not explain.

    Parameters
    ----------
    spaces
        The `spaces` table. Excluded Spaces (see `measures`) and Spaces without creator are left out.
    audience
        "live" for live listeners, "replay" for replay plays.

    Returns
    -------
    frame
        One row a creator: `creator_id`, `creator_screen_name` (newest), `followers` (newest fetch, not at the time
        of the Spaces), `n` Spaces, `audience_median`, `expected` (audience), `residual` (log2 of median over
        expected: 1 is twice the expected audience), `rank` (1: the most above it). Sorted by rank. The last three
        are `<NA>` where followers or median are 0 or missing, and everywhere with fewer than three creators or
        equal followers.

    Raises
    ------
    ValueError
        `audience` is neither word, or a column is missing.

    Notes
    -----
    `expected` is the line of least squares of log2(audience_median) on log2(followers), each creator counting once.
    """
    if audience not in ("live", "replay"):
        raise ValueError(f"audience: got {audience!r}. Use 'live' or 'replay'.")
    table = _by_creator(spaces, audience)
    usable = (table.followers > 0).fillna(value=False) & (table.audience_median > 0)
    table["expected"] = _expected(table, usable.to_numpy(dtype=bool))
    table["residual"] = np.log2(table.audience_median.where(table.expected.notna()) / table.expected)
    table["rank"] = table.residual.rank(ascending=False, method="first").astype(COUNT)
    return frame(table.sort_values("rank", kind="stable", ignore_index=True), _FOLLOWERS)


def _by_creator(spaces: pd.DataFrame, audience: str) -> pd.DataFrame:
    measured = measures(spaces)
    table = pick_spaces(spaces, "creator_id", "creator_followers_count", "fetched_at").reset_index(drop=True)
    table["key"] = creator_keys(spaces).array
    table["creator_screen_name"] = host_names(spaces).array
    table["count"] = measured[audience].astype(NUMBER).array
    dated = table[measured.excluded.isna().to_numpy()].dropna(subset="key")
    dated = dated.sort_values(["fetched_at", "creator_followers_count"], na_position="first")
    return dated.groupby("key", as_index=False).agg(
        creator_id=("creator_id", "last"),
        creator_screen_name=("creator_screen_name", "last"),
        followers=("creator_followers_count", "last"),
        n=("count", "size"),
        audience_median=("count", "median"),
    )


def _expected(table: pd.DataFrame, usable: np.ndarray[Any, np.dtype[np.bool_]]) -> pd.Series[Any]:
    """Audience on the line through the usable creators; NaN where there is no line."""
    expected = pd.Series(np.nan, index=table.index)
    x = np.log2(table.followers[usable].to_numpy(dtype=np.float64))
    y = np.log2(table.audience_median[usable].to_numpy(dtype=np.float64))
    if len(x) < 3 or np.ptp(x) == 0:
        return expected
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    expected[usable] = 2 ** (y.mean() + slope * (x - x.mean()))
    return expected
