"""Titles: true and plain for any numbers, also of one Space, none, ties and thin groups."""

from typing import Any

import pandas as pd
import pytest
from plotted import KINDS, table

from spacekit import plot, stats
from spacekit.plot import titles
from spacekit.stats.totals import Totals, furthest_hosts, totals


def of(n: int, live: int, replay: int, live_ahead: int, replay_ahead: int) -> Totals:
    """Return totals."""
    return Totals(n, live, replay, live_ahead, replay_ahead)


def groups(*rows: tuple[str, int, float]) -> pd.DataFrame:
    """Return groups with their number of Spaces and median share."""
    return pd.DataFrame(rows, columns=["group", "n", "share_median"])


def test_totals_are_those_of_measures(samples: pd.DataFrame) -> None:
    """Sums and leads are those of the Spaces that are compared."""
    measured = stats.measures(samples)
    kept = measured[measured["excluded"].isna()]
    found = totals(measured)
    assert (found.n, found.live, found.replay) == (len(kept), kept["live"].sum(), kept["replay"].sum())
    assert found.live_ahead == (kept["log2_ratio"].lt(0) | (kept["replay"].eq(0) & kept["live"].gt(0))).sum()
    assert found.share == pytest.approx(found.replay / (found.live + found.replay))


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        ((0, 0, 0, 0, 0), "No Space with both counts"),
        ((1, 1, 2_000, 0, 1), "1 live listener and 2,000 replay plays in one Space"),
        ((4, 8, 8, 0, 0), "As many replay plays as live listeners in all 4 Spaces"),
        ((4, 8, 8, 1, 1), "Live listeners and replay plays are each ahead in 1 of 4 Spaces"),
        ((4, 9, 8, 3, 1), "More live listeners than replay plays in 3 of 4 Spaces"),
        ((4, 9, 90, 0, 4), "More replay plays than live listeners in all 4 Spaces"),
    ],
)
def test_which_count_is_larger(numbers: tuple[int, int, int, int, int], title: str) -> None:
    """The larger count is named with its Spaces; ties are called ties."""
    assert titles.which_is_larger(of(*numbers)) == title


@pytest.mark.parametrize(
    ("numbers", "shares", "title"),
    [
        ((0, 0, 0, 0, 0), groups(), titles.NOTHING),
        ((1, 3, 1, 1, 0), groups(("a", 1, 0.25)), "Replays add 25 % of the counts of one Space"),
        (
            (9, 3, 1, 1, 0),
            groups(("a", 5, 0.9), ("b", 4, 0.1)),
            "Replays add 25 % of all counts taken together, and most of a's own",
        ),
        (
            (9, 3, 1, 1, 0),
            groups(("a", 5, 0.9), ("b", 4, 0.8)),
            "Replays add 25 % of all counts taken together",
        ),
        (
            (9, 3, 1, 1, 0),
            groups(("a", 2, 0.9), ("b", 4, 0.1)),
            "Replays add 25 % of all counts taken together",
        ),
        ((9, 3, 1, 1, 0), groups(("a", 9, 0.9)), "Replays add 25 % of all counts taken together"),
        (
            (9, 3, 1, 1, 0),
            groups(("no group", 5, 0.9), ("b", 4, 0.1)),
            "Replays add 25 % of all counts taken together",
        ),
    ],
)
def test_what_replays_add(numbers: tuple[int, int, int, int, int], shares: pd.DataFrame, title: str) -> None:
    """A group is named only if it is the only one of several, and has Spaces enough."""
    assert titles.added_by_replays(of(*numbers), shares) == title


def test_the_range_of_shares_names_both_ends() -> None:
    """The lowest and the highest median are named, thin groups never, and nothing where there are not two."""
    some = groups(("a", 5, 0.1), ("b", 4, 0.5), ("c", 1, 0.9), ("no group", 9, 0.99))
    assert titles.range_of_shares(some) == "Median replay share: 10 % (a) to 50 % (b)"
    assert titles.range_of_shares(groups(("a", 5, 0.1), ("b", 4, 0.1))) == (
        "The median replay share is 10 % in every group"
    )
    assert titles.range_of_shares(some.head(1)) == ""


