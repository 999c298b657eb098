"""Quartiles and intervals of medians, against the jackknife and the test written out in full."""

import math

import numpy as np
import pytest
from made_up_groups import one_group, uneven
from scipy import stats as scipy_stats

from spacekit.stats.medians import MedianTest, median_interval, quantiles
from spacekit.stats.pieces import pieces
from spacekit.stats.succession import alike, inflation


def part_below(values: np.ndarray, m: float) -> float:
    """Part of the values below m, those equal to m by half."""
    return float(((values < m) + (values == m) / 2).mean())


def jackknife_t(values: np.ndarray, creator: np.ndarray, m: float) -> float:
    """T of "the median is m", each creator left out in turn."""
    known = np.unique(creator)
    p = part_below(values, m)
    left_out = np.array([part_below(values[creator != c], m) for c in known])
    variance = (len(known) - 1) / len(known) * ((left_out - p) ** 2).sum()
    return (p - 0.5) / math.sqrt(variance)


def freedom(values: np.ndarray, creator: np.ndarray) -> float:
    """Degrees of freedom at the median."""
    known, sizes = np.unique(creator, return_counts=True)
    m = float(np.median(values))
    moved = np.array([part_below(values[creator != c], m) for c in known]) - part_below(values, m)
    return min(len(values) ** 2 / (sizes**2).sum(), 1.5 * (moved**2).sum() ** 2 / (moved**4).sum()) - 1


def interval(values: np.ndarray, creator: np.ndarray, confidence: float) -> list[float]:
    """Interval by trying one value after the other, from below and from above."""
    critical = scipy_stats.t.ppf((1 + confidence) / 2, freedom(values, creator))
    ends = []
    for sign in (1, -1):
        v = np.sort(sign * values)
        t = [jackknife_t(sign * values, creator, m) for m in v]
        i = next(i for i in range(len(v)) if t[i] >= -critical)
        part = 0 if i == 0 else (-critical - t[i]) / (t[i - 1] - t[i])
        ends.append(sign * (v[i] + part * (v[i - 1] - v[i])) if i else sign * v[0])
    return ends


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("confidence", [0.8, 0.9, 0.95])
def test_interval_of_several_creators(seed: int, confidence: float) -> None:
    """The interval is where the jackknife's t, each creator left out in turn, is not beyond the critical t."""
    values, creator, started = uneven(seed)
    found = median_interval(values, one_group(creator, started), confidence)
    # Halfway through a value of its own, our variance is the mean of those before and after it.
    assert found[:, 0] == pytest.approx(interval(values, creator, confidence), abs=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_t_between_values(seed: int) -> None:
    """Between two values t is that of the jackknife written out, to the last digits; so are the degrees of freedom."""
    values, creator, started = uneven(seed, whole=True)
    test = MedianTest(values, one_group(creator, started))
    ordered = np.sort(values)
    for place in np.flatnonzero(np.diff(ordered)):
        expected = jackknife_t(values, creator, (ordered[place] + ordered[place + 1]) / 2)
        if (ordered == ordered[place]).sum() > 1:
            assert test._t[2 * place + 1] == pytest.approx(expected, abs=1e-9)
    assert test.freedom[0] == pytest.approx(freedom(values, creator), abs=1e-9)


def test_many_groups_at_once() -> None:
    """Intervals and medians of many groups are those of each group by itself."""
    parts = [uneven(seed, whole=seed == 2) for seed in range(4)]
    group = np.repeat(np.arange(4), [len(part[0]) for part in parts])
    values, creator, started = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    together = median_interval(values, pieces(group, creator, started, 5), 0.95)
    for k, (own, whose, when) in enumerate(parts):
        assert together[:, k] == pytest.approx(median_interval(own, one_group(whose, when), 0.95)[:, 0])
        assert quantiles(values, group, 5, 0.25)[k] == pytest.approx(np.quantile(own, 0.25))
    assert np.isnan(together[:, 4]).all()


def test_singles_as_hettmansperger_and_sheather() -> None:
    """For creators of one Space each the interval is close to that of order statistics, interpolated."""
    values = np.sort(np.random.default_rng(8).random(10))
    low, high = median_interval(values, one_group(np.arange(10), np.full(10, np.nan)), 0.95)[:, 0]
    outer, inner = 1 - 2 * scipy_stats.binom.cdf(1, 10, 0.5), 1 - 2 * scipy_stats.binom.cdf(2, 10, 0.5)
    step = (outer - 0.95) / (outer - inner)
    part = (10 - 2) * step / (2 + (10 - 4) * step)
    assert low == pytest.approx(values[1] + part * (values[2] - values[1]), abs=0.01)
    assert high == pytest.approx(values[8] - part * (values[8] - values[7]), abs=0.01)


def test_interval_of_a_lone_creator() -> None:
    """For Spaces of one creator t is that of independent values, their variance multiplied by the inflation."""
    rng = np.random.default_rng(2)
    values = np.cumsum(rng.standard_normal(60)) + 3 * rng.standard_normal(60)
    of = one_group(np.zeros(60, dtype=np.int64), np.arange(60.0))
    grown = inflation(lambda lag: 2 / np.pi * np.arcsin(alike(values, of) ** lag), of)[0]
    assert grown > 1
    critical = scipy_stats.t.ppf(0.975, 60 / grown - 1)
    place = 30 - critical * math.sqrt(60 * grown / 4) - 0.5
    low = np.interp(place, np.arange(60), np.sort(values))
    assert median_interval(values, of, 0.95)[0, 0] == pytest.approx(low, abs=1e-9)


def test_ends_lie_in_the_data() -> None:
    """No end lies beyond the least and the greatest value, however alike Spaces that follow each other are."""
    values = np.arange(10.0)
    found = median_interval(values, one_group(np.zeros(10, dtype=np.int64), values), 0.95)
    assert found[:, 0].tolist() == [0, 9]


def test_shared_values_end_an_interval() -> None:
    """A value that many Spaces share is in the interval or not, and no end lies beside it; a constant is its own."""
    creator, started = np.arange(20), np.full(20, np.nan)
    values = np.repeat([0.0, 1.0, 5.0, 9.0], 5)
    assert median_interval(values, one_group(creator, started), 0.95)[:, 0].tolist() == [1, 5]
    assert median_interval(np.ones(20), one_group(creator, started), 0.95)[:, 0].tolist() == [1, 1]
