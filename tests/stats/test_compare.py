"""Comparison of live with replay, against values worked out another way."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats as scipy_stats
from typed_spaces import DAY, HOUR, T0, counted

from spacekit import samples, stats

COLUMNS = [
    "group",
    "n",
    "n_creators",
    "n_excluded",
    "live_median",
    "live_q25",
    "live_q75",
    "replay_median",
    "replay_q25",
    "replay_q75",
    "share_median",
    "share_q25",
    "share_q75",
    "share_low",
    "share_high",
    "spearman",
    "spearman_low",
    "spearman_high",
    "age_median",
    "thin",
]


def many(n: int = 60, creators: int = 12, seed: int = 1) -> pd.DataFrame:
    """Make Spaces of several creators, with a few that are excluded."""
    rng = np.random.default_rng(seed)
    live = rng.lognormal(5, 1, n).astype(int).tolist()
    replay = [int(count * ratio) for count, ratio in zip(live, rng.lognormal(-0.5, 0.8, n), strict=True)]
    creator = rng.integers(creators, size=n).astype(str).tolist()
    state = ["Running" if i % 20 == 0 else "Ended" for i in range(n)]
    return counted(live, replay, creator, state=state, started_at=[T0 + i * 7 * HOUR for i in range(n)])


def test_columns_and_dtypes_do_not_depend_on_the_data() -> None:
    """Without groups there is one row, `all`, also for an empty table; dtypes are always the same."""
    full, empty = stats.compare(many()), stats.compare(many()[:0])
    assert [*full] == COLUMNS
    assert (full.dtypes == empty.dtypes).all()
    assert (stats.compare(many()[:0], by="host").dtypes == full.dtypes).all()
    assert full.group.tolist() == empty.group.tolist() == ["all"]
    assert empty.n[0] == 0
    assert empty.live_median[0] is pd.NA


def test_medians_by_hand() -> None:
    """Quartiles are those by linear interpolation: of 10 20 30 40, 17.5, 25 and 32.5; the fifth Space is excluded."""
    table = counted([10, 20, 30, 40, 999], [30, 20, 10, 0, 1], state=["Ended"] * 4 + ["Running"])
    row = stats.compare(table).iloc[0]
    assert (row.n, row.n_excluded) == (4, 1)
    assert (row.live_q25, row.live_median, row.live_q75) == (17.5, 25, 32.5)
    assert (row.replay_q25, row.replay_median, row.replay_q75) == (7.5, 15, 22.5)
    assert (row.share_q25, row.share_median, row.share_q75) == pytest.approx((0.1875, 0.375, 0.5625))


def test_samples_against_pandas_and_scipy() -> None:
    """Medians and rho of the sample Spaces equal those of pandas and scipy on the Spaces that are kept."""
    spaces = samples.sample_batch().spaces
    measured = stats.measures(spaces)
    kept = measured[measured.excluded.isna()]
    row = stats.summarise(spaces).iloc[0]
    assert row.n == len(kept)
    assert row.n_excluded == len(spaces) - len(kept)
    for name, column in (("live", "live"), ("replay", "replay"), ("share", "replay_share")):
        for part, at in (("q25", 0.25), ("median", 0.5), ("q75", 0.75)):
            assert row[f"{name}_{part}"] == pytest.approx(kept[column].astype(float).quantile(at), abs=1e-12)
    rho = scipy_stats.spearmanr(kept.live.astype(float), kept.replay.astype(float)).statistic
    assert row.spearman == pytest.approx(rho, abs=1e-12)
    assert row.share_low <= row.share_median <= row.share_high
    assert row.spearman_low <= row.spearman <= row.spearman_high


def test_no_difference_at_all() -> None:
    """A constant share has itself as interval."""
    row = stats.compare(counted([5, 6, 7, 8, 9, 10], [5, 6, 7, 8, 9, 10])).iloc[0]
    assert (row.share_low, row.share_high) == (0.5, 0.5)


def test_constant_counts_have_no_rho() -> None:
    """Constant counts give a missing rho, not a warning."""
    row = stats.compare(counted([5] * 8, list(range(1, 9)))).iloc[0]
    assert row.spearman is pd.NA
    assert row.spearman_low is pd.NA


@pytest.mark.parametrize(
    ("spaces", "creators", "thin"), [(5, 1, True), (6, 1, False), (9, 5, True), (12, 6, False)]
)
def test_thin_groups_get_no_intervals(spaces: int, creators: int, thin: bool) -> None:
    """Below 6 creators, or 6 Spaces of one, a group is thin and has no interval; `n_creators` says which is meant."""
    table = many(200)
    table = table[table.state == "Ended"][:spaces].reset_index(drop=True)
    table["creator_id"] = pd.array([str(i % creators) for i in range(spaces)], dtype=table.creator_id.dtype)
    row = stats.compare(table).iloc[0]
    assert row.thin == thin
    for name in ("share_low", "share_high", "spearman_low", "spearman_high"):
        assert (row[name] is pd.NA) == thin
    assert row.share_median is not pd.NA
    assert row.n_creators == creators


def test_creators_that_are_too_unequal_are_thin() -> None:
    """Where one of ten creators has most Spaces, they count as fewer than 4 of equal size: there is no interval."""
    table = many(200)
    table = table[table.state == "Ended"][:78].reset_index(drop=True)
    creators = ["a"] * 60 + [f"b{i}" for i in range(9) for _ in range(2)]
    table["creator_id"] = pd.array(creators, dtype=table.creator_id.dtype)
    row = stats.compare(table).iloc[0]
    assert row.thin
    assert row.n_creators == 10
    assert row.share_low is pd.NA


def test_median_age() -> None:
    """`age_median` is that of the compared Spaces whose age is known and not negative."""
    fetched = [T0 + HOUR + days * DAY for days in (1, 3, 9)] + [None, T0]
    row = stats.summarise(counted([1] * 5, [1] * 5, fetched_at=fetched)).iloc[0]
    assert row.age_median == pd.Timedelta("3D")


def test_intervals_leave_out_creators() -> None:
    """Spaces of one creator that are all alike give a wider interval than the same Spaces of as many creators."""
    live = [100] * 60
    replay = [10 * (i // 6 + 1) for i in range(60)]
    alike = stats.compare(counted(live, replay, [str(i // 6) for i in range(60)])).iloc[0]
    single = stats.compare(counted(live, replay, [str(i) for i in range(60)])).iloc[0]
    assert alike.share_high - alike.share_low > 1.5 * (single.share_high - single.share_low)


def test_spaces_without_creator_stand_for_themselves() -> None:
    """Without any creator the numbers are those of as many creators with one Space each."""
    table = many()
    single = table.assign(creator_id=table.space_id)
    nobody = table.assign(creator_id=pd.array([pd.NA] * len(table), dtype=table.creator_id.dtype))
    by_id, by_nobody = stats.compare(single).iloc[0], stats.compare(nobody).iloc[0]
    assert by_nobody.share_low == pytest.approx(by_id.share_low, abs=1e-12)
    assert by_nobody.n_creators == by_nobody.n
    assert not by_nobody.thin


@pytest.mark.parametrize("by", [None, "host", "state", lambda spaces: spaces.started_at.dt.hour])
def test_the_order_of_rows_does_not_matter(by) -> None:
    """The same seed gives the same table, whatever the order and the index of the rows."""
    table = many()
    turned = table.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(stats.compare(table, by), stats.compare(turned, by))


def test_a_group_does_not_depend_on_the_others() -> None:
    """A group's row is the same when the other groups are not in the table, and whatever its name."""
    table = many().assign(part=["a", "b"] * 30)
    both, alone = stats.compare(table, "part"), stats.compare(table[table.part == "a"], "part")
    pd.testing.assert_frame_equal(both[both.group == "a"], alone)
    renamed = stats.compare(table.assign(part=["z", "b"] * 30), "part").iloc[[1, 0]].reset_index(drop=True)
    pd.testing.assert_frame_equal(renamed.drop(columns="group"), both.drop(columns="group"))


