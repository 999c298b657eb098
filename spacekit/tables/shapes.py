"""Recognises other APIs' JSON of a Space and turns it into the SocialData form. Pure; reads no values.

Sources: public clients of X's GraphQL `AudioSpaceById` and the files that they keep, and X's API v2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Record = Mapping[str, Any]

MARKS = ("data", "audioSpace", "metadata", "rest_id")
"""Keys of which the other forms have one at the top, where ours has `id`."""

USER_FIELDS = {"name": "name", "username": "screen_name", "description": "description", "location": "location",
               "verified": "verified", "verified_type": "verified_type", "profile_image_url": "profile_image_url_https",
               "created_at": "created_at"}  # fmt: skip
USER_COUNTS = {"followers_count": "followers_count", "following_count": "friends_count",
               "tweet_count": "statuses_count", "listed_count": "listed_count"}  # fmt: skip


class MissingSpaceError(Exception):
    """The record is another API's way to say that there is no such Space; `args[0]` says so."""


def spaces_in(record: Record) -> list[Record]:
    """
    Give the Spaces of a record in our form: mostly the record itself, unchanged.

    Parameters
    ----------
    record
        A parsed JSON object of the SocialData API, of GraphQL's `AudioSpaceById` (also stored from `audioSpace` or
        `metadata` downwards), or of API v2, which may hold several Spaces. What is no object among those is given
        as it is, for the caller to tell.

    Raises
    ------
    MissingSpaceError
        The object says that there is no such Space.
    """
    if "id" in record or not any(key in record for key in MARKS):
        return [record]
    data = record.get("data")
    if isinstance(data, list) and data:
        return [from_v2(entry, record) if isinstance(entry, Mapping) else entry for entry in data]
    if isinstance(data, Mapping) and "id" in data:
        return [from_v2(data, record)]
    if "data" in record and not (isinstance(data, Mapping) and "audioSpace" in data):
        raise MissingSpaceError("no Space: data holds none")
    return [from_graphql(record, data)]


def source_of(record: Record) -> str | None:
    """Return the name of the API that a record came from; None where it has neither id nor state."""
    if "id" in record or not any(key in record for key in MARKS):
        return "socialdata" if "id" in record or "state" in record else None
    data = record.get("data")
    return "v2" if isinstance(data, list) or (isinstance(data, Mapping) and "id" in data) else "graphql"


def from_graphql(record: Record, data: Any) -> Record:
    """Turn `AudioSpaceById`, from wherever it was stored downwards, into our form."""
    outer = data if isinstance(data, Mapping) else record
    space = outer.get("audioSpace", outer)
    if not isinstance(space, Mapping):
        raise MissingSpaceError(f"no Space: audioSpace is {type(space).__name__}")
    metadata = space.get("metadata", space if "rest_id" in space else None)
    if not isinstance(metadata, Mapping) or not metadata:
        raise MissingSpaceError("no Space: audioSpace holds no metadata")
    ours = {key: value for key, value in metadata.items() if key not in ("rest_id", "creator_results")}
    ours["id"] = metadata.get("rest_id")
    results = metadata.get("creator_results")
    if results is not None:
        creator = results.get("result") if isinstance(results, Mapping) else results
        ours["creator"] = user_of(creator) if isinstance(creator, Mapping) else creator
    return ours


def user_of(result: Record) -> Record:
    """Give a user of GraphQL as our creator: its `id` is base64 text, the account is `rest_id`."""
    ours = {key: value for key, value in result.items() if key != "rest_id"}
    return ours | {"id": result["rest_id"]} if "rest_id" in result else ours


def from_v2(space: Record, record: Record) -> Record:
    """Turn a Space of API v2 into our form; it has no live total, no replay total and no replay flag."""
    ours = {key: value for key, value in space.items() if key != "creator_id"}
    account = space.get("creator_id")
    if account is not None:
        includes = record.get("includes")
        users = includes.get("users") if isinstance(includes, Mapping) else None
        known = (
            [u for u in users if isinstance(u, Mapping) and u.get("id") == account]
            if isinstance(users, list)
            else []
        )
        ours["creator"] = {"id": account, "legacy": profile_of(known[0]) if known else {}}
    return ours


def profile_of(user: Record) -> Record:
    """Give a user of API v2 under the names of our `creator.legacy`."""
    profile = {ours: user[theirs] for theirs, ours in USER_FIELDS.items() if theirs in user}
    metrics = user.get("public_metrics")
    if isinstance(metrics, Mapping):
        profile |= {ours: metrics[theirs] for theirs, ours in USER_COUNTS.items() if theirs in metrics}
    return profile
