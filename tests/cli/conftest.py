"""Fixtures of the tests of the shell: a run of a command, a server, files to read."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import KEY, KEY_NAME, OTHER, SAMPLE, Run

import spacekit as sk
from spacekit.cli import main as cli
from spacekit.server import Server


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal for every run of the tests."""
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command: its exit code, standard output and standard error. The key is in neither."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        printed = capsys.readouterr()
        assert KEY not in printed.out + printed.err
        return code, printed.out, printed.err

    return call


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key in the environment."""
    monkeypatch.setenv(KEY_NAME, KEY)


@pytest.fixture
def server(key: None) -> Iterator[Server]:
    """A server that takes the key."""
    with Server(keys=[KEY]) as running:
        yield running


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """The samples as JSON lines."""
    return sk.sample_batch().to_jsonl(tmp_path / "samples.jsonl")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of two Spaces, one of them observed twice."""
    path = tmp_path / "two.db"
    record = next(record for record in sk.sample_records() if record["id"] == SAMPLE)
    other = next(record for record in sk.sample_records() if record["id"] == OTHER)
    observed = tmp_path / "observed.jsonl"
    rows = [("2026-05-01T12:00Z", record), ("2026-06-01T12:00Z", record), ("2026-06-01T12:00Z", other)]
    observed.write_text("\n".join(json.dumps({"fetched_at": when, "space": what}) for when, what in rows))
    with sk.Archive(path) as store:
        store.add_files(observed)
    return path