def test_more_confidence_is_wider() -> None:
    """A higher confidence gives an interval that holds the lower one's."""
    wide, narrow = (stats.compare(many(), confidence=c).iloc[0] for c in (0.99, 0.8))
    assert wide.share_low < narrow.share_low < narrow.share_high < wide.share_high


@pytest.mark.parametrize("confidence", [0, 1, 95, -0.1])
def test_confidence_is_a_fraction(confidence: float) -> None:
    """A confidence that is no fraction between 0 and 1 is refused with its value."""
    with pytest.raises(ValueError, match=repr(confidence)):
        stats.compare(many(), confidence=confidence)


def test_tenfold_ages_warn() -> None:
    """Ages that differ by more than tenfold warn, with both in words; exactly tenfold, and excluded Spaces, do not."""
    ends = [T0 + HOUR] * 3
    fetched = [T0 + HOUR + DAY, T0 + HOUR + 10 * DAY, T0 + HOUR + 90 * DAY]
    states = ["Ended", "Ended", "Running"]
    table = counted([1, 2, 3], [1, 2, 3], ended_at=ends, fetched_at=fetched, state=states)
    stats.compare(table)
    with pytest.warns(stats.AgeWarning, match="from 1 d to 90 d"):
        stats.compare(table.assign(state=pd.array(["Ended"] * 3, dtype=table.state.dtype)))


def test_summarise_does_not_warn() -> None:
    """`summarise` gives the same table without the warning; `ages` says what the warning would."""
    spaces = samples.sample_batch().spaces
    with pytest.warns(stats.AgeWarning):
        compared = stats.compare(spaces, "host")
    pd.testing.assert_frame_equal(stats.summarise(spaces, "host"), compared)
    told = stats.ages(spaces).iloc[0]
    measured = stats.measures(spaces)
    age = measured.age[measured.excluded.isna()]
    assert told.tenfold
    assert (told.youngest, told.oldest, told.n) == (age.min(), age.max(), age.notna().sum())


def test_correlation_of_any_two_measures() -> None:
    """Rho of duration and live is scipy's; the Spaces without one of them are counted as left out."""
    table = many()
    ends = [None if i % 9 == 1 else T0 + (i * 7 + 1 + (i * 31) % 17) * HOUR for i in range(len(table))]
    table["ended_at"] = counted([1] * 60, [1] * 60, ended_at=ends).ended_at
    measured = stats.measures(table)
    kept = measured[measured.excluded.isna() & measured.duration.notna()]
    row = stats.correlation(table, "duration", "live").iloc[0]
    rho = scipy_stats.spearmanr(kept.duration.dt.total_seconds(), kept.live.astype(float)).statistic
    assert row.spearman == pytest.approx(rho)
    assert row.spearman_low < rho < row.spearman_high
    assert (row.n, row.n_left_out) == (len(kept), len(table) - len(kept))
    with pytest.raises(ValueError, match="state"):
        stats.correlation(table, "state", "live")
