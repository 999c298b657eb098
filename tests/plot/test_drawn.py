"""Which Space is drawn where: the places of the dots, with the ids of their Spaces."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from plotted import many

from spacekit import plot, stats
from spacekit.plot.drawn import remember


def test_places_are_those_of_the_dots(samples: pd.DataFrame) -> None:
    """Each Space that is drawn has its id at its place, also where cells are drawn in place of many dots."""
    for spaces in (samples, many(samples, 12)):
        kept = stats.measures(spaces)
        kept = kept[kept["excluded"].isna()]
        found = plot.points_of(plot.live_vs_replay(spaces)).set_index("space_id")
        np.testing.assert_allclose(
            found.loc[kept["space_id"], ["x", "y"]].to_numpy(), kept[["live", "replay"]].to_numpy(float)
        )


def test_missing_places_and_what_is_too_much_are_left_out() -> None:
    """A Space without a place or without an id is left out; 20,000 are remembered, of all calls together."""
    ax = Figure().subplots()
    remember(ax, [1, np.nan, 3], [1, 1, 1], ["a", "b", None])
    assert plot.points_of(ax)["space_id"].tolist() == ["a"]
    remember(ax, np.arange(30_000), np.arange(30_000), [f"{n}" for n in range(30_000)])
    assert len(plot.points_of(ax)) == 20_000


def test_axes_without_spaces_have_no_places(samples: pd.DataFrame) -> None:
    """Empty axes, and axes that are cleared, have none; dtypes are the same."""
    ax = plot.live_vs_replay(samples)
    before = plot.points_of(ax).dtypes
    ax.clear()
    assert plot.points_of(ax).empty
    assert plot.points_of(ax).dtypes.equals(before)
