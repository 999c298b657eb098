"""Each Space against its creator's own usual, over calendar time."""

import math
import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_spaces import T0, counted

from spacekit import samples, stats


def ms(text: str) -> int:
    """Milliseconds of an instant in UTC."""
    return int(pd.Timestamp(text, tz="UTC").timestamp() * 1000)


def test_usual_by_hand() -> None:
    """The usual is the median of the creator's other Spaces; a change is log2 of the two, with a half added to both."""
    found = stats.trend(counted([10, 20, 40], [8, 0, 2]))
    assert found.live_usual.tolist() == [30, 25, 15]
    wanted = [math.log2(10.5 / 30.5), math.log2(20.5 / 25.5), math.log2(40.5 / 15.5)]
    assert found.live_change.tolist() == pytest.approx(wanted, abs=1e-9)
    assert found.replay_usual.tolist() == [1, 5, 4]
    wanted = [math.log2(8.5 / 1.5), math.log2(0.5 / 5.5), math.log2(2.5 / 4.5)]
    assert found.replay_change.tolist() == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize("seed", [0, 1])
def test_usual_by_brute_force(seed: int) -> None:
    """With ties and many creators, the usual is numpy's median of the others, one by one."""
    rng = np.random.default_rng(seed)
    live, creator = rng.integers(1, 9, 80).tolist(), rng.integers(0, 9, 80).astype(str).tolist()
    found = stats.trend(counted(live, live, creator))
    for i in np.flatnonzero(found.left_out.isna()):
        others = [live[j] for j in range(80) if j != i and creator[j] == creator[i]]
        assert found.live_usual[i] == np.median(others)
    assert found.left_out.isna().sum() > 40


def test_who_is_left_out_and_why() -> None:
    """Excluded Spaces, those without start or creator and those of creators with fewer than three have their reason."""
    table = counted(
        [1] * 8,
        [1] * 8,
        ["a", "a", "a", "a", "a", None, "b", "b"],
        state=["Ended"] * 3 + ["Running"] + ["Ended"] * 4,
        started_at=[T0] * 4 + [None] + [T0] * 3,
    ).set_axis(range(10, 18))
    found = stats.trend(table)
    few = "fewer than 3 Spaces"
    assert found.left_out.tolist() == [pd.NA] * 3 + ["not ended", "no start", "no creator", few, few]
    assert found.index.tolist() == [*range(10, 18)]


def test_periods_by_hand() -> None:
    """Months are those of the zone, the empty one between is there, and both audiences have the same months."""
    starts = [ms("2026-01-31 23:30"), ms("2026-01-10"), ms("2026-03-20")]
    table = counted([10, 20, 40], [8, 0, 2], started_at=starts)
    found = stats.trend_periods(table, tz="Europe/Berlin")
    assert found.period.dt.strftime("%m-%d %H:%M %z").tolist() == [
        f"{month}-01 00:00 +0100" for month in ("01", "01", "02", "02", "03", "03")
    ]
    assert found.audience.tolist() == ["live", "replay"] * 3
    assert found.n.tolist() == [1] * 6
    assert found.n_creators.tolist() == [1] * 6
    assert found.n_zero.tolist() == [0, 1, 0, 0, 0, 0]
    assert found.change_median[2] == pytest.approx(math.log2(10.5 / 30.5), abs=1e-9)
    assert found.thin.all()


def test_zeros_pull_a_period_down() -> None:
    """Where two thirds of the plays of a period are 0, its median falls far below the usual; `n_zero` counts them."""
    rng = np.random.default_rng(3)
    creator = np.repeat([f"{place}" for place in range(12)], 12).tolist()
    starts = [ms(f"2026-{month:02d}-10") for month in (1, 2, 3, 4) for _ in range(3)] * 12
    live, replay = (rng.integers(80, 120, 144).tolist() for _ in range(2))
    whole = stats.trend_periods(counted(live, replay, creator, started_at=starts))
    assert whole.change_median.abs().max() < 0.2
    zero = [month == ms("2026-04-10") and place % 3 > 0 for place, month in enumerate(starts)]
    gone = counted(live, np.where(zero, 0, replay).tolist(), creator, started_at=starts)
    last = stats.trend_periods(gone).iloc[-1]
    assert (last.audience, last.n, last.n_zero) == ("replay", 36, 24)
    assert last.change_median < -6


