"""The sandbox's search: pages, cursors, credits, faults, accounts and the balance."""

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest

import spacekit as sk
from spacekit.server import SANDBOX_KEY, Fault, SearchFaults, Server

AUTH = {"Authorization": f"Bearer {SANDBOX_KEY}"}


def get(server: Server, target: str, headers: dict[str, str] = AUTH) -> tuple[int, Any]:
    """Ask once; return status and parsed body."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as opened:
        opened.request("GET", target, headers=headers)
        response = opened.getresponse()
        return response.status, json.loads(response.read())


def page(server: Server, query: str, cursor: str | None = None, **more: str) -> tuple[int, Any]:
    """Ask for one page of a search."""
    asked = {"query": query, **more, **({"cursor": cursor} if cursor else {})}
    return get(server, f"/twitter/search?{urlencode(asked)}")


def walk(server: Server, query: str, most: int = 50) -> list[list[str]]:
    """Follow the cursors of a query; return the ids of each page."""
    pages, cursor = [], None
    for _ in range(most):
        _, body = page(server, query, cursor)
        pages.append([post["id_str"] for post in body["tweets"]])
        cursor = body["next_cursor"]
        if cursor is None:
            break
    return pages


def post(number: int, **fields: Any) -> dict[str, Any]:
    """A post of its own, a minute after the one before."""
    return {
        "id_str": str(9_000_000_000_000_000_000 + number),
        "tweet_created_at": f"2026-01-01T{number // 60:02}:{number % 60:02}:00.000000Z",
        "full_text": "talk",
        "user": {"id_str": "7", "screen_name": "Someone"},
        "entities": {"urls": []},
        **fields,
    }


POSTS = [post(number) for number in range(50)]
NEWEST_FIRST = [one["id_str"] for one in reversed(POSTS)]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with fifty posts, shared by the tests that change nothing in it."""
    with Server([], posts=POSTS) as started:
        yield started


def test_pages_hold_twenty_posts_newest_first(server: Server) -> None:
    """The cursors of a query lead through every post once, newest first; the last page has no cursor."""
    pages = walk(server, "talk")
    assert [len(one) for one in pages] == [20, 20, 10]
    assert [*chain(*pages)] == NEWEST_FIRST


def test_top_sorts_by_likes() -> None:
    """`type=Top` begins with the posts that most people like."""
    posts = [post(number, favorite_count=likes) for number, likes in enumerate([3, 9, 1])]
    with Server([], posts=posts) as server:
        assert [one["favorite_count"] for one in page(server, "talk", type="Top")[1]["tweets"]] == [9, 3, 1]


@pytest.mark.parametrize(
    ("target", "field"),
    [
        ("/twitter/search", "query"),
        ("/twitter/search?query=%20", "query"),
        ("/twitter/search?query=a&query=b", "query"),
        ("/twitter/search?query=" + "(" * 200, "query"),
        ("/twitter/search?query=a&type=Newest", "type"),
        ("/twitter/search?query=a&cursor=x", "cursor"),
        ("/twitter/user/", "username"),
        ("/twitter/user/not%20a%20handle", "username"),
    ],
)
def test_malformed_requests_get_422(server: Server, target: str, field: str) -> None:
    """What cannot be read is 422 and names the field."""
    status, body = get(server, target)
    assert (status, list(body["errors"])) == (422, [field])


def test_a_cursor_belongs_to_its_query(server: Server) -> None:
    """A cursor sent with another query is 422: it would skip posts there."""
    cursor = page(server, "talk")[1]["next_cursor"]
    assert page(server, "from:someone", cursor)[0] == 422


def test_every_post_takes_a_credit() -> None:
    """A page takes as many credits as it has posts; what cannot be paid in full is 402 and takes nothing."""
    with Server([{"id": "1a"}], posts=POSTS, credits=21) as server:
        assert page(server, "none")[0] == 200
        assert page(server, "talk")[0] == 200
        assert page(server, "talk")[0] == 402
        assert get(server, "/twitter/space/1a")[0] == 200
        assert get(server, "/twitter/user/someone")[0] == 402


def test_the_search_shares_key_and_limit() -> None:
    """Searches, accounts, the balance and Spaces need a key, and count together towards the limit of its minute."""
    with Server([{"id": "1a"}], posts=POSTS, requests_per_minute=3) as server:
        paths = ["/twitter/search?query=a", "/user/balance", "/twitter/user/someone", "/twitter/space/1a"]
        assert [get(server, path, {})[0] for path in paths] == [401] * 4
        assert [get(server, path)[0] for path in paths] == [200, 200, 200, 429]


def test_faults_of_http_are_set_by_path() -> None:
    """Faults under a path come in the order of its requests, whatever the query; the posts are not lost."""
    faults = {"/twitter/search": [Fault(503), None, Fault(500)], "/user/balance": [Fault(502)]}
    with Server([], posts=POSTS, faults=faults) as server:
        statuses = [page(server, query)[0] for query in ("talk", "talk", "other", "talk")]
        assert statuses == [503, 200, 500, 200]
        assert [get(server, "/user/balance")[0] for _ in range(2)] == [502, 200]


