"""A search against a real server on loopback: what is asked, found, kept, stopped, and paid for once."""

import _thread
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from post_server import KEY, START, PostServer, post, posts_of_host, serving, space_of

import spacekit as sk
from spacekit.fetching.plan import SearchPlan
from spacekit.fields import TABLES

Start = Callable[..., tuple[PostServer, sk.Client]]
HOUR = 3_600_000


@pytest.fixture
def start() -> Iterator[Start]:
    """Start servers with a Client each; both end with the test."""
    with ExitStack() as stack:

        def start_one(
            posts: list[dict[str, Any]], client: dict[str, Any] | None = None, **options: Any
        ) -> tuple[PostServer, sk.Client]:
            server = stack.enter_context(serving(posts, **options))
            settings = {"requests_per_minute": None, "backoff_s": 0.001} | (client or {})
            return server, stack.enter_context(sk.Client(KEY, server.url, **settings))

        yield start_one


def quietly(client: sk.Client, *arguments: Any, **options: Any) -> sk.Search:
    """Search without a bar, and expect the warning that it is incomplete."""
    with pytest.warns(sk.IncompleteWarning):
        return client.search(*arguments, progress=False, **options)


def all_spaces(posts: list[dict[str, Any]]) -> list[str]:
    """The Spaces of some posts, in the order of first announcement."""
    links = [url["expanded_url"] for each in posts for url in each["entities"]["urls"]]
    return list(dict.fromkeys(link.rpartition("/")[2] for link in links))


TRAPS: dict[str, dict[int, str]] = {
    "none": {},
    "stops early": {0: "stop"},
    "stops later": {2: "stop"},
    "repeats a cursor": {1: "repeat"},
    "an empty page": {1: "empty"},
    "an empty first page": {0: "empty"},
    "all of them": {0: "empty", 2: "repeat", 3: "stop"},
}


@pytest.mark.parametrize("traps", TRAPS.values(), ids=TRAPS)
@pytest.mark.parametrize("fault_share", [0.0, 0.2])
def test_every_space_is_found_once(start: Start, traps: dict[int, str], fault_share: float) -> None:
    """In the order of first announcement, and no post is paid for twice."""
    posts = posts_of_host(90)
    server, client = start(posts, {"attempts": 20}, page=7, traps=traps, fault_share=fault_share)
    found = client.search("@Host", progress=False)
    assert found.ids == all_spaces(posts)
    assert found.complete
    assert server.paid == found.posts_paid_for == found.posts_seen == 90
    assert set(server.sent.values()) == {1}


@pytest.mark.parametrize("seed", range(5))
def test_several_hosts_under_faults(start: Start, seed: int) -> None:
    """Asked for at the same time; their posts are in the order of the hosts."""
    hosts = ["ann", "bob", "cho", "dee"]
    posts = [each for n, host in enumerate(hosts) for each in posts_of_host(40, host, first=n * 100)]
    server, client = start(
        posts, {"attempts": 20}, page=6, traps={1: "empty", 2: "stop"}, fault_share=0.2, seed=seed
    )
    found = client.search(hosts, progress=False)
    assert sorted(found.ids) == sorted(all_spaces(posts))
    assert set(server.sent.values()) == {1}
    assert found.posts["author_screen_name"].drop_duplicates().tolist() == hosts
    assert found.queries["posts"].tolist() == [40] * 4


@pytest.mark.parametrize("endless", ["same", "empty"])
def test_a_search_without_an_end_ends(start: Start, endless: str) -> None:
    """The same page for ever, or empty pages with ever new cursors."""
    server, client = start(posts_of_host(30), page=10, endless=endless)
    found = client.search("host", progress=False)
    assert found.complete
    assert server.paid <= {"same": 50, "empty": 0}[endless]
    assert sum(times - 1 for times in server.sent.values()) <= 20


