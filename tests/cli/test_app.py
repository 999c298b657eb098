"""`spacekit app`: what it would serve. That it serves it is tested in `forms/test_browser.py`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import spacekit as sk
from spacekit.cli import app, main


def test_missing_file_is_reported_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named before anything is served."""
    assert main.main(["app", "nope.db"]) == 1
    assert "nope.db: No such file or directory" in capsys.readouterr().err


def test_page_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The page gets the file's full path, its own template, a kernel in waiting; kernels without a page end soon."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JUPYTER_PATH", raising=False)
    sk.sample_batch().to_jsonl("s.jsonl")
    command, variables = app.served(Path("s.jsonl"), 9000, browser=False)
    assert variables["SPACEKIT_DATA"] == str(tmp_path / "s.jsonl")
    jupyter = Path(variables["JUPYTER_PATH"])
    assert (jupyter / "voila" / "templates" / "spacekit" / "conf.json").is_file()
    assert (jupyter / "kernels" / "spacekit" / "kernel.json").is_file()
    assert {"--preheat_kernel=True", "--port=9000", "--no-browser"} <= set(command)
    limits = dict(part.removeprefix("--").split("=") for part in command if "cull_i" in part)
    assert sum(map(int, limits.values())) < 60


def test_page_of_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file the page shows the samples; the user's own Jupyter folders stay in reach."""
    monkeypatch.setenv("JUPYTER_PATH", "mine")
    command, variables = app.served(None, None, browser=True)
    assert list(variables) == ["JUPYTER_PATH"]
    assert variables["JUPYTER_PATH"].endswith(f"{os.pathsep}mine")
    assert "--no-browser" not in command


def test_voila_may_be_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Without voila the command says what to install."""
    monkeypatch.setattr(app, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit):
        main.main(["app"])
    assert "spacekit-audiences[notebook]" in capsys.readouterr().err


def test_page_of_some_spaces(tmp_path: Path) -> None:
    """Several inputs, a time, an age or a join make a table for the page; one file is opened as it is."""
    path = tmp_path / "spaces.parquet"

    def data(*arguments: str) -> Path | None:
        return app.data_of(main.parser().parse_args(["app", *arguments]), path)

    assert data() is None
    assert data("samples") is None
    assert data("spaces.db") == Path("spaces.db")
    assert data("samples", "--at-age", "7D") == path
    assert len(sk.read_table(path)) == 23


@pytest.mark.skipif(os.name == "nt", reason="signals are sent by os.kill")
def test_page_ends_in_order(tmp_path: Path) -> None:
    """SIGTERM ends the server and its kernel, and leaves no temporary folder."""
    pytest.importorskip("voila", reason="the page needs the extra notebook")
    folder = tmp_path / "temporary"
    folder.mkdir()
    command = [sys.executable, "-m", "spacekit", "app", "--no-browser"]
    environment = {**os.environ, "TMPDIR": str(folder)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("The page is at http://127.0.0.1:" in line for line in process.stderr)
        assert len(list(folder.iterdir())) == 1
        process.terminate()
    assert process.returncode == 0
    assert list(folder.iterdir()) == []
