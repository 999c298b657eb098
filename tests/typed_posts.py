"""The made-up posts as a table, as a search returns them."""

from functools import cache

import pandas as pd

from spacekit.ids.posts import spaces_of_post
from spacekit.samples import sample_posts
from spacekit.tables.posts import Announcement, posts_of


@cache
def sample_posts_table() -> pd.DataFrame:
    """Return one row for each sample post and Space that it links to."""
    posts = enumerate(sample_posts())
    announced = [Announcement(number, post, spaces_of_post(post), "made up") for number, post in posts]
    return posts_of([one for one in announced if one.space_ids])[0]
