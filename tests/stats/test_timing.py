"""When Spaces are on air, by hand and by brute force."""

import numpy as np
import pandas as pd
from typed_spaces import HOUR, MINUTE, T0, counted

from spacekit import samples, stats


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
