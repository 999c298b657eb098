"""Arrays of made-up groups for tests of intervals."""

import numpy as np

from spacekit.stats.pieces import Pieces, pieces


def uneven(seed: int, *, whole: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make values of 9 creators of unequal size that are alike, the creator of each, and starts; `whole` for ties."""
    rng = np.random.default_rng(seed)
    creator = np.repeat(np.arange(9), [1, 2, 2, 3, 4, 5, 5, 6, 7])
    values = rng.standard_normal(9)[creator] + rng.standard_normal(len(creator))
    return np.round(2 * values) if whole else values, creator, rng.permutation(len(creator)).astype(float)


def one_group(creator: np.ndarray, started: np.ndarray) -> Pieces:
    """Make the pieces of a single group."""
    return pieces(np.zeros(len(creator), dtype=np.int64), creator, started, 1)
