"""Audience of each creator against followers, and who does better or worse than they suggest. No drawing."""

from __future__ import annotations

from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from spacekit.stats.columns import COUNT, NUMBER, TEXT, frame, pick_spaces, schema
from spacekit.stats.groups import creator_keys, host_names
from spacekit.stats.measures import measures

_FOLLOWERS: Final = schema(
    (TEXT, "creator_id creator_screen_name"),
    (COUNT, "followers n"),
    (NUMBER, "audience_median expected residual"),
    (COUNT, "rank"),
)


def followers(spaces: pd.DataFrame, audience: Literal["live", "replay"] = "live") -> pd.DataFrame:
    """
    Return the median audience of each creator and what followers suggest, ranked by the difference.

    Parameters
    ----------
    spaces
        The `spaces` table. Excluded Spaces (see `measures`) and Spaces without a creator are left out.
    audience
        "live" for live listeners, "replay" for replay plays.

    Returns
    -------
    frame
        One row a creator: `creator_id`, `creator_screen_name` (newest), `followers` (newest fetch, not at the time
        of the Spaces), `n` Spaces, `audience_median`, `expected` (audience), `residual` (log2 of median over
        expected: 1 is twice the expected audience), `rank` (1: the most above it). Sorted by rank. The last three
        are `<NA>` where followers or median are 0 or missing, and everywhere if there are fewer than three creators
        or all have equal followers.

    Raises
    ------
    ValueError
        `audience` is another word, or a column is missing.

    Notes
    -----
    `expected` is the line of least squares of log2(audience_median) on log2(followers); each creator counts once.

    Examples
    --------
    >>> import spacekit as sk
    >>> ranked = sk.stats.followers(sk.sample_batch().spaces)
    >>> ranked[["creator_screen_name", "followers", "audience_median", "residual"]].head(3).round(2)
      creator_screen_name  followers  audience_median  residual
    0     sample_newcomer        641              9.0      1.07
    1      sample_futebol     226790           7832.0      0.77
    2        sample_beats     600276          24007.0      0.72
    """
    if not isinstance(audience, str) or audience not in ("live", "replay"):
        raise ValueError(f"audience: got {audience!r}. Use 'live' or 'replay'.")
    table = _by_creator(spaces, audience)
    usable = (table.followers > 0).fillna(value=False) & (table.audience_median > 0)
    table["expected"] = _expected(table, usable.to_numpy(dtype=bool))
    table["residual"] = np.log2(table.audience_median.where(table.expected.notna()) / table.expected)
    table["rank"] = table.residual.rank(ascending=False, method="first").astype(COUNT)
    return frame(table.sort_values("rank", kind="stable", ignore_index=True), _FOLLOWERS)


def _by_creator(spaces: pd.DataFrame, audience: str) -> pd.DataFrame:
    measured = measures(spaces)
    table = pick_spaces(spaces, "creator_id creator_followers_count fetched_at").reset_index(drop=True)
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
    """Return the audience on the line through the usable creators; NaN where there is no line."""
    expected = pd.Series(np.nan, index=table.index)
    x = np.log2(table.followers[usable].to_numpy(dtype=np.float64))
    y = np.log2(table.audience_median[usable].to_numpy(dtype=np.float64))
    if len(x) < 3 or np.ptp(x) == 0:
        return expected
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    expected[usable] = 2 ** (y.mean() + slope * (x - x.mean()))
    return expected
