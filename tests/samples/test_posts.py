"""The made-up posts: what the script writes, and that they announce the made-up Spaces as real posts would."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from scripts import make_posts, make_samples
from spacekit.samples import SAMPLE_TIME, sample_posts, sample_records
from spacekit.server.queries import matcher

POSTS = sample_posts()
RECORDS = {record["id"]: record for record in sample_records()}
_LINK = re.compile(r"(?:x|twitter)\.com/i/spaces/([0-9A-Za-z]{13})")


def _linked(post: dict[str, Any]) -> list[str]:
    """The Spaces that the post itself links."""
    return [found[1] for url in post["entities"]["urls"] if (found := _LINK.search(url["expanded_url"]))]


def _hosts() -> set[str]:
    return set(make_posts.HABITS)


def test_the_file_is_what_the_script_writes() -> None:
    """posts.jsonl holds what `python -m scripts.make_posts` makes."""
    assert make_samples.main(["--check"], make_posts.files) == 0


def test_another_file_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` writes nothing and names the file that differs."""
    path = tmp_path / "posts.jsonl"
    assert make_samples.main(["--check"], lambda: {path: b"{}"}) == 1
    assert "differs" in capsys.readouterr().out
    assert not path.exists()


def test_posts_have_the_documented_shape() -> None:
    """Every post has the fields that the service documents, an id of 19 digits, and links as t.co in its text."""
    fields = {
        "id_str", "tweet_created_at", "full_text", "lang", "user", "entities", "favorite_count", "reply_count",
        "retweet_count", "quote_count", "views_count", "quoted_status", "retweeted_status",
    }  # fmt: skip
    for post in POSTS:
        assert post.keys() == fields
        assert re.fullmatch("9[0-9]{18}", post["id_str"])
        assert post["user"].keys() == {"id_str", "screen_name", "name", "followers_count"}
        assert set(re.findall(r"https?://\S+", post["full_text"])) >= {
            url["url"] for url in post["entities"]["urls"]
        }
        assert "/spaces/" not in post["full_text"]


def test_posts_are_in_order() -> None:
    """Ids are unique and rise with the time of posting; nothing was posted after the samples were fetched."""
    ids = [post["id_str"] for post in POSTS]
    times = [post["tweet_created_at"] for post in POSTS]
    assert ids == sorted(set(ids))
    assert times == sorted(times)
    assert int(ids[-1]) < 9_000_000_000_000_000_000 + SAMPLE_TIME * 1_000


def test_most_spaces_are_announced_some_often_some_never() -> None:
    """Of the made-up Spaces most are linked, several more than once, and some in no post at all."""
    linked = Counter(space_id for post in POSTS for space_id in _linked(post))
    assert linked.keys() < RECORDS.keys()
    assert 0.6 < len(linked) / len(RECORDS) < 0.9
    assert sum(n > 1 for n in linked.values()) > 20


def test_every_kind_of_post_is_there() -> None:
    """There are reposts, quotes, posts of others, and posts with two Spaces, with other links and with none."""
    spaces = matcher("filter:spaces")
    assert sum(post["retweeted_status"] is not None for post in POSTS) >= 5
    assert sum(post["quoted_status"] is not None for post in POSTS) >= 5
    assert all(not _linked(post) and spaces(post) for post in POSTS if post["quoted_status"])
    assert any(_linked(post) and post["user"]["screen_name"] not in _hosts() for post in POSTS)
    assert any(len(_linked(post)) == 2 for post in POSTS)
    assert any(post["entities"]["urls"] and not spaces(post) for post in POSTS)
    assert any(not post["entities"]["urls"] and not post["retweeted_status"] for post in POSTS)


def test_announcements_come_at_their_time() -> None:
    """A post that links a Space is written after the Space was made."""
    for post in POSTS:
        at = make_samples.instant(post["tweet_created_at"][:19])
        for space_id in _linked(post):
            assert at >= RECORDS[space_id]["created_at"] or len(_linked(post)) == 2


def test_views_are_plausible() -> None:
    """Views of announcements are missing for some; most are above the live count, and no number is negative."""
    views = [post["views_count"] for post in POSTS]
    assert 5 < sum(count is None for count in views) < len(views) / 3
    counts = ("favorite_count", "reply_count", "retweet_count", "quote_count")
    assert min(post[name] for post in POSTS for name in counts) == 0
    by_hosts = [
        post for post in POSTS if post["user"]["screen_name"] in _hosts() and post["views_count"] is not None
    ]
    pairs = [
        (post["views_count"], RECORDS[one].get("total_live_listeners", 0))
        for post in by_hosts
        for one in _linked(post)
    ]
    assert sum(seen > live for seen, live in pairs) > 0.8 * len(pairs)


def test_each_call_returns_new_posts() -> None:
    """Changing what was returned changes nothing for others."""
    sample_posts()[0]["full_text"] = "changed"
    assert sample_posts() == POSTS
    assert json.loads(json.dumps(POSTS)) == POSTS
