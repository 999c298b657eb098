"""Many made-up tables of Spaces whose true median share is known, as one table with a column `run`."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats as scipy_stats
from typed_spaces import DAY, T0

from spacekit import fields

RUNS = 2_000
SPREAD_LIVE, SPREAD_RATIO = 2.0, 1.5  # standard deviations of log2
INSTANTS = ("created_at", "scheduled_start", "started_at", "ended_at", "fetched_at")


@dataclass(frozen=True, eq=False)
class Case:
    """
    A kind of group.

    `sizes` are those of its creators; or how many creators, and the most Spaces of one, drawn for each run: as often 1
    as 2 to 3 as 4 to 7, ...; or one in five of that size, the others of 1 to 5, with `rare`. `alike` is the part of the
    variance that lies between creators; `busy`, by how many standard deviations the log2 ratio rises with each doubling
    of a creator's Spaces; `follow`, the autocorrelation of a creator's Spaces in order of time, of which `noise` is the
    part of the variance that follows nothing; `shape`, that of the log2 ratios: normal, skewed or tied.
    """

    name: str
    sizes: list[int] | tuple[int, int]  # a tuple is drawn from
    alike: float = 0.0
    busy: float = 0.0
    follow: float = 0.0
    noise: float = 0.0
    rare: bool = False
    shape: str = "normal"


@dataclass(frozen=True)
class Drawn:
    """Spaces of all runs: the run and creator of each, and its two counts in log2."""

    run: np.ndarray
    creator: np.ndarray
    live: np.ndarray
    ratio: np.ndarray


def draw(case: Case, seed: int = 7, runs: int = RUNS) -> Drawn:
    """Draw the Spaces of many runs; the log2 ratio has a median of -1 where `busy` is 0."""
    rng = np.random.default_rng(seed)
    sizes = _sizes(case, runs, rng)
    creator = np.repeat(np.arange(len(sizes)), sizes)
    ratio = SPREAD_RATIO * (_normal(case, creator, rng) + case.busy * np.log2(sizes)[creator])
    shaped = {"normal": ratio, "skewed": np.expm1(0.3 * ratio) / 0.3, "tied": np.round(ratio)}[case.shape]
    live = 24 + SPREAD_LIVE * _normal(
        case, creator, rng
    )  # so large that rounding to whole counts moves no rank
    return Drawn(creator // (len(sizes) // runs), creator, live, shaped - 1)


def truth(case: Case) -> tuple[float, float]:
    """Return the true median share, and the true rho of live and replay, from very many Spaces."""
    drawn = draw(case, seed=1, runs=1_000_000 // _usual_rows(case))
    rho = scipy_stats.spearmanr(drawn.live, drawn.live + drawn.ratio).statistic
    median = np.median(drawn.ratio) if case.busy else -1.0
    return float(2**median / (1 + 2**median)), float(rho)


def table(drawn: Drawn) -> pd.DataFrame:
    """Return the Spaces as a `spaces` table with the column `run`, in order of time."""
    rows = range(len(drawn.run))
    counts = {"total_live_listeners": drawn.live, "total_replay_watched": drawn.live + drawn.ratio}
    values = {name: pd.array((2**logs).round(), dtype="Int64") for name, logs in counts.items()}
    values |= {
        "space_id": [*map(str, rows)],
        "creator_id": drawn.creator.astype(str),
        "state": ["Ended"] * len(rows),
    }
    made = {
        f.name: pd.Series(values.get(f.name, pd.NA), index=rows, dtype=object)
        for f in fields.TABLES["spaces"]
    }
    kept = {f.name: f.dtype for f in fields.TABLES["spaces"] if f.name not in INSTANTS}
    missing = pd.Series(pd.NaT, index=rows, dtype=fields.DTYPES["instant"])
    started = pd.Series(
        pd.to_datetime(T0 + DAY * np.arange(len(rows)) // 100, unit="ms", utc=True)
    ).dt.as_unit("ms")
    times = {**dict.fromkeys(INSTANTS, missing), "started_at": started}
    return pd.DataFrame(made).astype(kept).assign(**times, run=drawn.run)


def _usual_rows(case: Case) -> int:
    return sum(case.sizes) if isinstance(case.sizes, list) else 15 * case.sizes[0]


def _sizes(case: Case, runs: int, rng: np.random.Generator) -> np.ndarray:
    if isinstance(case.sizes, list):
        return np.tile(case.sizes, runs)
    creators, most = case.sizes
    if case.rare:
        return np.where(rng.random(creators * runs) < 0.2, most, rng.integers(1, 6, creators * runs))
    return np.floor(np.exp(rng.uniform(0, math.log(most + 1), creators * runs))).astype(int)


def _normal(case: Case, creator: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw standard normal values that are alike within creators, or follow each other."""
    noise = rng.standard_normal(len(creator))
    within, rest = noise.copy(), math.sqrt(1 - case.follow**2)
    if case.follow:
        for k in range(1, len(noise)):
            same = creator[k] == creator[k - 1]
            within[k] = case.follow * within[k - 1] + rest * noise[k] if same else noise[k]
    if case.noise:
        within = math.sqrt(1 - case.noise) * within + math.sqrt(case.noise) * rng.standard_normal(len(noise))
    between = rng.standard_normal(creator.max() + 1)[creator]
    return math.sqrt(case.alike) * between + math.sqrt(1 - case.alike) * within
