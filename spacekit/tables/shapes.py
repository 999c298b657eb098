"""The shapes of JSON: how other APIs name the fields of a Space and its creator, and what marks whose it is."""

from __future__ import annotations

from spacekit.fields import CREATORS, SPACES

TOP = frozenset(f.path for f in SPACES if "." not in f.path)
_LEGACY = {f.path.rpartition(".")[2]: f.path for f in CREATORS if f.path.startswith("creator.legacy.")}

NAMES: dict[str, dict[str, str]] = {
    "": {"rest_id": "id", "creator_id": "creator.id", "started": "started_at", "ended": "ended_at"},
    "stats": {
        "total_live_listeners": "total_live_listeners",
        "total_replay_watched": "total_replay_watched",
        "total_participants": "total_participated",
    },
    "settings": {name: name for name in sorted(TOP)},
    "creator": _LEGACY | {
        "rest_id": "creator.id",
        "username": "creator.legacy.screen_name",
        "userName": "creator.legacy.screen_name",
        "profile_image_url": "creator.legacy.profile_image_url_https",
        "profilePicture": "creator.legacy.profile_image_url_https",
        "coverPicture": "creator.legacy.profile_banner_url",
        "followers": "creator.legacy.followers_count",
        "following": "creator.legacy.friends_count",
        "favouritesCount": "creator.legacy.favourites_count",
        "statusesCount": "creator.legacy.statuses_count",
        "mediaCount": "creator.legacy.media_count",
        "createdAt": "creator.legacy.created_at",
        "isVerified": "creator.legacy.verified",
        "isBlueVerified": "creator.is_blue_verified",
        "verifiedType": "creator.legacy.verified_type",
        "canDm": "creator.legacy.can_dm",
        "isTranslator": "creator.legacy.is_translator",
        "hasCustomTimelines": "creator.legacy.has_custom_timelines",
        "possiblySensitive": "creator.legacy.possibly_sensitive",
        "pinnedTweetIds": "creator.legacy.pinned_tweet_ids_str",
        "withheldInCountries": "creator.legacy.withheld_in_countries",
    },
    "creator.public_metrics": {
        "followers_count": "creator.legacy.followers_count",
        "following_count": "creator.legacy.friends_count",
        "tweet_count": "creator.legacy.statuses_count",
        "listed_count": "creator.legacy.listed_count",
    },
}  # fmt: skip
"""For each object of another form: its names, and the places in our form that they fill where those are empty."""

GRAPHQL_MARKS = ("rest_id", "creator_results")
V2_MARKS = ("creator_id", "participant_count", "host_ids", "speaker_ids", "subscriber_count", "is_ticketed")
RESELLER_MARKS = ("stats", "settings", "started", "ended")
CREATOR_MARKS = ("rest_id", "screen_name", "username", "userName", "public_metrics")
WRAPPERS = ("data", "audioSpace", "metadata")
"""Objects that other forms put around a Space, outer ones first."""
AROUND = {"status", "success", "code", "msg", "message", "meta", "includes", "errors", "extensions",
          "participants", "sharings", "is_subscribed"}  # fmt: skip
"""What may stand beside an empty wrapper in the answer that there is no such Space."""
LISTS = ("spaces", "results", "items", "records", "responses", "result", "space")
"""Names under which people and services keep one answer or several."""
V2_PATHS = frozenset({"id", "state", "title", "created_at", "scheduled_start", "started_at", "ended_at", "updated_at",
                      "creator.id", *NAMES["creator.public_metrics"].values(), "creator.legacy.screen_name",
                      "creator.legacy.profile_image_url_https", *(f"creator.legacy.{name}" for name in (
                          "name", "description", "location", "verified", "verified_type", "created_at"))})  # fmt: skip
"""What API v2 can fill, in our form."""

RESELLER_PATHS = TOP | {"creator.id"} | set(NAMES["creator"].values())
"""What resellers can fill, in our form."""
