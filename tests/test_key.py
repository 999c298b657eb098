"""The key shows up nowhere: not in what is shown, raised, logged, warned, kept or written."""

import contextlib
import copy
import io
import json
import logging
import pickle
import re
import sqlite3
import traceback
import warnings
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from ipywidgets.embed import embed_data
from key_forms import ESCAPES, KEY, SECRET, assert_no_key, every_form, frames_of

import spacekit as sk
from spacekit.cli import main as cli
from spacekit.fetching.http import Endpoint
from spacekit.forms.fetch_state import FetchState
from spacekit.server import Fault, Server
from spacekit.words import KEY_NAME, Key, redact, redact_input

IDS = ["1SAMPLEIFQBSG", "1SAMPLExARSif", "1SAMPLErhQ2QR", "1SAMPLEkorean", "1SAMPLEnoRec1"]
ECHO = json.dumps({"status": "error", "message": f"the key {KEY} is bad"}).encode()
FAULTS: dict[str, Fault] = {
    "unauthorized": Fault(status=401, body=ECHO),
    "no credit": Fault(status=402, body=ECHO),
    "forbidden": Fault(status=403, body=ECHO),
    "rejected": Fault(status=422, body=ECHO),
    "server error": Fault(status=500, body=ECHO),
    "redirect": Fault.redirect(f"http://127.0.0.1/?key={KEY}"),
    "wait": Fault(429, headers={"Retry-After": KEY}),
    "encoding": Fault(200, headers={"Content-Encoding": KEY}),
    "reset": Fault(drop="reset"),
    "garbage": Fault.garbage(),
}
UNKNOWN = "815|An0therKeyThatNoClientHas" + "xY7" * 8
"""A key that no Client of this process has."""
ROOT = Path(__file__).parent.parent


def shown(*things: Any) -> str:
    """All that Python and a notebook show of some objects."""
    words = [repr(thing) + str(thing) for thing in things]
    words += [thing._repr_html_() for thing in things if hasattr(thing, "_repr_html_")]
    return "\n".join(words)


