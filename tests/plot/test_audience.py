"""Live beside replay, in rows: dots and diamonds show what `stats.measures` says."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from plotted import caption_of, points, texts_of

from spacekit import plot, stats


def test_audience_draws_the_counts_of_measures(samples: pd.DataFrame) -> None:
    """The dots are live and replay of `measures`, the largest live on top; a replay that cannot exist has none."""
    ax, measured_all = plot.audience(samples), stats.measures(samples)
    measured = measured_all.sort_values(["live", "replay"], ascending=False, kind="stable").head(30)
    replay = measured["replay"].mask(measured["excluded"].isin(["not ended", "no recording"]))
    for label, counts in (
        ("live listeners", measured["live"]),
        ("replay plays", replay),
    ):
        at = np.ma.filled(np.ma.asarray(points(ax, label), dtype=float), np.nan)
        np.testing.assert_allclose(at[:, 0], counts.to_numpy(dtype=float, na_value=np.nan))
    n = int(measured_all["excluded"].isna().sum())
    most = f"n = 30 of {len(samples)} Spaces, those with most live listeners; {n} can be compared ·"
    assert most in caption_of(ax)


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
    """Rows have title, host and day in their names, all different."""
    names = [label.get_text() for label in plot.audience(samples).get_yticklabels()]
    assert len(set(names)) == len(names) == 30
    assert names[0] == "The Tuesday show · sample_radio · 14 Apr"


def test_audience_says_where_an_id_stands_for_a_title(samples: pd.DataFrame) -> None:
    """A title that no installed font has is an id, and the notes say so; a missing title is called so."""
    table = samples[samples["state"] == "Ended"].head(3)
    title = pd.array(["\ue000 private", None, "plain"], dtype=samples["title"].dtype)
    ax = plot.audience(table.assign(title=title))
    names = " ".join(label.get_text() for label in ax.get_yticklabels())
    assert table["space_id"].iloc[0] in names
    assert "no title · " in names
    caption = caption_of(ax).lower()
    assert "1 title" in caption
    assert "named by id" in caption
    assert "installed font" not in caption_of(plot.audience(table.assign(title=title[2])))


def test_fewer_rows_where_fewer_fit(samples: pd.DataFrame) -> None:
    """In small axes fewer rows are drawn, and the caption says how many."""
    ax = plot.audience(samples, ax=Figure(figsize=(5, 3)).subplots())
    n = len(ax.get_yticklabels())
    assert 3 <= n < 30
    assert f"n = {n} of {len(samples)}" in caption_of(ax)
