"""`spacekit demo` and `serve`."""

import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from commands import DOCUMENTED, PNG, SAMPLE, Run

import spacekit as sk
from spacekit import words


def test_demo(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo needs nothing, fits 80 columns, writes three files, and says that all is made up and what is next."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["spacekit"])
    code, out, err = run("demo")
    files = {path.name: path for path in (tmp_path / "demo").iterdir()}
    assert (code, set(files)) == (0, {"spaces.csv", "creators.csv", "audience.png"})
    assert len(pd.read_csv(files["spaces.csv"])) == len(sk.sample_records())
    assert files["audience.png"].read_bytes().startswith(PNG)
    assert max(map(words.columns, out.splitlines())) <= 80
    assert out.startswith("Made-up data")
    assert out.endswith(f" spacekit fetch {DOCUMENTED}\n")
    assert "100%|" in err


def test_demo_says_how_it_was_called(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Called as a module of a Python inside the folder, the demo names that Python from there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["spacekit/__main__.py"])
    monkeypatch.setattr(sys, "executable", str(tmp_path / ".venv" / "bin" / "python"))
    assert ".venv/bin/python -m spacekit fetch" in run("demo")[1].splitlines()[-1]


def test_serve_until_ctrl_c(lines: Path) -> None:
    """`serve` prints its address and key, answers with the Spaces of a file, and ends with Ctrl-C."""
    command = [sys.executable, "-m", "spacekit", "serve", str(lines), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines_out = [process.stdout.readline() for _ in range(4)]
        try:
            url, made_up_key = lines_out[0].split(" at ")[1].split()[0], lines_out[1].split()[-1]
            with sk.Client(made_up_key, base_url=url) as client:
                assert client.get(SAMPLE)["id"] == SAMPLE
        finally:
            process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert f'base_url="{url}"' in lines_out[2]
    assert f"--base-url {url}" in lines_out[3]
