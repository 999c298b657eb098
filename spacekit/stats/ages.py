"""How old the compared Spaces were when fetched, and whether their replay counts compare. It corrects nothing."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

from spacekit.errors import AgeWarning, warn
from spacekit.stats.columns import COUNT, FLAG, SPAN, TEXT, frame, pick_spaces, schema
from spacekit.stats.groups import By, group_labels
from spacekit.stats.measures import measures
from spacekit.words import span

_TENFOLD: Final = 10
_TWOFOLD: Final = 2
_AGES: Final = schema((COUNT, "n n_unknown"), (SPAN, "youngest median oldest"), (FLAG, "tenfold"))


def ages(spaces: pd.DataFrame, by: By = None, tz: str = "UTC") -> pd.DataFrame:
    """
    Return the ages when fetched of the Spaces that are compared, over all or in each group.

    Parameters
    ----------
    spaces
        The `spaces` table. Excluded Spaces (see `measures`) do not count.
    by, tz
        As in `compare`.

    Returns
    -------
    frame
        One row, or one row a group, then with the column `group` before the others: `n` Spaces of known age,
        `n_unknown` (without an end or a time of fetching, or fetched before the end), `youngest`, `median`, `oldest`
        (`NaT` with none), and `tenfold`: whether the oldest is more than ten times as old as the youngest.

    Examples
    --------
    >>> import spacekit as sk
    >>> sk.stats.ages(sk.sample_batch().spaces)[["n", "n_unknown", "youngest", "tenfold"]]
        n  n_unknown        youngest  tenfold
    0  71          0 0 days 01:00:00     True
    """
    kept = measures(spaces).excluded.isna().to_numpy()
    age = _known_ages(spaces)[kept]
    if by is None:
        return frame({name: [value] for name, value in _row(age).items()}, _AGES)
    groups = age.groupby(group_labels(spaces, by, tz).array[kept], observed=True, dropna=False)
    rows = [{"group": name, **_row(group)} for name, group in groups]
    dtypes = {**schema((TEXT, "group")), **_AGES}
    return frame({name: [row[name] for row in rows] for name in dtypes}, dtypes)


def _known_ages(spaces: pd.DataFrame) -> pd.Series[Any]:
    """Return how long after its end each Space was fetched; `NaT` where that is unknown or negative."""
    table = pick_spaces(spaces, "fetched_at ended_at").reset_index(drop=True)
    age = table.fetched_at - table.ended_at
    return age.mask(age < pd.Timedelta(0))


def warn_of_ages(function: str, spaces: pd.DataFrame, labels: pd.Series[Any] | None = None) -> None:
    """
    Warn where replay counts of these Spaces do not compare, because of their ages when fetched.

    Parameters
    ----------
    function
        What the caller called, such as "compare".
    spaces
        The Spaces that are compared, without those that are excluded.
    labels
        The group of each, where groups are compared.

    Warns
    -----
    AgeWarning
        What is amiss, and what to do.
    """
    remark = _remark(spaces, labels)
    if remark:
        warn(
            f"{function}: {remark}, and replay counts grow with age. Compare at the same age: "
            "sk.at_age(archive.observations(), '7D') is a table for compare and every chart.",
            AgeWarning,
        )


def _remark(spaces: pd.DataFrame, labels: pd.Series[Any] | None = None) -> str:
    """
    Return what is amiss with the ages of these Spaces when fetched, or "".

    Something is amiss where the oldest Space is more than ten times as old as the youngest, where the median age of one
    group is twice that of another or more, and where ages are unknown.
    """
    age = _known_ages(spaces)
    known = age.dropna()
    remarks = [_apart(known), _groups_apart(age, labels), _unknown(len(age) - len(known), len(age))]
    return "; ".join(filter(None, remarks))


def _apart(known: pd.Series[Any]) -> str:
    low, high = known.min(), known.max()
    if not high > _TENFOLD * low:
        return ""
    return f"ages when fetched run from {span(low)} to {span(high)}"


def _groups_apart(age: pd.Series[Any], labels: pd.Series[Any] | None) -> str:
    if labels is None:
        return ""
    medians = age.groupby(labels.array, observed=True, dropna=False).median().dropna()
    low, high = medians.min(), medians.max()
    if not (high >= _TWOFOLD * low and high > low):
        return ""
    return f"median ages of groups run from {span(low)} to {span(high)}"


def _unknown(n: int, total: int) -> str:
    return f"the ages of {n:,} of {total:,} Spaces are unknown" if n else ""


def _row(age: pd.Series[Any]) -> dict[str, Any]:
    known = age.dropna()
    low, high = known.min(), known.max()
    counts = {"n": len(known), "n_unknown": len(age) - len(known)}
    tenfold = bool(high > _TENFOLD * low)
    return {**counts, "youngest": low, "median": known.median(), "oldest": high, "tenfold": tenfold}
