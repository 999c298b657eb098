"""Spaces at one age: a table of Spaces that everything takes, counts that agree with numpy, nothing guessed."""

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed_spaces import OBSERVED, observations

import spacekit as sk
from spacekit import fields, stats
from spacekit.archive.sources import source_of
from spacekit.plot.frame import text_of
from spacekit.samples import sample_observations_path
from spacekit.stats.curves import counts_at, curves_of

pytestmark = pytest.mark.filterwarnings("ignore:at_age. .* not one has a count")  # most tables here are tiny

SPACES = [field.name for field in fields.TABLES["spaces"]]


def counts(age: str, rows=OBSERVED, max_gap=None) -> dict:
    """Return the count of each Space at that age, None where missing."""
    found = stats.at_age(observations(rows), age, max_gap)
    return {
        i: None if pd.isna(n) else int(n)
        for i, n in zip(found.space_id, found.total_replay_watched, strict=True)
    }


@pytest.fixture(scope="module")
def made_up(tmp_path_factory) -> pd.DataFrame:
    """The made-up observations, out of an archive."""
    with sk.Archive(tmp_path_factory.mktemp("archive") / "a.db") as archive:
        archive.add_files(sample_observations_path())
        return archive.observations()


@pytest.mark.parametrize(
    ("age", "a", "b"),
    [
        ("10h", 100, None),
        ("15h", 118, None),  # log(16 / 11) / log(21 / 11) of the way from 100 to 131: 117.96
        ("20h", 131, None),
        ("22h", 133, None),  # log(23 / 21) / log(31 / 21) of the way from 131 to 140: 133.1
        ("30h", 140, None),
        ("30h 1ms", None, None),
        ("9h 59min", None, None),
        ("2D", None, 30),
    ],
)
def test_at_age_by_hand(age: str, a: int | None, b: int | None) -> None:
    """Between two observations a count lies on a line over log(1 h + age), at one it is its own, else it is missing."""
    assert counts(age) == {"1a": a, "1b": b, "1c": None}


def test_it_is_a_table_of_spaces(made_up: pd.DataFrame) -> None:
    """All columns of `spaces` in their order and dtypes, then the two of the bracket; a row each, sorted by id."""
    found = stats.at_age(made_up, "7D")
    spaces = sk.sample_batch().spaces
    assert [*found] == [*spaces, "age_before", "age_after"]
    assert found[[*spaces]].dtypes.equals(spaces.dtypes)
    assert {found[name].dtype for name in ("age_before", "age_after")} == {np.dtype("timedelta64[ms]")}
    assert found.space_id.tolist() == sorted(made_up.space_id.unique())
    known = found.ended_at.notna()
    assert (found.fetched_at - found.ended_at)[known].eq(pd.Timedelta("7D")).all()


def test_all_other_columns_are_those_of_the_newest_observation(made_up: pd.DataFrame) -> None:
    """Title, host, times, flags, followers and live count are those of the last time it was fetched."""
    newest = (
        made_up.sort_values("fetched_at").drop_duplicates("space_id", keep="last").sort_values("space_id")
    )
    same = [name for name in SPACES if name not in ("fetched_at", "total_replay_watched")]
    found = stats.at_age(made_up, "7D")
    pd.testing.assert_frame_equal(found[same], newest[same].reset_index(drop=True), check_flags=False)


def test_everything_that_takes_spaces_takes_it_without_a_warning_of_ages(made_up: pd.DataFrame) -> None:
    """Comparisons, measures, charts: live against replay at equal age."""
    spaces = stats.at_age(made_up, "7D")
    with warnings.catch_warnings():
        warnings.simplefilter("error", sk.AgeWarning)
        by_host = sk.compare(spaces, by="host")
        for chart in sk.plot.CHARTS.values():
            if chart.takes == "spaces":
                words = text_of(chart.function(spaces))
                assert "Fetched" not in words  # its times are made from the age
                assert "after the end" not in words or "Plays 7 d after the end, read between" in words
    assert by_host.n.sum() == spaces.total_replay_watched.notna().sum()
    reasons = stats.measures(spaces).excluded
    assert reasons[spaces.total_replay_watched.isna()].eq("no replay count").all()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_observations_on_disk_serve_as_well(made_up: pd.DataFrame, tmp_path: Path, ending: str) -> None:
    """Observations written and read back, and the Spaces at an age too, are what they were."""
    path = tmp_path / f"observations.{ending}"
    for table in (made_up, stats.at_age(made_up, "7D")):
        table.to_csv(path, index=False) if ending == "csv" else table.to_parquet(path, index=False)
        pd.testing.assert_frame_equal(source_of(path).spaces, table)
    made_up.to_csv(path, index=False) if ending == "csv" else made_up.to_parquet(path, index=False)
    found = stats.at_age(source_of(path).observations, "7D")
    pd.testing.assert_frame_equal(found, stats.at_age(made_up, "7D"))


