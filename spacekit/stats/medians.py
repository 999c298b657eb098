"""Quartiles of many groups at once, and intervals of their medians. Arrays in, arrays out."""

from __future__ import annotations

from typing import Final

import numpy as np

from spacekit.stats.pieces import Pieces, critical_t
from spacekit.stats.ranks import Bools, Floats, Ints, Ranks
from spacekit.stats.succession import alike, inflation

_TINY: Final = 1e-12


def quantiles(values: Floats, group: Ints, groups: int, at: float) -> Floats:
    """Return a quantile of each group by linear interpolation, as numpy and pandas do; NaN where it is empty."""
    return _quantile(values, Ranks(values, group, groups), at)


def _quantile(values: Floats, ranks: Ranks, at: float) -> Floats:
    ordered, rows, groups = values[ranks.order], ranks.rows, len(ranks.rows)
    found = np.full(groups, np.nan)
    place = (rows - 1)[rows > 0] * at
    low = np.floor(place).astype(np.int64)
    first = ranks.start[rows > 0]
    below, above = ordered[first + low], ordered[first + np.minimum(low + 1, rows[rows > 0] - 1)]
    found[rows > 0] = below + (above - below) * (place - low)
    return found


class MedianTest:
    """
    The test of "the median is m" for every m at once, in each group. The m that it does not reject are the interval.

    Parameters
    ----------
    values
        One number a row, without NaN.
    pieces
        The groups and what varies independently in them; none with too few.

    Attributes
    ----------
    median, freedom
        Of each group: its median, and the degrees of freedom of the test.
    deviations
        Of each piece: how far, left out, it moves the part of its group's values that lie below the median.

    Notes
    -----
    The part p of values below m is compared with one half: t = (p - 1/2) / its standard error. With several creators
    that error is the jackknife's, which leaves out each creator in turn. With one, it is that of independent values,
    1/4n, times what `succession` finds. Source: Francisco and Fuller (1991), "Quantile Estimation with a Complex
    Survey Design", Annals of Statistics 19, who invert the same test in surveys of clusters.
    """

    def __init__(self, values: Floats, pieces: Pieces) -> None:
        self.pieces = pieces
        self._ranks = Ranks(values, pieces.group, len(pieces))
        self.median = _quantile(values, self._ranks, 0.5)
        centre = self.median[pieces.group]
        scores = (values < centre) + (values == centre) / 2 - 0.5
        mean = np.bincount(pieces.group, weights=scores, minlength=len(pieces)) / pieces.rows
        self.deviations = pieces.deviations(scores - mean[pieces.group])
        r = alike(values, pieces)
        self._grown = inflation(lambda lag: 2 / np.pi * np.arcsin(r**lag), pieces)
        freedom = pieces.freedom(self.deviations)
        self.freedom = np.where(pieces.lone, pieces.rows / self._grown - 1, freedom)
        self._values = np.repeat(values[self._ranks.order], 2)
        self._start, self._stop = 2 * self._ranks.start, 2 * (self._ranks.start + self._ranks.rows)
        self._t = np.where(pieces.lone[pieces.group], self._of_lone(), self._of_creators()).T.ravel()
        self._most = _running_most(self._t, np.repeat(pieces.group, 2))
        self._least = -_running_most(-self._t[::-1], np.repeat(pieces.group[::-1], 2))[::-1]

    def _of_lone(self) -> Floats:
        """Return t where the median is each value, just before and just after it; independent but for succession."""
        below, group = self._below(np.ones(len(self.pieces.group))), self.pieces.group
        rows = self.pieces.rows[group]
        return (below - rows / 2) / np.sqrt(rows * self._grown[group] / 4)

    def _of_creators(self) -> Floats:
        """Return the same from the jackknife: sum of (u - part * sum of u)² / (1 - part)², u the scores of a piece."""
        of, group = self.pieces, self.pieces.group
        weight = 1 / np.maximum(1 - of.part, _TINY) ** 2
        total = self._below(np.ones(len(group))) - of.rows[group] / 2
        piece = of.piece[self._ranks.order]
        score = _places(piece) - of.size[piece] / 2
        squares = self._sum(weight * of.size**2 / 4, weight[piece] * (2 * score + 1))
        mixed = self._sum(-weight * of.part * of.size / 2, (weight * of.part)[piece])
        moved = squares - 2 * total * mixed + total**2 * of.by_group(weight * of.part**2)[group]
        variance = moved * ((of.count - 1) / of.count)[group]
        far = np.where(total == 0, 0.0, np.copysign(np.inf, total))
        exact = variance <= _TINY * of.rows[group]
        return np.where(exact, far, total / np.sqrt(np.where(exact, 1, variance)))

    def _below(self, ones: Floats) -> Floats:
        return self._sum(np.zeros(len(self.pieces.owner)), ones)

    def _sum(self, first: Floats, steps: Floats) -> Floats:
        """
        Return a sum over pieces before and after each value, from its start below all values and its steps.

        A value that occurs once has one place, halfway; where a value occurs often, the sum is that before or after
        all of its rows.
        """
        group, ranks = self.pieces.group, self._ranks
        until = np.r_[0.0, np.cumsum(steps)]
        start = (self.pieces.by_group(first) - until[ranks.start])[group]
        before, after = until[ranks.first][ranks.run] + start, until[ranks.last + 1][ranks.run] + start
        once = (ranks.first == ranks.last)[ranks.run]
        half = (before + after) / 2
        return np.stack([np.where(once, half, before), np.where(once, half, after)])

    def ends(self, groups: Ints, critical: Floats) -> tuple[Floats, Floats]:
        """
        Return the least and the greatest m that the test does not reject, for each of these groups.

        Between two values that occur once, the end is interpolated, as Hettmansperger and Sheather (1986),
        "Confidence intervals based on interpolated order statistics", do. No end lies outside the values.
        """
        start, stop = self._start[groups], self._stop[groups]
        first = _search(self._most, start, stop, -critical)
        low = self._between(first - 1, first, -critical, first > start)
        last = _search(self._least, start, stop, np.nextafter(critical, np.inf)) - 1
        high = self._between(last + 1, last, critical, last < stop - 1)
        return low, high

    def _between(self, out: Ints, within: Ints, t: Floats, inside: Bools) -> Floats:
        """Return where t is reached between a place outside the interval and its neighbour within."""
        out = np.where(inside, out, within)
        there, here = self._t[out], self._t[within]
        apart = inside & np.isfinite(there) & np.isfinite(here) & (there != here)
        part = np.divide(t - here, there - here, out=np.zeros(len(t)), where=apart)
        found: Floats = self._values[within] + part * (self._values[out] - self._values[within])
        return found


