"""Spearman's rank correlation of many groups at once, with its interval. Arrays in, arrays out."""

from __future__ import annotations

from typing import Final

import numpy as np

from spacekit.stats.pieces import Pieces, critical_t
from spacekit.stats.ranks import Floats, Ranks, ratio, sums
from spacekit.stats.succession import alike, inflation

_FEWEST_ROWS: Final = 3
_PERFECT: Final = 1e-9  # a rho this close to 1 is 1 but for rounding


def _rho(x: Ranks, y: Ranks) -> Floats:
    """Return rho of each group, ties sharing their mean rank; NaN for fewer than three pairs or a constant side."""
    group, groups = x.group, len(x.rows)
    square_x, square_y = sums(x.centred**2, group, groups), sums(y.centred**2, group, groups)
    rho = ratio(sums(x.centred * y.centred, group, groups), np.sqrt(square_x * square_y), np.nan)
    return np.clip(np.where(x.rows < _FEWEST_ROWS, np.nan, rho), -1, 1)


def spearman(x: Floats, y: Floats, pieces: Pieces, confidence: float) -> Floats:
    """
    Return rho of each group and its interval.

    Returns
    -------
    rho, low, high
        As three rows. There is no interval, but NaN, where a group has too few pieces, and where rho is NaN, 1 or -1: a
        perfect order says nothing of its error.

    Notes
    -----
    The jackknife over creators on Fisher's scale, atanh(rho), with Student's t. What a creator adds to rho is read from
    the influence of its pairs: Efron (1982), "The Jackknife, the Bootstrap and Other Resampling Plans", chapter 6. For
    a lone creator the variance is that of independent pairs, times Bartlett's (1935) factor for two series.
    """
    found = np.full((3, len(pieces)), np.nan)
    ranks = Ranks(x, pieces.group, len(pieces)), Ranks(y, pieces.group, len(pieces))
    rho = found[0] = _rho(*ranks)
    good = ~pieces.too_few(confidence) & (np.abs(rho) < 1 - _PERFECT)
    if good.any() and good.all():
        found[1:] = _interval(*ranks, pieces, rho, confidence)
    elif good.any():
        kept, rows = pieces.of_groups(good)
        ranks = Ranks(x[rows], kept.group, len(kept)), Ranks(y[rows], kept.group, len(kept))
        found[1:, good] = _interval(*ranks, kept, rho[good], confidence)
    return found


def _interval(x: Ranks, y: Ranks, pieces: Pieces, rho: Floats, confidence: float) -> Floats:
    deviations = pieces.deviations(_influence(x, y, pieces, rho))
    follow = alike(x.values, pieces) * alike(y.values, pieces)
    grown = inflation(lambda lag: follow**lag, pieces)
    freedom = np.where(pieces.lone, pieces.rows / grown - 1, pieces.freedom(deviations))
    error = np.sqrt(pieces.variance(deviations) * grown) / (1 - rho**2)
    half = critical_t(confidence, freedom) * error
    return np.tanh(np.stack([np.arctanh(rho) - half, np.arctanh(rho) + half]))


def _influence(x: Ranks, y: Ranks, pieces: Pieces, rho: Floats) -> Floats:
    """Return what each pair adds to the rho of its group, in the limit of many pairs; the mean is 0."""
    group, rows = pieces.group, pieces.rows[pieces.group]
    rank_x, rank_y = x.centred, y.centred

    def centred(terms: Floats) -> Floats:
        return terms - (sums(terms, group, len(pieces)) / pieces.rows)[group]

    product = centred(rank_x * rank_y + (x.above(rank_y) + y.above(rank_x)) / rows)
    square_x = centred(rank_x**2 + 2 * x.above(rank_x) / rows)
    square_y = centred(rank_y**2 + 2 * y.above(rank_y) / rows)
    mean_x = (sums(rank_x**2, group, len(pieces)) / pieces.rows)[group]
    mean_y = (sums(rank_y**2, group, len(pieces)) / pieces.rows)[group]
    share = rho[group] / 2 * (square_x / mean_x + square_y / mean_y)
    return product / np.sqrt(mean_x * mean_y) - share
