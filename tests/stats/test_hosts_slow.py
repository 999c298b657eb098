"""How often intervals by partial pooling hold the truth, in simulations. Slow: run with `-m slow`."""

from collections.abc import Callable

import numpy as np
import pytest
from typed_spaces import counted

from spacekit import hosts
from spacekit.stats.pooling import Groups, Posterior, pool

RUNS = 2_000
MEAN = -1.0  # of log2(replay / live): half as many plays as live listeners

Floats = np.ndarray
Draw = Callable[[np.random.Generator, int], Floats]

VARIANCES: dict[str, Draw] = {  # of a host's Spaces, in squares of log2
    "equal": lambda _, n: np.ones(n),
    "50-fold": lambda rng, n: 50.0 ** rng.uniform(-0.5, 0.5, n),
    "1 or 50": lambda rng, n: 50.0 ** (rng.integers(0, 2, n) - 0.5),
}
SIZES: dict[str, Draw] = {
    "2 to 5": lambda rng, n: rng.integers(2, 6, n),
    "2": lambda _, n: np.full(n, 2),
    "5": lambda _, n: np.full(n, 5),
    "1 to 5": lambda rng, n: rng.integers(1, 6, n),
    "1 to 5, or 40": lambda rng, n: rng.choice([1, 2, 3, 4, 5, 40], n),
}
NORMAL: Draw = lambda rng, n: rng.standard_normal(n)  # noqa: E731  # a table of shapes, as above
SHAPES: dict[str, Draw] = {
    "normal": NORMAL,
    "t with 3 degrees": lambda rng, n: rng.standard_t(3, n) / 3**0.5,
    "Laplace": lambda rng, n: rng.laplace(0, 0.5**0.5, n),
    "exponential": lambda rng, n: rng.exponential(1, n) - 1,
    "lognormal": lambda rng, n: np.exp(0.8 * rng.standard_normal(n)) - np.exp(0.32),
}

# hosts, Spaces each, spread between hosts, variances within
EVEN = [
    *[(n, "2 to 5", tau, variances) for variances in VARIANCES for n in (5, 12, 40) for tau in (1.0, 2.0)],
    (3, "2 to 5", 1.0, "50-fold"),
    (100, "2 to 5", 1.0, "50-fold"),
    (40, "2 to 5", 0.3, "50-fold"),
    (12, "2", 1.0, "50-fold"),
    (12, "5", 1.0, "50-fold"),
    (12, "1 to 5, or 40", 1.0, "50-fold"),
    (40, "1 to 5, or 40", 1.0, "50-fold"),
]
WIDE = [
    (5, "2 to 5", 0.3, "50-fold"),
    (12, "2 to 5", 0.3, "50-fold"),
    (12, "2 to 5", 0.3, "1 or 50"),
    (12, "2 to 5", 0.0, "50-fold"),
]
ODD = [  # shapes of levels and of Spaces, and the least coverage that is still held
    ("t with 3 degrees", "normal", 0.93),
    ("exponential", "normal", 0.93),
    ("normal", "t with 3 degrees", 0.93),
    ("normal", "Laplace", 0.93),
    ("normal", "lognormal", 0.88),
]


class Run:
    """Made-up values of hosts and what is found in them."""

    def __init__(
        self,
        rng: np.random.Generator,
        n: int,
        sizes: str,
        tau: float,
        variances: str,
        between: Draw,
        within: Draw,
    ):
        self.levels = MEAN + tau * between(rng, n)
        self.codes = np.repeat(np.arange(n), SIZES[sizes](rng, n))
        spread = np.sqrt(VARIANCES[variances](rng, n))
        self.values = self.levels[self.codes] + spread[self.codes] * within(rng, len(self.codes))

    def posterior(self) -> Posterior:
        """Return what is known of the levels."""
        found = pool(
            Groups.of(self.values, self.codes, np.zeros(len(self.codes))), np.ones((len(self.levels), 1))
        )
        assert found is not None
        return found

    def medians(self) -> Floats:
        """Return the median of each host's own values."""
        order = np.lexsort((self.values, self.codes))
        n = np.bincount(self.codes)
        first = np.cumsum(n) - n
        ordered = self.values[order]
        medians: Floats = (ordered[first + (n - 1) // 2] + ordered[first + n // 2]) / 2
        return medians


def share(level: Floats) -> Floats:
    """Return the replay share of a log ratio."""
    shares: Floats = 1 / (1 + 2.0**-level)
    return shares


def simulate(
    n: int, sizes: str, tau: float, variances: str, between: Draw = NORMAL, within: Draw = NORMAL
) -> tuple[float, float, float]:
    """Return coverage of levels, coverage of ranks (of 200 runs), and error of estimates over that of medians."""
    rng = np.random.default_rng(11)
    held, ranked, ours, theirs = [], [], 0.0, 0.0
    for place in range(RUNS):
        run = Run(rng, n, sizes, tau, variances, between, within)
        posterior, truth = run.posterior(), share(run.levels)
        low, middle, high = posterior.quantiles((0.025, 0.5, 0.975))
        held.append(((low <= run.levels) & (run.levels <= high)).mean())
        ours += ((share(middle) - truth) ** 2).sum()
        theirs += ((share(run.medians()) - truth) ** 2).sum()
        if place < 200:
            first, last = posterior.ranks(0.95)
            rank = 1 + np.argsort(np.argsort(-run.levels))
            ranked.append(((first <= rank) & (rank <= last)).mean())
    found = float(np.mean(held)), float(np.mean(ranked)), float(np.sqrt(ours / theirs))
    print(f"{n} hosts of {sizes}, between {tau}, within {variances}: ", end="")
    print(f"held {found[0]:.3f}, ranks {found[1]:.3f}, error {found[2]:.2f}")
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("n", "sizes", "tau", "variances"), EVEN)
def test_intervals_cover(n: int, sizes: str, tau: float, variances: str) -> None:
    """95 % intervals hold 93 to 97 % of levels, ranges of ranks 93 % or more, and estimates beat raw medians by 5 %."""
    held, ranked, error = simulate(n, sizes, tau, variances)
    assert 0.93 <= held <= 0.97
    assert ranked >= 0.93
    assert error < 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("n", "sizes", "tau", "variances"), WIDE)
