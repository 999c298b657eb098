"""Reach: three marks a Space, and what is said where one is missing."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from plotted import caption_of, points

import spacekit as sk
from spacekit import plot, stats
from spacekit.plot.frame import grey_line


@pytest.fixture(scope="module")
def posts(samples: pd.DataFrame) -> pd.DataFrame:
    """A post of each Space but three, with ten views for each live listener."""
    live = sk.measures(samples)["live"].fillna(0)
    table = pd.DataFrame(
        {
            "post_id": [str(9_000_000_000_000_000_000 + place) for place in range(len(samples))],
            "posted_at": pd.Timestamp("2026-01-01", tz="UTC"),
            "space_id": samples["space_id"],
            "author_screen_name": "host",
            "author_followers_count": 10,
            "views": live * 10,
            "is_repost": False,
        }
    )
    return table.iloc[3:]


def test_a_row_has_three_marks(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """Each row has views, live and replay of one Space, as `measures` has them, most views on top."""
    space = samples[samples["state"] == "Ended"].iloc[[5, 9]]
    measured = sk.measures(space, posts).sort_values("views")
    ax = plot.reach(space, posts)
    for name in ("views", "live", "replay"):
        drawn = points(ax, name)
        assert sorted(zip(drawn[:, 1], drawn[:, 0], strict=True)) == list(enumerate(measured[name]))
    assert ax.get_xscale() in ("log", "symlog")


def test_the_title_has_the_median(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """The title has the median of views per live listener; the notes the three medians, and what they are not."""
    ax = plot.reach(samples, posts)
    assert ax.get_title(loc="left").startswith("10 views of the announcing post for each live listener")
    summary = stats.reach(samples, posts).iloc[0]
    assert f"{summary['live_median']:,.0f} live" in caption_of(ax)
    assert "they are not people" in caption_of(ax)


def test_what_is_missing_is_counted(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """The notes count Spaces without views, without a recording, and not ended; none of them has a mark there."""
    words = caption_of(plot.reach(samples, posts))
    reasons = sk.measures(samples)["excluded"].value_counts()
    assert f"Left out: {reasons['not ended']} not ended" in words
    assert f"Without a recording: {reasons['no recording']}" in words
    assert "Without known views of an announcing post: 3." in words


def test_spaces_with_most_views_are_drawn(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """Of more Spaces than fit, those with most views are drawn, and the grey line says so."""
    ax = plot.reach(samples, posts)
    shown = points(ax, "views")[:, 0]
    assert np.ma.filled(shown, np.nan).min() >= sorted(posts["views"], reverse=True)[40]
    assert f"of {len(samples)} Spaces, those with most views" in grey_line(ax)


def test_without_posts_the_other_two_are_drawn(samples: pd.DataFrame) -> None:
    """Without posts the chart says that no views are known, and shows live and replay."""
    ax = plot.reach(samples)
    assert ax.get_title(loc="left") == "No views of an announcing post are known"
    assert len(points(ax, "live")) == 30
    assert "those with most live listeners" in grey_line(ax)


def test_colours_are_those_of_live_and_replay(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """Live and replay have the colours of every chart; views are grey."""
    ax, other = plot.reach(samples, posts), plot.audience(samples)
    colours = {part.get_label(): mpl.colors.to_hex(part.get_facecolor()[0]) for part in ax.collections[1:]}
    usual = [mpl.colors.to_hex(part.get_facecolor()[0]) for part in other.collections[1:]]
    assert [colours["live"], colours["replay"]] == usual
    assert len(set(mpl.colors.to_rgb(colours["views"]))) == 1


def test_one_space_has_no_median(samples: pd.DataFrame, posts: pd.DataFrame) -> None:
    """The title of a chart of one Space calls its ratio that of one Space."""
    ended = samples.iloc[3:][samples["state"].iloc[3:] == "Ended"].head(1)
    assert plot.reach(ended, posts).get_title(loc="left").endswith("for each live listener in one Space")
