"""Reach: views of the announcing post beside live and replay, over all Spaces. Three counts, and none is of people."""

from __future__ import annotations

from typing import Final

import pandas as pd

from spacekit.stats.columns import COUNT, NUMBER, floats, frame, schema
from spacekit.stats.measures import measures
from spacekit.tables.given import Posts, Spaces, posts_in
from spacekit.words import keyless

_REACH: Final = schema(
    (COUNT, "n n_views n_ratio"),
    (NUMBER, "views_median live_median replay_median views_per_live views_per_replay"),
)


@keyless
def reach(spaces: Spaces, posts: Posts) -> pd.DataFrame:
    """
    Return how views of the announcing post compare with live and replay in the typical Space.

    Parameters
    ----------
    spaces
        A table of Spaces, a `Batch` or an `Archive`.
    posts
        A table of posts, as `Search.posts` has it, or a `Search`.

    Returns
    -------
    frame
        One row:

        - `n`: Spaces; one with several rows counts once.
        - `n_views`: those of them whose first announcing post is known with its views.
        - `n_ratio`: those of them that had a live listener and can be compared (see `measures`).
        - `views_median, live_median, replay_median`: medians over these `n_ratio` Spaces.
        - `views_per_live`: median, over the same Spaces, of views per live listener.
        - `views_per_replay`: the same per replay play, of those that had one.

        What cannot be computed is `<NA>`.

    Raises
    ------
    TypeError, ValueError
        As `measures`.

    Notes
    -----
    The three counts are those that X reports and does not define; views are as of the search, replay plays as of the
    fetch. One person can be in all three, several times.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     found = client.search(hosts="sample_radio", progress=False)
    ...     spaces = client.fetch(found, progress=False).spaces
    >>> sk.stats.reach(spaces, found)[["n", "n_views", "views_per_live"]].round(1)
        n  n_views  views_per_live
    0  12       11             3.4
    """
    measured = measures(spaces, posts_in(posts))
    once = measured[(measured["excluded"] != "repeated").fillna(value=True)]
    known = once[once["views"].notna()]
    compared = known[known["excluded"].isna() & (known["live"] > 0).fillna(value=False)]
    views, live, replay = (pd.Series(floats(compared[name])) for name in ("views", "live", "replay"))
    row = {
        "n": len(once),
        "n_views": len(known),
        "n_ratio": len(compared),
        "views_median": views.median(),
        "live_median": live.median(),
        "replay_median": replay.median(),
        "views_per_live": (views / live).median(),
        "views_per_replay": (views / replay)[replay > 0].median(),
    }
    return frame(pd.DataFrame([row]), _REACH)
