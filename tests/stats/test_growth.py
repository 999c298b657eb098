"""Replay counts against age: nothing dropped in silence, nothing extrapolated."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import OBSERVED, observations

from spacekit import samples, stats
from spacekit.archive import Archive


def test_growth_by_hand() -> None:
    """Observations after the end are sorted by Space and age, the oldest of each marked, the others counted."""
    found = stats.growth(observations(OBSERVED))
    assert [*found] == ["space_id", "age", "total_replay_watched", "is_last"]
    assert found.space_id.tolist() == ["1a", "1a", "1a", "1b"]
    assert (found.age / pd.Timedelta("1h")).tolist() == [10, 20, 30, 48]
    assert found.total_replay_watched.tolist() == [100, 131, 140, 30]
    assert found.is_last.tolist() == [False, False, True, True]
    assert found.attrs["left_out"] == 4


def test_what_growth_leaves_out_is_told() -> None:
    """Every observation left out is counted under its first reason."""
    found = stats.growth_left_out(observations(OBSERVED))
    expected = ["no id", "not ended", "no age", "observed before the end", "no replay count", "repeated"]
    assert found.reason.tolist() == expected
    assert found.n.tolist() == [1, 0, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        *((state, "no age") for state in ("Ended", "ended", "TIMEDOUT")),
        *((state, "not ended") for state in ("Running", "Canceled", "Paused", None)),
    ],
)
def test_the_state_says_whether_a_space_ended(state: str | None, reason: str) -> None:
    """A Space that ended at an unknown time has no age; only one that is not over has not ended."""
    table = observations([("1a", None, 5)], state=[state])
    found = stats.growth_left_out(table).set_index("reason").n
    assert found[found > 0].to_dict() == {reason: 1}
    lean = table[["space_id", "age", "total_replay_watched"]]
    assert stats.growth_left_out(lean).set_index("reason").n["no age"] == 1


def test_observations_of_one_time_count_once() -> None:
    """Of several at one age the greatest count is kept, in any order; the others are counted as repeated."""
    rows = [("1a", 1, 5), ("1a", 2, 8), ("1a", 2, 9), ("1a", 2, 9)]
    for given in (rows, rows[::-1]):
        found = stats.growth(observations(given))
        assert found.total_replay_watched.tolist() == [5, 9]
        assert found.attrs["left_out"] == 2
        assert stats.growth_left_out(observations(given)).n.tolist() == [0, 0, 0, 0, 0, 2]


def test_falling_counts_are_kept_and_counted() -> None:
    """A count that falls stays as it was observed; `growth_quality` counts such Spaces and names some."""
    table = observations([("1a", 0, 50), ("1a", 10, 40), ("1b", 1, 60), ("1c", None, 3)])
    assert stats.growth(table).total_replay_watched.tolist() == [50, 40, 60]
    assert stats.growth(table).attrs == {"left_out": 1, "falling": 1}
    found = stats.growth_quality(table)
    assert found.check.tolist() == ["no observation after the end", "observed once", "plays fell"]
    assert found.examples.tolist() == ["1c", "1b", "1a"]
    assert found.share.round(9).tolist() == [0.333333333] * 3


def test_typical_growth_by_hand() -> None:
    """Medians and quartiles of count at an age / last count, of Spaces observed long enough and with plays."""
    day = 24
    rows = [
        *[("1a", day, 10), ("1a", 30 * day, 20)],
        *[("1b", day, 30), ("1b", 40 * day, 40)],
        *[("1c", day, 5), ("1c", 29 * day, 5)],  # not observed long enough
        *[("1d", day, 0), ("1d", 50 * day, 0)],  # no plays
        *[("1e", 2 * day, 9), ("1e", 36 * day, 90)],  # no count at a day
    ]
    found = stats.typical_growth(observations(rows), ["1D", "30D", "60D"])
    assert [*found] == ["age", "n", "share_median", "share_q25", "share_q75", "final_age_median"]
    assert found.age.tolist() == [pd.Timedelta(age) for age in ("1D", "30D", "60D")]
    assert found.n.tolist() == [2, 3, 0]
    b, e = (
        np.interp(np.log(721), np.log([1 + 24 * x, 1 + 24 * y]), shares)
        for x, y, shares in ((1, 40, (0.75, 1.0)), (2, 36, (0.1, 1.0)))
    )
    shares = np.array([[0.5, 0.75], [0.625, np.median([1, b, e])]])
    assert found.share_median.dropna().tolist() == pytest.approx([0.625, np.median([1, b, e])], abs=1e-12)
    assert found.share_q25.dropna().tolist() == pytest.approx(
        [np.quantile(shares[0], 0.25), np.quantile([1, b, e], 0.25)], abs=1e-12
    )
    assert (found.final_age_median / pd.Timedelta("1D")).tolist()[:2] == [35, 36]
    assert found.share_median.isna().tolist() == [False, False, True]
    ages = {"final_age_median": pd.Timedelta("36D")}  # of 30, 36 and 40 days; 1d has no plays
    assert found.attrs == {"n": 3, "left_out": 2, "final_median": 40.0} | ages


@pytest.mark.filterwarnings("ignore:at_age. .* not one has a count")
def test_typical_growth_has_the_rules_of_at_age(made_up: pd.DataFrame) -> None:
    """Its shares are those of the counts that `at_age` returns, but for their rounding, over any gap allowed."""
    last = stats.growth(made_up).set_index("space_id").query("is_last")
    final = last.total_replay_watched[(last.age >= pd.Timedelta("20D")) & (last.total_replay_watched > 0)]
    for gap in (None, "2D", "500D"):
        typical = stats.typical_growth(made_up, observed_to="20D", max_gap=gap).set_index("age")
        for age in ("1D", "3D", "7D", "30D"):
            counts = stats.at_age(made_up, age, gap).set_index("space_id").total_replay_watched
            shares = (counts / final).dropna()
            assert typical.n[pd.Timedelta(age)] == len(shares)
            if len(shares):
                assert typical.share_median[pd.Timedelta(age)] == pytest.approx(shares.median(), abs=0.01)


def test_typical_growth_of_one_age_and_of_nothing() -> None:
    """One age may stand by itself; without Spaces there is a row for each age, and no share."""
    assert len(stats.typical_growth(observations(OBSERVED), "7D")) == 1
    empty = stats.typical_growth(observations([]))
    assert empty.n.tolist() == [0, 0, 0, 0]
    assert empty.share_median.isna().all()
    assert empty.dtypes.equals(stats.typical_growth(observations(OBSERVED)).dtypes)


@pytest.mark.parametrize(
    ("name", "arguments"), [("ages", {"ages": [7]}), ("observed_to", {"observed_to": "-1D"})]
)
def test_what_is_no_span_is_refused(name: str, arguments: dict) -> None:
    """Ages and spans are read as `at_age` reads them."""
    with pytest.raises(ValueError, match=f"^{name}: "):
        stats.typical_growth(observations(OBSERVED), **arguments)


def test_nothing_depends_on_the_order_of_rows(made_up: pd.DataFrame) -> None:
    """Shuffled rows with another index give the same tables."""
    shuffled = made_up.sample(frac=1, random_state=2)
    for made in (stats.growth, stats.growth_left_out, stats.growth_quality, stats.typical_growth):
        pd.testing.assert_frame_equal(made(made_up), made(shuffled))


def test_empty_tables() -> None:
    """Without observations the columns and dtypes are the same and nothing is left out."""
    empty, full = stats.growth(observations([])), stats.growth(observations(OBSERVED))
    assert empty.dtypes.equals(full.dtypes)
    assert len(empty) == empty.attrs["left_out"] == 0
    assert stats.growth_quality(observations([])).share.isna().all()


@pytest.fixture(scope="module")
def made_up(tmp_path_factory) -> pd.DataFrame:
    """The made-up observations, out of an archive."""
    with Archive(tmp_path_factory.mktemp("archive") / "a.db") as archive:
        archive.add_files(samples.sample_observations_path())
        return archive.observations()
