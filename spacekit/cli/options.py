"""Options that several commands share, and how their values are read. It does nothing with them."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.cli.nearest import unknown
from spacekit.errors import DataError, SpacekitError

if TYPE_CHECKING:
    import pandas as pd

    from spacekit.fetching.client import Client

KEY_HELP: Final = """\
The API key is read from SOCIALDATA_API_KEY, never from an argument: every user
of a machine can see the arguments of its programs. Keys contain a `|`, so put
quotes around yours:
    export SOCIALDATA_API_KEY='123|abc'
In PowerShell:
    $env:SOCIALDATA_API_KEY = '123|abc'"""

INPUT_HELP: Final = """\
INPUT is one or more of: files of JSON (lines, arrays or single answers; from
SocialData, X's GraphQL, API v2 and others), folders and globs of them, .zip,
.gz and .zst, archives, tables of Spaces that spacekit wrote in any format but
text (also CSV that Excel saved from one), and `-` for standard input; or the
word `samples` for made-up Spaces. With --at-age, and for growth, `samples` are
23 others that were each asked for several times."""

GROUP_WORDS: Final = ("host", "weekday", "hour", "month")
"""What --by takes besides the columns of the table; those of `stats.group_labels`."""

MAX_GAP_HELP: Final = "longest time between the two answers that a count is read from (twice AGE)"

_RATE: Final = 120  # requests a minute, as documented
_ASKED: Final = {"Space": "a Space", "post": "a page of posts"}
_PAID: Final = {"Space": "a request", "post": "a post"}


class UsageError(Exception):
    """The command was called in a wrong way; the message says how to call it."""


_OF_DATA: Final = re.compile(r"(?:spaces|observations|posts): ")


@contextmanager
def arguments_checked() -> Iterator[None]:
    """Blame a ValueError that is not an error of the data on the user's options."""
    try:
        yield
    except SpacekitError:
        raise
    except ValueError as error:
        if _OF_DATA.match(str(error)):
            raise DataError(str(error)) from None
        raise UsageError(in_options(str(error))) from None


_SAME: Final = (
    "attempts", "by", "confidence", "every", "max_gap", "query", "rounds", "since", "tz", "until", "workers",
)  # fmt: skip
_LONGER: Final = (
    "base_url", "fetched_at", "max_age", "max_posts", "max_requests", "requests_per_minute", "running_every",
)  # fmt: skip
_TERMS: Final = {
    **{name: f"--{name.replace('_', '-')}" for name in (*_SAME, *_LONGER)},
    "ended": "--ages",
    "hosts": "--host",
    "timeout_s": "--timeout",
    "at_age": "spacekit at-age",
    "sk.at_age": "spacekit at-age",
    ".outcomes": "the table of outcomes (fetch --outcomes FILE, tables --table outcomes)",
    "spacekit.sandbox()": "--sandbox",
    "sk.read": "spacekit tables",
    "sk.read_table": "spacekit tables",
    "sk.Archive": "spacekit archive",
    "Base URL": "--base-url",
    ".problems": "--table problems",
}
"""What is an argument or an attribute in Python, and what it is here."""
_ONE_A_CELL: Final = "put one id or link into each cell or line, or pass the words themselves, in quotes"
_IN_PYTHON: Final = (
    (re.compile(r"^\w+: (?=(?:median |the )?ages )"), ""),
    (re.compile(r"^at_age: (?=in |[\d,]+ Space)"), ""),
    (re.compile(r"pass it as a text to pick out its ids"), _ONE_A_CELL),
    (
        re.compile(r"sk\.at_age\(archive, '(\w+)'\) returns a table for compare and every chart"),
        r"add --at-age \1, with an archive that was refreshed",
    ),
    (re.compile(r"archive\.observations\(\) with looks"), "an archive with answers"),
    (re.compile(r'client\.search\(hosts="(\w+)"\)'), r"`spacekit search --host \1`"),
    (re.compile(r'client\.search\(query="([^"]+)"\)'), r"`spacekit search --query '\1'`"),
    (re.compile(r"pass a pathlib\.Path to read the file"), "write --file before it to read the file"),
    (re.compile(r"Pass it in a list if"), "Make it an argument of its own if"),
    (re.compile(r"Open it again with Archive\(path\)"), "Run the same again"),
    (re.compile(r"Pass a datetime with its zone"), "Use ISO 8601, such as 2024-05-01T12:00Z"),
    (re.compile(r"; pass api_key="), "; set SOCIALDATA_API_KEY"),
)
_IN_KEY: Final = re.compile(r",? or (?:pass )?api_key=")
_AT_START: Final = re.compile(rf"^({'|'.join(map(re.escape, _TERMS))})(?=:)")
_ANYWHERE: Final = re.compile(
    rf"(?<![\w/.'\"-])({'|'.join(re.escape(name) for name in _TERMS if re.search('[_.]', name))})"
    r"(?:(=)(?=\w)|=|(?![\w/'\"]))"
)


def in_options(words: str) -> str:
    """Return a message in the command's terms: `--max-age` where Python says `max_age`."""
    for pattern, command in _IN_PYTHON:
        words = pattern.sub(command, words)
    words = _AT_START.sub(lambda match: _TERMS[match[1]], _IN_KEY.sub("", words))
    return _ANYWHERE.sub(lambda match: _TERMS[match[1]] + (" " if match[2] else ""), words)


# Readers of values, for argparse


def number(
    low: float, high: float = math.inf, *, whole: bool = False, ends: bool = True
) -> Callable[[str], Any]:
    """Return a reader of numbers from `low` to `high`; without `ends`, of those between them."""
    kind = "whole number" if whole else "number"
    upto = "up" if high == math.inf else f"to {high:g}"
    words = f"a {kind} from {low:g} {upto}" if ends else f"a {kind} above {low:g} and below {high:g}"

    def read(text: str) -> Any:
        try:
            value = int(text) if whole else float(text)
        except ValueError:
            value = math.nan
        if low < value < high or (ends and value in (low, high) and math.isfinite(value)):
            return value
        raise argparse.ArgumentTypeError(f"got {text!r}; use {words}")

    return read


def rate(text: str) -> int | None:
    """Read requests a minute; None is no limit."""
    limit: int | None = None if text.strip().lower() in ("0", "none") else number(1, whole=True)(text)
    return limit


def span(text: str) -> pd.Timedelta:
    """Read a span of time such as 1h or 7D; 0 is one."""
    from spacekit import arguments  # late, as it loads pandas

    try:
        return arguments.span("", text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"got {text!r}; use a span such as 90min, 6h or 7D") from None


def spans(text: str) -> tuple[pd.Timedelta, ...]:
    """Read spans of time, separated by commas."""
    return tuple(span(part) for part in text.split(","))


# Groups of options


def add_by(add: Callable[..., Any], *, required: bool = False) -> None:
    """Add the option that makes groups."""
    words = f"groups: {', '.join(GROUP_WORDS)}, or a column such as state; several with commas, or --by again"
    add("--by", action="append", required=required, metavar="G", help=words)


def names_of_groups(given: Sequence[str], columns: Iterable[str]) -> list[str]:
    """Return what to group by: names with commas between them, unless a column is called so."""
    known = [*GROUP_WORDS, *columns]
    names = [name.strip() for text in given for name in ([text] if text in known else text.split(","))]
    for name in names:
        if name not in known:
            raise UsageError(f"--by: {unknown('column', name, dict.fromkeys(known))}")
    return names


def add_confidence(add: Callable[..., Any]) -> None:
    """Add the option that says how wide intervals are."""
    from spacekit import arguments

    words = "confidence of the intervals (0.95)"
    add("--confidence", type=number(0, 1, ends=False), default=arguments.CONFIDENCE, metavar="C", help=words)


def add_ids(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say which Spaces."""
    add = parser.add_argument_group("which Spaces").add_argument
    words = "ids or links of Spaces, or text in quotes that contains some; - reads text from standard input"
    add("ids", nargs="*", metavar="ID", help=words)
    words = (
        "text, or a table with a column of ids or links: CSV, TSV, Excel (.xlsx), JSON, Parquet and more, also packed; "
        "UTF-8 or UTF-16; can be given more than once"
    )
    add("--file", action="append", default=[], type=Path, metavar="F", help=words)


def add_service(
    parser: argparse.ArgumentParser, *, price: bool = True, what: str = "Space", sandbox: str = ""
) -> None:
    """Add the options that say how the service is asked for each `what`; `sandbox` says what is special with it."""
    add = parser.add_argument_group("how to ask").add_argument
    words = "ask a server on this machine that answers with made-up data: no key, no network, no credits"
    all_of_them = {"Space": "without ids, all of them", "post": "without --host and --query, all of them"}
    add("--sandbox", action="store_true", help=f"{words}; {sandbox or all_of_them[what]}")
    add("--base-url", metavar="URL", help="address of the service, if it is not SocialData's")
    add(
        "--requests-per-minute",
        type=rate,
        default=argparse.SUPPRESS,
        metavar="N",
        help=f"never send more than N requests in a minute; 0 or none: no limit "
        f"(default: {_RATE}; with --sandbox no limit)",
    )
    words = "requests at the same time (8)"
    add("--workers", type=number(1, 256, whole=True), default=8, metavar="N", help=words)
    words = "seconds to wait for an answer (30)"
    add("--timeout", type=number(0, 1e6, ends=False), default=30.0, metavar="S", help=words)
    words = f"how often to ask for {_ASKED[what]} if there is no useful answer (5)"
    add("--attempts", type=number(1, whole=True), default=5, metavar="N", help=words)
    if price:
        words = f"price of {_PAID[what]}, for the cost that a plan shows"
        add("--price", type=number(0, 1e6), metavar="P", help=words)


def client_of(args: argparse.Namespace, **of_sandbox: Any) -> Client:
    """Return the Client that the options describe; a sandbox with some more options."""
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
    if args.sandbox:
        if args.base_url is not None:
            raise UsageError("--sandbox and --base-url are two servers: choose one of them")
        from spacekit.server import sandbox

        return sandbox(**options, **of_sandbox)
    from spacekit.fetching.client import Client

    with arguments_checked():
        return Client(**options)


def add_archive(parser: argparse.ArgumentParser) -> None:
    """Add the options of an archive that may be used."""
    add = parser.add_argument_group("archive").add_argument
    words = "file that keeps every answer, so that you do not pay twice; made if it does not exist"
    add("--archive", type=Path, metavar="A", help=words)
    words = "use its answers up to this age; 0 asks again (1h)"
    add("--max-age", type=span, default="1h", metavar="AGE", help=words)


_QUIET_HELP: Final = (
    "no progress, no summary, no remarks; if the exit code is not 0, the first cause in one line"
)


def add_quiet(parser: argparse.ArgumentParser) -> None:
    """Add the option that leaves out all but errors."""
    add = parser.add_argument_group("what is shown on standard error").add_argument
    add("--quiet", action="store_true", help=_QUIET_HELP)


def add_progress(parser: argparse.ArgumentParser) -> None:
    """Add the options that say what is shown on standard error."""
    add = parser.add_argument_group("what is shown on standard error").add_argument
    add("--progress", action="store_true", help="show the progress bar also where it is no terminal")
    add("--quiet", action="store_true", help=_QUIET_HELP)


def add_selection(parser: argparse.ArgumentParser, *, at_age: bool = True, join: bool = True) -> None:
    """Add the options that say which Spaces, and what is known of them."""
    add = parser.add_argument_group("which Spaces").add_argument
    words = "Spaces that started at T or later: 2026, 2026-03, 2026-03-31 or 2026-03-31T20:00"
    add("--since", metavar="T", help=words)
    add("--until", metavar="T", help="Spaces that started before T")
    words = "time zone of T, and of weekdays, hours and months (UTC); such as Europe/Berlin"
    add("--tz", default="UTC", metavar="ZONE", help=words)
    if at_age:
        words = (
            "replay plays as they were at this age, such as 7D for a week after the end; it takes an archive that was "
            "refreshed (exit code 3 if no Space has a count at that age)"
        )
        add("--at-age", type=span, metavar="AGE", help=words)
        add("--max-gap", type=span, metavar="SPAN", help=MAX_GAP_HELP)
    if join:
        add(
            "--join",
            action="append",
            default=[],
            type=Path,
            metavar="FILE",
            help="a table of yours, see below",
        )
        add("--on", metavar="COLUMN", help="the column of FILE to match by")
