"""Differences of medians, put together by hand from the intervals of the two sides."""

import math

import numpy as np
import pytest
from made_up_groups import uneven
from scipy import stats as scipy_stats

from spacekit.stats.differences import Differences, holm, superiority
from spacekit.stats.medians import MedianTest
from spacekit.stats.pieces import pieces


def two_sides(seed: int, *, other: int = 0) -> tuple[MedianTest, Differences]:
    """Make two groups of the same 9 creators; `other` numbers those of the second anew."""
    (a, creator, started), (b, _, _) = uneven(seed), uneven(seed + 50)
    group = np.repeat([0, 1], len(a))
    whose = np.r_[creator, creator + other]
    of = pieces(group, whose, np.r_[started, started], 2)
    values = np.r_[a, b + 0.5 * a]
    return MedianTest(values, of), Differences(values, of, np.array([1]), np.array([0]))


@pytest.mark.parametrize("other", [0, 9])
@pytest.mark.parametrize("seed", range(3))
def test_interval_by_hand(seed: int, other: int) -> None:
    """Squares of the distances to either end are added, less what the sides have in common (Zou and Donner)."""
    test, found = two_sides(seed, other=other)
    da, db = test.deviations[9:], test.deviations[:9]
    size = test.pieces.size[:9]
    r = (da * db).sum() / math.sqrt((da**2).sum() * (db**2).sum()) * (1 - 1 / size.sum()) if not other else 0
    fa, fb = test.freedom[1], test.freedom[0]
    ends = [test.ends(np.array([k]), scipy_stats.t.ppf(0.975, test.freedom[[k]])) for k in (0, 1)]
    va, vb = (((ends[k][1] - ends[k][0])[0] / scipy_stats.t.ppf(0.975, test.freedom[k])) ** 2 for k in (1, 0))
    freedom = (va + vb) ** 2 / (va**2 / fa + vb**2 / fb) if other else min(fa, fb)
    critical = np.array([scipy_stats.t.ppf(0.975, freedom)])
    (low_b, high_b), (low_a, high_a) = (test.ends(np.array([k]), critical) for k in (0, 1))
    mb, ma = test.median
    a, b = ma - low_a[0], high_b[0] - mb
    c, d = high_a[0] - ma, mb - low_b[0]
    low, high = found.interval(np.array([0.95]))
    assert low[0] == pytest.approx(ma - mb - math.sqrt(a * a + b * b - 2 * r * a * b), abs=1e-9)
    assert high[0] == pytest.approx(ma - mb + math.sqrt(c * c + d * d - 2 * r * c * d), abs=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_p_is_where_the_interval_begins_to_hold_0(seed: int) -> None:
    """At that confidence one end is 0, or p is the least that 9 creators can show."""
    _, found = two_sides(seed)
    p = found.p_values(0.95)
    low, high = found.interval(1 - p)
    assert min(abs(low[0]), abs(high[0])) < 1e-6 or p[0] == pytest.approx(2.0**-8)


def test_p_is_never_0() -> None:
    """Groups of very many creators that do not overlap have a p value of 1e-15, and no warning."""
    rows, zeros = np.arange(4_000), np.repeat([0, 1], 2_000)
    of = pieces(zeros, rows, np.full(4_000, np.nan), 2)
    found = Differences(rows.astype(float), of, np.array([1]), np.array([0]))
    assert found.p_values(0.95)[0] == pytest.approx(1e-15)


def test_holm() -> None:
    """The least p is multiplied by their number, the next by one less, and none falls below the one before."""
    found = holm(np.array([0.03, np.nan, 0.01, 0.04, 0.9]))
    assert found.tolist() == pytest.approx([0.09, np.nan, 0.04, 0.09, 0.9], nan_ok=True)


def test_superiority() -> None:
    """It is Mann and Whitney's statistic as a part of all pairs; missing for an empty side."""
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 9, 20).astype(float), rng.integers(2, 11, 30).astype(float)
    assert superiority(a, b) == pytest.approx(scipy_stats.mannwhitneyu(a, b).statistic / 600)
    assert math.isnan(superiority(a, b[:0]))
