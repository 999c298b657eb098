"""Which group each Space is in."""

import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, T0, counted

from spacekit import stats
from spacekit.samples import sample_batch

WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def labels(table: pd.DataFrame, by, **kwargs) -> list:
    """Return the labels as a list, None where there is none."""
    return [None if pd.isna(label) else label for label in stats.group_labels(table, by, **kwargs)]


def test_none_is_one_group() -> None:
    """Without `by` every Space is in `all`."""
    assert labels(counted([1, 2], [1, 2]), None) == ["all", "all"]


def test_states_that_differ_in_case_are_one() -> None:
    """States group without regard to case, in the documented spelling; new ones stay as sent."""
    table = counted([1] * 4, [1] * 4, state=["Ended", "ENDED", "Paused", None])
    assert labels(table, "state") == ["Ended", "Ended", "Paused", None]


def test_weekdays_are_those_of_the_zone() -> None:
    """Monday 03:00 UTC is Sunday in New York; the groups come from Monday to Sunday, also if sorted text would not."""
    table = counted([1] * 8, [1] * 8, started_at=[T0 - 7 * HOUR + i * DAY for i in range(7)] + [None])
    assert labels(table, "weekday") == [*WEEK, None]
    assert labels(table, "weekday", tz="America/New_York") == ["Sunday", *WEEK[:6], None]
    assert stats.compare(table, "weekday").group.tolist()[:7] == WEEK


def test_hours_follow_summer_time() -> None:
    """The same UTC hour is one hour later by Berlin's clocks in summer."""
    winter, summer = (
        int(pd.Timestamp(day, tz="UTC").timestamp() * 1000)
        for day in ("2026-01-07 18:00", "2026-07-07 18:00")
    )
    table = counted([1, 1], [1, 1], started_at=[winter, summer])
    assert labels(table, "hour", tz="Europe/Berlin") == ["19", "20"]


def test_a_host_is_its_account() -> None:
    """Spaces of one account are one host under its newest handle; two accounts of one handle are two hosts."""
    table = counted(
        [1] * 5,
        [1] * 5,
        ["7", "7", "8", None, None],
        creator_screen_name=["old", "new", "New", None, "lost"],
        fetched_at=[T0, T0 + DAY, T0, T0, T0],
    )
    assert labels(table, "host") == ["new (7)", "new (7)", "New (8)", None, "lost"]


def test_missing_groups_are_a_group() -> None:
    """Spaces without a value to group by are a row of their own, `<NA>`, the last one; none is dropped."""
    table = counted([1, 2, 3], [1, 2, 3], is_locked=[None, True, False])
    found = stats.compare(table, "is_locked")
    assert found.group.tolist()[:2] == ["False", "True"]
    assert found.group[2] is pd.NA
    assert found.n.sum() == 3


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (lambda s: s.total_live_listeners, ["2", "9", "10"]),
        (lambda s: s.total_live_listeners.astype("float64"), ["2", "9", "10"]),
        ([0.5, 0.25, 0.5], ["0.25", "0.5"]),
        (["b", 1, None], ["1", "b", None]),
        (pd.Series(["x", "y", "x"], index=[5, 6, 7]), ["x", "y"]),
        (pd.Categorical(["lo", "hi", "lo"], categories=["lo", "mid", "hi"]), ["lo", "mid", "hi"]),
    ],
)
def test_groups_are_text_in_order(by, groups: list) -> None:
    """Groups sort as numbers where they are numbers, categories keep their order, and a Series counts by place."""
    found = stats.compare(counted([10, 9, 2], [1, 2, 3]), by)
    assert [None if pd.isna(group) else group for group in found.group] == groups
    assert found.n.sum() == 3


@pytest.mark.parametrize(
    ("by", "word"), [("hots", "hots"), ([1, 2], "2"), (lambda table: [1] * (len(table) - 2), "1")]
)
def test_what_is_not_understood_is_named(by, word: str) -> None:
    """An unknown word, or not one value a row, is refused with what was given."""
    with pytest.raises(ValueError, match=word):
        stats.compare(counted([1, 2, 3], [1, 2, 3]), by)


@pytest.mark.parametrize("tz", ["Mars/Olympus", ""])
def test_an_unknown_zone_is_named(tz: str) -> None:
    """A time zone that does not exist is refused with its name."""
    with pytest.raises(ValueError, match=f"tz: there is no time zone '{tz}'"):
        stats.compare(counted([1], [1]), "weekday", tz=tz)


def test_a_column_goes_before_a_word() -> None:
    """A column of the table named like a special word is taken."""
    table = counted([1, 2], [1, 2]).assign(host=["me", "you"])
    assert labels(table, "host") == ["me", "you"]


def test_share_ecdf_by_hand() -> None:
    """Shares 1/4, 1/4, 1/2 of a group step to 2/3 and 1; excluded Spaces and empty groups have no row."""
    table = counted([3, 3, 1, 9, 5], [1, 1, 1, 1, 5], state=["Ended"] * 4 + ["Running"])
    found = stats.share_ecdf(table, ["a", "a", "a", None, "b"])
    assert found.group.tolist()[:2] == ["a", "a"]
    assert found.group[2] is pd.NA
    assert found.replay_share.tolist() == [0.25, 0.5, 0.1]
    assert found.fraction.tolist() == pytest.approx([2 / 3, 1, 1])
    assert found.n.tolist() == [3, 3, 1]


def test_a_series_in_another_order_is_taken_by_its_index() -> None:
    """Its place would give each Space another one's group."""
    spaces = sample_batch().spaces
    straight, turned = (
        stats.group_labels(spaces, state) for state in (spaces["state"], spaces["state"].iloc[::-1])
    )
    pd.testing.assert_series_equal(straight, turned)
