"""JSON that is nested too deeply is refused wherever it is read, and costs nothing else."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import spacekit as sk
from spacekit.arguments.nesting import TooDeepError, check_depth, is_too_deep, items_of
from spacekit.errors import DataError, IncompleteWarning
from spacekit.fetching.answers import Answer, record_of
from spacekit.server import Fault, Server

DEEPEST = 100
FIRST, SECOND = sk.sample_records()[:2]
ID = FIRST["id"]

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text('[]{}"\\,a'),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text('[]{}"\\,a', max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def nested(levels: int, record: dict[str, Any] = FIRST) -> str:
    """Return a record with so many levels, its own among them; objects and arrays in turn."""
    pairs = [('{"a[": ', "}"), ("[ ", "]")]
    inner = [pairs[level % 2] for level in range(levels - 1)]
    deep = "".join(start for start, _ in inner) + "1" + "".join(end for _, end in inner[::-1])
    return f'{json.dumps(record)[:-1]}, "deep": {deep}}}'


def parsed(levels: int, record: dict[str, Any] = FIRST) -> dict[str, Any]:
    """Return the same as Python's objects."""
    inner: Any = 1
    for level in range(levels - 1):
        inner = [inner] if level % 2 else {"a": inner}
    return record | {"deep": inner}


def depth_of(value: Any) -> int:
    """Return how many levels a value has."""
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inside is None else 1 + max(map(depth_of, inside), default=0)


@given(json_values, st.integers(-6, 6))
def test_levels_are_counted_as_a_parser_sees_them(value: Any, more: int) -> None:
    """Brackets and quotes within strings do not count, also after backslashes; text and value agree."""
    levels = DEEPEST - depth_of(value) + more
    text = "[" * levels + json.dumps(value) + "]" * levels
    whole = json.loads(text)
    assert is_too_deep([whole]) == (more > 0)
    if more > 0:
        with pytest.raises(TooDeepError):
            check_depth(text.encode())
    else:
        check_depth(text)


@given(st.lists(json_values))
def test_an_array_is_cut_where_its_items_end(items: list[Any]) -> None:
    """The items of an array are the texts between its own commas."""
    cut = items_of(json.dumps(items).encode())
    assert [json.loads(item) for item in cut if item] == items


LEVELS = (DEEPEST + 1, 500, 928, 960, 988, 1_200, 100_000)
deep = pytest.mark.parametrize("levels", LEVELS)


def by_lines(folder: Path, text: str) -> sk.Batch:
    """Read a text between two Spaces, as lines."""
    path = folder / "a.jsonl"
    path.write_text(f"{json.dumps(SECOND)}\n{text}\n{json.dumps(SECOND)}\n", encoding="utf-8")
    return sk.read(path, progress=False)


def by_array(folder: Path, text: str) -> sk.Batch:
    """Read it as an item of an array."""
    path = folder / "a.json"
    path.write_text(f"[{json.dumps(SECOND)},\n{text}, {json.dumps(SECOND)}]", encoding="utf-8")
    return sk.read(path, progress=False)


def by_a_line_with_an_array(folder: Path, text: str) -> sk.Batch:
    """Read it as an item of an array in a line."""
    path = folder / "a.jsonl"
    rows = f"[{json.dumps(SECOND)}, {text}, {json.dumps(SECOND)}]"
    path.write_text(f"{rows}\n", encoding="utf-8")
    return sk.read(path, progress=False)


def by_documents(folder: Path, text: str) -> sk.Batch:
    """Read it as one of several documents."""
    path = folder / "a.json"
    second = json.dumps(SECOND, indent=1)
    path.write_text(f"{second}\n{text}\n{second}\n", encoding="utf-8")
    return sk.read(path, progress=False)


def by_dated_lines(folder: Path, text: str) -> sk.Batch:
    """Read it as a line with its time."""
    path = folder / "a.jsonl"
    lines = [f'{{"fetched_at": "2026-06-01", "space": {one}}}' for one in (json.dumps(SECOND), text)]
    path.write_text("\n".join([*lines, lines[0]]), encoding="utf-8")
    return sk.read(path, progress=False)


