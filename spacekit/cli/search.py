"""`spacekit search`: find the Spaces of hosts or on a topic. What is searched, and how, is the Client's."""

from __future__ import annotations

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit.batch.outcomes import OUTCOMES
from spacekit.cli import codes, output, saying, summary
from spacekit.cli.fetch import progress_of
from spacekit.cli.options import (
    KEY_HELP,
    UsageError,
    add_archive,
    add_progress,
    add_service,
    arguments_checked,
    client_of,
    in_options,
    number,
)
from spacekit.cli.plan import show_plan
from spacekit.cli.saying import say
from spacekit.cli.screen import rows_for, view
from spacekit.cli.signals import Stopped
from spacekit.cli.writers.formats import Form
from spacekit.errors import ArchiveError, InvalidIdError
from spacekit.fetching.interrupts import Hold, held
from spacekit.ids.handles import check_handles
from spacekit.samples import MADE_UP
from spacekit.words import plural, safe

if TYPE_CHECKING:
    from spacekit.fetching.client import Client
    from spacekit.fetching.search import Search

EPILOG = f"""\
Searches the posts that announce Spaces. Only Spaces that were announced, in
posts that are still visible, can be found. Each post found is paid for: see the
most that it may cost with --plan, which sends nothing.
Whether the service honours X's operator filter:spaces is not verified.

A pipe gets the ids, one a line; a terminal shows the posts. -o writes the posts
as they came (JSON lines), or as a table with one row a post and Space.
{output.FORMAT_HELP}

{KEY_HELP}
Where no Space was found, earlier files stay.

examples:
  spacekit search --host XEng | spacekit fetch - -o spaces.csv
  spacekit search --query '"open source" OR linux' -o posts.csv --ids ids.txt
  spacekit search --sandbox --host sample_radio --since 2026-05-01"""
ENDS: Final = codes.exit_codes(
    asks=True, incomplete="nothing was found, or the search did not come to its end"
)

_ALL: Final = "filter:spaces"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add = parser.add_argument_group("what to find; both together: that topic by those hosts").add_argument
    words = "handle or link of an account; can be given more than once"
    add("--host", action="append", default=[], metavar="NAME", help=words)
    add("--query", metavar="WORDS", help="words in X's own search language")
    add("--since", metavar="DAY", help="first day in UTC, such as 2026-01-31")
    add("--until", metavar="DAY", help="the day after the last")
    words = "read N posts at most, or a page more (500)"
    add("--max-posts", type=number(1, whole=True), default=500, metavar="N", help=words)
    add_archive(parser)
    add = output.add_output(parser, default="ids, or text on a terminal").add_argument
    add("--ids", type=Path, metavar="FILE", help="also write the ids, one a line; - is standard output")
    add = parser.add_argument_group("before you pay").add_argument
    add("--plan", action="store_true", help="show what the search may cost at most; sends nothing")
    add("--balance", action="store_true", help="with --plan: ask the service what is left to pay with")
    add_service(parser, what="post")
    add_progress(parser)


def run(args: argparse.Namespace) -> int:
    """Search, write, and report what was found."""
    asked = _asked(args)
    if args.plan:
        return _show_plan(args, asked)
    form, ids = _forms(args)
    with client_of(args) as client, held() as hold:  # what came is written before Ctrl-C ends the command
        search, stop = _searched(hold, client, asked, args)
        return _finished(search, stop, args, form, ids)


def _finished(
    search: Search,
    stop: KeyboardInterrupt | ArchiveError | None,
    args: argparse.Namespace,
    form: Form,
    ids: Path | None,
) -> int:
    """Write what came, say what was found, and return the exit code, or raise what ended the search."""
    if len(search):  # else earlier files are worth more
        _write(search, args.output, form, ids)
    if not args.quiet:
        _summarise(search)
    if isinstance(stop, ArchiveError):
        raise stop
    if stop is not None:
        raise Stopped("Run the same command again; with --archive you do not pay twice.")
    code = _code(search)
    if args.quiet and code:
        say(_what_lacks(search))
    return code


def _code(search: Search) -> int:
    """Return the exit code: that of the gravest end of a query; one that came to its end has to have found Spaces."""
    failed = summary.code_of(name for name in search.ends if name in OUTCOMES)
    return failed or (codes.DONE if len(search) and search.complete else codes.INCOMPLETE)


