"""The posts that announce Spaces: the first one of each Space, and how often it was seen. No live, no replay here."""

from __future__ import annotations

from typing import Final

import pandas as pd

from spacekit.stats.columns import COUNT, INSTANT, TEXT, frame, pick_posts, schema
from spacekit.tables.given import Posts
from spacekit.words import keyless

_ANNOUNCEMENTS: Final = schema(
    (TEXT, "space_id post_id"),
    (INSTANT, "posted_at"),
    (TEXT, "author_screen_name"),
    (COUNT, "author_followers_count views posts reposts"),
)
_ORDER: Final = ("posted_at", "post_id", "views")
NEEDED: Final = (
    "space_id",
    "post_id",
    "posted_at",
    "author_screen_name",
    "author_followers_count",
    "views",
    "is_repost",
)
"""Columns of a table of posts that are read here."""


@keyless
def announcements(posts: Posts) -> pd.DataFrame:
    """
    Return the first post that announces each Space, and how many others do.

    Parameters
    ----------
    posts
        A table of posts, as `Search.posts` has it, or a `Search`. It is not changed.

    Returns
    -------
    frame
        One row a Space, by the time of its first post, then by id:

        - `space_id`; `post_id`, `posted_at`, `author_screen_name`, `author_followers_count`, `views`: of the earliest
          post that links the Space and is no repost. `<NA>` where only reposts do, and where the post lacks it; `views`
          is never taken from a later post.
        - `posts`: how many posts link it that are no reposts (Int64).
        - `reposts`: how many reposts of such posts were found (Int64); the search does not find them all.

    Raises
    ------
    TypeError
        `posts` is neither.
    ValueError
        A column is missing, or cannot be read as its kind.

    Notes
    -----
    Only posts that the search found are counted: a Space may have been announced earlier in a post that is deleted by
    now, or that the query does not match. X does not define the views of a post; they are no number of readers.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     found = client.search(hosts="sample_archive", progress=False)
    >>> sk.stats.announcements(found)[["space_id", "author_screen_name", "posts"]].head(2)
            space_id author_screen_name  posts
    0  1SAMPLEmtTitl     sample_archive      3
    1  1SAMPLEerly03     sample_archive      2
    """
    table = _each_once(pick_posts(posts, " ".join(NEEDED)))
    own = table[~table["is_repost"].fillna(value=False).astype(bool)]
    first = own.drop_duplicates("space_id").set_index("space_id")
    all_posts, own_posts = (part["space_id"].value_counts() for part in (table, own))
    rows = first.reindex(pd.Index(table["space_id"].unique(), name="space_id"))
    rows["posts"] = own_posts.reindex(rows.index, fill_value=0)
    rows["reposts"] = all_posts.reindex(rows.index) - rows["posts"]
    return frame(rows.reset_index().sort_values(["posted_at", "space_id"], kind="stable"), _ANNOUNCEMENTS)


def _each_once(table: pd.DataFrame) -> pd.DataFrame:
    """Return the posts that link a Space, by time; of one that two queries found, the row with most views."""
    linked = table[table["space_id"].notna()]
    rest = [name for name in NEEDED if name not in _ORDER]
    ascending = [name != "views" for name in (*_ORDER, *rest)]
    ordered = linked.sort_values([*_ORDER, *rest], ascending=ascending)
    return ordered[~(ordered.duplicated(["space_id", "post_id"]) & ordered["post_id"].notna())]
