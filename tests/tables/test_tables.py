"""The tables: every documented value, dtypes that never change, and bad values that cost only themselves."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from spacekit.errors import DataError
from spacekit.fields import CREATORS, DTYPES, SPACES, TABLES, Field
from spacekit.samples import documented_record, sample_batch, sample_records
from spacekit.tables import audience_long, describe_columns, drift, normalize
from spacekit.tables import records as reading

NAMES = ("spaces", "creators", "participants", "problems")


def put(record: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return a copy of a record with a value at a path."""
    changed = copy.deepcopy(record)
    target = changed
    *outer, leaf = path.split(".")
    for key in outer:
        target = target.setdefault(key, {})
    target[leaf] = value
    return changed


def take(record: dict[str, Any], path: str) -> Any:
    """Return the value at a path, None where there is none."""
    for key in path.split("."):
        record = record.get(key) if isinstance(record, dict) else None  # type: ignore[assignment]
    return record


# --- the documented answer ---


def expected(field: Field, raw: Any) -> Any:
    """What a documented raw value is in a table, worked out without spacekit."""
    if raw is None:
        return None
    if field.kind == "instant" and not str(raw).isdigit():
        return pd.Timestamp(datetime.strptime(raw, "%a %b %d %H:%M:%S %z %Y"))
    if field.kind == "instant":
        return pd.Timestamp(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(raw)))
    return " ".join(raw) if isinstance(raw, list) else raw


@pytest.mark.parametrize(("table", "fields"), [("spaces", SPACES), ("creators", CREATORS)])
def test_every_documented_value_is_in_its_column(table: str, fields: tuple[Field, ...]) -> None:
    """The documented answer fills each column with the value at its path."""
    record = documented_record()
    row = getattr(normalize([record]), table).iloc[0]
    for field in fields:
        want = expected(field, take(record, field.path))
        assert pd.isna(row[field.name]) if want is None else row[field.name] == want, field.name


def test_no_documented_field_is_left_out() -> None:
    """The documented answer has no field that the tables do not show."""
    assert drift([documented_record()]).empty


def test_documented_end_is_exact_to_the_millisecond() -> None:
    """`ended_at`, sent as text, is read to the millisecond."""
    assert normalize([documented_record()]).spaces["ended_at"][0] == pd.Timestamp(
        "2023-03-31 20:11:17.270", tz="UTC"
    )


# --- dtypes ---

NOTHING = {"missing": {}, "null": {f.path: None for f in SPACES if "." not in f.path}}
SHAPES: dict[str, list[Any]] = {
    "no record": [],
    "one": [documented_record()],
    "every field missing": [{}, {}],
    "every field null": [NOTHING["null"] | {"creator": {"legacy": {f.name: None for f in CREATORS}}}],
    "no objects": [None, 5],
    "samples": sample_records(),
    "everything wrong": [{f.path: object() for f in SPACES if "." not in f.path} | {"creator": 1}],
}


@pytest.mark.parametrize("records", SHAPES.values(), ids=SHAPES.keys())
def test_dtypes_never_depend_on_the_data(records: list[Any]) -> None:
    """Every table has the columns and dtypes of `fields`, whatever came in."""
    for name, frame in zip(NAMES, normalize(records), strict=True):
        assert list(frame.columns) == [f.name for f in TABLES[name]]
        assert [frame[f.name].dtype for f in TABLES[name]] == [
            pd.Series(dtype=f.dtype).dtype for f in TABLES[name]
        ]


def test_missing_is_never_zero_false_or_empty() -> None:
    """What is not there is missing in every column."""
    result = normalize([{}])
    assert result.spaces.isna().all(axis=None)
    assert result.creators.empty
    assert result.problems.empty


# --- bad values: one table of cases for each kind ---

