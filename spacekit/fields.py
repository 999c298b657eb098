"""The table of columns: name, place in the JSON, kind, unit, meaning. All else reads it; it decides nothing.

Sources: the documented answer of the SocialData API, and public payloads where a meaning says "seen".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Kind = Literal["id", "text", "texts", "count", "code", "flag", "instant", "span"]

DTYPES: dict[str, Any] = {
    "id": pd.StringDtype("pyarrow"),
    "text": pd.StringDtype("pyarrow"),
    "texts": pd.StringDtype("pyarrow"),
    "count": pd.Int64Dtype(),
    "code": pd.Int64Dtype(),
    "flag": pd.BooleanDtype(),
    "instant": pd.DatetimeTZDtype("ms", "UTC"),
    "span": "timedelta64[ms]",
}
"""The dtype of each kind of column; it never depends on the data."""


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table, and where in a record it comes from: `path`, or `also` where that holds nothing."""

    name: str
    path: str
    kind: Kind
    unit: str = ""
    meaning: str = ""
    label: str = ""
    also: str = ""

    @property
    def dtype(self) -> Any:
        """The pandas dtype of the column."""
        return DTYPES[self.kind]

    @property
    def axis_label(self) -> str:
        """Words for the axis of a chart: the label, with the unit where it has one."""
        words = self.label or self.name.replace("_", " ")
        return f"{words} ({self.unit})" if self.unit and self.unit not in words else words


# One column a few lines, no more: this is a table to read.
# fmt: off
SPACES: tuple[Field, ...] = (
    Field("space_id", "id", "id",
          meaning="Id of the Space: letters and digits, case-sensitive.", label="Space"),
    Field("title", "title", "text", meaning="Title as the host typed it; may be absent."),
    Field("state", "state", "text",
          meaning="NotStarted, PrePublished, Running, Ended, Canceled or TimedOut as sent; other values and "
          "other case may come."),
    Field("created_at", "created_at", "instant",
          meaning="When the Space was set up; can be days before its start, so it is never used as the "
          "start.", label="set up at"),
    Field("scheduled_start", "scheduled_start", "instant",
          meaning="When it was announced to start; absent for instant Spaces; may be after started_at.",
          label="scheduled start"),
    Field("started_at", "started_at", "instant",
          meaning="When it went live; absent before.", label="started at"),
    Field("ended_at", "ended_at", "instant", meaning="When it ended; absent before.", label="ended at"),
    Field("updated_at", "updated_at", "instant",
          meaning="Last change of the Space's own data; does not move when replays grow, so it does not "
          "date the counts.", label="updated at"),
    Field("total_live_listeners", "total_live_listeners", "count", "listeners",
          "Live listeners as X reports them; X does not define the count: not the number in the "
          "room at any moment, not distinct listeners.", label="live listeners (as X reports)"),
    Field("total_replay_watched", "total_replay_watched", "count", "plays",
          "Plays of the recording up to fetched_at (an inference: X does not define it); keeps "
          "growing after the end; 0 is ambiguous, read it with is_space_available_for_replay and "
          "state.", label="replay plays (as X reports)"),
    Field("disallow_join", "disallow_join", "flag",
          meaning="The host closed the Space to joining; may be absent."),
    Field("narrow_cast_space_type", "narrow_cast_space_type", "code",
          meaning="0 in every sample seen; no other value is defined in public."),
    Field("is_employee_only", "is_employee_only", "flag",
          meaning="Only for employees, by its name; not defined in public."),
    Field("is_locked", "is_locked", "flag", meaning="Locked, by its name; not defined in public."),
    Field("is_space_available_for_replay", "is_space_available_for_replay", "flag",
          meaning="A recording can be played at fetched_at; may be absent, which is not false.",
          label="recording available"),
    Field("is_space_available_for_clipping", "is_space_available_for_clipping", "flag",
          meaning="Clips may be cut from it; may be absent, which is not false."),
    Field("conversation_controls", "conversation_controls", "code",
          meaning="Who may speak; 0 in every sample seen, no other value is defined in public."),
    Field("replay_start_time", "replay_start_time", "span", "ms",
          "Offset into the recording at which the replay starts; a span, not an instant.",
          label="replay start offset"),
    Field("media_key", "media_key", "id", meaning="Key of the audio; text."),
    Field("creator_id", "creator.id", "id",
          meaning="Account that made the Space, as text (beyond 2^53); further hosts are not in the answer.",
          label="creator id"),
    Field("creator_screen_name", "creator.legacy.screen_name", "text",
          meaning="The creator's handle, without @.", label="creator",
          also="creator.core.screen_name"),
    Field("creator_name", "creator.legacy.name", "text",
          meaning="The creator's display name.", label="creator name",
          also="creator.core.name"),
    Field("creator_followers_count", "creator.legacy.followers_count", "count", "followers",
          "Followers of the creator at fetched_at, not at the time of the Space.",
          label="followers of the creator at fetch"),
    Field("creator_is_blue_verified", "creator.is_blue_verified", "flag",
          meaning="The creator has a blue check mark."),
    Field("creator_verified_type", "creator.legacy.verified_type", "text",
          meaning="Business or Government; absent or empty for others."),
    Field("total_participated", "total_participated", "count", "accounts",
          "Participants in all, by its name; only in payloads of early 2022 and from resellers; X does not "
          "define it."),
)
"""Columns of `spaces` that are read from a record, in order; `participants_now`, `fetched_at`, `source` follow."""