def test_the_bracket_is_told() -> None:
    """Ages of the observations around it: equal at an observation, missing beside the first and the last."""
    hour = pd.Timedelta("1h")
    for age, before, after in (("15h", 10, 20), ("20h", 20, 20), ("9h", None, 10), ("31h", 30, None)):
        row = stats.at_age(observations(OBSERVED), age).iloc[0]
        found = [None if pd.isna(row[name]) else row[name] / hour for name in ("age_before", "age_after")]
        assert found == [before, after]


@pytest.mark.parametrize(
    ("age", "max_gap", "is_known"),
    [
        ("12h", None, True),  # 24 hours between 1 and 25, and 12 hours twice
        ("11h 59min", None, False),
        ("2h", "1D", True),
        ("2h", pd.Timedelta("23:59:59"), False),
        ("1h", "0h", True),
        ("2h", 0, False),
    ],
)
def test_a_count_is_not_read_over_a_wide_gap(age: str, max_gap: object, is_known: bool) -> None:
    """Two observations may be as far apart as twice the age, or as `max_gap` says; one at that age is no gap."""
    found = stats.at_age(observations([("1a", 1, 10), ("1a", 25, 90)]), age, max_gap)
    assert found.total_replay_watched.notna().tolist() == [is_known]
    assert found.age_after.notna().all()  # a gap that is too wide can be seen
    assert found.attrs["left_out"] == 1 - is_known


def test_first_and_last_are_no_seven_days(made_up: pd.DataFrame) -> None:
    """Of Spaces seen at an hour and after months, nothing is said at 7 days."""
    ends = made_up.sort_values("age").groupby("space_id").nth([0, -1])
    found = stats.at_age(ends, "7D")
    wide = (found.age_after - found.age_before) > pd.Timedelta("14D")
    assert wide.sum() > 15
    assert found.total_replay_watched[wide].isna().all()


curve = st.lists(
    st.tuples(st.integers(0, 10**10), st.integers(0, 10**9)), min_size=1, max_size=8, unique_by=lambda p: p[0]
)


