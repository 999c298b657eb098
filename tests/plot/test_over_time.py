"""Median audiences by month or week: the chart shows the numbers of `stats.over_time`."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from plotted import caption_of, drawn, many, texts_of

from spacekit import plot, stats
from spacekit.plot.over_time import title
from spacekit.stats.periods import period_names

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def line(ax: Axes, label: str) -> np.ndarray:
    """Return the heights of the line of one audience."""
    return np.asarray(next(each for each in ax.lines if each.get_label() == label).get_ydata(), dtype=float)


@pytest.mark.parametrize("every", ["month", "week"])
def test_lines_are_the_medians_that_are_not_thin(every: str, samples: pd.DataFrame) -> None:
    """The lines of live and replay have the medians, and a gap at each thin or empty period."""
    ax, table = plot.over_time(samples, every=every), stats.over_time(samples, every=every)
    for name, label in (("live", "live listeners"), ("replay", "replay plays")):
        wanted = table[f"{name}_median"].mask(table["thin"]).to_numpy(float, na_value=np.nan)
        np.testing.assert_allclose(line(ax, label), wanted)
    assert np.isnan(wanted).any()


def test_thin_periods_are_hollow_and_said(samples: pd.DataFrame) -> None:
    """A thin median is drawn, without a line, and the chart says what hollow means."""
    ax, table = plot.over_time(samples), stats.over_time(samples)
    hollow = [each for each in ax.lines if each.get_linestyle() == "None"]
    known = table["live_median"][table["thin"]].dropna()
    np.testing.assert_allclose(hollow[0].get_ydata(), known.to_numpy(float))
    assert "Hollow: fewer than 3 Spaces." in texts_of(ax)


def test_single_spaces_lie_behind_where_they_are_few(samples: pd.DataFrame) -> None:
    """Up to 400 Spaces are drawn at their start, and remembered; of more there are none."""
    seen = plot.points_of(plot.over_time(samples))
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna()]
    assert sorted(seen["y"]) == sorted([*kept["live"].astype(float), *kept["replay"].astype(float)])
    assert plot.points_of(plot.over_time(many(samples, 12))).empty


def test_january_is_said_as_a_month(samples: pd.DataFrame) -> None:
    """The first mark names the month and its year; no mark is a year alone."""
    ax = plot.over_time(samples)
    drawn(ax)
    words = [label.get_text() for label in ax.get_xticklabels() if label.get_text()]
    assert words[:2] == ["Jan\n2026", "Feb"]
    assert not any(word.isdigit() for word in words)


def test_the_title_has_the_first_and_last_median(samples: pd.DataFrame) -> None:
    """Of periods with enough Spaces; with one or none it says so."""
    table = stats.over_time(samples)
    names = period_names(pd.DatetimeIndex(table["period"]), "month")
    words = "Median live listeners: 1,913 in January 2026, 385 in May 2026"
    assert title(table, names) == words
    assert words in caption_of(plot.over_time(samples))
    assert title(table.head(1), names[:1]) == "Median live listeners: 1,913 in January 2026"
    assert title(table.tail(1), names[-1:]).startswith("Fewer than 3 Spaces in every period")
    assert title(table.head(0), []) == "No Spaces over time"


def test_a_period_that_is_not_over_has_its_point_before_the_last_fetch(samples: pd.DataFrame) -> None:
    """It is in the middle of the part that was over, and the notes say so; without a time of fetching it is not."""
    ax = plot.over_time(samples)
    hollow = max(float(np.max(each.get_xdata())) for each in ax.lines)
    assert hollow < date2num(samples["fetched_at"].max().tz_localize(None))
    assert "The last period was not over when fetched" in caption_of(ax)
    unknown = plot.over_time(
        samples.assign(fetched_at=pd.array([pd.NaT] * len(samples), samples["fetched_at"].dtype))
    )
    assert "was not over" not in caption_of(unknown)


def test_many_periods_have_small_marks(samples: pd.DataFrame) -> None:
    """The marks of a hundred weeks do not lie on each other; those of a few months are as large as in the legend."""
    days = pd.to_timedelta(range(0, 8 * len(samples), 8), unit="D")
    spread = samples.assign(started_at=(samples["started_at"] - days).astype(samples["started_at"].dtype))
    sizes = [plot.over_time(table, every="week").lines[0].get_markersize() for table in (samples, spread)]
    assert sizes[1] < sizes[0]
