"""`spacekit demo`: the whole way on made-up Spaces, from a server on this machine to tables and a chart."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.cli.chart import save
from spacekit.cli.output import show, write_table
from spacekit.cli.screen import view
from spacekit.cli.summary import code_of
from spacekit.samples import MADE_UP, documented_record, sample_records
from spacekit.words import UNDEFINED, wrapped

if TYPE_CHECKING:
    from spacekit.batch import Batch

EPILOG = """\
Needs no key, no network and no credits: a server on this machine answers with
made-up Spaces. Writes spaces.csv, creators.csv and audience.png into a folder."""

_LATENCY_S: Final = 0.03  # so that it takes time, as the service does
_ROWS: Final = 10
_SETS_KEY: Final = (
    "$env:SOCIALDATA_API_KEY='your|key';" if os.name == "nt" else "SOCIALDATA_API_KEY='your|key'"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    words = "folder to write to (demo)"
    parser.add_argument("--out", type=Path, default=Path("demo"), metavar="DIR", help=words)


def run(args: argparse.Namespace) -> int:
    """Fetch, print, write."""
    from spacekit.server import sandbox

    args.out.mkdir(parents=True, exist_ok=True)
    ids = [record["id"] for record in sample_records()]
    show(wrapped(MADE_UP), "")
    with sandbox(latency_s=_LATENCY_S) as client:
        show(f"Asking {client.base_url} for {len(ids)} Spaces:")
        batch = client.fetch(ids)
    rows = view(batch.spaces, rows=_ROWS, rest="; all are in spaces.csv")
    show("", "Spaces (made up)", rows, "", _comparison(batch), "")
    show(f"Written to {args.out} (made-up data): {', '.join(_write(batch, args.out))}", "")
    show("To click through them, in your browser:", f"{_program()} app", "")
    show("With your own key (in quotes, since it contains a |) and ids:")
    show(f"{_SETS_KEY} {_program()} fetch {documented_record()['id']}")
    return code_of(batch.counts)


def _program() -> str:
    """How to call spacekit here: by its name, or as this Python's module, as it was called."""
    if Path(sys.argv[0]).name != "__main__.py":
        return "spacekit"
    python = Path(sys.executable)
    return f"{python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python} -m spacekit"


def _comparison(batch: Batch) -> str:
    """Overall, then by host; ages are said below the table, in place of a warning."""
    import pandas as pd

    from spacekit import stats
    from spacekit.plot.caption import fetched

    spaces = batch.spaces
    table = pd.concat([stats.summarise(spaces), stats.summarise(spaces, by="host")], ignore_index=True)
    title = "Live listeners against replay plays (made up): medians, overall and by host"
    age = fetched(spaces).replace("\u00a0", " ")
    return f"{title}\n{view(table, [UNDEFINED, age])}"


def _write(batch: Batch, folder: Path) -> list[str]:
    """Write two tables and a chart, and return their names."""
    from spacekit import plot

    write_table(batch.spaces, folder / "spaces.csv", "csv")
    write_table(batch.creators, folder / "creators.csv", "csv")
    save(plot.audience(batch.spaces), folder / "audience.png")
    return ["spaces.csv", "creators.csv", "audience.png"]
