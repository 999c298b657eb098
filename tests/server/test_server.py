"""The documented endpoint on loopback, its faults, and whatever may be thrown at it."""

import http.client
import json
import logging
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from importlib import resources
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import spacekit as sk
from spacekit.fetching.http import ADDRESSES
from spacekit.samples import SAMPLE_TIME, documented_record, sample_records
from spacekit.server import SANDBOX_KEY, Fault, Server

OPENAPI: dict[str, Any] = json.loads(
    resources.files("spacekit").joinpath("server/openapi.json").read_text("utf-8")
)
SPACE = "1jMJgLdenVjxL"
OTHER = sample_records()[0]["id"]
AUTH = {"Authorization": f"Bearer {SANDBOX_KEY}"}
SHOW, PATH = (address.format(space_id=SPACE) for address in ADDRESSES)


def host_of(server: Server) -> str:
    """Return the host and port of a server."""
    return server.url.removeprefix("http://")


@contextmanager
def connection(server: Server) -> Iterator[http.client.HTTPConnection]:
    """Connect with the standard library's client, which hides nothing."""
    with closing(http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)) as opened:
        yield opened


def get(server: Server, target: str = SHOW, headers: dict[str, str] = AUTH, method: str = "GET") -> Any:
    """Ask once; return status, headers and parsed body."""
    with connection(server) as opened:
        opened.request(method, target, headers=headers)
        response = opened.getresponse()
        body = response.read()
    return response.status, response.headers, json.loads(body) if body else None