@pytest.mark.parametrize("size", [5, 20, 100])
@pytest.mark.parametrize("max_posts", [1, 20, 130])
def test_max_posts_is_exceeded_by_one_page_at_most(start: Start, max_posts: int, size: int) -> None:
    """Over all queries together, though they run at the same time."""
    hosts = [f"host{n}" for n in range(6)]
    posts = [each for n, host in enumerate(hosts) for each in posts_of_host(100, host, first=n * 200)]
    server, client = start(posts, page=size)
    found = quietly(client, hosts, max_posts=max_posts)
    assert max_posts <= server.paid < max_posts + size
    assert not found.complete
    assert "max_posts" in found.ends
    assert "limit" in found.report()


def test_requests_are_those_documented(start: Start) -> None:
    """The key as a header, JSON asked for, the words as typed."""
    server, client = start(posts_of_host(5))
    words = '"machine learning" OR 🍵 & C++ #ai'
    client.search(query=words, progress=False)
    assert server.asked[0] == (f"({words}) filter:spaces", None)
    assert server.headers[0]["Accept"] == "application/json"
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"


def test_posts_have_a_row_for_each_space(start: Start) -> None:
    """Also inside reposts and quotes; posts without a Space are counted, and are no row."""
    inner = post(1, spaces=[1])
    posts = [
        post(2, spaces=[2, 3]),
        post(3, retweeted_status=inner),
        post(4, quoted_status=inner, views_count=None),
        post(5),
        post(6, spaces=[2], views_count="77", is_quote_status=True),
    ]
    _, client = start(posts)
    found = client.search("host", progress=False)
    table = found.posts
    assert table["space_id"].tolist() == [space_of(n) for n in (2, 1, 1, 2, 3)]
    assert table["is_repost"].tolist() == [False, False, True, False, False]
    assert table["is_quote"].tolist() == [True, True, False, False, False]
    assert table["views"].fillna(-1).tolist() == [77, -1, 300, 200, 200]
    assert table["query"].unique().tolist() == ["from:host filter:spaces"]
    assert table["post_id"].tolist() == [str(10**18 + n * 1000) for n in (6, 4, 3, 2, 2)]
    assert found.ids == [space_of(n) for n in (2, 3, 1)]
    assert found.posts_seen == 5
    assert "5 posts came" in found.report()
    assert "1 post links to no Space." in found.report()
    assert found.problems.empty


@pytest.mark.parametrize("posts", [[], posts_of_host(4)], ids=["none", "some"])
def test_dtypes_never_depend_on_the_data(start: Start, posts: list[dict[str, Any]]) -> None:
    """Also when nothing is found."""
    _, client = start(posts)
    found = client.search("host", progress=False)
    for name, table in (("posts", found.posts), ("queries", found.queries), ("problems", found.problems)):
        assert {column: table[column].dtype for column in table} == {f.name: f.dtype for f in TABLES[name]}
    assert len(found) == len(found.ids) == len(all_spaces(posts))


def test_values_that_cannot_be_read_are_problems(start: Start) -> None:
    """The post stays, its other values too; what is no post is counted among those without a Space."""
    odd = post(1, spaces=[1], favorite_count="many", tweet_created_at="tomorrow", user="somebody")
    odd["retweeted_status"] = 5
    _, client = start([odd])
    found = client.search(query="AI", progress=False)
    assert found.ids == [space_of(1)]
    assert found.posts["likes"].isna().all()
    columns = ["posted_at", "author_id", "author_screen_name", "author_followers_count", "is_repost", "likes"]
    assert found.problems["column"].tolist() == columns
    assert found.problems["space_id"].unique().tolist() == [space_of(1)]
    assert "6 values in them could not be read." in found.report()


