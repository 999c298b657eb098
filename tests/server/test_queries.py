"""X's search language, as the sandbox reads it."""

from typing import Any

import pytest

from spacekit.server.queries import matcher

SPACE = {
    "entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://x.com/i/spaces/1SAMPLEabcdef"}]}
}
OTHER = {"entities": {"urls": [{"url": "https://t.co/x", "expanded_url": "https://example.com/i/spaces/1"}]}}
POST: dict[str, Any] = {
    "id_str": "9000000000000000005",
    "tweet_created_at": "2026-02-01T00:00:00.000000Z",
    "full_text": "Reading the OLD maps — 技術の話 🔥 #history AT&T",
    "lang": "en",
    "user": {"screen_name": "Sample_Archive"},
    **SPACE,
}


@pytest.mark.parametrize(
    "query",
    [
        "maps",
        "old MAPS",
        '"the old maps"',
        "history",
        "#history",
        "AT&T",
        "技術",
        "🔥",
        "from:sample_archive",
        "from:@SAMPLE_ARCHIVE",
        "filter:spaces",
        "since:2026-02-01",
        "until:2026-02-02",
        "since:2026-01-31_23:00:00_UTC until:2026-02-01_00:00:01_UTC",
        "since_time:1769904000",
        "max_id:9000000000000000005",
        "since_id:9000000000000000004",
        "lang:EN",
        "url:i/spaces",
        'url:"i/spaces"',
        "-music",
        "-(music OR lang:de)",
        "music OR maps",
        "(music OR maps) filter:spaces",
        "music maps OR old",
        "((maps))",
        "(maps",
        ")",
        "OR",
    ],
)
def test_a_query_matches(query: str) -> None:
    """Operators, words, phrases, alternatives and exclusions match as X describes them; odd brackets do no harm."""
    assert matcher(query)(POST)


@pytest.mark.parametrize(
    "query",
    [
        "map",
        '"maps old"',
        "from:sample",
        "since:2026-02-02",
        "until:2026-02-01",
        "until_time:1769904000",
        "max_id:9000000000000000004",
        "since_id:9000000000000000005",
        "lang:de",
        "url:example",
        "-maps",
        "music OR poetry",
        "(music OR poetry) filter:spaces",
        "music OR old poetry",
        "filter:replies",
        "since:yesterday",
        "since:2026-13-01",
        "max_id:x",
        "list:12",
    ],
)
def test_a_query_does_not_match(query: str) -> None:
    """What is not in the post does not match; an operator that is not known is a word."""
    assert not matcher(query)(POST)


def test_words_bind_closer_than_or() -> None:
    """Without parentheses the operators belong to the alternative beside them."""
    elsewhere = {**POST, **OTHER}
    assert matcher("maps OR music filter:spaces")(elsewhere)
    assert not matcher("(maps OR music) filter:spaces")(elsewhere)


@pytest.mark.parametrize("inside", ["quoted_status", "retweeted_status"])
def test_spaces_are_found_inside_posts(inside: str) -> None:
    """`filter:spaces` looks into the post that is quoted or reposted."""
    assert matcher("filter:spaces")({**POST, **OTHER, inside: {"full_text": "", **SPACE}})
    assert not matcher("filter:spaces")({**POST, **OTHER, inside: None})


def test_a_space_spelt_out_in_the_text_is_found() -> None:
    """As a search finds it: posts of one's own may have lost their lists of links."""
    assert matcher("filter:spaces")(
        {"full_text": "Join https://x.com/i/spaces/1SAMPLEabcdef", "entities": None}
    )


@pytest.mark.parametrize(
    "post", [{}, {"id_str": 5, "user": None, "entities": None, "tweet_created_at": "soon"}]
)
@pytest.mark.parametrize("query", ["x", "from:x", "filter:spaces", "since:2026-01-01", "max_id:5", "lang:en"])
def test_incomplete_posts_match_nothing(post: dict[str, Any], query: str) -> None:
    """A post that lacks a field, or has another kind of value there, is not found by it and breaks nothing."""
    assert not matcher(query)(post)
