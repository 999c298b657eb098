"""Other APIs' JSON of the same Space gives the same row; what is no Space is reported for what it is."""

from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest

from spacekit.samples import documented_record
from spacekit.tables import drift, normalize
from tests.tables.shapes import (
    ERRORS,
    MISSING,
    PEOPLE,
    SHAPES,
    UNKNOWN,
    V2_MISSING,
    V2_SPACE,
    V2_USER,
    flattened,
    graphql,
    person,
    resold,
)

WHOLE = [name for name in SHAPES if not name.startswith(("v2", "reseller", "graphql, from"))] + [
    "reseller, flat"
]
SOURCES = {name: name.partition(",")[0] for name in SHAPES}


@pytest.mark.parametrize("shape", WHOLE)
def test_every_form_of_the_documented_space_gives_its_row(shape: str) -> None:
    """The same Space, the same creator, no problem; only the source differs."""
    ours, theirs = normalize([documented_record()]), normalize([SHAPES[shape]()])
    assert theirs.spaces["source"][0] == SOURCES[shape]
    for name in ("spaces", "creators", "problems"):
        mine, other = (
            getattr(tables, name).drop(columns="source", errors="ignore") for tables in (ours, theirs)
        )
        pd.testing.assert_frame_equal(mine, other)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_row_says_whose_json_it_came_from(shape: str) -> None:
    """By the form of the record."""
    assert set(normalize([SHAPES[shape]()]).spaces["source"]) == {SOURCES[shape]}


def test_what_has_neither_id_nor_state_has_no_source() -> None:
    """Nothing says whose it is."""
    assert normalize([{}, {"title": "T"}]).spaces["source"].isna().all()


# --- GraphQL ---


def test_the_people_of_graphql_are_rows() -> None:
    """Admins, speakers, listeners, in this order; what a person does not have is missing."""
    people = normalize([documented_record(), {"metadata": graphql(), "participants": PEOPLE}]).participants
    assert set(people["space_id"]) == {"1jMJgLdenVjxL"}
    assert people["role"].tolist() == ["admin", "speaker", "speaker"]
    assert people["screen_name"].tolist() == ["host", "guest", "without_account"]
    assert people["name"].fillna("-").tolist() == ["Host", "Guest", "-"]
    assert people["account_id"].fillna("-").tolist() == ["9" + "4".zfill(18), "9" + "5".zfill(18), "-"]
    assert people["joined_at"].notna().tolist() == [True, False, False]
    assert people["joined_at"][0] == pd.Timestamp("2023-03-31 19:00:06.898", tz="UTC")
    assert people["is_verified"].fillna(False).tolist() == [True, False, False]
    assert people["muted_by_admin"].tolist()[:2] == [False, False]
    assert people["muted_by_guest"].isna().tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("state", "count"), [("Running", 54), ("RUNNING", 54), ("Ended", None), (None, None)]
)
def test_people_in_the_room_are_counted_while_a_space_runs(state: str | None, count: int | None) -> None:
    """After the end the number is 0 for every Space: it says nothing."""
    table = normalize([{"metadata": graphql(state=state), "participants": PEOPLE}]).spaces
    assert table["participants_now"].astype(object).where(table["participants_now"].notna(), None)[0] == count


def test_a_wrong_value_of_a_person_is_told() -> None:
    """With the Space, the column and the place."""
    people = {"admins": [person("host", start="soon"), 5], "speakers": {}, "listeners": 7}
    result = normalize([{"metadata": graphql(), "participants": people}])
    assert result.problems["column"].tolist() == ["participants", "participants", "joined_at"]
    assert set(result.problems["space_id"]) == {"1jMJgLdenVjxL"}
    assert len(result.participants) == 2


def test_total_participated_has_its_own_column() -> None:
    """Payloads of early 2022 have it in place of the live total."""
    record = documented_record() | {"total_participated": 7}
    del record["total_live_listeners"]
    row = normalize([record]).spaces.iloc[0]
    assert row["total_participated"] == 7
    assert pd.isna(row["total_live_listeners"])


def test_a_protected_creator_of_graphql_is_told() -> None:
    """As in our form."""
    protected = {"result": {"__typename": "UserUnavailable", "reason": "Protected"}}
    result = normalize([graphql(creator_results=protected)])
    assert result.problems["column"].tolist() == ["creator"]
    assert "Protected" in result.problems["reason"][0]


