"""The curves of growth are the observations, and end with the last."""

import numpy as np
from plotted import observations_of

from spacekit import plot, stats


def test_growth_draws_what_was_observed() -> None:
    """The curve of the Space with most plays has its observations as corners, and ends at the last one."""
    observations = observations_of("samples")
    grown = stats.growth(observations)
    first = grown[grown["is_last"]].sort_values("total_replay_watched", ascending=False)["space_id"].iloc[0]
    one = grown[grown["space_id"] == first]
    x, y = plot.growth(observations).lines[0].get_data()
    np.testing.assert_allclose(x, one["age"].dt.total_seconds() / 60)
    np.testing.assert_allclose(y, one["total_replay_watched"].to_numpy(dtype=float))