def told(error: BaseException) -> str:
    """All that an error says, with its causes and their attributes."""
    words = ["".join(traceback.format_exception(error))]
    seen: BaseException | None = error
    while seen is not None:
        words.append(repr(seen) + repr(seen.args) + repr(vars(seen)))
        seen = seen.__cause__ or seen.__context__
    return "\n".join(words)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_run_shows_no_key(fault: Fault, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Whatever the service answers, also where it quotes the key: reprs, errors, logs, warnings, files."""
    caplog.set_level(logging.DEBUG)
    places: list[str] = []
    with Server(keys=[KEY], faults=lambda space_id, _: fault if space_id == IDS[2] else None) as server:
        options: dict[str, Any] = {"base_url": server.url, "attempts": 2, "backoff_s": 0.001, "workers": 1}
        with sk.Client(KEY, **options) as client, warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            batch = client.fetch([*IDS, "typo"], archive=tmp_path / "a.db", progress=False)
            plan = client.plan(IDS, archive=tmp_path / "a.db")
            for call in (lambda: client.get(IDS[2]), batch.raise_for_outcomes):
                with pytest.raises(sk.SpacekitError) as error:
                    call()
                places.append(told(error.value))
            places += [shown(client, batch, plan, client.last_batch), batch.report()]
            places += [str(entry.message) for entry in caught]
            places.append(batch.outcomes.to_csv())
        places += [shown(server, *server.requests), caplog.text]
    batch.to_jsonl(tmp_path / "a.jsonl")
    assert len(batch.outcomes) == len(IDS) + 1
    assert_no_key(*places, *(path.read_bytes() for path in tmp_path.iterdir()))


@pytest.mark.filterwarnings("ignore::spacekit.errors.IncompleteWarning")
@pytest.mark.parametrize("status", [200, 422, 500])
@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES.keys())
def test_a_key_that_the_service_repeats_is_kept_nowhere(
    escape: Callable[[str], str], status: int, tmp_path: Path
) -> None:
    """However it is escaped, also in a Space: it is in no table, message, record and file; the rest stays."""
    body = (
        f'{{"id": "{IDS[0]}", "state": "Ended", "title": "to {escape(KEY)} too", "message": "{escape(KEY)}"}}'
    )
    server = Server(keys=[KEY], faults=lambda *_: Fault(status, body.encode()))
    with server, sk.Client(KEY, base_url=server.url, attempts=1) as client:
        batch = client.fetch(IDS[0], archive=tmp_path / "a.db", progress=False)
    batch.to_jsonl(tmp_path / "a.jsonl")
    records = json.dumps(list(batch.records), ensure_ascii=False)
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db")) as file:
        dump = "\n".join(map(str, file.iterdump()))
    places = [shown(batch), batch.report(), batch.outcomes.to_csv(), batch.spaces.to_csv(), records, dump]
    assert_no_key(*places, *(path.read_bytes() for path in tmp_path.iterdir()))
    assert len(batch.outcomes) == 1


def test_a_space_that_repeats_the_key_stays_a_space() -> None:
    """Only the key is taken out of an answer; numbers, other texts and the order of fields stay as they came."""
    body = f'{{"b": 1.50, "id": "x", "t": "\\u00fc {ESCAPES["as in JSON in JSON"](KEY)} \\"", "a": 1e400}}'.encode()
    clean = Key(KEY).out_of_body(body, is_data=True)
    assert clean == b'{"b": 1.50, "id": "x", "t": "\\u00fc [API key] \\"", "a": 1e400}'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32-be"])
def test_a_key_is_found_in_every_encoding(encoding: str) -> None:
    """An answer need not be UTF-8."""
    clean = Key(KEY).out_of_body(f'{{"message": "{KEY}"}}'.encode(encoding), is_data=True)
    assert_no_key(clean, clean.replace(b"\0", b""))
    assert json.loads(clean.decode("utf-8-sig"))["message"] == "[API key]"


@pytest.mark.parametrize("key", ["demo", "x", "id", "1SAMPLEIFQBSG", "state"])
def test_a_toy_key_changes_no_words(key: str) -> None:
    """A key as tests use, which is a word or an id, is no reason to hide words in a Space or in a message."""
    body = json.dumps({"id": IDS[0], "state": "Ended", "title": "a demo x"}).encode()
    held = Key(key)
    assert held.out_of_body(body, is_data=True) == body
    assert redact("a demo of state x") == "a demo of state x"


@pytest.mark.parametrize("text", ["12|1jMJgLdenVjxL", "Space 1jMJgLdenVjxL", "https://x.com/i/spaces/1jMJgLdenVjxL",
    "1643018183124783104", "| 1 | Monday |", "AI|live", "100% of 50|50"])  # fmt: skip
def test_what_is_no_key_is_shown(text: str) -> None:
    """Ids, links, titles and tables stay."""
    assert redact(text) == redact_input(text) == text


def _archive() -> sk.Archive:
    """An archive in the folder of the test."""
    archive = sk.Archive("made.db")
    archive.add_files(sk.sample_observations_path())
    return archive


def _grouped(call: Callable[..., object], by: str) -> object:
    """Call something that groups Spaces."""
    return call(sk.sample_batch(), by=by)


GROUPED: tuple[Callable[..., object], ...] = (sk.compare, sk.contrast, sk.plot.replay_share)
TABLES: tuple[Callable[..., object], ...] = (
    *(sk.audience_long, sk.compare, sk.growth, sk.hosts, sk.measures),
    *(sk.normalize, sk.over_time, sk.plain, sk.quality, sk.rounded),
)
CALLS: dict[str, Callable[[str], object]] = {
    "swapped": lambda key: sk.Client("https://api.socialdata.tools", key),
    "base_url": lambda key: sk.Client(base_url=key),
    "path of base_url": lambda key: sk.Client("1|demo", f"https://h.example/{key}"),
    "query of base_url": lambda key: sk.Client("1|demo", f"https://h.example/?key={key}"),
    "user of base_url": lambda key: sk.Client("1|demo", f"https://{key}@h.example"),
    "carriage return": lambda key: sk.Client(f"{key}\r"),
    "line end": lambda key: sk.Client(f"{key}\n"),
    "blank within": lambda key: sk.Client(f"Bearer {key}"),
    "unencrypted": lambda key: sk.Client(key, "http://h.example"),
    "beside a wrong argument": lambda key: sk.Client(key, workers=0),
    "as a number": lambda key: sk.Client(requests_per_minute=key),  # type: ignore[arg-type]
    "sandbox": lambda key: sk.sandbox(api_key=f"{key}\r"),
    "one id": lambda key: sk.sandbox().get(key),
    "one id in a link": lambda key: sk.sandbox().get(f"https://x.com/?key={key}"),
    "ids without a key": lambda key: sk.fetch([key, IDS[0]], progress=False),
    "max_age": lambda key: sk.sandbox().fetch(IDS[0], max_age=key),
    "archive of fetch": lambda key: sk.sandbox().fetch(IDS[0], archive=key, progress=False),
    "plan": lambda key: sk.sandbox().plan(IDS, archive=key),
    "hosts": lambda key: sk.sandbox().search(key),
    "since": lambda key: sk.sandbox().search("@a", since=key),
    "query": lambda key: sk.sandbox().search(query=f"AI {key}"),
    "archive": sk.Archive,
    "mode": lambda key: sk.Archive("a.db", mode=key),  # type: ignore[arg-type]
    "file": sk.read,
    "path": lambda key: sk.read(Path(key)),
    "refresh": sk.refresh,
    "client": lambda key: sk.refresh("a.db", client=key),  # type: ignore[arg-type]
    "table": sk.read_table,
    "to_parquet": lambda key: sk.to_parquet(key, "out"),
    "to_dask": sk.to_dask,
    "to_jsonl": lambda key: sk.sample_batch().to_jsonl(f"none/{key}"),
    "to_jsonl of an archive": lambda key: _archive().to_jsonl(f"none/{key}"),
    "add_files": lambda key: _archive().add_files(key),
    "fetched_at": lambda key: sk.normalize([], fetched_at=key),
    "errors": lambda key: sk.normalize([], errors=key),  # type: ignore[arg-type]
    "explorer": sk.AudienceExplorer,
    "max_gap": lambda key: sk.at_age(sk.sample_batch(), "7D", max_gap=key),
    **{f"by of {call.__name__}": partial(_grouped, call) for call in GROUPED},
    **{f"source of {call.__name__}": call for call in TABLES},
    **{f"source of plot.{name}": chart.function for name, chart in sk.plot.CHARTS.items()},
    "axes": lambda key: sk.plot.audience(sk.sample_batch(), ax=key),  # type: ignore[arg-type]
}
"""Places where a key does not belong; each is an error."""


@pytest.mark.parametrize("key", [KEY, UNKNOWN], ids=["known", "unknown"])
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_key_in_a_wrong_place_is_not_shown(
    call: Callable[[str], object], key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither in the message nor in the variables of the frames that a notebook's verbose traceback shows."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(KEY_NAME, raising=False)
    known = Key(KEY)
    with pytest.raises((ValueError, TypeError, OSError, sk.SpacekitError)) as caught:
        call(key)
    assert_no_key(*frames_of(caught.value), repr(known), key=key)
    assert not list(tmp_path.glob("*|*"))


@pytest.mark.parametrize("late", [False, True])
def test_a_bad_key_of_the_environment_is_in_no_frame(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read when the Client is made, or at the first request."""
    monkeypatch.delenv(KEY_NAME, raising=False)
    clients = [sk.Client()] if late else []
    monkeypatch.setenv(KEY_NAME, f"{KEY}\r")
    with pytest.raises(sk.CredentialsError, match="a blank, a line end") as caught:
        (clients[0] if clients else sk.Client()).get(IDS[0])
    assert_no_key(*frames_of(caught.value))


def test_swapped_arguments_are_named() -> None:
    """The message says which argument is which."""
    with pytest.raises(ValueError, match=r"Base URL: .*\(not shown\).*pass api_key=") as caught:
        sk.Client("https://api.socialdata.tools", KEY)
    assert caught.value.__traceback__ is not None
    with pytest.raises(sk.CredentialsError, match=r"it is an address.* base_url="):
        sk.Client("https://api.socialdata.tools")


def test_a_verbose_traceback_shows_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """As IPython shows it after `%xmode Verbose`: with the arguments and variables of every frame."""
    ultratb = pytest.importorskip("IPython.core.ultratb")
    monkeypatch.setenv(KEY_NAME, f"{KEY}\r")
    calls: list[Callable[[], object]] = [
        sk.Client,
        lambda: sk.fetch(IDS),
        lambda: FetchState().service.client,
    ]
    for call in calls:
        with pytest.raises(Exception, match="a blank") as caught:
            call()
        lines = ultratb.VerboseTB().structured_traceback(caught.type, caught.value, caught.tb, None, 9)
        ours = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(lines))
        assert "a blank" in ours
        assert_no_key(ours)