def send_raw(server: Server, data: bytes) -> bytes:
    """Send bytes and nothing after them; return what is answered until the server closes."""
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as opened:
        try:
            opened.sendall(data)
            opened.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: opened.recv(2**16), b""))
        except ConnectionError:  # refused in the middle of sending
            return b""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server with the samples, shared by the tests that change nothing in it."""
    with Server() as started:
        yield started


# --- as documented ---


@pytest.mark.parametrize("target", [SHOW, PATH])
def test_a_space_is_answered_at_both_addresses(server: Server, target: str) -> None:
    """Each address returns the Space as it is stored."""
    assert get(server, target)[::2] == (200, documented_record())


def test_every_sample_is_served(server: Server) -> None:
    """All samples can be asked for, however odd."""
    assert [
        get(server, f"/twitter/space/{record['id']}")[2] for record in sample_records()
    ] == sample_records()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Basic {SANDBOX_KEY}"},
        {"Authorization": SANDBOX_KEY},
        {"Authorization": "Bearer 2|other"},
        {"Authorization": f"Bearer {SANDBOX_KEY} x"},
    ],
)
def test_a_bad_key_gets_401(server: Server, headers: dict[str, str]) -> None:
    """No key, another key, or a malformed header is 401, without the key in the answer."""
    status, _, body = get(server, headers=headers)
    assert (status, body["status"]) == (401, "error")
    assert "sandbox" not in str(body)


def test_two_keys_get_401(server: Server) -> None:
    """Where two Authorization headers disagree or agree, none counts."""
    head = f"GET {PATH} HTTP/1.1\r\n" + f"Authorization: Bearer {SANDBOX_KEY}\r\n" * 2 + "\r\n"
    assert send_raw(server, head.encode()).startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "target",
    [
        "/twitter/spaces/show",
        "/twitter/spaces/show?id=",
        f"/twitter/spaces/show?space_id={SPACE}",
        f"/twitter/spaces/show?id={SPACE}&id={SPACE}",
        "/twitter/spaces/show?id=12345678901234",
        "/twitter/spaces/show?id=%C3%A9",
        "/twitter/spaces/show?id=%ff%zz%",
        "/twitter/space/",
        "/twitter/space/a-b",
        "/twitter/space/a%2Fb",
        "/twitter/space/" + "a" * 10_000,
    ],
)
def test_a_bad_id_gets_422(server: Server, target: str) -> None:
    """A missing, repeated or malformed id is 422 and names the field."""
    status, _, body = get(server, target)
    assert (status, list(body["errors"])) == (422, ["id"])


@pytest.mark.parametrize("target", [SHOW.replace("1j", "1J"), PATH.lower(), "/twitter/space/1unknown"])
def test_an_unknown_space_gets_404(server: Server, target: str) -> None:
    """An id that is not served is 404 in the documented words; case counts."""
    assert get(server, target)[::2] == (404, {"status": "error", "message": "Space not found"})


@pytest.mark.parametrize(
    "target", ["/", "/twitter", "/spaces/show?id=" + SPACE, "/x" + PATH, PATH + "/", "/[", "*"]
)
def test_an_unknown_path_gets_404(server: Server, target: str) -> None:
    """What is no documented address is 404, with or without a key."""
    for headers in (AUTH, {}):
        assert get(server, target, headers)[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW", "get"])
def test_another_method_gets_405(server: Server, method: str) -> None:
    """Only GET and HEAD are known, and the answer says so."""
    status, headers, _ = get(server, method=method)
    assert (status, headers["Allow"]) == (405, "GET, HEAD")


def test_head_answers_without_a_body(server: Server) -> None:
    """HEAD returns the headers of GET, its length too, and the connection stays open."""
    with connection(server) as opened:
        opened.request("HEAD", SHOW, headers=AUTH)
        head = opened.getresponse()
        assert head.read() == b""
        opened.request("GET", SHOW, headers=AUTH)
        assert len(opened.getresponse().read()) == int(head.headers["Content-Length"])


@pytest.mark.parametrize("status", [402, 403, 404, 422, 429, 500, 502, 503])
def test_set_statuses_have_documented_bodies(status: int) -> None:
    """A fault that names only a status gets the body documented for it."""
    with Server(faults={SPACE: [Fault(status)]}) as server:
        got, _, body = get(server)
    assert got == status
    assert body["message"]


def test_credits_run_out() -> None:
    """Each Space answered takes one credit, nothing else does; without credits, everything is 402."""
    with Server(credits=1, faults={SPACE: [Fault(500)]}) as server:
        targets = [SHOW, "/twitter/space/1unknown", SHOW, SHOW, "/twitter/space/1unknown"]
        assert [get(server, target)[0] for target in targets] == [500, 404, 200, 402, 402]


@pytest.mark.parametrize("says", [True, False])
def test_the_limit_holds_for_each_key(says: bool) -> None:
    """Requests over the limit are 429, and say how long to wait if so set; another key has its own limit."""
    with Server(keys=["1|a", "1|b"], requests_per_minute=2, retry_after=says) as server:
        answers = [get(server, SHOW, {"Authorization": f"Bearer 1|{key}"}) for key in "aaab"]
    assert [status for status, *_ in answers] == [200, 200, 429, 200]
    after = answers[2][1]["Retry-After"]
    assert 0 < int(after) <= 60 if says else after is None


# --- records ---


def test_own_records_are_served() -> None:
    """Own records take the place of the samples; text of any kind comes back as it was."""
    record = {"id": "1own", "title": "\ud800 茶 \0", "n": 2**70}
    with Server([record]) as server:
        assert get(server, "/twitter/space/1own")[2] == record
        assert get(server)[0] == 404
        assert len(server) == 1


def test_records_that_cannot_be_served_are_listed() -> None:
    """Records without a usable id, or of a Space that is already there, are listed with place and reason."""
    records: list[Any] = [{"id": "1a"}, {}, {"id": 5}, {"id": "a b"}, "text", {"id": "1a", "title": "later"}]
    with Server(records) as server:
        assert [re.match(r"record (\d)", reason)[1] for reason in server.left_out] == list("12345")  # type: ignore[index]  # each matches
        assert get(server, "/twitter/space/1a")[2] == {"id": "1a"}


@pytest.mark.parametrize("keys", ["1|sandbox", [""]])
def test_unusable_keys_are_refused(keys: Any) -> None:
    """A text instead of a list of keys would accept each of its letters, so it is an error."""
    with pytest.raises(ValueError, match="keys"):
        Server(keys=keys)


# --- requests, faults, connections ---


def test_requests_are_counted_without_keys() -> None:
    """Each request is noted in order: its Space and its status, None where it was dropped."""
    faults = {SPACE: [Fault(500), Fault(drop="close")]}
    with Server(faults=faults) as server:
        get(server)
        with pytest.raises(ConnectionError):
            get(server, PATH)
        get(server)
        get(server, "/twitter/space/a-b")
        get(server, "/")
        get(server, method="POST")
        got = [(request.space_id, request.status) for request in server.requests]
        assert got == [(SPACE, 500), (SPACE, None), (SPACE, 200), (None, 422), (None, 404), (None, 405)]
        times = [request.at for request in server.requests]
        assert times == sorted(times)


def test_faults_come_in_order_for_each_space() -> None:
    """A list of faults is used up request by request, over both addresses; None is a right answer."""
    faults = {SPACE: [Fault(500), None, Fault(503)], OTHER: [Fault(403)]}
    with Server(faults=faults) as server:
        assert [get(server, target)[0] for target in (SHOW, PATH, SHOW, SHOW)] == [500, 200, 503, 200]
        assert [get(server, f"/twitter/space/{OTHER}")[0] for _ in range(2)] == [403, 200]


def test_faults_can_be_a_function() -> None:
    """A function is asked with the Space's id, and with how often it was asked for before."""
    with Server(faults=lambda _, nth: Fault(500) if nth < 2 else None) as server:
        assert [get(server)[0] for _ in range(3)] == [500, 500, 200]


