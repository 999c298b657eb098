"""Typed columns in, typed frames out; and what importing `stats` loads."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typed_posts import sample_posts_table
from typed_spaces import counted

from spacekit import stats
from spacekit.samples import sample_batch
from spacekit.stats.columns import pick_spaces
from spacekit.tables import first_reason
from spacekit.tables.plain import plain


def test_the_first_reason_wins() -> None:
    """Where two tests hold the first is named, where none does it is missing, and a missing test does not hold."""
    tests = {"a": pd.Series([True, False, pd.NA], dtype="boolean"), "b": pd.Series([True, True, False])}
    assert first_reason(tests, pd.RangeIndex(3)).tolist() == ["a", "b", pd.NA]


@pytest.mark.parametrize("missing", [None, pd.NA, pd.NaT, float("nan")])
def test_a_column_of_nothing_is_missing_in_any_dtype(missing: object) -> None:
    """A column that was assigned None, NA, NaT or NaN is read as missing, of whatever kind it should be."""
    table = counted([5, 6], [1, 2])
    for name in (
        "fetched_at",
        "started_at",
        "total_live_listeners",
        "creator_id",
        "is_space_available_for_replay",
    ):
        found = pick_spaces(table.assign(**{name: missing}), name)
        assert found[name].isna().all()
        assert found[name].dtype == table[name].dtype
    assert stats.measures(table.assign(fetched_at=missing)).age.isna().all()


def test_scipy_is_loaded_when_needed() -> None:
    """Importing `stats` loads neither scipy nor matplotlib."""
    code = "import sys, spacekit.stats; print([n for n in ('scipy', 'matplotlib') if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name",
    [n for n in stats.__all__ if n not in ("AgeWarning", "CountWarning", "correlation")],
)
@pytest.mark.filterwarnings("ignore:at_age. .* not one has a count")
def test_input_is_never_changed(name: str) -> None:
    """No function changes the table it is given, and each works on rows with any index."""
    table = counted([5, 6, None], [1, None, 2], ["a", "b", None])
    table = (sample_posts_table().head(3) if name == "announcements" else table).set_axis([3, 3, 1])
    before = table.copy()
    needed = {"group_labels": "host", "contrast": "host", "at_age": "1D", "reach": sample_posts_table()}
    arguments = [needed[name]] if name in needed else []
    assert len(getattr(stats, name)(table, *arguments)) > 0 or name in ("trend_periods",)
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("measures", "total_live_listeners total_replay_watched creator_followers_count"),
        ("compare", "total_live_listeners total_replay_watched"),
        ("contrast", "total_live_listeners total_replay_watched"),
        ("quality", "total_live_listeners total_replay_watched"),
        ("hosts", "total_live_listeners total_replay_watched"),
        ("followers", "total_live_listeners creator_followers_count"),
        ("trend", "total_live_listeners"),
        ("calendar", "total_live_listeners"),
        ("growth", "total_replay_watched"),
        ("at_age", "total_live_listeners total_replay_watched"),
    ],
)
@pytest.mark.parametrize("dtype", ["Int64", "float64", "object"])
def test_negative_counts_are_refused(name: str, columns: str, dtype: str) -> None:
    """X counts from 0 on; a table of one's own with less, such as -1 for missing, is refused by column and value."""
    arguments = {"contrast": ("host",), "at_age": ("1D",)}.get(name, ())
    for column in columns.split():
        table = counted([5, 6, 7], [1, 2, 3])
        table[column] = pd.Series([4, -5, pd.NA], dtype="Int64").astype(dtype)
        with pytest.raises(ValueError, match=rf"the column '{column}' has a negative count, -5\. Correct it"):
            getattr(stats, name)(table, *arguments)


def test_plain_tables_are_refused_in_our_words() -> None:
    """Instants without a zone and spans without a unit are refused, with what to do; they are not guessed."""
    spaces = counted([5, 6], [1, 2])
    with pytest.raises(
        ValueError, match=r"without a time zone, .* sk\.plain\. Pass the original table, or localise"
    ):
        stats.compare(plain(spaces))
    seen = spaces.assign(age=spaces.fetched_at - spaces.ended_at)
    with pytest.raises(ValueError, match=r"'age' has values without a unit, such as 720\.0, .*sk\.plain"):
        stats.growth(plain(seen))


def test_ids_read_as_floats_are_refused(tmp_path: Path) -> None:
    """A CSV that was read without dtypes would make one host of many; the message says how to read it."""
    path = tmp_path / "spaces.csv"
    spaces = sample_batch().spaces
    spaces.to_csv(path, index=False)
    with pytest.raises(ValueError, match=r"dtype=\{'creator_id': 'string'\}"):
        stats.summarise(pd.read_csv(path), by="host")
    read = pd.read_csv(path, dtype={"creator_id": "string"})
    assert stats.summarise(read, by="host")["n"].tolist() == stats.summarise(spaces, by="host")["n"].tolist()
