"""Processes of their own answer in order, pass errors on, and do not outlive the run."""

import math
import operator
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from spacekit.batch.large.workers import cores, in_order
from spacekit.errors import SpacekitError

SCRIPT = """\
import os
from spacekit.batch.large.workers import in_order
print(list(in_order(abs, iter([-1, 2]), 2)))
"""


@pytest.mark.parametrize("processes", [1, 2])
def test_results_come_in_order(processes: int) -> None:
    """Each task's result has its place, in this process and in others."""
    assert list(in_order(operator.neg, range(20), processes)) == [-i for i in range(20)]


def test_an_error_is_raised_here() -> None:
    """What a task raises is raised where its result is asked for, and the process is ended."""
    with pytest.raises(ValueError, match=r"math domain|nonnegative"):
        list(in_order(math.sqrt, [4.0, -1.0], 2))


def test_a_lost_process_is_said() -> None:
    """A process that ends without an answer is an error that says what to do."""
    with pytest.raises(SpacekitError, match=r"exit code 7.*not done again"):
        list(in_order(os._exit, [7, 7], 2))


def test_what_is_printed_does_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    """Whatever a task prints goes to standard error, not between the results."""
    assert list(in_order(print, ["hello"], 2)) == [None]
    assert "hello" not in capfd.readouterr().out


def test_a_stopped_run_ends_its_processes() -> None:
    """Whoever takes no more results leaves no process behind."""
    with closing(in_order(eval, ["__import__('os').getpid()"] * 50, 2)) as results:
        child = next(results)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_script_needs_no_guard(tmp_path: Path) -> None:
    """A script that does not ask for its own name runs once, not once for each process."""
    (tmp_path / "script.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    command = [sys.executable, str(tmp_path / "script.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "[1, 2]\n"


def test_there_is_a_core() -> None:
    """The number of cores is that which this process may use."""
    assert 1 <= cores() <= (os.cpu_count() or 1)
