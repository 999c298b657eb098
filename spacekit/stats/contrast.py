"""Groups against each other or against a reference: differences of medians, with intervals and tests. No drawing."""

from __future__ import annotations

from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit import arguments
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import COUNT, NUMBER, TEXT, frame, schema
from spacekit.stats.differences import Differences, holm, superiority
from spacekit.stats.grouped import Grouped, grouped
from spacekit.stats.groups import By
from spacekit.stats.medians import quantiles
from spacekit.stats.ranks import Floats, Ints
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, show

_CONTRAST: Final = schema(
    (TEXT, "group reference"),
    (COUNT, "n n_creators"),
    (NUMBER, "difference low high log2_ratio_difference superiority p_holm"),
)


@keyless
def contrast(
    spaces: Spaces,
    by: By,
    reference: Any = None,
    *,
    tz: str = "UTC",
    confidence: float = arguments.CONFIDENCE,
    seed: int = arguments.SEED,
) -> pd.DataFrame:
    """
    Return how far the replay shares of groups lie apart: each pair of groups, or each group against a reference.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    by
        What to group by, as in `compare`, but not None.
    reference
        The group to compare the others with, such as "Monday" or "before"; None for all pairs.
    tz
        Time zone of "weekday", "hour" and "month".
    confidence
        Of the intervals, between 0 and 1. P values do not depend on it.
    seed
        Checked, but not needed: intervals and tests are worked out without chance.

    Returns
    -------
    frame
        One row a pair of groups, in the order of `compare`. Without a reference, it is the group of the pair that comes
        first in the order of the labels, which need not be that of time: "after" comes before "before", so pass
        `reference="before"`. Empty where there is only one group. Spaces without a group are in no row.

        - `group`, `reference`: the two groups.
        - `n`: Spaces compared in both together; `n_creators`: their creators, each counted once.
        - `difference`: median replay share of the group less that of the reference.
        - `low, high`: its interval, not adjusted for the number of rows.
        - `log2_ratio_difference`: the same of the medians of log2(replay / live). A ratio of or to 0 counts as the
          lowest or the highest; `<NA>` where that is the median itself.
        - `superiority`: probability that a Space of the group has a greater share than one of the reference, ties by
          half; 0.5 where neither is ahead.
        - `p_holm`: p value of "the medians are equal", by Holm's method for all rows that have one, as many as
          `p_holm.count()`. One alone is a plain p value.

        Where one of the groups is `thin` in `compare`, the interval is `<NA>`; where one is at 95 %, whatever
        `confidence`, so is the p value. Numbers of a group without Spaces are `<NA>`, too.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        `by` is None, there is no such reference, or an argument is not as in `compare`.

    Warns
    -----
    AgeWarning
        As in `compare`.

    Notes
    -----
    Spaces of one creator are alike, so intervals and tests leave out whole creators. A creator with Spaces in both
    groups, as before and after some date, is left out of both at once, so that what it has in common cancels
    (`differences.Differences`). In a group of one creator its own Spaces vary: two hosts are compared as themselves,
    not as examples of hosts. The test is that of the interval: at 95 %, p before Holm's method is below 0.05 where the
    interval leaves out 0. `p_holm` is adjusted and the interval is not, so an interval can leave out 0 where `p_holm`
    is above 0.05. With n creators in the smaller group (n Spaces of a lone creator), p before Holm's method is at least
    2^(1-n): where all groups are small, none of many pairs can reach 0.05. Fewer groups, or a reference, help.
    docs/statistics.md has simulated sizes (0 to 4 % at a level of 5 %), coverage and power.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> spaces = sk.sample_batch().spaces
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     apart = sk.contrast(spaces, "host", reference="sample_radio")
    >>> apart[["group", "n", "difference", "low", "high", "p_holm"]].dropna().round(2)
                group   n  difference   low  high  p_holm
    0  sample_archive  19        0.83  0.56  0.88    0.02
    4  sample_markets  24        0.28   0.1   0.4     0.0
    7  sample_science  18        0.52  0.07  0.73    0.03
    9  sample_tech_jp  17         0.4   0.2  0.54    0.03
    """
    spaces = spaces_in(spaces)
    confidence, _ = arguments.confidence(confidence), arguments.seed(seed)
    if by is None:
        raise ValueError("by: got None. Use what makes groups, such as 'host', 'weekday' or a column.")
    found = grouped(spaces, by, tz)
    first, second = _pairs(_names(found), reference)
    warn_of_ages("contrast", spaces, found.kept, found.labels[found.kept])
    columns = {**_sides(found, first, second), **_apart(found, first, second, confidence)}
    return frame(columns, _CONTRAST)


