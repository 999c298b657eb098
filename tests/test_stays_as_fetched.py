"""What spacekit returns stays as it came, whatever a caller does with the tables, lists and dicts that it hands out."""

import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import numpy as np
import pandas as pd
import pytest

import spacekit as sk
from spacekit.batch import Batch
from spacekit.samples import sample_records

# Each takes a table that has rows, and does what people do to one.
CHANGES: dict[str, Callable[[pd.DataFrame], object]] = {
    "a new column": lambda frame: frame.__setitem__("x", 1),
    "a column replaced": lambda frame: frame.__setitem__(frame.columns[0], pd.NA),
    "cells by loc": lambda frame: [frame.loc.__setitem__((0, name), pd.NA) for name in frame],
    "cells by iloc": lambda frame: [frame.iloc.__setitem__((0, i), pd.NA) for i in range(frame.shape[1])],
    "cells by at": lambda frame: [frame.at.__setitem__((frame.index[0], name), pd.NA) for name in frame],
    "rows dropped": lambda frame: frame.drop(index=frame.index, inplace=True),
    "columns dropped": lambda frame: frame.drop(columns=list(frame.columns), inplace=True),
    "a column popped": lambda frame: frame.pop(frame.columns[0]),
    "sorted": lambda frame: frame.sort_values(frame.columns[0], ascending=False, inplace=True),
    "renamed": lambda frame: frame.rename(columns=str.upper, inplace=True),
    "columns set": lambda frame: setattr(frame, "columns", range(frame.shape[1])),
    "names of columns": lambda frame: setattr(frame.columns, "name", "changed"),
    "index set": lambda frame: setattr(frame, "index", range(7, 7 + len(frame))),
    "name of index": lambda frame: setattr(frame.index, "name", "changed"),
    "filled": lambda frame: frame.fillna({frame.columns[0]: "filled"}, inplace=True),
    "arrays": lambda frame: [_strike(frame[name].array) for name in frame],
    "values": lambda frame: [_strike(frame[name].values) for name in frame],
    "masked arrays": lambda frame: [_strike(getattr(frame[name].array, "_data", None)) for name in frame],
    "attrs": lambda frame: frame.attrs.__setitem__("x", 1),
}


def _strike(values: Any) -> None:
    """Overwrite the first of some values in place, where that is possible at all."""
    with suppress(TypeError, ValueError, IndexError):
        values[0] = values[-1] if isinstance(values, np.ndarray) else pd.NA


def changed_by(change: Callable[[pd.DataFrame], object], frame: pd.DataFrame) -> None:
    """Do it, as far as pandas allows."""
    with warnings.catch_warnings(), suppress(TypeError, ValueError, KeyError, IndexError):
        warnings.simplefilter("ignore")
        change(frame)


def spoil(value: Any) -> None:
    """Change a value that was handed out in every way that one can."""
    if isinstance(value, pd.DataFrame):
        for change in CHANGES.values():
            changed_by(change, value)
    elif isinstance(value, list | tuple | dict):
        for entry in list(value.values() if isinstance(value, dict) else value):
            spoil(entry)
    if isinstance(value, list):
        value[:] = ["spoilt", *value[::-1]]
    elif isinstance(value, dict):
        value["spoilt"] = 1
    elif isinstance(value, np.ndarray):
        _strike(value)


