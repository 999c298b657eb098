"""Which row of a Space counts, and why some Spaces are not compared."""

import itertools

import pandas as pd
from typed_spaces import DAY, HOUR, T0, counted

from spacekit.tables import EXCLUSIONS, exclusion, is_repeated, recording_unknown

SAME = ["1MADEUP000000"] * 4


def test_the_newest_row_of_a_space_counts() -> None:
    """All but the row with the latest time of fetching are repeated; a missing time is the oldest."""
    table = counted([1] * 4, [1, 2, 3, 4], space_id=SAME, fetched_at=[T0, T0 + DAY, None, T0 + HOUR])
    assert is_repeated(table).tolist() == [True, False, True, True]
    assert exclusion(table).tolist() == ["repeated", pd.NA, "repeated", "repeated"]


def test_rows_without_an_id_repeat_nothing() -> None:
    """Two rows without an id are two Spaces."""
    table = counted([1] * 3, [1] * 3, space_id=[None, None, "1MADEUP000000"])
    assert not is_repeated(table).any()


def test_the_order_of_rows_decides_nothing() -> None:
    """Of rows of the same time the same one counts in every order, also where only a column of one's own differs."""
    table = counted([1] * 4, [1, 2, 2, 2], space_id=SAME, fetched_at=[T0 + DAY, T0, T0, T0])
    table = table.assign(
        fetched_at=table.fetched_at[1], mine=[{}, {"a": 1}, ["b"], None], other=[1, "a", None, 2.0]
    )
    kept = {
        repr(table.iloc[[*order]].loc[~is_repeated(table.iloc[[*order]])].index.tolist())
        for order in itertools.permutations(range(4))
    }
    assert len(kept) == 1
    assert kept != {"[0]"}  # it has fewer plays


def test_of_identical_rows_the_first_counts() -> None:
    """Identical rows are one Space, on any index."""
    table = counted([1] * 4, [1] * 4, space_id=SAME).set_axis([7, 7, "x", "x"])
    found = is_repeated(table)
    assert found.tolist() == [False, True, True, True]
    assert found.index.equals(table.index)


def test_exclusions_are_in_the_order_in_which_they_are_tried() -> None:
    """A row that every reason fits has the first."""
    table = counted(
        [None, None], [None, 1], space_id=SAME[:2], state=["Running"] * 2, fetched_at=[T0, T0 + 1]
    )
    assert exclusion(table).tolist() == ["repeated", "not ended"]
    assert EXCLUSIONS[:2] == ("repeated", "not ended")


def test_recording_unknown() -> None:
    """Only a compared Space with 0 plays and without a flag has an unknown recording."""
    flags, plays = [None, None, True, False, None, None], [0, 3, 0, 0, None, 0]
    table = counted([5] * 5 + [0], plays, is_space_available_for_replay=flags)
    assert recording_unknown(table).tolist() == [True, False, False, False, False, False]