def test_one_space_counts_once() -> None:
    """Older rows of a Space are left out as repeated, and change nothing, in whatever order they come."""
    starts = [ms("2026-01-10"), ms("2026-02-10"), ms("2026-03-20")]
    table = counted([10, 20, 40], [8, 5, 2], started_at=starts)
    older = table.assign(fetched_at=table.fetched_at - pd.Timedelta("7D"), total_replay_watched=1)
    both = pd.concat([older, table], ignore_index=True)
    assert stats.trend(both).left_out.tolist() == ["repeated"] * 3 + [pd.NA] * 3
    pd.testing.assert_frame_equal(stats.trend_periods(both), stats.trend_periods(table))
    pd.testing.assert_frame_equal(stats.trend_periods(both[::-1]), stats.trend_periods(table))


def test_ages_far_apart_warn_once() -> None:
    """Periods whose Spaces were fetched at very different ages warn; at the same age they do not."""
    starts = [ms("2026-01-10"), ms("2026-02-10"), ms("2026-03-20")]
    table = counted([10, 20, 40], [8, 5, 2], started_at=starts, ended_at=starts)
    for days, warned in (([9, 9, 1], True), ([9, 9, 9], False), ([None, 9, 9], True)):
        late = pd.to_timedelta(days, unit="D").astype("timedelta64[ms]")
        dated = table.assign(fetched_at=table.ended_at + late)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            stats.trend_periods(dated)
        assert [each.category for each in caught] == [stats.AgeWarning] * warned


def test_empty_periods_stay() -> None:
    """A period without any Space between two others has n 0 and no median."""
    starts = [ms("2026-01-10"), ms("2026-01-11"), ms("2026-04-20")]
    found = stats.trend_periods(counted([10, 20, 40], [8, 4, 2], started_at=starts))
    assert found[found.audience == "live"].n.tolist() == [2, 0, 0, 1]
    assert found.change_median.isna().tolist() == [False, False, True, True, True, True, False, False]


def test_empty_tables() -> None:
    """Without Spaces the columns and dtypes are the same."""
    table = counted([10, 20, 40], [8, 4, 2])
    for made in (stats.trend, stats.trend_periods):
        assert (made(table[:0]).dtypes == made(table).dtypes).all()
        assert len(made(table[:0])) == 0


@pytest.mark.parametrize(
    ("argument", "value"),
    [("every", "fortnight"), ("every", "0D"), ("every", None), ("tz", "Nowhere"), ("thin_below", "5"),
     ("thin_below", -1)],
)  # fmt: skip
@pytest.mark.parametrize("n", [0, 3])
def test_what_is_not_understood_is_named(argument: str, value: Any, n: int) -> None:
    """A period, zone or number that cannot be used is refused by name, also where there is no Space."""
    with pytest.raises(ValueError, match=rf"^{argument}: .*{re.escape(repr(value))}"):
        stats.trend_periods(counted([10, 20, 40], [8, 4, 2])[:n], **{argument: value})


def test_samples_against_groupby() -> None:
    """Monthly medians of the sample Spaces are those of a plain groupby over `trend`."""
    spaces = samples.sample_batch().spaces
    with pytest.warns(stats.AgeWarning, match="^trend: "):
        single = stats.trend(spaces).dropna(subset="live_change")
    months = single.groupby(single.started_at.dt.strftime("%Y-%m")).live_change.median()
    with pytest.warns(stats.AgeWarning, match="^trend_periods: "):
        found = stats.trend_periods(spaces)
    found = found[(found.audience == "live") & (found.n > 0)]
    assert found.period.dt.strftime("%Y-%m").tolist() == months.index.tolist()
    assert found.change_median.tolist() == pytest.approx(months.tolist())
