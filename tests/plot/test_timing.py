"""When Spaces are on air, how punctual and how long: charts show the numbers of `stats`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, labels_in, points

from spacekit import plot, stats


def test_duration_draws_minutes_against_live(samples: pd.DataFrame) -> None:
    """Points are length and live of ended Spaces, also of those without a recording, and the notes have their rho."""
    ax = plot.duration(samples)
    measured = stats.measures(samples)
    is_left_out = measured["excluded"].isin(["not ended", "repeated"]) | measured["live"].isna()
    kept = measured[~is_left_out & measured["duration"].notna()]
    assert "Live listeners of 5 Spaces without a recording count, too." in caption_of(ax)
    np.testing.assert_allclose(points(ax)[:, 0], kept["duration"].dt.total_seconds() / 60)
    rho = stats.correlation(samples, "duration", "live")["spearman"].iloc[0]
    assert f"rho {rho:.2f}" in caption_of(ax)


@pytest.mark.parametrize("name", ["timeline", "punctuality", "over_time", "trend", "calendar", "duration"])
def test_a_space_is_drawn_once(name: str, samples: pd.DataFrame) -> None:
    """With older rows of the same Spaces the chart is the same, and its caption says how many rows are left out."""
    older = samples.assign(fetched_at=samples["fetched_at"] - pd.Timedelta("1D"), total_live_listeners=1)
    alone, both = (plot.CHARTS[name].function(table) for table in (samples, pd.concat([older, samples])))
    for ax in (alone, both):
        ax.figure.draw_without_rendering()
    assert "87 repeated" in caption_of(both)
    for first, second in zip(alone.collections, both.collections, strict=True):
        np.testing.assert_allclose(first.get_offsets(), second.get_offsets())
        values = [np.ma.asarray(each.get_array(), dtype=float).filled(np.nan) for each in (first, second)]
        np.testing.assert_allclose(*values)
    assert [text.get_text() for text in labels_in(alone)] == [text.get_text() for text in labels_in(both)]


def test_one_or_two_lengths_are_no_finding(samples: pd.DataFrame) -> None:
    """Of fewer than three Spaces the title says that they are too few, and claims no link or lack of one."""
    two, one = (plot.duration(samples.head(n)).get_title(loc="left") for n in (2, 1))
    assert two == "2 Spaces: too few to link length and live listeners"
    assert one == "Length and live listeners of one Space"
