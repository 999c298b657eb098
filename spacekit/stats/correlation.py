"""Spearman's rho of two measures of a Space, such as its length and its audience. No drawing."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, NUMBER, TEXT, floats, frame, schema
from spacekit.stats.compare import pieces, rho
from spacekit.stats.groups import cluster_codes, creator_keys
from spacekit.stats.measures import measures
from spacekit.words import show

_CORRELATION: Final = schema(
    (TEXT, "x y"), (COUNT, "n n_left_out"), (NUMBER, "spearman spearman_low spearman_high")
)
_GROW_WITH_AGE: Final = {"replay", "replay_share", "log2_ratio", "replay_per_1k_followers"}


def correlation(
    spaces: pd.DataFrame, x: str, y: str, confidence: float = arguments.CONFIDENCE, seed: int = arguments.SEED
) -> pd.DataFrame:
    """
    Return Spearman's rho of two measures, such as "duration" and "live", with its interval.

    Parameters
    ----------
    spaces
        The `spaces` table.
    x, y
        Columns of numbers or spans of `measures`.
    confidence, seed
        As in `compare`.

    Returns
    -------
    frame
        One row: `x, y, n, n_left_out, spearman, spearman_low, spearman_high`. Left out are the excluded Spaces
        (`exclusions` counts them by reason) and those where one of the two is missing. Where a count is 0, `log2_ratio`
        is the lowest or the highest. `<NA>` as in `compare`.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        `x` or `y` is not such a column, or an argument is not as in `compare`.

    Warns
    -----
    AgeWarning
        One of the two counts plays, the other is not the age, and ages when fetched are too far apart.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.correlation(sk.sample_batch().spaces, "duration", "live").round(2)
              x     y   n  n_left_out  spearman  spearman_low  spearman_high
    0  duration  live  71          16     -0.17         -0.66           0.37
    """
    found = _correlated(spaces, x, y, confidence, seed)
    if {x, y} & _GROW_WITH_AGE and "age" not in (x, y):
        measured = measures(spaces)
        kept = measured.excluded.isna() & measured[[x, y]].notna().all(axis=1)
        warn_of_ages("correlation", spaces[kept.to_numpy()])
    return found


def _correlated(spaces: pd.DataFrame, x: str, y: str, confidence: float, seed: int) -> pd.DataFrame:
    confidence, seed = arguments.confidence(confidence), arguments.seed(seed)
    measured = measures(spaces)
    known = [name for name in measured if measured[name].dtype.kind in "mif"]
    for name in (x, y):
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"correlation: there is no measure {show(name)}. Use one of {known!r}.")
    measured["log2_ratio"] = measured.replay_share  # the same ranks, and a rank for a ratio of or to 0
    numbers = {"x": floats(measured[x]), "y": floats(measured[y])}
    table = pd.DataFrame(numbers | {"key": creator_keys(spaces).array})
    kept = table[measured.excluded.isna().to_numpy()].dropna(subset=["x", "y"]).sort_values(["key", "x", "y"])
    creators, rng = pieces(cluster_codes(kept.key)), np.random.default_rng(seed)
    found = rho(kept.x.to_numpy(), kept.y.to_numpy(), creators, confidence, rng)
    row = {"x": x, "y": y, "n": len(kept), "n_left_out": len(table) - len(kept), **found}
    return frame({name: [value] for name, value in row.items()}, _CORRELATION)
