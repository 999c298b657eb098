"""How alike the Spaces of a lone creator are that follow each other, and what that does to a variance. Arrays only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from spacekit.stats.pieces import Pieces
from spacekit.stats.ranks import Floats, Ints, Ranks, ratio, sums

_FEWEST: Final = 6  # times of start; with fewer there is no order
_RAISED: Final = 1.5  # see `alike`; with the next, set by simulation
_TAKEN: Final = 4
_MOST: Final = 0.95
_LAGS: Final = 200  # 0.95 ** 200 is nothing


def alike(values: Floats, pieces: Pieces) -> Floats:
    """
    Return the autocorrelation of the ranks of Spaces that follow each other, in each group of one creator.

    Spaces without a start are passed over; those of one start count as one, with their mean rank.

    Returns
    -------
    r
        One a group, from 0 to 0.95. 0 where there are several creators, fewer than 6 starts, or where Spaces that
        follow each other are rather unlike.

    Notes
    -----
    The plain estimate from n values is too low by about (1 + 3 r) / n: Kendall (1954), "Note on bias in the estimation
    of autocorrelation", Biometrika 41. Here it is raised by a little more, (n r + 1.5) / (n - 4), so that intervals
    from 20 Spaces hold what they promise.
    """
    if not pieces.lone.any():
        return np.zeros(len(pieces))
    group, ranks = _by_start(values, pieces)
    n = sums(np.ones(len(group)), group, len(pieces))
    ranks = ranks - ratio(sums(ranks, group, len(pieces)), n, 0.0)[group]
    pair = group[1:] == group[:-1]
    products = sums((ranks[1:] * ranks[:-1])[pair], group[1:][pair], len(pieces))
    r = ratio(products, sums(ranks**2, group, len(pieces)), 0.0)
    raised = np.clip((n * r + _RAISED) / np.maximum(n - _TAKEN, 1), 0, _MOST)
    return np.where(n >= _FEWEST, raised, 0.0)


def _by_start(values: Floats, pieces: Pieces) -> tuple[Ints, Floats]:
    """Return the group and the mean rank of each start in groups of one creator, in order of time."""
    rows = pieces.lone[pieces.group] & ~np.isnan(pieces.started)
    ranks = Ranks(values, pieces.group, len(pieces)).centred[rows]
    starts = Ranks(pieces.started[rows], pieces.group[rows], len(pieces))
    run = starts.run
    means = sums(ranks[starts.order], run, len(starts.first)) / (starts.last - starts.first + 1)
    return pieces.group[rows][starts.order][starts.first], means


def inflation(correlation: Callable[[int], Floats], pieces: Pieces) -> Floats:
    """Return by how much the variance of a mean grows where values k places apart have this correlation."""
    rows, grown = np.maximum(pieces.rows, 1), np.ones(len(pieces))
    if not correlation(1).any():
        return grown
    for lag in range(1, int(min(rows.max(initial=0), _LAGS))):
        grown += 2 * np.maximum(1 - lag / rows, 0) * correlation(lag)
    return grown
