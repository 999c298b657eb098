"""Replay counts against age, from Spaces observed more than once; and the typical curve. Nothing is extrapolated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from spacekit.arguments import Span, span
from spacekit.stats.columns import COUNT, FLAG, NUMBER, SPAN, TEXT, frame, schema, tally
from spacekit.stats.curves import REASONS, Curves, at, counts_at, curves_of, falls, left_out
from spacekit.stats.ranks import Bools, Floats
from spacekit.tables.given import Observations, observed_in
from spacekit.words import keyless

_GROWTH: Final = schema((TEXT, "space_id"), (SPAN, "age"), (COUNT, "total_replay_watched"), (FLAG, "is_last"))
_TYPICAL: Final = schema(
    (SPAN, "age"), (COUNT, "n"), (NUMBER, "share_median share_q25 share_q75"), (SPAN, "final_age_median")
)
_CHECKS: Final = schema((TEXT, "check"), (COUNT, "n"), (NUMBER, "share"), (TEXT, "examples"))
_EXAMPLES: Final = 5  # ids of each check, at most
_AGES: Final = ("1D", "3D", "7D", "30D")


@keyless
def growth(observations: Observations) -> pd.DataFrame:
    """
    Return the replay count of each Space against its age.

    Parameters
    ----------
    observations
        An `Archive`, or a table as its `observations` returns, in any order; `space_id`, `age` and
        `total_replay_watched` are read.

    Returns
    -------
    frame
        `space_id, age, total_replay_watched, is_last`: one row an observation, sorted by Space, then by age.
        `is_last` marks the oldest of each Space. Only observations after the end with a count, and of several at
        one age the greatest; `frame.attrs["left_out"]` is the number of the others, and `growth_left_out` says why.
        Counts that fall are kept as they are; `frame.attrs["falling"]` is the number of Spaces with any.

    Raises
    ------
    TypeError
        `observations` is not a DataFrame.
    ValueError
        A column is missing, or cannot be read as its kind.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.growth(observations).head(3)
            space_id                    age  total_replay_watched  is_last
    0  1SAMPLE1snXke 0 days 01:01:32.744000                    12    False
    1  1SAMPLE1snXke 0 days 06:21:23.744000                    72    False
    2  1SAMPLE1snXke 1 days 00:51:10.744000                   222    False
    """
    observations = observed_in(observations)
    curves = curves_of(observations)
    last = np.zeros(len(curves.rows), dtype=bool)
    last[curves.last[curves.last >= 0]] = True
    columns = {
        "space_id": curves.ids.take(curves.spaces),
        "age": curves.ages.astype("timedelta64[ms]"),
        "total_replay_watched": curves.counts,
        "is_last": last,
    }
    found = frame(columns, _GROWTH)
    found.attrs = {"left_out": len(observations) - len(found), "falling": int(_fell(curves).sum())}
    return found


@keyless
def growth_left_out(observations: Observations) -> pd.DataFrame:
    """
    Count the observations that `growth` leaves out, by reason.

    Returns
    -------
    frame
        `reason`, `n`: one row for each reason, in the order in which they are tried, also where there is none. `no age`
        is of Spaces that ended at an unknown time, or were fetched at one.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.stats.growth_left_out(observations)
                        reason  n
    0                    no id  0
    1                not ended  0
    2                   no age  0
    3  observed before the end  0
    4          no replay count  0
    5                 repeated  0
    """
    observations = observed_in(observations)
    return tally(left_out(observations), REASONS)


@keyless
def growth_quality(observations: Observations) -> pd.DataFrame:
    """
    Return what to know about curves of growth before you trust numbers from them.

    Returns
    -------
    frame
        `check, n, share, examples`: one row for each check, always all and in this order; `n` Spaces for which it
        holds, their `share` of all Spaces observed (`<NA>` if none), and up to five of their ids, joined by blanks
        (`<NA>` if none). The checks:

        - `no observation after the end`: nothing to draw, and no count at any age;
        - `observed once`: one count after the end, so no growth and no count at another age;
        - `plays fell`: a count below an earlier one. X does not say why; look at these Spaces before you compare them.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> sk.stats.growth_quality(observations)[["check", "n", "examples"]]
                              check  n       examples
    0  no observation after the end  0           <NA>
    1                 observed once  1  1SAMPLEoneHrs
    2                    plays fell  0           <NA>
    """
    observations = observed_in(observations)
    curves = curves_of(observations)
    points = np.diff(curves.first)
    checks = {
        "no observation after the end": points == 0,
        "observed once": points == 1,
        "plays fell": _fell(curves),
    }
    rows = [_checked(check, curves.ids[holds], len(curves.ids)) for check, holds in checks.items()]
    return frame({name: [row[name] for row in rows] for name in _CHECKS}, _CHECKS)


def _fell(curves: Curves) -> Bools:
    """Return whether the count of each Space ever fell."""
    fell: Bools = np.bincount(curves.spaces[falls(curves)], minlength=len(curves.ids)) > 0
    return fell


def _checked(check: str, ids: pd.Index[Any], n: int) -> dict[str, Any]:
    share = len(ids) / n if n else np.nan
    return {"check": check, "n": len(ids), "share": share, "examples": " ".join(ids[:_EXAMPLES]) or pd.NA}


@keyless
def typical_growth(
    observations: Observations,
    ages: Iterable[Span] = _AGES,
    *,
    observed_to: Span = "30D",
    max_gap: Span | None = None,
) -> pd.DataFrame:
    """
    Return how much of its final replay count the typical Space had reached at each age.

    Parameters
    ----------
    observations
        An `Archive`, or a table as its `observations` returns: any number of rows for each Space, in
        any order.
    ages
        Times since the end of a Space.
    observed_to
        A Space counts if its last observation is at least this old: what has been played after a day is no final count.
    max_gap
        As in `at_age`.

    Returns
    -------
    frame
        One row an age, in the order given:

        - `age`;
        - `n`: Spaces with a count at that age (by the rules of `at_age`), with plays, and observed long enough;
        - `share_median`, `share_q25`, `share_q75`: of count at that age / count at the last observation, over those
          `n` Spaces. `<NA>` where `n` is 0;
        - `final_age_median`: the median age of those `n` Spaces at their last observation.

        `frame.attrs` has `n`, the number of Spaces observed long enough and with plays; `left_out`, of the others that
        were observed after their end; `final_median`, the median final count of all those (NaN with none); and
        `final_age_median`, the median age of these counts (`NaT` with none).

    Raises
    ------
    TypeError
        `observations` is not a DataFrame.
    ValueError
        A span of time cannot be read, or a column is missing.

    Notes
    -----
    The final count is the last one seen, and plays may go on after it: of all plays that a Space will ever have, the
    share is smaller. An age near that of the last observation has a share near 1 for this reason alone: read
    `final_age_median`, and set `observed_to` well above the ages. Not all ages have the same Spaces, so a median may
    fall where no Space does; `n` shows it. Shares are above 1 where plays fell later.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> typical = sk.stats.typical_growth(observations)
    >>> typical.set_index("age")[["n", "share_q25", "share_median", "share_q75"]].round(2)
              n  share_q25  share_median  share_q75
    age
    1 days   18       0.31          0.58       0.71
    3 days   19       0.59          0.78       0.88
    7 days   19       0.78          0.88       0.95
    30 days  19       0.96          0.98       0.99
    """
    observations = observed_in(observations)
    curves = curves_of(observations)
    least = span("observed_to", observed_to)
    final, final_age = at(curves.counts, curves.last), at(curves.ages, curves.last).astype("timedelta64[ms]")
    known = (curves.last >= 0) & (final > 0) & (final_age >= least.to_timedelta64())
    wanted = [span("ages", age).floor("ms").as_unit("ms") for age in _several(ages)]
    rows = [
        _typical(age, counts_at(curves, age, max_gap)[known] / final[known], final_age[known])
        for age in wanted
    ]
    found = frame({name: [row[name] for row in rows] for name in _TYPICAL}, _TYPICAL)
    n = int(known.sum())
    middle = float(np.median(final[known])) if n else float("nan")
    found.attrs |= {"n": n, "left_out": int((curves.last >= 0).sum()) - n, "final_median": middle}
    found.attrs["final_age_median"] = pd.Series(final_age[known]).median()
    return found


def _several(ages: Any) -> list[Any]:
    """Return ages as a list; one alone is one, not an iterable of letters."""
    return [ages] if isinstance(ages, str) or not isinstance(ages, Iterable) else list(ages)


def _typical(age: pd.Timedelta, share: Floats, final_age: npt.NDArray[np.timedelta64]) -> dict[str, Any]:
    has = ~np.isnan(share)
    row = {"age": age, "n": int(has.sum()), "final_age_median": pd.Series(final_age[has]).median()}
    if has.any():
        low, middle, high = np.quantile(share[has], (0.25, 0.5, 0.75))
        row |= {"share_median": middle, "share_q25": low, "share_q75": high}
    return {name: row.get(name) for name in _TYPICAL}
