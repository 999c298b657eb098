"""Other APIs' JSON of the same Space gives the same row; a missing Space of theirs is a problem and no row."""

from typing import Any

import pandas as pd
import pytest

from spacekit.samples import documented_record
from spacekit.tables import drift, normalize

MISSING: dict[str, Any] = {
    "GraphQL, unknown": {"data": {"audioSpace": {}}},
    "GraphQL, deleted": {"audioSpace": {"is_subscribed": False}},
    "GraphQL, null": {"data": {"audioSpace": None}},
    "GraphQL, metadata null": {"data": {"audioSpace": {"metadata": None}}},
    "GraphQL, metadata empty": {"metadata": {}},
    "API v2, none": {"data": [], "meta": {"result_count": 0}},
    "API v2, empty": {"data": {}},
}


def graphql() -> dict[str, Any]:
    """The documented Space as `AudioSpaceById` gives it: the metadata."""
    record = documented_record()
    creator = record.pop("creator")
    space_id = record.pop("id")
    result = creator | {"__typename": "User", "id": "VXNlcjo2ODQ0Mjky", "rest_id": creator["id"]}
    return record | {"rest_id": space_id, "creator_results": {"result": result}}


STORED: dict[str, Any] = {
    "whole": lambda: {"data": {"audioSpace": {"metadata": graphql(), "participants": {"total": 0}}}},
    "from audioSpace": lambda: {"audioSpace": {"metadata": graphql()}},
    "from metadata": lambda: {"metadata": graphql(), "participants": {"total": 0}},
    "metadata alone": graphql,
}


@pytest.mark.parametrize("stored", STORED.values(), ids=STORED.keys())
def test_graphql_gives_the_row_of_the_documented_answer(stored: Any) -> None:
    """From wherever it was stored downwards: the same Space, the same creator, no problem."""
    ours, theirs = normalize([documented_record()]), normalize([stored()])
    assert (ours.spaces.pop("source")[0], theirs.spaces.pop("source")[0]) == ("socialdata", "graphql")
    for frame, other in zip(ours, theirs, strict=True):
        pd.testing.assert_frame_equal(frame, other)


def test_a_protected_creator_of_graphql_is_told() -> None:
    """As in our form."""
    record = graphql() | {
        "creator_results": {"result": {"__typename": "UserUnavailable", "reason": "Protected"}}
    }
    result = normalize([record])
    assert result.problems["column"].tolist() == ["creator"]
    assert "Protected" in result.problems["reason"][0]


@pytest.mark.parametrize("record", MISSING.values(), ids=MISSING.keys())
def test_a_missing_space_is_no_row_but_a_problem(record: Any) -> None:
    """Its place is told, and the records around it keep theirs."""
    result = normalize([documented_record(), record, documented_record()])
    assert len(result.spaces) == 2
    assert result.problems["record"].tolist() == [1]
    assert result.problems["column"].isna().all()
    assert result.problems["reason"].str.startswith("no Space").all()


V2_SPACE = {
    "id": "1jMJgLdenVjxL", "state": "ended", "title": "T", "creator_id": "9000000000000000101",
    "started_at": "2023-03-31T19:00:06.898Z", "ended_at": "2023-03-31T20:11:17.270Z", "participant_count": 9,
}  # fmt: skip
V2_USER = {
    "id": "9000000000000000101",
    "username": "made_up",
    "name": "M",
    "public_metrics": {"followers_count": 7},
}


def test_api_v2_gives_what_it_has() -> None:
    """Times and creator; both totals are missing, and the people in the room are not taken for one."""
    result = normalize([{"data": V2_SPACE, "includes": {"users": [V2_USER]}}])
    row = result.spaces.iloc[0]
    assert row["ended_at"] == pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")
    assert row[["creator_id", "creator_screen_name", "creator_followers_count"]].tolist() == [
        V2_USER["id"],
        "made_up",
        7,
    ]
    assert row[["total_live_listeners", "total_replay_watched"]].isna().all()
    assert result.problems.empty


def test_api_v2_may_hold_several_spaces() -> None:
    """Each is a row, with one `fetched_at`; problems name the record that held it."""
    spaces = [V2_SPACE, V2_SPACE | {"id": "1SAMPLEIFQBSG", "ended_at": "tomorrow"}]
    result = normalize([{}, {"data": spaces}], ["2026-01-01", "2026-01-02"])
    assert result.spaces["space_id"].tolist()[1:] == ["1jMJgLdenVjxL", "1SAMPLEIFQBSG"]
    assert result.spaces["fetched_at"].dt.day.tolist() == [1, 2, 2]
    assert result.problems[["record", "space_id"]].to_numpy().tolist() == [[1, "1SAMPLEIFQBSG"]]


@pytest.mark.parametrize(
    "record", [{"data": 5}, {"data": {}}, {"data": [5]}, {"metadata": 5}, {"rest_id": 5}], ids=repr
)
def test_what_only_looks_alike_loses_nothing(record: Any) -> None:
    """It is a row or a problem, never an exception."""
    result = normalize([record])
    assert len(result.spaces) + len(result.problems) >= 1


def test_drift_looks_into_other_shapes() -> None:
    """A field beside the known ones is listed under its place in our form."""
    assert drift([{"metadata": graphql() | {"total_new": 5}}])["path"].tolist() == ["total_new"]
