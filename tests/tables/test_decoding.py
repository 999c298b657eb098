"""From texts to the same tables as from parsed records, however they are cut; what holds no Space is refused."""

import json
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spacekit.samples import documented_record, sample_records
from spacekit.tables import Tables, assemble, decode, decoding, normalize
from tests.tables.shapes import ERRORS, MISSING, SHAPES, UNKNOWN, V2_MISSING, every_kind
from tests.tables.test_tables import JSON, PATHS, take


def as_text(record: Any) -> bytes:
    """Return a record as the JSON text of an answer, lone surrogates unescaped."""
    return json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")


def same(tables: Tables, others: Tables) -> None:
    """Check that tables are equal, to the dtype."""
    for frame, other in zip(tables, others, strict=True):
        if not (frame.equals(other) and frame.columns.equals(other.columns)):
            pd.testing.assert_frame_equal(frame, other)  # takes ten times as long, and names the difference


def agree(texts: list[bytes]) -> None:
    """Check that texts give the tables of their parsed records, however they are cut."""
    times = [None if i % 3 == 0 else 1_780_000_000_000 + i for i in range(len(texts))]
    whole = decode(texts, times)
    parsed = [json.loads(text) for text in whole.texts]
    tables = assemble([whole.part])
    same(tables, normalize(parsed, [times[place] for place in whole.origin]))
    parts, rows, refused = [], 0, []
    for at, text in enumerate(texts):
        one = decode([text], [times[at]], rows)
        parts.append(one.part)
        rows += len(one.texts)
        refused += [(at, r.kind, r.reason, r.space_id) for r in one.refused]
    assert refused == [(r.place, r.kind, r.reason, r.space_id) for r in whole.refused]
    if parts:
        same(tables, assemble(parts))
    assert {r.place for r in whole.refused} | set(whole.origin) == set(range(len(texts)))


def test_texts_of_every_kind_give_the_tables_of_their_records() -> None:
    """The meaning of a text is that of its record."""
    agree([as_text(record) for record in [*sample_records(), *every_kind()]])


def test_slices_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where decoding is cut within a chunk does not show."""
    texts = [as_text(record) for record in [*sample_records(), *every_kind()]]
    whole = decode(texts, [None] * len(texts))
    monkeypatch.setattr(decoding, "_SLICE", 7)
    cut = decode(texts, [None] * len(texts))
    assert (cut.texts, cut.origin, cut.refused) == (whole.texts, whole.origin, whole.refused)
    same(assemble([cut.part]), assemble([whole.part]))


CHANGES = st.lists(
    st.tuples(st.sampled_from([*PATHS, "data", "rest_id", "creator.rest_id", "participants"]), JSON)
)


@st.composite
def odd_records(draw: st.DrawFn) -> Any:
    """Return a record of some form with odd values in some places, or anything that JSON can be."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    record = draw(st.sampled_from(list(SHAPES.values())))()
    for path, value in draw(CHANGES):
        outer, _, leaf = path.rpartition(".")
        parent = take(record, outer) if outer else record
        if isinstance(parent, dict):
            parent[leaf] = value
    return record


@given(st.lists(odd_records(), max_size=4))
def test_odd_records_mean_the_same_as_texts(records: list[Any]) -> None:
    """Values of every oddness, records of every form."""
    agree([as_text(record) for record in records])
    before = repr(records)
    tables = normalize(records)
    assert repr(records) == before
    same(tables, normalize(json.loads(json.dumps(records))))


ODD_TEXTS = {
    "a key twice": b'{"id": "1SAMPLEtwice0", "state": "Ended", "creator": {"id": "5"}, "id": "1SAMPLEtwice1"}',
    "a creator twice": b'{"id": "1SAMPLEtwice0", "state": "Ended", "creator": 5, "creator": {"id": "6"}}',
    "a mark twice": b'{"id": "1SAMPLEtwice0", "state": "Ended", "creator": {}, "stats": 1, "stats": null}',
    "escaped keys": b'{"\\u0069d": "1SAMPLEescape", "st\\u0061te": "Ended", "creator": {"id": "5"}}',
    "a lone surrogate, escaped": b'{"id": "1SAMPLEsurrog", "state": "Ended", "title": "\\ud800", "creator": {}}',
    "a lone surrogate in what is passed over": b'{"id": "1S", "state": "E", "x": "\\udc00", "creator": {}}',
    "a lone surrogate, encoded": b'{"id": "1S", "state": "E", "x": "\xed\xa0\x80", "creator": {}}',
    "a large number": b'{"id": "1S", "state": "E", "creator": {}, "total_live_listeners": 99999999999999999999}',
    "a number out of range": b'{"id": "1S", "state": "E", "creator": {}, "total_live_listeners": 1e999}',
    "a float": b'{"id": "1S", "state": "E", "creator": {}, "total_live_listeners": 1e3}',
    "NaN": b'{"id": "1S", "state": "E", "creator": {}, "total_live_listeners": NaN, "x": -Infinity}',
    "minus zero": b'{"id": "1S", "state": "E", "creator": {}, "total_live_listeners": -0}',
    "spaces": b' \r\n{ "id" : "1S" ,\t"state":"E","creator":{}} \n',
    "a mark": b'\xef\xbb\xbf{"id": "1S", "state": "E", "creator": {}}',
    "UTF-16": '{"id": "1S", "state": "E", "creator": {}}'.encode("utf-16"),
    "deep in what is passed over": b'{"id": "1S", "state": "E", "creator": {}, "x": '
    + b"[" * 90
    + b"]" * 90
    + b"}",
    "dotted keys": b'{"id": "1S", "state": "E", "creator.id": "5", "creator.legacy.name": "N", "creator": null}',
    "dotted keys beside a creator": b'{"id": "1S", "state": "E", "creator.id": "5", "creator": {"id": "6"}}',
}


