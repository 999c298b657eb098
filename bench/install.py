"""What a base install weighs, by package, and how soon `import spacekit` and the command are there, beside pandas."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

from bench.harness import Row, Target, check_text, compare_seconds

NAME = "spacekit-audiences"
SHOWN = 12
"""As many packages have a row of their own, the largest first."""

MOST_MB = 750
"""What a base install may weigh."""


def installed(name: str = NAME) -> dict[str, Distribution]:
    """Return what a base install brings here, by name: the package, and all that it needs without extras."""
    found: dict[str, Distribution] = {}
    wanted = [(name, frozenset[str]())]
    done: set[tuple[str, frozenset[str]]] = set()
    while wanted:
        name, extras = wanted.pop()
        if (name, extras) in done:
            continue
        done.add((name, extras))
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:
            continue
        wanted += needed(found[name].requires or (), extras)
    return found


def needed(lines: Iterable[str], extras: frozenset[str]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name and extras of each requirement that holds on this machine."""
    for line in lines:
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras or {""}):
            yield re.sub(r"[-_.]+", "-", requirement.name).lower(), frozenset(requirement.extras)


def size(package: Distribution) -> int:
    """Return the bytes on disk of a package's files, compiled ones as well."""
    paths = [Path(str(file.locate())) for file in package.files or ()]
    return sum(path.stat().st_size for path in paths if path.is_file())


def own_size() -> int:
    """Return the bytes of spacekit's own files; an editable install lists none of them."""
    package = Path(__file__).resolve().parents[1] / "spacekit"
    return sum(path.stat().st_size for path in package.rglob("*") if path.is_file())


def sizes() -> dict[str, int]:
    """Return the bytes of each package of a base install, the largest first."""
    found = {name: size(package) for name, package in installed().items()}
    found[NAME] = own_size()
    return dict(sorted(found.items(), key=lambda item: -item[1]))


def megabytes(number: int) -> str:
    """Write bytes as people read them."""
    return f"{number / 1e6:,.0f} MB" if number >= 1e6 else f"{number / 1e6:.1f} MB"


def weights() -> Iterator[Row]:
    """Yield the whole and its largest parts."""
    found = sizes()
    total = sum(found.values())
    yield Row(
        f"all {len(found)} packages",
        megabytes(total),
        "",
        "",
        f"< {MOST_MB} MB",
        total < MOST_MB * 1e6,
        "RECORD of each",
    )
    for name, number in list(found.items())[:SHOWN]:
        yield Row(f"  {name}", megabytes(number), "", f"{number / total:.0%}", "none", True, "")
    rest = sum(list(found.values())[SHOWN:])
    yield Row(f"  {len(found) - SHOWN} others", megabytes(rest), "", f"{rest / total:.0%}", "none", True, "")


# The time of the import alone: the interpreter's own start would make the two look alike.
CODE = """\
import sys, time
start = time.perf_counter()
{statement}
took = time.perf_counter() - start
print(took, sys.modules["pandas"].__version__)
"""
PANDAS = "import pandas"
OURS = "from spacekit import normalize"  # `import spacekit` alone loads nothing until it is used


def new_python(*arguments: str) -> str:
    """Return what another Python prints; it keeps compiled files, as users' do, also where that is switched off."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def import_in_new_process(statement: str) -> tuple[float, str]:
    """Import in a new process: the seconds it took, and the version of pandas that it brought along."""
    seconds, pandas_version = new_python("-c", CODE.format(statement=statement)).split()
    return float(seconds), pandas_version


def same_pandas() -> None:
    """Check that both imports load pandas, and the same one; also warms the files up."""
    ours, theirs = import_in_new_process(OURS)[1], import_in_new_process(PANDAS)[1]
    assert ours == theirs, f"pandas {ours} and {theirs}"


def seconds_of(statement: str) -> Callable[[], float]:
    """Return the function that measures one import."""
    return lambda: import_in_new_process(statement)[0]


def seconds_of_python(*arguments: str) -> Callable[[], float]:
    """Return the function that measures another Python from its start to its end."""

    def seconds() -> float:
        started = time.perf_counter()
        new_python(*arguments)
        return time.perf_counter() - started

    return seconds


def rows() -> Iterator[Row]:
    """Weigh what is installed, then measure the start."""
    yield from weights()
    yield compare_seconds(
        f"{OURS} / {PANDAS}",
        seconds_of(OURS),
        seconds_of(PANDAS),
        checked=check_text(same_pandas),
        target=Target(times_the_time=1.15),
        repeats=11,
    )
    yield compare_seconds(
        "spacekit --help / python -c 'import pandas'",
        seconds_of_python("-m", "spacekit", "--help"),
        seconds_of_python("-c", PANDAS),
        checked="exit codes",
        target=Target(times_the_time=1.5),
        repeats=7,
    )
    yield compare_seconds(
        "scipy.special, on the first intervals / import pandas",
        seconds_of_python("-c", "import pandas, scipy.special"),
        seconds_of_python("-c", PANDAS),
        checked="exit codes",
        target=Target(times_the_time=1.5),
        repeats=7,
    )
