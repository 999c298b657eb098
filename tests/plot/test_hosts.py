"""Hosts: single Spaces, medians and estimates are those of `stats`."""

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from plotted import caption_of, points, table

from spacekit import plot, stats


def legend_of(ax: Axes) -> list[str]:
    """Return the words of the legend."""
    legend = ax.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_estimates_and_medians_are_those_of_stats(samples: pd.DataFrame) -> None:
    """Rows are hosts by estimate, the highest on top, with median, estimate and interval of `stats.hosts`."""
    ax = plot.hosts(samples)
    pooled = stats.hosts(samples)
    rows = pooled[pooled["n"] > 0]
    names = [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]
    assert names == rows["creator_screen_name"].tolist()
    heights = np.asarray(ax.get_yticks(), dtype=float)
    assert (np.diff(heights) < 0).all()
    medians, estimates = points(ax, "median of them"), points(ax, ax.collections[-1].get_label())
    np.testing.assert_allclose(medians, np.column_stack([rows["share_median"].astype(float), heights]))
    np.testing.assert_allclose(estimates, np.column_stack([rows["estimate"].astype(float), heights]))
    (lines,) = [each for each in ax.collections if isinstance(each, mpl.collections.LineCollection)]
    ends = np.array([segment[:, 0] for segment in lines.get_segments()])
    np.testing.assert_allclose(ends, rows[["low", "high"]].to_numpy(dtype=float))


def test_each_space_has_a_dot_in_its_row(samples: pd.DataFrame) -> None:
    """Every Space that is compared and has a host is one dot, within the height of its host's row."""
    ax = plot.hosts(samples)
    dots = points(ax, "a Space")
    names = [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]
    at = dict(zip(names, ax.get_yticks(), strict=True))
    share, host = stats.measures(samples)["replay_share"], stats.group_labels(samples, "host")
    known = share.notna() & host.notna()
    expected = sorted(zip(host[known].map(at).astype(float), share[known].astype(float), strict=True))
    drawn = sorted(zip(np.rint(dots[:, 1]), dots[:, 0], strict=True))
    np.testing.assert_allclose(drawn, expected)


def test_order_of_rows_does_not_matter(samples: pd.DataFrame) -> None:
    """The same Spaces in another order are drawn alike, dot for dot."""
    turned = samples.sample(frac=1, random_state=2)
    np.testing.assert_array_equal(
        points(plot.hosts(turned), "a Space"), points(plot.hosts(samples), "a Space")
    )


def test_caption_says_what_is_pulled(samples: pd.DataFrame) -> None:
    """Shrinkage is said under the chart; where nothing can be pooled there is no estimate, and the caption says why."""
    assert "few or scattered Spaces are pulled towards all hosts" in caption_of(plot.hosts(samples))
    alone = plot.hosts(samples[samples["creator_screen_name"] == "sample_radio"])
    assert "No estimates" in caption_of(alone)
    assert legend_of(alone) == ["a Space", "median of them"]
    assert legend_of(plot.hosts(samples))[-1] == "estimate, 95 % interval"


def test_of_many_hosts_the_largest_are_drawn_with_the_estimates_of_all() -> None:
    """Leaving hosts off the chart does not change the estimates of the others."""
    spaces = table("hosts", "large")
    ax = plot.hosts(spaces)
    pooled = stats.hosts(spaces).set_index("creator_screen_name")
    names = [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]
    assert len(names) == 30
    assert pooled["n"][names].min() >= pooled["n"].drop(names).max()
    drawn = points(ax, ax.collections[-1].get_label())[:, 0]
    np.testing.assert_allclose(drawn, pooled["estimate"][names].astype(float))
    assert "The 30 largest of" in caption_of(ax)