def test_the_base64_id_of_graphql_is_never_an_account() -> None:
    """Not even where there is no other."""
    creator = {"result": {"__typename": "User", "id": "VXNlcjo2ODQ0Mjky", "legacy": {"name": "N"}}}
    spaces = normalize([graphql(creator_results=creator)]).spaces
    assert spaces["creator_id"].isna().all()
    assert spaces["creator_name"][0] == "N"


# --- API v2 ---


def test_api_v2_gives_what_it_has() -> None:
    """Times and creator; both totals are missing, and the people in the room are not taken for one."""
    result = normalize([{"data": V2_SPACE, "includes": {"users": [V2_USER]}}])
    row, creator = result.spaces.iloc[0], result.creators.iloc[0]
    assert row["ended_at"] == pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")
    assert row["creator_id"] == V2_USER["id"]
    counts = ["total_live_listeners", "total_replay_watched", "total_participated", "participants_now"]
    assert row[counts].isna().all()
    metrics = ["screen_name", "followers_count", "friends_count", "statuses_count", "listed_count"]
    assert creator[metrics].tolist() == ["made_up", 7, 5, 4, 3]
    assert creator["created_at"] == pd.Timestamp("2020-01-01", tz="UTC")
    assert result.problems.empty


def test_api_v2_counts_the_people_in_a_room_that_is_live() -> None:
    """In its own words for running."""
    assert normalize([{"data": V2_SPACE | {"state": "live"}}]).spaces["participants_now"][0] == 9


def test_api_v2_may_hold_several_spaces() -> None:
    """Each is a row, with one `fetched_at`; problems name the record that held it."""
    spaces = [V2_SPACE, V2_SPACE | {"id": "1SAMPLEIFQBSG", "ended_at": "tomorrow"}]
    result = normalize([{}, {"data": spaces}], ["2026-01-01", "2026-01-02"])
    assert result.spaces["space_id"].tolist()[1:] == ["1jMJgLdenVjxL", "1SAMPLEIFQBSG"]
    assert result.spaces["fetched_at"].dt.day.tolist() == [1, 2, 2]
    assert result.problems[["record", "space_id"]].to_numpy().tolist() == [[1, "1SAMPLEIFQBSG"]]


def test_api_v2_names_the_spaces_that_it_does_not_have() -> None:
    """Each is a problem with its id, beside the rows of the others."""
    result = normalize([{"data": [V2_SPACE], "errors": [V2_MISSING]}])
    assert len(result.spaces) == 1
    assert result.problems["space_id"].tolist() == [V2_MISSING["resource_id"]]
    assert result.problems["column"].isna().all()


def test_an_error_of_api_v2_about_an_account_is_no_missing_space() -> None:
    """The Space is there; only its creator is not among the accounts."""
    error = {"resource_type": "user", "resource_id": "5", "title": "Not Found Error"}
    result = normalize([{"data": V2_SPACE, "errors": [error]}])
    assert len(result.spaces) == 1
    assert result.problems.empty


# --- resellers ---


def test_a_reseller_that_nests_gives_what_it_has() -> None:
    """Counts from `stats`, flags from `settings`, times in milliseconds or ISO 8601, the creator by its own names."""
    result = normalize([resold()])
    documented = normalize([documented_record()]).spaces
    columns = ["space_id", "title", "state", "created_at", "scheduled_start", "total_live_listeners",
               "total_replay_watched", "is_locked", "is_space_available_for_replay", "conversation_controls",
               "media_key", "creator_id", "creator_screen_name", "creator_name", "creator_followers_count",
               "creator_is_blue_verified"]  # fmt: skip
    pd.testing.assert_frame_equal(result.spaces[columns], documented[columns])
    assert result.spaces["total_participated"][0] == 99
    assert result.creators["created_at"][0] == pd.Timestamp("2007-06-16 00:14:36", tz="UTC")
    assert result.problems.empty


@pytest.mark.parametrize("shape", ["graphql", "v2", "reseller"])
def test_a_flattened_record_is_read_like_the_record(shape: str) -> None:
    """A known path spelt as one dotted key is read like the path."""
    record = SHAPES[shape]()
    for frame, other in zip(normalize([flattened(record)]), normalize([record]), strict=True):
        pd.testing.assert_frame_equal(frame, other)


