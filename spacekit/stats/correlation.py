"""Spearman's rho of two measures of a Space, such as its length and its audience. No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, NUMBER, TEXT, floats, frame, milliseconds, pick_spaces, schema
from spacekit.stats.groups import cluster_codes, creator_keys
from spacekit.stats.measures import lacking, measures
from spacekit.stats.pieces import pieces
from spacekit.stats.spearman import spearman, spearman_interval
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, show

_CORRELATION: Final = schema(
    (TEXT, "x y"), (COUNT, "n n_left_out"), (NUMBER, "spearman spearman_low spearman_high")
)
_GROW_WITH_AGE: Final = {"replay", "replay_share", "log2_ratio", "replay_per_1k_followers"}


@keyless
def correlation(
    spaces: Spaces, x: str, y: str, confidence: float = arguments.CONFIDENCE, seed: int = arguments.SEED
) -> pd.DataFrame:
    """
    Return Spearman's rho of two measures, such as "duration" and "live", with its interval.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    x, y
        Columns of numbers or spans of `measures`.
    confidence, seed
        As in `compare`.

    Returns
    -------
    frame
        One row: `x, y, n, n_left_out, spearman, spearman_low, spearman_high`. Left out are the excluded Spaces
        (`exclusions` counts them by reason) and those where one of the two is missing. Where neither reads plays, only
        `repeated` and `not ended` Spaces are excluded: a live count needs no recording. Where a count is 0,
        `log2_ratio` is the lowest or the highest. `<NA>` as in `compare`.

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
    0  duration  live  77          10      -0.2         -0.69           0.42
    """
    spaces = spaces_in(spaces)
    measured = measures(spaces)
    found = _correlated(spaces, measured, x, y, confidence, seed)
    if {x, y} & _GROW_WITH_AGE and "age" not in (x, y):
        kept = _kept(measured, x, y) & measured[[x, y]].notna().all(axis=1)
        warn_of_ages("correlation", spaces, kept)
    return found


def _correlated(
    spaces: pd.DataFrame, measured: pd.DataFrame, x: str, y: str, confidence: float, seed: int
) -> pd.DataFrame:
    confidence, _ = arguments.confidence(confidence), arguments.seed(seed)
    known = [name for name in measured if measured[name].dtype.kind in "mif"]
    for name in (x, y):
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"correlation: there is no measure {show(name)}. Use one of {known!r}.")
    measured = measured.assign(
        log2_ratio=measured.replay_share
    )  # the same ranks, and a rank for a ratio of or to 0
    started = pick_spaces(spaces, "started_at").started_at
    numbers = {"x": floats(measured[x]), "y": floats(measured[y]), "started": milliseconds(started)}
    table = pd.DataFrame(numbers | {"key": creator_keys(spaces).array})
    kept = table[_kept(measured, x, y).to_numpy()].dropna(subset=["x", "y"])
    kept = kept.sort_values(["key", "x", "y", "started"])
    row: dict[str, Any] = {"x": x, "y": y, "n": len(kept), "n_left_out": len(table) - len(kept)}
    row |= _rho(kept, confidence)
    return frame({name: [value] for name, value in row.items()}, _CORRELATION)


def _kept(measured: pd.DataFrame, x: str, y: str) -> pd.Series[Any]:
    reads_plays = not _GROW_WITH_AGE.isdisjoint((x, y))
    if reads_plays or not {"live", "live_per_1k_followers"}.isdisjoint((x, y)):
        return lacking(measured, "replay" if reads_plays else "live").isna()
    return measured["excluded"].isna()


def _rho(kept: pd.DataFrame, confidence: float) -> dict[str, float]:
    group = np.zeros(len(kept), dtype=np.int64)
    x, y, started = (kept[name].to_numpy() for name in ("x", "y", "started"))
    low, high = spearman_interval(x, y, pieces(group, cluster_codes(kept.key), started, 1), confidence)
    return {"spearman": spearman(x, y, group, 1)[0], "spearman_low": low[0], "spearman_high": high[0]}
