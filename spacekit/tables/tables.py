"""Raw JSON records -> typed DataFrames. Pure: no network, no files, and the records are never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from spacekit.errors import DataError
from spacekit.fields import CREATORS, DTYPES, FINISHED_STATES, NOT_SHOWN, SPACES, STATES, TABLES
from spacekit.tables.arrays import to_array
from spacekit.tables.columns import CONTAINERS, Extract, Problem, extract
from spacekit.tables.shapes import MissingSpaceError, spaces_in
from spacekit.tables.values import Unreadable, is_missing, milliseconds, read_id, read_instant
from spacekit.words import show

CHUNK = 20_000  # records parsed at a time, so that a lazy sequence of records is never held whole


class Tables(NamedTuple):
    """The tables made from records: `spaces`, `creators`, `participants` and `problems`."""

    spaces: pd.DataFrame
    creators: pd.DataFrame
    participants: pd.DataFrame
    problems: pd.DataFrame


def normalize(
    records: Iterable[Any], fetched_at: Any = None, errors: Literal["coerce", "raise"] = "coerce"
) -> Tables:
    """
    Turn records of Spaces into typed tables: the same columns and dtypes every time, also when empty.

    Parameters
    ----------
    records
        Parsed JSON objects as the API sends them, any number; one dict is taken as one record. Never changed.
    fetched_at
        When they were fetched: one instant for all, or one for each record. A datetime, epoch milliseconds or
        ISO 8601; None where it is not known.
    errors
        "coerce" leaves out what cannot be read and lists it in `problems`; "raise" stops at the first.

    Returns
    -------
    tables
        `spaces`, one row a record, in the order given; `creators`, one row an account, from its newest record
        (by `fetched_at`, then by place); `problems`, one row a value that could not be read. A field that both
        `spaces` and `creators` show is one problem, under its name in `spaces`. Missing values are `<NA>` or
        `NaT`. Columns and meanings: `describe_columns()`.

    Raises
    ------
    DataError
        With `errors="raise"`: the first value that cannot be read.
    TypeError
        `records` is text or a table instead of parsed records.
    ValueError
        `errors` is another word, or `fetched_at` cannot be read or has another length.

    Notes
    -----
    Source: the documented answer of the SocialData API. Unknown fields are no error; see `drift`.
    """
    if errors not in ("coerce", "raise"):
        raise ValueError(f"normalize: errors is {errors!r}. Use 'coerce' or 'raise'.")
    times = as_milliseconds(fetched_at)
    extracts: list[Extract] = []
    start = 0
    for chunk in chunks(as_records(records)):
        extracts.append(extract(chunk, start, times_of(times, start, len(chunk))))
        if errors == "raise" and extracts[-1].problems:
            raise DataError(message(extracts[-1].problems[0]))
        start += len(chunk)
    if isinstance(times, list) and len(times) != start:
        raise ValueError(
            f"normalize: {len(times)} fetched_at for {start} records. Give one for each, or one for all."
        )
    return assemble(extracts or [extract([], 0, [])])


def as_records(records: Any) -> Iterator[Any]:
    """Take one dict as one record; refuse what only looks like records."""
    if isinstance(records, Mapping):
        return iter([records])
    if isinstance(records, str | bytes | pd.DataFrame):
        kind = type(records).__name__
        raise TypeError(
            f"records: got a {kind}. Give parsed records: a list of dicts, or a Batch's .records."
        )
    if not isinstance(records, Iterable):
        raise TypeError(
            f"records: got {show(records)}. Give parsed records: a list of dicts, or a Batch's .records."
        )
    iterator: Iterator[Any] = iter(records)
    return iterator


def chunks(records: Iterator[Any]) -> Iterator[list[Any]]:
    """Cut records into lists of up to CHUNK records."""
    while chunk := list(islice(records, CHUNK)):
        yield chunk


def as_milliseconds(fetched_at: Any) -> int | list[int | None] | None:
    """Read `fetched_at`: one instant, or a list with one for each record."""
    if isinstance(fetched_at, str) or not isinstance(fetched_at, Iterable):
        return one_instant(fetched_at)
    return [one_instant(value) for value in fetched_at]


def one_instant(value: Any) -> int | None:
    """Read one instant given by the caller; a wrong one is the caller's error, not the data's."""
    if is_missing(value):
        return None
    try:
        if isinstance(value, date):
            stamp = pd.Timestamp(value)
            value = milliseconds(stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp)
        return read_instant(value)
    except (Unreadable, TypeError) as error:
        raise ValueError(
            f"fetched_at: cannot read {value!r} as an instant: {error}. Give a datetime."
        ) from None


def times_of(times: int | list[int | None] | None, start: int, length: int) -> list[int | None]:
    """Give the time of each record of a chunk."""
    if isinstance(times, list):
        part = times[start : start + length]
        return part + [None] * (length - len(part))
    return [times] * length


def times_for(fetched_at: Any, length: int) -> list[int | None]:
    """Read `fetched_at` for a known number of records; one instant serves for all."""
    times = as_milliseconds(fetched_at)
    if isinstance(times, list) and len(times) != length:
        raise ValueError(f"fetched_at: {len(times)} for {length} records. Give one for each, or one for all.")
    return times_of(times, 0, length)


def id_of(record: Any) -> str | None:
    """Give the id of one record, or None where there is none that can be read."""
    try:
        spaces = spaces_in(record) if isinstance(record, Mapping) else []
        value = spaces[0].get("id") if len(spaces) == 1 else None
        return None if is_missing(value) or (isinstance(value, str) and value == "") else read_id(value)
    except (MissingSpaceError, Unreadable):
        return None  # the table tells why


def message(problem: Problem) -> str:
    """Say a problem as an error does, in the words of its row."""
    who = f"Space {problem.space_id!r}" if problem.space_id is not None else f"record {problem.record}"
    what = f"cannot read {problem.column!r}" if problem.column is not None else "cannot be a Space"
    return (
        f"{who}: {what}: {problem.reason}: got {problem.value}. "
        "Correct the record, or use errors='coerce': it leaves the value out and lists it in .problems."
    )


def assemble(extracts: list[Extract]) -> Tables:
    """Put the tables together from the extracts of all chunks."""
    problems = [problem for part in extracts for problem in part.problems]
    return Tables(
        stack([part.spaces for part in extracts]),
        newest(stack([p.creators for p in extracts]), np.concatenate([p.creator_times for p in extracts])),
        from_rows("participants", []),
        from_rows("problems", problems),
    )


def stack(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Put frames of the same columns below one another."""
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def newest(candidates: pd.DataFrame, times: Any) -> pd.DataFrame:
    """Keep the newest row of each account, in the order in which the accounts first appear."""
    if len(candidates) < 2:
        return candidates
    accounts, _ = candidates["creator_id"].factorize()
    unknown = accounts < 0
    accounts[unknown] = len(candidates) + np.flatnonzero(unknown)  # each an account of its own
    rows = pd.Series(np.lexsort((np.arange(len(times)), times)))  # oldest first, then by place
    newest_of = pd.Series(rows.to_numpy(), index=accounts[rows])
    newest_of = newest_of[~newest_of.index.duplicated(keep="last")]
    return candidates.take(newest_of[pd.unique(accounts)].to_numpy()).reset_index(drop=True)


