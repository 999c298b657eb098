"""The real service, for a person who has a key: `python3 run.py test -m live`.

Four requests for a Space at most, and one page of a search: some 20 posts.
"""

from functools import cache

import pytest

import spacekit as sk
from spacekit.fields import SPACES
from spacekit.samples import documented_record

pytestmark = pytest.mark.live
BUDGET = 4
DOCUMENTED = "1jMJgLdenVjxL"


@cache
def ask_once() -> sk.Batch:
    """Ask for the documented Space, once for all tests of this file."""
    with sk.Client(attempts=2) as client:
        return client.fetch([DOCUMENTED], max_requests=BUDGET, progress=False)


@pytest.fixture
def batch(network_guard: object) -> sk.Batch:
    """The answer; the guard sets the key, or skips the test where there is none."""
    return ask_once()


def test_the_documented_space_answers(batch: sk.Batch) -> None:
    """One of the two documented addresses has it."""
    batch.raise_for_outcomes()
    assert batch.spaces["space_id"].tolist() == [DOCUMENTED]
    assert batch.run.requests <= BUDGET


def test_the_answer_has_the_documented_shape(batch: sk.Batch) -> None:
    """Every value can be read, and what the documented answer fills is filled."""
    assert batch.problems.empty, batch.problems.to_string()
    documented = sk.normalize([documented_record()]).spaces
    filled = [f.name for f in SPACES if documented[f.name].notna().all()]
    missing = [name for name in filled if batch.spaces[name].isna().any()]
    assert missing == []


def test_times_are_those_documented(batch: sk.Batch) -> None:
    """The past does not change."""
    documented = sk.normalize([documented_record()]).spaces
    for name in ("created_at", "scheduled_start", "started_at", "ended_at"):
        assert batch.spaces[name][0] == documented[name][0], name


@cache
def search_once() -> sk.Search:
    """Search for a page of posts, once for all tests of this file."""
    with sk.Client(attempts=2) as client, pytest.warns(sk.IncompleteWarning, match="max_posts"):
        return client.search(query="space", max_posts=1, progress=False)


@pytest.fixture
def found(network_guard: object) -> sk.Search:
    """What the search found; the guard sets the key, or skips the test where there is none."""
    return search_once()


def test_a_search_has_the_documented_shape(found: sk.Search) -> None:
    """One page; every post has an id, a time, an author and counts, and all of it can be read."""
    assert found.queries["pages"].tolist() == [1]
    assert found.posts_seen > 0
    assert found.problems.empty, found.problems.to_string()
    filled = [
        "post_id",
        "posted_at",
        "author_id",
        "author_screen_name",
        "author_followers_count",
        "text",
        "likes",
    ]
    assert not found.posts[filled].isna().any(axis=None), found.posts[filled].to_string()


def test_filter_spaces_is_honoured(found: sk.Search) -> None:
    """Every post that came links to a Space; if not, `filter:spaces` is no operator of the service (see docs)."""
    assert found.posts["post_id"].nunique() == found.posts_seen, found.report()


def test_fields_that_are_not_documented(batch: sk.Batch) -> None:
    """New fields are no error; they are printed, so that a person with a key sees them (pytest -s)."""
    print(sk.drift(batch.records).to_string())
