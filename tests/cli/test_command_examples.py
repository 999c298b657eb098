"""The examples of `--help` and of docs/command.md run."""

import re
import shlex
from pathlib import Path

import pytest
from commands import Run

import spacekit as sk
from spacekit.cli import catalogue

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
ANALYSIS = [*catalogue.GROUPS["look and compare"], "help", "completion"]
NOT_RUN = ("app ",)  # it serves until Ctrl-C


def examples() -> list[str]:
    """Each example of a command of analysis, and each line of the page."""
    texts = [catalogue.module_of(name).EPILOG.split("examples:\n")[1] for name in ANALYSIS]
    texts += re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    lines = dict.fromkeys(
        line.strip().removeprefix("spacekit ") for text in texts for line in text.splitlines()
    )
    return [line for line in lines if not line.startswith(NOT_RUN)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with every file that the examples name."""
    monkeypatch.chdir(tmp_path)
    batch = sk.sample_batch()
    batch.to_jsonl("spaces.jsonl")
    for name in ("monday.jsonl", "friday.jsonl"):
        batch.to_jsonl(name)
    with sk.Archive("spaces.db") as archive:
        archive.add_files(sk.sample_observations_path())
        archive.add_files("spaces.jsonl", fetched_at="2026-07-01T00:00Z")
    sk.sample_crawl("crawl")
    Path("older.zip").write_bytes(b"PK\x05\x06" + bytes(18))
    batch.spaces.assign(topic="t")[["space_id", "topic"]].to_excel("spaces.xlsx", index=False)
    Path("hosts.csv").write_text(
        "host,sector\n@sample_radio,radio\nsample_archive,archive\n", encoding="utf-8"
    )
    with sk.sandbox() as client:
        client.search("sample_radio", progress=False).posts.to_csv("posts.csv", index=False)
    return tmp_path


@pytest.mark.parametrize("line", examples())
def test_an_example_runs(line: str, run: Run, folder: Path) -> None:
    """It ends as it should, and writes what it names."""
    words = shlex.split(line.replace("1jMJgLdenVjxL", "1SAMPLE1snXke"))
    code, out, err = run(*words)
    assert code == (3 if "crawl/" in words else 0), err  # a crawl has files without a Space
    if "-o" in words:
        assert (folder / words[words.index("-o") + 1]).stat().st_size
    else:
        assert out or "--to" in words
