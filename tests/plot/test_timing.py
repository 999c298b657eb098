"""When Spaces are on air, how punctual and how long: charts show the numbers of `stats`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, labels_in, many, points

from spacekit import plot, stats


def test_timeline_puts_what_overlaps_on_other_lanes(samples: pd.DataFrame) -> None:
    """Bars lie on the lanes of stats, and the caption says how many share the air."""
    ax = plot.timeline(samples)
    lanes = stats.timeline(samples)
    bars = ax.collections[0].get_segments()
    assert sorted(bar[0][1] - 1 for bar in bars) == sorted(lanes["lane"].dropna().astype(float))
    assert f"{int((lanes['overlaps'] > 0).sum())} of these overlap another one" in caption_of(ax)


def test_timeline_shows_the_latest_and_tells_the_rest(samples: pd.DataFrame) -> None:
    """Of more than 400 Spaces the latest 400 are drawn, and the caption says so."""
    table = many(samples, 12)
    ax = plot.timeline(table)
    assert len(ax.collections[0].get_segments()) == 400
    assert "The latest 400 are shown" in caption_of(ax)


def test_punctuality_draws_delays_with_their_sign(samples: pd.DataFrame) -> None:
    """Dots are median delays in minutes, negative before the announced start."""
    early = samples.assign(started_at=samples["scheduled_start"] - pd.Timedelta("5min")).dropna(
        subset=["started_at"]
    )
    assert points(plot.punctuality(early), "median")[:, 0] == pytest.approx(-5.0)


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


def test_punctuality_says_what_is_left_out(samples: pd.DataFrame) -> None:
    """Older rows of a Space are counted as repeated, those without a start or an announced one apart."""
    twice = pd.concat([samples, samples.head(9)], ignore_index=True)
    words = caption_of(plot.punctuality(twice))
    assert "n = 80 of 87 Spaces" in words
    assert "Left out: 9 repeated, 6 not started, 1 not announced." in words


@pytest.mark.parametrize("name", ["timeline", "punctuality", "trend", "calendar", "duration"])
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