@pytest.mark.parametrize("escape", ESCAPES.values(), ids=ESCAPES.keys())
@pytest.mark.parametrize("key", [KEY, UNKNOWN], ids=["known", "unknown"])
def test_a_key_among_ids_is_rejected_and_not_shown(key: str, escape: Callable[[str], str]) -> None:
    """In a list, in text, in a link and in JSON: not in entries, rejected, cards and the state of the form."""
    held, text = Key(KEY), escape(key)
    sources = [
        text,
        [text],
        f"see {text} and {IDS[0]}",
        [f"Bearer {text}"],
        {"key": text},
        json.dumps({"a": text}),
    ]
    sources += [
        f"https://x.com/i/spaces/{IDS[0]}?key={text}",
        [f"https://x.com/i/spaces/{IDS[0]}?key={text}"],
    ]
    places = []
    for source in sources:
        found = sk.find_ids(source)
        places += [shown(found), repr(found.entries), repr(found.rejected)]
    state = FetchState()
    state.text = f"{text}\n{IDS[0]}"
    places += [repr(state.found.entries), repr(state.faults), state.status, state.code]
    assert_no_key(*places, repr(held), key=key)


def test_a_key_given_as_an_id_is_rejected_and_not_sent() -> None:
    """Pasted into the wrong place, it is an invalid input, and no request carries it."""
    with Server(keys=[KEY]) as server, sk.Client(KEY, base_url=server.url) as client:
        batch = client.fetch([KEY, f"Bearer {KEY}", UNKNOWN], progress=False)
        assert batch.outcomes["outcome"].tolist() == ["invalid", "invalid", "invalid"]
        assert server.requests == ()
    assert "(not shown: it looks like an API key)" in batch.outcomes["input"].tolist()
    assert_no_key(shown(batch), batch.outcomes.to_csv(), batch.report())
    assert_no_key(shown(batch), batch.outcomes.to_csv(), batch.report(), key=UNKNOWN)


