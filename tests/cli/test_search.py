"""`spacekit search`, against a server on loopback."""

import io
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from commands import KEY, PNG, Run

import spacekit as sk
from spacekit.server import Fault, SearchFaults, Server

HOST = "sample_archive"


@pytest.fixture(scope="module")
def found() -> sk.Search:
    """What the same search finds in Python."""
    with sk.sandbox() as client:
        return client.search(HOST, progress=False)


def test_a_pipe_gets_the_ids(run: Run, server: Server, found: sk.Search) -> None:
    """Without -o, standard output has the ids, one a line, and nothing else; what was found is on standard error."""
    code, out, err = run("search", "--host", HOST, "--base-url", server.url)
    assert (code, out.split("\n")) == (0, [*found.ids, ""])
    assert "still visible can be found" in err
    assert "Made-up data" in err


def test_its_ids_are_what_fetch_reads(run: Run, found: sk.Search, monkeypatch: pytest.MonkeyPatch) -> None:
    """`search | fetch -` fetches every Space that was found, once."""
    _, ids, _ = run("search", "--host", HOST, "--sandbox", "--quiet")
    monkeypatch.setattr("sys.stdin", io.StringIO(ids))
    code, out, _ = run("fetch", "-", "--sandbox")
    assert code == 0
    assert [json.loads(line)["space"]["id"] for line in out.splitlines()] == found.ids


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_posts_and_ids_are_written(ending: str, run: Run, found: sk.Search, tmp_path: Path) -> None:
    """`-o` writes the posts, as a table or as they came; `--ids` the ids; standard output stays empty."""
    posts, ids = tmp_path / f"posts.{ending}", tmp_path / "ids.txt"
    code, out, _ = run("search", "--host", HOST, "--sandbox", "-o", posts, "--ids", ids)
    assert (code, out, ids.read_text().split()) == (0, "", found.ids)
    if ending == "jsonl":
        assert posts.read_bytes() == found.to_jsonl(tmp_path / "same.jsonl").read_bytes()
        return
    table = pd.read_parquet(posts) if ending == "parquet" else pd.read_csv(posts, dtype=str)
    assert list(table) == list(found.posts)
    assert table["space_id"].tolist() == found.posts["space_id"].tolist()
    assert table["post_id"].tolist() == found.posts["post_id"].tolist()


def test_ids_go_to_stdout_beside_a_file(run: Run, found: sk.Search, tmp_path: Path) -> None:
    """`-o FILE --ids -` writes the posts and passes the ids on."""
    code, out, _ = run("search", "--host", HOST, "--sandbox", "-o", tmp_path / "p.csv", "--ids", "-")
    assert (code, out.split()) == (0, found.ids)


def test_hosts_words_and_days_are_sent(run: Run, server: Server) -> None:
    """Each host makes a query of its own, with the words, the filter and the days."""
    days = ("--since", "2026-01-01", "--until", "2026-06-01")
    hosts = ("--host", HOST, "--host", "@sample_radio")
    assert run("search", *hosts, "--query", "maps OR science", *days, "--base-url", server.url)[0] == 0
    sent = {request.query["query"].partition(" max_id:")[0] for request in server.requests}
    rest = "(maps OR science) filter:spaces since:2026-01-01 until:2026-06-01"
    assert sent == {f"from:{HOST} {rest}", f"from:sample_radio {rest}"}


def test_all_made_up_spaces(run: Run) -> None:
    """`--sandbox` alone finds all Spaces that made-up posts link, no matter whose."""
    _, out, _ = run("search", "--sandbox", "--quiet")
    assert len(out.split()) > 60


def test_an_archive_saves_pages(run: Run, server: Server, tmp_path: Path) -> None:
    """A second search with the archive sends nothing, and finds the same."""
    asked = ("search", "--host", HOST, "--base-url", server.url, "--archive", tmp_path / "a.db")
    first = run(*asked)[1]
    sent = len(server.requests)
    assert run(*asked)[1] == first
    assert len(server.requests) == sent


def test_the_plan_sends_nothing(run: Run, server: Server) -> None:
    """`--plan` shows the most that the search may cost, before anything is paid for."""
    asked = ("search", "--host", HOST, "--max-posts", "100", "--price", "0.5", "--base-url", server.url)
    code, out, _ = run(*asked, "--plan")
    assert code == 0
    assert "nothing was sent" in out
    assert "50" in out
    assert not server.requests


