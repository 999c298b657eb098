"""http: one request, one answer, and what each answer means."""

import gzip
import json
import logging
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from faulty import answer, scripted
from hypothesis import given
from hypothesis import strategies as st

from spacekit import __version__, errors
from spacekit.fetching.answers import Answer, record_of
from spacekit.fetching.http import ADDRESSES, MAX_BODY, Endpoint, space_path
from spacekit.server import Fault, Server

KEY = "1234|made-up-key-that-is-long-enough"
SPACE = "1SAMPLEtest01"
RECORD: dict[str, Any] = {"id": SPACE, "state": "Ended", "title": "“Tea” 茶 🍵", "total_live_listeners": 7}
BODY = json.dumps(RECORD).encode()
FOUND = Answer(200, BODY, None)
BOMB = Fault.bomb()

Ask = Callable[..., Answer]


@pytest.fixture
def ask() -> Iterator[Ask]:
    """Ask the server at this URL once; the same server is asked through the same connections."""
    endpoints: dict[tuple[str, str, float], Endpoint] = {}

    def once(url: str, space_id: str = SPACE, timeout_s: float = 5.0, key: str = KEY) -> Answer:
        endpoint = endpoints.setdefault((url, key, timeout_s), Endpoint(url, key, timeout_s))
        return endpoint.ask(space_path(ADDRESSES[0], space_id), f"Space {space_id!r}")

    yield once
    for endpoint in endpoints.values():
        endpoint.close()


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that it came from, also what a traceback would not show."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


def shown(error: BaseException) -> str:
    """Everything that printing, logging or inspecting an error can show."""
    parts = [part for link in chain(error) for part in (str(link), repr(link), repr(vars(link)))]
    # An error of requests carries its request, whose repr hides the headers.
    parts += [repr(vars(link.request)) for link in chain(error) if getattr(link, "request", None)]  # type: ignore[attr-defined]  # asked for just now
    return "\n".join([*parts, *traceback.format_exception(error)])


# --- what an answer means ---

STATUSES = {
    204: errors.DataError,
    302: errors.DataError,
    400: errors.DataError,
    401: errors.CredentialsError,
    402: errors.NoCreditError,
    403: errors.ForbiddenError,
    404: errors.SpaceNotFoundError,
    408: errors.ServiceError,
    422: errors.InvalidIdError,
    429: errors.ServiceError,
    500: errors.ServiceError,
    503: errors.ServiceError,
    520: errors.ServiceError,
}


@pytest.mark.parametrize(("status", "kind"), STATUSES.items())
def test_each_status_has_its_error(status: int, kind: type[Exception]) -> None:
    """A status raises its own class, and the message names Space, host, status and what to do."""
    with pytest.raises(errors.SpacekitError) as caught:
        record_of(Answer(status, b"", None, "127.0.0.1"), SPACE)
    assert type(caught.value) is kind
    assert str(caught.value).startswith(f"Space '{SPACE}' at 127.0.0.1: ")
    assert f"status {status}" in str(caught.value)
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"status":"error","message":"Out of tea"}', "status 500: 'Out of tea'"),
        (b'{"message":"Bad.","errors":{"id":["Too long.","Odd."]}}', "'Bad. id: Too long. Odd.'"),
        (b'{"message":"Bad.","errors":{"id":"Too long."}}', "'Bad. id: Too long.'"),
        (b'{"message":null,"errors":[1]}', "status 500)"),
        (b"<h1>Oops</h1>", "'<h1>Oops</h1>'"),
        (b"\xff\x00", "'\ufffd\\x00'"),
        (b"", "status 500)"),
        (b"[" * 100_000, "'[[[[[["),
        (b"[1, 2]", "'[1, 2]'"),
    ],
)
def test_errors_use_the_words_of_the_service(body: bytes, words: str) -> None:
    """Both documented forms of an error body are quoted, others by how they begin, none at length."""
    with pytest.raises(errors.ServiceError) as caught:
        record_of(Answer(500, body, None), SPACE)
    assert words in str(caught.value)
    assert len(str(caught.value)) < 400


