"""Posts: which parts of JSON are posts, and the Spaces that they link to."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from spacekit.ids import find_ids
from spacekit.ids.posts import entries_of_post, posts_in, spaces_of_post

ID, OTHER, THIRD = "1jMJgLdenVjxL", "1YqKDoLpRxyzV", "0aB3cD5eF7gH9"
T_CO = "https://t.co/1abcDEFghi"


def links(*ids: str, short: str = T_CO) -> dict[str, Any]:
    """Entities with the expanded links of Spaces."""
    return {"urls": [{"url": short, "expanded_url": f"https://x.com/i/spaces/{each}"} for each in ids]}


def post(*ids: str, **more: Any) -> dict[str, Any]:
    """A post as SocialData sends it."""
    return {"id_str": "1641872499875930112", "full_text": f"Join {T_CO}", "entities": links(*ids), **more}


GRAPHQL = {
    "__typename": "Tweet",
    "rest_id": "1",
    "core": {"user_results": {"result": {"legacy": {"entities": {"url": links(THIRD)}}}}},
    "legacy": {"full_text": f"Join {T_CO}", "entities": links(ID)},
    "quoted_status_result": {
        "result": {"rest_id": "2", "legacy": {"full_text": "", "entities": links(OTHER)}}
    },
}
V2 = {"id": "1", "text": f"Join {T_CO}", "entities": {"urls": [{"url": T_CO, "expanded_url": "https://bit.ly/x",
      "unwound_url": f"https://twitter.com/i/spaces/{ID}?s=20"}]}}  # fmt: skip
POSTS = {
    "plain": (post(ID), [ID]),
    "each once, in order": (post(OTHER, ID, OTHER), [OTHER, ID]),
    "quoted": (post(ID, quoted_status=post(OTHER)), [ID, OTHER]),
    "nested first in the JSON": ({"quoted_status": post(OTHER), **post(ID)}, [ID, OTHER]),
    "reposted": (post(retweeted_status=post(ID)), [ID]),
    "quoted in a repost": (post(retweeted_status=post(quoted_status=post(ID, OTHER))), [ID, OTHER]),
    "legacy": ({"rest_id": "1", "legacy": post(ID)}, [ID]),
    "graphql": (GRAPHQL, [ID, OTHER]),
    "graphql repost": ({"rest_id": "3", "legacy": {**post(), "retweeted_status_result": {"result": GRAPHQL}}},
                       [ID, OTHER]),
    "a long post": (post(note_tweet={"note_tweet_results": {"result": {"entity_set": links(ID)}}}), [ID]),
    "v2": (V2, [ID]),
    "spelt out in the text": ({"id": 1, "text": f"こちらx.com/i/spaces/{ID}をどうぞ"}, [ID]),
    "the author's profile": (post(user={"entities": {"url": links(ID)}}), []),
    "other tools": ({"id": 1, "rawContent": f"Join {T_CO}", "links": [
        {"text": "x.com/i/spaces/1jMJ…", "url": f"https://x.com/i/spaces/{ID}", "tcourl": T_CO}]}, [ID]),
    "nothing": ({"id_str": "1", "full_text": None, "entities": None, "quoted_status": None}, []),
    "odd parts": (post(entities={"urls": [None, 5, {"expanded_url": 5}, []]}), []),
}  # fmt: skip
ANSWERS = [
    [post(ID), GRAPHQL, V2],
    {"tweets": [post(ID), GRAPHQL, V2], "next_cursor": "DAAC"},
    {"data": [post(ID), GRAPHQL, V2], "includes": {"users": [{"id": "5", "entities": {"url": links(OTHER)}}]}},
    {"data": {"x": {"instructions": [{"entries": [
        {"content": {"itemContent": {"tweet_results": {"result": {"tweet": each}}}}} for each in (post(ID), GRAPHQL, V2)
    ]}]}}},
]  # fmt: skip


@pytest.mark.parametrize("name", POSTS)
def test_spaces_of_a_post(name: str) -> None:
    """Expanded links of the post, then of those that it quotes or reposts; no link of its author's profile."""
    given, ids = POSTS[name]
    assert spaces_of_post(given) == ids


