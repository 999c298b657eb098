"""Audience against followers, and the ranking of what followers do not explain."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, T0, counted

from spacekit import samples, stats


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
    [([1, 2], [1, 2]), ([1, 2, 3], [5, 5, 5]), ([1, 2, 0], [1, 2, 3]), ([1, 2, 3], [1, 0, None])],
)
def test_no_line_no_rank(live: list[int], followers: list[int | None]) -> None:
    """With fewer than three creators that count, or equal followers, nothing is expected, and nobody is ranked."""
    table = counted(live, [1] * len(live), list("abc")[: len(live)], creator_followers_count=followers)
    found = stats.followers(table)
    assert len(found) == len(live)
    assert found[["expected", "residual", "rank"]].isna().all(axis=None)


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


def test_order_of_rows_does_not_matter() -> None:
    """The same Spaces in another order give the same table."""
    spaces = samples.sample_batch().spaces
    turned = spaces.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(stats.followers(spaces), stats.followers(turned))
