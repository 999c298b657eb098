"""What is wrong with which field, in the form's own terms: the library speaks of arguments, a form of its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from spacekit.batch import OUTCOMES, Batch, Outcome
from spacekit.errors import ArchiveError, CredentialsError, SpacekitError
from spacekit.words import minute, plural, redact

if TYPE_CHECKING:
    from spacekit.fetching.search import Search

_TERMS: Final = (
    (r"Set SOCIALDATA_API_KEY, or pass api_key=, or try spacekit\.sandbox\(\), which needs no key",
     "Enter it in the field “API key”, set SOCIALDATA_API_KEY, or tick “Made-up data”"),
    (r"Set or correct the key \(SOCIALDATA_API_KEY or api_key=\), then run the same again",
     "Enter the right key, then click Fetch again"),
    (r"Set SOCIALDATA_API_KEY, or pass api_key=", "Enter it in the field “API key”"),
    (r"pass api_key=", "enter the key in its own field"),
    (r"^API key: there is none", "There is no API key yet"),
    (r"^(API key|Base URL|max_age): ", ""),
    (r"^Base URL ('[^']*'): ", r"\1: "),
    (r"[Ll]eave such records out", "leave them out"),
    (r"Check base_url", "Check the address of the service"),
    (r"base_url", "address of the service"),
    (r", or lower requests_per_minute", ""),
    (r"; see message in \.outcomes for the cause", ""),
    (r"with an archive, what is there is not paid for twice", "what has arrived is not paid for twice"),
    (r"[Rr]un (?:the same|it) again", "click Fetch again"),
    (r"""client\.search\(\w+=["'][^"']*["']\) finds""", "“Find by host or words” finds"),
    (r"pass a pathlib\.Path to read the file", "paste what is in the file"),
    (r" Pass it in a list if it is an id", " Use its link if it is an id"),
    (r": pass it as a text to pick out its ids", ""),
    (r"hosts: ", ""),
    (r"Fetch it with archive= first", "Fetch it first"),
)  # fmt: skip


class FieldError(Exception):
    """What a field holds cannot be used. `cause` is the error behind it."""

    def __init__(self, field: str, cause: Exception) -> None:
        super().__init__(in_form_terms(str(cause)))
        self.field, self.cause = field, cause


@contextmanager
def at(field: str) -> Iterator[None]:
    """Say of an error that comes up in the block to which field it belongs."""
    try:
        yield
    except (SpacekitError, OSError, ValueError) as error:
        raise FieldError(field, error) from error


def in_form_terms(text: str) -> str:
    """Return a sentence of the library with the names of fields and buttons in place of arguments."""
    text = _in_terms(redact(text))
    return text[:1].upper() + text[1:]


def _in_terms(text: str) -> str:
    for pattern, words in _TERMS:
        text = re.sub(pattern, words, text)
    return text


def field_of(error: Exception, *, given: bool) -> str:
    """Return the field that an error of a run belongs to; "plan" if to none that the form has."""
    if isinstance(error, FieldError):
        return error.field
    if isinstance(error, CredentialsError):
        return "plan" if given else "key"
    return "archive" if isinstance(error, ArchiveError | OSError) else "plan"


def refused(batch: Batch, *, given: bool) -> dict[str, str]:
    """
    Return what the service refused in a run, with what to do, by field.

    `given` says that the form has no fields for key and address, because it was made with a Client.
    """
    reasons = {entry.outcome: reason_of(entry) for entry in reversed(batch.outcome_rows)}
    sent = [entry for entry in batch.outcome_rows if entry.attempts]
    silent = bool(sent) and all(not entry.http_status for entry in sent)
    return _refused(
        reasons, plural(len(batch), "Space") if len(batch) else "", batch.run.source, silent, given
    )


def search_refused(search: Search, *, given: bool) -> dict[str, str]:
    """Return what the service refused in a search, as `refused` does."""
    reasons = dict(zip(search.queries["ended"], search.queries["message"].fillna(""), strict=True))
    came = plural(search.posts_seen, "post") if search.posts_seen else ""
    silent = "failed" in reasons and "(status" not in reasons["failed"]
    return _refused(reasons, came, search.run.source, silent and not came, given)


def _refused(reasons: Mapping[str, str], came: str, source: str, silent: bool, given: bool) -> dict[str, str]:
    """Return what was refused: `silent` says that no request got an answer."""
    if "unauthorized" in reasons:
        if given:
            return {
                "plan": "The key is not accepted (401). Make the form with a Client that has the right key."
            }
        return {"key": "This key is not accepted (401). Enter the right key, then click Fetch again."}
    if "no_credit" in reasons:
        kept = f" What came is kept: {came}." if came else ""
        return {"plan": f"The account has too few credits (402). Add credits, then click Fetch again.{kept}"}
    if silent and "failed" in reasons:
        advice = "Check the network" + ("" if given else " and the address") + ", then click Fetch again."
        words = f"Cannot reach {source}: {_short(reasons['failed'])}. {advice}"
        return {"plan" if given else "address": words}
    return {}


def _short(reason: str) -> str:
    """Return why a connection failed, without the names of Python's objects."""
    return re.sub(r"""\("[^"]*\[Errno -?\d+\] ([^"']+)"\)""", r"(\1)", reason)


def reason_of(entry: Outcome) -> str:
    """Return why an input did not get what was asked: its message without the input and the advice."""
    kind = OUTCOMES[entry.outcome]
    if entry.from_archive and entry.fetched_at is not None:
        return f"{kind.meaning}, by the answer of {minute(entry.fetched_at)} UTC"
    message = entry.message or kind.meaning
    for start in (f"Space {entry.space_id!r}", f"{entry.input!r}"):
        message = message.removeprefix(start)
    message = re.sub(r"^ at [^ ]+(?=: )", "", message).removeprefix(": ")
    for end in (kind.advice, "Correct it or leave it out.", "Try again later.", "Run it again."):
        message = message.replace(end, "")
    return _in_terms(_short(message.strip())).rstrip(".")