@given(curves=st.lists(curve, min_size=1, max_size=4), age=st.integers(0, 10**10), order=st.randoms())
def test_counts_agree_with_numpy(curves: list[list[tuple[int, int]]], age: int, order) -> None:
    """Before they are rounded, counts are those of numpy's interpolation over log(1 h + age), in any order of rows."""
    hour = 3_600_000
    rows = [(f"1{place}", ms, n) for place, points in enumerate(curves) for ms, n in points]
    order.shuffle(rows)
    table = pd.DataFrame(rows, columns=["space_id", "age", "total_replay_watched"])
    table["age"] = pd.to_timedelta(table["age"], unit="ms")
    found = counts_at(curves_of(table), pd.Timedelta(age, "ms"), "4000D")
    for place, points in enumerate(curves):
        x, y = np.array(sorted(points), dtype=float).T
        inside = x[0] <= age <= x[-1]
        assert np.isfinite(found[place]) == inside
        if inside:
            expected = np.interp(np.log1p(age / hour), np.log1p(x / hour), y)
            assert found[place] == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_the_order_of_rows_and_the_index_decide_nothing(made_up: pd.DataFrame) -> None:
    """Shuffled, with any index, and with rows twice, observations are the same Spaces."""
    expected = stats.at_age(made_up, "3D")
    shuffled = pd.concat([made_up, made_up]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(stats.at_age(shuffled, "3D"), expected)


def test_observations_of_one_time_that_differ(made_up: pd.DataFrame) -> None:
    """Of two newest observations at the same time, the same one is taken in any order."""
    both = pd.concat([made_up, made_up.assign(title="another", creator_name="else")], ignore_index=True)
    pd.testing.assert_frame_equal(stats.at_age(both, "3D"), stats.at_age(both[::-1], "3D"))


def test_two_counts_of_one_age() -> None:
    """Of two counts at the same age the greater is taken, from either side and in any order."""
    rows = [("1a", 0, 0), ("1a", 10, 40), ("1a", 10, 50), ("1a", 20, 70)]
    for rows_in_order in (rows, rows[::-1]):
        assert counts("10h", rows_in_order) == {"1a": 50}
        assert counts("5h", rows_in_order) == {"1a": 37}  # 50 log(6) / log(11) = 37.4
        assert counts("15h", rows_in_order) == {"1a": 62}  # 50 + 20 log(16 / 11) / log(21 / 11) = 61.6


def test_plays_that_fall_around_the_age_are_told() -> None:
    """The count is read off the falling line, with a warning that names the Space; elsewhere a fall does not matter."""
    table = observations([("1a", 0, 50), ("1a", 10, 40), ("1a", 12, 60), ("1b", 0, 1), ("1b", 12, 2)])
    with pytest.warns(sk.CountWarning, match=r"at_age: in 1 Space \('1a'\) plays fall .* around 9 h"):
        found = stats.at_age(table, "9h")
    assert found.total_replay_watched.tolist() == [40, 2]
    assert found.attrs == {"left_out": 0, "falling": 1, "live_changed": 0}
    assert stats.at_age(table, "11h").attrs["falling"] == 0


def test_a_live_count_that_changes_after_the_end_is_told() -> None:
    """The newest known one is taken; what was counted while the Space ran does not matter."""
    rows = [("1a", -1, 0), ("1a", 1, 5), ("1a", 2, 6), ("1a", 3, 7)]
    table = observations(rows, total_live_listeners=[3, 10, 12, None])
    with pytest.warns(sk.CountWarning, match="live listeners change after the end"):
        found = stats.at_age(table, "2h")
    assert found.total_live_listeners.tolist() == [12]
    same = observations(rows, total_live_listeners=[3, 10, 10, None])
    assert stats.at_age(same, "2h").total_live_listeners.tolist() == [10]


@pytest.mark.parametrize(
    ("rows", "age", "max_gap"),
    [
        ([("1a", 10, 5), ("1b", 30, 5)], "7D", None),
        ([("1a", 1, 5), ("1a", 9, 7), ("1b", 1, 5)], "300D", None),
        ([("1a", 1, 5), ("1a", 90, 7), ("1b", None, 5)], "2h", "1D"),
    ],
)
def test_an_age_at_which_no_space_has_a_count_is_told(rows: list, age: str, max_gap: str | None) -> None:
    """A single look at each, an age that nobody reached, or too wide gaps: all counts missing is not silent."""
    words = rf"at_age: 2 Spaces, and not one has a count at {age[:-1]} {age[-1].lower()}\. .*observations\(\).*max_gap"
    with pytest.warns(sk.CountWarning, match=words):
        found = stats.at_age(observations(rows), age, max_gap)
    assert found.total_replay_watched.isna().all()


def test_spaces_without_a_replay_or_an_end() -> None:
    """The flag is that of the newest observation; a Space that has not ended says so, and is not dropped."""
    rows = [("1a", 1, 0), ("1a", 2, 0), ("1b", None, None), ("1c", 1, 4)]
    flags, states = [True, False, None, True], ["Ended", "Ended", "Running", "Ended"]
    found = stats.at_age(observations(rows, is_space_available_for_replay=flags, state=states), "90min")
    assert stats.measures(found).excluded.tolist() == ["no recording", "not ended", "no replay count"]
    assert found.fetched_at.isna().tolist() == [False, True, False]


def test_counts_beyond_floats_stay_exact_at_an_observation() -> None:
    """A count that no float holds comes back unchanged at its own age."""
    rows = [("1a", 1, 2**53 + 1), ("1a", 2, 2**53 + 3)]
    assert counts("1h", rows) == {"1a": 2**53 + 1}


def test_an_empty_table() -> None:
    """Without observations the columns and dtypes are the same and nothing is left out."""
    empty, full = (stats.at_age(observations(rows), "7D") for rows in ([], OBSERVED))
    assert empty.dtypes.equals(full.dtypes)
    assert len(empty) == empty.attrs["left_out"] == 0


def test_columns_that_are_missing_are_named() -> None:
    """What the statistics read is needed; of other columns of `spaces` nothing is known; an age can be worked out."""
    table = observations(OBSERVED)
    with pytest.raises(
        ValueError, match=r"observations: the table lacks the columns \['title', 'ended_at'\]"
    ):
        stats.at_age(table.drop(columns=["title", "ended_at"]), "7D")
    expected = stats.at_age(table, "20h")
    found = stats.at_age(table.drop(columns=["media_key", "source", "participants_now"]), "20h")
    pd.testing.assert_frame_equal(found, expected)
    pd.testing.assert_frame_equal(stats.at_age(table.drop(columns="age"), "20h"), expected)


@pytest.mark.parametrize("bad", ["-1h", "a week", 7, pd.NaT, "", float("nan"), True])
def test_what_is_no_span_is_refused(bad: object) -> None:
    """A negative span, a number without unit and what is no span are refused with the value."""
    with pytest.raises(ValueError, match=r"^age: "):
        stats.at_age(observations(OBSERVED), bad)
    with pytest.raises(ValueError, match=r"^max_gap: "):
        stats.at_age(observations(OBSERVED), "1D", bad)
    with pytest.raises(TypeError, match="expected a DataFrame"):
        stats.at_age([1], "1D")
