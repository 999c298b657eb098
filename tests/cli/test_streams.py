"""Standard output and standard error that are closed, as `>&-` and `2>&-` leave them."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import spacekit as sk

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell of Windows closes no streams")


def shell(redirection: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    """Run the command in a shell that closes streams."""
    command = [sys.executable, "-m", "spacekit", *map(str, arguments)]
    line = f'exec "$@" {redirection}'
    return subprocess.run(["sh", "-c", line, "sh", *command], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        "tables samples --format csv",
        "tables samples",
        "compare samples",
        "hosts samples --format text",
        "fetch --sandbox 1SAMPLEmatinee",
        "chart replay_share samples -o -",
        "chart --list",
        "ids 1MYxNgOPnLLxw",
        "plan 1MYxNgOPnLLxw",
        "search --sandbox --query radio",
        "completion bash",
    ],
)
def test_closed_output_is_said_in_one_line(command: str) -> None:
    """Data that cannot be written is an error, in whichever command; no traceback, and not silently lost."""
    done = shell(">&-", *command.split())
    assert done.returncode in (1, 2)
    assert "standard output is closed" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_closed_output_does_not_matter_beside_a_file(tmp_path: Path) -> None:
    """A file is written whole; what is opened meanwhile does not take the number of the stream."""
    path = tmp_path / "t.csv"
    done = shell(">&- 2>&- <&-", "tables", "samples", "-o", path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(pd.read_csv(path)) == len(sk.sample_batch().spaces)


@pytest.mark.parametrize(
    ("command", "code"), [("compare samples --format csv", 0), ("compare nowhere.csv", 1)]
)
def test_closed_errors_end_no_command(command: str, code: int) -> None:
    """What would be said is lost, and nothing else: data and exit codes stay."""
    done = shell("2>&-", *command.split())
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith("group,") is (code == 0)