def test_a_space_comes_unchanged() -> None:
    """A 200 with the Space returns its JSON object."""
    assert record_of(FOUND, SPACE) == RECORD


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", errors.ServiceError),
        (BODY[:-5], errors.ServiceError),
        (b"<html>", errors.ServiceError),
        (b'{"id": "\xff"}', errors.ServiceError),
        (b"null", errors.DataError),
        (b"[]", errors.DataError),
        (b'"text"', errors.DataError),
        (b"[" * 100_000, errors.DataError),
        (b'{"id":' * 100_000, errors.DataError),
        (b'{"state":"Ended","n":' + b"9" * 5000 + b"}", errors.DataError),
        (b"{}", errors.SpaceNotFoundError),
        (b'{"id":null,"state":""}', errors.SpaceNotFoundError),
        (b'{"status":"error","message":"gone"}', errors.SpaceNotFoundError),
        (b'{"id":"1SAMPLEtest02","state":"Ended"}', errors.DataError),
        (BODY.replace(b"test01", b"TEST01"), errors.DataError),
        (b'{"id":["1SAMPLEtest01"]}', errors.DataError),
        (b'{"state":"Ended"}', errors.DataError),
        (b'{"id":"","state":"Ended"}', errors.DataError),
        (b'{"id":null,"state":"Running","title":"Whose?"}', errors.DataError),
    ],
)
def test_each_200_that_is_no_space(body: bytes, kind: type[Exception]) -> None:
    """A 200 that is broken, no object, no Space or another Space raises its own class."""
    with pytest.raises(errors.SpacekitError) as caught:
        record_of(Answer(200, body, None), SPACE)
    assert type(caught.value) is kind
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "body",
    [b'{"id":"1SAMPLEtest01","state":"Ended","x":NaN}', b'{"id":"1SAMPLEtest01"}', b"\xef\xbb\xbf" + BODY],
)
def test_odd_spaces_are_spaces(body: bytes) -> None:
    """A Space without state, with NaN, or with a byte order mark, is taken."""
    assert record_of(Answer(200, body, None), SPACE)


@given(
    st.integers(100, 999),
    st.binary()
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.sampled_from(["id", "state", "message", "errors"]), inner)
        ),
    ).map(lambda value: json.dumps(value).encode()),
)
def test_any_answer_is_a_space_or_a_clear_error(status: int, body: bytes) -> None:
    """Whatever comes back, `record_of` returns a dict or raises one of the project's errors."""
    try:
        assert isinstance(record_of(Answer(status, body, None), SPACE), dict)
    except errors.SpacekitError:
        return


# --- what is sent ---


def test_the_request_is_as_documented(ask: Ask) -> None:
    """One GET with the id quoted, the key, and what is accepted; nothing else identifies the user."""
    headers = (f"Content-Length: {len(BODY)}", "Set-Cookie: a=b", "Connection: close")
    with scripted(answer(BODY, *headers)) as server:
        for _ in range(2):  # in one session, so the server has to say that it closes the connection
            ask(server.url + "/under/", "a/b c%é?#")
    for head in server.heads:
        lines = head.decode().splitlines()
        assert lines[0] == "GET /under/twitter/spaces/show?id=a%2Fb%20c%25%C3%A9%3F%23 HTTP/1.1"
        sent = dict(line.split(": ", 1) for line in lines[1:] if line)
        assert sent.pop("Host") in server.url
        assert sent == {
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {KEY}",
            "Connection": "keep-alive",
            "User-Agent": f"spacekit/{__version__}",
        }


@pytest.mark.parametrize("template", ADDRESSES)
def test_both_addresses_answer(template: str) -> None:
    """Each documented address returns the Space, in one request."""
    with Server([RECORD], keys=[KEY]) as server:
        endpoint = Endpoint(server.url, KEY, 5.0)
        assert record_of(endpoint.ask(space_path(template, SPACE), f"Space {SPACE!r}"), SPACE) == RECORD
        endpoint.close()
        assert [request.status for request in server.requests] == [200]


