"""Audience against followers, and the ranking of what followers do not explain."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, T0, counted

from spacekit import samples, stats
from spacekit.stats.followers import furthest_off


def test_by_hand() -> None:
    """Followers 1, 2, 4 and medians 2, 16, 8 give a line of slope 1 and residuals -2/3, 4/3, -2/3."""
    table = counted([2, 16, 8], [1, 1, 1], ["a", "b", "c"], creator_followers_count=[1, 2, 4])
    found = stats.followers(table)
    assert found.creator_id.tolist() == ["b", "a", "c"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found.residual.tolist() == pytest.approx([4 / 3, -2 / 3, -2 / 3])
    assert found.expected.tolist() == pytest.approx([2 ** (8 / 3), 2 ** (5 / 3), 2 ** (11 / 3)])


def test_one_row_a_creator_with_the_newest_followers() -> None:
    """Each creator has one row: its median over Spaces that are not excluded, and its newest handle and followers."""
    table = counted(
        [10, 30, 999, 5],
        [1, 1, 1, 1],
        ["a", "a", "a", None],
        state=["Ended", "Ended", "Running", "Ended"],
        creator_screen_name=["new", "old", "odd", None],
        creator_followers_count=[200, 100, 1, 7],
        fetched_at=[T0 + 3 * DAY, T0 + 2 * DAY, T0 + DAY, T0],
    )
    row = stats.followers(table).iloc[0]
    assert len(stats.followers(table)) == 1
    assert (row.creator_screen_name, row.followers, row.n, row.audience_median) == ("new", 200, 2, 20)


@pytest.mark.parametrize(
    ("live", "followers"),
    [([1, 2], [1, 2]), ([1, 2, 3], [5, 5, 5]), ([1, 2, 3], [1, 0, None])],
)
def test_no_line_no_rank(live: list[int], followers: list[int | None]) -> None:
    """With fewer than three creators that count, or equal followers, nothing is expected, and nobody is ranked."""
    table = counted(live, [1] * len(live), list("abc")[: len(live)], creator_followers_count=followers)
    found = stats.followers(table)
    assert len(found) == len(live)
    assert found[["expected", "residual", "rank"]].isna().all(axis=None)


@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
@pytest.mark.parametrize("audience", ["live", "replay"])
def test_samples_against_polyfit(audience: str) -> None:
    """On the sample Spaces the line is numpy's polyfit on the logarithms, and the ranks follow the residuals."""
    found = stats.followers(samples.sample_batch().spaces, audience).dropna(subset="rank")
    x, y = (
        np.log2(found.followers.to_numpy(dtype=float)),
        np.log2(found.audience_median.to_numpy(dtype=float)),
    )
    line = np.polyval(np.polyfit(x, y, 1), x)
    assert np.log2(found.expected.to_numpy(dtype=float)) == pytest.approx(line)
    assert found.residual.to_numpy(dtype=float) == pytest.approx(y - line)
    assert found.residual.is_monotonic_decreasing
    assert found["rank"].tolist() == [*range(1, len(found) + 1)]


def test_empty_and_unknown() -> None:
    """An empty table gives the same dtypes; an unknown audience is refused with its name."""
    table = counted([2, 16, 8], [1, 1, 1], ["a", "b", "c"])
    assert (stats.followers(table[:0]).dtypes == stats.followers(table).dtypes).all()
    with pytest.raises(ValueError, match="both"):
        stats.followers(table, "both")


def test_order_of_rows_and_index_do_not_matter() -> None:
    """The same Spaces in another order, on another index, give the same table."""
    spaces = samples.sample_batch().spaces
    turned = spaces.sample(frac=1, random_state=1).set_axis(range(7, 7 + len(spaces)))
    pd.testing.assert_frame_equal(stats.followers(spaces), stats.followers(turned), check_exact=True)


def test_zero_counts_as_a_half() -> None:
    """A creator whose median is 0 is on the line with one half, not dropped."""
    table = counted([1, 2, 0], [1, 1, 1], ["a", "b", "c"], creator_followers_count=[1, 2, 4])
    found = stats.followers(table).set_index("creator_id")
    x, y = np.log2([1, 2, 4]), np.log2([1, 2, 0.5])
    assert found.expected[["a", "b", "c"]].to_numpy(float) == pytest.approx(
        2 ** np.polyval(np.polyfit(x, y, 1), x)
    )
    assert found.residual["c"] == pytest.approx(-1 - np.log2(found.expected["c"]))


def test_a_space_counts_once() -> None:
    """Repeated rows of a Space change nothing."""
    spaces = samples.sample_batch().spaces
    again = pd.concat([spaces, spaces.iloc[:30]], ignore_index=True)
    pd.testing.assert_frame_equal(stats.followers(again), stats.followers(spaces))


