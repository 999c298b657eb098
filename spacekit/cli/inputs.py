"""From arguments to ids, and from INPUT to what holds Spaces. It asks no server."""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from spacekit import samples
from spacekit.archive.sources import Source, source_of, source_of_files
from spacekit.archive.tables import table_in
from spacekit.arguments.kinds import head_of
from spacekit.batch.texts import files_in
from spacekit.cli.codes import DONE, INCOMPLETE
from spacekit.cli.options import UsageError
from spacekit.cli.saying import note
from spacekit.errors import DataError
from spacekit.fields import MADE_UP_PREFIX
from spacekit.ids import Found, find_ids, found_in, found_of
from spacekit.ids.posts import spaces_of_post
from spacekit.words import NOT_SHOWN, plural, redact_input

if TYPE_CHECKING:
    import pandas as pd

SAMPLES: Final = "samples"
_STDIN: Final = "-"
_HEAD: Final = 4096
_SEVERAL: Final = re.compile(r"[\s,;]")


def found_ids(args: argparse.Namespace) -> Found:
    """Return the ids in all that was given: arguments, standard input in place of `-`, then files."""
    if not args.ids and not args.file:
        raise UsageError("no Spaces: add ids or links, --file F, or - for standard input")
    parts = [*(_found_in(text) for text in args.ids), *(find_ids(path) for path in args.file)]
    return found_of(entry for part in parts for entry in part.entries)


def _found_in(text: str) -> Found:
    if text == _STDIN:
        return found_in(_stdin_bytes(), "standard input")
    if redact_input(text.strip()) == NOT_SHOWN:
        raise UsageError(
            "an argument looks like an API key (not shown): put it into SOCIALDATA_API_KEY instead"
        )
    found = find_ids(text if _SEVERAL.search(text.strip()) else [text])
    if found.rejected and Path(text).is_file():
        raise UsageError(f"{text!r} is a file: write --file {text}")
    return found


def _stdin_bytes() -> bytes:
    """Return standard input as it came: its encoding is found as that of a file, whatever the locale says."""
    stdin: Any = getattr(sys.stdin, "buffer", None)
    content: bytes = sys.stdin.read().encode("utf-8", "surrogatepass") if stdin is None else stdin.read()
    return content


def posts_in_file(path: Path) -> pd.DataFrame:
    """
    Return the table of posts in a file that `spacekit search -o` wrote, in any format but text.

    Raises
    ------
    DataError
        It is not such a file.
    """
    with path.open("rb") as file:
        start = head_of(file, _HEAD).lstrip()[:1]
    try:
        return _posts_in_lines(path) if start in (b"", b"{", b"[") else table_in(str(path), path, "posts")
    except DataError as error:
        reason = str(error).removeprefix(f"{path}: ")
        raise DataError(f"{path}: this is no file of posts: {reason}") from None
    except ValueError as error:
        raise DataError(
            f"{path}: this is no file of posts: {error}. Use one of spacekit search -o."
        ) from None


def _posts_in_lines(path: Path) -> pd.DataFrame:
    """Return the table of the posts in JSON lines, as `Search.posts` has it, without their queries."""
    from spacekit.server.posts import read_posts
    from spacekit.tables.posts import Announcement, posts_of

    posts = (post for post in read_posts(path) if isinstance(post, dict))
    linked = [Announcement(number, post, spaces_of_post(post), "") for number, post in enumerate(posts)]
    return posts_of([one for one in linked if one.space_ids])[0]


# Spaces


@contextmanager
def opened(inputs: Sequence[str]) -> Iterator[Source]:
    """
    Open INPUT: files of any kind that spacekit reads, `-`, or `samples`.

    Raises
    ------
    UsageError
        There are samples among other inputs, or misspelled, or `-` twice.
    DataError
        Nothing in the inputs is a Space.
    """
    if list(inputs) == [SAMPLES]:
        yield Source(SAMPLES, samples.sample_batch, observations=_sample_observations)
        return
    if SAMPLES in inputs:
        raise UsageError("samples is an input of its own: leave it out, or the others")
    for name in inputs:
        if get_close_matches(name.lower(), [SAMPLES], cutoff=0.8) and not Path(name).exists():
            raise UsageError(f"there is no file or folder {name!r}. Did you mean {SAMPLES!r}?")
    if list(inputs).count(_STDIN) > 1:
        raise UsageError("standard input can be read once: leave out the second -")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # open files, on Windows
        saved = _saved(Path(folder)) if _STDIN in inputs else None
        files = files_in([saved if saved and name == _STDIN else name for name in inputs])
        named = [(saved.name if saved and path == saved else name, path) for name, path in files]
        yield source_of_files(named, progress=sys.stderr.isatty())


def _saved(folder: Path) -> Path:
    """Save standard input as a file; its content says what it is."""
    path = folder / "standard input"
    path.write_bytes(_stdin_bytes())
    return path


def _sample_observations() -> pd.DataFrame:
    return source_of(samples.sample_observations_path()).observations


def remark(source: Source, observations: pd.DataFrame | None = None) -> None:
    """Say on standard error what is made up, and what is missing; of observations, where only those are read."""
    table = source.spaces if observations is None else observations
    if observations is None and (missing := source.counts.get("not_found")):
        note(f"{source.name}: {plural(missing, 'Space')} not found, so in no table or chart.")
    if table["space_id"].str.startswith(MADE_UP_PREFIX).any():
        note(samples.MADE_UP)
    if source.name == SAMPLES and observations is not None:
        several = plural(observations["space_id"].nunique(), "Space")
        note(f"samples: here {several} with several answers each, not those that other commands show.")


def read_code(source: Source) -> int:
    """Return the exit code of what was read: an archive may lack a Space, a file may not."""
    return INCOMPLETE if "failed" in source.counts else DONE
