"""Ages when fetched: when replay counts do not compare, and what the warning says."""

import warnings

import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, T0, counted

from spacekit import stats
from spacekit.errors import AgeWarning
from spacekit.stats.ages import age_remark, ages_told_elsewhere

END = T0 + HOUR


def aged(*days: float | None, **more: list) -> pd.DataFrame:
    """Make Spaces that were fetched so many days after their end; None is an unknown time."""
    fetched = [None if day is None else END + int(day * DAY) for day in days]
    return counted([5] * len(days), [5] * len(days), fetched_at=fetched, **more)


def warned(*arguments, **options) -> list[str]:
    """Return the warnings of `compare`."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        stats.compare(*arguments, **options)
    assert {one.category for one in caught} <= {AgeWarning}
    return [str(one.message) for one in caught]


def test_groups_of_different_age_warn_once() -> None:
    """Groups whose median ages are twofold apart warn, once and with both ages; without groups they do not."""
    table = aged(1, 1, 9, 9)
    (words,) = warned(table, list("aabb"))
    assert words.startswith("compare: ")
    assert "median ages of groups run from 1 d to 9 d, and replay counts grow with age" in words
    assert warned(table) == []
    assert warned(aged(5, 5, 9.9, 9.9), list("aabb")) == []
    assert len(warned(aged(5, 5, 10, 10), list("aabb"))) == 1


def test_unknown_ages_warn() -> None:
    """Ages that are not known warn with how many: no time of fetching, no end, or fetched before the end."""
    table = aged(None, 1, -1, 1, ended_at=[END, None, END, END])
    (words,) = warned(table)
    assert "the ages of 3 of 4 Spaces are unknown" in words


def test_excluded_spaces_have_no_say() -> None:
    """The age of a Space that is not compared neither warns nor counts."""
    table = aged(1, 1, 200, None, state=["Ended", "Ended", "Running", "Canceled"])
    assert warned(table) == warned(table, "state") == []
    assert stats.ages(table).n.tolist() == [2]


def test_ages_of_groups() -> None:
    """`ages` has one row a group, in their order, with known and unknown ages of the compared Spaces."""
    found = stats.ages(aged(1, 3, 8, None), ["a", "a", "b", "b"])
    assert found.group.tolist() == ["a", "b"]
    assert found.n.tolist() == [2, 1]
    assert found.n_unknown.tolist() == [0, 1]
    assert found["median"].tolist() == [pd.Timedelta("2D"), pd.Timedelta("8D")]


@pytest.mark.parametrize("by", [None, "host"])
def test_no_space_no_warning(by: str | None) -> None:
    """An empty table warns of nothing, and its ages have their columns."""
    assert warned(aged(1)[:0], by) == []
    assert stats.ages(aged(1)[:0], by).dtypes.equals(stats.ages(aged(1), by).dtypes)


def test_who_reports_the_ages_is_not_warned() -> None:
    """Within `ages_told_elsewhere` nothing warns, after it everything does again."""
    table = aged(1, 1, 9, 9)
    with ages_told_elsewhere():
        assert warned(table, list("aabb")) == []
    assert len(warned(table, list("aabb"))) == 1


def test_what_would_be_warned_of_in_words() -> None:
    """`age_remark` is the middle of the warning, and "" where there is none."""
    table = aged(1, 1, 9, None)
    assert age_remark(table, list("aabb")) in warned(table, list("aabb"))[0]
    assert age_remark(aged(1, 1)) == ""


def test_shares_by_group_warn() -> None:
    """`share_ecdf` reads replay counts of groups, so it warns as `compare` does."""
    with pytest.warns(AgeWarning, match="^share_ecdf: median ages of groups"):
        stats.share_ecdf(aged(1, 1, 9, 9), list("aabb"))
