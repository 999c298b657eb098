"""Records of one made-up Space in every form that is known, for tests."""

import copy
from collections.abc import Callable
from typing import Any

import pandas as pd

from spacekit.samples import documented_record

V2_SPACE = {
    "id": "1jMJgLdenVjxL", "state": "ended", "title": "T", "creator_id": "9000000000000000101",
    "started_at": "2023-03-31T19:00:06.898Z", "ended_at": "2023-03-31T20:11:17.270Z", "participant_count": 9,
}  # fmt: skip
V2_USER = {
    "id": "9000000000000000101",
    "username": "made_up",
    "name": "M",
    "created_at": "2020-01-01T00:00:00.000Z",
    "public_metrics": {"followers_count": 7, "following_count": 5, "tweet_count": 4, "listed_count": 3},
}
V2_MISSING = {
    "value": "1SAMPLEgone00", "detail": "Could not find space with id: [1SAMPLEgone00].", "title": "Not Found Error",
    "resource_type": "space", "parameter": "ids", "resource_id": "1SAMPLEgone00",
    "type": "https://api.twitter.com/2/problems/resource-not-found",
}  # fmt: skip


def person(name: str, **values: Any) -> dict[str, Any]:
    """Return a person of GraphQL's lists."""
    known = {"periscope_user_id": "1AbC", "twitter_screen_name": name, "display_name": name.title()}
    return known | {"user_results": {"rest_id": f"9{len(name):018d}"}, "is_muted_by_admin": False} | values


def graphql(**values: Any) -> dict[str, Any]:
    """Return the documented Space as the metadata of `AudioSpaceById`."""
    record = documented_record()
    creator = record.pop("creator")
    space_id = record.pop("id")
    result = creator | {"__typename": "User", "id": "VXNlcjo2ODQ0Mjky", "rest_id": creator["id"]}
    return record | {"rest_id": space_id, "creator_results": {"result": result}} | values


PEOPLE = {
    "total": 54,
    "admins": [person("host", start=1680289206898, is_verified=True)],
    "speakers": [person("guest", is_muted_by_guest=True), {"twitter_screen_name": "without_account"}],
    "listeners": [],
}


def resold() -> dict[str, Any]:
    """Return the documented Space as a reseller nests it, with times in ISO 8601."""
    record = documented_record()
    user = record["creator"]["legacy"]
    keys = ("id", "title", "state", "created_at", "media_key")
    stats = ("total_replay_watched", "total_live_listeners")
    flags = ("is_locked", "is_space_available_for_replay", "conversation_controls")
    creator = {"id": record["creator"]["id"], "userName": user["screen_name"], "name": user["name"]}
    return {
        "data": {key: record[key] for key in keys}
        | {"scheduled_start": "2023-03-31T19:00:00.000Z"}
        | {"stats": {key: record[key] for key in stats} | {"total_participants": 99}}
        | {"settings": {key: record[key] for key in flags}}
        | {
            "creator": creator
            | {"followers": 1324928, "isBlueVerified": True, "createdAt": user["created_at"]}
        },
        "status": "success",
        "msg": "success",
    }


def flat() -> dict[str, Any]:
    """Return the documented Space as another reseller sends it."""
    record = documented_record()
    record |= {"started": record.pop("started_at"), "ended": record.pop("ended_at")}
    record["creator"]["rest_id"] = record["creator"].pop("id")
    return record


def newer_user() -> dict[str, Any]:
    """Return the documented Space with the names of its creator under `core`."""
    record = documented_record()
    legacy = record["creator"]["legacy"]
    record["creator"]["core"] = {key: legacy.pop(key) for key in ("name", "screen_name", "created_at")}
    return record


