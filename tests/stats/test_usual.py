"""Each Space against its creator's usual: what weekdays, hours or other groups do within creators."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, T0, counted

from spacekit import samples, stats


def weekly(hosts: int, weeks: int, seed: int, tuesday: float = 2.0) -> pd.DataFrame:
    """Make Spaces of hosts large and small, on Mondays and on Tuesdays, when each has `tuesday` times its audience."""
    rng = np.random.default_rng(seed)
    size = np.repeat(2 ** rng.uniform(5, 15, hosts), 2 * weeks)
    day = np.tile([0, 1], hosts * weeks)
    live = (size * tuesday**day * 2 ** rng.normal(0, 0.5, len(day))).round().astype(int)
    starts = T0 + DAY * (day + 7 * np.tile(np.repeat(np.arange(weeks), 2), hosts))
    creator = np.repeat(np.arange(hosts), 2 * weeks).astype(str).tolist()
    return counted(live.tolist(), live.tolist(), creator, started_at=starts.tolist())


def test_change_by_brute_force() -> None:
    """The medians are those of a loop over Spaces, each against the median of the creator's others."""
    rng = np.random.default_rng(4)
    live, replay = (rng.integers(0, 9, 90).tolist() for _ in range(2))
    creator, group = rng.integers(0, 9, 90).astype(str).tolist(), rng.integers(0, 4, 90).astype(str)
    table = counted(live, replay, creator)
    found = stats.within_host(table, by=group).set_index("group")
    kept = stats.measures(table).excluded.isna()
    expected: dict[str, list[float]] = {}
    for i in np.flatnonzero(kept):
        mine = [j for j in np.flatnonzero(kept) if creator[j] == creator[i]]
        usual = np.median([live[j] for j in mine if j != i])
        if len(mine) >= 3 and len({group[j] for j in mine}) > 1:
            expected.setdefault(group[i], []).append(math.log2((live[i] + 0.5) / (usual + 0.5)))
    assert {name: len(values) for name, values in expected.items()} == found.n.to_dict()
    for name, values in expected.items():
        assert found.live_change[name] == pytest.approx(np.median(values), abs=1e-9)


def test_who_is_on_air_does_not_count() -> None:
    """A weekday on which large hosts are on air is not above the usual, though a plain comparison says so."""
    table = counted([1_000] * 8 + [10] * 4, [5] * 12, ["a"] * 4 + ["b"] * 4 + ["c"] * 4,
                    started_at=[T0, T0, T0, T0 + DAY] * 2 + [T0, T0 + DAY, T0 + DAY, T0 + DAY])  # fmt: skip
    plain = stats.compare(table, "weekday").set_index("group").live_median
    assert plain["Monday"] > 50 * plain["Tuesday"]
    assert stats.within_host(table).live_change.dropna().tolist() == [0, 0]


def test_interval_holds_a_known_change() -> None:
    """Of 40 hosts with twice the audience on Tuesdays, Mondays are below the usual and Tuesdays above it."""
    found = stats.within_host(weekly(40, 6, seed=1)).set_index("group")
    monday, tuesday = found.loc["Monday"], found.loc["Tuesday"]
    assert monday.live_low <= monday.live_change <= monday.live_high < 0
    assert 0 < tuesday.live_low <= tuesday.live_change <= tuesday.live_high
    assert not found.thin[["Monday", "Tuesday"]].any()
    assert found.n_creators[["Monday", "Tuesday"]].tolist() == [40, 40]


def test_hosts_of_one_group_are_left_out() -> None:
    """A creator whose Spaces are all on one weekday says nothing about weekdays; a few creators give no interval."""
    table = counted([9] * 7, [9] * 7, ["a"] * 3 + ["b"] * 4, started_at=[T0] * 3 + [T0, T0, T0 + DAY, None])
    found = stats.within_host(table).set_index(stats.within_host(table).group.fillna("none"))
    assert found.n[["Monday", "Tuesday", "none"]].tolist() == [2, 1, 0]
    assert found.n_left_out[["Monday", "Tuesday", "none"]].tolist() == [3, 0, 1]
    assert found.thin.all()
    assert found.live_low.isna().all()


def test_spaces_without_a_creator_are_left_out() -> None:
    """Where no Space has a creator, all are left out and none is compared."""
    spaces = weekly(3, 3, seed=1)
    spaces[["creator_id", "creator_screen_name"]] = None
    found = stats.within_host(spaces)
    assert found["n"].sum() == 0
    assert found["n_left_out"].sum() == len(spaces)


def test_order_and_index_decide_nothing() -> None:
    """Shuffled rows with another index give the same table, to the last bit."""
    table = weekly(12, 4, seed=2)
    shuffled = table.sample(frac=1, random_state=3).set_axis(range(1_000, 1_000 + len(table)))
    pd.testing.assert_frame_equal(stats.within_host(shuffled), stats.within_host(table), rtol=0, atol=0)


def test_dtypes_do_not_depend_on_the_data() -> None:
    """An empty table gives the same columns and dtypes."""
    table = weekly(8, 2, seed=5)
    full, empty = stats.within_host(table), stats.within_host(table[:0])
    assert (full.dtypes == empty.dtypes).all()
    assert empty.n.sum() == 0


def test_samples_warn_of_ages() -> None:
    """The sample Spaces were fetched at ages too far apart, and one call warns once."""
    with pytest.warns(stats.AgeWarning, match=r"^within_host: ") as caught:
        stats.within_host(samples.sample_batch().spaces)
    assert len(caught) == 1


@pytest.mark.parametrize("wrong", [{"by": "fortnight"}, {"confidence": "0.95"}, {"tz": "Nowhere"}])
def test_what_is_not_understood_is_named(wrong: dict[str, Any]) -> None:
    """What cannot be used is refused by its name."""
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
        stats.within_host(counted([1], [1]), **wrong)
