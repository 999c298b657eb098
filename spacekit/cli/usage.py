"""Arguments that several commands take, and how they are read. It does nothing with them."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spacekit import arguments

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.fetching.client import Client

RATE = 120
"""Requests a minute, where nothing else is said."""

KEY_HELP = """\
The API key is read from SOCIALDATA_API_KEY only, and is never an argument:
those can be read by everybody in the list of processes. Keys hold a `|`, so
quote them:
    export SOCIALDATA_API_KEY='123|abc'"""

INPUT_HELP = """\
INPUT is a file of JSON lines (.gz too), an archive, `-` (JSON lines from
standard input), or the word `samples`: made-up Spaces, to try things on."""


class UsageError(Exception):
    """The command was called in a wrong way; the message says how to call it."""


@contextmanager
def arguments_checked() -> Iterator[None]:
    """Take a ValueError of a room as one of the user's arguments; for calls in which it can be nothing else."""
    try:
        yield
    except ValueError as error:
        raise UsageError(str(error)) from None


# Readers of values, for argparse


def whole(least: int, most: float = math.inf) -> Callable[[str], int]:
    """Make a reader of whole numbers."""

    def read(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            upto = "or more" if most == math.inf else f"to {most}"
            raise argparse.ArgumentTypeError(f"got {text!r}; give a whole number, {least} {upto}")
        return int(text)

    return read


def number(text: str) -> float:
    """Read a number of 0 or more, such as seconds or a price."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"got {text!r}; give a number from 0 to a million")
    return value


def above_zero(text: str) -> float:
    """Read a number above 0."""
    if not number(text):
        raise argparse.ArgumentTypeError(f"got {text!r}; give a number above 0")
    return number(text)


def rate(text: str) -> int | None:
    """Read requests a minute; None is no limit."""
    return None if text.strip().lower() in ("0", "none") else whole(1)(text)


def span(text: str) -> pd.Timedelta:
    """Read a span of time such as 1h or 7D; 0 is one."""
    try:
        return arguments.span("", text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; use a span such as 90min, 6h or 7D") from None


def spans(text: str) -> tuple[pd.Timedelta, ...]:
    """Read spans of time, between commas."""
    return tuple(span(part) for part in text.split(","))


# Groups of arguments


def add_ids(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which Spaces."""
    group = parser.add_argument_group("which Spaces")
    group.add_argument(
        "ids",
        nargs="*",
        metavar="ID",
        help="ids or links of Spaces; quoted text with blanks or commas is searched for them; - reads text from "
        "standard input",
    )
    group.add_argument(
        "--file",
        action="append",
        default=[],
        type=Path,
        metavar="F",
        help="text file, or CSV/TSV with a column of ids or links; may be given several times",
    )


def add_service(parser: argparse.ArgumentParser, *, sandbox: bool = True) -> None:
    """Add the arguments that say how the service is asked; where there is no sandbox, no price either."""
    group = parser.add_argument_group("how to ask")
    if sandbox:
        group.add_argument(
            "--sandbox",
            action="store_true",
            help="ask a server on this machine that answers with made-up Spaces: no key, no network, no credits; "
            "without ids, all of them",
        )
    group.add_argument("--base-url", metavar="URL", help="where the service is, if not at SocialData")
    group.add_argument(
        "--requests-per-minute",
        type=rate,
        default=argparse.SUPPRESS,
        metavar="N",
        help=f"never more than N requests in a minute; 0 or none: no limit (default: {RATE}"
        + ("; with --sandbox no limit)" if sandbox else ")"),
    )
    group.add_argument("--workers", type=whole(1, 256), default=8, metavar="N", help="requests at a time (8)")
    group.add_argument(
        "--timeout",
        type=above_zero,
        default=30.0,
        metavar="S",
        help="seconds in which an answer must come (30)",
    )
    group.add_argument(
        "--attempts",
        type=whole(1),
        default=5,
        metavar="N",
        help="times to ask for a Space, if no answer is of use (5)",
    )
    if sandbox:
        group.add_argument(
            "--price", type=number, metavar="P", help="price of a request, for the cost that `plan` tells"
        )


def client_of(args: argparse.Namespace) -> Client:
    """Make the Client that the arguments describe; without `--base-url` and the like, the usual one."""
    options: dict[str, Any] = {
        "workers": args.workers,
        "timeout_s": args.timeout,
        "attempts": args.attempts,
        "price_per_request": getattr(args, "price", None),
    }
    if "requests_per_minute" in args:
        options["requests_per_minute"] = args.requests_per_minute
    if args.base_url is not None:
        options["base_url"] = args.base_url
    if getattr(args, "sandbox", False):
        if args.base_url is not None:
            raise UsageError("--sandbox and --base-url are two servers: give one of them")
        from spacekit.server import sandbox

        return sandbox(**options)
    from spacekit.fetching.client import Client

    with arguments_checked():
        return Client(**options)


def add_archive(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of an archive that may be used."""
    group = parser.add_argument_group("archive")
    group.add_argument(
        "--archive",
        type=Path,
        metavar="A",
        help="file that keeps every answer, made if there is none: what is in it is not paid for twice",
    )
    group.add_argument(
        "--max-age",
        type=span,
        default="1h",
        metavar="AGE",
        help="how old its answers may be; 0 asks anew (1h)",
    )


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how much is told on standard error."""
    group = parser.add_argument_group("what is told meanwhile, on standard error")
    group.add_argument(
        "--progress",
        action="store_true",
        help="show the progress bar also where standard error is no terminal",
    )
    group.add_argument(
        "--quiet", action="store_true", help="no progress bar, no summary; warnings and errors only"
    )
