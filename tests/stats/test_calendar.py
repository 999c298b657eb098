"""The audience by weekday and hour, by hand."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_spaces import HOUR, T0, counted

from spacekit import samples, stats

DAY = 24 * HOUR


def ms(text: str) -> int:
    """Milliseconds of an instant in UTC."""
    return int(pd.Timestamp(text, tz="UTC").timestamp() * 1000)


def test_calendar_has_every_cell() -> None:
    """There are 168 cells in order, also for an empty table, with the same dtypes."""
    full, empty = stats.calendar(counted([1], [1])), stats.calendar(counted([1], [1])[:0])
    for found in (full, empty):
        assert found.weekday.tolist() == [day for day in range(7) for _ in range(24)]
        assert found.hour.tolist() == list(range(24)) * 7
    assert (full.dtypes == empty.dtypes).all()
    assert empty.n.sum() == 0
    assert empty.live_median.isna().all()


def test_calendar_by_hand_over_summer_time() -> None:
    """Spaces at 20:00 by New York's clocks share a cell in winter and summer; UTC puts them apart."""
    starts = [ms("2026-01-06 01:00"), ms("2026-07-07 00:00"), ms("2026-07-14 00:59"), None]
    table = counted([10, 20, 60, 9], [10, 60, 20, 9], started_at=starts)
    found = stats.calendar(table, "America/New_York")
    cell = found[(found.weekday == 0) & (found.hour == 20)].iloc[0]
    assert (cell.n, cell.live_median, cell.replay_median, cell.share_median) == (3, 20, 20, 0.5)
    assert not cell.thin
    assert found.n.sum() == 3
    utc = stats.calendar(table)
    assert utc[utc.n > 0][["weekday", "hour", "n"]].to_numpy().tolist() == [[1, 0, 2], [1, 1, 1]]
    assert utc.thin.all()


def test_calendar_counts_the_hour_that_comes_twice() -> None:
    """Both passes of the hour that clocks repeat in autumn are one cell."""
    table = counted([1, 1], [1, 1], started_at=[ms("2026-10-25 00:30"), ms("2026-10-25 01:30")])
    found = stats.calendar(table, "Europe/Berlin")
    assert found[(found.weekday == 6) & (found.hour == 2)].n.tolist() == [2]


def test_calendar_leaves_out_excluded_spaces() -> None:
    """A Space that is not compared is in no cell."""
    assert stats.calendar(counted([1, 1], [1, 1], state=["Running", "Ended"])).n.sum() == 1


def test_cells_by_brute_force() -> None:
    """In every cell of the samples, n, creators and medians are those of a filter by hand."""
    spaces = samples.sample_batch().spaces
    with pytest.warns(stats.AgeWarning, match="^calendar: "):
        found = stats.calendar(spaces, "Asia/Tokyo").set_index(["weekday", "hour"])
    measured, start = stats.measures(spaces), spaces.started_at.dt.tz_convert("Asia/Tokyo")
    kept = measured.excluded.isna() & start.notna()
    for day, hour in found.index:
        there = kept & (start.dt.day_of_week == day) & (start.dt.hour == hour)
        row = found.loc[(day, hour)]
        assert row.n == there.sum()
        assert row.n_creators == spaces.creator_id[there].nunique()
        if there.any():
            assert row.replay_median == np.median(measured.replay[there].astype(float))


def test_within_host_holds_each_space_against_its_creator() -> None:
    """A cell has the median change of its Spaces, each against the usual of its own creator, large or small."""
    starts = [T0, T0, T0 + HOUR, T0, T0, T0 + 2 * HOUR]
    table = counted([1_000, 1_000, 4_000, 10, 10, 0], [10] * 6, ["a"] * 3 + ["b"] * 3, started_at=starts)
    found = stats.calendar(table, within="host", thin_below=1)
    used = found[found.n > 0]
    assert used[["hour", "n", "n_creators"]].to_numpy().tolist() == [[10, 4, 2], [11, 1, 1], [12, 1, 1]]
    at_ten = [math.log2(1_000.5 / 2_500.5)] * 2 + [math.log2(10.5 / 5.5)] * 2
    wanted = [np.median(at_ten), math.log2(4_000.5 / 1_000.5), math.log2(0.5 / 10.5)]
    np.testing.assert_allclose(used.live_change.astype(float), wanted, rtol=0, atol=1e-9)
    assert used.share_change.iloc[1] == pytest.approx(10 / 4_010 - 10 / 1_010, abs=1e-9)


def test_within_host_leaves_out_hosts_of_one_cell() -> None:
    """A creator whose Spaces all start in one cell says nothing about cells."""
    table = counted([1, 2, 3], [1, 2, 3], started_at=[T0, T0 + 7 * DAY, T0 + 14 * DAY])
    assert stats.calendar(table, within="host").n.sum() == 0
    assert stats.calendar(table).n.sum() == 3


@pytest.mark.parametrize(
    "wrong", [{"within": "creator"}, {"within": ["host"]}, {"thin_below": 2.5}, {"tz": "Nowhere"}]
)
def test_what_is_not_understood_is_named(wrong: dict[str, Any]) -> None:
    """What cannot be used is refused by its name."""
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
        stats.calendar(counted([1], [1]), **wrong)


@pytest.mark.parametrize("within", [None, "host"])
def test_live_only_counts_what_has_a_live_count(within: Any) -> None:
    """Every Space that has ended counts, recorded or not, with 0 plays or none; plays and shares are missing then."""
    live = [10, 20, 60, 5, None]
    table = counted(
        live, [None, 0, 3, 0, 4], started_at=[T0, T0, T0 + HOUR, T0, T0],
        is_space_available_for_replay=[False, True, True, None, True],
        state=["Ended", "Ended", "Ended", "Running", "Ended"],
    )  # fmt: skip
    found = stats.calendar(table, within=within, live_only=True).query("n > 0")
    assert found.n.tolist() == [2, 1]
    names = ["replay_median", "share_median"] if within is None else ["replay_change", "share_change"]
    assert found[names].isna().all(axis=None)
    if within is None:
        assert found.live_median.tolist() == [15, 60]
