"""How far a count read between two observations is off, by the gap: over log(1 h + age), and over age."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from spacekit.stats.curves import bracket, counts_at, curves_of

N = 4_000  # Spaces of each kind on each schedule
HOURS = {"1D": 24.0, "3D": 72.0, "7D": 168.0, "30D": 720.0}
USUAL = np.array([1, 6, 24, 48, 72, 168, 336, 720.0])  # those of `Schedule`
GAPS = (0.0, 0.5, 1.0, 2.0, 5.0, np.inf)  # as multiples of the age
MOST = {  # of the error in each bin: the median, and what nine of ten stay below
    "0 to 0.5": (0.002, 0.02),
    "0.5 to 1": (0.004, 0.03),
    "1 to 2": (0.03, 0.13),
    "2 to 5": (0.12, 0.40),
}
Curve = Callable[[np.ndarray], np.ndarray]


def curves(rng: np.random.Generator) -> Iterator[tuple[str, Curve]]:
    """Yield kinds of growth: plays of N Spaces at ages in hours."""

    def drawn(low: float, high: float) -> np.ndarray:
        return rng.uniform(low, high, (N, 1))

    size, slow = 10 ** drawn(1.5, 4), 24 * 2 ** rng.normal(0, 1.5, (N, 1))
    power, start, width, height = drawn(0.15, 0.6), 24 * 10 ** drawn(0, 1.5), drawn(3, 24), drawn(0.2, 1.5)

    def hyperbolic(t: np.ndarray) -> np.ndarray:
        return 1 - (1 + t / slow) ** -0.8

    def again(t: np.ndarray) -> np.ndarray:
        return height * np.where(t > start, 1 - np.exp(-np.maximum(t - start, 0) / width), 0)

    yield "saturating exponential", lambda t: size * (1 - np.exp(-t / (2 * slow)))
    yield "saturating hyperbolic", lambda t: size * hyperbolic(t)
    yield "power of age", lambda t: size * (t / 720) ** power
    yield "logarithm of age", lambda t: size * np.log1p(8 * t / slow) / np.log1p(8 * 720 / slow)
    yield "with a burst after 1 to 30 days", lambda t: size * (hyperbolic(t) + again(t))


def schedules(rng: np.random.Generator) -> Iterator[tuple[str, np.ndarray]]:
    """Yield ages in hours at which each of N Spaces is observed, NaN where it is not."""
    late = USUAL * (1 + 0.06 * rng.random((N, len(USUAL))))
    last = 24 * rng.uniform(31, 145, (N, 1))
    usual = np.hstack([late, last])
    missed = np.where(rng.random(usual.shape) < 0.4, np.nan, usual)
    yield "refresh", usual
    yield "refresh, four of ten missed", np.hstack([usual[:, :1], missed[:, 1:-1], last])
    yield "once a day", rng.uniform(0.5, 24, (N, 1)) + 24 * np.arange(60)
    yield "once a week", rng.uniform(0.5, 168, (N, 1)) + 168 * np.arange(10)
    yield "four times in 60 days", np.sort(10 ** rng.uniform(0, np.log10(24 * 60), (N, 4)), axis=1)
    yield "first and last only", np.hstack([usual[:, :1], last])


def observed(ages: np.ndarray, plays: np.ndarray) -> pd.DataFrame:
    """Return a table of observations; counts are whole."""
    known = ~np.isnan(ages)
    return pd.DataFrame(
        {
            "space_id": np.repeat([f"{i:06d}" for i in range(len(ages))], known.sum(axis=1)),
            "age": pd.to_timedelta((ages[known] * 3_600_000).round(), unit="ms"),
            "total_replay_watched": np.floor(plays[known]).astype(np.int64),
        }
    )


def one_case(curve: Curve, ages: np.ndarray, age: str) -> pd.DataFrame:
    """Return for each Space the gap as a multiple of the age, what is read over it, and what linear reading errs."""
    table = observed(ages, curve(np.nan_to_num(ages, nan=1.0)))
    seen, wanted = curves_of(table), pd.Timedelta(age)
    found = bracket(seen, wanted, "3650D")
    low, high = (seen.ages[place] / 3_600_000 for place in (found.before, found.after))
    part = (HOURS[age] - low) / np.where(high > low, high - low, 1)
    before, after = seen.counts[found.before], seen.counts[found.after]
    truth = curve(np.full((N, 1), HOURS[age]))[:, 0]
    rows = {
        "gap": (high - low) / HOURS[age],
        "new": counts_at(seen, wanted, "3650D") / truth - 1,
        "old": (before + (after - before) * part) / truth - 1,
        "kept": np.isfinite(counts_at(seen, wanted)),
    }
    return pd.DataFrame(rows)[found.close & (truth >= 20)]


@pytest.fixture(scope="module")
def errors() -> pd.DataFrame:
    """Relative errors of every kind of curve on every schedule at four ages."""
    rng, cases = np.random.default_rng(0), []
    for kind, curve in curves(rng):
        for schedule, ages in schedules(rng):
            for age in HOURS:
                names: dict[str, Any] = {"kind": kind, "schedule": schedule, "age": age}
                cases.append(one_case(curve, ages, age).assign(**names))
    return pd.concat(cases, ignore_index=True)


def summary(groups: Any) -> pd.DataFrame:
    """Return the median error and the one that nine of ten stay below, new and old."""
    return pd.DataFrame(
        {
            f"{name} {word}": groups[name].agg(lambda e, q=q: e.abs().quantile(q))
            for name in ("new", "old")
            for word, q in (("median", 0.5), ("90 %", 0.9))
        }
    ).assign(n=groups.size())


@pytest.mark.slow
def test_errors_by_gap(errors: pd.DataFrame) -> None:
    """Over gaps that are read by default the error stays small, and everywhere below that of a line over age."""
    names = [f"{low:g} to {high:g}" for low, high in pairwise(GAPS)]
    found = summary(
        errors.groupby(pd.cut(errors.gap, GAPS, labels=names, include_lowest=True), observed=True)
    )
    print("", found.round(3).to_string(), sep="\n")
    for name, (median, most) in MOST.items():
        assert found.loc[name, "new median"] < median
        assert found.loc[name, "new 90 %"] < most
    assert (found["new median"] <= found["old median"]).all()


@pytest.mark.slow
def test_errors_by_kind_of_curve(errors: pd.DataFrame) -> None:
    """No kind of growth is read far off over the gaps that are read by default; a burst in the gap is the worst."""
    found = summary(errors[errors.kept].groupby("kind"))
    print("", found.round(3).to_string(), sep="\n")
    assert (found["new 90 %"] < 0.08).all()


@pytest.mark.slow
def test_seven_days_by_schedule(errors: pd.DataFrame) -> None:
    """At 7 days, first and last observations are not read; the usual schedule keeps every Space."""
    week = errors[errors.age == "7D"].assign(old_ratio=lambda t: t.old + 1)
    groups = week.groupby("schedule")
    found = summary(week[week.kept].groupby("schedule")).reindex(groups.size().index)
    found = found.assign(kept=groups.kept.mean(), old_ratio=groups.old_ratio.median())
    print("", found.round(3).to_string(), sep="\n")
    assert found.kept["first and last only"] == 0
    assert found.kept["refresh"] == 1
    assert found.old_ratio["first and last only"] < 0.35