def test_posts_outside_the_window_are_left_out(start: Start) -> None:
    """To the instant, though the service is asked for whole days; and the report counts them."""
    _, client = start([post(n, spaces=[n]) for n in range(48)])
    found = client.search("host", since="2026-01-01T20:00", until="2026-01-02T04:00Z", progress=False)
    assert found.ids == [space_of(n) for n in range(20, 28)]
    assert found.complete
    assert found.ends == {"since passed": 1}
    assert f"{found.posts_seen - 8} posts outside the time asked for are left out." in found.report()


def test_402_in_the_middle_keeps_what_came(start: Start, tmp_path: Path) -> None:
    """And with an archive, the search goes on where it stopped, and pays for nothing twice."""
    posts, archive = posts_of_host(60), tmp_path / "a.db"
    server, client = start(posts, page=10, credits=30)
    found = quietly(client, "host", archive=archive)
    assert found.posts_seen == 30
    assert found.ends == {"no_credit": 1}
    assert "credits" in found.queries["message"][0]
    server.credits = None
    again = client.search("host", archive=archive, progress=False)
    assert again.complete
    assert again.ids == all_spaces(posts)
    assert again.posts_paid_for == 30
    assert set(server.sent.values()) == {1}


def test_402_begins_no_query_more(start: Start) -> None:
    """Those not asked are `not_tried`, and say why."""
    server, client = start(posts_of_host(5), {"workers": 1}, credits=0)
    found = quietly(client, ["host", "b", "c"])
    assert len(server.asked) == 1
    assert found.queries["ended"].tolist() == ["no_credit", "not_tried", "not_tried"]
    assert "402" in found.queries["message"][2]


def test_401_stops_the_search(start: Start) -> None:
    """No other request can succeed."""
    server, client = start(posts_of_host(5), {"workers": 1}, statuses=[401])
    found = quietly(client, ["host", "b"])
    assert len(server.asked) == 1
    assert found.ends == {"not_tried": 1, "unauthorized": 1}


@pytest.mark.parametrize(("status", "ended"), [(403, "forbidden"), (404, "not_found"), (422, "rejected")])
def test_a_refusal_is_the_outcome_of_its_query(start: Start, status: int, ended: str) -> None:
    """Others go on; it is asked for once, and its message speaks of a search."""
    server, client = start(posts_of_host(9), refuse={"from:bad": status})
    found = quietly(client, ["bad", "host"])
    assert found.queries["ended"].tolist() == [ended, "nothing new"]
    assert sum("from:bad" in query for query, _ in server.asked) == 1
    assert "Space" not in found.queries["message"][0]
    assert f"status {status}" in found.queries["message"][0]
    assert len(found) == 2


@pytest.mark.parametrize("status", [404, 422, 500])
def test_a_cursor_that_is_refused_is_not_the_end(start: Start, tmp_path: Path, status: int) -> None:
    """It goes on below the lowest id; nothing is paid for twice, and the same again sends nothing."""
    posts = posts_of_host(90)
    server, client = start(posts, {"attempts": 2}, refuse_cursors=status)
    found = client.search("host", archive=tmp_path / "a.db", progress=False)
    assert found.complete
    assert found.ids == all_spaces(posts)
    assert server.paid == len(posts)
    sent = len(server.asked)
    again = client.search("host", archive=tmp_path / "a.db", progress=False)
    assert (again.ids, again.complete, len(server.asked)) == (found.ids, True, sent)