def test_only_the_address_that_answered_is_asked_on() -> None:
    """Addresses are asked in their order, past those that answered 404, until one is settled; then only that one."""
    endpoint = Endpoint("https://api.example", KEY, 5.0)
    first, second = ADDRESSES
    assert [endpoint.address_for(denied) for denied in ((), (first,), (first, second))] == [
        first,
        second,
        first,
    ]
    endpoint.settle(second)
    assert [endpoint.address_for(denied) for denied in ((), (second,))] == [second, second]


@pytest.mark.posix
def test_netrc_and_proxies_do_not_interfere(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On this machine, neither a .netrc nor a proxy of the environment changes who is asked, and with what."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Server([RECORD], keys=[KEY]) as server:
        assert ask(server.url).status == 200


@pytest.mark.posix
def test_netrc_does_not_replace_the_key_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment's proxies are used, the key is still the one that was passed."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    with Endpoint("https://api.example", KEY, 5.0)._connections.session() as session:
        assert session.trust_env
        sent = session.prepare_request(requests.Request("GET", "https://api.example/x"))
    assert sent.headers["Authorization"] == f"Bearer {KEY}"


def test_redirects_are_not_followed(ask: Ask) -> None:
    """A redirect is an answer: nobody else is asked, and the key goes nowhere else."""
    with Server([RECORD], keys=[KEY]) as other:
        target = f"{other.url}/twitter/space/{SPACE}"
        with Server([RECORD], keys=[KEY], faults={SPACE: [Fault.redirect(target)]}) as server:
            assert ask(server.url).status == 302
        assert len(server.requests) == 1
        assert other.requests == ()


def test_the_body_of_a_redirect_is_bounded_too(ask: Ask) -> None:
    """A redirect with a huge body is not loaded either."""
    fault = Fault(302, b" " * (MAX_BODY + 1), {"Location": "http://[bad"})
    with (
        Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server,
        pytest.raises(errors.DataError, match="16 MiB"),
    ):
        ask(server.url)


# --- answers that break ---

BREAKS = {
    "reset": Fault(drop="reset"),
    "closed without an answer": Fault(drop="close"),
    "half-closed": Fault(drop="half-close"),
    "truncated": Fault.truncated(20),
    "truncated by a reset": Fault.truncated(20, "reset"),
    "late": Fault(latency_s=30),
    "slow body": Fault(trickle_s=30),
}


@pytest.mark.parametrize("fault", BREAKS.values(), ids=BREAKS)
def test_broken_answers_can_be_retried(fault: Fault, ask: Ask) -> None:
    """An answer that does not come whole is a ServiceError after one request, and the next request is fine."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server:
        with pytest.raises(errors.ServiceError, match=f"Space '{SPACE}' at 127.0.0.1:.* Try again later."):
            ask(server.url, timeout_s=0.2)
        assert len(server.requests) == 1
        assert record_of(ask(server.url), SPACE) == RECORD


def test_a_stale_connection_can_be_retried(ask: Ask) -> None:
    """A kept connection that the server closed meanwhile never costs more than one failed request."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [Fault.stale()]}) as server:
        assert ask(server.url).status == 200
        try:
            ask(server.url)
        except errors.ServiceError:
            ask(server.url)
        assert [request.status for request in server.requests] == [200, 200]


def test_nobody_listens(ask: Ask) -> None:
    """A refused connection says so, and is not called a time-out."""
    with Server([RECORD]) as server:
        pass
    with pytest.raises(errors.ServiceError, match="refused"):
        ask(server.url)


OK = f"Content-Length: {len(BODY)}"
CHUNKED = "Transfer-Encoding: chunked"
WIRE = {
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "a status line only": b"HTTP/1.1 200 OK\r\n",
    "nonsense status": b"HTTP/1.1 abc OK\r\n\r\n",
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-Le",
    "two lengths": answer(BODY, "Content-Length: 5, 7"),
    "1000 headers": answer(BODY, *(f"X-{n}: 1" for n in range(1000))),
    "an endless header": answer(BODY, "X: " + "x" * 100_000),
    "a chunk cut": answer(b"40\r\n" + BODY[:20], CHUNKED),
    "chunks without an end": answer(b"5\r\n" + BODY[:5] + b"\r\n", CHUNKED),
    "a nonsense chunk": answer(b"zz\r\n", CHUNKED),
    "a negative chunk": answer(b"-5\r\n12345", CHUNKED),
    "gzip cut": answer(gzip.compress(BODY)[:-12], "Content-Encoding: gzip"),
    "no gzip": answer(BODY, OK, "Content-Encoding: gzip"),
}


@pytest.mark.parametrize("data", WIRE.values(), ids=WIRE)
def test_broken_http_can_be_retried(data: bytes, ask: Ask) -> None:
    """What is not whole HTTP is a ServiceError, never another exception."""
    with scripted(data) as server, pytest.raises(errors.ServiceError, match="Try again later"):
        record_of(ask(server.url), SPACE)


@pytest.mark.parametrize(
    "data", [answer(BODY, OK), answer(BODY), answer(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), CHUNKED)]
)
def test_trickling_heads_and_bodies_end(data: bytes, ask: Ask) -> None:
    """The time-out bounds the whole answer: one that comes byte by byte is stopped, wherever it is by then."""
    with scripted(data, pause_s=0.02) as server, pytest.raises(errors.ServiceError, match=r"within 0\.2 s"):
        ask(server.url, timeout_s=0.2)


