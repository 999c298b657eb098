"""One place opens whatever holds Spaces, and what came out of it once comes back as it was."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import spacekit as sk
from spacekit.archive.sources import source_of
from spacekit.archive.typed import typed
from spacekit.cli.writers.columns import as_plain
from spacekit.errors import ArchiveError, DataError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The same made-up Spaces as lines, tables and an archive."""
    batch = sk.sample_batch()
    spaces = batch.spaces.assign(mine=range(len(batch)))
    batch.to_jsonl(tmp_path / "lines.jsonl")
    as_plain(spaces).to_csv(tmp_path / "shell.csv", index=False)
    spaces.to_csv(tmp_path / "pandas.csv.gz", index=False)
    spaces.to_parquet(tmp_path / "table.parquet")
    with sk.Archive(tmp_path / "archive.db") as archive:
        archive.add_files(tmp_path / "lines.jsonl")
    return tmp_path


@pytest.mark.parametrize("name", ["lines.jsonl", "archive.db", "shell.csv", "pandas.csv.gz", "table.parquet"])
def test_the_same_spaces_come_from_every_kind_of_file(folder: Path, name: str) -> None:
    """Values and dtypes are those of the batch; only CSV does not distinguish an empty text from a missing one."""
    source = source_of(folder / name)
    expected = sk.sample_batch().spaces
    if "csv" in name:
        expected["title"] = expected["title"].replace("", pd.NA)
    pd.testing.assert_frame_equal(source.spaces[list(expected)], expected)
    assert source.name == name


@pytest.mark.parametrize("name", ["shell.csv", "pandas.csv.gz", "table.parquet"])
def test_columns_of_ones_own_are_kept(folder: Path, name: str) -> None:
    """What somebody added to a table stays beside the columns of spacekit."""
    assert source_of(folder / name).spaces["mine"].tolist() == list(range(87))


def test_what_is_in_memory_is_a_source_too(folder: Path) -> None:
    """A batch, a table and an open archive serve as their files do."""
    batch = sk.sample_batch()
    with sk.Archive(folder / "archive.db") as archive:
        for given in (batch, batch.spaces, archive):
            pd.testing.assert_frame_equal(source_of(given).spaces, batch.spaces)
            assert len(source_of(given).observations) == 87


def test_several_files_are_one_source(folder: Path) -> None:
    """Archives and lines make one batch, whose outcomes point at its rows; with a table among them there is none."""
    source = source_of([folder / "archive.db", folder / "lines.jsonl"])
    assert source.batch is not None
    rows = source.batch.outcomes.dropna(subset="record")
    ids = source.spaces["space_id"].take(rows["record"].astype(int)).tolist()
    assert rows["space_id"].tolist() == ids == sk.sample_batch().spaces["space_id"].tolist() * 2
    everything = source_of(folder)
    assert everything.batch is None
    assert len(everything.spaces) == len(everything.observations) == 5 * 87
    assert everything.spaces["total_live_listeners"].dtype == "Int64"


def test_observations_are_ordered_by_space_and_time(tmp_path: Path) -> None:
    """Lines in the order of fetching become the table that an archive makes of them."""
    path = sk.sample_observations_path()
    with sk.Archive(tmp_path / "a.db") as archive:
        archive.add_files(path)
        pd.testing.assert_frame_equal(source_of(path).observations, archive.observations())


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("nothing.db", FileNotFoundError, "there is no such file or folder"),
        ("words.txt", DataError, "words.txt: there is no Space in it. .*not JSON"),
        ("other.db", ArchiveError, "not an archive of spacekit"),
        ("bad.csv", DataError, "bad.csv: .*'total_live_listeners': cannot be read as count"),
    ],
)
@pytest.mark.filterwarnings("ignore::spacekit.IncompleteWarning")
def test_what_holds_no_space_is_an_error(tmp_path: Path, name: str, error: Any, words: str) -> None:
    """The message says which file, and why."""
    (tmp_path / "words.txt").write_text("only words\n")
    (tmp_path / "other.db").write_bytes(b"SQLite format 3\0" + b"\0" * 200)
    (tmp_path / "bad.csv").write_text("space_id,total_live_listeners\n1abc,many\n")
    with pytest.raises(error, match=words):
        source_of(tmp_path / name)


def test_other_things_are_no_source() -> None:
    """A number is neither a table nor a path, and a table without ids is not one of Spaces."""
    with pytest.raises(TypeError, match="cannot be taken from 3"):
        source_of(3)
    with pytest.raises(DataError, match="no column 'space_id'"):
        typed(pd.DataFrame({"a": [1]}))


def test_a_table_edited_in_pandas_is_read(tmp_path: Path) -> None:
    """Counts that pandas wrote as floats are whole numbers again; ids that it rounded are refused."""
    spaces = sk.sample_batch().spaces.assign(topic="a")
    path = tmp_path / "mine.csv"
    spaces.astype({"total_live_listeners": "float64"}).to_csv(path, index=False)
    assert source_of(path).spaces["total_live_listeners"].equals(spaces["total_live_listeners"])
    spaces.assign(creator_id=spaces["creator_id"].astype("float64")).to_csv(path, index=False)
    with pytest.raises(DataError, match=r"'creator_id'.*was rounded"):
        source_of(path)


def test_a_table_beside_files_hides_no_failure(folder: Path) -> None:
    """There is no batch of all; the answers are counted all the same."""
    (folder / "torn.jsonl").write_text('{"data": {"audioSpace": {}}}\n{"id": "1tor')
    with pytest.warns(sk.IncompleteWarning, match="1 failed, of 2 inputs"):
        source = source_of([folder / "shell.csv", folder / "torn.jsonl"])
    assert source.batch is None
    assert source.counts == {"not_found": 1, "failed": 1}


@pytest.mark.parametrize("column", ["fetched_at", "ended_at"])
def test_a_table_without_times_has_no_observations(column: str) -> None:
    """The message names the column that it takes."""
    table = sk.sample_batch().spaces.drop(columns=column)
    with pytest.raises(DataError, match=f"the table has no column '{column}'"):
        _ = source_of(table).observations


def test_observations_lack_no_column() -> None:
    """Those that a table does not have are missing, in their dtypes."""
    table = sk.sample_batch().spaces
    few = source_of(table[["space_id", "ended_at", "fetched_at", "total_replay_watched"]]).observations
    assert few.dtypes.equals(source_of(table).observations.dtypes)
