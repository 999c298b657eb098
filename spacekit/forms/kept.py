"""Where a form keeps answers, so that none is paid for twice. It asks nothing."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from spacekit.archive import Archive, Observation

_NAME: Final = "of this form"
"""Of a temporary file: a report says that answers come from "the archive of this form"."""


class Kept:
    """
    The archive that a person chose, else a temporary one for each service, removed at the end.

    A run that was cancelled or failed, and one with further ids, takes from it what has come before. What came before
    an archive was chosen is put into that.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._names: dict[str, str] = {}

    def place(self, service: str, chosen: str = "") -> str | Path:
        """Return the path of the archive for a service; the file need not exist."""
        if chosen:
            return chosen
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="spacekit-form-"))
            self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        folder = self._folder / self._names.setdefault(service, str(len(self._names) + 1))
        folder.mkdir(exist_ok=True)
        return folder / _NAME

    def held(self, service: str, ids: Sequence[str], not_before: int) -> dict[str, Observation]:
        """Return the answers in the temporary archive that were fetched at `not_before` or later, by id."""
        if service not in self._names or not ids:
            return {}
        with Archive(self.place(service)) as archive:
            return archive.fresh(ids, not_before)

    def close(self) -> None:
        """Remove the temporary archives."""
        if self._folder is not None:
            self._remove()
            self._folder = None
