"""What varies independently: creators, or the Spaces of a lone one."""

import numpy as np
import pytest

from spacekit.stats.pieces import pieces
from spacekit.tables import fewest_pieces


@pytest.mark.parametrize(("confidence", "fewest"), [(0.5, 2), (0.9, 5), (0.95, 6), (0.99, 8)])
def test_fewest_pieces(confidence: float, fewest: int) -> None:
    """The range of that many pieces holds the median with that probability; the range of one fewer does not."""
    assert fewest_pieces(confidence) == fewest
    assert 1 - 2.0 ** (1 - fewest) >= confidence
    assert 1 - 2.0 ** (2 - fewest) < confidence


def test_pieces_are_creators_or_spaces() -> None:
    """A creator in two groups is two pieces; a lone creator's Spaces are pieces; sizes 3, 1, 1 count as 25 / 11."""
    group = np.array([0, 0, 0, 0, 0, 1, 1, 1])
    found = pieces(group, np.array([4, 4, 4, 2, 7, 4, 4, 4]), np.full(8, np.nan), 3)
    assert found.lone.tolist() == [False, True, False]
    assert found.count.tolist() == [3, 3, 0]
    assert found.rows.tolist() == [5, 3, 0]
    assert found.equal.tolist() == pytest.approx([25 / 11, 3, 0])
    assert sorted(found.creator.tolist()) == [2, 4, 4, 4, 4, 7]
    kept, rows = found.of_groups(np.array([False, True, False]))
    assert (len(kept), rows.sum(), kept.piece.tolist()) == (1, 3, [0, 1, 2])


def test_deviations_are_those_of_leaving_out() -> None:
    """Each deviation is the mean without a piece, less the mean of all."""
    scores, creator = np.array([3.0, -1, 0, 2, -4]), np.array([0, 0, 1, 2, 2])
    found = pieces(np.zeros(5, dtype=np.int64), creator, np.full(5, np.nan), 1)
    means = [scores[creator != c].mean() for c in range(3)]
    assert found.deviations(scores).tolist() == pytest.approx(means)
