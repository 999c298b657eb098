"""Replaces a file only once the new one is complete; a device or pipe is written to directly. Knows no formats."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IMODE
from typing import Final

from spacekit.arguments.paths import path_of

PART: Final = ".spacekit-"
"""How the name of a file begins that is being written, and stays so if its writer is killed."""

_ENDING: Final = 40  # characters of a name that its part keeps: its ending says the format


def _is_device(path: Path) -> bool:
    """Whether a path leads to something that exists and is not a file, such as /dev/null or a pipe."""
    return path.exists() and not path.is_file()


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """
    Yield a path to write to; what is written there replaces the file at the end.

    The file keeps its permissions, and its owner where the system allows that; a new one gets those that any program
    gives. A link stays, and the file that it points to is replaced. A device or pipe is yielded itself.

    Raises
    ------
    OSError
        The file cannot be replaced. As after any error, what was written is removed.
    ValueError
        The path has a character that no path has.
    """
    if _is_device(path_of("path", path)):
        yield path
        return
    target = Path(os.path.realpath(path))  # `resolve` raises where links lead to each other
    part = _part_beside(target)
    try:
        yield part
        with part.open("rb+") as written:
            os.fsync(
                written.fileno()
            )  # else a power cut could leave the name of the new file, and nothing in it
        _keep_owner(part, target)
        _replace(part, target)
    finally:
        part.unlink(missing_ok=True)


def _part_beside(target: Path) -> Path:
    """Make an empty file beside another, under a name that nobody can know before, to lay a link there."""
    part = target.with_name(f"{PART}{secrets.token_hex(8)}-{target.name[-_ENDING:]}")
    mode = 0o600 if target.exists() else 0o666  # of a new file, the umask takes away what it does of any
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    except OSError as error:
        raise type(error)(error.errno, error.strerror, str(target)) from None
    return part


def _keep_owner(part: Path, target: Path) -> None:
    """Set the owner and the permissions of a new file to those of the one that it replaces, if there is one."""
    if sys.platform == "win32" or not target.exists():
        return
    before = target.stat()
    with suppress(PermissionError):  # only root may give a file away
        os.chown(part, before.st_uid, before.st_gid)
    part.chmod(S_IMODE(before.st_mode))


def _replace(part: Path, target: Path) -> None:
    """Put a file in the place of another; the one that is named, if that cannot be, is the one that is in use."""
    try:
        part.replace(target)
    except PermissionError as error:  # on Windows: a file that Excel shows cannot be replaced
        raise PermissionError(
            error.errno, "cannot be replaced. Close it in other programs, or use another name", str(target)
        ) from error
