"""Audience against followers: the points are those of `stats.followers`, and who is off the line is named."""

import re

import numpy as np
import pandas as pd
from plotted import caption_of, drawn, labels_in, many, points

from spacekit import plot, stats
from spacekit.plot.followers import title
from spacekit.stats.followers import furthest_off


def test_followers_draws_one_point_a_creator(samples: pd.DataFrame) -> None:
    """Points are followers and median of each creator."""
    known = stats.followers(samples).dropna(subset="followers")
    shown = points(plot.followers(samples))
    np.testing.assert_allclose(shown, known[["followers", "audience_median"]].to_numpy(dtype=float))


def test_who_is_off_the_line_is_named(samples: pd.DataFrame) -> None:
    """Named first, and in the caption, are the creators whose interval excludes the line; it counts the others."""
    ranked = stats.followers(samples, "replay")
    off = ranked[ranked["off_line"]]
    assert len(off)
    ax = plot.followers(samples, audience="replay")
    assert [text.get_text() for text in labels_in(ax)][:-3] == [
        f"@{name}" for name in off["creator_screen_name"]
    ]
    words = caption_of(ax)
    one = off.iloc[0]
    times = [2 ** one[f"residual_{part}"] for part in ("pooled", "low", "high")]
    assert f"@{one['creator_screen_name']} × {times[0]:.2g} ({times[1]:.2g} to {times[2]:.2g})" in words
    assert f"{len(ranked) - len(off)} creators cannot be told apart from the line." in words


def test_the_biggest_are_named_in_grey_for_orientation(samples: pd.DataFrame) -> None:
    """Besides those off the line, the three with the most followers; as cells hide names, not where there are cells."""
    ax = plot.followers(samples)
    assert [text.get_text() for text in labels_in(ax)] == [
        "@sample_radio",
        "@sample_weather",
        "@sample_beats",
    ]
    drawn(ax)
    assert all(text.get_alpha() for text in labels_in(ax))
    assert all(len(np.asarray(line.get_xdata())) == 0 for line in ax.lines[1:])
    crowd = many(samples, 40)
    assert len(labels_in(plot.followers(crowd))) <= 6


def test_no_finding_where_nobody_is_off_the_line(samples: pd.DataFrame) -> None:
    """With live listeners of the samples, and with one Space a creator, no one is told apart from the line."""
    ax = plot.followers(samples)
    assert "12 creators cannot be told apart from the line." in caption_of(ax)
    single = plot.followers(samples.drop_duplicates("creator_id"))
    assert "Too few creators, or Spaces of each" in caption_of(single)


def test_live_counts_spaces_without_a_recording(samples: pd.DataFrame) -> None:
    """Live listeners are those of every Space that has ended, recorded or not, and the notes say so."""
    live, replay = plot.followers(samples), plot.followers(samples, audience="replay")
    assert "Spaces without a recording count, too" in plot.notes(live)
    assert "no recording" not in plot.notes(live)
    assert "5 no recording" in plot.notes(replay)
    assert len(points(live)) == len(points(replay)) + 1  # a creator without any recording


def test_the_title_names_who_is_furthest_off(samples: pd.DataFrame) -> None:
    """With how many times the audience on the line; without anyone, or with too few creators, it says so."""
    ranked = furthest_off(samples, "replay", 3)
    words = "@sample_archive has 6.4 times the replay plays that its followers suggest"
    assert title(ranked, "replay") == words
    assert words in caption_of(plot.followers(samples, audience="replay"))
    nobody = title(furthest_off(samples, "live", 3), "live")
    assert nobody == "No creator stands out from what followers suggest (12 creators)"
    assert title(ranked.assign(off_line=pd.NA), "replay").startswith("Too few creators, or Spaces")
    no_line = ranked.assign(off_line=pd.NA, expected=pd.NA)
    assert title(no_line, "replay") == "11 creators: too few to say what followers suggest"
    assert title(ranked.head(0), "replay") == "No creators to compare"


def test_three_are_named_on_each_side_and_the_others_counted(samples: pd.DataFrame) -> None:
    """Of many creators off the line, the three furthest on either side are named, and the caption counts the rest."""
    parts = []
    for place in range(40):
        part = samples[samples["creator_screen_name"] == "sample_markets"].copy()
        factor = 2.0 ** (4 if place < 5 else -4 if place < 9 else 0)
        part["total_live_listeners"] = (part["total_live_listeners"] * factor).round().astype("Int64")
        for name in ("space_id", "creator_id", "creator_screen_name"):
            part[name] = part[name] + f"_{place}"
        part["creator_followers_count"] = 1_000 + 997 * (place * 7 % 40)
        parts.append(part)
    ax = plot.followers(pd.concat(parts, ignore_index=True))
    assert len(labels_in(ax)) == 6 + 3
    words = caption_of(ax)
    assert re.search(
        r"Above the line, .* and 2 more\. Below the line, .* and 1 more\. 31 creators cannot", words
    )
