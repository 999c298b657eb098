"""The docs: made pages are in step with the code, links lead somewhere, and nothing forbidden is claimed."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import spacekit as sk
from spacekit import plot
from spacekit.fields import TABLES
from spacekit.stats import exclusions
from spacekit.tables import normalize

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_made_pages_are_in_step() -> None:
    """The data dictionary and the gallery are what the script makes."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "make_docs.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
@pytest.mark.parametrize("name", ["audience", "measures", "compare", "contrast", "hosts", "quality"])
def test_results_are_explained_column_by_column(name: str) -> None:
    """The data dictionary has the columns of each result, all and in order, each with a dtype and a meaning."""
    spaces = sk.sample_batch().spaces
    table = {
        "audience": lambda: sk.audience_long(spaces),
        "contrast": lambda: sk.contrast(spaces, "host"),
    }.get(name, lambda: getattr(sk, name)(spaces))()
    page = (DOCS / "data-dictionary.md").read_text(encoding="utf-8")
    part = page.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `([^|]+)` \| [^|]* \| [^|]{5,} \|$", part, re.MULTILINE)
    dtypes = [(column, str(dtype)) for column, dtype in table.dtypes.items()]
    assert rows == dtypes


@pytest.mark.parametrize("chart", plot.CHARTS)
def test_every_chart_has_its_picture(chart: str) -> None:
    """In the gallery, as a PNG of less than 80 kB."""
    picture = DOCS / "img" / f"{chart}.png"
    assert f"(img/{chart}.png)" in (DOCS / "gallery.md").read_text(encoding="utf-8")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 80_000


def test_no_picture_is_left_over() -> None:
    """A chart that goes takes its picture along; the README shows the others."""
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    shown = re.findall(r"docs/img/(\w+)\.png", readme)
    assert {path.stem for path in (DOCS / "img").iterdir()} == {*plot.CHARTS, *shown}


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


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What the gallery's lines of code speak of."""
    with sk.Archive(tmp_path_factory.mktemp("docs") / "made-up.db") as archive:
        archive.add_files(sk.sample_observations_path())
        with sk.sandbox() as client:
            posts = client.search(query="filter:spaces", progress=False).posts
        yield {"sk": sk, "spaces": sk.sample_batch().spaces, "archive": archive, "posts": posts}


@pytest.mark.parametrize("chart", plot.CHARTS)
def test_code_of_the_gallery_draws_the_chart(chart: str, names: dict[str, Any]) -> None:
    """The line of code beside a picture runs as it stands there, and draws something."""
    section = (DOCS / "gallery.md").read_text(encoding="utf-8").split(f"\n## {chart}\n")[1]
    line = re.search(rf"^`(sk\.plot\.{chart}\(.+\))`$", section, re.MULTILINE)
    assert line
    assert eval(line[1], names).has_data()  # noqa: S307  (a line of our own page)


@every_page
def test_counts_are_called_nothing_that_they_are_not(page: Path) -> None:
    """A page speaks of a peak, of unique or concurrent listeners only to say that the counts are none."""
    for sentence in re.split(r"[.;|\n]\s", page.read_text(encoding="utf-8")):
        if re.search(r"\b(peak|unique|concurrent|distinct listeners|people)\b", sentence, re.IGNORECASE):
            assert re.search(r"\b(not?|never|none)\b", sentence), sentence


def test_the_places_of_changes_are_there() -> None:
    """Every file and folder that CONTRIBUTING sends a reader to exists."""
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Where do I change")[1]
    places = re.findall(r"`([a-z_/]+(?:\.py|/))`", section.split("\n## ")[0])
    assert [place for place in places if not (ROOT / "spacekit" / place).exists()] == []


def test_the_tests_that_the_security_page_names_are_there() -> None:
    """What is promised is tested by what it says."""
    named = re.findall(r"tests/[\w/.]+", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 4
    assert [place for place in named if not (ROOT / place).exists()] == []


@every_page
def test_links_lead_to_files(page: Path) -> None:
    """Within the project."""
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.filterwarnings("ignore::spacekit.errors.AgeWarning")
def test_code_about_finding_spaces_runs() -> None:
    """Each block of Python on the page runs as it stands there, in order, on the sandbox."""
    from matplotlib import pyplot as plt

    page = (DOCS / "finding-spaces.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE):
        exec(block, names)  # noqa: S102  (our own page)
    assert len(names["batch"].records) == len(names["found"]) > 10
    plt.close("all")
