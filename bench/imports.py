"""`import spacekit` beside the `import pandas` that a notebook has anyway. Not the very first start."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

from bench.harness import Row, Target, check_text, compare_seconds

# The time of the import alone: the interpreter's own start would make the two look alike.
CODE = """\
import sys, time
start = time.perf_counter()
import {name}
took = time.perf_counter() - start
print(took, sys.modules["pandas"].__version__)
"""


def import_in_new_process(name: str) -> tuple[float, str]:
    """Import a package in a new process: the seconds it took, and the version of pandas it brought along."""
    # Users' Pythons keep compiled files; some build machines switch that off.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", CODE.format(name=name)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    seconds, pandas_version = done.stdout.split()
    return float(seconds), pandas_version


def same_pandas() -> None:
    """Check that both imports load pandas, and the same one; also warms the files up."""
    ours, theirs = import_in_new_process("spacekit")[1], import_in_new_process("pandas")[1]
    assert ours == theirs, f"pandas {ours} and {theirs}"


def seconds_of(name: str) -> Callable[[], float]:
    """Return the function that measures one import."""
    return lambda: import_in_new_process(name)[0]


def rows() -> Iterator[Row]:
    """Compare the two imports."""
    yield compare_seconds(
        "import spacekit / import pandas",
        seconds_of("spacekit"),
        seconds_of("pandas"),
        checked=check_text(same_pandas),
        target=Target(times_the_time=1.15),
        repeats=11,
    )
