"""Live against replay, overall or by group: medians, intervals, a paired test and Spearman's rho. No drawing."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats import resample
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, floats, frame, schema
from spacekit.stats.groups import By, cluster_codes, creator_keys, group_labels
from spacekit.stats.measures import measures
from spacekit.stats.paired import signed_rank_p

_COMPARISON: Final = schema(
    (TEXT, "group"),
    (COUNT, "n n_excluded"),
    (NUMBER, "live_median live_q25 live_q75 replay_median replay_q25 replay_q75"),
    (NUMBER, "share_median share_q25 share_q75 share_low share_high p_value"),
    (NUMBER, "spearman spearman_low spearman_high"),
    (FLAG, "thin"),
)


def compare(
    spaces: pd.DataFrame,
    by: By = None,
    confidence: float = arguments.CONFIDENCE,
    seed: int = arguments.SEED,
    *,
    tz: str = "UTC",
) -> pd.DataFrame:
    """
    Return live listeners against replay plays, over all Spaces or in each group.

    Parameters
    ----------
    spaces
        The `spaces` table.
    by
        None, the name of a column, "host", "weekday", "hour", a function of `spaces`, or one value for each row;
        see `group_labels`.
    confidence
        Of the intervals, between 0 and 1.
    seed
        The same seed gives the same intervals, whatever the order of the rows.
    tz
        Time zone of "weekday" and "hour".

    Returns
    -------
    frame
        One row a group (`all` without `by`), in the order of `group_labels`; Spaces without a group come last, as
        `<NA>`:

        - `n`: Spaces compared; `n_excluded`: Spaces left out, see `measures`. Everything else is about the `n`.
        - `live_median, live_q25, live_q75`, likewise `replay_` and `share_` (replay_share): each Space counts once.
        - `share_low, share_high`: interval of the median share.
        - `p_value`: two-sided paired test of live against replay.
        - `spearman, spearman_low, spearman_high`: rank correlation of live and replay.
        - `thin`: too few independent pieces (6 at 95 %, see Notes) for intervals and test, which are then `<NA>`.

        `<NA>` also where nothing can be said: medians of no Space, `spearman` of fewer than three or of a constant.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        A column is missing or cannot be read, there is no such `by` or `tz`, or `confidence` is not between 0 and 1.

    Warns
    -----
    AgeWarning
        Ages when fetched make the replay counts incomparable, see `warn_of_ages`.

    Notes
    -----
    Spaces of one creator are alike, so creators are resampled, not Spaces: an interval is about further creators like
    these. In a group of one creator its Spaces are resampled, and the interval is about further Spaces of that
    creator. A Space without a creator stands for itself.

    The median is over Spaces: a creator of many Spaces weighs more. Intervals are bootstrap percentiles, expanded for
    few creators (see `resample.tail`), with creators of unequal size counted as fewer (Kish). Below
    `resample.fewest_pieces` there is no interval of that confidence. In simulations of 2,000 runs
    (`tests/stats/test_coverage_slow.py`), 95 % intervals of the share held the truth in 94 to 98 % from 6 creators on.
    Those of rho held it in 94 to 97 % from 12 creators on; with fewer they are too wide (up to 100 %).

    The test is Wilcoxon's signed-rank test on replay_share - 1/2, which ranks as log2(replay / live) does, also
    where a count is 0. Of several creators each enters once, with the median of its Spaces.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     compared = sk.compare(sk.sample_batch().spaces)
    >>> compared[["group", "n", "n_excluded", "share_median", "share_low", "share_high"]].round(2)
      group   n  n_excluded  share_median  share_low  share_high
    0   all  71          16          0.31       0.04        0.57
    """
    kept = measures(spaces).excluded.isna().to_numpy()
    labels = None if by is None else group_labels(spaces, by, tz)[kept]
    warn_of_ages("compare", spaces[kept], labels)
    return summarise(spaces, by, confidence, seed, tz=tz)


def summarise(
    spaces: pd.DataFrame,
    by: By = None,
    confidence: float = arguments.CONFIDENCE,
    seed: int = arguments.SEED,
    *,
    tz: str = "UTC",
) -> pd.DataFrame:
    """
    Return what `compare` does, without its warning: for charts, whose captions state the ages.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.summarise(sk.sample_batch().spaces, "state")[["group", "n", "live_median", "replay_median"]]
              group   n  live_median  replay_median
    0      Canceled   0         <NA>           <NA>
    1         Ended  69        905.0          625.0
    2    NotStarted   0         <NA>           <NA>
    3        Paused   1      35694.0         6369.0
    4  PrePublished   0         <NA>           <NA>
    5       Running   0         <NA>           <NA>
    6      TimedOut   1         93.0           34.0
    """
    confidence, seed = arguments.confidence(confidence), arguments.seed(seed)
    rows = [_row(*group, confidence, seed) for group in _groups(spaces, by, tz)]
    return frame({name: [row.get(name) for row in rows] for name in _COMPARISON}, _COMPARISON)


def _groups(spaces: pd.DataFrame, by: By, tz: str) -> Iterator[tuple[Any, int, dict[str, Any]]]:
    """
    Yield the name of each group, how many of its Spaces are excluded, and columns of the others.

    The order of the Spaces in a group does not depend on that of the rows. Arrays, as there may be 10,000 groups.
    """
    measured, label = measures(spaces), group_labels(spaces, by, tz).cat
    table = pd.DataFrame({name: floats(measured[name]) for name in ("replay_share", "live", "replay")})
    table = table.assign(group=label.codes.array, key=creator_keys(spaces).array)
    table["kept"] = measured.excluded.isna().array
    table = table.sort_values(["group", "key", "replay_share", "live", "replay"])
    table["creator"] = cluster_codes(table.pop("key"))
    columns = {str(name): table[name].to_numpy() for name in table}
    names = ["all"] if by is None else [*label.categories]
    starts = np.searchsorted(columns["group"], np.arange(-1, len(names) + 1))
    for place in [*range(len(names)), -1]:
        rows = np.arange(starts[place + 1], starts[place + 2])
        kept = rows[columns["kept"][rows]]
        if place >= 0 or len(rows):
            name = names[place] if place >= 0 else pd.NA
            yield name, len(rows) - len(kept), {key: column[kept] for key, column in columns.items()}


def _row(name: Any, n_excluded: int, kept: dict[str, Any], confidence: float, seed: int) -> dict[str, Any]:
    live, replay, share = kept["live"], kept["replay"], kept["replay_share"]
    clusters = pieces(kept["creator"])
    row: dict[str, Any] = {"group": name, "n": len(live), "n_excluded": n_excluded}
    row |= _quartiles({"live": live, "replay": replay, "share": share})
    rng = np.random.default_rng([seed, zlib.crc32(str(name).encode())])
    row["thin"] = _thin(clusters, confidence)
    if not row["thin"]:
        row["share_low"], row["share_high"] = resample.median_interval(share, clusters, confidence, rng)
        row["p_value"] = _paired_test(share, clusters)
    return row | rho(live, replay, clusters, confidence, rng)


def pieces(creator: resample.Ints) -> resample.Ints:
    """Number the pieces that are resampled, from 0 on: creators, or the Spaces of a lone creator."""
    known, codes = np.unique(creator, return_inverse=True)
    return np.arange(len(codes)) if len(known) == 1 else codes


def _thin(clusters: resample.Ints, confidence: float) -> bool:
    n = int(clusters.max()) + 1 if len(clusters) else 0
    return n < resample.fewest_pieces(confidence)


def _quartiles(columns: dict[str, resample.Floats]) -> dict[str, float]:
    """Return quartiles by linear interpolation, the default of numpy and pandas; none for an empty group."""
    values = np.stack([*columns.values()])
    if not values.size:
        return {}
    found = np.quantile(values, [0.25, 0.5, 0.75], axis=1)
    parts = zip(("q25", "median", "q75"), found, strict=True)
    return {f"{name}_{part}": at[k] for part, at in parts for k, name in enumerate(columns)}


def _paired_test(share: resample.Floats, clusters: resample.Ints) -> float:
    """Return the p value of Wilcoxon's signed-rank test; 1 where live and replay are equal throughout."""
    alone = len(share) == clusters.max() + 1
    medians = share if alone else pd.Series(share).groupby(clusters).median().to_numpy()
    return signed_rank_p(np.round(medians - 0.5, 12))  # so that shares equal but for rounding tie


def rho(
    x: resample.Floats,
    y: resample.Floats,
    clusters: resample.Ints,
    confidence: float,
    rng: np.random.Generator,
) -> dict[str, float]:
    """Return Spearman's rho and its interval; NaN where there is none."""
    low = high = math.nan
    if not _thin(clusters, confidence):
        low, high = resample.spearman_interval(x, y, clusters, confidence, rng)
    return {"spearman": resample.spearman(x, y), "spearman_low": low, "spearman_high": high}
