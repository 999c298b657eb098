"""The bars of the checks are the shares of `stats.quality`."""

import pandas as pd
import pytest
from plotted import labels_in

from spacekit import plot, stats


def test_quality_draws_a_bar_for_each_check(samples: pd.DataFrame) -> None:
    """Bars are the shares of the checks, with n written beside."""
    ax = plot.quality(samples)
    found = stats.quality(samples)
    assert [bar.get_width() for bar in ax.patches] == pytest.approx(found["share"].astype(float).tolist())
    assert [text.get_text() for text in labels_in(ax)] == [f"{n:,}" for n in found["n"]]