def test_hosts_much_alike_err_on_the_wide_side(n: int, sizes: str, tau: float, variances: str) -> None:
    """Where few hosts differ by much less than their Spaces, intervals are too wide, and half as far off as medians."""
    held, ranked, error = simulate(n, sizes, tau, variances)
    assert held >= 0.93
    assert ranked >= 0.93
    assert error < 0.75


@pytest.mark.slow
@pytest.mark.parametrize(("between", "within", "least"), ODD)
def test_other_shapes(between: str, within: str, least: float) -> None:
    """Heavy tails and skew between hosts, and heavy tails within them, change little; skew within costs 5 points."""
    held, _, error = simulate(40, "2 to 5", 1.0, "50-fold", SHAPES[between], SHAPES[within])
    assert least <= held <= 0.97
    assert error < 0.95


@pytest.mark.slow
def test_counts_cover() -> None:
    """Counts with zeros, read by `hosts` itself: 95 % intervals hold the true shares in 93 to 97 % (500 runs)."""
    rng = np.random.default_rng(12)
    held = []
    for _ in range(500):
        run = Run(rng, 20, "2 to 5", 1.0, "50-fold", NORMAL, NORMAL)
        live = np.rint(2 ** rng.uniform(4, 12, len(run.codes)))
        replay = rng.poisson(live * 2**run.values)
        names = [f"{code:02d}" for code in run.codes]
        kept = live + replay > 0
        found = hosts(
            counted(live[kept].astype(int).tolist(), replay[kept].tolist(), [*np.array(names)[kept]])
        )
        truth = share(run.levels)[found.creator_id.astype(int)]
        held.append(((found.low <= truth) & (truth <= found.high)).mean())
    print(f"counts: held {np.mean(held):.3f}")
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.slow
@pytest.mark.parametrize("variances", ["equal", "50-fold"])
@pytest.mark.parametrize(
    ("n", "sizes"),
    [(12, "1 to 5"), (30, "1 to 5"), (100, "1 to 5"), (12, "1 to 5, or 40"), (30, "1 to 5, or 40")],
)
def test_nobody_is_named_who_is_on_the_line(n: int, sizes: str, variances: str) -> None:
    """Where all creators are on the line, anyone is called off it in less than 5 % of runs."""
    rng = np.random.default_rng(13)
    named = 0
    for _ in range(RUNS):
        run = Run(rng, n, sizes, 0.0, variances, NORMAL, NORMAL)
        x = np.sort(rng.normal(0, 3, n))
        design = np.column_stack([np.ones(n), x])
        found = pool(
            Groups.of(run.values + 0.9 * x[run.codes], run.codes, np.zeros(len(run.codes))),
            design,
            residual=True,
        )
        assert found is not None
        low, high = found.quantiles((0.025, 0.975))
        named += bool(((low > 0) | (high < 0)).any())
    print(f"{n} creators of {sizes}, {variances}: anyone named in {named / RUNS:.3f}")
    assert named / RUNS < 0.05


@pytest.mark.slow
def test_who_is_named_is_on_the_right_side() -> None:
    """Where creators differ from the line, at most 2.5 % of all are called off it on the wrong side."""
    rng = np.random.default_rng(14)
    wrong = named = 0
    for _ in range(RUNS):
        run = Run(rng, 30, "1 to 5", 0.5, "50-fold", NORMAL, NORMAL)
        x = np.sort(rng.normal(0, 3, 30))
        off = run.levels - MEAN
        design = np.column_stack([np.ones(30), x])
        found = pool(
            Groups.of(run.values + 0.9 * x[run.codes], run.codes, np.zeros(len(run.codes))),
            design,
            residual=True,
        )
        assert found is not None
        low, high = found.quantiles((0.025, 0.975))
        named += int(((low > 0) | (high < 0)).sum())
        wrong += int(((low > 0) & (off < 0) | (high < 0) & (off > 0)).sum())
    print(f"named {named / 30 / RUNS:.4f} of creators, {wrong / max(named, 1):.3f} of them on the wrong side")
    assert named > 0
    assert wrong / 30 / RUNS < 0.025
