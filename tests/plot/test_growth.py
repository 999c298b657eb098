"""The lines of growth are the observations, and end with the last; behind them the typical Space."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from plotted import caption_of, drawn, observations_of, texts_of
from typed_spaces import observations

from spacekit import plot, stats
from spacekit.words import span

DAY = 24
GROWN = [
    (f"1{place}", DAY * age, 100 * share) for place in "abcde" for age, share in ((1, 1), (7, 3), (31, 4))
]


def named(ax: Axes) -> list[str]:
    """Return the words of the legend."""
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_growth_draws_what_was_observed() -> None:
    """The line of the Space with most plays has its observations as corners, and ends at the last one."""
    seen = observations_of("samples")
    grown = stats.growth(seen)
    first = grown[grown["is_last"]].sort_values("total_replay_watched", ascending=False)["space_id"].iloc[0]
    one = grown[grown["space_id"] == first]
    x, y = plot.growth(seen).lines[0].get_data()
    np.testing.assert_allclose(x, one["age"].dt.total_seconds() / 60)
    np.testing.assert_allclose(y, one["total_replay_watched"].to_numpy(dtype=float))


def test_no_line_rises_like_a_wall() -> None:
    """Spaces are observed at the same ages, so steps would stand upright side by side: lines slope from dot to dot."""
    ax = plot.growth(observations_of("samples"))
    (rest,) = (c for c in ax.collections if isinstance(c, LineCollection))
    for line in [*rest.get_segments(), *(line.get_xydata() for line in ax.lines)]:
        known = line[~np.isnan(line[:, 1])]
        assert (np.diff(known[:, 0]) > 0).all()


def test_the_typical_space_is_that_of_stats() -> None:
    """Its line is the median share times the median final count, its band the middle half; the legend says n."""
    seen = observations(GROWN)
    ax = plot.growth(seen)
    typical = stats.typical_growth(seen, ["1D", "7D", "30D"])
    x, y = ax.lines[-1].get_data()
    at = np.searchsorted(x, [1_440, 7 * 1_440, 30 * 1_440])
    np.testing.assert_allclose(y[at], 400 * typical["share_median"].to_numpy(float))
    assert np.isnan(y[: at[0]]).all()  # no count on both sides
    assert named(ax)[-1] == "typical Space (n = 5)"
    assert "times 400, the median final count; n = 5 Spaces observed for 30 d or longer" in caption_of(ax)


def test_the_caption_has_the_age_of_all_final_counts() -> None:
    """The median age is of all final counts behind the typical Space, not of those that have a count at some age."""
    last = stats.growth(observations_of("samples")).query("is_last and total_replay_watched > 0")
    age = last.age[last.age >= pd.Timedelta("30D")].median()
    assert f"at a median age of {span(age)}." in caption_of(plot.growth(observations_of("samples")))


@pytest.mark.parametrize("rows", [GROWN[:12], [(i, age / 31, n) for i, age, n in GROWN]])
def test_there_is_no_typical_space_of_too_few(rows: list) -> None:
    """With fewer than five Spaces, or none observed for 30 days, there is none, and the caption says so."""
    ax = plot.growth(observations(rows))
    assert not any("typical" in name for name in named(ax))
    assert "Fewer than 5 Spaces were observed for 30 d: no typical one." in caption_of(ax)


def test_spaces_are_named_as_people_know_them() -> None:
    """By title, cut short, with the day where two are alike; of those without one with host and day."""
    rows = [(f"1{place}", age, n) for age in (1, 2) for n, place in enumerate("fedcba", 1)]
    seen = observations(
        rows,
        title=[None, None, "same", "same", "a" * 90, "日本語のスペース"][::-1] * 2,
        creator_screen_name=[None, "host", "x", "y", "z", "z"][::-1] * 2,
    )
    days = pd.to_datetime([f"2026-01-0{day}" for day in [*range(1, 7)] * 2], utc=True)
    ax = plot.growth(seen.assign(started_at=days.as_unit("ms")))
    drawn(ax)
    assert named(ax) == [
        "no title · 6 Jan",
        "no title · @host 5 Jan",
        "same · 4 Jan",
        "same · 3 Jan",
        named(ax)[4],
        named(ax)[5],
    ]
    assert set(named(ax)[4]) == {"a", "…"}
    assert named(ax)[5] in ("日本語のスペース", "@z 1 Jan")  # where no font has it


def test_names_that_nothing_tells_apart_are_ids() -> None:
    """Of Spaces with one title, host and day, the legend has the ids."""
    rows = [(f"1{place}", age, n) for age in (1, 2) for place, n in zip("abc", (4, 5, 3), strict=True)]
    seen = observations(rows, title=["x", "x", "y"] * 2, creator_screen_name=["h"] * 6)
    assert named(plot.growth(seen)) == ["1b", "1a", "y"]


def test_three_columns_are_enough() -> None:
    """A table with ids, ages and counts alone is drawn, Spaces named by id; it needs a time for the caption only."""
    seen = observations(GROWN)[["space_id", "age", "total_replay_watched", "fetched_at"]]
    assert named(plot.growth(seen))[:2] == ["1a", "1b"]


def test_the_year_tells_days_of_several_years_apart() -> None:
    """Where Spaces are of several years, the day in a name has its year."""
    rows = [(f"1{place}", age, n) for age in (1, 2) for place, n in (("a", 4), ("b", 5))]
    days = pd.to_datetime(["2025-01-05", "2026-01-05"] * 2, utc=True).as_unit("ms")
    seen = observations(rows, title=["same"] * 4).assign(started_at=days)
    assert named(plot.growth(seen)) == ["same · 5 Jan 2026", "same · 5 Jan 2025"]


def test_a_snapshot_says_that_growth_needs_several_observations(samples: pd.DataFrame) -> None:
    """A table with one observation a Space has an empty chart that says why, and no loose dots."""
    ax = plot.growth(samples)
    assert "growth needs several observations" in " ".join(texts_of(ax)).replace("\n", " ")
    assert ax.get_title(loc="left") == "Growth needs several observations of a Space"
    assert plot.points_of(ax).empty
    assert not ax.collections


def test_spaces_observed_once_have_no_dots() -> None:
    """Beside others with a line, those observed once are counted in the notes and not drawn."""
    ax = plot.growth(observations([*GROWN, ("1x", 1, 50)]))
    assert "Observed once, so without a line: 1 Space." in plot.notes(ax)
    assert "1x" not in set(plot.points_of(ax)["space_id"])
    assert len(plot.points_of(ax)) == len(GROWN)


def test_the_title_says_how_far_the_typical_space_had_come() -> None:
    """At a day and a week, where five Spaces carry it; else the plays of the Space with most."""
    seen = observations(GROWN)
    words = "The typical Space had 25 % of its final plays after 1 d; 75 % after 7 d"
    assert plot.growth(seen).get_title(loc="left").replace("\u00a0", " ") == words
    few = plot.growth(observations(GROWN[:6])).get_title(loc="left")
    assert few == "400 plays after 31 d in the Space with most"
    assert plot.growth(observations(GROWN[:3])).get_title(loc="left") == "400 plays after 31 d"
    assert plot.growth(observations([])).get_title(loc="left") == "No observations to draw"


def test_the_caption_tells_what_fell_and_what_is_left_out() -> None:
    """Falling plays, and observations that are not drawn, by reason."""
    rows = [*GROWN, ("1a", 40 * DAY, 300), ("1b", -1, 0), ("1c", 31 * DAY, 400)]
    words = caption_of(plot.growth(observations(rows)))
    assert "n = 5 Spaces, 16 of 18 observations ·" in words
    assert "Plays fell in 1 Space." in words
    assert "Left out: 1 observed before the end, 1 repeated." in words