def test_faults_apply_to_unknown_spaces() -> None:
    """Also an id that is not served can fail first, or be answered by a fault."""
    with Server([], faults={"1x": [Fault(503), Fault(200, b'{"id": "1x"}')]}) as server:
        answers = [get(server, "/twitter/space/1x") for _ in range(3)]
    assert [status for status, *_ in answers] == [503, 200, 404]


@pytest.mark.parametrize("after", [7, datetime(2026, 10, 21, 7, 28, tzinfo=UTC), "soon", None])
def test_too_many_says_when(after: Any) -> None:
    """Retry-After is sent in each form that HTTP knows, as written otherwise, or not at all."""
    sent = {7: "7", "soon": "soon", None: None}.get(after, "Wed, 21 Oct 2026 07:28:00 GMT")
    with Server(faults={SPACE: [Fault.too_many(after)]}) as server:
        assert get(server)[1]["Retry-After"] == sent


def test_truncated_answers_name_the_whole_length() -> None:
    """A truncated body announces its full length, and has as many bytes as set."""
    with (
        Server(faults={SPACE: [Fault.truncated(10)]}) as server,
        pytest.raises(http.client.IncompleteRead) as caught,
    ):
        get(server)
    assert len(caught.value.partial) == 10


@pytest.mark.parametrize(
    ("drop", "kind"),
    [
        ("reset", ConnectionResetError),
        ("close", http.client.RemoteDisconnected),
        ("half-close", http.client.RemoteDisconnected),
    ],
)
def test_drops_are_what_they_say(drop: Any, kind: type[Exception]) -> None:
    """A reset reaches the client as a reset, a close as an end without an answer."""
    with Server(faults={SPACE: [Fault(drop=drop)]}) as server, pytest.raises(ConnectionError) as caught:
        get(server)
    assert type(caught.value) is kind


def test_slow_bodies_come_whole() -> None:
    """A body that trickles is the right one."""
    with Server(faults={SPACE: [Fault(trickle_s=0.05)]}) as server:
        assert get(server)[2] == documented_record()


def test_a_connection_serves_many_requests(server: Server) -> None:
    """Connections are kept: after each kind of answer, the next request on the same socket is answered."""
    with connection(server) as opened:
        sockets = set()
        for target in (SHOW, "/twitter/space/1unknown", "/", "/twitter/space/a-b", PATH):
            opened.request("GET", target, headers=AUTH)
            opened.getresponse().read()
            sockets.add(opened.sock)
    assert len(sockets) == 1
    assert None not in sockets


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        ("Content-Length: 5\r\n\r\nhello", ["200", "404"]),
        ("Content-Length: 0\r\n\r\n", ["200", "404"]),
        ("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello", ["200"]),
        ("Content-Length: -5\r\n\r\nhello", ["200"]),
        ("Content-Length: ²\r\n\r\nhello", ["200"]),
        ("Content-Length: 99999999999999999999\r\n\r\nhello", ["200"]),
        ("Content-Length: 70000\r\n\r\nhello", ["200"]),
        ("Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", ["200"]),
        ("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello", ["200"]),
    ],
)
def test_request_bodies_never_become_requests(server: Server, body: str, statuses: list[str]) -> None:
    """A request's body is read and dropped, or the connection closed: no byte of it is taken for a request."""
    first = f"GET {PATH} HTTP/1.1\r\nHost: {host_of(server)}\r\nAuthorization: Bearer {SANDBOX_KEY}\r\n{body}"
    answer = send_raw(server, f"{first}GET / HTTP/1.1\r\nHost: {host_of(server)}\r\n\r\n".encode("latin-1"))
    assert re.findall(r"HTTP/1\.1 (\d+)", answer.decode()) == statuses
    assert ("Connection: close" in answer.decode()) is (len(statuses) == 1)


