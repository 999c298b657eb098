"""The docs: made pages are in step with the code, links lead somewhere, and nothing forbidden is claimed."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from spacekit import plot
from spacekit.fields import TABLES
from spacekit.stats import exclusions
from spacekit.tables import normalize

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))


def test_made_pages_are_in_step() -> None:
    """The data dictionary and the gallery are what the script makes."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("chart", plot.CHARTS)
def test_every_chart_has_its_picture(chart: str) -> None:
    """In the gallery, as a PNG of modest size."""
    picture = DOCS / "img" / f"{chart}.png"
    assert f"(img/{chart}.png)" in (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 120_000


def test_no_picture_is_left_over() -> None:
    """A chart that goes takes its picture along."""
    assert {path.stem for path in (DOCS / "img").iterdir()} == set(plot.CHARTS)


def test_every_instant_and_count_of_a_space_is_explained() -> None:
    """The page of times and counts names each instant, both counts, and each reason for exclusion."""
    text = (DOCS / "times-and-counts.md").read_text(encoding="utf-8")
    names = [f.name for f in TABLES["spaces"] if f.kind == "instant"]
    for name in [
        *names,
        "total_live_listeners",
        "total_replay_watched",
        *exclusions(normalize([]).spaces)["reason"],
    ]:
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page: Path) -> None:
    """Within the project."""
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target
