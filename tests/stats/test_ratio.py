"""The ratio of plays to live listeners against the size of both, and its slope."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import linalg
from scipy import stats as scipy_stats
from typed_spaces import counted

from spacekit import samples, stats


def made(seed: int, creators: int = 14) -> pd.DataFrame:
    """Make Spaces of creators with 1 to 9 each, some with a count of 0."""
    rng = np.random.default_rng(seed)
    creator = np.repeat(np.arange(creators), rng.integers(1, 10, creators))
    live = np.exp(rng.normal(4, 1, creators)[creator] + rng.normal(0, 1, len(creator))).astype(int) + 1
    replay = (live * np.exp(rng.normal(-1, 1, len(creator)))).astype(int)
    return counted(live.tolist(), replay.tolist(), creator.astype(str).tolist())


def by_matrices(x: np.ndarray, y: np.ndarray, cluster: np.ndarray, confidence: float) -> list[float]:
    """Return slope, its interval and degrees of freedom: CR2 and Satterthwaite written out with full matrices."""
    design = np.column_stack([np.ones(len(x)), x])
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    rest, variance, reach = y - hat @ y, 0.0, []
    for name in np.unique(cluster):
        here = np.flatnonzero(cluster == name)
        root = np.real(linalg.fractional_matrix_power(np.eye(len(here)) - hat[np.ix_(here, here)], -0.5))
        variance += (inverse @ design[here].T @ root @ rest[here])[1] ** 2
        reach.append((np.eye(len(x)) - hat)[:, here] @ (root @ design[here] @ inverse)[:, 1])
    products = np.array(reach) @ np.array(reach).T
    df = np.trace(products) ** 2 / np.trace(products @ products)
    slope = (inverse @ design.T @ y)[1]
    half = scipy_stats.t.ppf((1 + confidence) / 2, df) * np.sqrt(variance)
    return [slope, slope - half, slope + half, df]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_slope_and_interval_by_matrices(seed: int) -> None:
    """Slope, interval and degrees of freedom agree with the definition of CR2, matrix by matrix."""
    table = made(seed)
    found = stats.ratio(table)
    kept = found.excluded.isna()
    x, y = (found[name][kept].to_numpy(float) for name in ("log2_size", "log2_ratio"))
    row = stats.ratio_slope(table, confidence=0.9).iloc[0]
    wanted = by_matrices(x, y, table.creator_id[kept].to_numpy(), 0.9)
    np.testing.assert_allclose([row.slope, row.slope_low, row.slope_high, row.df], wanted, rtol=0, atol=1e-9)
    assert row.slope == pytest.approx(scipy_stats.linregress(x, y).slope, abs=1e-9)
    assert row.log2_ratio_median == np.median(y)
    assert row.n_creators == table.creator_id[kept].nunique()


def test_spaces_of_a_lone_creator_stand_for_themselves() -> None:
    """With one creator, each Space is a cluster of its own."""
    table = made(5).assign(creator_id="1").astype(made(5).dtypes)
    found = stats.ratio(table).dropna(subset="log2_ratio")
    row = stats.ratio_slope(table).iloc[0]
    x, y = (found[name].to_numpy(float) for name in ("log2_size", "log2_ratio"))
    wanted = by_matrices(x, y, np.arange(len(x)), 0.95)
    np.testing.assert_allclose([row.slope, row.slope_low, row.slope_high, row.df], wanted, rtol=0, atol=1e-9)
    assert row.n_creators == 1


def test_ratio_by_hand() -> None:
    """A half is added to each count; excluded Spaces have neither size nor ratio, and keep their reason."""
    found = stats.ratio(counted([10, 4, 0, 0], [0, 9, 7, 0]))
    ratio = [np.log2(0.5 / 10.5), np.log2(9.5 / 4.5), np.log2(7.5 / 0.5)]
    size = [np.log2(0.5 * 10.5) / 2, np.log2(9.5 * 4.5) / 2, np.log2(7.5 * 0.5) / 2]
    np.testing.assert_allclose(found.log2_ratio[:3].astype(float), ratio, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.log2_size[:3].astype(float), size, rtol=0, atol=1e-9)
    assert found.excluded.tolist() == [pd.NA] * 3 + ["both zero"]
    assert found.log2_ratio.isna().tolist() == [False] * 3 + [True]
    row = stats.ratio_slope(counted([10, 4, 0, 0], [0, 9, 7, 0])).iloc[0]
    assert (row.n, row.n_zero, row.n_excluded) == (3, 2, 1)


def test_plays_that_follow_nothing_have_no_slope() -> None:
    """Independent counts of equal spread: no slope here, where the ratio against live alone falls by construction."""
    rng = np.random.default_rng(6)
    live, replay = (np.exp(rng.normal(8, 1, 4_000)).astype(int) for _ in range(2))
    table = counted(live.tolist(), replay.tolist(), [str(place) for place in range(4_000)])
    row = stats.ratio_slope(table).iloc[0]
    assert row.slope_low < 0 < row.slope_high
    against_live = scipy_stats.linregress(np.log2(live + 0.5), stats.ratio(table).log2_ratio.astype(float))
    assert against_live.slope == pytest.approx(-1, abs=0.05)


def test_groups_are_as_they_are_alone() -> None:
    """The row of a group is that of a table of its Spaces only, whatever it is called; creators can be in several."""
    table = pd.concat([made(1), made(2)], ignore_index=True)
    table["space_id"] = [f"1{place:012d}" for place in range(len(table))]
    group = ["b"] * len(made(1)) + ["a"] * len(made(2))
    found = stats.ratio_slope(table, group).set_index("group")
    for name, alone in (("b", made(1)), ("a", made(2))):
        row = stats.ratio_slope(alone).iloc[0]
        pd.testing.assert_series_equal(found.loc[name], row.drop("group"), check_names=False)


def test_order_and_index_decide_nothing() -> None:
    """Shuffled rows with another index give the same table, to the last bit."""
    table = made(3)
    shuffled = table.sample(frac=1, random_state=3).set_axis(range(500, 500 + len(table)))
    pd.testing.assert_frame_equal(stats.ratio_slope(shuffled), stats.ratio_slope(table), rtol=0, atol=0)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_for_a_line(n: int) -> None:
    """Without three Spaces there is no slope, and the columns are the same."""
    found = stats.ratio_slope(counted([5, 6, 8], [1, 2, 9])[:n])
    assert found.group.tolist() == ["all"]
    assert found.n.tolist() == [n]
    assert found[["slope", "slope_low", "df"]].isna().all(axis=None)
    assert found.thin.all()
    assert (found.dtypes == stats.ratio_slope(made(0)).dtypes).all()


def test_equal_sizes_have_no_slope() -> None:
    """Where all Spaces are of one size there is no line."""
    assert stats.ratio_slope(counted([7] * 9, [7] * 9)).slope.isna().all()


@pytest.mark.parametrize("function", [stats.ratio, stats.ratio_slope])
def test_ages_far_apart_warn_once(function: Any) -> None:
    """Plays are read, so ages too far apart are told, once."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        function(samples.sample_batch().spaces)
    assert [each.category for each in caught] == [stats.AgeWarning]


@pytest.mark.parametrize(
    "wrong", [{"by": "fortnight"}, {"confidence": "0.95"}, {"confidence": 1}, {"tz": "Nowhere"}]
)
def test_what_is_not_understood_is_named(wrong: dict[str, Any]) -> None:
    """What cannot be used is refused by its name."""
    with pytest.raises(ValueError, match=f"^{next(iter(wrong))}: "):
        stats.ratio_slope(counted([1], [1]), **({"by": "hour"} | wrong))
