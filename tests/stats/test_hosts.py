"""Replay against live for each creator, by partial pooling."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, T0, counted

from spacekit import AgeWarning, hosts, samples, stats
from spacekit.stats.hosts import largest_hosts

ESTIMATES = ["estimate", "low", "high", "rank_low", "rank_high"]


def made_up(seed: int = 1, creators: int = 8) -> pd.DataFrame:
    """Return Spaces of creators with 1 to 5 Spaces and shares of their own, zeros among their counts."""
    rng = np.random.default_rng(seed)
    codes = np.repeat(np.arange(creators), rng.integers(1, 6, creators))
    live = rng.integers(5, 300, len(codes))
    replay = rng.poisson(
        live * 2.0 ** (np.linspace(-4, 2, creators)[codes] + rng.standard_normal(len(codes)))
    )
    return counted(live.tolist(), replay.tolist(), [f"{code:03d}" for code in codes])


def pooled(spaces: pd.DataFrame, **options: float) -> pd.DataFrame:
    """Return what `hosts` does, indexed by creator."""
    return hosts(spaces, **options).set_index("creator_id")


def test_one_row_a_creator_the_highest_first() -> None:
    """Each creator has one row, ordered by its estimate, which lies in its interval; so does its place in its range."""
    found = hosts(made_up())
    assert sorted(found.creator_id) == [f"{code:03d}" for code in range(8)]
    assert found.estimate.is_monotonic_decreasing
    assert ((found.low < found.estimate) & (found.estimate < found.high)).all()
    assert found[["low", "high"]].stack().between(0, 1).all()
    assert ((found.rank_low <= found.index + 1) & (found.index + 1 <= found.rank_high)).all()
    assert (found.rank_low >= 1).all()
    assert (found.rank_high <= 8).all()


def test_few_spaces_are_pulled_towards_all() -> None:
    """Of two creators whose own Spaces say the same, the one with fewer is nearer to all, with a wider interval."""
    live = [100] * 22
    replay = [
        20,
        25,
        30,
        24,
        36,
        20,
        28,
        33,
        30,
        21,
        800,
        600,
        500,
        900,
        700,
        650,
        700,
        750,
        690,
        710,
        700,
        690,
    ]
    creator = ["a"] * 4 + ["b"] * 3 + ["c"] * 3 + ["busy"] * 10 + ["rare"] * 2
    found = pooled(counted(live, replay, creator))
    assert found.estimate["rare"] < found.estimate["busy"] < found.share_median["rare"] + 0.02
    assert found.high["rare"] - found.low["rare"] > found.high["busy"] - found.low["busy"]


def test_a_single_space_has_an_interval() -> None:
    """A creator with one Space gets an estimate and the interval that the variance of others' Spaces calls for."""
    found = pooled(made_up())
    single = found[found.n == 1]
    assert len(single)
    assert single[ESTIMATES].notna().all(axis=None)
    assert (single.high - single.low).min() > 0.1


def test_equal_small_counts_are_not_certain() -> None:
    """Creators whose few Spaces have the same small counts still have an interval as wide as counting makes it."""
    live, replay = [4] * 20 + [9, 3, 7], [1] * 20 + [2, 2, 9]
    found = pooled(counted(live, replay, [*"aaaaabbbbbcccccddddd", "e", "e", "e"]))
    assert (found.high - found.low).min() > 0.1


def test_zeros_stay_in() -> None:
    """A half is added to both counts: a Space without a play counts as the lowest, and pulls its creator down."""
    live, replay, creator = [100] * 9, [30, 40, 50, 20, 30, 25, 50, 60, 0], list("aaabbbccc")
    with_zero = pooled(counted(live, replay, creator))
    without = pooled(counted(live[:-1], replay[:-1], creator[:-1]))
    assert with_zero.n["c"] == 3
    assert with_zero.estimate["c"] < without.estimate["c"]


