"""The errors: one class for each thing a caller can do about it. No logic."""

from __future__ import annotations

from typing import Any


class SpacekitError(Exception):
    """Any error that spacekit raises on purpose."""


class CredentialsError(SpacekitError):
    """No API key, or one that the service does not accept (401). Set or correct the key."""


class ForbiddenError(SpacekitError):
    """The key may not see this Space (403). Other Spaces may still answer."""


class NoCreditError(SpacekitError):
    """The account has too few credits (402). Add credits, then run again."""


class SpaceNotFoundError(SpacekitError):
    """There is no such Space, or no more (404, or a 200 that holds no Space). Asking again does not help."""


class InvalidIdError(SpacekitError, ValueError):
    """Not a Space id: refused before sending, or by the service (422). Correct the id."""


class ServiceError(SpacekitError):
    """No useful answer after all attempts (429, 5xx, time-outs, broken bodies). Try again later."""


class DataError(SpacekitError, ValueError):
    """The data is not what is documented. Look at the value that the message names."""


class ArchiveError(SpacekitError):
    """The archive file cannot be used: damaged, foreign, newer, locked or not writable."""


class IncompleteWarning(UserWarning):
    """A run ended before every Space was answered. The batch says what is missing and why."""


class AgeWarning(UserWarning):
    """Replay counts of Spaces of very different age were compared; the younger had less time to be played."""


class FetchInterrupted(KeyboardInterrupt):
    """Ctrl-C during a fetch. What had been answered is in `batch`, a `Batch`.

    A `KeyboardInterrupt`, so that code that stops on Ctrl-C still does.
    """

    def __init__(self, message: str, batch: Any) -> None:
        super().__init__(message)
        self.batch = batch
