"""Parsed records -> tables. Pure: no network, no files, and the records are never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

import pandas as pd

from spacekit.arguments.nesting import TooDeepError, is_too_deep
from spacekit.errors import DataError
from spacekit.tables.decoding import collector_paused
from spacekit.tables.frames import Tables, assemble
from spacekit.tables.instants import instants, slice_of
from spacekit.tables.parts import Part, Problem, Rows
from spacekit.tables.recognition import spaces_in
from spacekit.tables.rows import NOT_PLAIN, row_of_record, rows_of_records
from spacekit.words import keyless, show

_SLICE = 4_000
"""Records read at a time."""
_AT_ONCE = 200
"""Records converted at a time: if one of them is not plain, each is looked at by itself."""


@keyless
def normalize(
    records: Iterable[Any], fetched_at: Any = None, errors: Literal["coerce", "raise"] = "coerce"
) -> Tables:
    """
    Turn records of Spaces into typed tables: the same columns and dtypes every time, also when empty.

    Parameters
    ----------
    records
        Parsed JSON objects, any number; one dict is taken as one record. Answers of the SocialData API, of X's
        GraphQL `AudioSpaceById` and API v2, of resellers, also flattened to dotted keys; several in one object, such as
        `{"spaces": [...]}` or a dict by id. They are never changed.
    fetched_at
        When they were fetched: one instant for all, or one for each record. An aware datetime, epoch milliseconds or
        ISO 8601 (UTC if it names no zone); None where it is not known.
    errors
        "coerce" leaves out what cannot be read and lists it in `problems`; "raise" stops at the first.

    Returns
    -------
    tables
        `spaces`, one row a Space, in the order given; `creators`, one row an account, from its newest record (by
        `fetched_at`, then by place); `participants`, one row a person that a GraphQL record lists; `problems`, one row
        a value that could not be read, in any of the records. A field that both `spaces` and `creators` show is one
        problem, under its name in `spaces`. Missing values are `<NA>` or `NaT`. Columns and meanings:
        `describe_columns()`.

    Raises
    ------
    DataError
        With `errors="raise"`: the first value that cannot be read.
    TypeError
        `records` is text or a table instead of parsed records.
    ValueError
        `errors` is another word; `fetched_at` cannot be read, has another length, or is a datetime without a zone.

    Notes
    -----
    Every object is a row. What is no object, an error kept in place of an answer, or the answer that there is no such
    Space, is no row but a problem. Unknown fields are no error; see `drift`. Source: the documented answer of the
    SocialData API, and public clients of the others.

    Examples
    --------
    >>> import spacekit as sk
    >>> tables = sk.normalize(sk.sample_records(), fetched_at="2026-06-01T12:00:00Z")
    >>> len(tables.spaces), tables.problems["reason"].tolist()
    (87, ['the account is not available: Protected'])
    """
    if errors not in ("coerce", "raise"):
        raise ValueError(f"normalize: errors is {errors!r}. Use 'coerce' or 'raise'.")
    times = instants(fetched_at)
    parts: list[Part] = []
    start = 0
    with collector_paused():
        for chunk in _slices(as_records(records)):
            parts.append(_part_of(chunk, start, slice_of(times, start, len(chunk))))
            if errors == "raise" and parts[-1].problems:
                raise DataError(_message(parts[-1].problems[0]))
            start += len(chunk)
        if isinstance(times, list) and len(times) != start:
            raise ValueError(
                f"normalize: {len(times)} fetched_at for {start} records. Pass one for each, or one for all."
            )
        return assemble(parts or [Rows().part([])])


def as_records(records: Any) -> Iterator[Any]:
    """Return an iterator of records; one dict is one record. What only looks like records is refused."""
    if isinstance(records, Mapping):
        return iter([records])
    if isinstance(records, str | bytes | pd.DataFrame) or not isinstance(records, Iterable):
        what = f"a {type(records).__name__}" if isinstance(records, Iterable) else show(records)
        raise TypeError(f"records: got {what}. Pass parsed records: a list of dicts, or a Batch's .records.")
    return iter(records)


def _slices(records: Iterator[Any]) -> Iterator[list[Any]]:
    """Yield records in lists, so that a lazy sequence of them is never held whole."""
    while chunk := list(islice(records, _SLICE)):
        yield chunk


def _part_of(records: Sequence[Any], start: int, times: Sequence[int | None]) -> Part:
    """Return the tables of one slice of records; `start` is the number of the first."""
    rows, refused = Rows(), []
    for at in range(0, len(records), _AT_ONCE):
        some, number = records[at : at + _AT_ONCE], start + at
        try:
            if is_too_deep(some):
                raise TooDeepError
            rows.rows += rows_of_records(some)
            rows.numbers += range(number, number + len(some))
        except NOT_PLAIN:
            refused += _read_one_by_one(some, number, rows)
    part = rows.part([times[number - start] for number in rows.numbers])
    if refused:
        part.problems[:] = sorted(refused + part.problems, key=lambda problem: problem.record)
    return part


def _read_one_by_one(records: Sequence[Any], first: int, rows: Rows) -> list[Problem]:
    """Add the Spaces of records, of which not all are plain; return what is no Space among them."""
    refused = []
    for number, record in enumerate(records, first):
        if is_too_deep([record]):
            refused.append(Problem(number, None, None, show(record), str(TooDeepError())))
            continue
        try:
            rows.rows.append(row_of_record(record))
            rows.numbers.append(number)
        except NOT_PLAIN:
            refused += _read_with_care(record, number, rows)
    return refused


def _read_with_care(record: Any, number: int, rows: Rows) -> list[Problem]:
    """Add the Spaces of a record that is not plain; return what is no Space in it."""
    spaces, missing = spaces_in(record)
    for space in spaces:
        rows.add(space, number)
    return [Problem(number, one.space_id, None, show(one.value), one.reason) for one in missing]


def _message(problem: Problem) -> str:
    """Return a problem as the message of an error, in the words of its row."""
    who = f"Space {problem.space_id!r}" if problem.space_id is not None else f"record {problem.record}"
    what = f"cannot read {problem.column!r}" if problem.column is not None else "cannot be a Space"
    return (
        f"{who}: {what}: {problem.reason}: got {problem.value}. "
        "Correct the record, or use errors='coerce': it leaves the value out and lists it in .problems."
    )
