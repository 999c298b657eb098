"""How often intervals of `within_host` hold the truth, in simulations whose truth is known. Run with `-m slow`."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, T0, counted

from spacekit import stats
from spacekit.stats.usual import against_usual

RUNS = 1_000
CASES = {
    "alike": (20, 0.0),
    "hosts differ in their weekdays": (20, 0.5),
    "few hosts": (8, 0.0),
    "many hosts": (60, 0.5),
}


def simulated(hosts: int, own: float, seed: int) -> pd.DataFrame:
    """
    Return RUNS tables of made-up Spaces as one: hosts with 4 to 40 Spaces, on Tuesdays with twice the audience.

    `own` is the spread of what single hosts add to that, in doublings.
    """
    rng = np.random.default_rng(seed)
    sizes = np.round(4 * 10 ** (np.arange(hosts) / (hosts - 1))).astype(int)
    host = np.repeat(np.arange(RUNS * hosts), np.tile(sizes, RUNS))
    run, day = host // hosts, rng.integers(0, 2, len(host))
    effect = 1 + own * rng.standard_normal(RUNS * hosts)
    level = rng.uniform(8, 16, RUNS * hosts)
    live = 2 ** (level[host] + effect[host] * day + 0.7 * rng.standard_normal(len(host)))
    counts = live.round().astype(int).tolist()
    starts = (T0 + DAY * day).tolist()
    return counted(counts, counts, host.astype(str).tolist(), started_at=starts).assign(run=run)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_intervals_within_hosts_cover(case: str) -> None:
    """95 % intervals hold the median change in 93 to 99 % of 1,000 runs; that over all runs is the truth."""
    spaces = simulated(*CASES[case], seed=5)
    found = stats.within_host(spaces, by=["run", "weekday"])
    single = against_usual(spaces, None, spaces.run.astype(str) + spaces.started_at.dt.day_name())
    truth = single.live_change.groupby(spaces.started_at.dt.day_name()).median()
    for day, median in truth.items():
        rows = found[found.group.str.endswith(day)]
        held = float(((rows.live_low <= median) & (rows.live_high >= median)).mean())
        print(f"{case}, {day}: change {median:.2f}, held {held:.3f}")
        assert 0.93 <= held <= 0.99