READERS: dict[str, Callable[[Path, str], sk.Batch]] = {
    "lines": by_lines, "an array": by_array, "an array in a line": by_a_line_with_an_array,
    "documents": by_documents, "dated lines": by_dated_lines,
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
@deep
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_a_file_loses_only_the_record(
    tmp_path: Path, read: Callable[[Path, str], sk.Batch], levels: int
) -> None:
    """What is too deep has failed, with its reason; every other record of the file is there, with its table."""
    batch = read(tmp_path, nested(levels))
    assert batch.counts == {"ok": 2, "failed": 1}
    assert "nested too deeply" in batch.outcomes["message"].dropna().item()
    assert batch.spaces["space_id"].tolist() == [SECOND["id"]] * 2


@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_the_deepest_record_is_read(tmp_path: Path, read: Callable[[Path, str], sk.Batch]) -> None:
    """100 levels are read, whatever wraps the record, and written and read again."""
    batch = read(tmp_path, nested(DEEPEST))
    assert batch.counts == {"ok": 3}
    again = sk.read(batch.to_jsonl(tmp_path / "again.jsonl"), progress=False)
    assert list(again.records) == list(batch.records)


def test_the_deepest_record_goes_through_an_archive(tmp_path: Path) -> None:
    """An archive and its export keep 100 levels, also of an answer that is no single line."""
    path = tmp_path / "a.jsonl"
    body = json.dumps(json.loads(nested(DEEPEST)), indent=1)
    line = {"fetched_at": "2026-06-01", "space_id": ID, "status": 200, "body": body}
    path.write_text(json.dumps(line), encoding="utf-8")
    with sk.Archive(tmp_path / "a.db") as archive, sk.Archive(tmp_path / "b.db") as other:
        archive.add_files(path)
        other.add_files(archive.to_jsonl(tmp_path / "b.jsonl"))
        assert list(other.latest().records) == list(archive.latest().records) == [json.loads(body)]


@deep
def test_normalize_loses_only_the_record(levels: int) -> None:
    """A parsed record that is too deep is a problem; the others are rows, in both senses of errors."""
    records = [SECOND, parsed(levels), SECOND]
    tables = sk.normalize(records)
    assert tables.spaces["space_id"].tolist() == [SECOND["id"]] * 2
    assert tables.problems[["record"]].to_numpy().tolist() == [[1]]
    assert "nested too deeply" in tables.problems["reason"].item()
    with pytest.raises(DataError, match="nested too deeply"):
        sk.normalize(records, errors="raise")
    batch = sk.Batch.of(records)
    assert batch.counts == {"ok": 2, "failed": 1}
    with pytest.warns(IncompleteWarning, match="nested too deeply"):
        assert len(sk.drift([{"mood": 1}, parsed(levels)])) == 1


@pytest.mark.parametrize("key", ["deep", "data", "creator", "metadata", "result"])
def test_a_record_that_contains_itself_ends(key: str) -> None:
    """A dict that is in itself, once or twice, is a problem and no endless walk."""
    record: dict[str, Any] = {"id": ID, "state": "Ended"} if key in ("deep", "creator") else {}
    record[key] = record["again"] = record
    tables = sk.normalize([SECOND, record])
    assert (len(tables.spaces), tables.problems["record"].tolist()) == (1, [1])
    assert sk.Batch.of([SECOND, record]).counts == {"ok": 1, "failed": 1}


@deep
def test_an_answer_that_is_too_deep_is_not_used(levels: int) -> None:
    """What the service sends is refused at the door, and no error breaks on it."""
    with pytest.raises(DataError, match="nested too deeply"):
        record_of(Answer(200, nested(levels).encode(), None), ID)
    with pytest.raises(sk.SpacekitError):
        record_of(Answer(404, nested(levels).encode(), None), ID)


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
def test_a_fetch_loses_only_the_space(tmp_path: Path) -> None:
    """One Space whose answer is too deep has failed; all others are there, and the archive can be read."""
    faults = {ID: [Fault(body=nested(960).encode())]}
    with Server([FIRST, SECOND], faults=faults) as server, server.client() as client:
        batch = client.fetch([ID, SECOND["id"]], archive=tmp_path / "a.db", progress=False)
    assert batch.counts == {"ok": 1, "failed": 1}
    assert len(batch.spaces) == 1
    with sk.Archive(tmp_path / "a.db") as archive:
        assert archive.ids() == [SECOND["id"]]


def test_the_sandbox_leaves_out_what_is_too_deep(tmp_path: Path) -> None:
    """Records and posts that are too deep are not served, and named; a file of them is refused."""
    posts = [{"id_str": "1"}, parsed(1_200, {"id_str": "2"})]
    server = Server([SECOND, parsed(1_200)], posts=posts)
    assert (len(server), server.n_posts) == (1, 1)
    assert [("nested too deeply" in reason) for reason in server.left_out] == [True, True]
    server.stop()
    path = tmp_path / "posts.jsonl"
    path.write_text(nested(500, {"id_str": "2"}), encoding="utf-8")
    with pytest.raises(ValueError, match="nested too deeply"):
        Server([], posts=path)


@deep
def test_a_table_and_pasted_text_say_it(tmp_path: Path, levels: int) -> None:
    """A table in lines is refused with the number of the line; what was pasted is rejected."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"space_id": "1jMJgLdenVjxL"}\n' + nested(levels, {"space_id": ID}), encoding="utf-8")
    with pytest.raises(DataError, match="line 2"):
        sk.read_table(path)
    assert sk.find_ids([nested(levels), SECOND["id"]]).ids[-1] == SECOND["id"]


def test_an_argument_is_looked_at_for_keys_whatever_is_in_it() -> None:
    """An error is raised as it is: looking for a key in the arguments neither fails nor takes long."""
    deep = parsed(100_000)
    for record in ({"a": 10**5_000}, deep, [deep] * 3):
        with pytest.raises((TypeError, ValueError, DataError), match="errors is 'x'"):
            sk.normalize([SECOND, record], errors="x")  # type: ignore[arg-type]  # the point of the test