@pytest.mark.parametrize(
    "host", ["127.0.0.1:{}", "localhost:{}", "LOCALHOST.:{}", "127.8.9.1:{}", "[::1]:{}"]
)
def test_a_name_of_this_machine_is_answered(server: Server, host: str) -> None:
    """By every name that leads to this machine alone, with the server's port; also without one, from no browser."""
    port = server.url.rpartition(":")[2]
    assert get(server, headers={**AUTH, "Host": host.format(port)})[0] == 200
    head = f"GET {SHOW} HTTP/1.0\r\nAuthorization: Bearer {SANDBOX_KEY}\r\n\r\n"
    assert statuses(send_raw(server, head.encode())) == [200]


@pytest.mark.parametrize(
    "host",
    ["evil.example:{}", "evil.example", "127.0.0.1.evil.example:{}", "127.0.0.1", "localhost:1", "127.0.0.1:{}x",
     "", ":{}", "[::1", "10.0.0.1:{}", "evil.example:{}, 127.0.0.1:{}"],
)  # fmt: skip
def test_a_name_of_another_machine_is_refused(server: Server, host: str) -> None:
    """A page of another site may lead its name here (DNS rebinding): it gets nothing, whatever its key."""
    port = server.url.rpartition(":")[2]
    before = len(server.requests)
    status, _, body = get(server, headers={**AUTH, "Host": host.replace("{}", port)})
    assert status == 421
    assert "own address only" in body["message"]
    assert server.requests[before].space_id is None


def test_two_hosts_are_refused(server: Server) -> None:
    """Which of them a proxy believes is unclear."""
    host = server.url.removeprefix("http://")
    head = f"GET {SHOW} HTTP/1.1\r\nHost: {host}\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    assert statuses(send_raw(server, head.encode())) == [421]


def test_who_lets_other_machines_in_is_asked_by_any_name() -> None:
    """A server on all addresses cannot know its names."""
    with Server(host="0.0.0.0") as server:  # noqa: S104  # what is tested
        port = server.url.rpartition(":")[2]
        with closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)) as opened:
            opened.request("GET", SHOW, headers={**AUTH, "Host": "classroom.example:1"})
            assert opened.getresponse().status == 200