PARTICIPANTS_NOW = Field("participants_now", "participants.total", "count", "accounts",
          "Accounts in the room at fetched_at, from GraphQL and API v2; only of a running Space, for the "
          "number is 0 after the end.")

_FETCHED_AT = Field("fetched_at", "", "instant",
          meaning="When spacekit fetched the answer, by the clock of the Client; no field of the API says "
          "when a count was true.", label="fetched at")

SOURCE = Field("source", "", "text",
          meaning="Whose JSON the row came from: socialdata, graphql (X's AudioSpaceById), v2 (X's API v2) or "
          "reseller (another service).")

CREATORS: tuple[Field, ...] = (
    Field("creator_id", "creator.id", "id", meaning="Account id as text (beyond 2^53)."),
    Field("has_graduated_access", "creator.has_graduated_access", "flag",
          meaning="As sent; not defined in public."),
    Field("is_blue_verified", "creator.is_blue_verified", "flag", meaning="Has a blue check mark."),
    Field("profile_image_shape", "creator.profile_image_shape", "text", meaning="Circle, Square or Hexagon."),
    Field("affiliate_description", "creator.affiliates_highlighted_label.label.description", "text",
          meaning="Label next to the name: who the account is affiliated with."),
    Field("affiliate_url", "creator.affiliates_highlighted_label.label.url.url", "text",
          meaning="Where the label links."),
    Field("affiliate_badge_url", "creator.affiliates_highlighted_label.label.badge.url", "text",
          meaning="Picture of the label."),
    Field("affiliate_label_type", "creator.affiliates_highlighted_label.label.userLabelType", "text",
          meaning="Kind of label, such as BusinessLabel."),
    Field("affiliate_display_type", "creator.affiliates_highlighted_label.label.userLabelDisplayType", "text",
          meaning="How the label is shown, such as Badge."),
    Field("can_dm", "creator.legacy.can_dm", "flag", meaning="The asking account may send a message."),
    Field("can_media_tag", "creator.legacy.can_media_tag", "flag",
          meaning="The account may be tagged in pictures."),
    Field("created_at", "creator.legacy.created_at", "instant", meaning="When the account was made.",
          also="creator.core.created_at"),
    Field("default_profile", "creator.legacy.default_profile", "flag",
          meaning="Profile theme never changed."),
    Field("default_profile_image", "creator.legacy.default_profile_image", "flag",
          meaning="No profile picture set."),
    Field("description", "creator.legacy.description", "text", meaning="The account's own description."),
    Field("description_urls", "creator.legacy.entities.description.urls", "texts",
          meaning="Links in the description, expanded, joined by blanks."),
    Field("fast_followers_count", "creator.legacy.fast_followers_count", "count", "followers",
          "As sent; not defined in public."),
    Field("favourites_count", "creator.legacy.favourites_count", "count", "likes",
          "Posts that the account liked."),
    Field("followers_count", "creator.legacy.followers_count", "count", "followers",
          "Followers at the time of fetching."),
    Field("friends_count", "creator.legacy.friends_count", "count", "accounts", "Accounts that it follows."),
    Field("has_custom_timelines", "creator.legacy.has_custom_timelines", "flag",
          meaning="As sent; not defined in public."),
    Field("is_translator", "creator.legacy.is_translator", "flag",
          meaning="Takes part in X's translation programme."),
    Field("listed_count", "creator.legacy.listed_count", "count", "lists", "Lists that hold the account."),
    Field("location", "creator.legacy.location", "text", meaning="Place as the account typed it."),
    Field("media_count", "creator.legacy.media_count", "count", "posts", "Posts with pictures or video."),
    Field("name", "creator.legacy.name", "text", meaning="Display name.",
          also="creator.core.name"),
    Field("normal_followers_count", "creator.legacy.normal_followers_count", "count", "followers",
          "As sent; not defined in public."),
    Field("pinned_tweet_ids_str", "creator.legacy.pinned_tweet_ids_str", "texts",
          meaning="Ids of pinned posts, joined by blanks."),
    Field("possibly_sensitive", "creator.legacy.possibly_sensitive", "flag",
          meaning="Marked as possibly sensitive."),
    Field("profile_banner_url", "creator.legacy.profile_banner_url", "text",
          meaning="Picture at the profile's top."),
    Field("profile_image_url_https", "creator.legacy.profile_image_url_https", "text",
          meaning="Profile picture."),
    Field("profile_interstitial_type", "creator.legacy.profile_interstitial_type", "text",
          meaning="Warning shown before the profile; empty if none."),
    Field("screen_name", "creator.legacy.screen_name", "text", meaning="Handle, without @.",
          also="creator.core.screen_name"),
    Field("statuses_count", "creator.legacy.statuses_count", "count", "posts", "Posts of the account."),
    Field("translator_type", "creator.legacy.translator_type", "text",
          meaning="As sent, such as regular or none."),
    Field("verified", "creator.legacy.verified", "flag",
          meaning="Verified in the old sense; false for accounts with a blue check mark."),
    Field("verified_type", "creator.legacy.verified_type", "text",
          meaning="Business or Government; absent or empty for others."),
    Field("want_retweets", "creator.legacy.want_retweets", "flag",
          meaning="The asking account sees its reposts."),
    Field("withheld_in_countries", "creator.legacy.withheld_in_countries", "texts",
          meaning="Country codes where the account is withheld, joined by blanks."),
)
"""Columns of `creators`, in order."""

