"""When Spaces are on air, by hand and by brute force."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, MINUTE, T0, counted, spaces

from spacekit import samples, stats
from spacekit.stats.timing import by_day, most_at_once


def test_punctuality_by_hand() -> None:
    """Delays of -5, 0, 1 and 10 minutes: one early, two on time (the tolerance is inclusive), one late."""
    delays = [-5, 0, 1, 10]
    starts = [T0 + delay * MINUTE for delay in delays]
    table = counted([1] * 6, [1] * 6, started_at=[*starts, T0, None], scheduled_start=[T0] * 4 + [None, T0])
    row = stats.punctuality(table).iloc[0]
    assert (row.n, row.n_unscheduled, row.early, row.on_time, row.late) == (4, 1, 1, 2, 1)
    assert row.delay_median == pd.Timedelta("30s")
    assert row.delay_q25 == pd.Timedelta("-75s")
    assert row.delay_q75 == pd.Timedelta("195s")


def test_punctuality_of_nothing() -> None:
    """An empty table gives the one row with zeros and no delay; by group it gives none, with the same dtypes."""
    table = counted([1], [1])
    found = stats.punctuality(table[:0])
    assert found.group.tolist() == ["all"]
    assert found.n[0] == 0
    assert found.delay_median[0] is pd.NaT
    assert (stats.punctuality(table[:0], "host").dtypes == stats.punctuality(table, "host").dtypes).all()


def test_punctuality_counts_one_space_once() -> None:
    """An older row of a Space is counted as repeated, and its delay nowhere."""
    table = counted([1] * 2, [1] * 2, started_at=[T0, T0 + 9 * MINUTE], scheduled_start=[T0] * 2)
    again = table.assign(space_id=table.space_id[0], fetched_at=[table.fetched_at[0], pd.NaT])
    row = stats.punctuality(again.astype(table.dtypes)).iloc[0]
    assert (row.n, row.n_repeated, row.on_time, row.late) == (1, 1, 1, 0)


@pytest.mark.parametrize("tolerance", ["-1min", 1, 1.5, "60", None, True, np.array([60]).view("m8")[0]])
def test_a_tolerance_has_a_unit_and_is_not_negative(tolerance: Any) -> None:
    """A span below 0, or without a unit, is refused."""
    with pytest.raises(ValueError, match=r"^tolerance: "):
        stats.punctuality(counted([1], [1]), tolerance=tolerance)


@pytest.mark.parametrize(
    "tolerance", ["60s", np.timedelta64(1, "m"), timedelta(minutes=1), pd.Timedelta("1min")]
)
def test_a_tolerance_of_any_kind_of_span(tolerance: Any) -> None:
    """Text and timedeltas of Python, numpy and pandas are the same."""
    table = counted([1], [1], started_at=[T0 + MINUTE], scheduled_start=[T0])
    assert stats.punctuality(table, tolerance=tolerance).on_time.tolist() == [1]


def test_timeline_shows_one_space_once() -> None:
    """An older row of a Space has no bar and overlaps nothing."""
    table = counted([1] * 2, [1] * 2, space_id=["1abc"] * 2, fetched_at=[T0 + 2 * HOUR, T0 + 3 * HOUR])
    found = stats.timeline(table)
    assert found.left_out.tolist() == ["repeated", pd.NA]
    assert found.overlaps.tolist() == [pd.NA, 0]


def test_timeline_by_hand() -> None:
    """Two that overlap take two lanes, one that begins when another ends takes its lane and overlaps nothing."""
    starts, ends = [T0, T0 + HOUR // 2, T0 + HOUR], [T0 + HOUR, T0 + 3 * HOUR // 4, T0 + 2 * HOUR]
    found = stats.timeline(counted([1] * 3, [1] * 3, started_at=starts, ended_at=ends))
    assert found.lane.tolist() == [0, 1, 0]
    assert found.overlaps.tolist() == [1, 1, 0]


def test_timeline_of_odd_spaces() -> None:
    """A running Space lasts until it was fetched; one without start, without end or with its end first has no bar."""
    table = counted(
        [1] * 5,
        [1] * 5,
        state=["Running", "NotStarted", "Ended", "Ended", "Ended"],
        started_at=[T0, None, T0, T0, T0],
        ended_at=[None, None, None, T0 - 1, T0],
        fetched_at=[T0 + HOUR] * 5,
    ).set_axis(list("abcde"))
    found = stats.timeline(table)
    assert found.index.tolist() == list("abcde")
    assert found.is_open.tolist() == [True, False, False, False, False]
    assert found.ended_at["a"] == pd.Timestamp(T0 + HOUR, unit="ms", tz="UTC")
    assert found.left_out.tolist() == [pd.NA, "no start", "no end", "end before start", pd.NA]
    assert found.lane.notna().tolist() == [True, False, False, False, True]


def test_timeline_by_brute_force() -> None:
    """In 300 random Spaces no lane holds two at once, overlaps are those of all pairs, lanes are the fewest."""
    rng = np.random.default_rng(2)
    start = rng.integers(0, 400, 300)
    end = start + rng.integers(0, 30, 300)
    table = counted([1] * 300, [1] * 300, started_at=(T0 + start).tolist(), ended_at=(T0 + end).tolist())
    found = stats.timeline(table)
    end = np.maximum(end, start + 1)
    meet = (start[:, None] < end[None, :]) & (end[:, None] > start[None, :])
    np.fill_diagonal(meet, val=False)
    lane = found.lane.to_numpy(dtype=int)
    assert found.overlaps.tolist() == meet.sum(axis=1).tolist()
    assert not (meet & (lane[:, None] == lane[None, :])).any()
    assert lane.max() + 1 == max(((start <= t) & (end > t)).sum() for t in range(430))


def test_samples_have_no_crowded_lane() -> None:
    """Among the sample Spaces, each lane holds one at a time."""
    found = stats.timeline(samples.sample_batch().spaces)
    bars = found[found.left_out.isna()].sort_values(["lane", "started_at"])
    before = bars.groupby("lane").ended_at.shift()
    assert ((bars.started_at >= before) | before.isna()).all()


def test_as_many_are_on_air_at_once_as_there_are_lanes() -> None:
    """For the samples and for none."""
    placed = stats.timeline(samples.sample_batch().spaces).dropna(subset="lane")
    assert most_at_once(placed) == placed.lane.max() + 1 > 1
    assert most_at_once(placed.head(0)) == 0


def test_a_delay_of_milliseconds_is_exact() -> None:
    """3,003 ms are not 3,002: spans are not turned into seconds and back."""
    table = counted([1], [1], started_at=[T0 + 3_003], scheduled_start=[T0])
    assert stats.punctuality(table).delay_median[0] == pd.Timedelta(milliseconds=3_003)


def test_bars_are_cut_at_midnight_of_the_zone() -> None:
    """A Space has a row for each day on air, with hours of that day; one that ends at midnight has no next day."""
    midnight = T0 - 10 * HOUR  # of 5 January in UTC
    table = spaces(
        started_at=[midnight + 22 * HOUR, midnight + 23 * HOUR, midnight],
        ended_at=[midnight + 26 * HOUR, midnight + DAY, midnight + 2 * DAY + HOUR],
    )
    found = by_day(stats.timeline(table), "UTC")
    assert found.row.tolist() == [0, 0, 1, 2, 2, 2]
    assert [f"{start:%d}" for start in found.day] == ["05", "06", "05", "05", "06", "07"]
    assert found.from_hour.tolist() == [22, 0, 23, 0, 0, 0]
    assert found.to_hour.tolist() == [24, 2, 24, 24, 24, 1]
    assert by_day(stats.timeline(table), "Asia/Tokyo").from_hour.tolist()[:2] == [7, 8]


@pytest.mark.parametrize("tz", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
def test_cut_bars_have_the_whole_length(tz: str) -> None:
    """The parts of a bar add up to it, also over a night in which the clocks change, where a day has 23 or 25 hours."""
    start = int(pd.Timestamp("2026-03-28 20:00", tz="UTC").timestamp() * 1000)
    table = spaces(started_at=[start] * 2, ended_at=[start + 9 * HOUR, start + 1])
    found = by_day(stats.timeline(table), tz)
    length = (found.to_hour - found.from_hour).groupby(found.row).sum()
    assert length[0] == pytest.approx(9)
    assert found.to_hour.max() <= 24