def from_rows(table: str, rows: Sequence[Any]) -> pd.DataFrame:
    """Make a table of `fields.TABLES` from objects that have its columns as attributes."""
    columns = {f.name: to_array(f.kind, [getattr(row, f.name) for row in rows]) for f in TABLES[table]}
    return pd.DataFrame(columns, copy=False)


def has_ended(spaces: pd.DataFrame) -> pd.Series:
    """
    Whether each Space is over: Ended or TimedOut, in upper or lower case; where the state is missing or new,
    whether it has an `ended_at`.

    Returns
    -------
    ended
        Series of bool with the index of `spaces`, no missing values.
    """
    state = spaces["state"].str.lower()
    known = state.isin([name.lower() for name in STATES])
    return state.isin(FINISHED_STATES) | (~known & spaces["ended_at"].notna())


def audience_long(spaces: pd.DataFrame) -> pd.DataFrame:
    """
    Give the two counts of each Space as two rows, the form that seaborn and groupby want.

    Parameters
    ----------
    spaces
        Table of Spaces, as `normalize` makes it.

    Returns
    -------
    frame
        Two rows a Space, in the order given: `space_id`, `audience` (categorical: "live", "replay"),
        `listeners` (Int64). Replay is `<NA>` where no replay can exist: the Space has not ended, or it has no
        recording and a count of 0. It is 0 only where that is a count. The two rows are not parts of a whole:
        one person can be in both.
    """
    replay = spaces["total_replay_watched"]
    unrecorded = spaces["is_space_available_for_replay"].eq(False).fillna(False) & replay.eq(0).fillna(False)
    replay = replay.mask(~has_ended(spaces) | unrecorded.astype(bool))
    ids, live = spaces["space_id"], spaces["total_live_listeners"]
    order = [row for place in range(len(spaces)) for row in (place, place + len(spaces))]
    codes = np.tile([0, 1], len(spaces))
    listeners = pd.concat([live, replay], ignore_index=True).take(order).reset_index(drop=True)
    return pd.DataFrame(
        {
            "space_id": pd.concat([ids, ids], ignore_index=True).take(order).reset_index(drop=True),
            "audience": pd.Categorical.from_codes(codes, categories=pd.Index(["live", "replay"])),
            "listeners": listeners,
        }
    )


