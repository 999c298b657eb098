"""Wilcoxon's signed-rank test, exact for few pairs also with ties. Numbers in, a p value out."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

_EXACT_UP_TO: Final = 50  # pairs; beyond, the normal distribution is close enough


def signed_rank_p(apart: npt.NDArray[np.float64]) -> float:
    """
    Return the two-sided p value that differences lie evenly around 0.

    Parameters
    ----------
    apart
        One difference a pair, without NaN; those of 0 say nothing and are left out.

    Returns
    -------
    p
        1 where no difference is left.

    Notes
    -----
    scipy's test is exact only without ties; with them it tries all signs one by one, which takes seconds for 15
    pairs. Here the sums of ranks are counted as a polynomial is multiplied out, with ties or without. Beyond 50 pairs
    it is scipy's.
    """
    from scipy.stats import rankdata, wilcoxon

    apart = apart[apart != 0]
    if not len(apart):
        return 1.0
    if len(apart) > _EXACT_UP_TO:
        return float(wilcoxon(apart).pvalue)
    ranks = np.rint(2 * rankdata(np.abs(apart))).astype(np.int64)  # doubled, so that shared ranks are whole
    chances = np.ones(1)
    for rank in ranks:
        chances = (np.r_[chances, np.zeros(rank)] + np.r_[np.zeros(rank), chances]) / 2
    from_middle = np.abs(2 * np.arange(len(chances)) - ranks.sum())
    seen = abs(2 * int(ranks[apart > 0].sum()) - int(ranks.sum()))
    return min(1.0, float(chances[from_middle >= seen].sum()))
