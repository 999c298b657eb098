"""The ratio of plays to live listeners against the size of both: is it another one for large Spaces? No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, floats, frame, milliseconds, pick_spaces, schema
from spacekit.stats.groups import By, cluster_codes, creator_keys, group_labels, numbered_groups
from spacekit.stats.line import line
from spacekit.stats.logs import log2_counts
from spacekit.stats.measures import measures
from spacekit.stats.medians import quantiles
from spacekit.stats.pieces import critical_t, pieces
from spacekit.stats.ranks import ratio as divided
from spacekit.stats.succession import alike, inflation
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_ARRAYS: Final = ("x", "y", "group", "creator", "started")
_RATIO: Final = schema(
    (TEXT, "space_id creator_screen_name"),
    (COUNT, "live replay"),
    (NUMBER, "log2_size log2_ratio"),
    (TEXT, "excluded"),
)
_SLOPE: Final = schema(
    (TEXT, "group"),
    (COUNT, "n n_creators n_zero n_excluded"),
    (NUMBER, "log2_ratio_median log2_ratio_mean log2_size_mean slope slope_low slope_high df"),
    (FLAG, "thin"),
)


@keyless
def ratio(spaces: Spaces) -> pd.DataFrame:
    """
    Return the ratio of plays to live listeners of each Space, and the size that it is held against.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.

    Returns
    -------
    frame
        One row a Space, in the order and on the index of `spaces`: `space_id, creator_screen_name, live, replay`;
        `log2_size`: mean of log2(live) and log2(replay); `log2_ratio`: log2(replay / live); `excluded`, as in
        `measures`. A half is added to each count, so that Spaces with a count of 0 have a place too. Both are `<NA>`
        for excluded Spaces.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Warns
    -----
    AgeWarning
        Ages of the compared Spaces when fetched are too far apart.

    Notes
    -----
    Source: Bland and Altman (1986), "Statistical methods for assessing agreement between two methods of clinical
    measurement". The size is that of both counts: a ratio against its own denominator falls by construction.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     ratios = sk.stats.ratio(sk.sample_batch().spaces)
    >>> ratios[["live", "replay", "log2_size", "log2_ratio"]].head(2).round(2)
        live  replay  log2_size  log2_ratio
    0  26463     759      12.13       -5.12
    1   1250     607       9.77       -1.04
    """
    spaces = spaces_in(spaces)
    found = ratios(spaces)
    warn_of_ages("ratio", spaces, found.excluded.isna())
    return found


def ratios(spaces: pd.DataFrame) -> pd.DataFrame:
    """Return what `ratio` does, without its warning."""
    measured = measures(spaces)
    kept = measured.excluded.isna()
    live, replay = (log2_counts(floats(measured[name].where(kept))) for name in ("live", "replay"))
    return frame(
        measured.assign(log2_size=(live + replay) / 2, log2_ratio=replay - live), _RATIO, spaces.index
    )


@keyless
def ratio_slope(
    spaces: Spaces, by: By = None, confidence: float = arguments.CONFIDENCE, *, tz: str = "UTC"
) -> pd.DataFrame:
    """
    Return whether the ratio of plays to live listeners goes with the size of a Space, over all or in each group.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by, confidence, tz
        As in `compare`.

    Returns
    -------
    frame
        One row a group (`all` without `by`), in the order of `compare`:

        - `n` Spaces, `n_creators`, `n_zero` (of the `n`, those where a count is 0), `n_excluded`.
        - `log2_ratio_median`, `log2_ratio_mean`, `log2_size_mean`: of the columns of `ratio`.
        - `slope`: what log2_ratio rises by where log2_size rises by 1, that is, where both counts double on average.
          0: large and small Spaces have the same ratio. The line passes through the two means.
        - `slope_low, slope_high`: its interval; `df`: the degrees of freedom of its error.
        - `thin`: too few creators, or Spaces of a lone creator, for an interval (6 at 95 %), which is then `<NA>`.

        `<NA>` also where there is no line: fewer than three Spaces, or all of one size.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        A column is missing or cannot be read, or an argument is not as in `compare`.

    Warns
    -----
    AgeWarning
        Ages of the compared Spaces when fetched are too far apart.

    Notes
    -----
    Least squares, each Space once. The interval allows for creators whose Spaces are alike: the variance is CR2 over
    creators, t with Satterthwaite's degrees of freedom (see `line`). In a group of one creator its Spaces stand for
    themselves, and the interval grows by how alike those are that follow each other. How often it holds the truth:
    docs/statistics.md.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     found = sk.stats.ratio_slope(sk.sample_batch().spaces)
    >>> found[["n", "n_creators", "n_zero", "slope", "slope_low", "slope_high"]].round(2)
        n  n_creators  n_zero  slope  slope_low  slope_high
    0  71          14       2  -0.43      -1.06        0.19
    """
    spaces = spaces_in(spaces)
    confidence = arguments.confidence(confidence)
    found, labels = ratios(spaces), group_labels(spaces, by, tz)
    kept = found.excluded.isna().to_numpy()
    warn_of_ages("ratio_slope", spaces, kept, None if by is None else labels[kept])
    names, group = numbered_groups(labels, by)
    table = pd.DataFrame({"x": floats(found.log2_size), "y": floats(found.log2_ratio), "group": group})
    table["started"] = milliseconds(pick_spaces(spaces, "started_at").started_at)
    table["creator"] = cluster_codes(creator_keys(spaces))
    table["zero"] = ((found.live == 0) | (found.replay == 0)).to_numpy(dtype=bool, na_value=False)
    table = table[kept].sort_values(["group", "creator", "x", "y", "started"])
    columns = {"group": names, "n_excluded": np.bincount(group[~kept], minlength=len(names))}
    return frame(columns | _by_group(table, len(names), confidence), _SLOPE)


def _by_group(table: pd.DataFrame, groups: int, confidence: float) -> dict[str, Any]:
    """Return the columns of `ratio_slope`, from rows in the order of their groups."""
    x, y, group, creator, started = (table[name].to_numpy() for name in _ARRAYS)
    creators = pieces(group, creator, started, groups)
    n, thin = creators.rows.astype(np.int64), creators.too_few(confidence)
    lines = [
        line(x[end - size : end], y[end - size : end], creators.piece[end - size : end])
        for end, size in zip(n.cumsum(), n, strict=True)
    ]
    slope, error, df = np.array(lines).T
    rest = y - np.nan_to_num(slope)[group] * x
    follow = alike(x, creators) * alike(rest, creators)
    grown = inflation(lambda lag: follow**lag, creators)  # 1 where there are several creators
    df = df / grown
    reach = np.where(thin, np.nan, critical_t(confidence, df) * error * np.sqrt(grown))
    return {
        "n": n,
        "n_creators": creators.creators,
        "n_zero": np.bincount(group, weights=table.zero, minlength=groups),
        "log2_ratio_median": quantiles(y, group, groups, 0.5),
        "log2_ratio_mean": divided(creators.by_group(creators.by_piece(y)), creators.rows, np.nan),
        "log2_size_mean": divided(creators.by_group(creators.by_piece(x)), creators.rows, np.nan),
        "slope": slope,
        "slope_low": slope - reach,
        "slope_high": slope + reach,
        "df": df,
        "thin": thin,
    }
