"""How alike Spaces are that follow each other."""

import numpy as np
import pandas as pd
import pytest
from made_up_groups import one_group
from scipy import stats as scipy_stats

from spacekit.stats.succession import alike, inflation

LONE = np.zeros(30, dtype=np.int64)


def series(seed: int = 0) -> np.ndarray:
    """Make 30 values, each half as high as the one before, and more."""
    noise = np.random.default_rng(seed).standard_normal(30)
    return pd.Series(noise).ewm(alpha=0.4).mean().to_numpy()


def by_hand(values: np.ndarray) -> float:
    """Autocorrelation of ranks, raised for its bias."""
    ranks = scipy_stats.rankdata(values) - (len(values) + 1) / 2
    r = (ranks[1:] * ranks[:-1]).sum() / (ranks**2).sum()
    return float(np.clip((len(values) * r + 1.5) / (len(values) - 4), 0, 0.95))


@pytest.mark.parametrize("seed", range(4))
def test_autocorrelation_of_ranks(seed: int) -> None:
    """It is that of the ranks in order of time, whatever the order of the rows."""
    values, turn = series(seed), np.random.default_rng(1).permutation(30)
    found = alike(values[turn], one_group(LONE, turn.astype(float)))
    assert found[0] == pytest.approx(by_hand(values), abs=1e-12)
    assert found[0] > 0.2


def test_no_order() -> None:
    """Several creators, or fewer than 6 starts, have no order: 0. A start shared by Spaces is one place in time."""
    values, when = series(), np.arange(30.0)
    assert alike(values, one_group(np.arange(30), when))[0] == 0
    assert alike(values, one_group(LONE, np.full(30, np.nan)))[0] == 0
    assert alike(values, one_group(LONE, when % 5))[0] == 0
    assert alike(np.sort(values), one_group(LONE, np.zeros(30)))[0] == 0
    assert alike(np.sort(values), one_group(LONE, when // 2))[0] == 0.95


def test_inflation_is_the_variance_of_a_mean() -> None:
    """It is n times the variance of the mean of n values of variance 1 and these correlations."""
    lags = abs(np.subtract.outer(np.arange(30), np.arange(30)))
    found = inflation(lambda lag: np.array([0.6**lag]), one_group(LONE, np.arange(30.0)))
    assert found[0] == pytest.approx((0.6**lags).sum() / 30, abs=1e-12)