PARTICIPANTS: tuple[Field, ...] = (
    Field("space_id", "", "id", meaning="Id of the Space."),
    Field("role", "role", "text",
          meaning="admin (host or co-host), speaker or listener; once a Space has ended, X lists no listeners."),
    Field("account_id", "user_results.rest_id", "id", meaning="Account id as text (beyond 2^53)."),
    Field("screen_name", "twitter_screen_name", "text", meaning="Handle, without @."),
    Field("name", "display_name", "text", meaning="Display name."),
    Field("joined_at", "start", "instant", meaning="When the person came in; may be absent."),
    Field("is_verified", "is_verified", "flag", meaning="Has a check mark, by its name; not defined in public."),
    Field("muted_by_admin", "is_muted_by_admin", "flag", meaning="Muted by a host."),
    Field("muted_by_guest", "is_muted_by_guest", "flag", meaning="Muted by the person."),
)
"""Columns of `participants`, in order: only GraphQL lists them, and its lists are empty after the end."""

PROBLEMS: tuple[Field, ...] = (
    Field("record", "", "count", meaning="Place of the record in the input, counted from 0."),
    Field("space_id", "", "id", meaning="Id of the Space, where it could be read."),
    Field("column", "", "text",
          meaning="Column whose value could not be read, or the part of the record; missing where the whole "
          "record could not."),
    Field("value", "", "text", meaning="The value, as Python shows it, cut at 100 characters."),
    Field("reason", "", "text", meaning="Why it could not be read."),
)

OUTCOMES: tuple[Field, ...] = (
    Field("input", "", "text", meaning="What was asked for, as given."),
    Field("space_id", "", "id", meaning="The id in it; missing where there is none."),
    Field("outcome", "", "text",
          meaning="ok, archived, duplicate, invalid, not_found, forbidden, rejected, no_credit, "
          "unauthorized, failed or not_tried."),
    Field("http_status", "", "code", meaning="Status of the last answer; missing where none came."),
    Field("message", "", "text", meaning="What went wrong and what to do; missing where all went well."),
    Field("attempts", "", "count", "requests", "Requests sent for it in this run."),
    Field("fetched_at", "", "instant", meaning="When the answer that counts came."),
    Field("from_archive", "", "flag", meaning="Whether that answer came from the archive."),
    Field("record", "", "count",
          meaning="Place of its record in `batch.records`; missing where there is none."),
)

