"""The forms as most of their tests begin with them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import spacekit as sk


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """The explorer compares at once: no person is about to change a filter again."""
    monkeypatch.setattr("spacekit.forms.explore_state._IDLE_S", 0.0)


@pytest.fixture
def form() -> Iterator[sk.FetchForm]:
    """A form on the sandbox."""
    with sk.sandbox() as client:
        made = sk.FetchForm(client)
        yield made
        made.close()


@pytest.fixture(scope="session")
def one_explorer() -> Iterator[sk.AudienceExplorer]:
    """An explorer of the samples for all tests: the first picture takes longest."""
    made = sk.AudienceExplorer(sk.sample_batch())
    yield made
    made.close()


@pytest.fixture
def explorer(one_explorer: sk.AudienceExplorer) -> sk.AudienceExplorer:
    """The explorer as it is at first, drawn."""
    chosen = one_explorer.state
    chosen.reset()
    chosen.chart, chosen.by, chosen.tz, chosen.scale = "live_vs_replay", "", "UTC", "auto"
    assert one_explorer.wait(60)
    return one_explorer


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the made-up observations."""
    path = tmp_path_factory.mktemp("archive") / "a.db"
    with sk.Archive(path) as archive:
        archive.add_files(sk.sample_observations_path())
    return path