_FULL = """
import os, resource, socket, time
from spacekit.server import Server
with Server() as server:
    host, port = server.url.removeprefix("http://").split(":")
    limit = max(map(int, os.listdir("/proc/self/fd"))) + 8
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    spare = []
    try:
        while True:
            spare.append(socket.socket())
    except OSError:
        pass
    waiting = spare.pop()
    waiting.connect((host, int(port)))  # it is to be accepted, and no file is left for that
    used = time.process_time()
    time.sleep(1.0)
    used = time.process_time() - used
    for each in spare:
        each.close()
    waiting.sendall(b"GET /user/balance HTTP/1.0\\r\\nAuthorization: Bearer 1|sandbox\\r\\n\\r\\n")
    print(used < 0.3, waiting.recv(12).decode())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts open files as Linux shows them")
def test_no_files_left_is_waited_out() -> None:
    """At its limit of open files the server waits, instead of turning a core; then it answers who waited."""
    ended = subprocess.run(
        [sys.executable, "-c", _FULL], capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.stdout == "True HTTP/1.1 200\n", ended.stderr
    assert ended.stderr == "No connection can be accepted for now: Too many open files\n"


def test_stop_ends_open_connections() -> None:
    """After `stop`, a kept connection gets no answer, no thread is left, and stopping again does nothing."""
    before = threading.active_count()
    with Server(faults={SPACE: [None, Fault(latency_s=600)]}) as server, connection(server) as opened:
        opened.request("GET", SHOW, headers=AUTH)
        opened.getresponse().read()
        opened.request("GET", SHOW, headers=AUTH)
        server.stop()
        with pytest.raises((ConnectionError, http.client.IncompleteRead)):
            opened.getresponse().read()
        server.stop()
    assert threading.active_count() <= before


def test_a_taken_port_is_an_error(server: Server) -> None:
    """Two servers cannot have one port."""
    with pytest.raises(OSError, match=r"."):  # the words are the system's
        Server(port=int(server.url.rpartition(":")[2]))


def test_wait_returns_once_stopped() -> None:
    """`wait` lasts until the server is stopped, from any thread."""
    with Server() as server:
        threading.Timer(0.1, server.stop).start()
        server.wait()
    with pytest.raises(ConnectionRefusedError):
        get(server)


# --- whatever may be thrown at it ---


def raised_nothing(caplog: pytest.LogCaptureFixture) -> bool:
    """Whether the server had no fault of its own: it logs those as errors."""
    return not [record for record in caplog.records if record.levelno >= logging.ERROR]


def statuses(answer: bytes) -> list[int]:
    """Every status in what a connection returned."""
    return [int(found) for found in re.findall(rb"HTTP/1\.[01] (\d{3}) ", answer)]


line = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60)
methods = (
    st.sampled_from(["GET", "HEAD", "POST", "PUT", "PRI", "OPTIONS", "gEt", "GÉT", "__init__", ""]) | line
)
targets = (
    st.sampled_from(
        [SHOW, PATH, "*", "//", "http://x/" + PATH, "/%", "/[", "?", "/twitter/spaces/show?" + "id=&" * 2000]
    )
    | line
)
versions = (
    st.sampled_from(["HTTP/1.1", "HTTP/1.0", "HTTP/0.9", "HTTP/2.0", "HTTP/9.9", "HTTP/1.²", "HTTP/x", ""])
    | line
)
names = (
    st.sampled_from(["Authorization", "Content-Length", "Transfer-Encoding", "Connection", "Expect", "Host"])
    | line
)
values = (
    st.sampled_from(
        [f"Bearer {SANDBOX_KEY}", "5", "-1", "chunked", "close", "keep-alive", "100-continue", "x" * 70_000]
    )
    | line
)
fields = st.lists(st.tuples(names, values).map(": ".join) | line, max_size=6) | st.just(["a: b"] * 200)
requests = st.builds(
    lambda method, target, version, fields, body: (
        "\r\n".join((f"{method} {target} {version}", *fields, "", "")).encode("latin-1") + body
    ),
    methods, targets, versions, fields, st.binary(max_size=40),
)  # fmt: skip
fuzz = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


@fuzz
@given(st.lists(requests | st.binary(max_size=200), min_size=1, max_size=3).map(b"".join))
def test_no_bytes_end_it(server: Server, caplog: pytest.LogCaptureFixture, data: bytes) -> None:
    """Whatever is sent gets no 5xx and breaks nothing; the next request is answered as usual."""
    assert all(status < 500 for status in statuses(send_raw(server, data)))
    assert get(server)[0] == 200
    assert raised_nothing(caplog)


@pytest.mark.parametrize("size", [2**16 + 10, 2**20])
@pytest.mark.parametrize(
    "start", ["", "GET /", f"GET {PATH} HTTP/1.1\r\nX: ", f"GET {PATH} HTTP/1.1\r\nContent-Length: "]
)
def test_huge_lines_do_not_end_it(
    server: Server, start: str, size: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A line of any length is refused, without a 5xx."""
    answer = send_raw(server, start.encode() + b"9" * size + b"\r\n\r\n")
    assert all(400 <= status < 500 for status in statuses(answer))
    assert get(server)[0] == 200
    assert raised_nothing(caplog)


OPERATIONS = [
    (path, method, operation)
    for path, methods in OPENAPI["paths"].items()
    for method, operation in methods.items()
]


def test_the_description_has_both_addresses() -> None:
    """openapi.json describes the addresses that the client asks, with every documented status."""
    spaces = [address.partition("?")[0] for address in ADDRESSES]
    others = ["/twitter/search", "/twitter/user/{username}", "/user/balance"]
    assert [path for path, *_ in OPERATIONS] == spaces + others
    for _, _, operation in OPERATIONS:
        assert {"200", "401", "402", "404", "422", "429", "500"} == set(operation["responses"])


def check(operation: dict[str, Any], status: int, kind: str, body: Any) -> None:
    """Check an answer against the description."""
    response = operation["responses"][str(status)]["$ref"].rpartition("/")[2]
    content = OPENAPI["components"]["responses"][response]["content"]
    Draft202012Validator({**OPENAPI, **content[kind]["schema"]}).validate(body)