POSTS: tuple[Field, ...] = (
    Field("post_id", "id_str", "id", meaning="Id of the post, as text (beyond 2^53).", label="post", also="id"),
    Field("posted_at", "tweet_created_at", "instant", meaning="When it was posted.", label="posted at",
          also="created_at"),
    Field("space_id", "entities.urls[].expanded_url", "id",
          meaning="Id of a Space that the post links to, also inside the post that it quotes or reposts; a post with "
          "two Spaces has two rows.", label="Space"),
    Field("author_id", "user.id_str", "id", meaning="Account that posted it, as text (beyond 2^53).",
          label="author id", also="user.id"),
    Field("author_screen_name", "user.screen_name", "text", meaning="The author's handle, without @.", label="author"),
    Field("author_followers_count", "user.followers_count", "count", "followers",
          "Followers of the author when the search was made, not when it was posted.",
          label="followers of the author at search"),
    Field("text", "full_text", "text", meaning="Text of the post; links in it are shortened (t.co).", also="text"),
    Field("is_repost", "retweeted_status", "flag",
          meaning="It reposts another post; text and counts are as sent, mostly those of the repost itself."),
    Field("is_quote", "quoted_status", "flag", meaning="It quotes another post."),
    Field("likes", "favorite_count", "count", "likes", "Likes at the time of the search."),
    Field("replies", "reply_count", "count", "replies", "Replies at the time of the search."),
    Field("reposts", "retweet_count", "count", "reposts", "Reposts at the time of the search, without quotes."),
    Field("quotes", "quote_count", "count", "quotes", "Posts that quote it, at the time of the search."),
    Field("views", "views_count", "count", "views",
          "Views of the post at the time of the search; may be absent; X does not define the count: not distinct "
          "readers, and not listeners.", label="views of the post (as X reports)"),
    Field("query", "", "text", meaning="The query that found it."),
)
"""Columns of the posts of a search, in order."""

_QUERIES: tuple[Field, ...] = (
    Field("query", "", "text", meaning="The query as sent; `max_id:` was added to go on below the lowest id."),
    Field("posts", "", "count", "posts", "Posts that came, each once, also those without a Space."),
    Field("pages", "", "count", "pages", "Pages that came, from the service or the archive."),
    Field("spaces", "", "count", "Spaces", "Spaces in these posts."),
    Field("from_archive", "", "flag", meaning="Whether all of its pages came from the archive."),
    Field("ended", "", "text",
          meaning="Why it asked for no further page: nothing new, since passed, max_posts, or as the outcomes: "
          "not_found, forbidden, rejected, not_tried, failed, no_credit, unauthorized."),
    Field("message", "", "text", meaning="The same in words, with what to do."),
)
"""Columns of the queries of a search, in order."""
# fmt: on

_OBSERVATIONS: tuple[Field, ...] = (
    Field(
        "age",
        "",
        "span",
        meaning="Time from ended_at to fetched_at; negative if the end was still ahead, missing where no end is known.",
    ),
)
"""Columns of `observations` besides those of `spaces`."""

_AT_AGE: tuple[Field, ...] = (
    Field(
        "age_before",
        "",
        "span",
        meaning="Age of the Space at the observation from which its replay count was read: the last one up to the "
        "age asked for; missing where there is none.",
    ),
    Field(
        "age_after",
        "",
        "span",
        meaning="The same of the first observation from that age on; equal to age_before if made at that age.",
    ),
)
"""Columns of `at_age` besides those of `spaces`."""

NOT_SHOWN = frozenset({"creator.affiliates_highlighted_label.label.url.urlType", "creator.__typename"})
"""Known, but in no table: how the app opens the label's link, and whether the account is shown (see `problems`)."""

STATES = ("NotStarted", "PrePublished", "Running", "Ended", "Canceled", "TimedOut")
"""The states that are documented; comparisons ignore case."""

FINISHED_STATES = frozenset({"ended", "timedout"})
"""States, in lower case, of a Space that is over and may have a replay."""

MADE_UP_PREFIX = "1SAMPLE"
"""How the ids of all made-up Spaces begin; charts that draw one say that it is made up."""

TABLES: dict[str, tuple[Field, ...]] = {
    "spaces": (*SPACES, PARTICIPANTS_NOW, _FETCHED_AT, SOURCE),
    "creators": CREATORS,
    "participants": PARTICIPANTS,
    "problems": PROBLEMS,
    "outcomes": OUTCOMES,
    "posts": POSTS,
    "queries": _QUERIES,
    "observations": _OBSERVATIONS,
    "at_age": _AT_AGE,
}
"""Every table and its columns, in order; of `observations` and `at_age`, those that follow the columns of `spaces`."""


def field(name: str, table: str = "spaces") -> Field:
    """Return the field of a column, or raise a `KeyError` that names the columns there are."""
    for entry in TABLES[table]:
        if entry.name == name:
            return entry
    raise KeyError(f"{table}: there is no column {name!r}. Use one of {[f.name for f in TABLES[table]]}.")