def look(value: Any) -> Any:
    """Return something to compare a value by."""
    if isinstance(value, pd.DataFrame):
        columns = {name: (str(value[name].dtype), [repr(x) for x in value[name]]) for name in value}
        return columns, repr(value.index), value.columns.name, dict(value.attrs)
    if isinstance(value, dict):
        return {key: look(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [look(entry) for entry in value]
    return repr(value)


def attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """Yield the public attributes of a thing that hold data."""
    for name in dir(type(thing)) + list(getattr(thing, "__dict__", ())):
        if not name.startswith("_") and not callable(value := getattr(thing, name)):
            yield name, value


@pytest.fixture(scope="module")
def things(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """One of each thing that the public functions return, with something in all of its tables."""
    folder = tmp_path_factory.mktemp("things")
    records = sample_records()[:5]
    bad = {**records[0], "ended_at": "tomorrow"}
    graph = {
        "data": {
            "audioSpace": {
                "metadata": {"rest_id": "1SAMPLE000777", "state": "Ended"},
                "participants": {
                    "total": 1,
                    "admins": [{"periscope_user_id": "1", "display_name": "A"}],
                    "speakers": [],
                    "listeners": [],
                },
            }
        }
    }
    mixed = [bad, *records[1:], graph]
    with ExitStack() as stack:
        client = stack.enter_context(sk.sandbox())
        archive = stack.enter_context(sk.Archive(folder / "spaces.db"))
        ids = [records[0]["id"], records[0]["id"], "no id", "1SAMPLEnever0"]
        batch = client.fetch(ids, archive, progress=False)
        yield {
            "Batch fetched": batch,
            "Batch of records": Batch.of(mixed),
            "Batch read": sk.read(batch.to_jsonl(folder / "spaces.jsonl"), progress=False),
            "Batch of an archive": archive.latest(ids),
            "Tables": sk.normalize(mixed),
            "Search": client.search("sample_books", progress=False),
            "Found": sk.find_ids(ids),
            "Plan": client.plan(ids),
            "SearchPlan": client.plan(hosts="sample_books"),
            "Archive": archive,
            "Client": client,
            "AudienceExplorer": _Data(
                sk.AudienceExplorer(sk.sample_batch()), "view", "spaces", "observations"
            ),
        }


class _Data:
    """The attributes of a form that hold data; the others are widgets."""

    def __init__(self, form: Any, *names: str) -> None:
        self._form, self._names = form, names

    def __getattr__(self, name: str) -> Any:
        return getattr(self._form, name)

    def __dir__(self) -> list[str]:
        return list(self._names)


NAMES = [
    "Batch fetched",
    "Batch of records",
    "Batch read",
    "Batch of an archive",
    "Tables",
    "Search",
    "Found",
    "Plan",
    "SearchPlan",
    "Archive",
    "Client",
    "AudienceExplorer",
]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_handed_out_is_the_callers_own(things: dict[str, Any], name: str) -> None:
    """Every public attribute is the same after everything in it was changed."""
    thing = things[name]
    names = thing._names if isinstance(thing, _Data) else [name for name, _ in attributes(thing)]
    assert names
    before = {each: look(getattr(thing, each)) for each in names}
    for each in names:
        spoil(getattr(thing, each))
        assert look(getattr(thing, each)) == before[each], each
    assert {each: look(getattr(thing, each)) for each in names} == before


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", ["spaces", "creators", "participants", "problems", "outcomes", "audience"])
def test_no_change_of_a_table_reaches_the_batch(things: dict[str, Any], table: str, change: str) -> None:
    """Nor does one through a part of it, such as a column or a slice."""
    batch = things["Batch of records"]
    assert len(getattr(batch, table)) > 0
    before = look(getattr(batch, table))
    frame = getattr(batch, table)
    changed_by(CHANGES[change], frame)
    assert look(frame) != before or change in ("values", "masked arrays", "filled", "sorted", "arrays")
    changed_by(CHANGES[change], getattr(batch, table)[:])
    assert look(getattr(batch, table)) == before


def test_tables_unpack_to_tables_of_ones_own() -> None:
    """By name, by place, by slice and unpacked."""
    tables = sk.normalize(sample_records()[:3])
    before = look(tuple(tables))
    spaces, creators, *_ = tables
    for frame in (spaces, creators, tables[0], *tables[:2], tables.spaces, tables._asdict()["spaces"]):
        spoil(frame)
    assert look(tuple(tables)) == before
    assert len(tables) == 4


def test_records_are_parsed_anew() -> None:
    """What is done to a record is done to that dict alone, and not to the next, the tables or the file."""
    batch = sk.sample_batch()
    first = batch.records[0]
    first["title"] = "changed"
    first.clear()
    for record in batch:
        record.clear()
    assert batch.records[0]["id"] == batch.spaces["space_id"][0]


@pytest.mark.parametrize("name", ["spaces", "outcomes", "audience", "records", "counts", "complete"])
def test_a_table_cannot_be_put_into_a_batch(name: str) -> None:
    """Assigning to it is an error, and no silent change."""
    with pytest.raises(AttributeError):
        setattr(sk.sample_batch(), name, None)


def test_a_given_table_is_the_callers() -> None:
    """An explorer keeps what it was given as it was."""
    spaces = sk.sample_batch().spaces
    form = sk.AudienceExplorer(spaces)
    before = look(form.spaces)
    spoil(spaces)
    spoil(form.spaces)
    spoil(form.view)
    assert look(form.spaces) == look(form.view) == before
    form.close()