def test_what_fails_every_time_fails(start: Start) -> None:
    """After all attempts, with the cause; 302 is not followed."""
    server, client = start(posts_of_host(9), {"attempts": 3}, refuse={"from:bad": 503, "from:moved": 302})
    found = quietly(client, ["bad", "moved", "host"])
    assert found.queries["ended"].tolist() == ["failed", "failed", "nothing new"]
    assert [sum(f"from:{host}" in query for query, _ in server.asked) for host in ("bad", "moved")] == [3, 1]


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"tweets": 5}', b'{"status": "error", "message": "no"}'])
def test_an_answer_that_is_no_page_fails(start: Start, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for an empty page."""
    server, client = start([])
    monkeypatch.setattr(server, "search", lambda *_: (200, body))
    found = quietly(client, "host")
    assert found.ends == {"failed": 1}
    assert len(server.asked) == 1


# --- the archive ---


def test_a_search_run_again_sends_nothing(start: Start, tmp_path: Path) -> None:
    """It shows the same, and says where from; another limit is served as far as the pages go."""
    server, client = start(posts_of_host(90), page=10, traps={1: "empty"})
    archive = tmp_path / "a.db"
    first = client.search("host", archive=archive, progress=False)
    asked = len(server.asked)
    again = client.search("@HOST", archive=archive, progress=False)
    less = quietly(client, "host", archive=archive, max_posts=35)
    assert len(server.asked) == asked
    assert again.ids == first.ids
    assert again.posts.drop(columns="query").equals(first.posts.drop(columns="query"))
    assert again.from_archive
    assert not first.from_archive
    assert again.queries["from_archive"].all()
    assert (again.posts_paid_for, first.posts_paid_for) == (0, 90)
    assert less.posts_seen == 40
    assert again.complete


def test_a_larger_limit_goes_on_where_the_first_stopped(start: Start, tmp_path: Path) -> None:
    """Also over several hosts."""
    posts = posts_of_host(50) + posts_of_host(50, "other", 100)
    server, client = start(posts, page=10)
    archive = tmp_path / "a.db"
    first = quietly(client, ["host", "other"], archive=archive, max_posts=40)
    same = quietly(client, ["host", "other"], archive=archive, max_posts=40)
    assert same.posts_seen == first.posts_seen == server.paid
    rest = client.search(["host", "other"], archive=archive, progress=False)
    assert rest.complete
    assert server.paid == 100
    assert set(server.sent.values()) == {1}


@pytest.mark.parametrize("max_age", [0, "30min"])
def test_pages_that_are_too_old_are_asked_for_again(start: Start, tmp_path: Path, max_age: Any) -> None:
    """And the newer ones serve from then on."""
    now = START
    posts = posts_of_host(9)
    _, client = start(posts, {"now": lambda: now}, page=5)
    client.search("host", archive=tmp_path / "a.db", progress=False)
    now = START.replace(hour=1)
    posts.append(post(20, spaces=[20]))
    found = client.search("host", archive=tmp_path / "a.db", max_age=max_age, progress=False)
    assert space_of(20) in found.ids
    assert found.posts_paid_for == 10
    again = client.search("host", archive=tmp_path / "a.db", progress=False)
    assert again.ids == found.ids
    assert again.from_archive


def test_an_archive_without_pages_stays_as_it_was(tmp_path: Path) -> None:
    """The table is made when the first page is kept; counts, ids and observations do not see it."""
    path = tmp_path / "a.db"
    with sk.sandbox() as client:
        client.fetch("1jMJgLdenVjxL", path, progress=False)
        with sk.Archive(path, mode="r") as archive:
            before = (len(archive), archive.ids(), archive.facts())
            assert len(archive.pages) == 0
            client.plan(hosts="sample_archive", archive=archive)
        client.search("sample_archive", archive=path, progress=False)
    with sk.Archive(path) as archive:
        archive.check()
        assert (len(archive), archive.ids(), archive.facts()) == before
        assert len(archive.pages) > 0


def test_an_archive_to_read_only_serves_and_is_refused_before_anything_is_paid(
    start: Start, tmp_path: Path
) -> None:
    """As for a fetch."""
    path = tmp_path / "a.db"
    server, client = start(posts_of_host(9))
    client.search("host", archive=path, progress=False)
    asked = len(server.asked)
    with sk.Archive(path, mode="r") as archive:
        assert client.search("host", archive=archive, progress=False).from_archive
        with pytest.raises(sk.ArchiveError):
            client.search("other", archive=archive, progress=False)
    assert len(server.asked) == asked


def test_forget_removes_the_pages_that_name_a_space(start: Start, tmp_path: Path) -> None:
    """No trace is left in the file; only those pages are asked for, and paid for, again."""
    path = tmp_path / "a.db"
    server, client = start([post(n, spaces=[n]) for n in range(20)], page=5)
    client.search("host", archive=path, progress=False)
    with sk.Archive(path) as archive:
        assert archive.forget(space_of(7)) == 0
    assert space_of(7).encode() not in path.read_bytes()
    assert space_of(17).encode() in path.read_bytes()
    server.posts[7] = post(7)
    found = client.search("host", archive=path, progress=False)
    assert space_of(7) not in found.ids
    assert found.posts_paid_for == 5
    with sk.Archive(path) as archive:
        assert archive.pages.forget() > 0
        assert archive.pages.forget() == 0
    assert b"followers_count" not in path.read_bytes()


def test_a_damaged_page_is_seen(start: Start, tmp_path: Path) -> None:
    """By its checksum, in a search and in a check."""
    import sqlite3

    path = tmp_path / "a.db"
    _, client = start(posts_of_host(3))
    client.search("host", archive=path, progress=False)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE page SET body = CAST(replace(body, 'Post 2', 'Post 9') AS BLOB)")
    connection.commit()
    connection.close()
    for broken in (
        lambda: client.search("host", archive=path, progress=False),
        lambda: sk.Archive(path).check(),
    ):
        with pytest.raises(sk.ArchiveError, match="a page of the search 'from:host"):
            broken()


# --- stopping ---


def test_ctrl_c_keeps_what_came(start: Start, tmp_path: Path) -> None:
    """In the error, in `last_search` and in the archive."""
    server, client = start(posts_of_host(90), page=10)

    def interrupt(progress: Any) -> None:
        if progress.done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(sk.FetchInterrupted) as caught:
        client.search("host", archive=tmp_path / "a.db", progress=interrupt)
    assert caught.value.search is client.last_search
    assert caught.value.batch is None
    assert client.last_search is not None
    assert client.last_search.posts_seen >= 20
    rest = client.search("host", archive=tmp_path / "a.db", progress=False)
    assert rest.complete
    assert set(server.sent.values()) == {1}


def test_cancel_ends_a_search(start: Start) -> None:
    """From another thread, with what came; the rest is `not_tried`."""
    _, client = start(posts_of_host(90), page=10)

    def cancel(progress: Any) -> None:
        if progress.done >= 10:
            threading.Thread(target=client.cancel).start()

    found = quietly_with(client, cancel)
    if not found.complete:
        assert found.ends == {"not_tried": 1}
        assert "cancelled" in found.queries["message"][0]
    assert found is client.last_search


def quietly_with(client: sk.Client, progress: Any) -> sk.Search:
    """Search with a function for the progress; it may or may not come to its end."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sk.IncompleteWarning)
        return client.search("host", progress=progress)


def test_a_search_and_a_fetch_share_one_limit(start: Start) -> None:
    """Of requests a minute, over both."""
    server, client = start(posts_of_host(5), {"requests_per_minute": 6})
    client.search("host", progress=False)
    assert len(server.asked) == 6
    assert client.plan(["1jMJgLdenVjxL"]).seconds > 0


def test_a_fetch_beside_a_search(start: Start) -> None:
    """Calls of one Client work side by side, also those of another kind."""
    _, client = start(posts_of_host(5))
    batches: list[sk.Batch] = []

    def second(_: Any) -> None:
        if not batches:
            batches.append(client.fetch(["1Gone00000000"], progress=False))

    assert client.search("host", progress=second).complete
    assert batches[0].counts == {"not_found": 1}


def test_progress_counts_posts(start: Start) -> None:
    """Up to all that came; none is left at the end."""
    _, client = start(posts_of_host(50), page=10)
    seen: list[Any] = []
    client.search("host", progress=seen.append)
    assert seen[-1].unit == "post"
    assert (seen[-1].done, seen[-1].left, seen[-1].total) == (50, 0, 50)
    assert seen[0].total == 500


# --- what is shown ---


def test_fetch_plan_and_find_ids_take_a_search() -> None:
    """As it is."""
    with sk.sandbox() as client:
        found = client.search("sample_archive", progress=False)
        assert client.plan(found).to_fetch == len(found)
        assert client.fetch(found, progress=False).spaces["space_id"].tolist() == found.ids
    assert sk.find_ids(found).ids == list(found) == found.ids


def test_a_short_id_from_a_link_is_fetched_as_it_is() -> None:
    """It is no typing error."""
    short = post(1)
    short["entities"]["urls"] = [{"expanded_url": "https://x.com/i/spaces/1abc"}]
    with sk.sandbox([{"id": "1abc", "state": "Ended"}], posts=[short]) as client:
        found = client.search(query="Post", progress=False)
        assert found.ids == ["1abc"]
        assert client.fetch(found, progress=False).complete
    assert sk.find_ids(found).ids == ["1abc"]


def test_report_card_and_repr_say_what_a_search_cannot_find(start: Start) -> None:
    """Text from the service is escaped; the next step stands in the card."""
    _, client = start(posts_of_host(9))
    found = client.search(query="<b>AI</b>", progress=False)
    assert "still visible" in found.report()
    assert "still visible" in found._repr_html_()
    assert "2 Spaces in 9 posts; nothing new came" in str(found)
    assert "&lt;b&gt;AI" in found._repr_html_()
    assert "client.fetch(found)" in found._repr_html_()
    assert repr(found) == "Search(2 Spaces; 9 posts, 9 paid for; complete)"


def test_to_jsonl_writes_the_posts_as_they_came(start: Start, tmp_path: Path) -> None:
    """Each once, also those without a Space; find_ids finds the Spaces in them."""
    posts = posts_of_host(20)
    _, client = start(posts, page=6)
    found = client.search("host", progress=False)
    path = found.to_jsonl(tmp_path / "posts.jsonl")
    assert [json.loads(line) for line in path.read_text("utf-8").splitlines()] == posts[::-1]
    assert sorted(sk.find_ids(path).ids) == sorted(found.ids)


# --- plan and balance ---


def test_a_plan_says_what_a_search_costs_at_most(start: Start, tmp_path: Path) -> None:
    """It sends nothing; once the archive has all, nothing is left to pay, and the search reads the archive."""
    server, client = start(posts_of_host(50), {"price_per_request": 5, "price_per_post": 0.001})
    plan = client.plan(hosts="host", archive=tmp_path / "a.db", max_posts=100)
    assert isinstance(plan, SearchPlan)
    assert (plan.posts, plan.requests, plan.cost, plan.archived_posts) == (119, 11, pytest.approx(0.119), 0)
    assert not server.asked
    assert not (tmp_path / "a.db").exists()
    client.search("host", archive=tmp_path / "a.db", progress=False)
    plan = client.plan(hosts="host", archive=tmp_path / "a.db", max_posts=100)
    assert (plan.posts, plan.requests, plan.cost, plan.archived_posts) == (0, 0, 0, 50)
    assert "at most 0" in str(plan)
    assert "Next: client.search(hosts, query)" in str(plan)


def test_a_plan_without_a_limit_promises_nothing(start: Start) -> None:
    """No number of posts, and no cost."""
    _, client = start([], {"price_per_post": 1})
    plan = client.plan(query="AI", max_posts=None)
    assert (plan.posts, plan.requests, plan.cost) == (None, None, None)
    assert "as many as there are" in str(plan)


def test_the_price_of_a_post_is_that_of_a_request_unless_it_is_set() -> None:
    """Also 0 is a price."""
    with sk.sandbox(price_per_request=0.1) as client:
        assert client.plan(query="AI", max_posts=1).cost == pytest.approx(2.0)
    with sk.sandbox(price_per_request=0.1, price_per_post=0) as client:
        assert client.plan(query="AI", max_posts=1).cost == 0


def test_a_plan_shows_the_balance_beside_the_cost(start: Start) -> None:
    """And whether it suffices, of a search and of a fetch."""
    server, client = start([], {"price_per_request": 1}, balance=2)
    assert "2.0000 USD, which may not suffice" in str(client.plan(hosts="host", balance=True))
    assert "2.0000 USD, which suffices" in str(client.plan(["1jMJgLdenVjxL"], balance=True))
    assert "only the balance was asked for" in client.plan(hosts="host", balance=True)._repr_html_()
    assert not server.asked


@pytest.mark.parametrize("arguments", [{}, {"ids": ["1jMJgLdenVjxL"], "hosts": "a"}])
def test_a_plan_is_of_a_fetch_or_of_a_search(arguments: dict[str, Any]) -> None:
    """Not of both, nor of neither."""
    with sk.sandbox() as client, pytest.raises(ValueError, match="plan: pass either ids"):
        client.plan(**arguments)


@pytest.mark.parametrize(("sent", "read"), [(1.5, 1.5), ("1.5", 1.5), (0, 0.0), ("-0.25", -0.25)])
def test_balance_is_a_number_or_text(start: Start, sent: Any, read: float) -> None:
    """Both come as a float."""
    _, client = start([], balance=sent)
    assert client.balance() == read
    assert isinstance(client.balance(), float)


@pytest.mark.parametrize("sent", [None, "", "much", True, [], {}, "nan", "inf"])
def test_a_balance_that_is_none_is_a_data_error(start: Start, sent: Any) -> None:
    """Never a guess."""
    _, client = start([], balance=sent)
    with pytest.raises(sk.DataError, match="balance_usd is no number"):
        client.balance()


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, sk.CredentialsError), (403, sk.ForbiddenError), (404, sk.DataError), (500, sk.ServiceError)],
)
def test_errors_of_the_balance(
    start: Start, monkeypatch: pytest.MonkeyPatch, status: int, error: type[Exception]
) -> None:
    """As usual, and in words about the balance."""
    server, client = start([], {"attempts": 2})
    monkeypatch.setattr(server, "answer", lambda _: (status, b"{}"))
    with pytest.raises(error, match=r"Balance at 127\.0\.0\.1: "):
        client.balance()


