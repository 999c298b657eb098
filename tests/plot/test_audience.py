"""Live beside replay: the pairs of dots and the scatter show what `stats.measures` says."""

import itertools

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from plotted import caption_of, drawn, many, points, texts_of

from spacekit import plot, stats


def test_audience_draws_the_counts_of_measures(samples: pd.DataFrame) -> None:
    """The dots are live and replay of `measures`, the largest live on top; a replay that cannot exist has none."""
    ax = plot.audience(samples)
    measured = (
        stats.measures(samples).sort_values(["live", "replay"], ascending=False, kind="stable").head(30)
    )
    replay = measured["replay"].mask(measured["excluded"].isin(["not ended", "no recording"]))
    for label, counts in (
        ("live listeners", measured["live"]),
        ("replay plays", replay),
    ):
        at = np.ma.filled(np.ma.asarray(points(ax, label), dtype=float), np.nan)
        np.testing.assert_allclose(at[:, 0], counts.to_numpy(dtype=float, na_value=np.nan))
    assert f"n = 30 of {len(samples)} Spaces, those with most live listeners" in caption_of(ax)


def test_audience_says_why_a_dot_is_missing(samples: pd.DataFrame) -> None:
    """A Space that has not ended or was not recorded shows the reason in place of a replay dot."""
    wanted = samples[stats.measures(samples)["excluded"].isin(["not ended", "no recording"])]
    said = texts_of(plot.audience(wanted))
    assert said.count("not ended") + said.count("no recording") == len(wanted)


def test_audience_draws_zero_as_zero(samples: pd.DataFrame) -> None:
    """A count of 0 is drawn on a logarithmic axis, at a tick that says 0."""
    table = (
        samples[samples["state"] == "Ended"].head(5).assign(total_live_listeners=[0, 1, 10, 1_000, 100_000])
    )
    ax = plot.audience(table.astype(samples.dtypes))
    assert 0 in points(ax)[:, 0]
    assert ax.get_xscale() == "symlog"
    assert "0" in [label.get_text() for label in ax.get_xticklabels()]


def test_audience_names_each_row_apart(samples: pd.DataFrame) -> None:
    """Rows of the same title get different names."""
    names = [label.get_text() for label in plot.audience(samples).get_yticklabels()]
    assert len(set(names)) == len(names) == 30


def test_fewer_rows_where_fewer_fit(samples: pd.DataFrame) -> None:
    """In small axes fewer rows are drawn, and the caption says how many."""
    ax = plot.audience(samples, ax=Figure(figsize=(5, 3)).subplots())
    n = len(ax.get_yticklabels())
    assert 3 <= n < 30
    assert f"n = {n} of {len(samples)}" in caption_of(ax)


def test_live_vs_replay_draws_measures_and_tells_the_rest(samples: pd.DataFrame) -> None:
    """Points are the Spaces not excluded; those without recording stand apart, counted; rho is that of stats."""
    ax = plot.live_vs_replay(samples)
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna()]
    np.testing.assert_allclose(points(ax), kept[["live", "replay"]].to_numpy(dtype=float))
    apart = measured.loc[measured["excluded"] == "no recording", "live"].dropna()
    np.testing.assert_allclose(points(ax, "no recording")[:, 0], apart.to_numpy(dtype=float))
    assert f"no recording: {len(apart)}" in texts_of(ax)
    row = stats.summarise(samples).iloc[0]
    assert f"n = {len(kept)} of {len(samples)} Spaces" in caption_of(ax)
    assert f"Spearman's rho {row['spearman']:.2f}" in caption_of(ax)


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
