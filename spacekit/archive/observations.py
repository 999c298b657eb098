"""Observations on their way out of an archive and into it: to tables, batches and lines, and from files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from spacekit.archive.answers import Observation
from spacekit.batch import OUTCOMES, Outcome
from spacekit.batch.gathering import CHUNK, Gathered, gathered, ids_of
from spacekit.batch.lines import Answer, line_of, line_of_answer, read_time
from spacekit.errors import DataError
from spacekit.fields import DTYPES, TABLES
from spacekit.ids import Entry
from spacekit.tables import Decoded, assemble, decode
from spacekit.tables.decoding import loads
from spacekit.tables.values import is_instant


class Kept(NamedTuple):
    """The newest answer about a Space: its outcome, with a `record` if it holds a Space, and its body."""

    outcome: Outcome
    body: bytes


class Stored(dict[str, Kept]):
    """The newest answers about Spaces, by id."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Any] = []
        """The tables of the Spaces among them as `decode` made them, chunk by chunk."""


class Part(NamedTuple):
    """A chunk of observations, and what is decoded of those with status 200, which stand in `sound`."""

    seen: Sequence[Observation]
    sound: Sequence[Observation]
    decoded: Decoded

    def rows(self) -> Iterator[tuple[Observation, str | None]]:
        """Yield each observation that holds a Space, with the id that is in it."""
        ids = ids_of(self.decoded)
        return ((self.sound[place], i) for place, i in zip(self.decoded.origin, ids, strict=True))


def decoded_in(seen: Iterable[Observation]) -> Iterator[Part]:
    """Yield observations in decoded chunks; one that is empty if there are none."""
    for number, chunk in enumerate(_chunks(seen)):
        if chunk or number == 0:
            sound = [o for o in chunk if o.status == 200]
            yield Part(chunk, sound, decode([o.body for o in sound], [o.fetched_at for o in sound]))


def gathered_in(seen: Iterable[Observation], name: str) -> Iterator[Gathered]:
    """Yield what observations hold, in chunks."""
    start = 0
    for chunk in _chunks(seen):
        answers = [_answer_of(o) for o in chunk]
        part = gathered(answers, start, name)
        start += len(part.texts)
        yield part


def _answer_of(observation: Observation) -> Answer:
    """Return an observation as the answer that it is; a time that cannot be read is none."""
    space_id, fetched_at, status, body = observation
    time, message, wrong = read_time(fetched_at)
    return Answer(space_id, body, time, message, status, space_id, wrong)


def _chunks(seen: Iterable[Observation]) -> Iterator[list[Observation]]:
    """Yield observations in lists; the last one is shorter, perhaps empty."""
    rest = iter(seen)
    while len(chunk := list(islice(rest, CHUNK))) == CHUNK:
        yield chunk
    yield chunk


def kept_in(seen: Mapping[str, Observation], name: str) -> Stored:
    """Return the answers that a fetch uses: a Space, or that there is no such Space."""
    stored = Stored()
    for part in gathered_in(seen.values(), name):
        stored.parts.append(part.part)
        for outcome, _, text in part.entries():
            if text is not None or OUTCOMES[outcome.outcome].kept:
                stored[outcome.input] = Kept(outcome, text or seen[outcome.input].body)
    return stored


def invalid(entry: Entry) -> Outcome:
    """Outcome of an input that is no Space's id or link."""
    message = f"{entry.text!r}: {entry.reason}. Correct it or leave it out."
    return Outcome(entry.text, None, "invalid", message=message)


def outcome_of(entry: Entry, known: dict[str, Outcome], path: Path) -> Outcome:
    """Outcome of one input; a duplicate has status, time and record of the first one."""
    space_id = entry.space_id
    if space_id is None:
        return invalid(entry)
    if space_id not in known:
        message = f"Space {space_id!r}: not in {path}. Fetch it with archive= first."
        known[space_id] = Outcome(entry.text, space_id, "not_tried", message=message)
    outcome = known[space_id]
    if entry.duplicate:
        return outcome._replace(input=entry.text, outcome="duplicate", message=None)
    return outcome if outcome.input == entry.text else outcome._replace(input=entry.text)


def table_of(part: Part) -> pd.DataFrame:
    """Return the table of `observations` of a chunk; a record may lack the id that the archive knows."""
    table = _observed(assemble([part.decoded.part]).spaces)
    return table.assign(space_id=pd.array([o.space_id for o, _ in part.rows()], dtype=DTYPES["id"]))


def observations_in(spaces: pd.DataFrame) -> pd.DataFrame:
    """
    Return the table of `observations` that a table of Spaces holds: its rows with a time, by Space and time.

    Columns that it lacks are `<NA>`.

    Raises
    ------
    DataError
        It does not say which Space a row is about, when it ended, or when it was fetched.
    """
    for name in ("space_id", "ended_at", "fetched_at"):
        if name not in spaces:
            raise DataError(
                f"observations: the table has no column {name!r}. Use a table of Spaces that has it."
            )
    lacking = [field for field in TABLES["spaces"] if field.name not in spaces]
    spaces = spaces.assign(
        **{field.name: pd.Series(pd.NA, spaces.index, dtype=field.dtype) for field in lacking}
    )
    known = spaces[spaces["fetched_at"].notna()]
    order = known["space_id"].fillna("").factorize()[0]
    return _observed(known.assign(_order=order).sort_values(["_order", "fetched_at"], ignore_index=True))


def _observed(spaces: pd.DataFrame) -> pd.DataFrame:
    age = (spaces["fetched_at"] - spaces["ended_at"]).astype(DTYPES["span"])
    return spaces[[f.name for f in TABLES["spaces"]]].assign(age=age)


def lines_of(part: Part) -> Iterator[bytes]:
    """Yield the line of each observation."""
    held = {id(o): space_id for o, space_id in part.rows()}
    for o in part.seen:
        if held.get(id(o)) == o.space_id and is_instant(o.fetched_at) and _stands_in_a_line(o.body):
            yield line_of(o.body, o.fetched_at)
        else:
            record = loads(o.body) if id(o) in held else None
            yield line_of_answer(_answer_of(o), record)


def _stands_in_a_line(body: bytes) -> bool:
    """Whether no byte of a body is lost in the short form of a line."""
    if not (body.startswith(b"{") and body.endswith(b"}")) or b"\n" in body or b"\r" in body:
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def observation_of(
    outcome: Outcome, answer: Answer, text: bytes | None, time: int | None
) -> Observation | None:
    """Return what an archive keeps of one answer in a file; None if it does not name the Space that is missing."""
    if outcome.outcome == "failed" and (answer.space_id is None or answer.text is None):
        raise DataError(str(outcome.message))
    space_id = answer.space_id or outcome.space_id
    if not space_id and outcome.outcome == "not_found":
        return None
    if not space_id:
        raise DataError(f"{answer.place}: there is no id of a Space in it. Correct or remove it.")
    unreadable = answer.fetched_at is None and answer.wrong_time is not None
    if unreadable and answer.message:
        raise DataError(f"{answer.place}: {answer.message}. Correct it.")
    fetched_at = answer.wrong_time if unreadable else time if answer.fetched_at is None else answer.fetched_at
    if fetched_at is None:
        raise DataError(
            f"{answer.place}: it does not say when the Space was fetched. Pass fetched_at= for all of them, or write "
            'lines as {"fetched_at": "2026-05-01T12:00:00Z", "space": {...}}.'
        )
    gone = text is None and answer.space_id is None
    return Observation(space_id, fetched_at, 404 if gone else answer.status, text or answer.text or b"")
