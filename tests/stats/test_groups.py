"""Which group each Space is in."""

import numpy as np
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
        (np.array(["x", "y", "x"]), ["x", "y"]),
        (pd.Index(["x", "y", "x"]), ["x", "y"]),
        (pd.Categorical(["lo", "hi", "lo"], categories=["lo", "mid", "hi"]), ["lo", "mid", "hi"]),
    ],
)
def test_groups_are_text_in_order(by, groups: list) -> None:
    """Groups sort as numbers where they are numbers, and categories keep their order."""
    found = stats.compare(counted([10, 9, 2], [1, 2, 3]), by)
    assert [None if pd.isna(group) else group for group in found.group] == groups
    assert found.n.sum() == 3


@pytest.mark.parametrize(
    ("by", "word"),
    [
        ("hots", "hots"),
        (["host", "hots"], "hots"),
        ([1, 2], "2 values for 3 rows"),
        (lambda table: [1] * (len(table) - 2), "1 value for 3 rows"),
        ([], "0 values"),
        (5, "int 5"),
        (b"host", "bytes"),
        ({1: "a", 2: "b", 3: "c"}, "dict"),
        ({"a", "b", "c"}, "set"),
        (pd.DataFrame({"a": [1] * 3, "b": [2] * 3, "c": [3] * 3}), "DataFrame"),
        (np.zeros((3, 2)), "ndarray"),
    ],
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


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.iloc[::-1],
        lambda s: s.sample(frac=1, random_state=1),
        lambda s: pd.concat([s, s.set_axis(s.index + 500)]),
    ],
)
def test_a_series_is_matched_by_its_index(change) -> None:
    """In another order, or with more labels than the table has, each Space has the group that its label says."""
    spaces = sample_batch().spaces
    straight, turned = (stats.group_labels(spaces, by) for by in (spaces["state"], change(spaces["state"])))
    pd.testing.assert_series_equal(straight, turned)


@pytest.mark.parametrize("index", [[5, 6, 7], [1, 2, 3], [0, 1, 1], ["a", "b", "c"]])
def test_a_series_of_another_index_is_refused(index: list) -> None:
    """Its place could give a Space another one's group; to go by place, the values are passed."""
    table, by = counted([1, 2, 3], [1, 2, 3]), pd.Series(["x", "y", "z"], index=index)
    with pytest.raises(ValueError, match=r"by: the Series has another index .* pass \.to_numpy\(\)"):
        stats.group_labels(table, by)
    assert labels(table, by.to_numpy()) == ["x", "y", "z"]
    assert labels(table.set_axis(index), by) == ["x", "y", "z"]


@pytest.mark.parametrize(
    ("index", "words"),
    [
        ([0, 1], "it has 2 rows against 3, and lacks the label 2"),
        ([0, 1, 3], "it has 3 rows against 3, and lacks the label 2"),
        ([0, 1, 2, 2], "it has 4 rows against 3, and repeats the label 2"),
    ],
)
def test_the_difference_of_the_index_is_named(index: list, words: str) -> None:
    """The message says how many rows there are, and a label that is lacking or repeated."""
    with pytest.raises(ValueError, match=words):
        stats.group_labels(counted([1, 2, 3], [1, 2, 3]), pd.Series("x", index=index))


def test_several_names_group_by_all_of_them() -> None:
    """Labels are joined, in the order of the parts; a Space without one of them has no group."""
    table = counted(
        [1] * 4, [1] * 4, started_at=[T0 + DAY, T0, None, T0], is_locked=[False, True, True, None]
    )
    assert labels(table, ["weekday", "is_locked"]) == ["Tuesday, False", "Monday, True", None, None]
    found = stats.group_labels(table, ("weekday", "is_locked"))
    assert [*found.cat.categories] == ["Monday, True", "Tuesday, False"]
    assert labels(table, ["weekday"]) == labels(table, "weekday")


def test_joined_labels_are_not_mistaken_for_each_other() -> None:
    """A label with the joint in it is quoted, so that other parts do not make the same label."""
    table = counted([1, 1], [1, 1]).assign(a=["x, y", "x"], b=["z", "y, z"])
    assert labels(table, ["a", "b"]) == ["'x, y', z", "x, 'y, z'"]


def test_a_list_of_values_is_no_list_of_names() -> None:
    """One value a row is taken as such, also where some are called like columns."""
    table = counted([1, 1, 1], [1, 1, 1])
    assert labels(table, ["host", "host", "title"]) == ["host", "host", "title"]


def test_months_are_those_of_the_zone() -> None:
    """A Space that starts at 03:00 UTC on the first of a month is in the month before in New York."""
    table = counted([1, 1], [1, 1], started_at=[T0 - 4 * DAY - 7 * HOUR, None])
    assert labels(table, "month") == ["2026-01", None]
    assert labels(table, "month", tz="America/New_York") == ["2025-12", None]


@pytest.mark.parametrize(
    "by", ["state", lambda table: table.state, ["state", "weekday"], np.array(["a", "b", "c", "c"])]
)
def test_an_older_row_is_in_the_group_of_its_space(by) -> None:
    """A Space that was seen running and then ended is in one group, that of its newest row."""
    ids = ["1MADEUP000000", "1MADEUP000001", "1MADEUP000000", None]
    table = counted(
        [1] * 4, [1] * 4, space_id=ids, state=["Running", "Ended", "Ended", "Ended"],
        fetched_at=[T0, T0 + DAY, T0 + DAY, T0 + DAY],
    )  # fmt: skip
    found = labels(table, by)
    assert found[0] == found[2]
    assert not callable(by) or set(found) == {"Ended"}
