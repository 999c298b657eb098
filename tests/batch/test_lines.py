"""The layout of a text is told by its content, and every line, item and document of it is accounted for."""

import json
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk

pytestmark = pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
SPACES: list[dict[str, Any]] = [
    {"id": f"1SAMPLE{i:06d}", "state": "Ended", "title": "t" * 99} for i in range(9)
]
MANY = [{**SPACES[0], "id": f"1SAMPLE{i:06d}", "title": "t" * 2000} for i in range(1000)]
LINES = [json.dumps(space) for space in SPACES]
LAYOUTS = {
    "lines": "\n".join(LINES),
    "lines after many blank ones": "\n" * 70 + "\n".join(LINES),
    "lines after a megabyte of blanks": " \n" * 2**20 + "\n".join(LINES),
    "CRLF": "\r\n" * 70 + "\r\n".join(LINES),
    "CR": "\r".join(LINES),
    "array": json.dumps(SPACES),
    "array on several lines": " \n" * 70 + json.dumps(SPACES, indent=1),
    "array without indent": json.dumps(SPACES, indent=0),
    "commas at the ends of lines": ",\n".join(LINES),
    "commas on lines of their own": "[\n" + "\n,\n".join(LINES) + "\n]",
    "documents": "\n".join(json.dumps(space, indent=1) for space in SPACES),
    "documents without a gap": "".join(LINES),
    "a list under a name": json.dumps({"spaces": SPACES, "next": None}),
    "by id": json.dumps({space["id"]: space for space in SPACES}),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_holds_the_same(tmp_path: Path, layout: str) -> None:
    """The Spaces, in order, and nothing else."""
    path = tmp_path / "a.json"
    path.write_bytes(layout.encode())
    batch = sk.read(path)
    assert list(batch.records) == SPACES
    assert batch.complete


@pytest.mark.parametrize("gap", [",\n", "\n,\n", ","], ids=repr)
def test_a_large_array_is_one(tmp_path: Path, gap: str) -> None:
    """Its first megabyte alone is no JSON, and its items may look like lines."""
    path = tmp_path / "a.json"
    path.write_text("[\n" + gap.join(map(json.dumps, MANY)) + "\n]")
    assert sk.read(path).counts == {"ok": 1000}


def test_the_number_of_a_line_counts_blank_ones(tmp_path: Path) -> None:
    """Also those before the first."""
    (tmp_path / "a.jsonl").write_text("\n" * 70 + LINES[0] + "\n\n" + LINES[1][:30])
    assert sk.read(tmp_path / "a.jsonl").outcomes["input"].tolist() == [
        "a.jsonl, line 71",
        "a.jsonl, line 73",
    ]


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("lost", [1, 3, 400])
def test_what_is_whole_in_a_torn_array_is_read(tmp_path: Path, indent: int | None, lost: int) -> None:
    """As of lines: a crawl that was stopped, or a full disk, costs the last item; and it is said."""
    (tmp_path / "a.json").write_text(json.dumps(SPACES, indent=indent)[:-lost])
    batch = sk.read(tmp_path / "a.json")
    whole = 9 if lost < 3 else 8 if lost < 400 else 6
    assert list(batch.records) == SPACES[:whole]
    assert "what is whole in the array was read" in batch.outcomes["message"][0]
    assert not batch.complete


def test_a_broken_item_costs_itself(tmp_path: Path) -> None:
    """What follows it in the array is read."""
    (tmp_path / "a.json").write_text(f"[{LINES[0]},\n{{torn,\n{LINES[1]},\n{LINES[2]}]\n")
    assert sk.read(tmp_path / "a.json").counts == {"ok": 3, "failed": 2}


def test_junk_names_all_its_lines(tmp_path: Path) -> None:
    """Where it is more than the beginning of a file of lines."""
    (tmp_path / "a.jsonl").write_text("# words\n" * 60 + LINES[0] + "\n" + LINES[1] + "\n")
    outcomes = sk.read(tmp_path / "a.jsonl").outcomes
    assert outcomes["input"].tolist() == ["a.jsonl, lines 1 to 60", "a.jsonl, line 61", "a.jsonl, line 62"]


@pytest.mark.parametrize("value", ["5", "null", '"x"', "[[]]"])
def test_an_item_that_is_no_object_is_called_so(tmp_path: Path, value: str) -> None:
    """In an array, after a Space."""
    (tmp_path / "a.json").write_text(f"[{LINES[0]}, {value}]")
    outcomes = sk.read(tmp_path / "a.json").outcomes
    assert outcomes["outcome"].tolist() == ["ok", "failed"]
    assert outcomes["message"][1].startswith("a.json, item 2: not an object: ")


def test_an_id_beside_an_answer_is_checked(tmp_path: Path) -> None:
    """A table could not hold a lone surrogate, and an object is no id."""
    lines = [
        f'{{"fetched_at": 1780315200000, "space_id": {i}, "status": 404}}' for i in ('"\\ud800"', "{}", "5")
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    outcomes = sk.read(tmp_path / "a.jsonl").outcomes
    assert outcomes["outcome"].tolist() == ["failed", "failed", "not_found"]
    assert outcomes["message"][0] == (
        "a.jsonl, line 1: 'space_id' is not an id: got '\\ud800'. Correct or remove it."
    )


@pytest.mark.parametrize("field", ["total_live_listeners", "unknown"])
@pytest.mark.parametrize("form", ["line", "array", "graphql"])
def test_a_number_of_thousands_of_digits_costs_only_itself(tmp_path: Path, form: str, field: str) -> None:
    """Python does not read it; the rest of the record can be read, and the record can be asked for."""
    number = f'"title": "T", "{field}": {"9" * 5000}}}'
    text = {
        "line": '{"id": "1SAMPLE000000", ' + number,
        "array": '[{"id": "1SAMPLE000000", ' + number + "]",
        "graphql": '{"metadata": {"rest_id": "1SAMPLE000000", ' + number + "}",
    }[form]
    (tmp_path / "a.json").write_text(text)
    batch = sk.read(tmp_path / "a.json")
    assert batch.spaces["title"].tolist() == ["T"]
    assert batch.problems["column"].tolist() == (["total_live_listeners"] if field != "unknown" else [])
    assert "T" in str(batch.records[0])


def test_drift_of_files_is_that_of_their_records(tmp_path: Path) -> None:
    """Also where an answer holds several Spaces: what stands around them is listed."""
    answer = {
        "data": [{"id": "1SAMPLE000000", "state": "live"}] * 2,
        "includes": {"users": [{"id": "5"}]},
        "meta": {},
    }
    (tmp_path / "a.json").write_text(json.dumps(answer))
    frame = sk.drift(tmp_path / "a.json")
    assert frame["path"].tolist() == ["includes.users", "meta"]
    assert frame.equals(sk.drift([answer]))
    assert frame.equals(sk.drift(tmp_path.glob("*")))
