"""When Spaces are on air: bars of days by hours, or in lanes, as `stats` places them."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from plotted import caption_of, drawn, many, texts_of

from spacekit import plot, stats
from spacekit.plot.frame import grey_line
from spacekit.plot.timeline import title
from spacekit.stats.timing import by_day


def bars_of(ax: plot.Chart) -> list[np.ndarray]:
    """Return the bars of a chart, as their two ends."""
    return next(c for c in ax.collections if isinstance(c, LineCollection)).get_segments()  # type: ignore[attr-defined]  # Axes


def test_months_are_days_by_hours(samples: pd.DataFrame) -> None:
    """Each bar stands on its day, from the hour of the start down to that of the end, in the zone."""
    ax = plot.timeline(samples, tz="Asia/Tokyo")
    on_air = stats.timeline(samples).dropna(subset="lane")
    bars = bars_of(ax)
    pieces = by_day(on_air, "Asia/Tokyo")
    assert len(bars) == len(pieces) > len(on_air)  # some go past midnight
    np.testing.assert_allclose([bar[0][1] for bar in bars], pieces["from_hour"])
    started = on_air["started_at"].dt.tz_convert("Asia/Tokyo")
    hours = (started.dt.hour + started.dt.minute / 60 + started.dt.second / 3600).to_numpy(float)
    first = pieces.drop_duplicates("row")["from_hour"]
    np.testing.assert_allclose(first, hours)
    assert ax.get_ylabel() == "time of day (Asia/Tokyo)"
    low, high = sorted(ax.get_ylim())
    assert low >= -1
    assert high <= 25


def test_only_hours_with_spaces_are_shown(samples: pd.DataFrame) -> None:
    """The hours run from the earliest start to the latest end, not from midnight to midnight."""
    low, high = sorted(plot.timeline(samples).get_ylim())
    assert low > 4
    assert high < 24.5


def test_within_two_days_bars_lie_in_lanes_with_titles(samples: pd.DataFrame) -> None:
    """Bars lie on the lanes of stats, and those with room have their title."""
    day = samples[samples["started_at"] >= "2026-05-31"]
    ax = plot.timeline(day)
    lanes = stats.timeline(day)["lane"].dropna().astype(float)
    assert sorted(bar[0][1] - 1 for bar in bars_of(ax)) == sorted(lanes)
    drawn(ax)
    assert any("Ask a scientist" in text for text in texts_of(ax))


def test_the_latest_are_drawn_and_the_rest_told(samples: pd.DataFrame) -> None:
    """Of more than 2,000 Spaces the latest are drawn, and the grey line says so."""
    ax = plot.timeline(many(samples, 26))
    assert len(bars_of(ax)) >= 2_000
    assert ", the latest 2,000 drawn" in grey_line(ax)
    assert len(plot.points_of(ax)) == len(bars_of(ax))


def test_a_chart_of_one_zone_is_refused_for_none(samples: pd.DataFrame) -> None:
    """A zone that does not exist raises ValueError that names it."""
    with pytest.raises(ValueError, match="Nowhere"):
        plot.timeline(samples, tz="Nowhere")


def test_the_title_says_how_many_overlap(samples: pd.DataFrame) -> None:
    """It counts those that overlap, and how many were on air at once."""
    on_air = stats.timeline(samples).dropna(subset="lane")
    overlapping, most = int((on_air["overlaps"] > 0).sum()), int(on_air["lane"].max()) + 1
    words = f"{overlapping} of {len(on_air)} Spaces overlap another one; {most} on air at once at most"
    assert title(on_air) == words
    assert words in caption_of(plot.timeline(samples))
    alone = on_air[on_air["overlaps"] == 0]
    assert title(alone) == f"No two of {len(alone)} Spaces were on air at once"
    assert title(alone.head(1)) == "One Space on air"
    assert title(alone.head(0)) == "No Space on air"


def test_bars_that_overlap_lie_side_by_side_where_there_is_room(samples: pd.DataFrame) -> None:
    """Of a few days, no two bars of one day that overlap stand at one place."""
    few = samples[samples["started_at"] >= "2026-05-20"]
    on_air = stats.timeline(few).dropna(subset="lane")
    places = [float(bar[0][0]) for bar in bars_of(plot.timeline(few))]
    table = on_air.assign(place=places, day=on_air["started_at"].dt.date)
    crowded = table[table["overlaps"] > 0]
    assert len(crowded) > 4
    assert (crowded.duplicated(["day", "place"]) == crowded.duplicated(["day", "lane"])).all()