def target_of(path: str, text: str) -> str:
    """Fill an operation's only required parameter in."""
    value = quote(text, safe="", errors="replace")
    return re.sub(r"\{\w+\}", lambda _: value, path) if "{" in path else f"{path}?id={value}&query={value}"


@fuzz
@given(
    st.sampled_from(OPERATIONS),
    st.sampled_from([SPACE, OTHER, "sample_radio", "filter:spaces"])
    | st.from_regex(r"\A[0-9A-Za-z]{1,13}\Z")
    | st.text(),
    st.sampled_from([f"Bearer {SANDBOX_KEY}", "Bearer x", ""]),
)
def test_answers_are_as_described(
    server: Server, operation: tuple[str, str, Any], text: str, key: str
) -> None:
    """For any id, handle, query and key, the status and body are among those that openapi.json describes."""
    path, method, described = operation
    status, headers, body = get(server, target_of(path, text), {"Authorization": key}, method.upper())
    check(described, status, headers["Content-Type"], body)


@pytest.mark.parametrize("status", [402, 429, 500])
def test_set_errors_are_as_described(status: int) -> None:
    """So are the statuses that only come when set."""
    with Server(faults=lambda *_: Fault(status)) as server:
        for path, method, described in OPERATIONS:
            got, headers, body = get(server, target_of(path, SPACE), method=method.upper())
            assert got == status
            check(described, got, headers["Content-Type"], body)


# --- the key ---


@pytest.mark.parametrize(
    "data",
    [
        f"GET {PATH} HTTP/1.1\r\nAuthorization: Bearer KEY\r\n\r\n",
        "GET /twitter/spaces/show?id=KEY&key=KEY HTTP/1.1\r\n\r\n",
        "GET /twitter/space/KEY HTTP/1.1\r\nAuthorization: KEY\r\n\r\n",
        "GET /KEY HTTP/1.1\r\n\r\n",
        "KEY\r\n\r\n",
        "GET / KEY\r\n\r\n",
        "GET / HTTP/KEY\r\n\r\n",
        "KEY / HTTP/1.1\r\n\r\n",
        "GET / HTTP/2.0\r\nX: KEY\r\n\r\n",
    ],
)
def test_logs_and_answers_hold_no_key(
    data: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Wherever in a request the key stands, the server logs, prints, notes and answers without it."""
    caplog.set_level(logging.DEBUG)
    key = "99|opaque"
    with Server(keys=[key]) as server:
        answer = send_raw(server, data.replace("KEY", key).encode())
        noted = f"{server!r} {server.requests}"
    assert answer
    assert caplog.text
    assert "opaque" not in answer.decode() + noted + caplog.text + "".join(capfd.readouterr())


# --- the sandbox ---


def test_the_sandbox_is_a_client() -> None:
    """`sandbox` returns a Client that fetches made-up Spaces, on a fixed clock, until it is closed."""
    with sk.sandbox() as client:
        assert client.get(SPACE) == documented_record()
        batch = client.fetch([SPACE], progress=False)
        assert batch.outcomes["fetched_at"].astype("int64").tolist() == [SAMPLE_TIME]
    with pytest.raises(Exception, match="closed"):
        client.get(SPACE)


def test_closing_the_sandbox_stops_its_server() -> None:
    """`close` ends every thread of the sandbox."""
    before = threading.active_count()
    client = sk.sandbox([{"id": "1SAMPLEown001"}])
    assert client.get("1SAMPLEown001") == {"id": "1SAMPLEown001"}
    client.close()
    assert threading.active_count() <= before


def test_the_sandbox_shows_its_server() -> None:
    """The sandbox shows its server and the requests to it; client options are passed on."""
    with sk.sandbox(faults={SPACE: [Fault(500)]}, backoff_s=0.001, attempts=2) as client:
        assert client.get(SPACE)["id"] == SPACE
        assert [request.status for request in client.server.requests] == [500, 200]


def test_the_sandbox_refuses_unusable_records() -> None:
    """Records without ids are an error that names the first."""
    with pytest.raises(ValueError, match="record 1: no id"):
        sk.sandbox([{"id": "1a"}, {}])


def test_the_sandbox_stops_when_no_client_comes_of_it() -> None:
    """A wrong option leaves no server behind."""
    before = threading.active_count()
    with pytest.raises(TypeError):
        sk.sandbox(no_such_option=1)
    assert threading.active_count() <= before
