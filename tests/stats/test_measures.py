"""Measures of single Spaces, and why some are not compared."""

import math

import numpy as np
import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, MINUTE, T0, counted, spaces

from spacekit import samples, stats
from spacekit.stats.kept import Kept, measured_once, once_by_row
from spacekit.stats.measures import of_rows

COLUMNS = [
    "space_id",
    "creator_screen_name",
    "state",
    "duration",
    "notice",
    "start_delay",
    "live",
    "replay",
    "replay_share",
    "log2_ratio",
    "live_per_1k_followers",
    "replay_per_1k_followers",
    "age",
    "excluded",
]


def test_columns_and_dtypes_do_not_depend_on_the_data() -> None:
    """An empty table, one without any value and a full one give the same columns and dtypes."""
    full = stats.measures(counted([4], [2]))
    blank = stats.measures(spaces(**{name: [None] for name in counted([4], [2]).columns}))
    empty = stats.measures(counted([4], [2])[:0])
    assert [*full] == COLUMNS
    assert (full.dtypes == empty.dtypes).all()
    assert (full.dtypes == blank.dtypes).all()
    assert len(empty) == 0


def test_one_space_by_hand() -> None:
    """Every measure of one Space equals what is worked out by hand."""
    table = counted([300], [100], scheduled_start=[T0 - 2 * MINUTE], creator_followers_count=[2_500])
    row = stats.measures(table).iloc[0]
    assert row.duration == pd.Timedelta("1h")
    assert row.notice == pd.Timedelta("1D") - pd.Timedelta("2min")
    assert row.start_delay == pd.Timedelta("2min")
    assert row.age == pd.Timedelta("30D")
    assert row.replay_share == 0.25
    assert row.log2_ratio == pytest.approx(-math.log2(3), abs=1e-12)
    assert row.live_per_1k_followers == 120
    assert row.replay_per_1k_followers == 40
    assert row.excluded is pd.NA


def test_an_early_start_is_a_negative_delay() -> None:
    """A Space that begins before its schedule has a negative start_delay."""
    found = stats.measures(counted([1], [1], started_at=[T0 - 3_000]))
    assert found.start_delay[0] == pd.Timedelta(-3, "s")


@pytest.mark.parametrize(
    ("live", "replay", "flag", "state", "ended", "reason"),
    [
        (5, 5, True, "Ended", T0, pd.NA),
        (5, 5, True, "TIMEDOUT", T0, pd.NA),
        (5, 5, True, None, T0, pd.NA),
        (5, 5, True, "Paused", T0, pd.NA),
        (5, 5, True, "Paused", None, "not ended"),
        (5, 5, True, None, None, "not ended"),
        (5, 5, True, "RUNNING", T0, "not ended"),
        (5, 0, False, "Running", None, "not ended"),
        (5, 0, False, "Ended", T0, "no recording"),
        (5, None, False, "Ended", T0, "no recording"),
        (None, 0, False, "Ended", T0, "no recording"),
        (5, 3, False, "Ended", T0, pd.NA),
        (5, 0, True, "Ended", T0, pd.NA),
        (5, 0, None, "Ended", T0, pd.NA),
        (None, None, True, "Ended", T0, "no live count"),
        (5, None, None, "Ended", T0, "no replay count"),
        (0, 0, None, "Ended", T0, "both zero"),
        (0, 4, True, "Ended", T0, pd.NA),
    ],
)
def test_the_first_reason_that_applies(live, replay, flag, state, ended, reason) -> None:
    """A Space is excluded for the first reason that applies, a removed recording with plays is kept."""
    table = counted([live], [replay], is_space_available_for_replay=[flag], state=[state], ended_at=[ended])
    found = stats.measures(table)
    assert found.excluded[0] is reason or found.excluded[0] == reason
    assert (found.replay_share.isna() == found.excluded.notna()).all()


@pytest.mark.parametrize(("live", "replay", "share"), [(0, 7, 1.0), (7, 0, 0.0)])
def test_one_zero_gives_a_share_and_no_ratio(live: int, replay: int, share: float) -> None:
    """Where one count is 0, the share is 0 or 1 and the ratio is missing, not infinite."""
    row = stats.measures(counted([live], [replay])).iloc[0]
    assert row.replay_share == share
    assert row.log2_ratio is pd.NA


@pytest.mark.parametrize("followers", [0, None])
def test_no_followers_no_rate(followers: int | None) -> None:
    """Rates per follower are missing where the followers are 0 or missing."""
    row = stats.measures(counted([5], [5], creator_followers_count=[followers])).iloc[0]
    assert row.live_per_1k_followers is pd.NA
    assert row.replay_per_1k_followers is pd.NA


def test_an_end_before_the_start_has_no_duration() -> None:
    """A negative duration is missing; everything else of the Space stays."""
    row = stats.measures(counted([5], [5], ended_at=[T0 - HOUR])).iloc[0]
    assert row.duration is pd.NaT
    assert row.replay_share == 0.5


