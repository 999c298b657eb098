"""From where on numbers do not compare, and from where on a median has an interval. `stats` and the report share it."""

from __future__ import annotations

import math
from typing import Any, Final

TENFOLD: Final = 10
"""Replay counts do not compare where the age of the oldest Space is more than so many times that of the youngest."""

# Set by simulation; see docs/statistics.md.
_MOST_UNEQUAL: Final = 2 / 3  # of the fewest pieces: creators that count as fewer than that get no interval


def fewest_pieces(confidence: float) -> int:
    """
    Return the fewest independent pieces for which there is an interval of a median at this confidence.

    Notes
    -----
    The widest interval in the data, from the least value to the greatest, holds the true median with a
    probability of 1 - 2**(1 - pieces): 94 % for 5 pieces, 97 % for 6.
    """
    return 1 + math.ceil(round(-math.log2(1 - confidence), 9))


def too_few(count: Any, equal: Any, confidence: float) -> Any:
    """
    Return whether there are too few pieces for an interval, or too unequal ones.

    Parameters
    ----------
    count
        Number of pieces, such as creators; a number or an array.
    equal
        How many of equal size they count as: (sum of sizes)² / sum of sizes² (Kish).
    confidence
        Such as 0.95.
    """
    fewest = fewest_pieces(confidence)
    return (count < fewest) | (equal < _MOST_UNEQUAL * fewest)
