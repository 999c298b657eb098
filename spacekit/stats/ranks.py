"""Ranks within each of many groups at once, ties sharing their mean rank. Arrays in, arrays out."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def sums(values: npt.NDArray[np.generic], places: Ints, n: int) -> Floats:
    """Return the sum of the values at each of n places."""
    total: Floats = np.bincount(places, weights=values, minlength=n).astype(np.float64)
    return total


def ratio(above: Floats, below: Floats, otherwise: float) -> Floats:
    """Return above / below, and `otherwise` where `below` is 0."""
    found: Floats = np.divide(above, below, out=np.full(len(below), otherwise), where=below != 0)
    return found


class Ranks:
    """
    Values in order within their groups.

    Parameters
    ----------
    values
        One a row, without NaN.
    group
        Of each row: 0, 1, ... in rising order.
    groups
        Number of groups.
    """

    def __init__(self, values: Floats, group: Ints, groups: int) -> None:
        self.values, self.group = values, group
        self.rows = np.bincount(group, minlength=groups)
        self.start = np.cumsum(self.rows) - self.rows
        self.order = np.lexsort((values, group) if groups > 1 else (values,))
        ordered = values[self.order]
        fresh = (ordered[1:] != ordered[:-1]) | (group[1:] != group[:-1])
        self.first = np.flatnonzero(np.r_[True, fresh]) if len(values) else np.zeros(0, dtype=np.int64)
        self.last = np.r_[self.first[1:], len(values)] - 1
        self.run = np.repeat(np.arange(len(self.first)), self.last - self.first + 1)

    def back(self, ordered: Floats) -> Floats:
        """Return numbers that stand in order of the values in the order of the rows."""
        found = np.empty_like(ordered)
        found[self.order] = ordered
        return found

    @cached_property
    def centred(self) -> Floats:
        """Each row's part of its group's values that are lower, ties by half, less one half: from -1/2 to 1/2."""
        middle = ((self.first + self.last + 1) / 2)[self.run] - self.start[self.group]
        return self.back(middle / self.rows[self.group] - 0.5)

    def above(self, weights: Floats) -> Floats:
        """Return the sum of the weights of all greater values of each row's group, ties by half."""
        ordered = weights[self.order]
        until = np.cumsum(ordered)
        whole = sums(weights, self.group, len(self.rows))
        before = np.r_[0.0, until][self.start][self.group]
        at_last, at_first = until[self.last], np.r_[0.0, until][self.first]
        below = ((at_first + at_last) / 2)[self.run] - before
        return self.back(whole[self.group] - below)
