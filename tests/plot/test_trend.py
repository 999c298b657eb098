"""The lines of the trend are the medians of `stats.trend_periods`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of

from spacekit import plot, stats


def test_trend_draws_the_medians_of_periods(samples: pd.DataFrame) -> None:
    """The lines of live and replay are the medians of `trend_periods`."""
    ax = plot.trend(samples)
    with pytest.warns(stats.AgeWarning):
        periods = stats.trend_periods(samples)
    for line, audience in zip(
        [line for line in ax.lines if line.get_label() in ("live listeners", "replay plays")],
        ("live", "replay"),
        strict=True,
    ):
        wanted = periods.loc[periods["audience"] == audience, "change_median"].to_numpy(
            dtype=float, na_value=np.nan
        )
        np.testing.assert_allclose(line.get_ydata(), wanted)


def test_trend_says_how_many_zeros_there_are(samples: pd.DataFrame) -> None:
    """The caption counts the zeros of both audiences that are drawn, and says nothing where there are none."""
    ax = plot.trend(samples)
    kept = stats.measures(samples)
    drawn = kept["excluded"].isna() & samples["creator_id"].notna()
    zeros = {name: int((kept.loc[drawn, name] == 0).sum()) for name in ("live", "replay")}
    assert f"A count of 0 is kept ({zeros['live']} live, {zeros['replay']} replay)" in caption_of(ax)
    none = samples[(samples["total_live_listeners"] != 0) & (samples["total_replay_watched"] != 0)]
    assert "count of 0" not in caption_of(plot.trend(none))
