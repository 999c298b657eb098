"""Spearman's rho of two measures of a Space, such as its length and its audience. No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, NUMBER, TEXT, floats, frame, milliseconds, pick_spaces, schema
from spacekit.stats.groups import lone_apart, numbered_creators
from spacekit.stats.measures import lacking, measures
from spacekit.stats.pieces import pieces
from spacekit.stats.ranks import Floats, Ints
from spacekit.stats.spearman import spearman
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, show

_CORRELATION: Final = schema(
    (TEXT, "x y"), (COUNT, "n n_left_out"), (NUMBER, "spearman spearman_low spearman_high")
)
_ALIKE: Final = {"log2_ratio": "replay_share"}  # the same ranks, and a rank for a ratio of or to 0
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
    found = correlated(spaces, x, y, confidence, seed)
    if {x, y} & _GROW_WITH_AGE and "age" not in (x, y):
        measured = measures(spaces)
        kept = _kept(measured, x, y) & measured[[x, y]].notna().all(axis=1)
        warn_of_ages("correlation", spaces, kept)
    return found


def correlated(
    spaces: pd.DataFrame,
    x: str,
    y: str,
    confidence: float = arguments.CONFIDENCE,
    seed: int = arguments.SEED,
) -> pd.DataFrame:
    """Return what `correlation` does, without its warning: for charts, whose captions state the ages."""
    measured = measures(spaces)
    confidence, _ = arguments.confidence(confidence), arguments.seed(seed)
    known = [name for name in measured if measured[name].dtype.kind in "mif"]
    for name in (x, y):
        if not isinstance(name, str) or name not in known:
            raise ValueError(f"correlation: there is no measure {show(name)}. Use one of {known!r}.")
    numbers = [floats(measured[_ALIKE.get(name, name)]) for name in (x, y)]
    kept = _kept(measured, x, y).to_numpy() & ~np.isnan(numbers).any(axis=0)
    started = milliseconds(pick_spaces(spaces, "started_at").started_at)
    n, creator = int(kept.sum()), numbered_creators(spaces)
    rho = _rho(numbers[0][kept], numbers[1][kept], started[kept], creator[kept], confidence)
    row = {"x": x, "y": y, "n": n, "n_left_out": len(spaces) - n, **rho}
    return frame({name: [value] for name, value in row.items()}, _CORRELATION)


def _kept(measured: pd.DataFrame, x: str, y: str) -> pd.Series[Any]:
    reads_plays = not _GROW_WITH_AGE.isdisjoint((x, y))
    if reads_plays or not {"live", "live_per_1k_followers"}.isdisjoint((x, y)):
        return lacking(measured, "replay" if reads_plays else "live").isna()
    return measured["excluded"].isna()


def _rho(x: Floats, y: Floats, started: Floats, creator: Ints, confidence: float) -> dict[str, float]:
    order = np.lexsort((started, y, x, np.where(creator < 0, len(creator), creator)))
    x, y, started = x[order], y[order], started[order]
    found = pieces(np.zeros(len(x), dtype=np.int64), lone_apart(creator[order]), started, 1)
    rho, low, high = spearman(x, y, found, confidence)[:, 0]
    return {"spearman": rho, "spearman_low": low, "spearman_high": high}
