"""Run the topics of this folder and print a table for each. It measures nothing itself."""

import argparse
import importlib
import os
import pkgutil
import platform
import sys
from importlib.metadata import version
from pathlib import Path

from bench.harness import table_text

TOPICS = sorted(
    module.name
    for module in pkgutil.iter_modules([str(Path(__file__).parent)])
    if module.name != "harness" and not module.name.startswith("_")
)


def machine() -> str:
    """Describe what the numbers were measured on."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("pandas", "numpy", "pyarrow"))
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {packages}"


def main() -> int:
    """Run the topics named, or all; exit 1 where a target was missed or results differ."""
    parser = argparse.ArgumentParser(
        prog="run.py bench", description="Measure spacekit side by side with others."
    )
    parser.add_argument("topics", nargs="*", metavar="topic", help=f"one or more of: {', '.join(TOPICS)}")
    parser.add_argument("--quick", action="store_true", help="leave out rows that take minutes")
    options = parser.parse_args()
    topics = options.topics or TOPICS
    unknown = [topic for topic in topics if topic not in TOPICS]
    if unknown:
        parser.error(f"no topic {unknown[0]!r}; there are: {', '.join(TOPICS)}")
    print(f"{machine()}\nmedian (fastest to slowest) of rounds taken alternately", flush=True)
    missed = 0
    for topic in topics:
        module = importlib.import_module(f"bench.{topic}")
        rows = list(getattr(module, "quick_rows", module.rows)() if options.quick else module.rows())
        print(f"\n{topic}\n{table_text(rows)}", flush=True)
        missed += sum(not row.met for row in rows)
    if missed:
        print(f"\n{missed} target(s) missed")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
