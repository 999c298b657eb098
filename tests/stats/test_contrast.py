"""Groups against each other, against values worked out another way."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, T0, counted

from spacekit import stats

COLUMNS = [
    "group",
    "reference",
    "n",
    "n_creators",
    "difference",
    "low",
    "high",
    "log2_ratio_difference",
    "superiority",
    "p_holm",
]


def many(groups: int = 3, creators: int = 10, each: int = 4, seed: int = 1) -> pd.DataFrame:
    """Make Spaces of creators who are all in each group, `part`, a, b, ...; their levels differ."""
    rng = np.random.default_rng(seed)
    n = groups * creators * each
    creator = np.tile(np.repeat(np.arange(creators), each), groups)
    live = (2 ** (9 + rng.standard_normal(n))).round().astype(int)
    ratio = 2 ** (1.5 * rng.standard_normal(creators)[creator] + 0.5 * rng.standard_normal(n))
    replay = (live * ratio).round().astype(int)
    table = counted(
        live.tolist(),
        replay.tolist(),
        creator.astype(str).tolist(),
        started_at=[T0 + i * 7 * HOUR for i in range(n)],
    )
    return table.assign(part=np.repeat([*"abcdefgh"[:groups]], creators * each))


def test_columns_and_dtypes_do_not_depend_on_the_data() -> None:
    """Columns and dtypes are always the same; with no group, or one, there is no row."""
    full, empty = stats.contrast(many(), "part"), stats.contrast(many()[:0], "part")
    assert [*full] == COLUMNS
    assert (full.dtypes == empty.dtypes).all()
    assert len(empty) == len(stats.contrast(many(1), "part")) == 0


def test_all_pairs_or_a_reference() -> None:
    """Without a reference the earlier group of each pair is it; with one, each other group has a row."""
    pairs = stats.contrast(many(), "part")
    assert pairs.group.tolist() == ["b", "c", "c"]
    assert pairs.reference.tolist() == ["a", "a", "b"]
    against = stats.contrast(many(), "part", "b")
    assert against.group.tolist() == ["a", "c"]
    assert against.reference.tolist() == ["b", "b"]
    assert against.low[0] == pytest.approx(-pairs.high[0], abs=1e-9)
    assert against.difference[1] == pytest.approx(pairs.difference[2], abs=1e-12)


def test_numbers_against_pandas() -> None:
    """Differences are those of the medians of `measures`; superiority counts all pairs, ties by half."""
    table = many(2)
    table.loc[[0, 70], "total_replay_watched"] = 0
    table.loc[[1, 71], "total_replay_watched"] = table.loc[[1, 71], "total_live_listeners"]
    measured = stats.measures(table).assign(part=table.part)
    a, b = (measured[measured.part == part] for part in "ab")
    row = stats.contrast(table, "part").iloc[0]
    share_a, share_b = (side.replay_share.astype(float).to_numpy() for side in (a, b))
    assert row.difference == pytest.approx(np.median(share_b) - np.median(share_a), abs=1e-12)
    wins = [(x > y) + (x == y) / 2 for x in share_b for y in share_a]
    assert row.superiority == pytest.approx(np.mean(wins), abs=1e-12)
    with np.errstate(divide="ignore"):
        ratios = [np.median(np.log2(side.replay.astype(float) / side.live.astype(float))) for side in (b, a)]
    assert row.log2_ratio_difference == pytest.approx(ratios[0] - ratios[1], abs=1e-9)
    assert (row.n, row.n_creators) == (80, 10)


def test_creators_on_both_sides_are_paired() -> None:
    """Creators who differ much give a narrow interval where all of them are on both sides, a wide one elsewhere."""
    table = many(2, creators=30)
    own = table.creator_id + table.part
    paired, apart = (
        stats.contrast(table, "part").iloc[0],
        stats.contrast(table.assign(creator_id=own), "part").iloc[0],
    )
    assert apart.n_creators == 2 * paired.n_creators
    assert paired.high - paired.low < 0.7 * (apart.high - apart.low)
    assert paired.difference == apart.difference


def test_the_test_is_that_of_the_interval() -> None:
    """The plain p value is where the interval of that confidence begins to hold 0."""
    table = many(2, seed=4)
    table["total_replay_watched"] += (table.part == "b") * table.total_live_listeners // 3
    p = stats.contrast(table, "part").p_holm[0]
    assert 0.001 < p < 0.5
    inside, outside = (stats.contrast(table, "part", confidence=1 - p * f).iloc[0] for f in (0.999, 1.001))
    assert inside.low < 0 < inside.high
    assert outside.low > 0


def test_holm_over_the_rows() -> None:
    """P values are adjusted over the rows that have one: the least by their number, and in order from there."""
    table = many(4, seed=4)
    table["total_replay_watched"] += (
        table.part.map({"a": 0, "b": 0, "c": 1, "d": 3}) * table.total_live_listeners
    )
    rows = stats.contrast(table, "part", "a")
    plain = [stats.contrast(table[table.part.isin(["a", part])], "part").p_holm[0] for part in "bcd"]
    order = np.argsort(plain)
    steps = np.maximum.accumulate(np.sort(plain) * [3, 2, 1])
    assert rows.p_holm.to_numpy(float)[order] == pytest.approx(np.minimum(steps, 1), abs=1e-9)


def test_thin_pairs() -> None:
    """A pair with a thin side has its difference, but neither interval nor p value, and is not counted by Holm."""
    table = many(3, creators=8)
    few = table[(table.part != "c") | table.creator_id.isin([*"01234"])]
    rows, alone = stats.contrast(few, "part", "a"), stats.contrast(few[few.part != "c"], "part", "a")
    assert rows.difference.notna().all()
    assert rows.low.isna().tolist() == rows.p_holm.isna().tolist() == [False, True]
    assert rows.p_holm[0] == alone.p_holm[0]


@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.99, 0.999])
def test_p_values_do_not_depend_on_the_confidence(confidence: float) -> None:
    """Which pairs are tested, and their p values, are those of 95 %; only the intervals are of the given confidence."""
    table = many(4, creators=10, seed=4)
    kept = {
        "a": 10,
        "b": 8,
        "c": 6,
        "d": 5,
    }  # at 99 % there are intervals of 8 creators or more, at 90 % of 5
    table = table[table.creator_id.astype(int) < table.part.map(kept)]
    usual, other = stats.contrast(table, "part"), stats.contrast(table, "part", confidence=confidence)
    tested = (usual.group != "d").tolist()
    assert usual.p_holm.notna().tolist() == tested
    pd.testing.assert_series_equal(usual.p_holm, other.p_holm, rtol=1e-9)
    thin = stats.summarise(table, "part", confidence).set_index("group").thin
    assert other.low.isna().tolist() == (thin[other.group].array | thin[other.reference].array).tolist()


def test_before_and_after_by_their_labels() -> None:
    """The reference of a pair is the first of the labels, not of the times; `reference="before"` turns it around."""
    table = many(2)
    by = table.part.map({"a": "before", "b": "after"})
    alone, asked = stats.contrast(table, by).iloc[0], stats.contrast(table, by, reference="before").iloc[0]
    assert (alone.group, alone.reference) == ("before", "after")
    assert (asked.group, asked.reference) == ("after", "before")
    assert asked.difference == pytest.approx(-alone.difference, abs=1e-12)


def test_two_hosts() -> None:
    """Two hosts are compared as themselves: their own Spaces vary."""
    row = stats.contrast(many(1, creators=2, each=30), "host").iloc[0]
    assert (row.n, row.n_creators) == (60, 2)
    assert row.low < row.difference < row.high


def test_groups_without_spaces_and_spaces_without_group() -> None:
    """A group without compared Spaces keeps its rows, without numbers; Spaces without a group are in none."""
    table = counted([5] * 8, [1] * 8, started_at=[T0 + DAY * (i % 2) for i in range(7)] + [None])
    rows = stats.contrast(table, "weekday", "Monday")
    assert len(rows) == 6
    assert rows.n.tolist() == [7, 4, 4, 4, 4, 4]
    assert rows.difference.isna().sum() == rows.superiority.isna().sum() == 5


@pytest.mark.parametrize("many_zeros", [1, 30])
def test_ratios_to_zero(many_zeros: int) -> None:
    """Ratios to 0 count as the lowest; where they are the median, its difference is missing."""
    table = many(2)
    table.loc[: many_zeros - 1, "total_replay_watched"] = 0
    row = stats.contrast(table, "part").iloc[0]
    assert (row.log2_ratio_difference is pd.NA) == (many_zeros == 30)


def test_order_and_names_do_not_matter() -> None:
    """Neither the order and the index of the rows nor the names of groups and creators change a number."""
    table = many()
    turned = table.sample(frac=1, random_state=2)
    turned["part"] = turned.part.map({"a": "x", "b": "y", "c": "z"})
    turned["creator_id"] = (100 - turned.creator_id.astype(int)).astype(str).astype(table.creator_id.dtype)
    first, second = stats.contrast(table, "part"), stats.contrast(turned, "part")
    pd.testing.assert_frame_equal(first.iloc[:, 2:], second.iloc[:, 2:], rtol=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"by": None}, "by: got None"),
        ({"by": "part", "reference": "q"}, "no group 'q'"),
        ({"by": "part", "confidence": 2}, "confidence"),
        ({"by": "part", "seed": None}, "seed"),
        ({"by": "nothing"}, "nothing"),
    ],
)
def test_bad_arguments(options: dict, words: str) -> None:
    """Bad arguments are refused with their value."""
    with pytest.raises(ValueError, match=words):
        stats.contrast(many(), **options)


def test_ages_of_groups_warn() -> None:
    """Groups whose Spaces were fetched at different ages warn."""
    table = many(2)
    fetched = [T0 + HOUR + DAY * (1 if part == "a" else 9) for part in table.part]
    table["fetched_at"] = counted([1] * 80, [1] * 80, fetched_at=fetched).fetched_at
    with pytest.warns(stats.AgeWarning, match="contrast: "):
        stats.contrast(table, "part")
