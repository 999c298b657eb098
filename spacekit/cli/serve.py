"""`spacekit serve`: the documented endpoint on this machine, for a class or a team. The server is in `server`."""

from __future__ import annotations

import argparse
import logging
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spacekit.cli.codes import DONE, SERVER_CODES
from spacekit.cli.options import number, rate
from spacekit.cli.output import show
from spacekit.cli.saying import say
from spacekit.words import plural

if TYPE_CHECKING:
    from spacekit.server import Server
    from spacekit.server.server import Faults

EPILOG = """\
Serves the made-up Spaces and posts and the documented example, or the Spaces of
files of JSON, folders and zips; searches find the posts of --posts. It needs no
credits, and accepts one made-up key, which it prints.
Other machines reach it only with another --host (0.0.0.0 lets everyone in).

examples:
  spacekit serve spaces.jsonl --posts posts.jsonl --port 8000 --latency 0.2
  spacekit serve --status 503"""
ENDS: Final = SERVER_CODES

_SHOWN: Final = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument
    add("files", nargs="*", type=Path, metavar="FILE", help="what to serve; none: made-up Spaces")
    words = "posts that searches find, as JSON lines; none: made-up ones, beside made-up Spaces only"
    add("--posts", type=Path, metavar="FILE", help=words)
    words = "port to listen on; 0: any free one (8000)"
    add("--port", type=number(0, 65535, whole=True), default=8000, metavar="N", help=words)
    add("--host", default="127.0.0.1", metavar="H", help="address to listen on (127.0.0.1)")
    words = "seconds to wait before each answer (0)"
    add("--latency", type=number(0, 1e6), default=0.0, metavar="S", help=words)
    words = "answer 429 to more than N (no limit)"
    add("--requests-per-minute", type=rate, metavar="N", help=words)
    add = parser.add_argument_group("what goes wrong, to try a script on").add_argument
    words = "answer every request with an error, such as 503 in an outage"
    add("--status", type=number(400, 599, whole=True), metavar="S", help=words)
    words = "answer 402 once N Spaces and posts were sent; 0: at once"
    add("--credits", type=number(0, whole=True), metavar="N", help=words)
    words = "answer 404 for this Space, as for one that was deleted; can be given more than once"
    add("--gone", action="append", default=[], metavar="ID", help=words)
    add = parser.add_argument
    add("--verbose", action="store_true", help="write a line about each request to standard error")


def run(args: argparse.Namespace) -> int:
    """Serve until Ctrl-C."""
    from spacekit.batch import read
    from spacekit.server import Server

    records = read(args.files, progress=False).records if args.files else None
    if args.verbose:
        _log_requests()
    how = {
        "latency_s": args.latency,
        "requests_per_minute": args.requests_per_minute,
        "credits": args.credits,
    }
    server = Server(records, posts=args.posts, host=args.host, port=args.port, faults=_faults(args), **how)
    with server, suppress(KeyboardInterrupt):
        _introduce(server)
        server.wait()
    return DONE


def _faults(args: argparse.Namespace) -> Faults:
    """Return what goes wrong, by Space or path."""
    from spacekit.server import Fault

    gone = set(args.gone)

    def fault(subject: str, _nth: int) -> Fault | None:
        status = args.status or (404 if subject in gone else None)
        return None if status is None else Fault(status)

    return fault


def _introduce(server: Server) -> None:
    """Say what is not served, and how to reach the rest."""
    from spacekit.server import SANDBOX_KEY

    left_out = server.left_out[:_SHOWN]
    more = len(server.left_out) - len(left_out)
    for words in [*left_out, f"{more:,} more"] if more else left_out:
        say(f"warning: not served: {words}")
    show(
        f"{plural(len(server), 'Space')} and {plural(server.n_posts, 'post')} at {server.url}   (Ctrl-C ends it)",
        f"made-up key: {SANDBOX_KEY}",
        f'Python:      sk.Client("{SANDBOX_KEY}", base_url="{server.url}")',
        f"shell:       SOCIALDATA_API_KEY='{SANDBOX_KEY}' spacekit fetch ID --base-url {server.url}",
    )


def _log_requests() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%H:%M:%S"))
    logger = logging.getLogger("spacekit.server")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(handler)
