"""Logarithms of counts that may be 0. Arrays in, arrays out."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

_HALF: Final = 0.5
"""Added to a count before its logarithm is taken, so that a 0 stays in: it is the lowest value, not a missing one."""


def log2_counts(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return log2 of counts with a half added to each; NaN where one is missing."""
    logs: npt.NDArray[np.float64] = np.log2(counts + _HALF)
    return logs


def counting_variance(counts: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the variance that counting alone (Poisson) leaves in log2 of counts, roughly; NaN where one is missing."""
    variance: npt.NDArray[np.float64] = 1 / (counts + _HALF) / np.log(2) ** 2
    return variance