def flattened(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record with dotted keys, as pandas makes them."""
    made: dict[str, Any] = pd.json_normalize(record).to_dict("records")[0]
    return made


SHAPES: dict[str, Callable[[], dict[str, Any]]] = {
    "socialdata": documented_record,
    "socialdata, newer user": newer_user,
    "socialdata, flattened": lambda: flattened(documented_record()),
    "graphql": lambda: {
        "data": {"audioSpace": {"metadata": graphql(), "participants": PEOPLE, "sharings": {}}}
    },
    "graphql, from audioSpace": lambda: {"audioSpace": {"metadata": graphql(state="Running")}},
    "graphql, from metadata": lambda: {"metadata": graphql(state="Running"), "participants": PEOPLE},
    "graphql, metadata alone": graphql,
    "graphql, flattened": lambda: flattened({"data": {"audioSpace": {"metadata": graphql()}}}),
    "v2": lambda: {"data": V2_SPACE, "includes": {"users": [V2_USER]}},
    "v2, several": lambda: {
        "data": [V2_SPACE, V2_SPACE | {"id": "1SAMPLEIFQBSG", "state": "live", "creator_id": "5"}],
        "includes": {"users": [V2_USER, V2_USER | {"id": "5"}]},
        "errors": [V2_MISSING],
        "meta": {"result_count": 2},
    },
    "v2, bare": lambda: dict(V2_SPACE),
    "reseller": resold,
    "reseller, flat": flat,
    "socialdata, in a list": lambda: {"spaces": [documented_record()], "next_cursor": None},
    "graphql, in a list": lambda: {"results": [{"data": {"audioSpace": {"metadata": graphql()}}}]},
    "graphql, by id": lambda: {"1jMJgLdenVjxL": {"audioSpace": {"metadata": graphql()}}},
    "graphql, pages": lambda: {"data": [{"audioSpace": {"metadata": graphql()}}]},
}
"""Makers of a record for each form."""

MISSING: dict[str, Any] = {
    "GraphQL, unknown": {"data": {"audioSpace": {}}},
    "GraphQL, deleted": {"audioSpace": {"is_subscribed": False}},
    "GraphQL, null": {"data": {"audioSpace": None}},
    "GraphQL, metadata null": {"data": {"audioSpace": {"metadata": None}}},
    "GraphQL, metadata empty": {"metadata": {}},
    "API v2, none": {"data": [], "meta": {"result_count": 0}},
    "API v2, empty": {"data": {}},
    "API v2, missing": {"errors": [V2_MISSING]},
    "reseller, none": {"data": None, "status": "success", "msg": "success"},
}
"""Answers that there is no such Space."""

ERRORS: dict[str, Any] = {
    "rate limit": {"errors": [{"code": 88, "message": "Rate limit exceeded"}]},
    "rate limit beside data": {"data": {}, "errors": [{"code": 88, "message": "Rate limit exceeded"}]},
    "SocialData": {"status": "error", "message": "Insufficient credits"},
    "SocialData, fields": {"message": "Validation failed", "errors": {"id": ["is required"]}},
    "API v2": {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"},
    "reseller": {"data": None, "status": "error", "msg": "no such key"},
}
"""Errors that were kept in place of an answer."""

UNKNOWN: dict[str, Any] = {
    "anything": {"foo": 1, "bar": [2]},
    "a post": {"id": "1641872499875930112", "text": "hello", "created_at": "2023-03-31T19:00:06.898Z"},
    "posts of API v2": {"data": [{"id": "1641872499875930112", "text": "hello"}]},
    "wrapped": {"data": {"foo": 1}},
    "no object inside": {"data": 5},
    "words": {"metadata": "none"},
    "a notebook": {"cells": [], "metadata": {}, "nbformat": 4},
    "a chart": {"data": [], "layout": {}},
    "posts": {"tweets": [{"id_str": "1641872499875930112", "full_text": "hello"}]},
    "a list of anything": {"results": [{"foo": 1}, {"foo": 2}]},
    "a list with a time that would be lost": {"fetched_at": 1780315200000, "spaces": [documented_record()]},
}
"""Objects that are no Space of any form that is known."""


def every_kind() -> list[Any]:
    """Return a record of every kind above, and what is no object."""
    good = [make() for make in SHAPES.values()]
    return copy.deepcopy([*good, *MISSING.values(), *ERRORS.values(), *UNKNOWN.values(), {}, 5, None, []])
