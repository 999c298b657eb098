"""The first look at a table: every check holds for the row made for it, and for no sound one."""

import pandas as pd
import pytest
from typed_spaces import DAY, HOUR, ONE_EACH, T0, counted

from spacekit import samples, stats

SOUND = {"title": "Talk", "creator_id": "1", "total_live_listeners": 5, "total_replay_watched": 5}
END = T0 + HOUR
CASES = {
    "no id": {"space_id": None},
    "no title": {"title": "  "},
    "no creator": {"creator_id": None},
    "no followers": {"creator_followers_count": 0},
    "no state": {"state": None},
    "unknown state": {"state": "Paused"},
    "not ended": {"state": "RUNNING", "ended_at": None},
    "no start": {"started_at": None},
    "no end": {"ended_at": None},
    "no schedule": {"scheduled_start": None},
    "no live count": {"total_live_listeners": None},
    "no replay count": {"total_replay_watched": None},
    "no fetch time": {"fetched_at": None},
    "zero live": {"total_live_listeners": 0},
    "zero replay": {"total_replay_watched": 0},
    "both zero": {"total_live_listeners": 0, "total_replay_watched": 0},
    "recording unknown": {"is_space_available_for_replay": None, "total_replay_watched": 0},
    "no recording": {"is_space_available_for_replay": False, "total_replay_watched": None},
    "recording removed": {"is_space_available_for_replay": False},
    "start before set-up": {"started_at": T0 - 2 * DAY, "ended_at": T0 - 2 * DAY + HOUR},
    "schedule before set-up": {"scheduled_start": T0 - 2 * DAY},
    "end before start": {"ended_at": T0 - HOUR},
    "fetched before end": {"fetched_at": T0},
    "longer than a day": {"ended_at": END + 2 * DAY},
    "fetched within a day of the end": {"fetched_at": END + HOUR},
    "age under a tenth of the oldest": {"fetched_at": END + 2 * DAY},
    "stale": {"state": "Running", "ended_at": None, "fetched_at": END + DAY},
}
ALSO = {  # what a case cannot help being as well
    "both zero": {"zero live", "zero replay"},
    "no recording": {"no replay count"},
    "recording unknown": {"zero replay"},
    "fetched within a day of the end": {"age under a tenth of the oldest"},
    "stale": {"not ended"},
}


def table(*rows: dict) -> pd.DataFrame:
    """Make a table of sound Spaces, changed as each row says."""
    columns = {name for row in rows for name in row} | set(SOUND)
    base = ONE_EACH | SOUND
    given = {name: [(base | row).get(name) for row in rows] for name in columns - {"space_id"}}
    ids = [row.get("space_id", f"1MADEUP{i:06d}") for i, row in enumerate(rows)]
    return counted(
        given.pop("total_live_listeners"),
        given.pop("total_replay_watched"),
        given.pop("creator_id"),
        space_id=ids,
        **given,
    )


@pytest.mark.parametrize("check", CASES)
def test_each_check_finds_its_case(check: str) -> None:
    """A Space made for one check is found by it, with its id, and by no other; the sound ones by none."""
    found = stats.quality(table({}, CASES[check], {})).set_index("check")
    assert set(found.index[found.n > 0]) == {check} | ALSO.get(check, set())
    assert found.n[check] == 1
    assert found.share[check] == pytest.approx(1 / 3)
    assert check == "no id" or found.examples[check] == "1MADEUP000001"
    assert set(CASES) | {"repeated"} == set(found.index)


def test_older_rows_are_counted_once_and_nowhere_else() -> None:
    """Of three rows of one Space two are repeated, which changes neither number nor share of another check."""
    running = {"space_id": "1abc", "state": "Running", "fetched_at": T0}
    found = stats.quality(table({"space_id": "1abc", "title": None}, running, running, {})).set_index("check")
    assert found.n["repeated"] == 2
    assert found.share["repeated"] == 0.5
    assert found.examples["repeated"] == "1abc"
    once = stats.quality(table({"space_id": "1abc", "title": None}, {})).set_index("check")
    pd.testing.assert_frame_equal(found.drop("repeated"), once.drop("repeated"))


def test_all_checks_are_always_there() -> None:
    """The checks, their order and dtypes are the same for an empty table, where shares are missing."""
    full, empty = stats.quality(table({}, {})), stats.quality(table({})[:0])
    assert full.check.tolist() == empty.check.tolist()
    assert (full.dtypes == empty.dtypes).all()
    assert [*full] == ["check", "n", "share", "examples"]
    assert (empty.n == 0).all()
    assert empty.share.isna().all()
    assert full.examples.isna().all()


def test_at_most_five_examples() -> None:
    """Of many rows five ids are given, sorted, whatever the order of the table."""
    found = stats.quality(table(*[{"title": None}] * 9).iloc[::-1]).set_index("check")
    assert found.n["no title"] == 9
    assert found.examples["no title"].split() == [f"1MADEUP{i:06d}" for i in range(5)]


def test_samples_agree_with_measures() -> None:
    """On the sample Spaces the checks that `measures` also knows agree with it."""
    spaces = samples.sample_batch().spaces
    found = stats.quality(spaces).set_index("check").n
    reasons = stats.exclusions(spaces).set_index("reason").n
    assert found["not ended"] == reasons["not ended"]
    assert found["no recording"] == reasons["no recording"]
    assert found["repeated"] == reasons["repeated"]
    assert found["recording removed"] >= 1