def test_the_plan_shows_the_balance_where_asked(run: Run, key: None) -> None:
    """`--plan --balance` asks for the balance, and for nothing else."""
    with Server(keys=[KEY], balance=12.34) as server:
        out = run("search", "--host", HOST, "--base-url", server.url, "--plan", "--balance")[1]
        assert [request.path for request in server.requests] == ["/user/balance"]
    assert "12.34" in out


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "add --host NAME or --query WORDS"),
        (["--host", "a b c"], "--host"),
        (["--host", HOST, "--since", "soon"], "--since"),
        (["--host", HOST, "--since", "2026-02-01", "--until", "2026-01-01"], "until"),
        (["--host", HOST, "--balance"], "--plan"),
        (["--host", HOST, "-o", "posts.txt.x"], "--format"),
        (["--host", HOST, "--ids", "-", "--format", "csv"], "-o FILE"),
        (["--host", HOST, "-o", "same.csv", "--ids", "same.csv"], "same file"),
        (["--host", HOST, "--max-posts", "0"], "--max-posts"),
    ],
)
def test_wrong_usage_is_2(
    options: list[str], words: str, run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be searched for is said before anything is sent, in the command's own terms."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run("search", *options, "--base-url", server.url)
    assert (code, out) == (2, "")
    assert words in err
    assert not server.requests
    assert list(tmp_path.iterdir()) == []


def test_no_credit_keeps_what_came(run: Run, key: None) -> None:
    """When credits end, the code is 5, and the ids until then are written."""
    with Server(keys=[KEY], credits=20) as server:
        code, out, err = run("search", "--query", "filter:spaces", "--base-url", server.url)
    assert code == 5
    assert 5 < len(out.split()) <= 20
    assert err.count("402") == 1


def test_a_search_without_an_answer_spoils_no_file(run: Run, key: None, tmp_path: Path) -> None:
    """Where no page came, an earlier file stays too."""
    earlier = tmp_path / "ids.txt"
    earlier.write_text("earlier")
    with Server(keys=[KEY], faults={"/twitter/search": [Fault(422)]}) as server:
        code, _, _ = run("search", "--host", HOST, "--base-url", server.url, "--ids", earlier)
    assert (code, earlier.read_text()) == (3, "earlier")


def test_a_refused_key_spoils_no_file(run: Run, key: None, tmp_path: Path) -> None:
    """With a key that is not accepted the code is 5, an earlier file stays, and it is said once."""
    earlier = tmp_path / "posts.csv"
    earlier.write_text("earlier")
    with Server() as server:
        code, out, err = run("search", "--host", HOST, "--base-url", server.url, "-o", earlier)
    assert (code, out, earlier.read_text()) == (5, "", "earlier")
    assert err.count("not accepted") == 1


def test_what_is_left_is_3(run: Run, key: None) -> None:
    """A search that stops at --max-posts is incomplete: code 3, and the reason is on standard error."""
    with Server(keys=[KEY]) as server:
        asked = ("search", "--query", "filter:spaces", "--max-posts", "20", "--base-url", server.url)
        code, out, err = run(*asked)
        assert len(server.requests) <= 2
    assert code == 3
    assert out
    assert "max-posts" in err


def test_nothing_found_is_3(run: Run, server: Server, tmp_path: Path) -> None:
    """A host without announcements gives no id: the code is 3, one line says so, and an earlier file stays."""
    earlier = tmp_path / "ids.txt"
    earlier.write_text("earlier")
    asked = ("search", "--host", "nobody", "--base-url", server.url, "--ids", earlier)
    assert run(*asked, "--quiet") == (3, "", "spacekit: no Space was found, in 0 posts.\n")
    assert "nothing was written" in run(*asked)[2]
    assert earlier.read_text() == "earlier"


def test_a_service_that_is_down_is_4(run: Run, key: None) -> None:
    """A search without an answer ends with 4, and its cause is one line also with --quiet."""
    with Server(keys=[KEY], faults=lambda _path, _nth: Fault(503)) as server:
        asked = ("search", "--host", HOST, "--base-url", server.url, "--attempts", "1", "--quiet")
        code, out, err = run(*asked)
    assert (code, out, err.count("\n")) == (4, "", 1)
    assert "503" in err


def test_a_search_that_stops_early_finds_all(run: Run, key: None, found: sk.Search) -> None:
    """Early stops, empty pages and faults of the service lose no Space."""
    faults: dict[str, Any] = {"/twitter/search": [None, Fault(503)] * 20}
    wrong = SearchFaults(page_size=5, stops_after=2, empty_pages=[2])
    with Server(keys=[KEY], faults=faults, search_faults=wrong) as server:
        code, out, _ = run("search", "--host", HOST, "--base-url", server.url)
    assert (code, out.split()) == (0, found.ids)


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl"])
def test_its_posts_draw_reach(ending: str, run: Run, lines: Path, tmp_path: Path) -> None:
    """`chart reach` takes the posts that `search -o` wrote, in each format, and the same chart comes of all."""
    posts, picture = tmp_path / f"posts.{ending}", tmp_path / "reach.png"
    run("search", "--host", HOST, "--sandbox", "-o", posts)
    code, out, _ = run("chart", "reach", lines, "--posts", posts, "-o", picture)
    assert code == 0
    assert "9.6 views of the announcing post" in " ".join(out.split())
    assert picture.read_bytes().startswith(PNG)


def test_reach_needs_posts(run: Run, lines: Path, tmp_path: Path) -> None:
    """Only `reach` takes posts, and needs them; a file without posts is refused."""
    picture, odd = tmp_path / "c.png", tmp_path / "odd.jsonl"
    odd.write_text("no JSON")
    assert "needs --posts" in run("chart", "reach", lines, "-o", picture)[2]
    assert "does not take --posts" in run("chart", "audience", lines, "--posts", odd, "-o", picture)[2]
    assert "no file of posts" in run("chart", "reach", lines, "--posts", odd, "-o", picture)[2]