def test_what_cannot_be_compared_is_left_out() -> None:
    """Excluded Spaces, repeated rows and Spaces without a creator change nothing but the number left out."""
    spaces = made_up()
    odd = counted([None, 9, 9], [1, None, 9], ["000", "001", None], space_id=["1A", "1B", "1C"])
    more = pd.concat([spaces, odd, spaces.iloc[:4]], ignore_index=True)
    found = hosts(more)
    pd.testing.assert_frame_equal(found, hosts(spaces))
    assert found.attrs["left_out"] == 7
    assert hosts(spaces).attrs["left_out"] == 0


def test_a_creator_without_a_space_to_compare_has_a_row() -> None:
    """It stands last with n = 0 and nothing else, and changes nothing for the others."""
    spaces = made_up()
    found = hosts(pd.concat([spaces, counted([None], [3], ["zzz"], space_id=["1Z"])], ignore_index=True))
    last = found.iloc[-1]
    assert (last.creator_id, last.n) == ("zzz", 0)
    assert last[["share_median", *ESTIMATES]].isna().all()
    pd.testing.assert_frame_equal(found.iloc[:-1], hosts(spaces))


@pytest.mark.parametrize(
    "spaces",
    [
        counted([9, 8, 7, 6], [3, 4, 5, 6]),
        counted([9, 8, 7, 6, 9, 8], [3, 4, 5, 6, 9, 9], list("aaabbb")),
        counted([9, 8, 7, 6, 5], [1, 2, 3, 4, 5], list("abcde")),
        counted([9, 8, 7, 6, 5], [1, 2, 3, 4, 5], list("aabbc")),
        counted([9] * 12, [3] * 12, list("aaabbbcccddd")),
    ],
    ids=["one creator", "two creators", "one Space each", "too few Spaces", "all alike"],
)
def test_no_estimate_where_nothing_can_be_pooled(spaces: pd.DataFrame) -> None:
    """Where variances cannot be estimated, n and median stand alone: no number is made up."""
    found = hosts(spaces)
    assert found[ESTIMATES].isna().all(axis=None)
    assert found[["n", "share_median"]].notna().all(axis=None)


def test_order_index_and_names_do_not_matter() -> None:
    """The same Spaces in another order, on another index, or of creators named otherwise give the same numbers."""
    spaces = made_up()
    plain = hosts(spaces)
    turned = spaces.sample(frac=1, random_state=1).set_axis(range(50, 50 + len(spaces)))
    pd.testing.assert_frame_equal(hosts(turned), plain, check_exact=True)
    names = {f"{code:03d}": f"x{97 - code}" for code in range(8)}
    renamed = hosts(spaces.assign(creator_id=spaces.creator_id.map(names).astype(spaces.creator_id.dtype)))
    numbers = ["n", "share_median", *ESTIMATES]
    pd.testing.assert_frame_equal(renamed[numbers], plain[numbers], check_exact=True)


def test_equal_creators_have_equal_rows() -> None:
    """Creators with the same counts have the same estimate and the same range of ranks."""
    spaces = made_up()
    twin = spaces[spaces.creator_id == "003"].assign(creator_id="twin")
    twin["space_id"] = (twin.space_id + "t").astype(twin.space_id.dtype)
    twin["creator_id"] = twin.creator_id.astype(spaces.creator_id.dtype)
    found = pooled(pd.concat([spaces, twin], ignore_index=True))
    numbers = ["n", "share_median", *ESTIMATES]
    assert found.loc["twin", numbers].tolist() == found.loc["003", numbers].tolist()


def test_exchanging_the_counts_mirrors_the_shares() -> None:
    """With live and replay exchanged, every estimate and interval is 1 less what it was."""
    spaces = made_up()
    swapped = spaces.assign(
        total_live_listeners=spaces.total_replay_watched, total_replay_watched=spaces.total_live_listeners
    )
    one, other = pooled(spaces), pooled(swapped).reindex(pooled(spaces).index)
    for name, mirrored in (("estimate", "estimate"), ("low", "high"), ("high", "low")):
        assert one[name].to_numpy(float) == pytest.approx(1 - other[mirrored].to_numpy(float), abs=1e-6)


