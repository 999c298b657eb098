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
    assert "the latest 400 are shown" in caption_of(ax)


def test_calendar_writes_n_into_each_cell_and_greys_thin_ones(samples: pd.DataFrame) -> None:
    """The numbers in the cells are those of stats; cells of fewer than 3 Spaces have no colour of a median."""
    ax = plot.calendar(samples, tz="Asia/Tokyo")
    cells = stats.calendar(samples, "Asia/Tokyo")
    held = cells[cells["n"] > 0]
    written = {(text.get_position()[1], text.get_position()[0]): text.get_text() for text in labels_in(ax)}
    assert written == {(row.weekday, row.hour): str(row.n) for row in held.itertuples()}
    coloured = np.ma.masked_invalid(ax.collections[-1].get_array())
    assert coloured.count() == int((~cells["thin"]).sum())
    assert "Asia/Tokyo" in ax.get_xlabel()


def test_punctuality_draws_delays_with_their_sign(samples: pd.DataFrame) -> None:
    """Dots are median delays in minutes, negative before the announced start."""
    early = samples.assign(started_at=samples["scheduled_start"] - pd.Timedelta("5min")).dropna(
        subset=["started_at"]
    )
    assert points(plot.punctuality(early), "median")[:, 0] == pytest.approx(-5.0)


def test_duration_draws_minutes_against_live(samples: pd.DataFrame) -> None:
    """Points are length and live of the Spaces not excluded, and the caption has their rho."""
    ax = plot.duration(samples)
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna() & measured["duration"].notna()]
    np.testing.assert_allclose(points(ax)[:, 0], kept["duration"].dt.total_seconds() / 60)
    rho = stats.correlation(samples, "duration", "live")["spearman"].iloc[0]
    assert f"rho {rho:.2f}" in caption_of(ax)