def test_a_search_can_stop_early() -> None:
    """After the page that is set there is no cursor; `max_id:` goes on from there, and stops early again."""
    with Server([], posts=POSTS, search_faults=SearchFaults(stops_after=1)) as server:
        assert walk(server, "talk") == [NEWEST_FIRST[:20]]
        lower = int(NEWEST_FIRST[19]) - 1
        assert walk(server, f"talk max_id:{lower}") == [NEWEST_FIRST[20:40]]


def test_a_cursor_can_repeat() -> None:
    """A page can send the cursor that it was asked with, which leads to the same page again."""
    with Server([], posts=POSTS, search_faults=SearchFaults(repeats_cursor_at=[2])) as server:
        pages = walk(server, "talk", most=4)
        assert pages == [NEWEST_FIRST[:20], *[NEWEST_FIRST[20:40]] * 3]


def test_pages_can_be_empty() -> None:
    """An empty page in the middle loses no post: the next one has what belonged there."""
    with Server([], posts=POSTS, search_faults=SearchFaults(empty_pages=[1, 3])) as server:
        assert [len(one) for one in walk(server, "talk")] == [0, 20, 0, 20, 10]


def test_deleted_posts_are_not_found() -> None:
    """A deleted post is on no page and costs nothing."""
    with Server([], posts=POSTS, search_faults=SearchFaults(deleted=[NEWEST_FIRST[0]])) as server:
        assert [*chain(*walk(server, "talk"))] == NEWEST_FIRST[1:]


def test_search_faults_are_named_as_such() -> None:
    """Anything else is refused before the server starts."""
    with pytest.raises(TypeError, match="search_faults: got"):
        Server([], search_faults={"stops_after": 1})  # type: ignore[arg-type]


def test_accounts_are_found_in_any_case(server: Server) -> None:
    """An account is returned as it is on its newest post; an unknown one is 404."""
    assert get(server, "/twitter/user/SOMEONE") == (200, POSTS[-1]["user"])
    assert get(server, "/twitter/user/nobody") == (404, {"status": "error", "message": "User not found"})


@pytest.mark.parametrize(
    ("balance", "credits", "answer"), [(12.5, None, 12.5), ("12.50", None, "12.50"), (None, 50, 0.01)]
)
def test_the_balance_is_what_is_set(balance: Any, credits: int | None, answer: Any) -> None:  # noqa: A002
    """The balance is the number or text that is set, else what the credits are worth, also when they are used up."""
    with Server([], balance=balance, credits=credits) as server:
        assert get(server, "/user/balance") == (200, {"balance_usd": answer})


def test_requests_show_what_was_asked(server: Server) -> None:
    """A request is noted with its path and its parameters as typed, whatever signs they have."""
    query = 'from:x "open source" OR (茶 🔥) a&b=c +1 100% #tag'
    page(server, query, type="Latest")
    asked = server.requests[-1]
    assert (asked.path, asked.query, asked.space_id) == (
        "/twitter/search",
        {"query": query, "type": "Latest"},
        None,
    )


def test_requests_hold_no_key(server: Server) -> None:
    """A key in the address is not kept, whoever sent it."""
    page(server, f"{SANDBOX_KEY} {quote(SANDBOX_KEY)}")
    get(server, "/twitter/search?query=2|other", {"Authorization": "Bearer 2|other"})
    noted = repr(server.requests[-2:])
    assert "sandbox" not in noted
    assert "other" not in noted


def test_posts_are_read_from_a_file(tmp_path: Path) -> None:
    """Posts come from JSON lines too: a post, one beside its query, or a whole page."""
    lines = [POSTS[0], {"query": "talk", "post": POSTS[1]}, {"tweets": POSTS[2:4], "next_cursor": None}]
    path = tmp_path / "posts.jsonl.gz"
    path.write_bytes(gzip.compress(("\n".join(map(json.dumps, lines)) + "\n\n").encode()))
    with Server([], posts=path) as server:
        assert walk(server, "talk") == [[one["id_str"] for one in POSTS[3::-1]]]


def test_a_file_that_is_no_json_is_an_error(tmp_path: Path) -> None:
    """A line that is no JSON is an error that names the file and the line."""
    path = tmp_path / "posts.jsonl"
    path.write_text(json.dumps(POSTS[0]) + "\nno JSON\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"posts\.jsonl, line 2: not JSON"):
        Server([], posts=path)


def test_posts_without_an_id_are_listed() -> None:
    """Posts that cannot be served are listed with place and reason; the same post twice is served once."""
    posts: list[Any] = [POSTS[0], {"full_text": "talk"}, "text", {"id_str": "x"}, POSTS[0]]
    server = Server([], posts=posts)
    server.stop()
    assert [reason[:7] for reason in server.left_out] == ["post 1:", "post 2:", "post 3:"]
    with pytest.raises(ValueError, match="post 1: no id_str"):
        sk.sandbox([], posts=posts)


def test_own_records_come_without_made_up_posts() -> None:
    """Made-up posts are served beside the made-up Spaces only."""
    with Server() as samples, Server([{"id": "1a"}]) as own:
        assert len(walk(samples, "filter:spaces")) > 3
        assert walk(own, "filter:spaces") == [[]]
