"""Views of the announcing post beside live and replay, over all Spaces."""

from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.stats import reach

SPACES = sk.sample_batch().spaces
COMPARED = sk.measures(SPACES).query("excluded.isna() and live > 0")


def posts_of(views: dict[str, int | None]) -> pd.DataFrame:
    """One announcing post for each Space."""
    rows: list[dict[str, Any]] = [
        {
            "post_id": str(9_000_000_000_000_000_000 + place),
            "posted_at": pd.Timestamp("2026-01-01", tz="UTC"),
            "space_id": space_id,
            "author_screen_name": "host",
            "author_followers_count": 10,
            "views": number,
            "is_repost": False,
        }
        for place, (space_id, number) in enumerate(views.items())
    ]
    return pd.DataFrame(rows)


def test_ratios_are_of_each_space() -> None:
    """The typical ratio is the median of the Spaces' own ratios, over those that have both counts."""
    three = COMPARED.head(3)
    views = dict(zip(three["space_id"], three["live"] * [2, 10, 4], strict=True))
    row = reach(SPACES, posts_of(views)).iloc[0]
    assert row["views_per_live"] == 4
    assert (row["n"], row["n_views"], row["n_ratio"]) == (len(SPACES), 3, 3)
    assert row["live_median"] == three["live"].median()


def test_spaces_without_views_are_counted_and_left_out() -> None:
    """A Space whose announcing post is unknown, or came without views, is in `n` and in nothing else."""
    first, second = COMPARED["space_id"].head(2)
    row = reach(SPACES, posts_of({first: 500, second: None})).iloc[0]
    assert (row["n_views"], row["views_median"]) == (1, 500)


def test_a_space_with_several_rows_counts_once() -> None:
    """An older row of a Space changes nothing."""
    posts = posts_of(dict.fromkeys(COMPARED["space_id"], 500))
    again = SPACES.assign(fetched_at=SPACES["fetched_at"] - pd.Timedelta(days=1))
    both = pd.concat([SPACES, again], ignore_index=True)
    pd.testing.assert_frame_equal(reach(both, posts), reach(SPACES, posts))


@pytest.mark.parametrize("spaces", [SPACES, SPACES.iloc[:0]])
def test_without_posts_there_is_one_row(spaces: pd.DataFrame) -> None:
    """Without posts the medians are missing, and the dtypes are the same."""
    posts = posts_of({"1SAMPLEother1": 5})
    table = reach(spaces, posts.iloc[:0])
    assert len(table) == 1
    assert table["views_per_live"].isna().all()
    assert table.dtypes.equals(reach(SPACES, posts).dtypes)
