"""Results as people read them: the columns they need, rounded; the exact table underneath."""

import re
from typing import Any

import pandas as pd
import pytest

import spacekit as sk

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")

BATCH = sk.sample_batch()
OBSERVATIONS = sk.read(sk.sample_observations_path())
with sk.sandbox() as CLIENT:
    FOUND = CLIENT.search(hosts=["sample_radio", "sample_books"], progress=False)
RESULTS: dict[str, Any] = {
    "compare": lambda: sk.compare(BATCH, by="host"),
    "contrast": lambda: sk.contrast(BATCH, by="host"),
    "hosts": lambda: sk.hosts(BATCH),
    "spaces": lambda: BATCH.spaces,
    "at_age": lambda: sk.at_age(OBSERVATIONS, "7D"),
    "observations": lambda: OBSERVATIONS.spaces.assign(age=pd.Timedelta("25h")),
    "outcomes": lambda: BATCH.outcomes,
    "creators": lambda: BATCH.creators,
    "participants": lambda: BATCH.participants,
    "problems": lambda: BATCH.problems,
    "audience": lambda: BATCH.audience,
    "measures": lambda: sk.measures(BATCH),
    "quality": lambda: sk.quality(BATCH),
    "growth": lambda: sk.growth(OBSERVATIONS),
    "columns": sk.describe_columns,
    "plain": lambda: sk.plain(BATCH.spaces),
    "over_time": lambda: sk.over_time(BATCH),
    "trend": lambda: sk.stats.trend_periods(BATCH),
    "posts": lambda: FOUND.posts,
    "queries": lambda: FOUND.queries,
    "mine": lambda: pd.DataFrame([[1, "<b>", None]], columns=["a", "a", "c"]),
    "nothing": pd.DataFrame,
}


def heads(table: Any) -> list[str]:
    """The heads of the columns shown."""
    return [column.head for column in sk.rounded(table).columns()]


@pytest.mark.parametrize("name", RESULTS)
def test_every_table_is_shown(name: str) -> None:
    """As text and as HTML, also when it has no rows, with the exact table unchanged underneath."""
    table = RESULTS[name]()
    before = table.copy(deep=True)
    for part in (table, table.head(0)):
        shown = sk.rounded(part)
        assert shown.table is part
        for words in (str(shown), shown._repr_html_()):
            assert not re.search(r"\+00:00|\d+ days|<NA>|NaT|\bnan\b", words), words
        assert "<b>" not in shown._repr_html_()
    pd.testing.assert_frame_equal(table, before)


def test_a_comparison_has_seven_columns() -> None:
    """Rounded: counts with commas, shares in percent, the interval as a range, and a remark."""
    shown = sk.rounded(RESULTS["compare"]())
    assert heads(shown.table) == ["group", "n", "live", "replay", "share", "interval", "remark"]
    assert re.search(r"sample_markets +13 +5,123 +1,369 +30 % +12 to 43 % +1 left out\n", str(shown))
    assert re.search(r"sample_beats +5 +24,007 +5,077 +15 % +– +thin, 1 left out\n", str(shown))
    assert "(no group)" in str(shown)


def test_periods_are_days_with_medians() -> None:
    """A period that begins at midnight is named by its day; its medians, age and remark stand beside it."""
    shown = sk.rounded(sk.over_time(BATCH))
    assert heads(shown.table) == ["period (UTC)", "n", "live", "replay", "share", "age", "remark"]
    assert re.search(r"2026-06-01 +1 +323 +34 +9.5 % +1 h +thin", str(shown))
    assert "thin: few Spaces" in str(shown)


def test_thin_is_explained_where_it_occurs() -> None:
    """And only there."""
    assert "thin: too few" in str(sk.rounded(sk.compare(BATCH, by="host")))
    assert "thin" not in str(sk.rounded(sk.compare(BATCH)))


def test_spaces_show_first_what_people_look_for() -> None:
    """Title, host, date, live, replay, share; then your own columns."""
    assert heads(BATCH)[:6] == ["title", "host", "date (UTC)", "live", "replay", "share"]
    assert heads(BATCH.spaces.assign(topic="news"))[-1] == "topic"
    assert "no title" in str(sk.rounded(BATCH.spaces))


def test_the_share_is_that_of_measures() -> None:
    """Missing where live and replay do not compare, but not of a Space with a newer row."""
    shown = next(column for column in sk.rounded(BATCH.spaces.head(40)).columns() if column.head == "share")
    exact = sk.measures(BATCH.spaces.head(40)).replay_share
    assert [text == "–" for text in shown.cells] == exact.isna().tolist()


def test_instants_name_their_zone() -> None:
    """To the minute, in the zone that they have."""
    local = (
        BATCH.spaces[["started_at"]].head(1).assign(mine=lambda t: t.started_at.dt.tz_convert("Asia/Tokyo"))
    )
    assert str(sk.rounded(local)).split("\n")[:2] == [
        "started_at (UTC)  mine (Asia/Tokyo)",
        "2026-01-06 20:00  2026-01-07 05:00",
    ]


def test_a_long_table_says_what_is_not_shown() -> None:
    """The first 40 rows, and how many more there are."""
    shown = sk.rounded(BATCH)
    assert len(shown.columns()[0].cells) == 40
    assert "... and 47 rows more in .table" in str(shown)
    assert "47 rows more" in shown._repr_html_()


def test_an_index_with_a_name_is_shown() -> None:
    """As groupby makes it."""
    assert heads(BATCH.spaces.groupby("state")[["total_live_listeners"]].sum())[0] == "state"


def test_all_text_is_escaped() -> None:
    """Titles are other people's text."""
    table = BATCH.spaces.head(1).assign(title="<script>\x1b[31m")
    assert "<script>" not in sk.rounded(table)._repr_html_()
    assert "\x1b" not in str(sk.rounded(table))


def test_what_is_no_table_is_refused() -> None:
    """In the words of all functions that take one."""
    with pytest.raises(TypeError, match="rounded: expected a DataFrame"):
        sk.rounded([1, 2])
