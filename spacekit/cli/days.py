"""The clock of `refresh` and `watch`: the computer's, or one of made-up days, in which made-up Spaces age."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from spacekit.archive import Archive
from spacekit.cli.options import UsageError
from spacekit.cli.saying import note
from spacekit.samples import MADE_UP, aged, sample_records

_DAY: Final = timedelta(days=1)


class Days:
    """The computer's clock."""

    def now(self) -> datetime:
        """Return the time."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)

    def options(self) -> dict[str, Any]:
        """Return the options of a sandbox that goes by this clock."""
        return {}


class MadeUpDays(Days):
    """
    A clock that stands a day after the newest answer of an archive, and moves when it is slept on.

    Parameters
    ----------
    path
        An archive of made-up Spaces only: the sandbox would say of others that they do not exist.

    Raises
    ------
    UsageError
        Others are in it.
    ArchiveError
        There is no such archive.
    """

    def __init__(self, path: Path) -> None:
        self._records = {record["id"]: record for record in sample_records()}
        with Archive(path, mode="r") as archive:
            newest = archive.facts().last
            others = [space_id for space_id in archive.ids() if space_id not in self._records]
        if others or newest is None:
            raise UsageError(
                f"--sandbox knows only the made-up Spaces, and {path} has {others[0] if others else 'none'}: make one "
                "with spacekit fetch --sandbox --archive"
            )
        self._now = datetime.fromtimestamp(newest / 1000, UTC) + _DAY
        note(MADE_UP)

    def now(self) -> datetime:
        """Return the made-up time."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self._now += timedelta(seconds=seconds)

    def options(self) -> dict[str, Any]:
        """Return a clock, and what the Spaces have become by then."""
        return {"now": self.now, "faults": self._as_of_now}

    def _as_of_now(self, subject: str, _nth: int) -> Any:
        from spacekit.server import Fault

        record = self._records.get(subject)
        if record is None:
            return None
        return Fault(body=json.dumps(aged(record, int(self._now.timestamp() * 1000))).encode())
