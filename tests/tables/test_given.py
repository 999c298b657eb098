"""What is passed for a table: a DataFrame, or what holds one; all else is refused with the way to a table."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.tables.given import observed_in, spaces_in

BATCH = sk.sample_batch()
RECORDS = [sk.documented_record()]


@pytest.fixture
def archive(tmp_path: Path) -> sk.Archive:
    """An archive of the sample observations."""
    store = sk.Archive(tmp_path / "spaces.db")
    store.add_files(sk.sample_observations_path())
    return store


def test_a_table_is_taken_as_it_is() -> None:
    """Without a copy, also of a table that has a column `spaces`, or no column at all."""
    for table in (BATCH.spaces, pd.DataFrame({"spaces": [1]}), pd.DataFrame()):
        assert spaces_in(table) is table
        assert observed_in(table) is table


def test_what_holds_a_table_of_spaces_is_taken_by_it(archive: sk.Archive) -> None:
    """A Batch, Tables, and an Archive: the newest answer of each Space."""
    tables = sk.normalize(RECORDS)
    for holder in (BATCH, tables):
        pd.testing.assert_frame_equal(spaces_in(holder), holder.spaces)
    pd.testing.assert_frame_equal(spaces_in(archive), archive.latest().spaces)


def test_an_archive_is_taken_by_all_its_observations(archive: sk.Archive) -> None:
    """Where growth matters; a Batch has one observation of each of its rows."""
    pd.testing.assert_frame_equal(observed_in(archive), archive.observations())
    pd.testing.assert_frame_equal(observed_in(BATCH), BATCH.spaces)


class Lazy:
    """A table of dask, as far as this matters."""

    def compute(self) -> None:
        """Load it."""


class LazyTables:
    """Tables of dask."""

    spaces = Lazy()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("crawl.jsonl", "got the path 'crawl.jsonl'. Read it first: sk.read('crawl.jsonl').spaces"),
        (Path("crawl"), "got the path 'crawl'. Read it first: sk.read('crawl').spaces"),
        ("spaces.db", "Read it first: sk.Archive('spaces.db')"),
        ("spaces.parquet", "Read it first: pd.read_parquet('spaces.parquet')"),
        (RECORDS, "got 'list'. Make a table of records first: sk.normalize(records).spaces"),
        (RECORDS[0], "got 'dict'. Make a table of records first: sk.normalize(records).spaces"),
        (sk.find_ids("1SAMPLEIFQBSG"), "got 'Found'. It holds ids only. Fetch them first: batch = client.fetch(ids)"),
        (Lazy(), "got 'Lazy'. Load it first: table.compute(), or tables.spaces.compute()"),
        (LazyTables(), "got 'LazyTables'. Load it first: table.compute(), or tables.spaces.compute()"),
        (BATCH.spaces.title, "got 'Series'. Pass a table such as batch.spaces, a Batch or an Archive."),
        (BATCH.records, "got 'Records'. Pass a table such as batch.spaces, a Batch or an Archive."),
        (None, "got 'NoneType'. Pass a table such as batch.spaces, a Batch or an Archive."),
        (7, "got 'int'. Pass a table such as batch.spaces, a Batch or an Archive."),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_the_way_to_one(wrong: Any, says: str) -> None:
    """The message names what came, and the call that makes a table of it."""
    with pytest.raises(TypeError) as error:
        spaces_in(wrong)
    assert str(error.value).startswith("spaces: expected a DataFrame, got ")
    assert says in str(error.value)
