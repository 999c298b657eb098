"""Pages of searches in an archive: which run of a query is found again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from spacekit.archive import Archive, KeptPage
from spacekit.errors import ArchiveError

QUERY = "from:a filter:spaces"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    """An archive that is not made yet."""
    with Archive(tmp_path / "a.db") as archive:
        yield archive


def page(search: int, fetched_at: int, cursor: str | None = None, query: str = QUERY) -> KeptPage:
    """A page of a run."""
    return KeptPage(search, query, None, cursor, fetched_at, 200, f"{search} {cursor} 🍵".encode())


def found(archive: Archive, not_before: int = 0, query: str = QUERY) -> list[tuple[int, str | None]]:
    """The run that is found, and the cursors of its pages."""
    return [(each.search, each.cursor) for each in archive.pages.newest(query, not_before)]


def test_without_a_file_there_are_no_pages(archive: Archive) -> None:
    """And looking makes none."""
    assert found(archive) == []
    assert len(archive.pages) == 0
    assert archive.pages.forget() == 0
    assert not archive.path.exists()


def test_pages_come_back_as_they_went_in(archive: Archive) -> None:
    """To the byte, in the order in which they came; also a lowest id beyond 64 bits."""
    pages = [page(1, 10), page(1, 11, "b"), page(1, 12, "a")._replace(max_id="9" * 25)]
    archive.pages.add(pages[:2])
    archive.pages.add(pages[2:])
    back = archive.pages.newest(QUERY, 0)
    assert [each._replace(number=0) for each in back] == pages
    assert [each.number for each in back] == [1, 2, 3]
    assert len(archive.pages) == 3


def test_the_newest_run_is_found_and_runs_do_not_mix(archive: Archive) -> None:
    """A cursor of one run means nothing in another."""
    archive.pages.add([page(7, 10), page(7, 11, "a"), page(5, 20), page(9, 30, query="other")])
    assert found(archive) == [(5, None)]
    assert found(archive, query="other") == [(9, None)]
    assert found(archive, query="FROM:A filter:spaces") == []


def test_a_run_is_as_old_as_its_first_page(archive: Archive) -> None:
    """Its other pages are older posts."""
    archive.pages.add([page(7, 10), page(7, 50, "a")])
    assert found(archive, not_before=10) == [(7, None), (7, "a")]
    assert found(archive, not_before=11) == []


def test_pages_are_no_answers_about_spaces(archive: Archive) -> None:
    """Counts, ids and observations do not see them; a check does."""
    archive.pages.add([page(7, 10)])
    assert (len(archive), archive.ids(), len(archive.observations())) == (0, [], 0)
    archive.check()


def test_an_archive_to_read_only_takes_no_pages(archive: Archive) -> None:
    """And says so."""
    archive.pages.add([page(7, 10)])
    with Archive(archive.path, mode="r") as reader:
        assert found(reader) == [(7, None)]
        with pytest.raises(ArchiveError, match="read-only"):
            reader.pages.add([page(8, 10)])