def test_the_index_and_the_input_stay() -> None:
    """Results lie on the index of the input, also one with repeats, and the input is not changed."""
    table = counted([1, 2, 0], [1, 2, 0]).set_axis([7, 7, "x"])
    before = table.copy()
    found = stats.measures(table)
    assert found.index.equals(table.index)
    assert found.excluded.isna().tolist() == [True, True, False]
    pd.testing.assert_frame_equal(table, before)


def test_missing_columns_are_named() -> None:
    """A table without the columns needed is refused with their names; what is no table, too."""
    with pytest.raises(ValueError, match="state"):
        stats.measures(counted([1], [1]).drop(columns="state"))
    with pytest.raises(TypeError, match="list"):
        stats.measures([1, 2])
    with pytest.raises(ValueError, match="total_live_listeners"):
        stats.measures(counted([1], [1]).assign(total_live_listeners=["many"]))


def test_plain_dtypes_are_read() -> None:
    """A table that went through a CSV file, with floats and text for counts and times, gives the same."""
    table = counted([300, None], [100, 5])
    plain = table.astype({"total_live_listeners": "float64", "state": "str"})
    plain["started_at"] = plain.started_at.dt.as_unit("ns")
    pd.testing.assert_frame_equal(stats.measures(plain), stats.measures(table))


def test_exclusions_are_counted() -> None:
    """`exclusions` has one row for each reason, in order, also for none."""
    table = counted([5, 0, None, 5], [5, 0, 1, 1], state=["Running", "Ended", "Ended", "Ended"])
    found = stats.exclusions(table)
    assert found.reason.tolist() == [
        "repeated",
        "not ended",
        "no recording",
        "no live count",
        "no replay count",
        "both zero",
    ]
    assert found.n.tolist() == [0, 1, 0, 1, 0, 1]


def test_samples_against_plain_python() -> None:
    """Share, ratio, duration and age of every sample Space equal plain arithmetic on its record."""
    batch = samples.sample_batch()
    found = stats.measures(batch.spaces)
    assert len(found) == len(batch.records)
    for record, row in zip(batch.records, found.itertuples(), strict=True):
        live, replay = record.get("total_live_listeners"), record.get("total_replay_watched")
        if row.excluded is pd.NA:
            assert row.replay_share == pytest.approx(replay / (live + replay), abs=1e-12)
        if row.log2_ratio is not pd.NA:
            assert row.log2_ratio == pytest.approx(math.log2(replay / live), abs=1e-9)
        if record.get("ended_at") and record.get("started_at"):
            span = int(record["ended_at"]) - record["started_at"]
            assert row.duration == pd.Timedelta(span, "ms")
    assert found.excluded.notna().any()
    assert found.excluded.isna().any()


def test_age_is_time_since_the_end() -> None:
    """`age` is fetched_at minus ended_at, missing where either is."""
    table = counted(
        [1, 1, 1], [1, 1, 1], fetched_at=[T0 + HOUR + DAY, None, T0], ended_at=[T0 + HOUR, T0, None]
    )
    assert stats.measures(table).age.tolist() == [pd.Timedelta("1D"), pd.NaT, pd.NaT]


def test_a_table_is_measured_once() -> None:
    """Within `measured_once` the same table is measured once; what is returned may be changed."""
    table = samples.sample_batch().spaces
    kept: Kept = {}
    with measured_once(kept):
        first = stats.measures(table)
        first["live"] = 0
        second = stats.measures(table)
    assert set(kept) == {(id(table), "measures"), (id(table), "repeated")}
    assert second.equals(stats.measures(table))


def test_rows_of_a_measured_table_need_not_be_measured_again() -> None:
    """What is known of some rows is what measuring them finds; nothing is known where a Space has several rows."""
    table = samples.sample_batch().spaces
    rows = np.arange(len(table)) % 3 > 0
    some, known = of_rows({}, table, rows)
    assert some.equals(table[rows])
    assert known[id(some), "measures"][1].equals(stats.measures(table[rows]))
    assert not known[id(some), "repeated"][1].any()
    twice = pd.concat([table, table.head(1)], ignore_index=True)
    assert "measures" not in {name for _, name in of_rows({}, twice, np.arange(len(twice)) > 0)[1]}


def test_what_is_of_each_row_by_itself_is_taken_from_the_whole_table() -> None:
    """Of some rows of a table, `once_by_row` takes what it knows of all, works it out once, and does so of theirs."""
    table, asked = samples.sample_batch().spaces, []

    def titles(spaces: pd.DataFrame) -> np.ndarray:
        asked.append(len(spaces))
        return spaces["title"].to_numpy()

    whole: Kept = {}
    for least in (10, 20):
        some, known = of_rows(whole, table, np.arange(len(table)) >= least)
        less, known_less = of_rows(known, some, np.arange(len(some)) % 2 == 0)
        for kept, rows in ((known, some), (known_less, less)):
            with measured_once(kept):
                assert once_by_row("titles", rows, titles).tolist() == rows["title"].tolist()
    assert asked == [len(table)]
    once_by_row("titles", some, titles)
    assert asked == [len(table), len(some)]
