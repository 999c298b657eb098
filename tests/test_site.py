"""The site of the documentation: it builds without a warning, its links lead somewhere, it needs no network."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import spacekit as sk

ROOT = Path(__file__).resolve().parent.parent
TAGS = re.compile(r"<[^>]+>")
NAMES = [name for name in sk.__all__ if name not in ("__version__", "plot", "stats")]


class Page(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what an element names."""
        for name, value in attrs:
            if value and name == "id":
                self.anchors.add(value)
            if value and name in ("href", "src"):
                (self.links if tag == "a" else self.loaded).append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    """The pages of the site, built as `python3 run.py docs` builds it: a warning would be an error."""
    pytest.importorskip("sphinx")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, ROOT / "scripts" / "build_site.py", folder]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = (path for path in (folder / "html").rglob("*.html") if "_static" not in path.parts)
    return {path: Page(path) for path in pages}


def test_every_link_leads_to_a_page_and_an_anchor_that_are_there(site: dict[Path, Page]) -> None:
    """Inside the site no link is dead."""
    dead = []
    for path, page in site.items():
        for link in page.links + page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchors = site[target].anchors if target in site else set()
            if not target.exists() or (parts.fragment and target in site and parts.fragment not in anchors):
                dead.append(f"{path.name}: {link}")
    assert dead == []


def test_nothing_is_loaded_from_the_network(site: dict[Path, Page]) -> None:
    """Who reads the site offline sees all of it."""
    foreign = {link for page in site.values() for link in page.loaded if urlsplit(link).netloc}
    assert foreign == set()


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_is_in_the_reference(site: dict[Path, Page], name: str) -> None:
    """A new public name has its entry, with its docstring."""
    assert any(f"spacekit.{name}" in page.anchors for page in site.values())


def test_every_notebook_is_shown_as_it_was_executed(site: dict[Path, Page]) -> None:
    """Each notebook has a page, and its pictures are there."""
    pages = {path.stem: path for path in site if path.parent.name == "notebooks"}
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert pages.keys() == notebooks
    assert all("cell_output" in path.read_text("utf-8") for path in pages.values())


def test_the_reference_shows_what_a_reader_can_use(site: dict[Path, Page]) -> None:
    """Signatures name no private class and no constant for a default, and attributes stand under their own names."""
    pages = [path.read_text("utf-8") for path in site if path.parent.name == "api"]
    signatures = [
        TAGS.sub("", text)
        for page in pages
        for text in re.findall(r"<dt class=\"sig.*?</dt>", page, re.DOTALL)
    ]
    assert [
        text for text in signatures if re.search(r"\b_[A-Za-z]|[A-Z]{4}_?[A-Z]+\b|spacekit\.[a-z]+\.", text)
    ] == []
    assert not any(re.search(r"<strong>\w+</strong> \(<em>[^)]*,</em>\)", page) for page in pages)
