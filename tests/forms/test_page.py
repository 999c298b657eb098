"""What the page of `spacekit app` shows. That a browser shows it is tested in `test_browser.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

import spacekit as sk
from spacekit.forms.page import Page


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A file of one Space, which the page is to show."""
    path = sk.Batch.of([sk.documented_record()]).to_jsonl(tmp_path / "one.jsonl")
    monkeypatch.setenv("SPACEKIT_DATA", str(path))
    return path


def test_page_shows_the_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without data of its own the page shows the samples."""
    monkeypatch.delenv("SPACEKIT_DATA", raising=False)
    explorer = Page().explorer()
    assert explorer is not None
    assert len(explorer.view) == len(sk.sample_records())
    explorer.close()


def test_first_sight_is_the_picture_of_the_explorer(named: Path) -> None:
    """The page shows the first picture, with its words, before the explorer; both are of the data named."""
    page = Page()
    first = page._repr_html_()
    explorer = page.explorer()
    assert explorer is not None
    assert explorer.wait(60)
    assert len(explorer.view) == 1
    assert 'src="data:image/png;base64,iVBOR' in first
    assert explorer.state.picture is not None
    assert explorer.state.picture.alt.startswith("Replay plays against live")
    assert 'alt="Replay plays against live' in first
    explorer.close()


def test_first_sight_needs_no_widgets(named: Path) -> None:
    """The first picture waits for no widget to be imported."""
    code = (
        "import sys; from spacekit.forms.page import Page; assert Page()._repr_html_(); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"ipywidgets", "anywidget", "IPython", "requests"} & set(run.stdout.split())


def test_data_that_cannot_be_shown(named: Path) -> None:
    """A file that is not there is named in words, and there is no explorer."""
    named.unlink()
    page = Page()
    assert "one.jsonl" in page._repr_html_()
    assert 'role="alert"' in page._repr_html_()
    assert page.explorer() is None
