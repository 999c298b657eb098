"""The lines of the trend are the medians of `stats.trend_periods`."""

import numpy as np
import pandas as pd

from spacekit import plot, stats


def test_trend_draws_the_medians_of_periods(samples: pd.DataFrame) -> None:
    """The lines of live and replay are the medians of `trend_periods`."""
    ax = plot.trend(samples)
    periods = stats.trend_periods(samples)
    for line, audience in zip(
        [line for line in ax.lines if "(as X" in line.get_label()], ("live", "replay"), strict=True
    ):
        wanted = periods.loc[periods["audience"] == audience, "change_median"].to_numpy(
            dtype=float, na_value=np.nan
        )
        np.testing.assert_allclose(line.get_ydata(), wanted)