def around_the_line(spaces_each: list[int], off: dict[int, float], spread: float = 1.0) -> pd.DataFrame:
    """Return Spaces of creators who are on the line, but for those in `off`, so far above it; by 1,000 followers up."""
    rng = np.random.default_rng(3)
    codes = np.repeat(np.arange(len(spaces_each)), spaces_each)
    followers = 1_000 * 2.0 ** np.linspace(0, 8, len(spaces_each))
    levels = np.log2(followers / 20) + np.array([off.get(code, 0.0) for code in range(len(spaces_each))])
    live = np.rint(2 ** (levels[codes] + spread * rng.standard_normal(len(codes)))).astype(int)
    names = [f"c{code:02d}" for code in codes]
    return counted(
        live.tolist(), [1] * len(codes), names, creator_followers_count=followers[codes].astype(int).tolist()
    )


def test_only_what_the_data_carry_is_off_the_line() -> None:
    """With many Spaces, a creator 3 above the line is off it; with one Space, nobody is, however far the Space lies."""
    found = stats.followers(around_the_line([8] * 12 + [1] * 3, {2: 3.0, 13: 2.5})).set_index("creator_id")
    assert found.index[found.off_line].tolist() == ["c02"]
    single = found.loc["c13"]
    assert single.residual > 1
    assert single.residual_low < 0 < single.residual_high
    assert single.residual_pooled < single.residual


def test_interval_and_flag_go_together() -> None:
    """A creator is off the line where its interval excludes 0; the pooled distance lies in the interval."""
    found = stats.followers(around_the_line([6] * 15, {1: 2.0, 8: -2.0, 14: 1.0}))
    outside = (found.residual_low > 0) | (found.residual_high < 0)
    assert (found.off_line == outside).all()
    assert found.off_line.any()
    assert found.residual_pooled.between(found.residual_low, found.residual_high).all()


def test_no_interval_where_nothing_can_be_pooled() -> None:
    """With three creators, or one Space each, the distance stands without interval, and nobody is off the line."""
    pooled = ["residual_pooled", "residual_low", "residual_high", "off_line"]
    for sizes in ([5, 5, 5], [1] * 12):
        found = stats.followers(around_the_line(sizes, {1: 3.0}))
        assert found.residual.notna().all()
        assert found[pooled].isna().all(axis=None)


def test_a_higher_confidence_widens_the_interval() -> None:
    """Intervals are of the confidence asked for, which is checked."""
    table = around_the_line([5] * 10, {})
    narrow, wide = stats.followers(table, confidence=0.8), stats.followers(table, confidence=0.99)
    assert ((wide.residual_low < narrow.residual_low) & (narrow.residual_high < wide.residual_high)).all()
    with pytest.raises(ValueError, match="confidence: got 2"):
        stats.followers(table, confidence=2)


def test_warns_of_ages_for_replay_only() -> None:
    """Replay plays of Spaces fetched at 1 and 9 days do not compare; live listeners do."""
    table = around_the_line([4] * 5, {})
    table["fetched_at"] = table.ended_at + pd.to_timedelta([1] * 4 + [9] * 16, unit="D").to_series(
        index=table.index
    )
    stats.followers(table)
    with pytest.warns(stats.AgeWarning, match=r"^followers: ") as caught:
        stats.followers(table, "replay")
    assert len(caught) == 1


@pytest.mark.parametrize("audience", ["live", "replay"])
@pytest.mark.parametrize("most", [1, 3])
def test_for_a_chart_all_that_is_not_missing_is_the_same(audience: str, most: int) -> None:
    """`furthest_off` has the rows of `followers`; what is pooled may be missing but of the furthest on either side."""
    rng = np.random.default_rng(3)
    host = np.repeat(np.arange(40), 6)
    counts = (
        (2 ** (rng.uniform(3, 12, 40)[host] + rng.normal(0, 0.3, len(host)))).round().astype(int).tolist()
    )
    spaces = counted(
        counts, counts, [f"{at:03d}" for at in host], creator_followers_count=(50 + host).tolist()
    )
    found, every = furthest_off(spaces, audience, most), stats.followers(spaces, audience)
    pooled = ["residual_pooled", "residual_low", "residual_high"]
    pd.testing.assert_frame_equal(found.drop(columns=[*pooled, "side"]), every.drop(columns=pooled))
    side = (every["residual_low"] > 0).astype("Int64") - (every["residual_high"] < 0).astype("Int64")
    assert found["side"].tolist() == side.tolist()
    known = found["residual_pooled"].notna()
    pd.testing.assert_frame_equal(found.loc[known, pooled], every.loc[known, pooled], atol=1e-12)
    order = every[every["off_line"]]["residual_pooled"].sort_values()
    assert len(order) > 20
    assert known[[*order.index[:most], *order.index[-most:]]].all()
    assert known.sum() < len(order)
