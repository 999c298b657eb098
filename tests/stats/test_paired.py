"""The signed-rank test, against every choice of signs and against scipy."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats as scipy_stats

from spacekit.stats.paired import signed_rank_p


def by_enumeration(apart: list[float]) -> float:
    """Share of all choices of signs whose sum of ranks lies as far from the middle as the one seen."""
    kept = np.array([value for value in apart if value])
    ranks = scipy_stats.rankdata(np.abs(kept))
    sums = np.array(list(itertools.product([0, 1], repeat=len(kept)))) @ ranks
    middle = ranks.sum() / 2
    return float((abs(sums - middle) >= abs(ranks[kept > 0].sum() - middle)).mean())


@pytest.mark.parametrize(
    "apart",
    [[1, 2, 3, 4, 5], [1, -1, 1, 1, 2, 2, -3], [0, 0, 1, 1, -1, 5], [-1], [2, 2, 2, 2, 2, 2], [1, -2, 3, -4]],
)
def test_exact_also_with_ties_and_zeros(apart: list[float]) -> None:
    """The p value is that of every choice of signs, zeros left out."""
    assert signed_rank_p(np.array(apart, dtype=float)) == pytest.approx(by_enumeration(apart), abs=1e-12)


@pytest.mark.parametrize("n", [6, 20, 50])
def test_as_scipy_without_ties(n: int) -> None:
    """Without ties, up to 50 pairs, it is scipy's exact test."""
    apart = np.random.default_rng(n).standard_normal(n) + 0.2
    assert signed_rank_p(apart) == pytest.approx(scipy_stats.wilcoxon(apart, method="exact").pvalue, rel=1e-9)


@pytest.mark.parametrize("n", [51, 300])
def test_many_pairs_by_the_normal_distribution(n: int) -> None:
    """Beyond, it is the normal tail at (T - n(n+1)/4) / sqrt(n(n+1)(2n+1)/24)."""
    apart = np.random.default_rng(n).standard_normal(n) + 0.1
    total = scipy_stats.rankdata(np.abs(apart))[apart > 0].sum()
    z = (total - n * (n + 1) / 4) / math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
    assert signed_rank_p(apart) == pytest.approx(math.erfc(abs(z) / math.sqrt(2)), rel=1e-9)


def test_nothing_apart() -> None:
    """Without any difference p is 1."""
    assert signed_rank_p(np.zeros(8)) == 1
    assert signed_rank_p(np.array([])) == 1