def test_confidence_widens_intervals_and_ranges() -> None:
    """A higher confidence means wider intervals and ranges; what is no confidence is refused."""
    narrow, wide = pooled(made_up(), confidence=0.8), pooled(made_up(), confidence=np.float64(0.99))
    assert ((wide.low < narrow.low) & (narrow.high < wide.high)).all()
    assert ((wide.rank_low <= narrow.rank_low) & (narrow.rank_high <= wide.rank_high)).all()
    assert (wide.estimate == narrow.estimate).all()
    with pytest.raises(ValueError, match=r"confidence: got '0\.95'"):
        hosts(made_up(), confidence="0.95")  # type: ignore[arg-type]


def test_warns_of_ages_once() -> None:
    """Creators whose Spaces were fetched at 1 and at 9 days lead to one warning."""
    ages = {"a": DAY, "b": 9 * DAY, "c": 9 * DAY}
    fetched = [T0 + HOUR + ages[name] for name in "aaabbbccc"]
    spaces = counted([100] * 9, [*range(20, 29)], list("aaabbbccc"), fetched_at=fetched)
    with pytest.warns(AgeWarning, match=r"^hosts: ") as caught:
        hosts(spaces)
    assert len(caught) == 1


def test_empty() -> None:
    """An empty table has the same dtypes."""
    assert (hosts(made_up()[:0]).dtypes == hosts(made_up()).dtypes).all()


@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
def test_samples() -> None:
    """On the samples each host with a Space to compare has an interval, also the seven that `compare` calls thin."""
    spaces = samples.sample_batch().spaces
    found = hosts(spaces)
    known = found[found.n > 0]
    assert known[ESTIMATES].notna().all(axis=None)
    thin = stats.summarise(spaces, "host").set_index("group").thin
    assert thin[known.creator_screen_name].sum() == 6


@pytest.mark.parametrize("most", [1, 5])
def test_for_a_chart_all_that_is_not_missing_is_the_same(most: int) -> None:
    """`largest_hosts` has the estimates of the highest host, the lowest, and those with most Spaces, in their order."""
    spaces = made_up(4, creators=40)
    found, every = largest_hosts(spaces, most).set_index("creator_id"), hosts(spaces).set_index("creator_id")
    names = ["creator_screen_name", "n", "share_median"]
    pd.testing.assert_frame_equal(found[names], every.loc[found.index, names])
    known = found[found["estimate"].notna()]
    assert len(known) < len(every)
    assert known.index.tolist() == every.index[every.index.isin(known.index)].tolist()
    names = ["estimate", "low", "high"]
    pd.testing.assert_frame_equal(known[names], every.loc[known.index, names], atol=1e-12)
    largest = every["n"].sort_values(ascending=False, kind="stable").index[:most]
    assert known.index[[0, -1]].tolist() == every.index[[0, -1]].tolist()
    assert set(largest) <= set(known.index)
    assert found["n"].sort_values(ascending=False, kind="stable").index[:most].tolist() == largest.tolist()


@pytest.mark.parametrize(("lead", "certain"), [(0, False), (9, True)])
def test_for_a_chart_the_first_host_has_a_rank_only_if_that_is_certain(lead: int, *, certain: bool) -> None:
    """The first host is ranked 1 where `hosts` leaves it no other rank, and no host is ranked else."""
    spaces = made_up(5)
    plays = spaces["total_replay_watched"] * 2**lead
    spaces["total_replay_watched"] = plays.where(
        spaces["creator_id"] == "007", spaces["total_replay_watched"]
    )
    found, every = largest_hosts(spaces, 30), hosts(spaces)
    assert bool(every["rank_high"][0] == 1) == certain
    assert found["rank_high"].dropna().tolist() == ([1] if certain else [])
