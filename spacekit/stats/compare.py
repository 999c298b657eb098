"""Live against replay, overall or by group: medians, intervals and Spearman's rho. No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, SPAN, TEXT, frame, schema
from spacekit.stats.grouped import Grouped, grouped
from spacekit.stats.groups import By
from spacekit.stats.medians import median_interval, quantiles
from spacekit.stats.ranks import Floats
from spacekit.stats.spearman import spearman
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_COMPARISON: Final = schema(
    (TEXT, "group"),
    (COUNT, "n n_creators n_excluded"),
    (NUMBER, "live_median live_q25 live_q75 replay_median replay_q25 replay_q75"),
    (NUMBER, "share_median share_q25 share_q75 share_low share_high"),
    (NUMBER, "spearman spearman_low spearman_high"),
    (SPAN, "age_median"),
    (FLAG, "thin"),
)


@keyless
def compare(
    spaces: Spaces,
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
        A table of Spaces, a `Batch` or an `Archive`.
    by
        None, the name of a column, "host", "weekday", "hour", "month", a list of such names, a function of `spaces`, or
        one value for each row; see `group_labels`.
    confidence
        Of the intervals, between 0 and 1.
    seed
        Checked, but not needed: the intervals are worked out without chance.
    tz
        Time zone of "weekday", "hour" and "month".

    Returns
    -------
    frame
        One row a group (`all` without `by`), in the order of `group_labels`; Spaces without a group come last, as
        `<NA>`:

        - `n`: Spaces compared; `n_creators`: their creators, a Space without one counting as one more; `n_excluded`:
          Spaces left out, see `measures`. Everything else is about the `n`.
        - `live_median, live_q25, live_q75`, likewise `replay_` and `share_` (replay_share): each Space counts once.
        - `share_low, share_high`: interval of the median share.
        - `spearman, spearman_low, spearman_high`: rank correlation of live and replay.
        - `age_median`: median age when fetched, of the Spaces whose age is known.
        - `thin`: too few creators for intervals, which are then `<NA>`: at 95 % fewer than 6, or creators so unequal
          that they count as fewer than 4 (see Notes). Where `n_creators` is 1, fewer than 6 Spaces.

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
    The median is over Spaces: a creator of many Spaces weighs more. Spaces of one creator are alike, so intervals leave
    out whole creators, each in turn (jackknife), and are about further creators like these. With a single creator they
    are about further Spaces of that creator, in order of `started_at`: Spaces that follow each other may be alike, too.
    Without order, where fewer than 6 starts are known, its Spaces are taken for independent.

    The interval of the median holds every m for which the part of Spaces below m is compatible with one half
    (`medians.MedianTest`); that of rho is on Fisher's scale (`spearman.spearman`). Creators of unequal size
    count as (sum of sizes)² / sum of sizes² (Kish). docs/statistics.md says how often 95 % intervals held the truth in
    2,000 simulated runs each: 93 to 97 % in the usual cases, and where they do not.

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
    spaces = spaces_in(spaces)
    confidence, seed = arguments.confidence(confidence), arguments.seed(seed)
    found = grouped(spaces, by, tz)
    labels = None if by is None else found.labels[found.kept]
    warn_of_ages("compare", spaces, found.kept, labels)
    return _compared(found, confidence)


@keyless
def summarise(
    spaces: Spaces,
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
    spaces = spaces_in(spaces)
    confidence, seed = arguments.confidence(confidence), arguments.seed(seed)
    return _compared(grouped(spaces, by, tz), confidence)


def _compared(found: Grouped, confidence: float) -> pd.DataFrame:
    return frame({**_counts(found), **_quartiles(found), **_intervals(found, confidence)}, _COMPARISON)


def _counts(found: Grouped) -> dict[str, Any]:
    creators, rows = found.pieces.creators, found.pieces.rows
    known = ~np.isnan(found.age)
    age = quantiles(found.age[known], found.pieces.group[known], len(found.pieces), 0.5)
    columns = {"group": found.names, "n": rows, "n_creators": creators, "n_excluded": found.n_excluded}
    # Not pd.to_timedelta: that of pandas 2 computes with whatever is in memory where a number is missing, and may warn.
    median = np.full(len(age), np.timedelta64("NaT", "ms"))
    median[~np.isnan(age)] = np.round(age[~np.isnan(age)]).astype("int64").astype("timedelta64[ms]")
    return columns | {"age_median": median}


def _quartiles(found: Grouped) -> dict[str, Floats]:
    columns = {"live": found.live, "replay": found.replay, "share": found.share}
    parts = {"q25": 0.25, "median": 0.5, "q75": 0.75}
    group, groups = found.pieces.group, len(found.pieces)
    return {
        f"{name}_{part}": quantiles(values, group, groups, at)
        for name, values in columns.items()
        for part, at in parts.items()
    }


def _intervals(found: Grouped, confidence: float) -> dict[str, Any]:
    low, high = median_interval(found.share, found.pieces, confidence)
    rho, rho_low, rho_high = spearman(found.live, found.replay, found.pieces, confidence)
    columns = {"share_low": low, "share_high": high, "spearman": rho}
    thin = found.pieces.too_few(confidence)
    return columns | {"spearman_low": rho_low, "spearman_high": rho_high, "thin": thin}
