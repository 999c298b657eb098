"""How punctual hosts are: medians, single starts, and words for how many were on time."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, labels_in, points, texts_of

from spacekit import plot, stats
from spacekit.plot.punctuality import title


def test_medians_are_drawn_with_their_sign(samples: pd.DataFrame) -> None:
    """Dots are median delays in minutes, negative before the announced start."""
    early = samples.assign(started_at=samples["scheduled_start"] - pd.Timedelta("5min"))
    ax = plot.punctuality(early.dropna(subset=["started_at"]))
    assert points(ax, "median")[:, 0] == pytest.approx(-5.0)


def test_what_is_left_out(samples: pd.DataFrame) -> None:
    """Older rows of a Space are counted as repeated, those without a start or an announced one apart."""
    words = caption_of(plot.punctuality(pd.concat([samples, samples.head(9)], ignore_index=True)))
    assert "n = 80 of 87 Spaces" in words
    assert "Left out: 9 repeated, 6 not started, 1 not announced." in words
    assert "3 Spaces without a known host not drawn." in words


def test_starts_on_time_are_told_in_words(samples: pd.DataFrame) -> None:
    """Each row has how many of its starts were on time, and no numbers in brackets."""
    ax = plot.punctuality(samples)
    rows = stats.punctuality(samples, by="host").dropna(subset="group").sort_values("delay_median")
    wanted = [f"{row.on_time} of {row.n} on time" for row in rows.itertuples()]
    assert [text.get_text() for text in labels_in(ax)] == wanted
    assert [label.get_text() for label in ax.get_yticklabels()] == rows["group"].tolist()
    assert not any("(" in text for text in texts_of(ax))


def test_single_starts_lie_behind(samples: pd.DataFrame) -> None:
    """Each start of a host drawn is a grey dot at its delay, and its Space is remembered there."""
    seen = plot.points_of(plot.punctuality(samples)).set_index("space_id")
    delay = stats.measures(samples).set_index("space_id")["start_delay"].dt.total_seconds() / 60
    np.testing.assert_allclose(seen["x"], delay.loc[seen.index])
    assert len(seen) == 77  # 80 less three without a host


def test_the_title_counts_starts(samples: pd.DataFrame) -> None:
    """On time, late and early; of one Space, how late it was."""
    assert title(stats.punctuality(samples).iloc[0]) == "45 of 80 Spaces started on time; 34 late, 1 early"
    one = samples[samples["space_id"] == samples["space_id"].iloc[3]]
    assert title(stats.punctuality(one).iloc[0]).startswith("The one Space started 3.4 min late")
    on_time = one.assign(started_at=one["scheduled_start"])
    assert title(stats.punctuality(on_time).iloc[0]) == "The one Space started on time"
    assert title(stats.punctuality(samples.head(0)).iloc[0]) == "No announced starts"