TEXT_PROBLEMS = [5, 1.5, True, [], {}, ["x"], object]
NUMBER_PROBLEMS = [
    -1,
    1.5,
    True,
    False,
    "x",
    "1.5",
    "-1",
    " 1",
    "١",
    [],
    {},
    [1],
    2**63,
    "9" * 5000,
    1e300,
    float("inf"),
]
BAD: dict[str, list[Any]] = {
    "id": [1.5, True, [], {}, 6844292.0],
    "text": TEXT_PROBLEMS,
    "texts": ["x", 5, {}, [None], [["x"]], [1.5]],
    "count": NUMBER_PROBLEMS,
    "code": NUMBER_PROBLEMS,
    "flag": [0, 1, "true", "False", 1.0, [], {}],
    "instant": [
        *NUMBER_PROBLEMS,
        0,
        1680287883,
        "1680287883",
        "tomorrow",
        "2005-12-31",
        "2100-01-01",
        4102444800000,
    ],
    "span": [*NUMBER_PROBLEMS, 30 * 86_400_000 + 1],
}
GOOD: dict[str, list[tuple[Any, Any]]] = {
    "id": [("x", "x"), (5, "5"), (2**62, str(2**62)), (10**18 + 1, "1000000000000000001")],
    "text": [("", ""), ("é", "é"), ("  ", "  ")],
    "texts": [
        ([], ""),
        (["a", "b"], "a b"),
        ([1, 2], "1 2"),
        ([{"expanded_url": "https://example.com"}], "https://example.com"),
    ],
    "count": [(0, 0), ("0", 0), ("007", 7), (7.0, 7), (2**63 - 1, 2**63 - 1), ("0" * 50 + "5", 5)],
    "code": [(0, 0), ("3", 3)],
    "flag": [(True, True), (False, False)],
    "instant": [
        (1680293477270, pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")),
        ("1680293477270", pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")),
        (1680293477270.0, pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")),
        ("2023-03-31T20:11:17.270Z", pd.Timestamp("2023-03-31 20:11:17.270", tz="UTC")),
        ("2023-03-31T22:11:17+02:00", pd.Timestamp("2023-03-31 20:11:17", tz="UTC")),
        ("2023-03-31T20:11:17", pd.Timestamp("2023-03-31 20:11:17", tz="UTC")),
        ("2023-03-31", pd.Timestamp("2023-03-31", tz="UTC")),
        ("Sat Jun 16 00:14:36 +0000 2007", pd.Timestamp("2007-06-16 00:14:36", tz="UTC")),
    ],
    "span": [(0, timedelta(0)), (166, timedelta(milliseconds=166)), ("1849", timedelta(milliseconds=1849))],
}
FIELDS = [("spaces", f) for f in SPACES] + [("creators", f) for f in CREATORS]
FIELD_IDS = [f"{table}-{f.name}" for table, f in FIELDS]


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=FIELD_IDS)
def test_a_bad_value_is_missing_and_told_and_costs_nothing_else(table: str, field: Field) -> None:
    """Each bad value of each field is one problem that names Space, value and reason; all else stays."""
    good, values = documented_record(), BAD[field.kind]
    whole = normalize([good] * len(values))
    result = normalize([put(good, field.path, value) for value in values])
    problems = result.problems
    assert problems["record"].tolist() == list(range(len(values)))
    assert problems["value"].tolist() == [repr(value)[:100] for value in values]
    assert (problems["reason"].str.len() > 0).all()
    assert set(problems["column"]) <= {f.name for _, f in FIELDS if f.path == field.path}
    if field.name != "space_id":
        assert set(problems["space_id"]) == {good["id"]}
    told = problems["column"][0]
    others = [name for name in whole.spaces.columns if name != told]
    pd.testing.assert_frame_equal(result.spaces[others], whole.spaces[others])
    assert getattr(result, table)[field.name].isna().all()


def read_as(table: str, field: Field, values: list[Any]) -> list[Any]:
    """Return what a field holds for each value, each in the record of another account; none is a problem."""
    records = [put(documented_record(), "creator.id", str(place)) for place in range(len(values))]
    records = [put(record, field.path, value) for record, value in zip(records, values, strict=True)]
    result = normalize(records)
    assert result.problems.empty, f"{table}.{field.name}: {result.problems.to_dict('records')}"
    return list(getattr(result, table)[field.name])


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_value_is_read_in_every_form(kind: str) -> None:
    """In every field of a kind each form that it may come in gives the same value and no problem."""
    for table, field in FIELDS:
        if field.kind == kind:
            found = read_as(table, field, [value for value, _ in GOOD[kind]])
            for (value, want), one in zip(GOOD[kind], found, strict=True):
                assert one == want, f"{value!r} in {table}.{field.name}"


NOTHINGS = [None, float("nan"), pd.NA, pd.NaT, ""]


@pytest.mark.parametrize("kind", GOOD)
def test_null_nan_and_empty_are_missing_without_a_problem(kind: str) -> None:
    """In every field of a kind each of them says nothing, so it is missing; only text may be empty."""
    for table, field in FIELDS:
        if field.kind == kind:
            for value, one in zip(NOTHINGS, read_as(table, field, NOTHINGS), strict=True):
                said = f"{value!r} in {table}.{field.name}"
                assert one == "" if kind == "text" and isinstance(value, str) else pd.isna(one), said


@pytest.mark.parametrize("kind", ["text", "id"])
def test_a_lone_surrogate_becomes_the_replacement_character_and_a_problem(kind: str) -> None:
    """In every field of a kind the rest of the text is kept."""
    for table, field in FIELDS:
        if field.kind == kind:
            result = normalize([put(documented_record(), field.path, "a\ud800b")])
            assert getattr(result, table)[field.name][0] == "a\ufffdb", f"{table}.{field.name}"
            assert result.problems["reason"].str.contains("surrogate").tolist() == [True], field.name


def test_every_field_has_values_of_its_kind_to_try() -> None:
    """No kind of field escapes the tests above."""
    assert {field.kind for _, field in FIELDS} == set(GOOD) == set(BAD)


@pytest.mark.parametrize("value", ["text", [1], 5, True, [{}]], ids=repr)
def test_a_creator_that_is_no_object_is_one_problem(value: Any) -> None:
    """Its columns are missing, the Space's own stay."""
    result = normalize([documented_record() | {"creator": value}])
    assert result.problems[["record", "space_id", "column", "value"]].to_numpy().tolist() == [
        [0, "1jMJgLdenVjxL", "creator", repr(value)]
    ]
    assert result.spaces["title"][0] == "The Algorithm goes open source"
    assert result.spaces.filter(like="creator_").isna().all(axis=None)
    assert result.creators.empty


def test_a_creator_of_null_is_missing_without_a_problem() -> None:
    """Null says nothing."""
    result = normalize([documented_record() | {"creator": None}])
    assert result.problems.empty
    assert result.creators.empty


def test_a_protected_creator_is_a_problem_that_says_so() -> None:
    """An account that the service does not show is reported with its reason."""
    protected = {"__typename": "UserUnavailable", "reason": "Protected"}
    result = normalize([documented_record() | {"creator": protected}])
    assert result.problems["column"].tolist() == ["creator"]
    assert "Protected" in result.problems["reason"][0]
    assert result.creators.empty


def test_names_are_found_under_core_where_legacy_has_none() -> None:
    """Newer user objects carry them there."""
    core = {"name": "A", "screen_name": "a", "created_at": "Sat Jun 16 00:14:36 +0000 2007"}
    result = normalize(
        [{"id": "1jMJgLdenVjxL", "creator": {"id": "1", "core": core, "legacy": {"followers_count": 3}}}]
    )
    assert result.spaces[["creator_screen_name", "creator_name", "creator_followers_count"]].iloc[
        0
    ].tolist() == ["a", "A", 3]
    assert result.creators["created_at"][0] == pd.Timestamp("2007-06-16 00:14:36", tz="UTC")


@pytest.mark.parametrize("record", [None, 5, "x", [], 1.5, True], ids=repr)
def test_what_is_no_object_is_no_row_but_a_problem(record: Any) -> None:
    """Its place in the input is reported, and the records around it stay."""
    result = normalize([documented_record(), record, {}])
    assert len(result.spaces) == 2
    assert result.problems["record"].tolist() == [1]
    assert result.problems["column"].isna().all()
    assert result.problems["value"][0] == repr(record)


def test_raise_stops_at_the_first_with_the_same_words() -> None:
    """`errors="raise"` says what the row in `problems` says."""
    bad = documented_record() | {"ended_at": "tomorrow", "total_live_listeners": -1}
    problem = normalize([bad]).problems.iloc[0]
    with pytest.raises(DataError) as caught:
        normalize([bad], errors="raise")
    for word in (problem["space_id"], problem["column"], problem["value"], problem["reason"]):
        assert word in str(caught.value)


def test_raise_is_silent_on_good_records() -> None:
    """Nothing is raised where nothing is wrong."""
    pd.testing.assert_frame_equal(
        normalize([documented_record()], errors="raise").spaces, normalize([documented_record()]).spaces
    )


def test_problems_are_in_the_order_of_the_records() -> None:
    """By place in the input, then by column, over chunks of any size."""
    bad = documented_record() | {"ended_at": "x", "state": 5}
    problems = normalize([bad, None, bad]).problems
    assert problems["record"].tolist() == [0, 0, 1, 2, 2]
    assert problems["column"].fillna("-").tolist() == ["state", "ended_at", "-", "state", "ended_at"]


# --- the input ---


def test_the_input_is_not_changed() -> None:
    """Records are read, never written."""
    records = sample_records()
    before = copy.deepcopy(records)
    normalize(records)
    drift(records)
    assert records == before


def test_tables_do_not_share_memory() -> None:
    """Changing one table leaves the others as they are."""
    result = normalize([documented_record()])
    creators = result.creators
    creators.loc[0, "followers_count"] = 1
    creators.loc[0, "screen_name"] = "changed"
    assert result.spaces["creator_followers_count"][0] == 1324928
    assert result.spaces["creator_screen_name"][0] == "XEng"


def test_tables_can_be_written_to() -> None:
    """Every column of every table takes a new value."""
    record = documented_record() | {
        "participants": {"admins": [{"start": 1680289206898}]},
        "replay_start_time": 5,
    }
    for frame in normalize([record, None]):
        for name in frame.columns:
            frame.loc[0, name] = frame.loc[0, name]


def test_chunks_make_the_same_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the input is cut makes no difference."""
    records = [*sample_records(), None, {"id": 5, "title": 5}]
    times = list(range(1_780_000_000_000, 1_780_000_000_000 + len(records)))
    whole = normalize(records, times)
    monkeypatch.setattr(reading, "_SLICE", 7)
    for frame, part in zip(whole, normalize(iter(records), times), strict=True):
        pd.testing.assert_frame_equal(frame, part)


def test_one_dict_is_one_record() -> None:
    """A single answer need not be put in a list."""
    assert normalize(documented_record()).spaces["space_id"].tolist() == ["1jMJgLdenVjxL"]


@pytest.mark.parametrize(
    "records", ["text", b"bytes", pd.DataFrame()], ids=lambda value: type(value).__name__
)
def test_what_only_looks_like_records_is_refused(records: Any) -> None:
    """Text and tables are the caller's mistake, and the message says what to pass."""
    with pytest.raises(TypeError, match="Pass parsed records"):
        normalize(records)


@pytest.mark.parametrize(
    "fetched_at",
    [
        "2026-06-01T12:00:00Z",
        1780315200000,
        datetime(2026, 6, 1, 12, tzinfo=UTC),
        pd.Timestamp("2026-06-01 14:00", tz="Europe/Paris"),
        [1780315200000],
    ],
    ids=repr,
)
def test_fetched_at_is_read_in_every_form(fetched_at: Any) -> None:
    """One instant for all, or one for each."""
    assert normalize([{}], fetched_at).spaces["fetched_at"].tolist() == [
        pd.Timestamp("2026-06-01 12:00", tz="UTC")
    ]


@pytest.mark.parametrize("fetched_at", ["x", [1780315200000] * 2, [], 5, {1.5}], ids=repr)
def test_a_wrong_fetched_at_is_refused(fetched_at: Any) -> None:
    """It is the caller's argument, so it is an error and no problem row."""
    with pytest.raises(ValueError, match="fetched_at"):
        normalize([{}], fetched_at)


def test_errors_takes_two_words() -> None:
    """Anything else is refused."""
    with pytest.raises(ValueError, match="'coerce' or 'raise'"):
        normalize([], errors="ignore")  # type: ignore[arg-type]


# --- creators ---


def creator_record(account: Any, followers: int) -> dict[str, Any]:
    """A record that holds only a creator."""
    return {"creator": {"id": account, "legacy": {"followers_count": followers}}}


def test_creators_hold_the_newest_record_of_each_account() -> None:
    """By time of fetching, then by place; in the order in which accounts first appear."""
    records = [
        creator_record(*pair) for pair in [("b", 1), ("a", 2), ("b", 3), ("b", 4), (None, 5), (None, 6)]
    ]
    frame = normalize(records, ["2026-01-02", "2026-01-01", "2026-01-03", "2026-01-01", None, None]).creators
    assert frame["creator_id"].fillna("-").tolist() == ["b", "a", "-", "-"]
    assert frame["followers_count"].tolist() == [3, 2, 5, 6]
    assert normalize(records).creators["followers_count"].tolist() == [4, 2, 5, 6]


def test_bad_values_of_older_records_of_an_account_are_told() -> None:
    """A problem does not vanish because a newer record is shown."""
    assert len(normalize([creator_record("a", -1), creator_record("a", 2)]).problems) == 1


# --- samples ---


def test_the_samples_hold_one_problem_the_protected_creator() -> None:
    """All else that the made-up Spaces hold can be read."""
    assert sample_batch().problems["reason"].tolist() == ["the account is not available: Protected"]


# --- audience_long ---


def space(**values: Any) -> dict[str, Any]:
    """An ended Space with a recording and both counts, or with other values."""
    base = {"id": "1jMJgLdenVjxL", "state": "Ended", "is_space_available_for_replay": True}
    return base | {"total_live_listeners": 10, "total_replay_watched": 4} | values


REPLAYS = [
    (space(), 4),
    (space(total_replay_watched=0), 0),
    (space(total_replay_watched=0, is_space_available_for_replay=False), None),
    (space(is_space_available_for_replay=False), 4),
    (space(total_replay_watched=0, is_space_available_for_replay=None), 0),
    (space(total_replay_watched=None), None),
    (space(state="Running", total_replay_watched=0), None),
    (space(state="RUNNING"), None),
    (space(state="NotStarted", total_replay_watched=0), None),
    (space(state="Canceled", total_replay_watched=0, ended_at=1680293477270), None),
    (space(state="TimedOut"), 4),
    (space(state="ENDED"), 4),
    (space(state="SomethingNew"), None),
    (space(state="SomethingNew", ended_at=1680293477270), 4),
    (space(state=None, ended_at=1680293477270), 4),
]


@pytest.mark.parametrize(("record", "replay"), REPLAYS)
def test_replay_is_missing_where_none_can_exist(record: dict[str, Any], replay: int | None) -> None:
    """It is 0 only where that is a count."""
    listeners = audience_long(normalize([record]).spaces)["listeners"]
    assert listeners[0] == 10
    assert pd.isna(listeners[1]) if replay is None else listeners[1] == replay


def test_audience_has_two_rows_a_space_in_order() -> None:
    """Live, then replay; with the contract's dtypes, also when empty."""
    frame = audience_long(normalize([space(id="a"), space(id="b")]).spaces)
    assert frame["space_id"].tolist() == ["a", "a", "b", "b"]
    assert frame["audience"].tolist() == ["live", "replay"] * 2
    for table in (frame, audience_long(normalize([]).spaces)):
        assert table.dtypes["space_id"] == DTYPES["id"]
        assert table.dtypes["listeners"] == DTYPES["count"]
        assert table["audience"].cat.categories.tolist() == ["live", "replay"]


def test_audience_keeps_to_the_rows_of_a_filtered_table() -> None:
    """The index of the table given plays no part."""
    spaces = normalize([space(id="a"), space(id="b", total_live_listeners=7)]).spaces
    assert audience_long(spaces[spaces["space_id"] == "b"])["listeners"].tolist() == [7, 4]


# --- describe_columns, drift ---


def test_every_column_of_every_table_is_described() -> None:
    """The data dictionary has a row for each, with a meaning."""
    frame = describe_columns()
    assert list(zip(frame["table"], frame["column"], strict=True)) == [
        (t, f.name) for t, fs in TABLES.items() for f in fs
    ]
    assert (frame["meaning"].str.len() > 10).all()


def test_drift_lists_unknown_fields_with_count_and_example() -> None:
    """At any depth; unknown objects are one row."""
    record = put(put(documented_record(), "creator.legacy.new", 1), "total_new", 5)
    frame = drift([record, documented_record() | {"total_new": {"a": 1}}])
    assert frame.to_numpy().tolist() == [["creator.legacy.new", 1, "1"], ["total_new", 2, "5"]]


def test_drift_takes_any_key() -> None:
    """Also one that is no text of a table."""
    assert drift([{"\ud800": 1, 5: 2}])["n"].tolist() == [1, 1]


# --- properties ---

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.characters(categories=["Cs", "L"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
PATHS = sorted(
    {f.path for _, f in FIELDS}
    | {"creator", "creator.legacy", "creator.core", "creator.affiliates_highlighted_label"}
)


@given(st.lists(st.tuples(st.sampled_from(PATHS), JSON), max_size=4), JSON)
@example([], {"error": False})
def test_no_input_raises_or_loses_a_row(changes: list[tuple[str, Any]], other: Any) -> None:
    """Whatever stands in a record: its row is there, or it is a problem, as an error of the service is."""
    record = documented_record()
    for path, value in changes:
        outer, _, leaf = path.rpartition(".")
        parent = take(record, outer) if outer else record
        if isinstance(parent, dict):
            parent[leaf] = value
    result = normalize([record, other])
    refused = 1 in set(result.problems.loc[result.problems["column"].isna(), "record"])
    assert len(result.spaces) == 2 or (len(result.spaces) == 1 and refused)
    assert set(result.problems["record"]) <= {0, 1}
    json.dumps(result.problems.to_dict("list"), default=str).encode()


@given(st.sampled_from(FIELDS), JSON)
def test_a_value_is_read_or_told(entry: tuple[str, Field], value: Any) -> None:
    """A value that is there and not shown has a row in `problems`."""
    table, field = entry
    result = normalize([put(documented_record(), field.path, value)])
    frame = getattr(result, table)
    shown = frame[field.name].notna().any()
    says_nothing = value is None or value == "" or value != value
    assert shown or says_nothing or len(result.problems) == 1


def test_tables_are_the_same_where_pandas_cannot_take_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Older pandas makes the same frames from columns; no frame shares the names of its columns with another."""
    ours = normalize(sample_records())
    ours.spaces.columns.name = "changed"
    monkeypatch.setattr("spacekit.tables.frames.create_dataframe_from_blocks", None)
    theirs = normalize(sample_records())
    assert theirs.spaces.columns.name is None
    ours.spaces.columns.name = None
    for mine, other in zip(ours, theirs, strict=True):
        pd.testing.assert_frame_equal(mine, other)
