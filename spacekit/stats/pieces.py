"""What varies independently in a group of Spaces: its creators, or the Spaces of a lone creator. Arrays only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from spacekit.stats.ranks import Bools, Floats, Ints, ratio, sums
from spacekit.tables import too_few

# Set by simulation; see docs/statistics.md.
_FLATTER: Final = 1.5  # fourth powers take deviations for normal; they are flatter
_LEAST_FREEDOM: Final = 0.05  # the interval is without bounds there


def critical_t(confidence: float | Floats, freedom: Floats) -> Floats:
    """Return what Student's t exceeds, to either side, with a probability of 1 - confidence."""
    from scipy.special import stdtrit

    critical = stdtrit(np.maximum(freedom, _LEAST_FREEDOM), (1 + confidence) / 2)
    return np.asarray(critical, dtype=np.float64)


@dataclass(frozen=True)
class Pieces:
    """
    The independent pieces of each group, for many groups at once.

    Attributes
    ----------
    group
        Of each row: 0, 1, ... in rising order.
    started
        Of each row: when its Space started; NaN where unknown.
    piece
        Of each row, numbered over all groups: its creator in that group, or itself in a group of one creator.
    owner, creator
        Of each piece: its group, and its creator as the caller numbered it.
    lone
        Of each group: whether it has one creator only.
    """

    group: Ints
    started: Floats
    piece: Ints
    owner: Ints
    creator: Ints
    lone: Bools

    def __len__(self) -> int:
        return len(self.lone)

    def by_group(self, values: Floats) -> Floats:
        """Return the sum over the pieces of each group."""
        return sums(values, self.owner, len(self))

    def by_piece(self, values: Floats) -> Floats:
        """Return the sum over the rows of each piece."""
        return sums(values, self.piece, len(self.owner))

    @cached_property
    def rows(self) -> Floats:
        """Number of rows of each group."""
        return self.by_group(self.size)

    @cached_property
    def count(self) -> Floats:
        """Number of pieces of each group."""
        return self.by_group(np.ones(len(self.owner)))

    @cached_property
    def creators(self) -> Floats:
        """Number of creators of each group."""
        return np.where(self.lone, 1.0, self.count)

    @cached_property
    def size(self) -> Floats:
        """Number of rows of each piece."""
        return self.by_piece(np.ones(len(self.piece)))

    @cached_property
    def part(self) -> Floats:
        """Part of the rows of its group that each piece has."""
        return self.size / self.rows[self.owner]

    @cached_property
    def equal(self) -> Floats:
        """How many pieces of equal size each group's count as: (sum of sizes)² / sum of sizes² (Kish)."""
        return ratio(self.rows**2, self.by_group(self.size**2), 0.0)

    def too_few(self, confidence: float) -> Bools:
        """Return which groups have too few pieces for an interval, or too unequal ones."""
        few: Bools = too_few(self.count, self.equal, confidence)
        return few

    def of_groups(self, kept: Bools) -> tuple[Pieces, Bools]:
        """Return the pieces of the groups to keep, numbered anew, and which rows are theirs."""
        rows, owned, number = kept[self.group], kept[self.owner], np.cumsum(kept) - 1
        piece = (np.cumsum(owned) - 1)[self.piece[rows]]
        group, owner = number[self.group[rows]], number[self.owner[owned]]
        return Pieces(group, self.started[rows], piece, owner, self.creator[owned], self.lone[kept]), rows

    def deviations(self, scores: Floats) -> Floats:
        """Return how far each piece, left out, moves its group's mean of scores, whose mean is 0 (jackknife)."""
        return -self.by_piece(scores) / (self.rows[self.owner] * (1 - self.part))

    def variance(self, deviations: Floats) -> Floats:
        """Return the jackknife variance of each group."""
        return self.by_group(deviations**2) * (self.count - 1) / self.count

    def freedom(self, deviations: Floats) -> Floats:
        """
        Return the degrees of freedom of each group's variance: one less than its pieces count as.

        Notes
        -----
        Pieces of unequal size count as fewer (`equal`), and so do pieces that deviate unequally:
        (sum of d²)² / sum of d⁴, as in Satterthwaite (1946), "An Approximate Distribution of Estimates of Variance
        Components".
        """
        squares, fourths = self.by_group(deviations**2), self.by_group(deviations**4)
        return np.minimum(self.equal, _FLATTER * ratio(squares**2, fourths, np.inf)) - 1


def pieces(group: Ints, creator: Ints, started: Floats, groups: int) -> Pieces:
    """
    Return the independent pieces of each of `groups` groups.

    Parameters
    ----------
    group, creator
        Of each row: its group, in rising order, and its creator, both numbered from 0 on.
    started
        Of each row: when its Space started, as a number; NaN where unknown.
    groups
        Number of groups, those without rows included.
    """
    rows, most = np.arange(len(group)), int(creator.max(initial=0)) + 1
    owners = np.unique(group * most + creator) // most
    lone = np.bincount(owners, minlength=groups) == 1
    name = np.where(lone[group], most + rows, creator)
    _, first, piece = np.unique(group * (most + len(rows)) + name, return_index=True, return_inverse=True)
    return Pieces(group, started, piece, group[first], creator[first], lone)
