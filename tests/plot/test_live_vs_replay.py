"""Replay against live: the scatter shows what `stats.measures` says, and which hosts are apart."""

import itertools
from typing import Literal

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotted import caption_of, drawn, many, points, texts_of

from spacekit import plot, stats


def all_points(ax: Axes) -> list[tuple[float, ...]]:
    """Return the places of all dots in data coordinates, those of Spaces without a recording aside."""
    dots = [
        c
        for c in ax.collections
        if isinstance(c, mpl.collections.PathCollection) and c.get_label() != "no recording"
    ]
    return sorted(map(tuple, np.concatenate([np.asarray(each.get_offsets()) for each in dots])))


def test_draws_measures_and_tells_the_rest(samples: pd.DataFrame) -> None:
    """Points are the Spaces not excluded; those without recording stand apart, counted; rho is that of stats."""
    ax = plot.live_vs_replay(samples)
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna()]
    np.testing.assert_allclose(
        all_points(ax), sorted(map(tuple, kept[["live", "replay"]].to_numpy(dtype=float)))
    )
    apart = measured.loc[measured["excluded"] == "no recording", "live"].dropna()
    np.testing.assert_allclose(points(ax, "no recording")[:, 0], apart.to_numpy(dtype=float))
    assert f"no recording: {len(apart)}" in texts_of(ax)
    row = stats.summarise(samples).iloc[0]
    assert f"n = {len(kept)} of {len(samples)} Spaces" in caption_of(ax)
    assert f"Spearman's rho {row['spearman']:.2f}" in caption_of(ax)


def test_hosts_far_from_the_others_are_named(samples: pd.DataFrame) -> None:
    """Up to four hosts have a colour and their name in the legend, the others are grey; young Spaces are hollow."""
    legend = plot.live_vs_replay(samples).get_legend()
    assert legend is not None
    names = [text.get_text() for text in legend.get_texts()]
    assert names == [
        "sample_archive",
        "sample_science",
        "sample_futebol",
        "sample_radio",
        "other hosts",
        "fetched within 15 d",
    ]
    alike = samples.assign(fetched_at=samples["ended_at"] + pd.Timedelta("7D"))
    assert "fetched within" not in " ".join(texts_of(plot.live_vs_replay(alike)))
    alone = samples[samples["creator_screen_name"] == "sample_archive"]
    assert "sample_archive" not in texts_of(plot.live_vs_replay(alone))


def test_the_legend_names_other_hosts_only_where_there_are_any(samples: pd.DataFrame) -> None:
    """Where each host has its colour, no key stands for others."""
    two = samples[samples["creator_screen_name"].isin(["sample_archive", "sample_radio"])]
    assert "sample_radio" in texts_of(ax := plot.live_vs_replay(two))
    assert "other hosts" not in texts_of(ax)


def test_guides_reach_the_edges(samples: pd.DataFrame) -> None:
    """The lines of equal ratio run from edge to edge, also where a 0 has its own place."""
    for scale in ("log", "linear"):
        ax = plot.live_vs_replay(samples, scale=scale)
        place = ax.transScale + ax.transLimits
        for line in ax.lines:
            ends = place.transform(np.column_stack(line.get_data())[[0, -1]])
            zero = place.transform((0, 0))
            assert ends[0].min() < 0.02 or np.abs(ends[0] - zero).max() < 0.02
            assert ends[1].max() > 0.97


def test_many_points_are_cells_that_hold_them_all(samples: pd.DataFrame) -> None:
    """Past 400 Spaces the dots are cells, and their numbers add up to all Spaces."""
    table = many(samples, 12)
    ax = plot.live_vs_replay(table)
    cells = ax.collections[0]
    kept = int(stats.measures(table)["excluded"].isna().sum())
    assert len(points(ax)) < kept == np.asarray(cells.get_array()).sum()


def test_linear_counts_have_even_ticks(samples: pd.DataFrame) -> None:
    """A linear axis of counts marks even steps from 0, and no decades."""
    ax = plot.live_vs_replay(samples, scale="linear")
    drawn(ax)
    ticks = [tick for tick in ax.get_xticks() if tick >= 0]
    assert len(ticks) > 2
    assert len({round(b - a) for a, b in itertools.pairwise(ticks)}) == 1


def test_both_axes_have_one_kind_of_scale(samples: pd.DataFrame) -> None:
    """With "auto" both are logarithmic where either spans decades, also where all plays are 0."""
    for host in samples["creator_screen_name"].dropna().unique():
        some = samples[samples["creator_screen_name"] == host]
        ax = plot.live_vs_replay(some)
        assert (ax.get_xscale() == "linear") == (ax.get_yscale() == "linear")
    ax = plot.live_vs_replay(samples.assign(total_replay_watched=pd.array([0] * len(samples), "Int64")))
    assert "log" in ax.get_xscale()
    assert "log" in ax.get_yscale()


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_names_of_guides_do_not_overlap(samples: pd.DataFrame, scale: Literal["log", "linear"]) -> None:
    """Those without room are not seen."""
    ax = Figure(figsize=(4, 3)).subplots()
    plot.live_vs_replay(samples.sort_values("total_live_listeners").tail(12), ax=ax, scale=scale)
    drawn(ax)
    seen = [text for text in ax.texts if text.get_text().startswith("× ") and text.get_visible()]
    boxes = [text.get_window_extent() for text in seen]
    assert seen
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


def test_hosts_apart_are_named_over_cells_too(samples: pd.DataFrame) -> None:
    """Of more than 400 Spaces the hosts far from the others are points over the cells, with a legend."""
    ax = plot.live_vs_replay(many(samples, 8))
    legend = ax.get_legend()
    assert legend is not None
    named = [text.get_text() for text in legend.get_texts()]
    assert 2 <= len(named) <= 4
    assert all(name.startswith("sample_archive") for name in named)
    assert "other hosts" not in named
