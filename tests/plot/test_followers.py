"""Audience against followers: the points and ranks are those of `stats.followers`."""

import numpy as np
import pandas as pd
from plotted import caption_of, points

from spacekit import plot, stats


def test_followers_draws_one_point_a_creator_and_names_the_extremes(samples: pd.DataFrame) -> None:
    """Points are followers and median; the caption gives the factor of the creator that is most above."""
    ax = plot.followers(samples)
    ranked = stats.followers(samples)
    known = ranked[ranked["followers"].notna()]
    np.testing.assert_allclose(points(ax), known[["followers", "audience_median"]].to_numpy(dtype=float))
    best = ranked.iloc[0]
    assert f"@{best['creator_screen_name']} × {2 ** best['residual']:.2g}" in caption_of(ax)
