"""What an answer means: a Space, a page of posts, the balance, or an error. Pure: sends nothing."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from spacekit.arguments.encodings import json_in_utf8
from spacekit.arguments.nesting import TooDeepError, check_depth
from spacekit.batch.gathering import gathered
from spacekit.batch.lines import Answer as Kept
from spacekit.batch.outcomes import OUTCOMES, error_for, outcome_of_status
from spacekit.errors import (
    DataError,
    ForbiddenError,
    InvalidIdError,
    ServiceError,
    SpacekitError,
    SpaceNotFoundError,
)
from spacekit.words import redact, show

_EXCERPT = 200  # characters of a foreign text that an error quotes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one request."""

    status: int
    body: bytes = field(repr=False)
    """As it came, without its transfer and content encoding, in UTF-8 wherever it could be decoded."""
    retry_after: str | None
    """The header, as sent."""
    host: str = "the service"
    """Who answered, for messages."""
    date: str | None = None
    """The header, as sent."""


@dataclass(frozen=True, slots=True)
class _Refusal:
    """What a status means that says something about what was asked for."""

    error: type[SpacekitError]
    meaning: str
    advice: str


def _refusals(*names: str) -> dict[int, _Refusal]:
    kinds = [OUTCOMES[name] for name in names]
    return {
        status: _Refusal(kind.errors[0], kind.meaning, kind.advice)
        for kind in kinds
        for status in kind.statuses
    }


_OF_A_SPACE: Final = _refusals("forbidden", "not_found", "rejected")
_OF_A_SEARCH: Final = {
    403: _Refusal(
        ForbiddenError,
        "the API key may not make this search",
        "Ask the service for permission, or leave it out.",
    ),
    404: _Refusal(SpaceNotFoundError, "there is no search at this address", "Check base_url."),
    422: _Refusal(InvalidIdError, "the service does not take this query", "Correct the query."),
}
_OF_THE_BALANCE: Final = {
    403: _Refusal(ForbiddenError, "the API key may not read the balance", "Ask the service for permission."),
    404: _Refusal(DataError, "there is no balance at this address", "Check base_url."),
    422: _Refusal(DataError, "the service does not take this request", "Check base_url."),
}


def record_of(answer: Answer, space_id: str) -> dict[str, Any]:
    """
    Return the Space of an answer, or raise the error that the answer means.

    Returns
    -------
    record
        The JSON object, unchanged.

    Raises
    ------
    CredentialsError, NoCreditError, ForbiddenError, SpaceNotFoundError, InvalidIdError
        Status 401, 402, 403, 404, 422. Also not found: a 200 whose object has neither `id` nor `state`.
    ServiceError
        Status 408, 425, 429 or 5xx, or a 200 that is not whole JSON. Asking again may help.
    DataError
        A redirect or another status; a 200 that is JSON but not an object, or is another Space, or has no id, or wraps
        a Space: which one was asked for cannot be told from it by what is documented.
    """
    where = f"Space {space_id!r} at {answer.host}"
    record = _object_of(answer, where, _OF_A_SPACE)
    if _missing(record.get("id")) and _missing(record.get("state")):
        if _wraps_a_space(answer.body):
            raise DataError(
                f"{where}: the answer has a Space in another form than is documented, with the keys "
                f"{show(list(record))}. It is not used. Check base_url."
            )
        raise SpaceNotFoundError(
            f"{where}: the answer holds no Space{_said(answer.body)}. Check the id; the Space may be gone."
        )
    if _missing(record.get("id")):
        raise DataError(
            f"{where}: the answer does not say which Space it is: it has a state and no id. It is not used."
        )
    if str(record["id"]) != space_id:
        raise DataError(
            f"{where}: the answer is another Space's: got id {cut(record['id'])}. It is not used."
        )
    return record


def page_of(answer: Answer, query: str) -> tuple[list[Any], str | None]:
    """
    Return the posts of a page of a search and the cursor of the next, or raise the error that the answer means.

    Returns
    -------
    posts, cursor
        The entries of `tweets`, unchanged and of any type; None for the cursor where the service sends none.

    Raises
    ------
    SpacekitError
        As `record_of`, with 403, 404 and 422 as what is wrong with the search. `DataError`: JSON without `tweets`.
    """
    where = f"Search {query!r} at {answer.host}"
    page = _object_of(answer, where, _OF_A_SEARCH)
    posts, cursor = page.get("tweets"), page.get("next_cursor")
    if not isinstance(posts, list) and not (posts is None and "tweets" in page):
        raise DataError(f"{where}: the answer is no page of posts{_said(answer.body)}. Check base_url.")
    return posts or [], str(cursor) if isinstance(cursor, str | int) and cursor != "" else None


