"""Shares of replay: dots, medians and halves in the rows of groups are those of `stats`."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from plotted import caption_of, many, points

from spacekit import plot, stats

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def names_of(ax: Axes) -> list[str]:
    """Return the names of the rows, the first on top."""
    return [label.get_text().split(" (n")[0] for label in ax.get_yticklabels()]


def test_rows_are_the_groups_of_stats(samples: pd.DataFrame) -> None:
    """Each group has its median, the highest on top, and a dot for each of its Spaces within its row."""
    ax = plot.replay_share(samples, by="host")
    groups = stats.summarise(samples, "host")
    groups = groups[groups["n"] > 0].fillna({"group": "no group"}).set_index("group")
    medians, at = points(ax, "median"), dict(zip(names_of(ax), ax.get_yticks(), strict=True))
    assert sorted(at) == sorted(groups.index)
    wanted = [(groups["share_median"][name], height) for name, height in at.items() if groups["n"][name] >= 3]
    np.testing.assert_allclose(medians, np.array(wanted, dtype=float))
    assert (np.diff(medians[:, 0]) <= 0).all()
    heights, n = np.unique(np.rint(points(ax, "a Space")[:, 1]), return_counts=True)
    assert dict(zip(heights, n, strict=True)) == {at[name]: groups["n"][name] for name in at}


def test_weekdays_stand_in_their_order(samples: pd.DataFrame) -> None:
    """All seven weekdays are drawn, from Monday on, also where their labels are passed, as the explorer does."""
    days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    for by in ("weekday", stats.group_labels(samples, "weekday")):
        assert names_of(plot.replay_share(samples, by=by)) == days
    months = names_of(plot.replay_share(samples, by=stats.group_labels(samples, "month")))
    assert months == sorted(months)


def test_of_many_groups_the_largest_are_drawn(samples: pd.DataFrame) -> None:
    """In small axes the largest groups are drawn, and the notes say how many are not; a thin group has dots only."""
    ax = plot.replay_share(samples, by="host", ax=Figure(figsize=(5, 3)).subplots())
    shown, n = len(names_of(ax)), 12
    assert 3 <= shown < n
    assert f"The {shown} largest of {n} groups; {n - shown} not shown." in caption_of(ax)
    single = plot.replay_share(samples, by="space_id")
    assert len(points(single, "a Space")) == 30
    assert len(points(single, "median")) == 0


def test_of_thousands_of_spaces_no_dots_are_drawn(samples: pd.DataFrame) -> None:
    """Of more than 5,000 Spaces there are medians and halves, and no place where a dot would be."""
    ax = plot.replay_share(many(samples, 80))
    assert not [each for each in ax.collections if each.get_label() == "a Space"]
    assert plot.points_of(ax).empty


def test_the_warning_names_the_chart(samples: pd.DataFrame) -> None:
    """The warning of ages names what was called."""
    with pytest.warns(stats.AgeWarning, match="^replay_share: "):
        plot.replay_share(samples)


def test_the_legend_names_only_what_is_drawn(samples: pd.DataFrame) -> None:
    """A group of one or two Spaces has no middle half and no median, so the legend has neither."""
    legend = plot.replay_share(samples.head(1)).get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a Space"]
