"""Differences of medians between groups, with intervals and tests. Arrays in, arrays out; it knows no tables."""

from __future__ import annotations

from typing import Final

import numpy as np

from spacekit.stats.medians import MedianTest
from spacekit.stats.pieces import Pieces, critical_t
from spacekit.stats.ranks import Floats, Ints, ratio

_HALVINGS: Final = 50  # of the logarithm of p
_LEAST_P: Final = 1e-15  # 1 - p is 1 below that
_USUAL: Final = 0.95  # the confidence at which errors of two medians are weighed


class Differences:
    """
    Differences between the medians of pairs of groups, none of which has too few pieces.

    Parameters
    ----------
    values, pieces
        As for `MedianTest`.
    first, second
        The two groups of each pair; differences are of the first less the second.

    Notes
    -----
    The interval is put together from those of the two medians: Zou and Donner (2008), "Construction of confidence
    limits about effect measures", Statistics in Medicine 27 (MOVER). With creators on both sides the two medians go up
    and down together; the correlation is that of what leaving out each of these creators does to either side. It is
    shrunk by 1/k, k the number of their Spaces on the side where each has fewer, as it is uncertain with few. The p
    value is 1 less the greatest confidence whose interval leaves out 0.
    """

    def __init__(self, values: Floats, pieces: Pieces, first: Ints, second: Ints) -> None:
        self.first, self.second = first, second
        self._test = MedianTest(values, pieces)
        self.difference = self._test.median[first] - self._test.median[second]
        pairs = np.array([self._shared(a, b) for a, b in zip(first, second, strict=True)]).reshape(-1, 2)
        self._together = pairs[:, 0]
        self._freedom = self._pooled(pairs[:, 1])
        fewest = np.minimum(pieces.count[first], pieces.count[second])
        self._least_p = np.maximum(2.0 ** (1 - fewest), _LEAST_P)

    def _shared(self, first: int, second: int) -> tuple[float, float]:
        """Return how far two medians go up and down together, and which part of the creators is on both sides."""
        of, deviations = self._test.pieces, self._test.deviations
        if of.lone[first] or of.lone[second]:
            return 0.0, 0.0
        a, b = (slice(*np.searchsorted(of.owner, [group, group + 1])) for group in (first, second))
        _, i, j = np.intersect1d(of.creator[a], of.creator[b], assume_unique=True, return_indices=True)
        scale = np.sqrt((deviations[a] ** 2).sum() * (deviations[b] ** 2).sum())
        if not scale or not len(i):
            return 0.0, 0.0
        spaces = np.minimum(of.size[a][i], of.size[b][j]).sum()
        together = (deviations[a][i] * deviations[b][j]).sum() / scale * (1 - 1 / spaces)
        return float(together), len(i) / min(of.count[first], of.count[second])

    def _pooled(self, shared: Floats) -> Floats:
        """Return degrees of freedom: Welch's for different creators, those of the weaker side for the same ones."""
        freedom = self._test.freedom
        critical = critical_t(_USUAL, freedom)
        low, high = self._test.ends(np.arange(len(freedom)), critical)
        variance = ((high - low) / critical) ** 2
        (a, b), (free_a, free_b) = ((of[self.first], of[self.second]) for of in (variance, freedom))
        least = np.minimum(free_a, free_b)
        welch = ratio((a + b) ** 2, a**2 / free_a + b**2 / free_b, 0.0)
        return least + (1 - shared) * np.maximum(welch - least, 0)

    def interval(self, confidence: Floats) -> tuple[Floats, Floats]:
        """Return the ends of the interval of each difference, each with a confidence of its own."""
        low_a, high_a = self._ends(self.first, confidence)
        low_b, high_b = self._ends(self.second, confidence)
        return self.difference - self._apart(low_a, high_b), self.difference + self._apart(high_a, low_b)

    def _ends(self, groups: Ints, confidence: Floats) -> tuple[Floats, Floats]:
        """Return how far the ends of the interval of each group's median lie from it."""
        low, high = self._test.ends(groups, critical_t(confidence, self._freedom))
        median = self._test.median[groups]
        return np.abs(median - low), np.abs(high - median)

    def _apart(self, a: Floats, b: Floats) -> Floats:
        found: Floats = np.sqrt(np.maximum(a**2 + b**2 - 2 * self._together * a * b, 0))
        return found

    def p_values(self, confidence: float) -> Floats:
        """Return the p value of each difference; it is below 1 - confidence where that interval leaves out 0."""
        start = np.full(len(self.first), 1 - confidence)
        out = self._leaves_out(start)
        low = np.log(np.where(out, self._least_p, start))
        high = np.log(np.where(out, start, 1.0))
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            out = self._leaves_out(np.exp(middle))
            low, high = np.where(out, low, middle), np.where(out, middle, high)
        return np.where(self.difference == 0, 1.0, np.exp(high))

    def _leaves_out(self, p: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        low, high = self.interval(1 - p)
        return (low > 0) | (high < 0)


def holm(p: Floats) -> Floats:
    """
    Return p values for the family of all rows, by Holm's method; NaN stays NaN and is no part of the family.

    Notes
    -----
    Source: Holm (1979), "A Simple Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of
    Statistics 6.
    """
    adjusted = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    grown = p[order] * (len(order) - np.arange(len(order)))
    adjusted[order] = np.minimum(np.maximum.accumulate(grown), 1)
    return adjusted


def superiority(first: Floats, second: Floats) -> float:
    """Return the part of pairs, one of each side, whose first is greater, ties by half; NaN where a side is empty."""
    if not len(first) or not len(second):
        return float("nan")
    ordered = np.sort(second)
    lower = np.searchsorted(ordered, first, "left") + np.searchsorted(ordered, first, "right")
    return float(lower.sum() / (2 * len(first) * len(second)))
