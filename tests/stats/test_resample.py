"""Bootstrap over creators, against resamples written out in full."""

import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from spacekit.stats import resample


def drawn(n: int, seed: int) -> np.ndarray:
    """Return weights of ten resamples of n rows."""
    return np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=10).astype(float)


@pytest.mark.parametrize("n", [1, 2, 5, 12])
def test_weighted_medians(n: int) -> None:
    """The median under weights is the median of the values written out as often as the weights say."""
    values = np.sort(np.random.default_rng(n).integers(0, 8, n).astype(float))
    weights = drawn(n, n)
    written_out = [np.median(np.repeat(values, row.astype(int))) for row in weights]
    assert resample._medians(values, weights).tolist() == written_out


def test_weighted_rho() -> None:
    """Rho under weights is scipy's rho of the pairs written out, with ties."""
    rng = np.random.default_rng(3)
    x, y = rng.integers(0, 6, 15).astype(float), rng.integers(0, 6, 15).astype(float)
    weights = drawn(15, 4)
    rhos = resample._rhos(resample._Ranks(x), resample._Ranks(y), weights)
    for row, rho in zip(weights.astype(int), rhos, strict=True):
        written_out = scipy_stats.spearmanr(np.repeat(x, row), np.repeat(y, row)).statistic
        assert rho == pytest.approx(written_out, abs=1e-12)


def test_rho_by_the_formula_of_ranks() -> None:
    """Without ties rho is 1 - 6 * sum(d²) / (n * (n² - 1)): here ranks 1 2 3 4 5 and 2 1 4 3 5, so 0.8."""
    assert resample.spearman(np.array([1.0, 2, 3, 4, 5]), np.array([20.0, 10, 40, 30, 50])) == pytest.approx(
        0.8
    )


@pytest.mark.parametrize(("x", "y"), [([1, 1, 1], [1, 2, 3]), ([1, 2], [1, 2]), ([], [])])
def test_no_rho(x: list[float], y: list[float]) -> None:
    """A constant side or fewer than three pairs give NaN, and no warning."""
    assert math.isnan(resample.spearman(np.array(x, dtype=float), np.array(y, dtype=float)))


def test_resamples_take_whole_clusters() -> None:
    """In each resample the rows of a cluster stand equally often, and as many clusters stand as there are."""
    clusters = np.array([0, 0, 1, 2, 2, 2])
    weights = np.concatenate(list(resample._weights(clusters, np.random.default_rng(0))))
    assert weights.shape == (resample.RESAMPLES, 6)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 3] == weights[:, 5]).all()
    assert (weights[:, [0, 2, 3]].sum(axis=1) == 3).all()


@pytest.mark.parametrize(("confidence", "pieces"), [(0.5, 2), (0.9, 5), (0.95, 6), (0.99, 8)])
def test_fewest_pieces(confidence: float, pieces: int) -> None:
    """The range of that many pieces holds the median with that probability; the range of one fewer does not."""
    assert resample.fewest_pieces(confidence) == pieces
    assert 1 - 2.0 ** (1 - pieces) >= confidence
    assert 1 - 2.0 ** (2 - pieces) < confidence


def test_effective_pieces() -> None:
    """Clusters of equal size count in full; sizes 3, 1, 1, 1 count as 36 / 12 = 3."""
    assert resample.effective_pieces(np.array([0, 0, 1, 1])) == 2
    assert resample.effective_pieces(np.array([0, 0, 0, 1, 2, 3])) == 3


def test_tail_narrows_to_the_plain_percentile() -> None:
    """The share cut off is 2.5 % for very many pieces, and less for fewer; for 6 it is as by scipy's t and normal."""
    assert resample.tail(0.95, 1e6) == pytest.approx(0.025, abs=1e-5)
    by_scipy = scipy_stats.norm.cdf(-math.sqrt(6 / 5) * scipy_stats.t.ppf(0.975, 5))
    assert resample.tail(0.95, 6) == pytest.approx(by_scipy)
    assert resample.tail(0.95, 1.0) == 0


def test_interval_of_a_median_agrees_with_order_statistics() -> None:
    """For 200 single Spaces the interval is close to that between the order statistics of the binomial distribution."""
    values = np.sort(np.random.default_rng(8).random(200))
    low, high = resample.median_interval(values, np.arange(200), 0.95, np.random.default_rng(1))
    at = scipy_stats.binom.ppf([0.025, 0.975], 200, 0.5).astype(int)
    assert low == pytest.approx(values[at[0]], abs=0.02)
    assert high == pytest.approx(values[at[1]], abs=0.02)


def test_interval_of_rho_agrees_with_fisher() -> None:
    """For 400 normal pairs the interval is close to Fisher's, with the variance of Bonett and Wright."""
    rng = np.random.default_rng(5)
    x = rng.standard_normal(400)
    y = 0.6 * x + 0.8 * rng.standard_normal(400)
    low, high = resample.spearman_interval(x, y, np.arange(400), 0.95, rng)
    rho = resample.spearman(x, y)
    half = 1.96 * math.sqrt((1 + rho**2 / 2) / 397)
    assert low == pytest.approx(math.tanh(math.atanh(rho) - half), abs=0.02)
    assert high == pytest.approx(math.tanh(math.atanh(rho) + half), abs=0.02)


def test_a_perfect_order_has_no_interval() -> None:
    """Where rho is 1, resamples show no spread, so no interval is claimed."""
    x = np.arange(10.0)
    assert all(
        math.isnan(end)
        for end in resample.spearman_interval(x, x, np.arange(10), 0.95, np.random.default_rng(0))
    )
