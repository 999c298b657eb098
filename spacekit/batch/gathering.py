"""From answers to what a `Batch` holds: texts of Spaces, their tables, and an outcome for each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat
from typing import Any

import pyarrow as pa

from spacekit.batch.lines import Answer, unwrapped
from spacekit.batch.outcomes import Outcome, outcome_of_status
from spacekit.tables import Decoded, decode
from spacekit.tables.decoding import Refused
from spacekit.words import iso

CHUNK = 20_000
"""Answers that are decoded at a time."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a chunk of answers holds: `texts`, `fetched_at` and the rows of `part` are its Spaces, in order."""

    texts: list[bytes]
    fetched_at: list[int | None]
    outcomes: list[Outcome]
    part: Any
    answers: list[Answer]
    """The answer from which each outcome came."""
    start: int

    def entries(self) -> Iterator[tuple[Outcome, Answer, bytes | None]]:
        """Yield each outcome with the answer from which it came and the text of its Space, if there is one."""
        for outcome, answer in zip(self.outcomes, self.answers, strict=True):
            row = outcome.record
            yield outcome, answer, None if row is None else self.texts[row - self.start]


def gathered(answers: Sequence[Answer], start: int = 0, archive: str | None = None) -> Gathered:
    """
    Decode a chunk of answers.

    Parameters
    ----------
    answers
        In the order of the input.
    start
        Number of Spaces in the chunks before: an outcome's `record` counts from here.
    archive
        Name of the archive that they come from; None for files.

    Returns
    -------
    gathered
        One outcome for each answer, and one for each further Space or missing id in it.
    """
    answers, decoded = _decoded(answers, start)
    ids = ids_of(decoded) if archive is None else repeat(None)  # an archive knows them
    rows = zip(decoded.origin, ids, strict=False)
    outcomes = [_found(answers[place], i, row, archive) for row, (place, i) in enumerate(rows, start)]
    sources = [answers[place] for place in decoded.origin]
    times = [answer.fetched_at for answer in sources]
    if decoded.refused or len(set(decoded.origin)) < len(answers):
        entries = [*zip(decoded.origin, outcomes, strict=True), *_without_space(answers, decoded, archive)]
        entries.sort(key=lambda entry: entry[0])
        outcomes = [outcome for _, outcome in entries]
        sources = [answers[place] for place, _ in entries]
    return Gathered(decoded.texts, times, outcomes, decoded.part, sources, start)


def ids_of(decoded: Decoded) -> list[str | None]:
    """Return the id of each Space; None where the record has none."""
    ids: list[str | None] = pa.array(decoded.part.spaces["space_id"]).to_pylist()
    return ids


def _is_plain(answer: Answer) -> bool:
    """Whether there is an answer that should hold a Space."""
    return answer.text is not None and answer.status == 200


def _decoded(answers: Sequence[Answer], start: int) -> tuple[Sequence[Answer], Decoded]:
    """Decode; where a text is no Space but wraps an answer, take that and decode again."""
    places = [place for place, answer in enumerate(answers) if _is_plain(answer)]
    asked = answers if len(places) == len(answers) else [answers[place] for place in places]
    times = [answer.fetched_at if answer.wrong_time is None else answer.wrong_time for answer in asked]
    decoded = decode([answer.text or b"" for answer in asked], times, start)
    inner = {
        places[no.place]: again
        for no in decoded.refused
        if no.kind == "failed" and (again := unwrapped(asked[no.place])) is not None
    }
    if inner:
        return _decoded([inner.get(place, answer) for place, answer in enumerate(answers)], start)
    if len(places) < len(answers):
        refused = [replace(no, place=places[no.place]) for no in decoded.refused]
        decoded = replace(decoded, origin=[places[i] for i in decoded.origin], refused=refused)
    return answers, decoded


def _without_space(
    answers: Sequence[Answer], decoded: Decoded, archive: str | None
) -> Iterator[tuple[int, Outcome]]:
    """Yield the outcome of each answer, or part of one, that holds no Space, with its place."""
    for no in decoded.refused:
        yield no.place, _missing(answers[no.place], no, archive)
    for place, answer in enumerate(answers):
        if not _is_plain(answer):
            yield place, _other(answer, archive)


def _found(answer: Answer, space_id: str | None, row: int, archive: str | None) -> Outcome:
    message = f"{answer.place}: {answer.message}." if answer.message else None
    if archive is not None:
        return Outcome(
            answer.place, answer.space_id, "archived", answer.status, message, 0, answer.fetched_at, True, row
        )
    return Outcome(
        answer.place, answer.space_id or space_id, "ok", None, message, 0, answer.fetched_at, False, row
    )


def _missing(answer: Answer, no: Refused, archive: str | None) -> Outcome:
    advice = "" if no.kind == "not_found" else " Correct or remove it."
    return _without(answer, no.kind, f"{no.reason}.{advice}", answer.space_id or no.space_id, archive)


def _other(answer: Answer, archive: str | None) -> Outcome:
    """Outcome of what is not even an answer, or of one that came with another status."""
    if answer.text is None:
        message = answer.message or ""
        words = message if message.endswith(".") else f"{message}. Correct or remove it."
        return _without(answer, "failed", words, answer.space_id, archive)
    words = f"the service answered with status {answer.status}."
    return _without(answer, outcome_of_status(answer.status), words, answer.space_id, archive)


def _without(answer: Answer, outcome: str, words: str, space_id: str | None, archive: str | None) -> Outcome:
    """Outcome of an answer that holds no Space."""
    status = None if archive is None and answer.status == 200 else answer.status
    where = answer.place
    if archive is not None:
        when = "an unknown time" if answer.fetched_at is None else iso(answer.fetched_at)
        where = f"Space {answer.space_id!r} in the archive {archive}, answer of {when}"
        words += " Check the id; max_age=0 asks again."
    return Outcome(
        answer.place,
        space_id,
        outcome,
        status,
        f"{where}: {words}",
        fetched_at=answer.fetched_at,
        from_archive=archive is not None,
    )
