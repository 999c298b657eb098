"""The lines of the trend are the medians of `stats.trend_periods`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, drawn, many, texts_of

from spacekit import plot, stats
from spacekit.plot.trend import title
from spacekit.stats.periods import period_names

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def test_trend_draws_the_medians_of_periods(samples: pd.DataFrame) -> None:
    """The lines of live and replay are the medians of `trend_periods`, with a gap at each period that is thin."""
    ax, table = plot.trend(samples), stats.trend_periods(samples)
    for label, audience in (("live listeners", "live"), ("replay plays", "replay")):
        (line,) = [each for each in ax.lines if each.get_label() == label]
        part = table[table["audience"] == audience]
        wanted = part["change_median"].mask(part["thin"]).to_numpy(float, na_value=np.nan)
        np.testing.assert_allclose(line.get_ydata(), wanted)
        assert np.isnan(wanted).any()


def test_thin_periods_are_hollow_without_a_line(samples: pd.DataFrame) -> None:
    """A thin period has a hollow mark, and the chart says what that means; of one host all periods are thin."""
    ax, table = plot.trend(samples), stats.trend_periods(samples)
    hollow = [each for each in ax.lines if each.get_linestyle() == "None"]
    known = table.loc[table["thin"], "change_median"].dropna().to_numpy(float)
    np.testing.assert_allclose(np.concatenate([each.get_ydata() for each in hollow]), known)
    assert "Hollow: fewer than 5 creators." in texts_of(ax)
    alone = plot.trend(samples[samples["creator_screen_name"] == "sample_radio"])
    assert "Fewer than 5 creators in every period" in caption_of(alone)


def test_january_is_said_as_a_month(samples: pd.DataFrame) -> None:
    """The first mark names the month and its year; no mark is a year alone."""
    ax = plot.trend(samples)
    drawn(ax)
    words = [label.get_text() for label in ax.get_xticklabels() if label.get_text()]
    assert words[:2] == ["Jan\n2026", "Feb"]


def test_single_spaces_lie_behind_where_they_are_few(samples: pd.DataFrame) -> None:
    """Up to 400 Spaces are dots at their start, and remembered; those beyond the axis are counted in the notes."""
    ax, found = plot.trend(samples), stats.trend(samples)
    changes = found[["live_change", "replay_change"]].to_numpy(float, na_value=np.nan).ravel()
    changes = changes[~np.isnan(changes)]
    np.testing.assert_allclose(np.sort(plot.points_of(ax)["y"]), np.sort(changes))
    low, high = ax.get_ylim()
    beyond = int(((changes < low) | (changes > high)).sum())
    assert f"Beyond the axis: {beyond} dots of single Spaces." in plot.notes(ax)
    assert plot.points_of(plot.trend(many(samples, 12))).empty


def test_the_title_has_the_first_and_last_change(samples: pd.DataFrame) -> None:
    """Of periods with enough creators; with one or none it says so."""
    table = stats.trend_periods(samples).query("audience == 'live'")
    names = period_names(pd.DatetimeIndex(table["period"]), "month")
    words = title(table, names).replace("\u00a0", " ")
    assert words == "Live listeners against the creators' usual: × 1.1 in January 2026, × 0.99 in May 2026"
    assert words in caption_of(plot.trend(samples))
    assert title(table.head(1), names[:1]).endswith("in January 2026")
    assert title(table.tail(1), names[-1:]) == "Fewer than 5 creators in every period: no trend to rely on"
    assert title(table.head(0), []) == "Too few Spaces of any creator for a trend"


def test_the_title_says_an_equal_change_once(samples: pd.DataFrame) -> None:
    """As usual is × 1.0, and two periods that are alike share one number."""
    live = (
        stats.trend_periods(samples).query("audience == 'live'").head(2).assign(change_median=0.0, thin=False)
    )
    words = title(live, ["January 2026", "May 2026"]).replace("\u00a0", " ")
    assert words.endswith("usual: × 1.0 in January 2026 and again in May 2026")


def test_trend_says_how_many_zeros_there_are(samples: pd.DataFrame) -> None:
    """The caption counts the zeros of both audiences that are drawn, and says nothing where there are none."""
    ax = plot.trend(samples)
    kept = stats.measures(samples)
    drawn = kept["excluded"].isna() & samples["creator_id"].notna()
    zeros = {name: int((kept.loc[drawn, name] == 0).sum()) for name in ("live", "replay")}
    assert f"A count of 0 is kept ({zeros['live']} live, {zeros['replay']} replay)" in caption_of(ax)
    none = samples[(samples["total_live_listeners"] != 0) & (samples["total_replay_watched"] != 0)]
    assert "count of 0" not in caption_of(plot.trend(none))
