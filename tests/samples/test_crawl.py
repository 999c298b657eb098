"""The made-up crawl: files in the shape of X's GraphQL that read as the made-up Spaces."""

from __future__ import annotations

from pathlib import Path

import pytest

import spacekit as sk


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the crawl."""
    return sk.sample_crawl(tmp_path_factory.mktemp("crawl") / "new" / "folder")


@pytest.fixture(scope="module")
def batch(folder: Path) -> sk.Batch:
    """The crawl as it is read."""
    with pytest.warns(sk.IncompleteWarning):
        return sk.read(folder, progress=False)


def test_it_holds_the_made_up_spaces_and_their_counts(batch: sk.Batch) -> None:
    """Each made-up Space is read with the counts that it has in the samples."""
    columns = ["space_id", "title", "total_live_listeners", "total_replay_watched"]
    read, made = (
        b.spaces[columns].sort_values("space_id", ignore_index=True) for b in (batch, sk.sample_batch())
    )
    assert read.equals(made)


def test_each_file_without_a_space_has_its_reason(batch: sk.Batch) -> None:
    """The four other files are not lost: each has an outcome and a message."""
    other = batch.outcomes[batch.outcomes["outcome"] != "ok"]
    assert len(other) == 4
    assert other["message"].notna().all()


def test_people_are_listed_where_a_space_started(batch: sk.Batch) -> None:
    """Guests are other accounts than the host, and come in within half an hour of the start."""
    people = batch.participants.merge(batch.spaces[["space_id", "creator_id", "started_at"]], on="space_id")
    guests = people[people["role"] == "speaker"]
    assert guests["started_at"].notna().all()
    assert not (guests["account_id"] == guests["creator_id"]).any()
    assert (guests["joined_at"] - guests["started_at"]).dt.total_seconds().between(0, 1800).all()


def test_it_is_the_same_every_time(folder: Path, tmp_path: Path) -> None:
    """Two crawls are equal, byte for byte."""
    again = sk.sample_crawl(tmp_path)
    files = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
    assert len(files) == 91
    assert all((folder / file).read_bytes() == (again / file).read_bytes() for file in files)