def test_records_of_a_table_are_read_as_they_are() -> None:
    """NaN is missing, whole floats are counts, and aware Timestamps are instants."""
    frame = pd.json_normalize([documented_record(), {"id": "1SAMPLEslim00", "state": "NotStarted"}])
    frame["started_at"] = pd.to_datetime(frame["started_at"], unit="ms", utc=True)
    result = normalize(frame.to_dict("records"))
    assert result.problems.empty
    ours = normalize([documented_record()])
    pd.testing.assert_frame_equal(result.spaces[:1], ours.spaces)
    pd.testing.assert_frame_equal(result.creators, ours.creators)
    assert result.spaces.loc[1].drop(["space_id", "state", "source"]).isna().all()


@pytest.mark.parametrize("zone", [UTC, None], ids=["aware", "naive"])
def test_a_datetime_is_an_instant_if_it_names_its_zone(zone: Any) -> None:
    """A clock time alone could be any of 26 hours."""
    result = normalize([documented_record() | {"started_at": datetime(2023, 3, 31, 19, tzinfo=zone)}])
    assert result.spaces["started_at"].notna().tolist() == [zone is not None]
    assert result.problems["column"].tolist() == ([] if zone else ["started_at"])


# --- what is no Space ---


@pytest.mark.parametrize(
    ("record", "words"),
    [(r, "no Space") for r in (*MISSING.values(), *ERRORS.values())],
    ids=[*MISSING, *ERRORS],
)
def test_a_missing_space_and_an_error_are_no_row_but_a_problem(record: Any, words: str) -> None:
    """Its place is reported, and the records around it keep theirs."""
    result = normalize([documented_record(), record, documented_record()])
    assert len(result.spaces) == 2
    assert result.problems["record"].tolist() == [1]
    assert result.problems["column"].isna().all()
    assert result.problems["reason"].str.contains(words).all()


@pytest.mark.parametrize("record", UNKNOWN.values(), ids=UNKNOWN.keys())
def test_a_form_that_is_not_known_is_one_problem_with_its_keys(record: Any) -> None:
    """It is a row, as every object is, with nothing in it that was half read."""
    result = normalize([record])
    assert result.problems["reason"].str.contains("form that is not known, with the keys").tolist() == [True]
    assert len(result.spaces) == 1


@pytest.mark.parametrize(
    "record",
    [
        {"data": 5},
        {"data": {}},
        {"data": [5]},
        {"metadata": 5},
        {"rest_id": 5},
        {"participants": 5},
        {"errors": 5},
    ],
    ids=repr,
)
def test_what_only_looks_alike_loses_nothing(record: Any) -> None:
    """It is a row or a problem, never an exception."""
    result = normalize([record])
    assert len(result.spaces) + len(result.problems) >= 1


def test_a_list_under_a_name_is_accounted_for() -> None:
    """Spaces, missing ones and junk, each for itself; the key of a missing one is its id."""
    found = normalize([{"spaces": [documented_record(), {"data": {"audioSpace": {}}}, 5]}])
    assert found.spaces["space_id"].tolist() == ["1jMJgLdenVjxL"]
    assert found.problems["reason"].tolist() == ["no Space: audioSpace holds none", "not an object: int"]
    found = normalize(
        [{"1jMJgLdenVjxL": documented_record(), "1SAMPLEgone00": {}, "1SAMPLEgone01": {"data": {}}}]
    )
    assert found.problems["space_id"].tolist() == ["1SAMPLEgone01"]


def test_an_error_of_api_v2_with_an_odd_id_is_not_passed_over() -> None:
    """It is about a Space, whatever its id looks like."""
    found = normalize([{"data": V2_SPACE, "errors": [V2_MISSING | {"resource_id": "not an id"}]}])
    assert len(found.spaces) == len(found.problems) == 1


# --- drift ---


DRIFT = {
    "graphql": {
        "sharings": 1,
        "participants.admins.periscope_user_id": 1,
        "participants.speakers.periscope_user_id": 1,
    },
    "graphql, metadata alone": {},
    "v2": {},
    "v2, several": {"errors": 1, "meta": 1, "includes.users": 1},
    "reseller": {"msg": 1, "status": 1},
    "reseller, flat": {},
}


@pytest.mark.parametrize(("shape", "paths"), DRIFT.items(), ids=DRIFT)
def test_drift_lists_what_a_reader_passes_over(shape: str, paths: dict[str, int]) -> None:
    """In every form, under its place there; with the number of records that hold it."""
    frame = drift([SHAPES[shape](), documented_record()])
    assert dict(zip(frame["path"], frame["n"], strict=True)) == paths


def test_drift_looks_into_other_shapes() -> None:
    """A field beside the known ones is listed."""
    assert drift([{"metadata": graphql(total_new=5)}])["path"].tolist() == ["total_new"]
