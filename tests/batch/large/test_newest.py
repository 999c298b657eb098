"""The newest row of each account, from any number of parts, is the one that a single table would keep."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spacekit.batch.large import newest as module
from spacekit.batch.large.newest import newest, newest_of_all

ROWS = st.lists(st.tuples(st.sampled_from(["1", "2", "3", "4", None]), st.integers(0, 3)), max_size=30)


def candidates(rows: list[tuple[str | None, int]]) -> pa.Table:
    """Rows of accounts in the order of their places."""
    places = np.arange(len(rows))
    ids = pa.array([account for account, _ in rows], pa.large_string())
    times = pa.array([time for _, time in rows], pa.int64())
    return pa.table(
        {"creator_id": ids, "name": pa.array(places), "_at": times, "_row": places, "_first": places}
    )


def by_hand(rows: list[tuple[str | None, int]]) -> list[int]:
    """Places of the rows to keep: of each account the newest, by time, then place; in order of first appearance."""
    kept: dict[object, tuple[int, int]] = {}
    for place, (account, time) in enumerate(rows):
        key = account if account is not None else ("unknown", place)
        kept[key] = max(kept.get(key, (time, place)), (time, place))
    return [place for _, place in kept.values()]


@settings(max_examples=40)
@given(rows=ROWS, parts=st.integers(1, 4), files=st.integers(1, 5), threads=st.integers(1, 3))
def test_parts_give_what_one_table_gives(
    tmp_path_factory, rows, parts: int, files: int, threads: int
) -> None:
    """Whether rows are reduced part by part and scattered to files or not, the same rows are left, in order."""
    cuts = np.array_split(np.arange(len(rows)), parts)
    reduced = [newest(candidates(rows).take(pa.array(cut))) for cut in cuts]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", max(1, len(rows) // files))
        found = list(newest_of_all(iter(reduced), len(rows), tmp_path_factory.mktemp("creators"), threads))
    assert [name for rows in found for name in rows["name"].to_pylist()] == by_hand(rows)


def test_the_order_is_left_out(tmp_path: Path) -> None:
    """What is yielded has the columns of creators only."""
    (rows,) = newest_of_all(iter([candidates([("1", 0)])]), 1, tmp_path, 1)
    assert rows.column_names == ["creator_id", "name"]
    assert pd.isna(candidates([(None, 0)]).to_pandas()["creator_id"]).all()
