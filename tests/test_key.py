"""The key shows up nowhere: not in what is shown, raised, logged, warned, kept or written."""

import contextlib
import io
import json
import logging
import pickle
import traceback
import warnings
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit.cli import main as cli
from spacekit.server import Fault, Server

KEY = "4711|ThisKeyMustShowUpNowhere0123456789"
SECRET = KEY.partition("|")[2]
IDS = ["1SAMPLEIFQBSG", "1SAMPLExARSif", "1SAMPLErhQ2QR", "1SAMPLEkorean", "1SAMPLEnoRec1"]
ECHO = json.dumps({"status": "error", "message": f"the key {KEY} is bad"}).encode()
FAULTS: dict[str, Fault] = {
    "unauthorized": Fault(status=401, body=ECHO),
    "no credit": Fault(status=402, body=ECHO),
    "forbidden": Fault(status=403, body=ECHO),
    "rejected": Fault(status=422, body=ECHO),
    "server error": Fault(status=500, body=ECHO),
    "redirect": Fault.redirect(f"http://127.0.0.1/?key={KEY}"),
    "reset": Fault(drop="reset"),
    "garbage": Fault.garbage(),
}
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
    for path in tmp_path.iterdir():
        places.append(path.read_bytes().decode("latin-1"))
    assert len(batch.outcomes) == len(IDS) + 1
    for text in places:
        assert SECRET not in text


def test_a_key_given_as_an_id_is_rejected_and_not_sent() -> None:
    """Pasted into the wrong place, it is an invalid input, and no request carries it."""
    with Server(keys=[KEY]) as server, sk.Client(KEY, base_url=server.url) as client:
        batch = client.fetch([KEY], progress=False)
        assert batch.outcomes["outcome"].tolist() == ["invalid"]
        assert server.requests == ()


def test_a_client_cannot_be_pickled_with_its_key() -> None:
    """A pickle would write the key to a file."""
    with sk.Client(KEY) as client, pytest.raises((AttributeError, TypeError, pickle.PicklingError)):
        pickle.dumps(client)


def test_the_command_line_shows_no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither on success nor where the key is refused."""
    monkeypatch.setenv("SOCIALDATA_API_KEY", KEY)
    for keys in ([KEY], ["9|another"]):
        out, err = io.StringIO(), io.StringIO()
        with Server(keys=keys) as server, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            options = ["--base-url", server.url, "--archive", str(tmp_path / "a.db"), "--max-age", "0"]
            cli.main(["fetch", *IDS, *options])
        assert SECRET not in out.getvalue() + err.getvalue()
        assert out.getvalue() + err.getvalue()


def test_nothing_committed_holds_something_like_a_key() -> None:
    """Notebooks and docs show made-up keys only, which are marked."""
    for path in [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("docs/*.md"), ROOT / "README.md"]:
        assert SECRET not in path.read_text(encoding="utf-8")
