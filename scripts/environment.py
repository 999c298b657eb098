"""Make environment.yml (conda) from pyproject.toml, where the packages are listed. Resolves nothing."""

import argparse
import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "environment.yml"
EXTRAS = ("dask", "excel", "notebook", "test")
# conda has no extras in brackets, and some packages go by another name there.
CONDA_NAMES = {
    "dask[dataframe]": ("dask",),
    "playwright": ("playwright-python",),
}
HEADER = """\
# Made from pyproject.toml by scripts/environment.py: change it there, then run `python3 run.py lock`.
# Made and compared by a test; that conda can resolve it was not tested.
"""


def conda_packages(requirement: str) -> list[str]:
    """
    Return the conda form of one requirement of pyproject.toml.

    Parameters
    ----------
    requirement
        Name, extras in brackets and bounds, such as "dask[dataframe]>=2025.1".

    Returns
    -------
    packages
        One entry a conda package; the bounds go to the first.

    Raises
    ------
    ValueError
        The requirement has a marker, or brackets that CONDA_NAMES does not know.
    """
    match = re.fullmatch(r"([\w.-]+(?:\[[\w,-]+\])?)([<>=!~,\d.]*)", requirement)
    if match is None or ("[" in match[1] and match[1] not in CONDA_NAMES):
        raise ValueError(f"pyproject.toml: no conda form of {requirement!r}. Add it to CONDA_NAMES.")
    first, *more = CONDA_NAMES.get(match[1], (match[1],))
    return [first + match[2], *more]


def environment(project: dict[str, Any]) -> str:
    """Text of environment.yml for the [project] table of pyproject.toml."""
    extras = project["optional-dependencies"]
    requirements = [*project["dependencies"], *(line for extra in EXTRAS for line in extras[extra])]
    packages = sorted(package for requirement in requirements for package in conda_packages(requirement))
    lines = [
        "name: spacekit",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        f'  - "python{project["requires-python"]}"',
        "  - pip",
        *(f'  - "{package}"' for package in packages),
        "  - pip:",
        "    - -e .",
    ]
    return HEADER + "\n".join(lines) + "\n"


def main() -> int:
    """Write environment.yml, or with --check only compare it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if the file is out of step"
    )
    wanted = environment(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])
    if not parser.parse_args().check:
        TARGET.write_text(wanted, encoding="utf-8", newline="\n")
        return 0
    if TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted:
        print("environment.yml is in step with pyproject.toml")
        return 0
    print("environment.yml is out of step with pyproject.toml. Run: python3 run.py lock", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