def test_a_record_that_holds_a_key_shows_none_among_its_problems() -> None:
    """Values that could not be read are quoted, but not a key."""
    tables = sk.normalize([{"id": IDS[0], "state": "Ended", "total_live_listeners": UNKNOWN}])
    assert len(tables.problems) == 1
    assert_no_key(tables.problems.to_csv(), key=UNKNOWN)


def test_a_client_cannot_be_pickled_with_its_key() -> None:
    """A pickle or a copy would write the key to a file, or keep it in a second place."""
    with sk.Client(KEY) as client:
        for act in (pickle.dumps, copy.deepcopy):
            with pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
                act(client)
        assert_no_key(repr(vars(client)), repr(vars(client._service)), repr(vars(client._service.endpoint)))


@pytest.mark.parametrize("kind", [sk.Client, Server, Endpoint])
def test_what_was_not_made_has_a_repr(kind: type) -> None:
    """A verbose traceback shows the object whose making failed."""
    assert "not made" in repr(kind.__new__(kind))


def test_the_state_of_the_form_that_is_saved_holds_no_key() -> None:
    """Neither that of its widgets, which a notebook may save, nor the code that it shows."""
    form = sk.FetchForm()
    form.key.value = KEY
    form.archive.value = KEY
    form.address.value = f"https://h.example/{KEY}"
    form.text.value = f"{IDS[0]} {KEY}"
    form.find.value = f"@XEng {KEY}"
    data = json.dumps(embed_data([form])["manager_state"]["state"], default=str)
    kept = data.replace(json.dumps(form.archive.value)[1:-1], "").replace(
        json.dumps(form.address.value)[1:-1], ""
    )
    assert form.key.value == ""
    assert form.text.value == f"{IDS[0]} (not shown: it looks like an API key)"
    assert "an API key" in form.state.faults["find"]
    assert_no_key(kept, form.code.value, repr(form.state.faults), form.status.value)
    form.close()


