"""The first announcing post of each Space, and the column `views` of `measures`."""

from itertools import permutations
from typing import Any

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import spacekit as sk
from spacekit.stats import announcements


def posts_of(*rows: dict[str, Any]) -> pd.DataFrame:
    """A table of posts: a post of its own for each row, an hour after the one before."""
    return pd.DataFrame(
        [
            {
                "post_id": f"90000000000000000{place:02}",
                "posted_at": pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(hours=place),
                "space_id": "1SAMPLEone001",
                "author_screen_name": "host",
                "author_followers_count": 10,
                "views": 100 + place,
                "is_repost": False,
                **row,
            }
            for place, row in enumerate(rows)
        ]
    )


def test_the_earliest_post_counts() -> None:
    """Of several posts of a Space the earliest is taken, in whatever order they come."""
    posts = posts_of({}, {}, {"space_id": "1SAMPLEtwo002"})
    wanted = announcements(posts)
    assert wanted["views"].tolist() == [100, 102]
    assert wanted["posts"].tolist() == [2, 1]
    for order in permutations(range(3)):
        assert_frame_equal(announcements(posts.iloc[list(order)]), wanted)


def test_reposts_are_no_announcements() -> None:
    """A repost is counted apart; a Space that only reposts link has no announcing post, and no views."""
    posts = posts_of({"is_repost": True}, {}, {"is_repost": True, "space_id": "1SAMPLEtwo002"})
    first = announcements(posts).set_index("space_id")
    assert first.loc["1SAMPLEone001", ["views", "posts", "reposts"]].tolist() == [101, 1, 1]
    assert first.loc["1SAMPLEtwo002", ["posts", "reposts"]].tolist() == [0, 1]
    assert pd.isna(first.loc["1SAMPLEtwo002", "views"])


def test_missing_views_stay_missing() -> None:
    """Where the first post has no views, those of a later post do not take their place."""
    assert announcements(posts_of({"views": None}, {}))["views"].isna().tolist() == [True]


def test_a_post_that_two_queries_found_counts_once() -> None:
    """The same post from two queries is one post, with the greater of its views, in either order."""
    post_id = "9000000000000000001"
    posts = posts_of({"post_id": post_id}, {"post_id": post_id})
    posts["posted_at"] = posts["posted_at"].iloc[0]
    for table in (posts, posts.iloc[::-1]):
        assert announcements(table)[["views", "posts"]].to_numpy().tolist() == [[101, 1]]


def test_posts_without_a_time_come_last() -> None:
    """A post whose time is missing is not taken for the first one."""
    assert announcements(posts_of({"posted_at": pd.NaT}, {}))["views"].tolist() == [101]


def test_dtypes_are_those_of_the_contract_when_empty() -> None:
    """Without posts the table has the same columns and dtypes."""
    posts = posts_of({})
    assert announcements(posts.iloc[:0]).dtypes.equals(announcements(posts).dtypes)


def test_input_is_not_changed() -> None:
    """The posts that are passed stay as they are."""
    posts = posts_of({}, {})
    before = posts.copy()
    announcements(posts)
    assert_frame_equal(posts, before)


def test_what_has_posts_is_taken() -> None:
    """Whatever has a table `posts` is taken, such as a Search; else the message says what to pass."""

    class Found:
        posts = posts_of({})

    assert announcements(Found())["views"].tolist() == [100]
    with pytest.raises(TypeError, match=r"posts: expected a table of posts.*search\.posts"):
        announcements(["1SAMPLEone001"])  # type: ignore[arg-type]  # what is tested
    with pytest.raises(ValueError, match=r"posts: the table lacks the columns \['views'\]"):
        announcements(posts_of({}).drop(columns="views"))


def test_measures_show_views_where_posts_are_passed() -> None:
    """`measures` has `views` as its last column with posts only, by Space and on the index of the table."""
    spaces = sk.sample_batch().spaces.head(3).set_index(pd.Index([7, 5, 5]))
    posts = posts_of({"space_id": spaces["space_id"].iloc[2]})
    plain, measured = sk.measures(spaces), sk.measures(spaces, posts)
    assert_frame_equal(measured.drop(columns="views"), plain)
    assert measured.columns[-1] == "views"
    assert measured["views"].dtype == "Int64"
    assert measured["views"].fillna(-1).tolist() == [-1, -1, 100]
    assert sk.measures(spaces, posts.iloc[:0])["views"].isna().all()