@pytest.mark.parametrize("text", ODD_TEXTS.values(), ids=ODD_TEXTS.keys())
def test_an_odd_text_means_what_the_standard_library_reads(text: bytes) -> None:
    """What the compiled decoder takes in another sense goes the careful way."""
    agree([as_text(documented_record()), text])
    assert len(decode([text], [None]).texts) == 1


JUNK = {
    "no JSON": b"junk",
    "torn": as_text(documented_record())[:900],
    "more behind": b'{"id": "1S", "state": "E", "creator": {}} x',
    "invalid UTF-8": b'{"id": "1S", "state": "E", "creator": {}, "x": "\xff"}',
    "a control character": b'{"id": "1S", "state": "E", "creator": {}, "x": "\x01"}',
    "too deep": b"[" * 200_000 + b"]" * 200_000,
    "too deep in a Space": b'{"id": "1S", "state": "E", "creator": {}, "x": '
    + b"[" * 200_000
    + b"]" * 200_000
    + b"}",
    "a number": b"5",
    "a list": b"[]",
    "null": b"null",
    "nothing": b"",
    "neither id nor state": b'{"title": "T"}',
}


@pytest.mark.parametrize("text", JUNK.values(), ids=JUNK.keys())
def test_junk_is_refused_with_its_place(text: bytes) -> None:
    """It costs no other text."""
    good = as_text(documented_record())
    decoded = decode([good, text, good], [None] * 3)
    assert decoded.origin == [0, 2]
    assert [(refused.place, refused.kind) for refused in decoded.refused] == [(1, "failed")]
    assert decoded.refused[0].reason


@pytest.mark.parametrize(
    ("kind", "records"), [("not_found", MISSING), ("failed", ERRORS), ("failed", UNKNOWN)]
)
def test_what_holds_no_space_is_refused_with_its_kind(kind: str, records: dict[str, Any]) -> None:
    """A missing Space is not found; an error or a form that is not known is a failure."""
    decoded = decode([as_text(record) for record in records.values()], [None] * len(records))
    assert not decoded.texts
    assert [refused.kind for refused in decoded.refused] == [kind] * len(records)


def test_an_empty_object_is_not_found() -> None:
    """Upstream, missing Spaces come as one."""
    assert [refused.kind for refused in decode([b"{}"], [None]).refused] == ["not_found"]


def test_several_spaces_are_texts_of_their_own() -> None:
    """Each with its creator, from one answer; the missing one is named."""
    text = as_text(SHAPES["v2, several"]())
    decoded = decode([b"{}", text], [None, None])
    assert decoded.origin == [1, 1]
    spaces, creators, *_ = normalize(json.loads(one) for one in decoded.texts)
    assert spaces["space_id"].tolist() == ["1jMJgLdenVjxL", "1SAMPLEIFQBSG"]
    assert creators["screen_name"].tolist() == ["made_up", "made_up"]
    missing = decoded.refused[1]
    assert (missing.place, missing.kind, missing.space_id) == (1, "not_found", V2_MISSING["resource_id"])


def test_a_plain_text_is_kept_as_it_is() -> None:
    """Not a copy: texts are most of the memory of a batch."""
    text = as_text(documented_record())
    assert decode([text], [None]).texts[0] is text


def test_problems_count_on_from_the_rows_before() -> None:
    """A problem names the row of its Space, over all chunks."""
    bad = as_text(documented_record() | {"ended_at": "tomorrow"})
    assert [p.record for p in decode([b"{}", bad, bad], [None] * 3, start=10).part.problems] == [10, 11]