def pooled(first: float, low: float, high: float, rank_high: int, last: float | None) -> pd.DataFrame:
    """Return two hosts as `stats.hosts` does."""
    rows = [
        {"n": 5, "share_median": first, "estimate": first, "low": low, "high": high, "rank_high": rank_high},
        {"n": 5, "share_median": last, "estimate": last, "low": 0.0, "high": 1.0, "rank_high": 2},
    ]
    return pd.DataFrame(rows)


def test_a_host_is_the_highest_only_where_its_rank_is_certain() -> None:
    """Where its range of ranks goes beyond the first place, no host is called the highest."""
    sure, unsure = pooled(0.8, 0.7, 0.9, 1, 0.1), pooled(0.8, 0.1, 0.9, 2, 0.1)
    assert titles.highest_host(sure, ["a", "b"]) == "a has the highest replay share: 80 % (70 to 90 %)"
    assert titles.highest_host(unsure, ["a", "b"]) == (
        "Replay shares of hosts: 10 to 80 %; no host is certain to be the highest"
    )
    none = sure.assign(estimate=pd.NA)
    assert titles.highest_host(none, ["a", "b"]) == "Median replay shares of 2 hosts: 10 to 80 %"
    assert titles.highest_host(none.head(1), ["a"]) == "Median replay share of a: 80 %"
    assert titles.highest_host(sure.head(0), []) == titles.NOTHING


@pytest.mark.parametrize(
    ("low", "high", "word"),
    [(0.1, 0.5, "more"), (-0.5, -0.1, "less"), (-0.1, 0.5, "none"), (None, None, "none")],
)
def test_a_link_needs_its_whole_interval_off_zero(low: Any, high: Any, word: str) -> None:
    """A title speaks of more or fewer only if the interval of rho is on one side of 0."""
    row = pd.Series({"spearman_low": low, "spearman_high": high})
    assert titles.go_together(row, "more", "less", "none") == word


def test_factors_are_read_together() -> None:
    """Factors in one sentence have the same number of decimals, two figures at least for the least."""
    assert titles.factors([-0.434, -1.06, 0.189]) == ["0.74", "0.48", "1.14"]
    assert titles.factors([-10.0, 1.0]) == ["0.00098", "2.00000"]
    assert titles.factors([7.0]) == ["128"]


@pytest.mark.parametrize("name", ["audience", "live_vs_replay", "replay_share", "ratio", "hosts", "duration"])
@pytest.mark.parametrize("kind", ["samples", *KINDS])
def test_titles_claim_no_cause(name: str, kind: str) -> None:
    """Titles of any table are a few words without a cause."""
    title = plot.CHARTS[name].function(table(name, kind)).get_title(loc="left")
    assert 5 < len(title) < 160
    assert not {"because", "cause", "effect", "due", "nan", "<NA>"} & set(title.lower().split())


def test_furthest_hosts_have_spaces_enough(samples: pd.DataFrame) -> None:
    """Named are hosts of three Spaces or more, the highest share first, whatever the order of the rows."""
    measured = stats.measures(samples)
    _, names = furthest_hosts(samples, measured)
    sizes = stats.group_labels(samples, "host")[measured["excluded"].isna()].value_counts()
    shares = stats.summarise(samples, "host").set_index("group")["share_median"]
    assert len(names) == 4
    assert sizes[names].min() >= 3
    assert shares[names].is_monotonic_decreasing
    mixed = samples.sample(frac=1, random_state=1)
    assert furthest_hosts(mixed, stats.measures(mixed))[1] == names


def test_factors_of_any_size_are_said() -> None:
    """A power of two that no float holds, or that fills lines, is no reason to fail."""
    assert titles.factors([5000.0, 40.0, 1.0]) == ["1e+301", "1e+12", "2.00"]
    assert titles.factors([-5000.0]) == ["0.000000"]
