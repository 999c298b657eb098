"""The table of outcomes: what can become of an input, what that means, and what to do. All else reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from spacekit.errors import (
    CredentialsError,
    DataError,
    ForbiddenError,
    InvalidIdError,
    NoCreditError,
    ServiceError,
    SpacekitError,
    SpaceNotFoundError,
)


class Outcome(NamedTuple):
    """What became of one input; the fields are the columns of `Batch.outcomes`."""

    input: str
    space_id: str | None
    outcome: str
    http_status: int | None = None
    message: str | None = None
    attempts: int = 0
    fetched_at: int | None = None  # epoch milliseconds
    from_archive: bool = False
    record: int | None = None


@dataclass(frozen=True, slots=True)
class OutcomeKind:
    """One kind of outcome: an entry of `OUTCOMES`."""

    name: str
    meaning: str
    """What happened, in a few words: in reports, and in the message of its error."""
    advice: str = ""
    """What to do about it; empty if the input got what was asked."""
    errors: tuple[type[SpacekitError], ...] = ()
    """The errors that end so; `raise_for_outcomes` raises the first."""
    statuses: tuple[int, ...] = ()
    """The HTTP statuses that mean the first of these errors."""
    final: bool = True
    """False if another run may change it."""
    kept: bool = False
    """Whether an archive keeps the answer: it is about the Space, not about who asked."""
    no_answer: bool = False
    """Whether the service was asked and had nothing useful to say."""
    ends_run: bool = False
    """Whether the service takes no more requests with this key."""

    @property
    def complete(self) -> bool:
        """Whether the input got what was asked."""
        return not self.errors


_ALL: Final = (
    OutcomeKind("ok", "fetched", statuses=(200,), kept=True),
    OutcomeKind("archived", "from the archive"),
    OutcomeKind("duplicate", "given before"),
    OutcomeKind(
        "invalid",
        "not a Space id",
        "Correct the entry: an id has 13 letters and digits; a link to the Space will do.",
        (InvalidIdError,),
    ),
    OutcomeKind(
        "not_found",
        "no such Space",
        "Check the id; a deleted Space does not come back, and asking again may cost.",
        (SpaceNotFoundError,),
        (404,),
        kept=True,
    ),
    OutcomeKind(
        "forbidden",
        "the API key may not see this Space",
        "Leave it out, or ask for permission; the others are not affected.",
        (ForbiddenError,),
        (403,),
    ),
    OutcomeKind(
        "rejected",
        "the service does not take this id",
        "Correct the id.",
        (InvalidIdError,),
        (422,),
    ),
    OutcomeKind(
        "not_tried",
        "no answer yet",
        "Run the same again: with an archive, what is there is not paid for twice.",
        (ServiceError,),
        final=False,
    ),
    OutcomeKind(
        "failed",
        "no useful answer",
        "Run the same again; see message in .outcomes for the cause.",
        (ServiceError, DataError),
        (408, 425, 429, *range(500, 1000)),
        final=False,
        no_answer=True,
    ),
    OutcomeKind(
        "no_credit",
        "the account has too few credits",
        "Add credits at the service, then run the same again.",
        (NoCreditError,),
        (402,),
        final=False,
        ends_run=True,
    ),
    OutcomeKind(
        "unauthorized",
        "the API key is not accepted",
        "Set or correct the key (SOCIALDATA_API_KEY or api_key=), then run the same again.",
        (CredentialsError,),
        (401,),
        final=False,
        ends_run=True,
    ),
)
OUTCOMES: Final = {kind.name: kind for kind in _ALL}
"""Every outcome by its name, the gravest last."""

_ERRORS: Final = {status: kind.errors[0] for kind in _ALL if kind.errors for status in kind.statuses}
_NAMES: Final = {error: kind.name for kind in _ALL if kind.statuses for error in kind.errors}


def error_for(status: int) -> type[SpacekitError]:
    """Return the error that a status other than 200 means; `DataError` for one that is not documented."""
    return _ERRORS.get(status, DataError)


def outcome_for(error: SpacekitError) -> str:
    """Return the outcome of a Space whose request ended with an error."""
    return _NAMES[type(error)]


def kind_of(error: SpacekitError) -> OutcomeKind | None:
    """Return the kind of outcome whose own error this is; None for one that can have other causes."""
    return next((kind for kind in _ALL if kind.statuses and type(error) in kind.errors[:1]), None)


def outcome_of_status(status: int) -> str:
    """Return the outcome of a Space whose answer has a status other than 200."""
    return _NAMES[error_for(status)]


def ends_run(names: Iterable[str]) -> bool:
    """Whether any of these outcomes means that the service takes no more requests with this key."""
    return any(OUTCOMES[name].ends_run for name in names)
