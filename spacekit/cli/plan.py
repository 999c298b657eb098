"""`spacekit plan`: what a fetch would do and cost. It sends nothing."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Final

from spacekit.cli.codes import DONE, exit_codes
from spacekit.cli.fetch import chosen_ids
from spacekit.cli.options import add_archive, add_ids, add_quiet, add_service, client_of, in_options
from spacekit.cli.output import show
from spacekit.cli.summary import rejected_lines

EPILOG = """\
Sends nothing and needs no key, but for --balance. It shows a cost if you pass
the price of a request with --price. `spacekit ids` lists the entries that are
not ids; `spacekit search --plan` plans a search.

example:
  spacekit plan --file links.csv --archive spaces.db --price 0.0002"""

ENDS: Final = exit_codes(asks=True)
_LISTS: Final = "`spacekit ids --rejected FILE` with the same entries"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    add_ids(parser)
    add_archive(parser)
    add_service(parser)
    add_quiet(parser)
    parser.add_argument(
        "--balance", action="store_true", help="also ask the service what is left to pay with"
    )


def run(args: argparse.Namespace) -> int:
    """Print the plan."""
    with client_of(args) as client:
        plan = client.plan(chosen_ids(args), args.archive, args.max_age, balance=args.balance)
    show_plan(((name, value) for name, value in plan.facts() if name), balance=args.balance)
    if plan.rejected:
        lines = rejected_lines(plan.rejected, _LISTS)
        show("Not ids, and not asked for", *(f"  {line.removeprefix('rejected ')}" for line in lines))
    return DONE


def show_plan(facts: Iterable[tuple[str, str]], *, balance: bool) -> None:
    """Print the facts of a plan, and what was sent for it."""
    sent = "only the balance was asked for" if balance else "nothing was sent"
    show(f"Plan; {sent}", *(f"  {name:<20} {in_options(value)}" for name, value in facts))
