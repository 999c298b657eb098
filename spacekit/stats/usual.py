"""Each Space against its creator's own usual, and what that says of weekdays, hours or other groups. No drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, FLAG, NUMBER, TEXT, floats, frame, schema
from spacekit.stats.groups import By, cluster_codes, creator_keys, group_labels, numbered_groups
from spacekit.stats.logs import log2_counts
from spacekit.stats.measures import lacking, measures
from spacekit.stats.medians import median_interval, quantiles
from spacekit.stats.pieces import pieces
from spacekit.stats.ranks import Floats, Ints
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_FEWEST_SPACES: Final = 3  # of a creator, for a usual to compare with

VALUES: Final = ("live", "replay", "share")
"""What is compared with its usual: the two counts and the replay share."""

_WITHIN: Final = schema(
    (TEXT, "group"),
    (COUNT, "n n_creators n_left_out"),
    *((NUMBER, f"{value}_change {value}_low {value}_high") for value in VALUES),
    (FLAG, "thin"),
)


def against_usual(
    spaces: pd.DataFrame,
    reasons: Mapping[str, pd.Series[Any]] | None = None,
    group: Any = None,
    *,
    live_only: bool = False,
) -> pd.DataFrame:
    """
    Return each Space's counts and share beside the usual of its creator: the median of the creator's other Spaces.

    Parameters
    ----------
    spaces
        The `spaces` table.
    reasons
        Further reasons to leave a Space out, and for which rows each holds.
    group
        The group of each Space, if groups are compared within creators. A creator whose Spaces are all in one group
        says nothing about groups and is left out.
    live_only
        Whether every Space with a live count is kept: then only the columns of `live` are to be read.

    Returns
    -------
    frame
        One row a Space by place, from 0 on: `space_id, creator_screen_name, key` (of the creator), `live, replay,
        share`; for each of these three `_usual` and `_change`; `group`; `left_out` (text). A change of a count is
        log2((count + 1/2) / (usual + 1/2)), so that a 0 counts; that of the share is a difference. What is left out
        has no usual, and is part of none.
    """
    measured = measures(spaces).reset_index(drop=True)
    table = measured[["space_id", "creator_screen_name", "live", "replay"]]
    table = table.assign(share=measured.replay_share, key=creator_keys(spaces).array, group=group)
    tests = {**(reasons or {}), "no creator": table.key.isna()}
    reason = lacking(measured, "live") if live_only else measured.excluded
    table["left_out"] = _left_out(table, reason, tests)
    kept = table.left_out.isna().to_numpy()
    creator = pd.factorize(table.key[kept])[0]
    for value in VALUES[:1] if live_only else VALUES:
        number, usual = floats(table[value]), np.full(len(table), np.nan)
        usual[kept] = _median_of_others(number[kept], creator)
        change = number - usual if value == "share" else log2_counts(number) - log2_counts(usual)
        table[f"{value}_usual"], table[f"{value}_change"] = usual, change
    return table


@keyless
def within_host(
    spaces: Spaces,
    by: By = "weekday",
    confidence: float = arguments.CONFIDENCE,
    *,
    tz: str = "UTC",
) -> pd.DataFrame:
    """
    Return how the Spaces of each weekday, hour or other group differ from what is usual for their own creators.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by, confidence, tz
        As in `compare`. What is the same for all Spaces of a creator, such as "host", leaves nothing to compare.

    Returns
    -------
    frame
        One row a group, in the order of `compare`:

        - `n`: Spaces compared; `n_creators`: theirs; `n_left_out`: Spaces of the group without a usual.
        - `live_change`: median over Spaces of log2(live / usual), with a half added to both counts: 0 is as usual, 1
          is twice that. `replay_change` is the same for plays. `share_change`: median of the replay share less the
          usual share. The usual is the median of the creator's other Spaces.
        - `live_low, live_high`, likewise `replay_` and `share_`: interval of each median.
        - `thin`: too few creators (6 at 95 %) for intervals, which are then `<NA>`.

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
    In a plain comparison of weekdays, each weekday has the hosts that happen to be on air then, and their size is
    taken for the weekday's. Here each Space is held against others of its creator. Left out are excluded Spaces (see
    `measures`), those without group or creator, those of creators with fewer than 3 such Spaces, and those of creators
    whose Spaces are all in one group. Intervals leave out creators in turn, as in `compare`.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     hours = sk.stats.within_host(sk.sample_batch().spaces, by="hour", tz="Europe/London")
    >>> hours[["group", "n", "n_creators", "n_left_out", "live_change", "thin"]].tail(3).round(2)
       group  n  n_creators  n_left_out  live_change   thin
    13    21  5           2           1         0.28   True
    14    22  1           1           0         0.05   True
    15  <NA>  0           0           6         <NA>   True
    """
    spaces = spaces_in(spaces)
    confidence, label = arguments.confidence(confidence), group_labels(spaces, by, tz)
    table = against_usual(spaces, {"no group": label.isna().reset_index(drop=True)}, label.array)
    compared = table.left_out.isna().to_numpy()
    warn_of_ages("within_host", spaces, compared, label[compared])
    names, group = numbered_groups(label, by)
    columns = {"group": names, "n_left_out": np.bincount(group[~compared], minlength=len(names))}
    kept = table.assign(group=group)[compared].sort_values(["group", "key", "live", "replay"])
    return frame(columns | _summarised(kept, len(names), confidence), _WITHIN)


def _summarised(kept: pd.DataFrame, groups: int, confidence: float) -> dict[str, Any]:
    """Return the columns of `within_host`, from rows in the order of their groups."""
    group = kept.group.to_numpy()
    creators = pieces(group, cluster_codes(kept.key), np.full(len(kept), np.nan), groups)
    thin = creators.too_few(confidence) | creators.lone
    found: dict[str, Any] = {"n": creators.rows, "n_creators": creators.creators, "thin": thin}
    for value in VALUES:
        change = kept[f"{value}_change"].to_numpy()
        found[f"{value}_change"] = quantiles(change, group, groups, 0.5)
        ends = median_interval(change, creators, confidence)
        found[f"{value}_low"], found[f"{value}_high"] = np.where(thin, np.nan, ends)
    return found


def _left_out(
    table: pd.DataFrame, excluded: pd.Series[Any], tests: Mapping[str, pd.Series[Any]]
) -> pd.Series[Any]:
    reason = excluded
    for text, applies in tests.items():
        reason = reason.mask(reason.isna() & applies, text)
    creator = pd.factorize(table.key)[0]
    few = _in_creator(creator, reason.isna()) < _FEWEST_SPACES
    reason = reason.mask(reason.isna() & few, f"fewer than {_FEWEST_SPACES} Spaces")
    if table.group.isna().all():
        return reason
    alike = _in_creator(creator, reason.isna(), pd.factorize(table.group)[0]) < 2
    return reason.mask(reason.isna() & alike, "one group only")


def _in_creator(creator: Ints, kept: pd.Series[Any], values: Ints | None = None) -> Ints:
    """Return how many kept Spaces, or different values of theirs, the creator of each row has; 0 without one (-1)."""
    counted = kept.to_numpy() & (creator >= 0)
    table = pd.DataFrame({"creator": creator[counted]})
    if values is not None:
        table = table.assign(value=values[counted])
        table = table[table.value >= 0].drop_duplicates()
    n = np.bincount(table.creator, minlength=creator.max(initial=-1) + 1)
    return np.append(n, 0)[creator]


def _median_of_others(values: Floats, codes: Ints) -> Floats:
    """Return, for each value, the median of the others with its code; every code has two values or more."""
    order = np.lexsort((values, codes))
    ordered, group = values[order], codes[order]
    size = np.bincount(group)[group]
    start = np.searchsorted(group, group)
    place = np.arange(len(group)) - start

    def among_others(rank: Ints) -> Floats:
        there: Floats = ordered[start + rank + (rank >= place)]
        return there

    medians = np.empty(len(values))
    medians[order] = (among_others((size - 2) // 2) + among_others((size - 1) // 2)) / 2
    return medians
