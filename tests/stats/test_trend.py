"""Each Space against its creator's own usual, over calendar time."""

import math

import numpy as np
import pandas as pd
import pytest
from typed_spaces import T0, counted

from spacekit import samples, stats


def ms(text: str) -> int:
    """Milliseconds of an instant in UTC."""
    return int(pd.Timestamp(text, tz="UTC").timestamp() * 1000)


def test_usual_by_hand() -> None:
    """The usual is the median of the creator's other Spaces: of 10, 20, 40 it is 30, 25 and 15."""
    found = stats.trend(counted([10, 20, 40], [8, 0, 2])).astype({"live_usual": float})
    assert found.live_usual.tolist() == [30, 25, 15]
    assert found.live_change.tolist() == pytest.approx(
        [math.log2(10 / 30), math.log2(20 / 25), math.log2(40 / 15)]
    )
    assert found.replay_usual.tolist() == [1, 5, 4]
    assert found.replay_change.isna().tolist() == [False, True, False]


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
    assert found.n.tolist() == [1, 0, 1, 1, 1, 1]
    assert found.n_creators.tolist() == [1, 0, 1, 1, 1, 1]
    assert found.change_median[2] == pytest.approx(math.log2(10 / 30))
    assert found.thin.all()


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


@pytest.mark.parametrize(("argument", "value"), [("every", "fortnight"), ("tz", "Nowhere")])
def test_what_is_not_understood_is_named(argument: str, value: str) -> None:
    """An unknown period or zone is refused with its name."""
    with pytest.raises(ValueError, match=value):
        stats.trend_periods(counted([10, 20, 40], [8, 4, 2]), **{argument: value})


def test_samples_against_groupby() -> None:
    """Monthly medians of the sample Spaces are those of a plain groupby over `trend`."""
    spaces = samples.sample_batch().spaces
    single = stats.trend(spaces).dropna(subset="live_change")
    months = single.groupby(single.started_at.dt.strftime("%Y-%m")).live_change.median()
    found = stats.trend_periods(spaces)
    found = found[(found.audience == "live") & (found.n > 0)]
    assert found.period.dt.strftime("%Y-%m").tolist() == months.index.tolist()
    assert found.change_median.tolist() == pytest.approx(months.tolist())
