"""A second server of posts, written from what is known of the service alone, with all that makes a search hard."""

import json
import random
import re
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

START = datetime(2026, 1, 1, tzinfo=UTC)
KEY = "77|made-up-key-of-the-second-server"


def space_of(number: int) -> str:
    """Id of a made-up Space."""
    return f"1Made{number:08d}"


def post(number: int, host: str = "host", spaces: Iterable[int] = (), **values: Any) -> dict[str, Any]:
    """A post as the service documents it, an hour after the one before."""
    urls = [
        {"url": f"https://t.co/{n}", "expanded_url": f"https://x.com/i/spaces/{space_of(n)}"} for n in spaces
    ]
    return {
        "id_str": str(10**18 + number * 1000),
        "tweet_created_at": (START + timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M:%S.000000Z"),
        "full_text": f"Post {number} https://t.co/{number}",
        "user": {"id_str": "9" * 19, "screen_name": host, "name": host.upper(), "followers_count": 1200},
        "entities": {"urls": urls},
        "favorite_count": number,
        "reply_count": 1,
        "retweet_count": 2,
        "quote_count": 3,
        "views_count": number * 100,
        "quoted_status": None,
        "retweeted_status": None,
    } | values


def posts_of_host(count: int, host: str = "host", first: int = 0) -> list[dict[str, Any]]:
    """Posts of which every third announces a Space, some the same one again."""
    return [post(n, host, [n // 6] if n % 3 == 0 else []) for n in range(first, first + count)]


@dataclass
class PostServer:
    """
    Answers `/twitter/search` and `/user/balance` on loopback.

    `traps` are what a search meets there, each for the n-th page of a run of cursors: "stop" (no cursor), "repeat" (the
    same cursor again), "empty" (no posts, though there are more).
    """

    posts: list[dict[str, Any]]
    page: int = 20
    traps: dict[int, str] = field(default_factory=dict)
    endless: str = ""
    fault_share: float = 0.0
    statuses: list[int] = field(default_factory=list)
    """Statuses of the first requests; 0 for an answer."""
    credits: int | None = None
    refuse: dict[str, int] = field(default_factory=dict)
    refuse_cursors: int = 0
    """Status of what is asked for with a cursor."""
    balance: Any = "12.5"
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    sent: Counter[str] = field(default_factory=Counter)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    seed: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(self.seed)

    @property
    def paid(self) -> int:
        """Posts that were sent, and so are paid for."""
        return sum(self.sent.values())

    def answer(self, target: str) -> tuple[int, bytes]:
        """Answer one request: status and body."""
        split = urlsplit(target)
        values = {name: texts[0] for name, texts in parse_qs(split.query, keep_blank_values=True).items()}
        with self._lock:
            if split.path == "/user/balance":
                return 200, json.dumps({"balance_usd": self.balance}).encode()
            if split.path != "/twitter/search":
                return 404, b'{"message": "no such page"}'
            self.asked.append((values["query"], values.get("cursor")))
            assert values["type"] == "Latest"
            status = (
                self.statuses.pop(0) if self.statuses else self.refuse_cursors if "cursor" in values else 0
            )
            status = status or next((s for word, s in self.refuse.items() if word in values["query"]), 0)
            if status:
                return status, json.dumps({"status": "error", "message": f"status {status}"}).encode()
            if self._random.random() < self.fault_share:
                status = self._random.choice([500, 503, 429, 200])
                return status, b'{"tweets": [{"id_s' if status == 200 else b"{}"
            return self.search(values["query"], values.get("cursor"))

    def search(self, query: str, cursor: str | None) -> tuple[int, bytes]:
        """Return a page: cursors are `start-number`, the place of the first post and the number of the page."""
        hits = [each for each in reversed(self.posts) if matches(each, query)]
        start, number = map(int, cursor.split("-")) if cursor else (0, 0)
        trap = self.traps.get(number)
        shown = [] if trap == "empty" or self.endless == "empty" else hits[start : start + self.page]
        if self.endless == "same":
            shown = hits[: self.page]
        if self.credits is not None:
            if self.credits < len(shown) or self.credits == 0:
                return 402, b'{"status": "error", "message": "Insufficient balance"}'
            self.credits -= len(shown)
        self.sent.update(each["id_str"] for each in shown)
        following: str | None = f"{start + len(shown)}-{number + 1}"
        if trap == "repeat" and cursor:
            following = cursor
        if not self.endless and (trap == "stop" or start + len(shown) >= len(hits)) and trap != "empty":
            following = None
        return 200, json.dumps({"tweets": shown, "next_cursor": following}).encode()


def matches(each: dict[str, Any], query: str) -> bool:
    """Whether a post is found by the operators of a query; its words are not looked at."""
    host = re.search(r"from:(\S+)", query)
    max_id = re.search(r"max_id:(\d+)", query)
    since, until = re.search(r"since:(\S+)", query), re.search(r"until:(\S+)", query)
    day = each["tweet_created_at"][:10]
    return (
        (host is None or each["user"]["screen_name"].lower() == host[1].lower())
        and (max_id is None or int(each["id_str"]) <= int(max_id[1]))
        and (since is None or day >= since[1])
        and (until is None or day < until[1])
    )


@contextmanager
def serving(posts: list[dict[str, Any]], **options: Any) -> Iterator[PostServer]:
    """Run a `PostServer`."""
    server = PostServer(posts, **options)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one packet

        def do_GET(self) -> None:
            server.headers.append(dict(self.headers))
            status, body = server.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 429:
                self.send_header("Retry-After", "0")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()
