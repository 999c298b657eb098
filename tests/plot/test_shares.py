"""Shares of replay: the curves of groups are those of `stats`."""

import numpy as np
import pandas as pd
from plotted import caption_of

from spacekit import plot, stats


def test_replay_share_draws_the_ecdf_of_the_largest_groups(samples: pd.DataFrame) -> None:
    """Each curve steps at the shares of its group, and the caption says how many groups past seven are not shown."""
    ax = plot.replay_share(samples, by="creator_id")
    curves = stats.share_ecdf(samples, "creator_id").fillna({"group": "no group"})
    legend = ax.get_legend()
    assert legend is not None
    named = [text.get_text().split(" (n")[0] for text in legend.get_texts()]
    assert len(named) == 7
    for name, line in zip(named, ax.lines, strict=False):
        one = curves[curves["group"] == name]
        x, y = line.get_data()
        np.testing.assert_allclose(x[1:-1], one["replay_share"].to_numpy(dtype=float))
        np.testing.assert_allclose(y[1:-1], one["fraction"].to_numpy(dtype=float))
    n = curves["group"].nunique()
    assert f"The 7 largest of {n} groups; {n - 7} not shown." in caption_of(ax)


def test_replay_share_has_room_for_a_week(samples: pd.DataFrame) -> None:
    """All seven weekdays are drawn, from Monday on."""
    legend = plot.replay_share(samples, by="weekday").get_legend()
    assert legend is not None
    assert [text.get_text()[:3] for text in legend.get_texts()] == [
        "Mon",
        "Tue",
        "Wed",
        "Thu",
        "Fri",
        "Sat",
        "Sun",
    ]
