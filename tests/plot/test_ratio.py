"""The ratio of plays to live listeners: the chart shows the numbers of `stats`."""

import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, labels_in, many, points, table

from spacekit import plot, stats

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")


def test_points_are_ratio_and_size(samples: pd.DataFrame) -> None:
    """Each Space that is compared is a point: the geometric mean across, log2 of the ratio up, zeros among them."""
    found = stats.ratio(samples).dropna(subset="log2_ratio").astype({"log2_size": float, "log2_ratio": float})
    drawn = points(plot.ratio(samples))
    np.testing.assert_allclose(drawn[:, 0], 2 ** found["log2_size"])
    np.testing.assert_allclose(drawn[:, 1], found["log2_ratio"])
    assert "A count of 0 is kept (1 live, 1 replay)" in caption_of(plot.ratio(samples))


def test_line_and_fan_are_slope_and_interval(samples: pd.DataFrame) -> None:
    """The line has the slope of stats through the means, the fan its interval; the caption words both as factors."""
    ax, row = plot.ratio(samples), stats.ratio_slope(samples).iloc[0]
    (line,) = [each for each in ax.lines if each.get_label() == "slope"]
    (x0, x1), (y0, y1) = np.log2(line.get_xdata()), line.get_ydata()
    assert (y1 - y0) / (x1 - x0) == pytest.approx(row.slope)
    assert y0 + row.slope * (row.log2_size_mean - x0) == pytest.approx(row.log2_ratio_mean)
    (fan,) = [each for each in ax.collections if "interval" in str(each.get_label())]
    corners = fan.get_paths()[0].vertices
    right = corners[np.isclose(corners[:, 0], 2**x1), 1]
    wanted = [
        row.log2_ratio_mean + row[f"slope_{end}"] * (x1 - row.log2_size_mean) for end in ("low", "high")
    ]
    assert sorted({float(round(height, 9)) for height in right}) == pytest.approx(sorted(wanted))
    low, high = 2**row.slope_low, 2**row.slope_high
    words = f"the ratio changes by × {2**row.slope:.2f} (95 % interval × {low:.2f} to × {high:.2f}"
    assert words in caption_of(ax)


def test_groups_have_a_colour_each_and_the_rest_is_grey(samples: pd.DataFrame) -> None:
    """The six largest groups are drawn in colour with their lines, and the caption counts the others."""
    ax = plot.ratio(samples, by="host")
    names = [text.get_text() for text in ax.get_legend().get_texts()]
    assert len(names) == 6
    assert "sample_markets (n = 13)" in names
    assert "Lines: slopes of the 6 largest of 12 groups." in caption_of(ax)
    assert sum(len(each.get_offsets()) for each in ax.collections) == 71


def test_many_spaces_are_cells(samples: pd.DataFrame) -> None:
    """More Spaces than can be told apart are drawn as cells with a key, also in groups."""
    for by in (None, "weekday"):
        ax = plot.ratio(many(samples, 12), by=by)
        assert sum(points(ax, None).shape[:1]) < 71 * 12
        assert ax.child_axes


def test_a_lone_creator_and_few_spaces(samples: pd.DataFrame) -> None:
    """One Space has a median and no slope; the caption says what there is."""
    ax = plot.ratio(table("ratio", "one"))
    assert "Median ×" in caption_of(ax)
    assert [each.get_label() for each in ax.lines if each.get_label() == "slope"] == []
    assert "1 creator)" in caption_of(plot.ratio(samples[samples["creator_screen_name"] == "sample_radio"]))
    assert labels_in(ax) == []


@pytest.mark.parametrize("apart", [0, 1])
def test_spaces_of_one_size_have_no_line(samples: pd.DataFrame, apart: int) -> None:
    """Also where their mean is another number by rounding; a slope over nearly equal sizes is said, however steep."""
    one = samples[samples["total_live_listeners"] > 1_000].iloc[[0] * 6].copy()
    one["space_id"] = pd.array([f"1ALIKE{n:07d}" for n in range(6)], dtype=one["space_id"].dtype)
    one["total_live_listeners"] = [435_271 + apart * n for n in range(6)]
    one["total_replay_watched"] = [1_291_373 + apart * 9 ** (6 - n) for n in range(6)]
    assert pd.isna(stats.ratio_slope(one)["slope"].iloc[0]) == (apart == 0)
    plot.ratio(one)


@pytest.mark.parametrize(
    ("column", "counted"), [("replay_watched", "replay plays"), ("live_listeners", "live listeners")]
)
def test_the_title_reads_no_ratio_out_of_zeros(samples: pd.DataFrame, column: str, counted: str) -> None:
    """Where most Spaces have a count of 0 the median ratio is that of the half added, so the title counts them."""
    none = samples.assign(**{f"total_{column}": pd.array([0] * len(samples), dtype="Int64")})
    words = plot.ratio(none).get_title(loc="left")
    assert words.startswith(f"No {counted} in ")
    assert "per live listener" in plot.ratio(samples).get_title(loc="left")
