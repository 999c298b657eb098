"""Statistics of `spacekit.stats`: beside scipy's bootstrap and numpy's interpolation, and on large tables."""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import stats as scipy_stats

from bench.harness import Row, Target, compare, measure
from scripts.make_samples import make_spaces
from spacekit import normalize, stats
from spacekit.samples import SAMPLE_TIME
from spacekit.stats.medians import median_interval
from spacekit.stats.pieces import pieces
from spacekit.stats.spearman import spearman

SPACES = 100_000
DRAWN = 500
RESAMPLES = 2_000
CONFIDENCE = 0.95

Interval = tuple[float, float]


def scipy_interval(columns: tuple[np.ndarray, ...], statistic: object, **options: object) -> Interval:
    """Return scipy's bootstrap interval; it resamples rows, so it compares where each creator has one Space."""
    found = scipy_stats.bootstrap(
        columns,
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(0),
        **options,
    )
    return tuple(found.confidence_interval)


def rho(x: np.ndarray, y: np.ndarray) -> float:
    """Spearman's rho as scipy has it."""
    return float(scipy_stats.spearmanr(x, y).statistic)


def close(ours: Interval, theirs: Interval) -> None:
    """Check that the ends agree but for the chance of resampling."""
    assert np.allclose(ours, theirs, atol=0.02), f"{ours} and {theirs}"


def same_counts(ours: pd.DataFrame, theirs: dict[str, float]) -> None:
    """Check that each Space has the same count, to the whole number."""
    counts = ours.total_replay_watched.to_numpy(dtype=float, na_value=np.nan)
    assert np.allclose(counts, [theirs[i] for i in ours.space_id], atol=0.51, equal_nan=True)


def by_interp(observations: pd.DataFrame, age: pd.Timedelta) -> dict[str, float]:
    """Interpolate Space by Space with numpy, over log(1 h + age)."""
    known = observations.dropna(subset=["age", "total_replay_watched"])
    known = known[known.age >= pd.Timedelta(0)].sort_values("age")
    found = dict.fromkeys(observations.space_id.unique(), np.nan)
    for space_id, curve in known.groupby("space_id"):
        hours = curve.age.dt.total_seconds().to_numpy()
        counts = curve.total_replay_watched.to_numpy(dtype=float)
        ages = np.log1p(np.append(age.total_seconds(), hours) / 3600)
        found[space_id] = np.interp(ages[0], ages[1:], counts, left=np.nan, right=np.nan)
    return found


def observations_of(spaces: pd.DataFrame) -> pd.DataFrame:
    """Make observations of each Space at two ages, as `Archive.observations` has them."""
    now = spaces.assign(age=spaces["fetched_at"] - spaces["ended_at"])
    before = now.assign(
        age=(now["age"] / 2).astype(now["age"].dtype),
        fetched_at=now["fetched_at"] - now["age"] / 2,
        total_replay_watched=now["total_replay_watched"] // 2,
    )
    return pd.concat([before, now], ignore_index=True)


def tells_all(table: pd.DataFrame) -> None:
    """Check that every Space is in one group, compared or excluded."""
    assert table.n.sum() + table.n_excluded.sum() == SPACES


def rows() -> Iterator[Row]:
    """Intervals beside scipy's, counts at an age beside numpy's, then large tables."""
    rng, creators, unknown = np.random.default_rng(0), np.arange(DRAWN), np.full(DRAWN, np.nan)
    x = rng.standard_normal(DRAWN)
    y = x + rng.standard_normal(DRAWN)
    yield compare(
        f"interval of a median, {DRAWN} Spaces",
        lambda: tuple(median_interval(x, pieces(0 * creators, creators, unknown, 1), CONFIDENCE)[:, 0]),
        lambda: scipy_interval((x,), np.median),
        check=close,
        target=Target(times_as_fast=2),
    )
    yield compare(
        f"interval of Spearman's rho, {DRAWN} Spaces",
        lambda: tuple(spearman(x, y, pieces(0 * creators, creators, unknown, 1), CONFIDENCE)[1:, 0]),
        lambda: scipy_interval((x, y), rho, paired=True, vectorized=False),
        check=close,
        target=Target(times_as_fast=5),
        repeats=3,
    )
    spaces = normalize(make_spaces(SPACES), fetched_at=SAMPLE_TIME).spaces
    seen, age = observations_of(spaces[:10_000]), pd.Timedelta("30D")
    yield compare(
        f"at_age, {len(seen):,} observations",
        lambda: stats.at_age(seen, age, "3650D"),
        lambda: by_interp(seen, age),
        check=same_counts,
        target=Target(times_as_fast=5),
    )
    for by, limit in ((None, 3.0), ("weekday", 4.0), ("host", 4.0)):  # about 10,000 hosts
        yield measure(
            f"compare by {by}, {SPACES:,} Spaces",
            lambda by=by: stats.summarise(spaces, by),
            check=tells_all,
            target=Target(under_s=limit),
        )
