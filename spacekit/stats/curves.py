"""The replay count of each Space against its age, as arrays, and the count at an age between two observations."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from spacekit.arguments import Span, milliseconds, span
from spacekit.stats.columns import pick_observations
from spacekit.stats.ranks import Bools, Floats, Ints
from spacekit.tables import first_reason, has_ended

REASONS: Final = ("no id", "not ended", "no age", "observed before the end", "no replay count", "repeated")
"""Why an observation is no point of a curve, in the order in which the reasons are tried."""

_READ: Final = "space_id age total_replay_watched"
_WIDEST: Final = 2
"""The widest gap between two observations, as a multiple of the age between them, unless the caller says otherwise."""

_SCALE_MS: Final = (
    3_600_000.0  # plays grow about evenly with log(1 h + age): of the scales tried, it errs least
)


class Curves(NamedTuple):
    """
    The points of all Spaces, by Space, then by age.

    Attributes
    ----------
    ids
        Every Space that was observed, sorted, also those without a point.
    first
        The place of each Space's first point; one more entry for the end.
    rows
        The row of the table that each point came from.
    ages
        In milliseconds.
    counts
        Replay plays.
    codes, row_ages
        Of each row of the table: the place of its Space in `ids`, -1 without; its age, below 0 where missing.
    """

    ids: pd.Index[Any]
    first: Ints
    rows: Ints
    ages: Ints
    counts: Ints
    codes: Ints
    row_ages: Ints

    @property
    def spaces(self) -> Ints:
        """The place in `ids` of each point's Space."""
        return np.repeat(np.arange(len(self.ids)), np.diff(self.first))

    @property
    def last(self) -> Ints:
        """The place of each Space's last point; -1 where it has none."""
        return np.where(np.diff(self.first) > 0, self.first[1:] - 1, -1)


class Bracket(NamedTuple):
    """The points of each Space around one age: places of the last up to it and the first from it on, -1 if none."""

    before: Ints
    after: Ints
    close: Bools
    """Whether there are both, near enough to each other."""


def curves_of(observations: pd.DataFrame) -> Curves:
    """Return the curves of a table of observations; of several counts at one age, the greatest."""
    table = pick_observations(observations, _READ)
    codes, ids = pd.factorize(table.space_id, sort=True)
    ages = table.age.to_numpy().astype(np.int64)  # missing ones come out below 0
    counts = table.total_replay_watched.to_numpy(np.int64, na_value=-1)
    sound = np.flatnonzero((codes >= 0) & (ages >= 0) & (counts >= 0))
    rows = sound[np.lexsort((counts[sound], ages[sound], codes[sound]))]
    repeated = (codes[rows][1:] == codes[rows][:-1]) & (ages[rows][1:] == ages[rows][:-1])
    rows = rows[~np.append(repeated, False)] if len(rows) else rows
    first = np.searchsorted(codes[rows], np.arange(len(ids) + 1))
    return Curves(ids, first, rows, ages[rows], counts[rows], codes, ages)


def left_out(observations: pd.DataFrame) -> pd.Series[Any]:
    """Return why each observation is no point of a curve, missing where it is one."""
    table = pick_observations(observations, _READ).reset_index(drop=True)
    point = np.zeros(len(table), dtype=bool)
    point[curves_of(observations).rows] = True
    early, unknown = table.age < pd.Timedelta(0), table.age.isna()
    going = unknown & ~_over(observations)
    tests = (table.space_id.isna(), going, unknown, early, table.total_replay_watched.isna(), ~point)
    sound = {name: pd.Series(test) for name, test in zip(REASONS, tests, strict=True)}
    return first_reason(sound, table.index)


def _over(observations: pd.DataFrame) -> Bools:
    """Return which Spaces were over when observed, with or without an `ended_at`; all of them without a `state`."""
    if "state" not in observations:
        return np.ones(len(observations), dtype=bool)
    known = observations if "ended_at" in observations else observations.assign(ended_at=None)
    return has_ended(pick_observations(known, "state ended_at")).to_numpy(dtype=bool)


def bracket(curves: Curves, age: pd.Timedelta, max_gap: Span | None = None) -> Bracket:
    """Return the points around an age; those too far apart are not close. A point at that age is both."""
    wanted = milliseconds(age)
    gap = _WIDEST * wanted if max_gap is None else milliseconds(span("max_gap", max_gap))
    upto = np.append(0, np.cumsum(curves.ages <= wanted))
    before = curves.first[:-1] + upto[curves.first[1:]] - upto[curves.first[:-1]] - 1
    has_before = before >= curves.first[:-1]
    exact = has_before & (at(curves.ages, before) == wanted)
    after = np.where(exact, before, before + 1)
    has_after = after < curves.first[1:]
    apart = at(curves.ages, after) - at(curves.ages, before)
    close = has_before & has_after & (apart <= gap)
    return Bracket(np.where(has_before, before, -1), np.where(has_after, after, -1), close)


def gained_by(curves: Curves, found: Bracket, age: pd.Timedelta) -> Floats:
    """
    Return the plays gained from the point before to an age, on a straight line over log(1 h + age); NaN if not close.

    The sum with the count before is left to the caller: it stays exact where that is a whole number.
    """
    low, high = (_scaled(at(curves.ages, place)) for place in (found.before, found.after))
    part = (_scaled(milliseconds(age)) - low) / np.where(high > low, high - low, 1.0)
    gained = (at(curves.counts, found.after) - at(curves.counts, found.before)) * part
    return np.where(found.close, gained, np.nan)


def counts_at(curves: Curves, age: pd.Timedelta, max_gap: Span | None = None) -> Floats:
    """Return the replay count of each Space at an age, not rounded; NaN where the points around it are not close."""
    found = bracket(curves, age, max_gap)
    return at(curves.counts, found.before) + gained_by(curves, found, age)


def falls(curves: Curves) -> Bools:
    """Return whether the count of each point is below that of the Space's point before it."""
    same: Bools = np.diff(curves.spaces, prepend=-1) == 0
    return same & (np.diff(curves.counts, prepend=0) < 0)


def _scaled(ages: Any) -> Any:
    return np.log1p(ages / _SCALE_MS)


def at(values: Ints, places: Ints) -> Ints:
    """Return the values at places, 0 at those outside."""
    inside = (places >= 0) & (places < len(values))
    found = np.zeros(len(places), dtype=values.dtype)
    found[inside] = values[places[inside]]
    return found
