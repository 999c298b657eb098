"""Size, coverage and power of `contrast`, in simulations whose truth is known. Run with `-m slow -s`."""

from dataclasses import dataclass

import numpy as np
import pytest

from spacekit.stats.differences import Differences
from spacekit.stats.pieces import pieces

RUNS = 2_000
CREATORS = (6, 8, 12, 30)
UNEQUAL = [(1, 1), (2, 2), (1, 4), (4, 1), (3, 5), (5, 3), (8, 13), (13, 8), (2, 9), (9, 2), (6, 6), (20, 20)]
OTHERS = [pair for one, _ in 2 * UNEQUAL for pair in ((one, 0), (0, one))]


@dataclass(frozen=True)
class Case:
    """
    Two groups: the Spaces of each creator in either, the part of the variance between creators, and that of what a
    creator has in one group only; `busy`: how much higher a creator is for each doubling of its Spaces.
    """

    name: str
    spaces: list[tuple[int, int]]
    alike: float
    own: float = 0.0
    busy: float = 0.0


def cases(n: int) -> list[Case]:
    """Return the kinds of pairs with n creators on either side."""
    half = n // 2
    return [
        Case(f"{n} and {n} others, 1 Space each", [(1, 0)] * n + [(0, 1)] * n, 0.0),
        Case(f"{n} and {n} others, 5 each, alike 0.3", [(5, 0)] * n + [(0, 5)] * n, 0.3),
        *(Case(f"the same {n}, 5 each, alike {alike}", [(5, 5)] * n, alike) for alike in (0.0, 0.3, 0.7)),
        Case(f"the same {n}, 1 each, alike 0.7", [(1, 1)] * n, 0.7),
        Case(f"the same {n}, 5 each, alike 0.3 and 0.3 in a group", [(5, 5)] * n, 0.3, 0.3),
        Case(f"half of {n} the same, 5 each, alike 0.7", [(5, 5)] * half + [(5, 0), (0, 5)] * half, 0.7),
    ]


CASES = [
    *(case for n in CREATORS for case in cases(n)),
    Case("8 and 30 others, 5 each, alike 0.3", [(5, 0)] * 8 + [(0, 5)] * 30, 0.3),
    Case("the same 12, 1 to 20, alike 0.5", UNEQUAL, 0.5),
    Case("the same 12, 1 to 20, busy 0.5", UNEQUAL, 0.5, busy=0.5),
    Case("24 and 24 others, 1 to 20, busy 0.5", OTHERS, 0.5, busy=0.5),
]


def differences(case: Case, apart: float, seed: int = 3) -> Differences:
    """Return the differences of all runs; the first group is higher by `apart` standard deviations."""
    rng = np.random.default_rng(seed)
    counts = np.array(case.spaces).T
    creators = counts.shape[1]
    creator = np.concatenate([np.repeat(np.arange(creators), count) for count in counts])
    side = np.repeat([0, 1], counts.sum(axis=1))
    level = np.sqrt(case.alike) * rng.standard_normal((RUNS, creators)) + case.busy * np.log2(
        counts.sum(axis=0)
    )
    own = np.sqrt(case.own) * rng.standard_normal((RUNS, 2, creators))
    rest = np.sqrt(1 - case.alike - case.own) * rng.standard_normal((RUNS, len(creator)))
    values = level[:, creator] + own[:, side, creator] + rest + apart * (side == 0)
    group = (2 * np.arange(RUNS)[:, None] + side).ravel()
    of = pieces(group, np.tile(creator, RUNS), np.full(group.size, np.nan), 2 * RUNS)
    return Differences(values.ravel(), of, 2 * np.arange(RUNS), 2 * np.arange(RUNS) + 1)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_size_and_coverage(case: Case) -> None:
    """The 5 % test rejects equal medians in 5 % of runs or fewer (and a half by chance); intervals hold as often."""
    null, apart = differences(case, 0.0), differences(case, 0.8, seed=4)
    p = null.p_values(0.95)
    low, high = apart.interval(np.full(RUNS, 0.95))
    held, power = ((low <= 0.8) & (high >= 0.8)).mean(), ((low > 0) | (high < 0)).mean()
    size, small = (p < 0.05).mean(), (p < 0.01).mean()
    print(f"\n| {case.name} | {size:.1%} | {small:.1%} | {held:.1%} | {power:.0%} |", end="")
    assert size <= 0.06
    assert small <= 0.015
    assert held >= 0.94


def drawn_sizes(creators: int, *, same: bool, seed: int = 5) -> tuple[float, float]:
    """
    Return how many of the pairs have a test, and how many of those reject equal medians.

    Creators have 1 to 60 Spaces, drawn for each run, and a higher share for each doubling; either group has its own, or
    the Spaces of the same creators are shared out.
    """
    rng = np.random.default_rng(seed)
    sizes = np.floor(np.exp(rng.uniform(0, np.log(61), (RUNS, 2, creators)))).astype(int)
    level = np.log(sizes) + np.sqrt(0.5) * rng.standard_normal(sizes.shape)
    number = np.broadcast_to(np.arange(2 * creators).reshape(2, creators), sizes.shape)
    if same:
        level, number = (np.repeat(of[:, :1], 2, axis=1) for of in (level, number))
        sizes = rng.poisson(np.repeat(sizes[:, :1], 2, axis=1) / 2)
    group = np.repeat(np.arange(2 * RUNS), sizes.sum(axis=2).ravel())
    creator, centre = (np.repeat(of.ravel(), sizes.ravel()) for of in (number, level))
    values = centre + np.sqrt(0.5) * rng.standard_normal(len(centre))
    of = pieces(group, creator, np.full(len(group), np.nan), 2 * RUNS)
    enough = ~of.too_few(0.95)
    kept, rows = of.of_groups(enough)
    both, place = enough[::2] & enough[1::2], np.cumsum(enough) - 1
    found = Differences(values[rows], kept, place[::2][both], place[1::2][both])
    low, high = found.interval(np.full(both.sum(), 0.95))
    return float(both.mean()), float(((low > 0) | (high < 0)).mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("creators", "same", "most"),
    [
        (10, False, 0.1),
        (20, False, 0.06),
        (60, False, 0.06),
        (10, True, 0.06),
        (20, True, 0.06),
        (60, True, 0.06),
    ],
)
def test_sizes_that_go_with_the_outcome(creators: int, same: bool, most: float) -> None:
    """Where busy creators have a higher share, the test keeps its size but for 10 creators, of whom few are busy."""
    given, size = drawn_sizes(creators, same=same)
    who = f"the same {creators}" if same else f"{creators} and {creators} others"
    print(f"\n| {who}, drawn from 1 to 60, busy 0.7 | {given:.0%} | {size:.1%} |", end="")
    assert size <= most