def _names(found: Grouped) -> list[str]:
    return [name for name in found.names if name is not pd.NA]


def _pairs(names: list[str], reference: Any) -> tuple[Ints, Ints]:
    """Return the places of the two groups of each row."""
    if reference is None:
        pairs = list(combinations(range(len(names)), 2))
        second, first = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        return first, second
    if str(reference) not in names:
        raise ValueError(f"reference: there is no group {show(reference)}. Use one of {names!r}.")
    place = names.index(str(reference))
    first = np.array([k for k in range(len(names)) if k != place], dtype=np.int64)
    return first, np.full(len(first), place)


def _sides(found: Grouped, first: Ints, second: Ints) -> dict[str, Any]:
    """Return names, Spaces and creators of each pair."""
    names, rows = np.array(found.names, dtype=object), found.pieces.rows
    creators = [np.unique(own) for own in _split(found.pieces.creator, found.pieces.owner, len(names))]
    together = [len(np.union1d(creators[a], creators[b])) for a, b in zip(first, second, strict=True)]
    columns = {"group": names[first], "reference": names[second]}
    return columns | {"n": rows[first] + rows[second], "n_creators": together}


def _apart(found: Grouped, first: Ints, second: Ints, confidence: float) -> dict[str, Any]:
    """Return the numbers of each pair; NaN where a side has no or too few Spaces."""
    groups = len(found.names)
    medians = quantiles(found.share, found.pieces.group, groups, 0.5)
    shares = _split(found.share, found.pieces.group, groups)
    ratios = np.array([_median_ratio(*counts) for counts in _counts(found)])
    low, high, p = _intervals(found, first, second, confidence)
    with np.errstate(invalid="ignore"):
        apart = ratios[first] - ratios[second]
    return {
        "difference": medians[first] - medians[second],
        "low": low,
        "high": high,
        "log2_ratio_difference": np.where(np.isfinite(apart), apart, np.nan),
        "superiority": [superiority(shares[a], shares[b]) for a, b in zip(first, second, strict=True)],
        "p_holm": holm(p),
    }


def _intervals(found: Grouped, first: Ints, second: Ints, confidence: float) -> Floats:
    """Return low, high and the p value of each pair; which pairs are tested does not depend on the confidence."""
    numbers = np.full((3, len(first)), np.nan)
    thin, untested = (found.pieces.too_few(level) for level in (confidence, arguments.CONFIDENCE))
    enough = ~(thin & untested)
    both = enough[first] & enough[second]
    if both.any():
        kept, rows = found.pieces.of_groups(enough)
        place = np.cumsum(enough) - 1
        test = Differences(found.share[rows], kept, place[first[both]], place[second[both]])
        numbers[:2, both] = test.interval(np.full(both.sum(), confidence))
        numbers[2, both] = test.p_values(arguments.CONFIDENCE)
    numbers[:2, thin[first] | thin[second]] = np.nan
    numbers[2, untested[first] | untested[second]] = np.nan
    return numbers


def _counts(found: Grouped) -> list[tuple[Floats, Floats]]:
    group, groups = found.pieces.group, len(found.names)
    return list(zip(_split(found.live, group, groups), _split(found.replay, group, groups), strict=True))


def _median_ratio(live: Floats, replay: Floats) -> float:
    """Return the median of log2(replay / live), infinite where a count is 0; NaN with none."""
    if not len(live):
        return np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.median(np.log2(replay) - np.log2(live)))


def _split(values: Any, group: Ints, groups: int) -> list[Any]:
    """Return the values of each group, whose rows stand together."""
    return np.split(values, np.searchsorted(group, np.arange(1, groups)))