@pytest.mark.parametrize("answer", ANSWERS)
def test_posts_are_found_in_any_answer(answer: Any) -> None:
    """A search answer, a list, X's API v2 and GraphQL: the posts in order, not those inside them."""
    assert list(posts_in(answer)) == [post(ID), GRAPHQL, V2]


@pytest.mark.parametrize(
    "value", [None, 5, "text", [], {}, {"tweets": []}, {"id": "1", "screen_name": "XEng"}]
)
def test_what_is_no_post_yields_none(value: Any) -> None:
    """Other JSON holds no posts, also a user."""
    assert list(posts_in(value)) == []


def test_a_depth_without_end_is_no_crash() -> None:
    """Posts nested a hundred thousand deep are read as far as is sane."""
    nested = post(ID)
    for _ in range(100_000):
        nested = post(quoted_status=nested)
    assert spaces_of_post(post(OTHER, quoted_status=nested)) == [OTHER]
    assert len(list(posts_in([nested]))) == 1


@pytest.mark.parametrize("name", POSTS)
def test_posts_yield_the_same_in_every_source(tmp_path: Path, name: str) -> None:
    """As dicts, in an answer, as JSON, JSON lines, the archive that X sends, in a file, packed, or in a cell."""
    given, ids = POSTS[name]
    lines = f"{json.dumps(given)}\n" * 2
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "a.json").write_text(json.dumps({"tweets": [given]}, indent=2))
    (tmp_path / "no suffix").write_text(json.dumps([given]))
    archive = f"window.YTD.tweets.part0 = {json.dumps([{'tweet': given}])}"
    for source in (
        *([given], {"tweets": [given]}, json.dumps([given]), lines, archive, [json.dumps(given)], given),
        *(tmp_path / each for each in ("a.jsonl.gz", "a.json", "no suffix")),
        *(pd.Series([given]), pd.DataFrame({"id": ["1641872499875930112"], "raw": [given]})),
    ):
        assert find_ids(source).ids == ids


def test_short_links_alone_are_rejected() -> None:
    """A link of t.co says nothing of where it leads; where its expansion is there, it is not mentioned."""
    (entry,) = entries_of_post({"id_str": "1", "full_text": f"Join {T_CO} now"})
    assert (entry.text, entry.space_id) == (T_CO, None)
    assert "open it" in (entry.reason or "")
    picture = {"media": [{"url": T_CO, "expanded_url": "https://x.com/XEng/status/1/photo/1"}]}
    assert list(entries_of_post({"id_str": "1", "full_text": T_CO, "entities": picture})) == []
    cut = {"id_str": "1", "full_text": f"RT @XEng: {T_CO[:-3]}…", "retweeted_status": post(ID)}
    assert [entry.space_id for entry in entries_of_post(cut)] == [ID]


def test_short_links_beside_a_space_are_not_mentioned() -> None:
    """They may be a picture, or the Space itself; what is shown of a link, cut, is no link of its own."""
    shown = {"expanded_url": f"https://x.com/i/spaces/{ID}", "display_url": "x.com/i/spaces/1jMJgL…"}
    for entities in ({"urls": [shown]}, {"urls": [{"url": "https://t.co/other", **shown}]}):
        (entry,) = entries_of_post({"id_str": "1", "full_text": f"Join {T_CO}", "entities": entities})
        assert entry.space_id == ID
    article = {"urls": [{"expanded_url": "https://example.com/a"}]}
    assert entries_of_post({"id_str": "1", "full_text": f"Read {T_CO}", "entities": article}) == []
    unknown = {"urls": [{"url": T_CO, "expanded_url": None}]}
    assert [
        entry.text for entry in entries_of_post({"id_str": "1", "full_text": "", "entities": unknown})
    ] == [T_CO]


def test_a_broken_link_of_a_space_is_rejected() -> None:
    """What was meant as a Space does not vanish; other links of a post were never meant as one."""
    (entry,) = entries_of_post(post(f"{ID}zz"))
    assert "15 characters" in (entry.reason or "")
    assert list(entries_of_post({"id": 1, "text": "https://example.com/a"})) == []
