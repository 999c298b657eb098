"""How old the compared Spaces were when fetched, and whether their replay counts compare. It corrects nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit.errors import AgeWarning, warn
from spacekit.stats.columns import COUNT, FLAG, SPAN, TEXT, check_zone, frame, pick_spaces, schema
from spacekit.stats.groups import By, group_labels
from spacekit.stats.measures import measures
from spacekit.tables import TENFOLD, ages_when_fetched
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless, span

_TWOFOLD: Final = 2
_told_elsewhere: ContextVar[bool] = ContextVar("told_elsewhere", default=False)  # a context is of one thread
_AGES: Final = schema((COUNT, "n n_unknown"), (SPAN, "youngest median oldest"), (FLAG, "tenfold"))


@keyless
def ages(spaces: Spaces, by: By = None, tz: str = "UTC") -> pd.DataFrame:
    """
    Return the ages when fetched of the Spaces that are compared, over all or in each group.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Excluded Spaces (see `measures`) do not count.
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
    spaces = spaces_in(spaces)
    check_zone(tz)
    kept = measures(spaces).excluded.isna().to_numpy()
    age = _known_ages(spaces, kept)
    found = _of_all(age) if by is None else _of_groups(age, group_labels(spaces, by, tz)[kept])
    columns = {
        "group": found.index.astype(object),
        "n": found["count"].fillna(0),
        "n_unknown": (found["size"] - found["count"]).fillna(0),
        "youngest": found["min"],
        "median": found["median"],
        "oldest": found["max"],
        "tenfold": found["max"] > TENFOLD * found["min"],
    }
    return frame(columns, {**({} if by is None else schema((TEXT, "group"))), **_AGES})


def _known_ages(spaces: pd.DataFrame, kept: pd.Series[Any] | npt.NDArray[Any]) -> pd.Series[Any]:
    """Return the ages of the Spaces that are compared, NaT where unknown."""
    times = pick_spaces(spaces, "fetched_at ended_at")
    return ages_when_fetched(times.iloc[np.asarray(kept)].reset_index(drop=True))


@dataclass(frozen=True, slots=True)
class _AgeRange:
    """The youngest and the oldest of some Spaces when fetched, NaT with none of known age, and how many have none."""

    youngest: pd.Timedelta
    oldest: pd.Timedelta
    n_unknown: int

    @property
    def tenfold(self) -> bool:
        """Whether the oldest is more than ten times as old as the youngest."""
        return bool(self.oldest > TENFOLD * self.youngest)


def age_range(spaces: pd.DataFrame) -> _AgeRange:
    """Return the range of the ages that `ages` describes, and nothing else of them: for captions."""
    age = _known_ages(spaces, measures(spaces).excluded.isna())
    known = age.dropna()
    return _AgeRange(known.min(), known.max(), len(age) - len(known))


def _of_all(age: pd.Series[Any]) -> pd.DataFrame:
    """Return what is known of all ages, as a row; also where there is none."""
    known = age.dropna()
    spans = {name: getattr(known, name)() for name in ("min", "max", "median")}
    row = pd.DataFrame({name: pd.Series([value], dtype=age.dtype) for name, value in spans.items()})
    return row.assign(size=len(age), count=len(known)).set_axis(["all"])


def _of_groups(age: pd.Series[Any], labels: pd.Series[Any]) -> pd.DataFrame:
    found: pd.DataFrame = _grouped(age, labels).agg(["size", "count", "min", "max"])
    return found.assign(median=_medians(age, labels).reindex(found.index))


def _grouped(age: pd.Series[Any], labels: pd.Series[Any]) -> Any:
    return age.groupby(labels.array, observed=True, dropna=False)


def _medians(age: pd.Series[Any], labels: pd.Series[Any]) -> Any:
    """Return the median age of each group that has one. Those of pandas 2 take a missing one for a number."""
    known = age.notna().to_numpy()
    return _grouped(age[known], labels[known]).median()


def warn_of_ages(
    function: str,
    spaces: pd.DataFrame,
    kept: pd.Series[Any] | npt.NDArray[Any],
    labels: pd.Series[Any] | None = None,
) -> None:
    """
    Warn where replay counts of these Spaces do not compare, because of their ages when fetched.

    Parameters
    ----------
    function
        What the caller called, such as "compare".
    spaces, kept
        The Spaces, and which of them are compared: a flag for each, or places.
    labels
        The group of each that is compared, where groups are.

    Warns
    -----
    AgeWarning
        What is amiss, and what to do: the oldest Space is more than ten times as old as the youngest, the median age of
        one group is twice that of another or more, or ages are unknown.
    """
    if _told_elsewhere.get():
        return
    if remark := _remark(_known_ages(spaces, kept), labels):
        warn(
            f"{function}: {remark}, and replay counts grow with age. Compare them at the same age: "
            "sk.at_age(archive, '7D') returns a table for compare and every chart.",
            AgeWarning,
        )


@contextmanager
def ages_told_elsewhere() -> Iterator[None]:
    """Return from functions that read replay counts without an `AgeWarning`: the caller reports the ages."""
    token = _told_elsewhere.set(True)
    try:
        yield
    finally:
        _told_elsewhere.reset(token)


def age_remark(spaces: pd.DataFrame, by: By = None, tz: str = "UTC") -> str:
    """Return what `compare` would warn of, in words and without advice; "" where it would not."""
    kept = measures(spaces).excluded.isna().to_numpy()
    return _remark(_known_ages(spaces, kept), None if by is None else group_labels(spaces, by, tz)[kept])


def groups_apart(spaces: pd.DataFrame, by: By, tz: str = "UTC") -> str:
    """Return how far apart the median ages of groups are, or "" where they are less than twofold apart."""
    return _groups_apart(ages(spaces, by, tz)["median"]) if by is not None else ""


def _groups_apart(medians: pd.Series[Any]) -> str:
    low, high = medians.min(), medians.max()
    if not (high >= _TWOFOLD * low and high > low):
        return ""
    return f"median ages of groups run from {span(low)} to {span(high)}"


def _remark(age: pd.Series[Any], labels: pd.Series[Any] | None) -> str:
    """Return what is amiss with these ages when fetched, or ""."""
    known = age.dropna()
    groups = "" if labels is None else _groups_apart(_medians(age, labels))
    return "; ".join(filter(None, [_apart(known), groups, _unknown(len(age) - len(known), len(age))]))


def _apart(known: pd.Series[Any]) -> str:
    low, high = known.min(), known.max()
    if not high > TENFOLD * low:
        return ""
    return f"ages when fetched run from {span(low)} to {span(high)}"


def _unknown(n: int, total: int) -> str:
    return f"the ages of {n:,} of {total:,} Spaces are unknown" if n else ""
