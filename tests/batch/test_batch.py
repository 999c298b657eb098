"""A batch: records kept as text, outcomes, tables on demand, and lines on disk that read back the same."""

import gzip
import json
import pickle
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import spacekit as sk
from spacekit.batch import OUTCOMES, Batch, Outcome, Run, read
from spacekit.fields import TABLES
from spacekit.samples import documented_record, sample_batch, sample_records
from spacekit.tables import as_text, normalize

TIME = 1_780_315_200_000


def batch_of(*outcomes: str, messages: str | None = None) -> Batch:
    """A batch with these outcomes; those that give a Space give the documented one."""
    entries = [Outcome(f"in{i}", f"id{i}", outcome, message=messages) for i, outcome in enumerate(outcomes)]
    texts = [as_text(documented_record()) for outcome in outcomes if outcome in ("ok", "archived")]
    return Batch(texts, [TIME] * len(texts), entries, Run("a test", requests=3, seconds=1.5))


# --- records and tables ---


def test_records_come_back_unchanged_and_fresh() -> None:
    """Each look gives the record as it came; changing what one got changes nothing."""
    batch = Batch.of(sample_records(), TIME)
    batch.records[0]["title"] = "changed"
    assert list(batch.records) == sample_records()
    assert list(batch.records[2:4]) == sample_records()[2:4]
    assert batch.records[-1] == sample_records()[-1]


def test_tables_are_those_of_normalize() -> None:
    """A batch adds nothing to its records but the time of fetching."""
    batch = Batch.of(sample_records(), TIME)
    for name, frame in zip(
        ("spaces", "creators", "participants", "problems"), normalize(sample_records(), TIME), strict=True
    ):
        pd.testing.assert_frame_equal(getattr(batch, name), frame)
    pd.testing.assert_frame_equal(batch.audience, sk.audience_long(batch.spaces))


@pytest.mark.parametrize("batch", [Batch([], [], []), sample_batch()], ids=["empty", "samples"])
def test_outcomes_have_the_columns_of_fields(batch: Batch) -> None:
    """The same columns and dtypes, also when empty."""
    assert list(batch.outcomes.columns) == [f.name for f in TABLES["outcomes"]]
    assert [batch.outcomes[f.name].dtype for f in TABLES["outcomes"]] == [
        pd.Series(dtype=f.dtype).dtype for f in TABLES["outcomes"]
    ]


def test_outcomes_hold_any_input() -> None:
    """Text that is not Unicode, such as half an emoji, is escaped: a table cannot hold it."""
    batch = Batch([], [], [Outcome("a\ud83d", None, "invalid")])
    assert batch.outcomes["input"].tolist() == ["a\\ud83d"]


def test_outcomes_point_at_their_records() -> None:
    """`record` is the place in `records` and in `spaces`."""
    batch = sample_batch()
    assert batch.outcomes["space_id"].tolist() == batch.spaces["space_id"].tolist()
    assert batch.outcomes["record"].tolist() == list(range(len(batch.records)))


def test_a_batch_can_be_pickled() -> None:
    """So that it travels between processes."""
    batch = pickle.loads(pickle.dumps(sample_batch()))  # noqa: S301  (made here)
    assert list(batch.records) == sample_records()


# --- complete, raise_for_outcomes ---


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_complete_means_ok_archived_or_duplicate(outcome: str) -> None:
    """Any other outcome makes a batch incomplete."""
    assert batch_of("ok", outcome).complete == (outcome in {"ok", "archived", "duplicate"})


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_but_success_raises_its_error(outcome: str) -> None:
    """With the message of the outcome, as `Client.get` would."""
    batch = batch_of("ok", outcome, messages="what and where: what. What to do.")
    if batch.complete:
        batch.raise_for_outcomes()
    else:
        with pytest.raises(OUTCOMES[outcome].errors[0], match="what and where"):
            batch.raise_for_outcomes()


def test_the_gravest_outcome_is_raised() -> None:
    """A refused key explains the Spaces that were not tried."""
    with pytest.raises(sk.CredentialsError):
        batch_of("not_found", "not_tried", "unauthorized").raise_for_outcomes()


# --- in words ---


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_card_repr_and_report_tell_every_outcome(outcome: str) -> None:
    """How many, and where it is no success, what it means and what to do."""
    batch = batch_of("ok", outcome)
    assert outcome in repr(batch)
    assert outcome in batch._repr_html_()
    kind = OUTCOMES[outcome]
    if not kind.complete:
        assert kind.advice in batch._repr_html_()
        assert f"1 {outcome} ({kind.meaning})" in batch.report()


def test_the_card_says_how_many_spaces_it_does_not_show() -> None:
    """Below the first ones, in a notebook and in a terminal; nothing where all are there."""
    batch = sk.sample_batch()
    assert "and 82 more in batch.spaces" in batch._repr_html_()
    assert "and 82 more in batch.spaces" in str(batch)
    assert "more in" not in str(sk.Batch.of(list(batch.records[:5])))


def test_the_card_escapes_what_was_put_in() -> None:
    """Text from outside is text."""
    batch = Batch([], [], [Outcome("<script>alert(1)</script>", None, "invalid")], Run("<b>"))
    assert "<script>" not in batch._repr_html_()
    assert "source: <b>" not in batch._repr_html_()


def test_made_up_spaces_are_called_so() -> None:
    """In the repr, on the card and in the report."""
    batch = sample_batch()
    assert "made up" in repr(batch)
    assert "Made-up" in batch._repr_html_()
    assert "made up" in batch.report()
    assert "made" not in repr(Batch.of([documented_record()])).lower()