def _what_lacks(search: Search) -> str:
    """Return in one line why the search is not whole, or that nothing was found."""
    if search.complete:
        return f"no Space was found, in {plural(search.posts_seen, 'post')}."
    worst = list(search.ends)[-1]
    return next(in_options(one.end.message) for one in search.searched if one.end.ended == worst)


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    """Return what is searched for; with `--sandbox` and nothing else, all made-up Spaces."""
    query = args.query
    if not args.host and query is None:
        if not args.sandbox:
            raise UsageError("nothing to find: add --host NAME or --query WORDS")
        query = _ALL
    try:
        hosts = check_handles(args.host) if args.host else None
    except InvalidIdError as error:
        raise UsageError(in_options(str(error))) from None
    names = ("since", "until", "max_posts")
    return {"hosts": hosts, "query": query, **{name: getattr(args, name) for name in names}}


def _show_plan(args: argparse.Namespace, asked: dict[str, Any]) -> int:
    with client_of(args) as client, arguments_checked():
        plan = client.plan(None, args.archive, args.max_age, balance=args.balance, **asked)
    show_plan(plan.facts(), balance=args.balance)
    return codes.DONE


def _forms(args: argparse.Namespace) -> tuple[Form, Path | None]:
    """Return the format of the posts, without a name for none, and where the ids go; before anything is asked for."""
    if args.balance:
        raise UsageError("--balance belongs to --plan: add it")
    to_stdout = str(args.ids) == "-"
    if args.ids is not None and not to_stdout:
        output.check_writable(args.ids)
        if args.output is not None and args.ids.resolve() == args.output.resolve():
            raise UsageError("-o and --ids are the same file: use two")
    if to_stdout and args.output is None and args.format is not None:
        raise UsageError("posts and ids cannot both go to standard output: add -o FILE")
    shown = "text" if sys.stdout.isatty() and args.ids is None else ""
    form = output.form_of(args, shown)
    return form, args.ids if form.name or args.ids is not None else Path("-")


def _searched(
    hold: Hold, client: Client, asked: dict[str, Any], args: argparse.Namespace
) -> tuple[Search, KeyboardInterrupt | ArchiveError | None]:
    """Return what was found, also if the search broke off, and then why: it was paid for, and is to be written."""
    try:
        how = {"archive": args.archive, "max_age": args.max_age, "progress": progress_of(args), **asked}
        with arguments_checked(), summary.warned_here():
            return hold.call(lambda: client.search(**how)), None
    except (KeyboardInterrupt, ArchiveError) as stop:
        if client.last_search is None:
            raise
        return client.last_search, stop


def _write(search: Search, path: Path | None, form: Form, ids: Path | None) -> None:
    """Write the posts and the ids to where they go."""
    if form.name == "jsonl":
        _write_lines(search, path)
    elif form.name:
        output.write_table(search.posts, path, form, partial(view, rows=rows_for(path)), "posts")
    if ids is not None:
        output.write_lines((space_id.encode() for space_id in search.ids), None if str(ids) == "-" else ids)


def _write_lines(search: Search, path: Path | None) -> None:
    if path is not None:
        search.to_jsonl(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        output.write_bytes(search.to_jsonl(Path(folder) / "posts.jsonl").read_bytes())


def _summarise(search: Search) -> None:
    """Write what came, what each query found and why it ended, and what cannot be found."""
    from spacekit.fetching.search import VISIBLE_ONLY

    found = f"{plural(len(search), 'Space')} in {plural(search.posts_seen, 'post')} from {search.run.source}"
    facts = search.run.facts()
    if _code(search) == codes.REFUSED:
        facts = [
            fact for fact in facts if fact != f"stopped early: {search.run.stopped}"
        ]  # a line below says why
    say(", ".join([found, f"{plural(search.posts_paid_for, 'post')} paid for", *facts]))
    for row in search.queries.to_dict("records"):
        counts = f"{plural(row['spaces'], 'Space'):>11} in {plural(row['posts'], 'post')}"
        message = in_options(row["message"])
        words = message if row["query"] in message else f"{row['query']}: {message}"
        saying.write_error(f"{counts:<26}  {safe(words)}\n")
    say(VISIBLE_ONLY if len(search) else f"nothing was written. {VISIBLE_ONLY}")
    if search.made_up:
        say(MADE_UP)
