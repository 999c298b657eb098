"""The errors and warnings: one class for each thing a caller can do about it; `warn` issues a warning.

Their words hold no API key, and nothing that would control a terminal or a log.
"""

from __future__ import annotations

import inspect
import warnings
from typing import Any

from spacekit.words import redact, visible


class SpacekitError(Exception):
    """
    Any error that spacekit raises on purpose.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     try:
    ...         record = client.get("1SAMPLEnobody")
    ...     except sk.SpacekitError as error:
    ...         print(type(error).__name__)
    SpaceNotFoundError
    """

    def __init__(self, *args: object) -> None:
        super().__init__(*(_shown(arg) if isinstance(arg, str) else arg for arg in args))


class CredentialsError(SpacekitError):
    """
    There is no API key, or the service does not accept it (401). Set or correct the key.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox(api_key="wrong") as client:
    ...     record = client.get("1jMJgLdenVjxL")
    Traceback (most recent call last):
        ...
    spacekit.errors.CredentialsError: Space '1jMJgLdenVjxL' at 127.0.0.1: the API key is not accepted ...
    """


class ForbiddenError(SpacekitError):
    """
    The key may not see this Space (403). Others may still be available.

    Examples
    --------
    >>> import spacekit as sk
    >>> from spacekit.server import Fault
    >>> with sk.sandbox(faults={"1jMJgLdenVjxL": [Fault(403)]}) as client:
    ...     record = client.get("1jMJgLdenVjxL")
    Traceback (most recent call last):
        ...
    spacekit.errors.ForbiddenError: Space '1jMJgLdenVjxL' at 127.0.0.1: ...
    """


class NoCreditError(SpacekitError):
    """
    The account has too few credits (402). Add credits, then run again.

    Examples
    --------
    >>> import spacekit as sk
    >>> from spacekit.server import Fault
    >>> with sk.sandbox(faults={"1jMJgLdenVjxL": [Fault(402)]}) as client:
    ...     record = client.get("1jMJgLdenVjxL")
    Traceback (most recent call last):
        ...
    spacekit.errors.NoCreditError: Space '1jMJgLdenVjxL' at 127.0.0.1: ...
    """


class SpaceNotFoundError(SpacekitError):
    """
    There is no such Space, or no longer (404, or a 200 without a Space). Asking again does not help.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     record = client.get("1SAMPLEnobody")
    Traceback (most recent call last):
        ...
    spacekit.errors.SpaceNotFoundError: Space '1SAMPLEnobody' at 127.0.0.1: no such Space ...
    """


class InvalidIdError(SpacekitError, ValueError):
    """
    Not a Space id: refused before it was sent, or by the service (422). Correct the id.

    Examples
    --------
    >>> import spacekit as sk
    >>> with sk.sandbox() as client:
    ...     record = client.get("1jMJgL")
    Traceback (most recent call last):
        ...
    spacekit.errors.InvalidIdError: Space id '1jMJgL': 6 characters: a Space id has 13. ...
    """


class ServiceError(SpacekitError):
    """
    The service sent nothing useful in any attempt (429, 5xx, time-outs, broken bodies). Try again later.

    Examples
    --------
    >>> import spacekit as sk
    >>> from spacekit.server import Fault
    >>> with sk.sandbox(attempts=1, faults={"1jMJgLdenVjxL": [Fault(503)]}) as client:
    ...     record = client.get("1jMJgLdenVjxL")
    Traceback (most recent call last):
        ...
    spacekit.errors.ServiceError: Space '1jMJgLdenVjxL' at 127.0.0.1: ...
    """


class DataError(SpacekitError, ValueError):
    """
    The data is not as documented. The message names the value.

    Examples
    --------
    >>> import spacekit as sk
    >>> tables = sk.normalize([{"total_live_listeners": "many"}], errors="raise")
    Traceback (most recent call last):
        ...
    spacekit.errors.DataError: ...
    """


class ArchiveError(SpacekitError):
    """
    The archive file cannot be used: damaged, foreign, newer, locked or not writable.

    Examples
    --------
    >>> import spacekit as sk
    >>> from pathlib import Path
    >>> size = Path("notes.txt").write_text("not an archive")
    >>> archive = sk.Archive("notes.txt")
    Traceback (most recent call last):
        ...
    spacekit.errors.ArchiveError: ...
    """


