"""Replay counts against age: nothing dropped in silence, nothing extrapolated."""

import numpy as np
import pandas as pd
import pytest
from typed_spaces import observations

from spacekit import samples, stats

ROWS = [
    ("1b", 48, 30),
    ("1a", 10, 100),
    ("1a", 30, 140),
    ("1a", 20, 131),
    ("1a", -1, 90),
    ("1a", 5, None),
    ("1c", None, 7),
    (None, 5, 7),
]


def counts(age: str, rows=ROWS) -> dict:
    """Return the count of each Space at that age, None where missing."""
    found = stats.at_age(observations(rows), age)
    return {
        i: None if pd.isna(n) else int(n)
        for i, n in zip(found.space_id, found.total_replay_watched, strict=True)
    }


def test_growth_by_hand() -> None:
    """Observations after the end are sorted by Space and age, the oldest of each marked, the others counted."""
    found = stats.growth(observations(ROWS))
    assert [*found] == ["space_id", "age", "total_replay_watched", "is_last"]
    assert found.space_id.tolist() == ["1a", "1a", "1a", "1b"]
    assert (found.age / pd.Timedelta("1h")).tolist() == [10, 20, 30, 48]
    assert found.total_replay_watched.tolist() == [100, 131, 140, 30]
    assert found.is_last.tolist() == [False, False, True, True]
    assert found.attrs["left_out"] == 4


def test_what_growth_leaves_out_is_told() -> None:
    """Every observation left out is counted under its first reason."""
    found = stats.growth_left_out(observations(ROWS))
    assert found.reason.tolist() == ["no id", "not ended", "observed before the end", "no replay count"]
    assert found.n.tolist() == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("age", "a", "b"),
    [
        ("10h", 100, None),
        ("15h", 116, None),  # halfway from 100 to 131 is 115.5
        ("20h", 131, None),
        ("22h", 133, None),  # a fifth of the way from 131 to 140 is 132.8
        ("30h", 140, None),
        ("30h 1ms", None, None),
        ("9h 59min", None, None),
        ("2D", None, 30),
    ],
)
def test_at_age_by_hand(age: str, a: int | None, b: int | None) -> None:
    """Between two observations the count lies on the straight line, at one it is its own, and outside it is missing."""
    assert counts(age) == {"1a": a, "1b": b, "1c": None}


def test_at_age_tells_how_many_are_left_out() -> None:
    """Each Space has its row, and the number of those without a count is noted."""
    found = stats.at_age(observations(ROWS), "2D")
    assert [*found] == ["space_id", "age", "total_replay_watched"]
    assert (found.age == pd.Timedelta("2D")).all()
    assert found.attrs["left_out"] == 2


def test_two_counts_of_one_age() -> None:
    """Of two counts at the same age the greater is taken, from either side and in any order."""
    rows = [("1a", 0, 0), ("1a", 10, 40), ("1a", 10, 50), ("1a", 20, 70)]
    for given in (rows, rows[::-1]):
        assert counts("10h", given) == {"1a": 50}
        assert counts("5h", given) == {"1a": 25}
        assert counts("15h", given) == {"1a": 60}


def test_falling_counts_are_kept() -> None:
    """A count that falls is no error: it stays, and the line falls with it."""
    rows = [("1a", 0, 50), ("1a", 10, 40)]
    assert stats.growth(observations(rows)).total_replay_watched.tolist() == [50, 40]
    assert counts("5h", rows) == {"1a": 45}


def test_counts_beyond_floats_stay_exact_at_an_observation() -> None:
    """A count that no float holds comes back unchanged at its own age."""
    rows = [("1a", 1, 2**53 + 1), ("1a", 2, 2**53 + 3)]
    assert counts("1h", rows) == {"1a": 2**53 + 1}


def test_empty_tables() -> None:
    """Without observations the columns and dtypes are the same and nothing is left out."""
    for made in (stats.growth, lambda table: stats.at_age(table, "7D")):
        empty, full = made(observations([])), made(observations(ROWS))
        assert (empty.dtypes == full.dtypes).all()
        assert len(empty) == 0
        assert empty.attrs["left_out"] == 0


@pytest.mark.parametrize("age", ["-1h", "a week", 7, None, pd.NaT, ""])
def test_what_is_no_age_is_refused(age) -> None:
    """A negative span, a number without unit and what is no span are refused with the value."""
    with pytest.raises(ValueError, match=r"^age: "):
        stats.at_age(observations(ROWS), age)


def test_samples_against_numpy(tmp_path) -> None:
    """At three ages, every made-up Space that brackets the age has numpy's interpolation, and no other has a count."""
    from spacekit.archive import Archive

    with Archive(tmp_path / "made-up.db") as archive:
        archive.add_files(samples.sample_observations_path())
        table = archive.observations()
    curves = stats.growth(table)
    for age in ("6h", "7D", "20D"):
        wanted = pd.Timedelta(age).total_seconds()
        found = stats.at_age(table, age).set_index("space_id").total_replay_watched
        for space_id, curve in curves.groupby("space_id"):
            x, y = curve.age.dt.total_seconds(), curve.total_replay_watched.astype(float)
            inside = x.min() <= wanted <= x.max()
            assert pd.notna(found[space_id]) == inside
            assert not inside or abs(found[space_id] - np.interp(wanted, x, y)) <= 0.5 + 1e-6
        assert found.notna().any()