GOOD = {
    "until closed": answer(BODY),
    "chunked": answer(b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY), CHUNKED),
    "gzip": answer(gzip.compress(BODY), "Content-Encoding: gzip"),
    "x-gzip": answer(gzip.compress(BODY), "Content-Encoding: X-GZIP"),
    "wrong type": answer(BODY, OK, "Content-Type: text/html; charset=utf-16"),
    "after 100": b"HTTP/1.1 100 Continue\r\n\r\n" + answer(BODY, OK),
}


@pytest.mark.parametrize("data", GOOD.values(), ids=GOOD)
def test_bodies_are_kept_as_they_came(data: bytes, ask: Ask) -> None:
    """However a body is encoded for the way, its bytes are the same."""
    with scripted(data) as server:
        assert ask(server.url).body == BODY


@pytest.mark.parametrize("fault", [Fault.oversized(), BOMB, Fault(headers={"Content-Encoding": "br"})])
def test_unreadable_bodies_are_not_loaded(fault: Fault, ask: Ask) -> None:
    """A body that is too large, unpacked or not, or packed in another way, is a DataError."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server:
        with pytest.raises(errors.DataError, match=f"Space '{SPACE}'.* not read"):
            ask(server.url)
        assert ask(server.url).status == 200


@pytest.mark.parametrize("fault", [Fault.oversized(64 * 2**20), BOMB], ids=["plain", "gzip"])
def test_large_bodies_are_never_held_whole(fault: Fault, ask: Ask) -> None:
    """Memory stays near `MAX_BODY`, also where a few bytes unpack to much more."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server:
        tracemalloc.start()
        with pytest.raises(errors.DataError):
            ask(server.url)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert peak < 3 * MAX_BODY


