"""Shares of replay: the curves of groups and the medians of hosts are those of `stats`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, points

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


def test_hosts_draws_the_medians_of_compare(samples: pd.DataFrame) -> None:
    """Each dot of `hosts` is the median share of that host."""
    ax = plot.hosts(samples)
    rows = stats.summarise(samples, by="host").dropna(subset=["group", "share_median"]).set_index("group")
    names = [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]
    heights = ax.get_yticks()
    at = dict(zip(points(ax)[:, 1], points(ax)[:, 0], strict=True))
    assert {name: at[height] for name, height in zip(names, heights, strict=True)} == pytest.approx(
        rows["share_median"].astype(float).to_dict()
    )