def test_http_client_prints_no_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where somebody made Python's own HTTP client print what it sends."""
    monkeypatch.setattr(HTTPConnection, "debuglevel", 1)
    with Server(keys=[KEY]) as server, sk.Client(KEY, base_url=server.url) as client:
        client.get(IDS[0])
    assert_no_key("".join(capsys.readouterr()))


def test_the_command_line_shows_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither on success nor where the key is refused."""
    monkeypatch.setenv(KEY_NAME, KEY)
    for keys in ([KEY], ["9|another"]):
        out, err = io.StringIO(), io.StringIO()
        with Server(keys=keys) as server, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            options = ["--base-url", server.url, "--archive", str(tmp_path / "a.db"), "--max-age", "0"]
            cli.main(["fetch", *IDS, *options])
        assert_no_key(out.getvalue() + err.getvalue())
        assert out.getvalue() + err.getvalue()


COMMANDS = [
    ["ids", KEY],
    ["ids", f"see {KEY} and {IDS[0]}"],
    ["ids", "--file", KEY],
    ["ids", IDS[0], "--rejected", KEY],
    ["fetch", KEY, "--sandbox"],
    ["fetch", IDS[0], "--api-key", KEY],
    ["fetch", IDS[0], f"--api-key={KEY}"],
    ["fetch", IDS[0], f"--{KEY}"],
    ["fetch", IDS[0], "--base-url", KEY],
    ["fetch", IDS[0], "--base-url", f"https://h.example/{KEY}"],
    ["fetch", IDS[0], "--sandbox", "--archive", KEY],
    ["fetch", IDS[0], "--sandbox", "--max-age", KEY],
    ["fetch", IDS[0], "--sandbox", "-o", KEY],
    ["fetch", IDS[0], "--sandbox", "--format", KEY],
    ["fetch", IDS[0], "--sandbox", "--workers", KEY],
    ["search", "--host", KEY, "--sandbox"],
    ["search", "--query", KEY, "--sandbox"],
    ["search", "--host", "a", "--since", KEY, "--sandbox"],
    ["refresh", "--archive", KEY],
    ["plan", KEY, "--sandbox"],
    ["tables", KEY],
    ["tables", "samples", "--table", KEY],
    ["chart", KEY, "samples"],
    ["compare", "samples", "--by", KEY],
    ["archive", "info", KEY],
    ["serve", KEY],
    ["serve", "--port", KEY],
    [KEY],
    ["help", KEY],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command).replace(SECRET, "K"))
def test_a_command_does_not_echo_a_key(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever option or argument it was put into, and whether or not it is the key of the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(KEY_NAME, raising=False)
    for key in (KEY, UNKNOWN):
        with contextlib.suppress(SystemExit):
            cli.main([word.replace(KEY, key) for word in command])
        assert_no_key("".join(capsys.readouterr()), key=key)


def test_nothing_committed_holds_something_like_a_key() -> None:
    """Notebooks and docs show made-up keys only, which are marked."""
    for path in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("docs/*.md"), ROOT / "README.md"]:
        assert SECRET not in path.read_text(encoding="utf-8")


def test_the_forms_of_a_key_are_many() -> None:
    """The tests look for what they are to look for."""
    assert {KEY.lower(), SECRET.lower(), KEY.encode().hex()} < every_form()