def describe_columns() -> pd.DataFrame:
    """
    Give the data dictionary: every column of every table.

    Returns
    -------
    frame
        One row a column: `table, column, dtype, unit, meaning, path` (place in the JSON; empty where spacekit
        sets the value).
    """
    rows = [
        (table, f.name, str(pd.Series(dtype=f.dtype).dtype), f.unit, f.meaning, f.path)
        for table, columns in TABLES.items()
        for f in columns
    ]
    return pd.DataFrame(
        rows, columns=["table", "column", "dtype", "unit", "meaning", "path"], dtype=DTYPES["text"]
    )


def drift(records: Iterable[Any]) -> pd.DataFrame:
    """
    List the fields of records that no table shows: what the API has added, or another API's.

    Parameters
    ----------
    records
        Parsed records, as for `normalize`.

    Returns
    -------
    frame
        One row a field, sorted: `path`, `n` (records that hold it), `example` (repr of the first value, cut).
    """
    found: dict[str, list[Any]] = {}
    for record in as_records(records):
        for path, value in unknown_fields(record):
            found.setdefault(path, [0, show(value)])[0] += 1
    columns: dict[str, Any] = {
        "path": to_array("text", sorted(found)),
        "n": to_array("count", [found[path][0] for path in sorted(found)]),
        "example": to_array("text", [found[path][1] for path in sorted(found)]),
    }
    return pd.DataFrame(columns)


KNOWN = {path for f in (*SPACES, *CREATORS) for path in (f.path, f.also) if path} | NOT_SHOWN
"""Places in a record that a table shows, or that need none."""


def unknown_fields(record: Any) -> Iterator[tuple[str, Any]]:
    """Give the fields of the Spaces in one record that lie beside the known paths."""
    try:
        spaces = spaces_in(record) if isinstance(record, Mapping) else []
    except MissingSpaceError:
        return
    for space in spaces:
        yield from beside(space, "")


def beside(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Walk one object along the known paths and give what lies beside them."""
    if not isinstance(value, Mapping):
        return
    for key, child in value.items():
        name = str(key).encode("utf-8", "replace").decode()  # a lone surrogate would be no text of a table
        inner = f"{path}.{name}" if path else name
        if inner in CONTAINERS:
            yield from beside(child, inner)
        elif inner not in KNOWN:
            yield inner, child
