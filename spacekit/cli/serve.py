"""`spacekit serve`: the documented endpoint on this machine, for a class or a team. The server is in `server`."""

from __future__ import annotations

import argparse
import itertools
import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.cli.output import tell, write_bytes
from spacekit.cli.summary import DONE
from spacekit.cli.usage import number, rate, whole

if TYPE_CHECKING:
    from spacekit.server import Server

SUMMARY = "answer as the service does, on this machine, with made-up or your own Spaces"
EPILOG = """\
Serves the made-up Spaces and the documented example, or the Spaces of files of
JSON lines. It needs no credits, and takes one made-up key, which it prints.
Other machines reach it only with another --host (0.0.0.0 lets all in).
Ctrl-C ends it.

example:
  spacekit serve spaces.jsonl --port 8000 --latency 0.2"""


_TOLD: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="JSONL", help="files to serve; none: made-up Spaces"
    )
    parser.add_argument(
        "--port", type=whole(0, 65535), default=8000, metavar="N", help="where to listen; 0: any free (8000)"
    )
    parser.add_argument("--host", default="127.0.0.1", metavar="H", help="where to listen (127.0.0.1)")
    parser.add_argument(
        "--latency", type=number, default=0.0, metavar="S", help="seconds to wait before each answer (0)"
    )
    parser.add_argument(
        "--requests-per-minute", type=rate, metavar="N", help="more than N get 429 (no limit)"
    )
    parser.add_argument(
        "--verbose", action="store_true", help="write a line about each request to standard error"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from spacekit.batch import read_jsonl
    from spacekit.server import serve

    batches = [read_jsonl(path) for path in args.files]
    records = itertools.chain.from_iterable(batch.records for batch in batches) if batches else None
    if args.verbose:
        _log_requests()
    serve(
        records,
        ready=_tell_how,
        host=args.host,
        port=args.port,
        latency_s=args.latency,
        requests_per_minute=args.requests_per_minute,
    )
    return DONE


def _tell_how(server: Server) -> None:
    from spacekit.server import SANDBOX_KEY

    for words in server.left_out[:_TOLD]:
        tell(f"warning: not served: {words}")
    if len(server.left_out) > _TOLD:
        tell(f"warning: not served: {len(server.left_out) - _TOLD:,} more records")
    lines = (
        f"{len(server):,} Spaces at {server.url}   (Ctrl-C ends it)",
        f"made-up key: {SANDBOX_KEY}",
        f'Python:      sk.Client("{SANDBOX_KEY}", base_url="{server.url}")',
        f"shell:       SOCIALDATA_API_KEY='{SANDBOX_KEY}' spacekit fetch ID --base-url {server.url}",
    )
    write_bytes("".join(f"{line}\n" for line in lines).encode())


def _log_requests() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logger = logging.getLogger("spacekit.server")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
