"""Spearman's rho and its interval, against scipy and the influence of each pair written out in full."""

import math

import numpy as np
import pytest
from made_up_groups import one_group, uneven
from scipy import stats as scipy_stats

from spacekit.stats.ranks import Ranks
from spacekit.stats.spearman import spearman
from spacekit.stats.succession import alike


def rho(x: np.ndarray, y: np.ndarray) -> float:
    """Rho of one group."""
    return float(spearman(x, y, one_group(np.arange(len(x)), x), 0.95)[0, 0])


def influences(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Influence of each pair on rho: from the ranks and from what it does to the ranks of all others."""

    def lower(v: np.ndarray) -> np.ndarray:  # [i, j]: whether v_i is lower than v_j
        return (v[:, None] < v[None, :]) + (v[:, None] == v[None, :]) / 2

    f, g = lower(x).mean(axis=0) - 0.5, lower(y).mean(axis=0) - 0.5

    def moved(a: np.ndarray, b: np.ndarray, low_a: np.ndarray, low_b: np.ndarray) -> np.ndarray:
        change_a, change_b = (
            low_a - 0.5 - a,
            low_b - 0.5 - b,
        )  # of everybody's rank, for each pair that is added
        return a * b - (a * b).mean() + (change_a * b).mean(axis=1) + (change_b * a).mean(axis=1)

    xy, xx, yy = (
        moved(f, g, lower(x), lower(y)),
        moved(f, f, lower(x), lower(x)),
        moved(g, g, lower(y), lower(y)),
    )
    r = (f * g).mean() / math.sqrt((f**2).mean() * (g**2).mean())
    return xy / math.sqrt((f**2).mean() * (g**2).mean()) - r / 2 * (xx / (f**2).mean() + yy / (g**2).mean())


def pairs(seed: int, *, whole: bool = False) -> tuple[np.ndarray, ...]:
    """Make pairs of 9 creators of unequal size."""
    x, creator, started = uneven(seed, whole=whole)
    return x, x + uneven(seed + 100, whole=whole)[0], creator, started


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_interval_of_several_creators(seed: int, whole: bool) -> None:
    """It is the jackknife over creators of the influences, on Fisher's scale, to the last digits."""
    x, y, creator, started = pairs(seed, whole=whole)
    part = np.bincount(creator) / len(x)
    moved = -np.bincount(creator, influences(x, y)) / len(x) / (1 - part)
    freedom = min(1 / (part**2).sum(), 1.5 * (moved**2).sum() ** 2 / (moved**4).sum()) - 1
    r = scipy_stats.spearmanr(x, y).statistic
    half = scipy_stats.t.ppf(0.975, freedom) * math.sqrt(8 / 9 * (moved**2).sum()) / (1 - r**2)
    found = spearman(x, y, one_group(creator, started), 0.95)[1:, 0]
    assert found == pytest.approx(
        [math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)], abs=1e-9
    )


def test_interval_of_a_lone_creator() -> None:
    """The variance is that of independent pairs, times what two series that follow themselves make of it (Bartlett)."""
    x, y, _, _ = pairs(1)
    n = len(x)
    of = one_group(np.zeros(n, dtype=np.int64), np.argsort(np.argsort(x + y)).astype(float))
    follow = float(alike(x, of)[0] * alike(y, of)[0])
    grown = 1 + 2 * sum((1 - lag / n) * follow**lag for lag in range(1, n))
    assert grown > 1.2
    r = scipy_stats.spearmanr(x, y).statistic
    error = math.sqrt((influences(x, y) ** 2).mean() / (n - 1) * grown) / (1 - r**2)
    half = scipy_stats.t.ppf(0.975, n / grown - 1) * error
    found = spearman(x, y, of, 0.95)[1:, 0]
    assert found == pytest.approx(
        [math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)], abs=1e-9
    )


def test_rho_with_ties() -> None:
    """Rho is scipy's, also with ties, and by the formula of ranks: ranks 1 2 3 4 5 and 2 1 4 3 5 have 0.8."""
    x, y, _, _ = pairs(4, whole=True)
    assert rho(x, y) == pytest.approx(scipy_stats.spearmanr(x, y).statistic, abs=1e-12)
    assert rho(np.array([1.0, 2, 3, 4, 5]), np.array([20.0, 10, 40, 30, 50])) == pytest.approx(0.8)


@pytest.mark.parametrize(("x", "y"), [([1, 1, 1], [1, 2, 3]), ([1, 2], [1, 2]), ([], [])])
def test_no_rho(x: list[float], y: list[float]) -> None:
    """A constant side or fewer than three pairs have a rho of NaN, and no warning."""
    assert math.isnan(rho(np.array(x, dtype=float), np.array(y, dtype=float)))


def test_a_perfect_order_has_no_interval() -> None:
    """Where rho is 1, the data show nothing of its error, so no interval is claimed."""
    x = np.arange(10.0)
    assert np.isnan(spearman(x, x, one_group(np.arange(10), x), 0.95)[1:]).all()


def test_interval_agrees_with_fisher() -> None:
    """For 400 normal pairs the interval is close to Fisher's, with the variance of Bonett and Wright."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal(400)
    y = 0.6 * x + 0.8 * rng.standard_normal(400)
    found = spearman(x, y, one_group(np.arange(400), x), 0.95)[1:, 0]
    half = 1.96 * math.sqrt((1 + rho(x, y) ** 2 / 2) / 397)
    expected = [math.tanh(math.atanh(rho(x, y)) - half), math.tanh(math.atanh(rho(x, y)) + half)]
    assert found == pytest.approx(expected, abs=0.02)


def test_ranks_within_groups() -> None:
    """Ranks and sums of the weights above are those of each group by itself, ties by half."""
    group, values = np.array([0, 0, 0, 1, 1]), np.array([5.0, 2, 5, 1, 9])
    ranks = Ranks(values, group, 2)
    assert ranks.centred.tolist() == pytest.approx([1 / 6, -1 / 3, 1 / 6, -1 / 4, 1 / 4])
    assert ranks.above(np.array([1.0, 2, 4, 8, 16])).tolist() == [2.5, 6, 2.5, 20, 8]