@pytest.mark.parametrize("max_posts", [0, -1, 1.5, True, "all"])
def test_max_posts_is_a_whole_number_or_none(max_posts: Any) -> None:
    """Refused before anything is sent."""
    with sk.sandbox() as client:
        for call in (client.search, client.plan):
            with pytest.raises(ValueError, match="max_posts: got"):
                call(hosts="host", max_posts=max_posts)  # type: ignore[operator]  # both take it


def test_a_search_without_a_key_is_refused() -> None:
    """Unless the archive has all of it."""
    with sk.Client() as client, pytest.raises(sk.CredentialsError):
        client.search("host", progress=False)


def test_a_key_is_in_nothing_that_is_kept(start: Start, tmp_path: Path) -> None:
    """Also where the service quotes it."""
    _, client = start([post(1, spaces=[1], full_text=f"key {KEY}")])
    found = client.search("host", archive=tmp_path / "a.db", progress=False)
    assert KEY.encode() not in (tmp_path / "a.db").read_bytes()
    assert KEY not in found.report() + repr(found) + found.posts["text"][0]


def test_interrupting_the_main_thread_is_seen_at_once(start: Start) -> None:
    """Ctrl-C while answers are under way."""
    _, client = start(posts_of_host(2000), page=1)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(sk.FetchInterrupted):
        client.search("host", max_posts=None, progress=False)
    timer.join()
    assert client.last_search is not None
    assert client.last_search.posts_seen > 0