class IncompleteWarning(UserWarning):
    """
    A fetch ended before every Space was answered, or a search before it came to its end. The result says why.

    Examples
    --------
    >>> import spacekit as sk
    >>> import warnings
    >>> with sk.sandbox() as client, warnings.catch_warnings():
    ...     warnings.simplefilter("ignore", sk.IncompleteWarning)
    ...     batch = client.fetch(["1jMJgLdenVjxL", "1SAMPLEIFQBSG"], max_requests=1, progress=False)
    >>> batch.complete, batch.counts
    (False, {'ok': 1, 'not_tried': 1})
    """


class AgeWarning(UserWarning):
    """
    Replay counts of Spaces or groups of very different or unknown ages were compared; younger ones had less time.

    Examples
    --------
    >>> import spacekit as sk
    >>> import warnings
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     table = sk.compare(sk.sample_batch().spaces)
    >>> caught[0].category.__name__
    'AgeWarning'
    """


class CountWarning(UserWarning):
    """
    Counts of Spaces are not as they should be: plays fell, live listeners changed after the end, or none could be read.

    Examples
    --------
    >>> import spacekit as sk
    >>> import warnings
    >>> with sk.Archive("observations.db") as archive:
    ...     added = archive.add_files(sk.sample_observations_path())
    ...     observations = archive.observations()
    >>> observations["total_replay_watched"] = observations["total_replay_watched"].iloc[::-1].array
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     spaces = sk.at_age(observations, "7D")
    >>> caught[0].category.__name__
    'CountWarning'
    """


class ClockWarning(UserWarning):
    """
    The clock of this computer, which dates answers, is far from that of the service, or behind an archive's answers.

    Examples
    --------
    >>> import spacekit as sk
    >>> import warnings
    >>> from datetime import UTC, datetime, timedelta
    >>> soon = datetime.now(UTC) + timedelta(days=2)
    >>> with sk.Archive("spaces.db") as archive, sk.sandbox(now=lambda: soon) as client:
    ...     batch = client.fetch("1jMJgLdenVjxL", archive=archive, progress=False)
    >>> with sk.sandbox(now=None) as client, warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     batch = client.fetch("1jMJgLdenVjxL", archive="spaces.db", progress=False)
    >>> caught[0].category.__name__, batch.counts
    ('ClockWarning', {'ok': 1})
    """


class ReadWarning(UserWarning):
    r"""
    A file was read, but perhaps not as it was meant: its encoding was guessed, or it has several sheets.

    Examples
    --------
    >>> import spacekit as sk
    >>> import warnings
    >>> from pathlib import Path
    >>> size = Path("links.csv").write_bytes("space_id,host\n1jMJgLdenVjxL,Müller\n".encode("cp1252"))
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     found = sk.find_ids(Path("links.csv"))
    >>> found.ids, caught[0].category.__name__
    (['1jMJgLdenVjxL'], 'ReadWarning')
    """


class FetchInterrupted(KeyboardInterrupt):
    """
    Ctrl-C during a fetch or search. What had come until then is in `batch`, a `Batch`, or `search`, a `Search`.

    It is a `KeyboardInterrupt`, so that code that stops on Ctrl-C still does.

    Examples
    --------
    >>> import spacekit as sk
    >>> def stop(progress):
    ...     raise KeyboardInterrupt
    >>> ids = [record["id"] for record in sk.sample_records()]
    >>> with sk.sandbox(workers=1) as client:
    ...     try:
    ...         batch = client.fetch(ids, progress=stop)
    ...     except sk.FetchInterrupted as interrupted:
    ...         batch = interrupted.batch
    >>> batch.complete
    False
    """

    def __init__(self, message: str, batch: Any = None, search: Any = None) -> None:
        super().__init__(_shown(message))
        self.batch = batch
        self.search = search


def warn(message: str, kind: type[Warning]) -> None:
    """Warn at the line that called spacekit, however deep in it this is."""
    frame, level = inspect.currentframe(), 1
    while frame is not None and frame.f_globals.get("__name__", "").startswith("spacekit."):
        frame, level = frame.f_back, level + 1
    warnings.warn(_shown(message), kind, stacklevel=level)


def _shown(message: str) -> str:
    return visible(redact(message))
