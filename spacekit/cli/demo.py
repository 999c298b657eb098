"""`spacekit demo`: the whole way on made-up Spaces, from a server on this machine to tables and a chart."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.cli import screen
from spacekit.cli.chart import save
from spacekit.cli.compare import comparison
from spacekit.cli.output import write_bytes, write_table
from spacekit.cli.summary import exit_code
from spacekit.samples import MADE_UP, documented_record, sample_records

if TYPE_CHECKING:
    from spacekit.batch import Batch

SUMMARY = "fetch made-up Spaces from a server on this machine: tables and a chart"
EPILOG = """\
Needs no key, no network and no credits: a server on this machine answers with
made-up Spaces. Writes spaces.csv, creators.csv and audience.png into a folder."""

_LATENCY_S: Final = 0.03  # so that it takes time, as the service does
_ROWS: Final = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "--out", type=Path, default=Path("demo"), metavar="DIR", help="folder to write to (demo)"
    )


def run(args: argparse.Namespace) -> int:
    """Fetch, print, write."""
    from spacekit.server import sandbox

    args.out.mkdir(parents=True, exist_ok=True)
    ids = [record["id"] for record in sample_records()]
    _say(f"{screen.wrapped(MADE_UP)}\n")
    with sandbox(latency_s=_LATENCY_S) as client:
        _say(f"Asking {client.base_url} for {len(ids)} Spaces:")
        batch = client.fetch(ids)
    _say("\n" + _spaces(batch))
    _say("\n" + _comparison(batch))
    _say(
        f"\nWritten (made-up data): {', '.join(path.name for path in _write(batch, args.out))} in {args.out}\n"
    )
    _say("With your own key (in quotes: it holds a |) and ids:")
    _say(f"SOCIALDATA_API_KEY='your|key' {_program()} fetch {documented_record()['id']}")
    return exit_code(batch)


def _program() -> str:
    """How to call spacekit here: by its name, or as this Python's module, as it was called."""
    if Path(sys.argv[0]).name != "__main__.py":
        return "spacekit"
    python = Path(sys.executable)
    return f"{python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python} -m spacekit"


def _say(words: str) -> None:
    write_bytes(f"{words}\n".encode())


def _spaces(batch: Batch) -> str:
    n = len(batch.spaces)
    rest = f"... and {n - _ROWS:,} more, with all columns, in spaces.csv" if n > _ROWS else ""
    return f"Spaces (made up)\n{screen.view('spaces', batch.spaces, _ROWS)}\n{rest}".rstrip()


def _comparison(batch: Batch) -> str:
    """Overall, then by host; ages are told below in place of a warning."""
    import pandas as pd

    from spacekit import stats
    from spacekit.plot.caption import fetched

    spaces = batch.spaces
    table = pd.concat([stats.summarise(spaces), stats.summarise(spaces, by="host")], ignore_index=True)
    notes = (
        "Counts as X reports them and does not define: no numbers of people. share: replay / (live + replay). "
        f"interval: 95 %, of the median share; thin: too few for one. {fetched(spaces)}"
    ).replace("\u00a0", " ")
    title = "Live listeners against replay plays (made up): medians, overall and by host"
    return f"{title}\n{comparison(table, test=False)}\n{screen.wrapped(notes)}"


def _write(batch: Batch, folder: Path) -> list[Path]:
    from spacekit import plot

    paths = [folder / name for name in ("spaces.csv", "creators.csv", "audience.png")]
    write_table(batch.spaces, paths[0], "csv")
    write_table(batch.creators, paths[1], "csv")
    save(plot.audience(batch.spaces), paths[2])
    return paths