def balance_of(answer: Answer) -> float:
    """
    Return the balance of the account in USD, or raise the error that the answer means.

    Raises
    ------
    SpacekitError
        As `record_of`. `DataError`: the answer has no `balance_usd` that is a number.
    """
    where = f"Balance at {answer.host}"
    sent = _object_of(answer, where, _OF_THE_BALANCE).get("balance_usd")
    try:
        balance = math.nan if isinstance(sent, bool) else float(sent)  # type: ignore[arg-type]  # it is tried
    except (TypeError, ValueError, OverflowError):
        balance = math.nan
    if not math.isfinite(balance):
        raise DataError(
            f"{where}: balance_usd is no number: got {cut(sent)}. See your account at the service."
        )
    return balance


def _object_of(answer: Answer, where: str, refusals: Mapping[int, _Refusal]) -> dict[str, Any]:
    """Return the JSON object of an answer with status 200, or raise what another answer means."""
    if answer.status != 200:
        raise _error_of(answer, where, refusals)
    value = _parsed(answer.body, where)
    if not isinstance(value, dict):
        raise DataError(f"{where}: the answer is not a JSON object: got {cut(value)}. Check base_url.")
    return value


def _error_of(answer: Answer, where: str, refusals: Mapping[int, _Refusal]) -> SpacekitError:
    refusal = refusals.get(answer.status)
    kind = OUTCOMES[outcome_of_status(answer.status)]
    if refusal is not None:
        error, what, advice = refusal.error, refusal.meaning, refusal.advice
    else:
        error = error_for(answer.status)
        what, advice = _failure(answer.status) if kind.name == "failed" else (kind.meaning, kind.advice)
    return error(f"{where}: {what} (status {answer.status}{_said(answer.body)}). {advice}")


def _failure(status: int) -> tuple[str, str]:
    """Return what went wrong with an answer that says nothing about what was asked for, and what to do."""
    if status == 429:
        return "too many requests", "Wait a minute, or lower requests_per_minute."
    if error_for(status) is ServiceError:
        return "the service failed", "Try again later."
    if 300 <= status < 400:
        return "the service redirects; redirects are not followed", "Check base_url."
    return "this status is not documented", "Check base_url."


def _parsed(body: bytes, where: str) -> Any:
    try:
        check_depth(body)
        return json.loads(json_in_utf8(body).decode())  # as text: of bytes, it reads what is not quite UTF-8
    except (json.JSONDecodeError, UnicodeDecodeError):
        shown = cut(body.decode("utf-8", errors="replace"))
        raise ServiceError(
            f"{where}: the answer is not whole JSON ({len(body)} bytes): got {shown}. Try again later."
        ) from None
    except (TooDeepError, RecursionError):
        raise DataError(f"{where}: the JSON is nested too deeply to be read. It is not used.") from None
    except ValueError:  # Python reads no integer of more than 4,300 digits
        raise DataError(f"{where}: a number in the JSON has too many digits. It is not used.") from None


def _said(body: bytes) -> str:
    """Quote the service: the two documented forms of an error, else the beginning of the text."""
    text = body.decode("utf-8", errors="replace").strip()
    try:
        check_depth(body)
        error = json.loads(body)
    except (ValueError, RecursionError):
        error = None
    if isinstance(error, dict):
        details = error.get("errors")
        parts = [error.get("message"), *(details.items() if isinstance(details, dict) else ())]
        text = " ".join(_words(part) for part in parts if part)
    return f": {cut(text)}" if text else ""


def _words(part: Any) -> str:
    """Return a message, or a field with what is wrong with it, as one text."""
    if not isinstance(part, tuple):
        return str(part)
    name, wrong = part
    return f"{name}: {' '.join(map(str, wrong)) if isinstance(wrong, list) else wrong}"


def cut(value: Any) -> str:
    """Return the repr of a foreign value, cut at 200 characters."""
    # A slice before the repr: the repr of 16 MiB only to show 200 characters takes seconds. A key at its end would be
    # cut, and so not be known for one: so it is a longer slice.
    text = redact(repr(value[: 10 * _EXCERPT] if isinstance(value, str | list) else value))
    return text if len(text) <= _EXCERPT else text[:_EXCERPT] + "..."


def _wraps_a_space(body: bytes) -> bool:
    """Whether a file, or the archive, would be read as having a Space in this body."""
    return bool(gathered([Kept("", body, None)], 0, None).texts)


def _missing(value: Any) -> bool:
    return value is None or value == ""