def test_a_body_of_the_largest_size_is_read(ask: Ask) -> None:
    """Exactly `MAX_BODY` bytes are still an answer."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [Fault.oversized(MAX_BODY)]}) as server:
        assert len(ask(server.url).body) == MAX_BODY


@pytest.mark.parametrize("after", ["7", "Wed, 21 Oct 2026 07:28:00 GMT", "soon", None])
def test_retry_after_is_kept_as_sent(after: str | None, ask: Ask) -> None:
    """The header is passed on, unread."""
    with Server([RECORD], keys=[KEY], faults={SPACE: [Fault.too_many(after)]}) as server:
        got = ask(server.url)
    assert (got.status, got.retry_after) == (429, after)


# --- what can be asked, and with which key ---


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "file:///etc/passwd",
        "https://",
        "https://a b",
        "https://a\n.example",
        "https://api.example\\@evil.example",
        "https://exämple.de",
        "https://[::1",
        "https://a:99999999",
        None,
        5,
        "https://user:word@api.example",
        "https://api.example?x=1",
        "https://api.example#x",
        "https://api.example/?",
    ],
)
def test_unusable_addresses_are_refused(url: Any) -> None:
    """A base URL that is not a plain http(s) address is a ValueError that says so, without a password in it."""
    with pytest.raises(ValueError, match="Base URL") as caught:
        Endpoint(url, KEY, 5.0)
    assert "word" not in str(caught.value).replace("password", "")
    assert KEY not in shown(caught.value)


@pytest.mark.parametrize(
    "host", ["api.example", "127.0.0.1.example", "localhost.example", "0.0.0.1", "10.0.0.1", "[::2]", "127.1"]
)
def test_the_key_never_travels_unencrypted(host: str) -> None:
    """Plain http to any other machine is refused before anything is sent."""
    with pytest.raises(errors.CredentialsError, match="unencrypted"):
        Endpoint(f"http://{host}", KEY, 5.0)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:1",
        "http://127.0.0.1",
        "http://[::1]:1/a/",
        "http://127.9.9.9",
        "HTTPS://API.Example/v2/",
    ],
)
def test_usable_addresses(url: str) -> None:
    """Encrypted anywhere, and http on this machine; a path before the documented ones may be there."""
    assert Endpoint(url, KEY, 5.0).base_url == url.lower().rstrip("/")


@pytest.mark.parametrize(
    "key",
    [
        None,
        "",
        "  ",
        "secret \n",
        "'secret'",
        "Bearer secret",
        "secrèt",
        "secret\u2026",
        "secret\0",
        5,
        b"secret",
    ],
)
def test_unusable_keys_are_refused(key: Any) -> None:
    """What cannot be a key is refused in words that do not show it."""
    with pytest.raises(errors.CredentialsError, match="API key: ") as caught:
        Endpoint("https://api.example", key, 5.0)
    assert "secr" not in shown(caught.value)


# --- the key shows up nowhere ---


@pytest.mark.parametrize(
    "fault", [*BREAKS.values(), Fault.oversized(), BOMB, Fault.redirect("/x"), Fault.garbage()]
)
def test_errors_and_logs_hold_no_key(fault: Fault, ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    """Neither an error with all it came from, nor any log at its most talkative, nor the server's, shows the key."""
    caplog.set_level(logging.DEBUG)
    with Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server:
        with pytest.raises(errors.SpacekitError) as caught:
            record_of(ask(server.url, timeout_s=0.2), SPACE)
        assert KEY not in repr(server.requests) + repr(server)
    assert "made-up-key" not in shown(caught.value)
    assert caplog.text
    assert "made-up-key" not in caplog.text


def test_nobody_listening_holds_no_key(ask: Ask) -> None:
    """A refused connection shows no key either."""
    with Server([RECORD]) as server:
        pass
    with pytest.raises(errors.ServiceError) as caught:
        ask(server.url)
    assert "made-up-key" not in shown(caught.value)


def test_reprs_hold_no_key() -> None:
    """Endpoint and session show no key; a session keeps it out of its headers."""
    endpoint = Endpoint("https://api.example", KEY, 5.0)
    with endpoint._connections.session() as session:
        assert KEY not in f"{endpoint!r} {session!r} {vars(endpoint)!r} {vars(session)!r}"


@pytest.mark.parametrize("status", [200, 401, 500])
def test_a_key_that_the_service_quotes_is_taken_out(status: int, ask: Ask) -> None:
    """A service that repeats the key in its answer does not bring it into messages or files."""
    fault = Fault(status, f'{{"message": "Bad key {KEY}"}}'.encode())
    with Server([RECORD], keys=[KEY], faults={SPACE: [fault]}) as server:
        got = ask(server.url)
    assert b"Bad key [API key]" in got.body


def test_a_toy_key_does_not_change_a_space(ask: Ask) -> None:
    """A short key, as tests use, may be part of a Space's text: the Space stays as it came."""
    with Server([RECORD], keys=["id"]) as server:
        assert record_of(ask(server.url, key="id"), SPACE) == RECORD
