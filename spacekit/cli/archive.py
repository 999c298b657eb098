"""`spacekit archive`: look at an archive, move answers in and out of it. What that does is the Archive's."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Final

from spacekit.archive import Archive
from spacekit.cli.codes import DONE, INCOMPLETE
from spacekit.cli.inputs import found_ids
from spacekit.cli.options import UsageError, add_ids, add_quiet, arguments_checked
from spacekit.cli.output import check_writable, show, write_lines
from spacekit.cli.saying import note
from spacekit.cli.writers.formats import ENDINGS
from spacekit.words import listed, period, plural, safe, size

EPILOG = """\
An archive is the file of `spacekit fetch --archive`. `spacekit archive WHAT
--help` lists the arguments of each.

examples:
  spacekit archive info spaces.db
  spacekit archive forget spaces.db 1jMJgLdenVjxL
  spacekit archive export spaces.db spaces.jsonl.gz
  spacekit archive import spaces.db older.jsonl --fetched-at 2024-05-01T12:00Z
  spacekit archive check spaces.db"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the sub-commands, each with its arguments."""
    actions = parser.add_subparsers(title="what to do", metavar="WHAT", required=True, dest="action")
    for name, (summary, function) in _ACTIONS.items():
        action = actions.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        action.set_defaults(act=function, parser=action)
        action.add_argument("archive", type=Path, metavar="A", help="the archive")
        if name == "info":
            words = "also count the newest answers by outcome and state, which takes longer"
            action.add_argument("--states", action="store_true", help=words)
        elif name == "forget":
            add_ids(action)
        elif name == "export":
            words = "file of JSON lines to write (.gz compresses); - is standard output"
            action.add_argument("path", type=Path, metavar="FILE", help=words)
        elif name == "import":
            words = "files of JSON, folders, globs, zips; .gz and .zst too"
            action.add_argument("path", nargs="+", metavar="FILE", help=words)
            words = "when Spaces without a time of their own were fetched, in ISO 8601"
            action.add_argument("--fetched-at", metavar="T", help=words)
        add_quiet(action)


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    code: int = args.act(args)
    return code


def _info(args: argparse.Namespace) -> int:
    path = args.archive
    with Archive(path, mode="r") as archive:
        held = archive.facts()
        made_up = [("made up", "some or all of its Spaces")] if archive.made_up else []
        states = _states(archive) if args.states else []
    facts = [
        ("file", f"{path}, {size(path.stat().st_size)}"),
        ("Spaces", f"{held.ids:,}"),
        ("observations", f"{held.observations:,}"),
        ("fetched", period(held.first, held.last) if held.first and held.last else ""),
    ]
    show(*(f"{name:<16}{value or '-'}" for name, value in facts + states + made_up))
    return DONE


def _states(archive: Archive) -> list[tuple[str, str]]:
    """Return what the newest answers are; each of them is read."""
    latest = archive.latest()
    states = latest.spaces["state"].fillna("no state").value_counts()
    # Every answer here is from the archive, so "archived" would say nothing.
    counts = {"ok" if outcome == "archived" else outcome: n for outcome, n in latest.counts.items()}
    return [
        ("newest answers", listed(counts)),
        ("states", ", ".join(f"{n:,} {safe(str(state))}" for state, n in states.items())),
    ]


def _forget(args: argparse.Namespace) -> int:
    path = args.archive
    if not args.ids and not args.file:
        raise UsageError("which Spaces to forget? Add ids or links, --file F, or - for standard input")
    found = found_ids(args)
    with Archive(path) as archive:
        known = set(archive.ids())
        # An entry that is no id by its form may still be in the archive: it decides.
        removed = archive.forget([entry.text for entry in found.entries])
        gone = known.difference(archive.ids())
    missing = [space_id for space_id in found if space_id not in known]
    for space_id in missing:
        note(f"{path} has no answer for {space_id}", cause=True)
    note(f"{path}: removed {plural(removed, 'observation')} of {plural(len(gone), 'Space')}; copies stay.")
    return INCOMPLETE if missing else DONE


def _export(args: argparse.Namespace) -> int:
    path = None if str(args.path) == "-" else args.path
    if path is not None:
        check_writable(path)
        form = ENDINGS.get(Path(path.name.removesuffix(".gz")).suffix.lower(), "jsonl")
        if form not in ("jsonl", "text"):
            table = f"spacekit tables {args.archive} --table observations -o {path}"
            raise UsageError(f"{path}: an export is JSON lines, not {form}; for a table: {table}")
    with Archive(args.archive, mode="r") as archive:
        if not len(archive):
            note(f"{args.archive}: there is no Space in it; nothing was written.", cause=True)
            return INCOMPLETE
        if path is None:
            _export_to_output(archive)
        else:
            archive.to_jsonl(path)
        note(f"wrote the observations of {plural(len(archive), 'Space')} to {path or 'standard output'}")
    return DONE


def _export_to_output(archive: Archive) -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "export.jsonl"
        archive.to_jsonl(whole)
        with whole.open("rb") as lines:
            write_lines((line.removesuffix(b"\n") for line in lines), None)


def _import(args: argparse.Namespace) -> int:
    with Archive(args.archive) as archive, arguments_checked():
        added = archive.add_files(args.path, fetched_at=args.fetched_at)
    note(f"{args.archive}: {plural(added, 'observation')} added from {', '.join(args.path)}")
    return DONE


def _check(args: argparse.Namespace) -> int:
    with Archive(args.archive, mode="r") as archive:
        archive.check()
        note(f"{args.archive}: no damage in the answers for {plural(len(archive), 'Space')}")
    return DONE


_ACTIONS: Final = {
    "info": ("show what is in an archive", _info),
    "forget": ("remove every answer for some Spaces, and all trace of them in the file", _forget),
    "export": ("write every observation as JSON lines", _export),
    "import": ("add observations from files; those that are there already are skipped", _import),
    "check": ("read the whole file and compare every answer with its checksum", _check),
}