def median_interval(values: Floats, pieces: Pieces, confidence: float) -> Floats:
    """
    Return the interval of the median of each group, as two rows; NaN where it has too few pieces.

    Parameters
    ----------
    values
        One number a row, without NaN.
    pieces
        Its groups.
    confidence
        Such as 0.95.
    """
    found = np.full((2, len(pieces)), np.nan)
    enough = ~pieces.too_few(confidence)
    if enough.any():
        kept, rows = pieces.of_groups(enough)
        test = MedianTest(values[rows], kept)
        critical = critical_t(confidence, test.freedom)
        found[:, enough] = test.ends(np.arange(len(kept)), critical)
    return found


def _places(piece: Ints) -> Floats:
    """Return the place of each row among those of its piece, from 0 on."""
    order = np.argsort(piece, kind="stable")
    sizes = np.bincount(piece)
    found = np.empty(len(piece))
    found[order] = np.arange(len(piece)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return found


def _running_most(values: Floats, group: Ints) -> Floats:
    """Return the greatest value so far in each group, whose rows stand together."""
    known, place = np.unique(values, return_inverse=True)
    turn = np.cumsum(np.r_[0, group[1:] != group[:-1]]) * len(known)
    found: Floats = known[np.maximum.accumulate(place + turn) - turn]
    return found


def _search(rising: Floats, start: Ints, stop: Ints, least: Floats) -> Ints:
    """Return the first place from start on whose value is `least` or more, or stop: by halving, for all at once."""
    low, high = start.copy(), stop.copy()
    while (low < high).any():
        middle = (low + high) // 2
        short = (low < high) & (rising[np.minimum(middle, len(rising) - 1)] < least)
        low, high = np.where(short, middle + 1, low), np.where(short, high, np.minimum(high, middle))
    return low
