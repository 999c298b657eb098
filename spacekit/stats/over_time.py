"""Live and replay in each month, week or other period, as they are. No drawing."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from spacekit.arguments import check_whole
from spacekit.stats.ages import warn_of_ages
from spacekit.stats.columns import (
    COUNT,
    FLAG,
    NUMBER,
    SPAN,
    TEXT,
    frame,
    pick_spaces,
    repeated_rows,
    schema,
    zoned,
)
from spacekit.stats.groups import creator_keys
from spacekit.stats.measures import measures
from spacekit.stats.periods import Every, periods
from spacekit.tables.given import Spaces, spaces_in
from spacekit.words import keyless

_PARTS: Final = {"median": 0.5, "q25": 0.25, "q75": 0.75}
_STARTED: Final = schema(
    (TEXT, "space_id creator"),
    (COUNT, "place live replay"),
    (NUMBER, "share"),
    (SPAN, "age"),
    (TEXT, "left_out"),
)
_COUNTED: Final = ("n", "n_creators", "n_excluded")


@keyless
def over_time(spaces: Spaces, every: Every = "month", tz: str = "UTC", thin_below: int = 3) -> pd.DataFrame:
    """
    Return the median live listeners and replay plays of each month, week or other period.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`. Spaces without a start are in no period and are left out.
    every
        Length of a period: "month", "week", "quarter", "year", or anything that `trend_periods` takes.
    tz
        Time zone of the calendar.
    thin_below
        Periods with fewer Spaces to compare are marked as thin.

    Returns
    -------
    frame
        One row a period, from the first with a Space to the last, empty ones included: `period` (its start, in
        `tz`), `n` Spaces compared, `n_creators` of them, `n_excluded` (rows of the period that are not compared, see
        `measures`), `live_median, live_q25, live_q75` and the same for `replay`, `share_median`, `age_median` (when
        fetched), `thin`. Medians are `<NA>` where no Space is compared.

    Raises
    ------
    TypeError
        `spaces` is not a DataFrame.
    ValueError
        There is no such `every` or `tz`, `thin_below` is not a whole number, or a column is missing.

    Warns
    -----
    AgeWarning
        Ages when fetched are too far apart between Spaces or periods: of Spaces fetched on one day, the later ones had
        less time for plays. Take counts at the same age (`at_age`).

    Notes
    -----
    Medians of all Spaces, so they also move when other hosts go on air. `trend_periods` holds each Space against its
    creator's usual.

    Examples
    --------
    >>> import warnings
    >>> import spacekit as sk
    >>> with warnings.catch_warnings():  # some samples were fetched an hour after their end, others months
    ...     warnings.simplefilter("ignore", sk.AgeWarning)
    ...     months = sk.over_time(sk.sample_batch().spaces)
    >>> months[["period", "n", "live_median", "replay_median", "thin"]].tail(3)
                         period   n  live_median  replay_median   thin
    3 2026-04-01 00:00:00+00:00  17        559.0          310.0  False
    4 2026-05-01 00:00:00+00:00  17        385.0          583.0  False
    5 2026-06-01 00:00:00+00:00   1        323.0           34.0   True
    """
    spaces = spaces_in(spaces)
    started, starts = in_periods(spaces, every, tz)
    found = by_period(started, starts, thin_below)
    kept = started.left_out.isna() & started.place.notna()
    warn_of_ages("over_time", spaces, kept, started.place[kept])
    return found


def in_periods(
    spaces: pd.DataFrame, every: Every = "month", tz: str = "UTC"
) -> tuple[pd.DataFrame, pd.DatetimeIndex]:
    """Return the `place` of the period of each Space by place, its counts and why it is `left_out`; and the starts."""
    measured = measures(spaces).reset_index(drop=True)
    instants = _starts_of(spaces, tz)
    began = instants.notna()
    place, starts = periods(instants[began], every)
    columns = {
        "space_id": measured.space_id,
        "creator": creator_keys(spaces).array,
        "place": pd.Series(place, index=instants.index[began], dtype=COUNT).reindex(instants.index),
        **{name: measured[name] for name in ("live", "replay", "age")},
        "share": measured.replay_share,
        "left_out": measured.excluded.mask(measured.excluded.isna() & instants.isna(), "no start"),
    }
    return frame(columns, _STARTED), starts


def _starts_of(spaces: pd.DataFrame, tz: str) -> pd.Series[Any]:
    """Return when each Space started, by place; an older row of a Space has the start of the newest."""
    table = pick_spaces(spaces, "space_id started_at").reset_index(drop=True)
    older = pd.Series(repeated_rows(spaces))
    newest = table[~older].dropna(subset="space_id").set_index("space_id").started_at
    return zoned(table.started_at.mask(older, newest.reindex(table.space_id).array), tz)


def by_period(started: pd.DataFrame, starts: pd.DatetimeIndex, thin_below: int = 3) -> pd.DataFrame:
    """Return what `over_time` does, from what `in_periods` returns, without its warning."""
    check_whole("thin_below", thin_below, 0)
    dated = started[started.place.notna()]
    grouped = dated[dated.left_out.isna()].groupby("place")
    found = pd.DataFrame({"n": grouped.size(), "n_creators": grouped.creator.nunique()})
    found["n_excluded"] = dated[dated.left_out.notna()].groupby("place").size()
    for name in ("live", "replay"):
        for part, at in _PARTS.items():
            found[f"{name}_{part}"] = grouped[name].quantile(at)
    found["share_median"] = grouped.share.median()
    # Of known ages: pandas 2 takes a missing one for a number.
    known = dated[dated.left_out.isna() & dated.age.notna()]
    found["age_median"] = known.groupby("place").age.median()
    found = found.reindex(np.arange(len(starts))).assign(period=starts)
    found[[*_COUNTED]] = found[[*_COUNTED]].fillna(0)
    dtypes = schema(
        (pd.DatetimeTZDtype("ms", starts.tz), "period"),
        (COUNT, " ".join(_COUNTED)),
        (NUMBER, "live_median live_q25 live_q75 replay_median replay_q25 replay_q75 share_median"),
        (SPAN, "age_median"),
        (FLAG, "thin"),
    )
    return frame(found.assign(thin=found.n < thin_below), dtypes)