def test_report_tells_problems_and_versions() -> None:
    """A methods section needs both."""
    report = sample_batch().report()
    assert "The service did not show the creator's account in 1 record." in report
    assert pd.__version__ in report
    assert sk.__version__ in report


# --- lines on disk ---


@pytest.mark.parametrize("name", ["spaces.jsonl", "spaces.jsonl.gz"])
def test_lines_read_back_the_same(tmp_path: Path, name: str) -> None:
    """Records and times survive the disk, compressed or not, and nothing else is left in the folder."""
    batch = sample_batch()
    assert batch.to_jsonl(tmp_path / name) == tmp_path / name
    back = read(tmp_path / name)
    assert list(back.records) == list(batch.records)
    pd.testing.assert_frame_equal(back.spaces, batch.spaces)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    raw = (tmp_path / name).read_bytes()
    assert (gzip.decompress(raw) if name.endswith("gz") else raw).startswith(b"{")


def test_undated_records_are_written_bare(tmp_path: Path) -> None:
    """A time that is not known is not made up."""
    Batch.of([documented_record()]).to_jsonl(tmp_path / "a.jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_text()) == documented_record()
    assert read(tmp_path / "a.jsonl").spaces["fetched_at"].isna().all()


def test_texts_with_line_breaks_stay_one_line(tmp_path: Path) -> None:
    """A service that indents its answers makes no broken file."""
    text = json.dumps(documented_record(), indent=2).encode()
    Batch([text], [TIME], []).to_jsonl(tmp_path / "a.jsonl")
    assert list(read(tmp_path / "a.jsonl").records) == [documented_record()]


LINES = {
    "bare": ('{"id": "1jMJgLdenVjxL"}', "ok", None),
    "dated in milliseconds": ('{"fetched_at": 1780315200000, "space": {"id": "1jMJgLdenVjxL"}}', "ok", None),
    "byte order mark": ('\ufeff{"id": "1jMJgLdenVjxL"}', "ok", None),
    "a bad time": ('{"fetched_at": "x", "space": {"id": "1jMJgLdenVjxL"}}', "ok", "fetched_at"),
    "a Space with a field named space": ('{"id": "1jMJgLdenVjxL", "space": 5}', "ok", None),
    "no JSON": ('{"id": ', "failed", "not JSON"),
    "no object": ("[1]  ", "failed", "not an object"),
    "no Space": ('{"fetched_at": null, "space": null}', "failed", "'space' is not a JSON object"),
    "an answer without a Space": (
        '{"fetched_at": 1780315200000, "space_id": "1abc", "status": 404}',
        "not_found",
        "404",
    ),
    "deep": ("[" * 100_000, "failed", "nested too deeply"),
}


@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
@pytest.mark.parametrize(("line", "outcome", "message"), LINES.values(), ids=LINES.keys())
def test_each_line_has_an_outcome(tmp_path: Path, line: str, outcome: str, message: str | None) -> None:
    """A bad line is reported with its number; the others are read."""
    path = tmp_path / "a.jsonl"
    first = line if line.startswith("\ufeff") else f"{json.dumps(documented_record())}\n\n{line}"
    path.write_text(f"{first}\n{json.dumps(documented_record())}", encoding="utf-8")
    batch = read(path)
    told = batch.outcomes.iloc[-2]
    assert told["outcome"] == outcome
    assert message in told["message"] if message else pd.isna(told["message"])
    if outcome != "ok":
        assert "line 3" in told["message"]
        assert len(batch.records) == 2


def test_unreadable_lines_warn_once(tmp_path: Path) -> None:
    """So that a smaller batch is no surprise."""
    (tmp_path / "a.jsonl").write_text("{}\n{\n{\n{}")
    with pytest.warns(sk.IncompleteWarning, match="2 failed, of 4 .* line 2: not JSON") as caught:
        read(tmp_path / "a.jsonl")
    assert len(caught) == 1
    assert caught[0].filename == __file__


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """The file is replaced when all is there, or not at all."""
    path = sample_batch().to_jsonl(tmp_path / "a.jsonl")
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        Batch([b"{}", None], [TIME, TIME], []).to_jsonl(path)  # type: ignore[list-item]  # a fault half-way
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1


def test_one_dict_is_one_record() -> None:
    """As for `normalize`; text is no record."""
    assert Batch.of(documented_record()).counts == {"ok": 1}
    with pytest.raises(TypeError, match="Pass parsed records"):
        Batch.of("{}")


def test_of_refuses_what_json_cannot_hold() -> None:
    """A set in a record is the caller's mistake."""
    with pytest.raises(TypeError, match="set"):
        Batch.of([{"id": {1}}])


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.text(), VALUES, max_size=4), max_size=4))
def test_any_records_survive_a_batch(records: list[dict[str, Any]]) -> None:
    """Lone surrogates, big integers and all."""
    spaces = [{**record, "id": "1jMJgLdenVjxL"} for record in records]
    assert list(Batch.of(spaces)) == spaces


def test_without_id_and_state_it_is_no_space() -> None:
    """A record with other keys is no outcome that is ok."""
    assert not set(Batch.of([{"ID": 1}]).counts) & {"ok"}


def test_an_answer_of_several_spaces_hides_no_other(tmp_path: Path) -> None:
    """Two Spaces of one answer do not stand for the line beside it that holds none."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"data": [{"id": "1jMJgLdenVjxL"}, {"id": "1jMJgLdenVjxM"}]}\n[]\n')
    with pytest.warns(sk.IncompleteWarning):
        batch = sk.read(path)
    assert batch.outcomes["outcome"].tolist() == ["ok", "ok", "failed"]
