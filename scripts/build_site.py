"""Build the site of the documentation from the pages, the notebooks and the docstrings, without the network.

.venv/bin/python scripts/build_site.py           # writes build/site/html; open index.html
.venv/bin/python scripts/build_site.py FOLDER    # writes FOLDER/html
"""

import argparse
import inspect
import re
import shutil
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from sphinx.cmd.build import main as sphinx

import spacekit as sk

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ROOMS = {
    "ids": "Find ids",
    "fetching": "Search and fetch",
    "archive": "Keep",
    "batch": "Read, write and report",
    "tables": "Tables",
    "stats": "Live against replay",
    "plot": "Charts",
    "forms": "Forms",
    "samples": "Made-up data",
    "server": "A service on your machine",
    "words": "Show",
    "errors": "Errors and warnings",
}
"""Rooms that have public names, with the heading of each in the reference, in the order of the page."""

NAVIGATION = """
```{toctree}
:hidden:
Start <self>
gallery
notebooks
api
data-dictionary
Meaning and method <meaning>
changelog
```
"""


def gather(source: Path) -> None:
    """Lay out the pages as the site has them: their links to each other are turned into the site's."""
    shutil.copytree(DOCS / "site", source)
    shutil.copytree(DOCS / "img", source / "img")
    (source / "notebooks").mkdir()
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for notebook in notebooks:
        text = (
            notebook.read_text("utf-8")
            .replace("](../docs/", "](../")
            .replace("](../README.md", "](../index.md")
        )
        write(source / "notebooks" / notebook.name, text)
    pages = [*sorted(DOCS.glob("*.md")), ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md"]
    for page in pages:
        write(source / page.name.lower(), relinked(page.read_text("utf-8")))
    others = [page.stem.lower() for page in pages if page.stem not in ("gallery", "data-dictionary")]
    write(source / "index.md", relinked((ROOT / "README.md").read_text("utf-8")) + NAVIGATION)
    write(source / "changelog.md", relinked((ROOT / "CHANGELOG.md").read_text("utf-8")))
    write(source / "meaning.md", "# Meaning and method\n\n" + toctree(sorted(others)))
    write(source / "notebooks.md", NOTEBOOKS + toctree(f"notebooks/{path.stem}" for path in notebooks))
    write_reference(source)


NOTEBOOKS = """# Notebooks

Each answers one question. They are shown as they were executed, on made-up data; `python3 run.py lab` opens them.

"""


def write(path: Path, text: str) -> None:
    """Write a page."""
    path.write_text(text, "utf-8")


def toctree(pages: Iterable[str]) -> str:
    """Return a list of pages that the reader sees and Sphinx follows."""
    return "\n".join(["```{toctree}", ":maxdepth: 1", *pages, "```", ""])


def relinked(text: str) -> str:
    """Return a page with links that lead to the same pages inside the site."""
    text = re.sub(r"\]\((?:\.\./)?docs/", "](", text)
    text = re.sub(
        r"\]\((?:\.\./)?(CONTRIBUTING|CHANGELOG|SECURITY)\.md", lambda m: f"]({m[1].lower()}.md", text
    )
    text = re.sub(r"\]\((?:\.\./)?README\.md", "](index.md", text)
    return re.sub(r"\]\((?:\.\./)?(notebooks/)", r"](\1", text)


# --- the reference ---

REFERENCE = """# Reference

Everything here is public, and each example was run. In signatures, `Spaces` is a table of Spaces, a `Batch`, an
`Archive` or `Tables`; `Observations` is a table of observations or an `Archive`; `Posts` is a table of posts or a
`Search`; `By` is a name such as "host" or "month", several names, a column, or a function of the table. With
`import spacekit as sk`:
"""


def write_reference(source: Path) -> None:
    """Write the pages of all public names, one for each room that has any, and a page that lists them."""
    rooms = by_room()
    if unknown := rooms.keys() - ROOMS.keys():
        raise SystemExit(f"ROOMS: no heading for {sorted(unknown)}. Add one.")
    pages = {room: heading for room, heading in ROOMS.items() if room in rooms}
    parts = [REFERENCE]
    (source / "api").mkdir()
    for room, heading in pages.items():
        names = rooms[room]
        write(source / "api" / f"{room}.md", "\n".join([f"# {heading}\n", *map(documented, names)]))
        rows = [f"| [`sk.{name}`](api/{room}.md#{anchor(name)}) | {first_sentence(name)} |" for name in names]
        parts.append("\n".join([f"## {heading}\n", "| name | |", "|---|---|", *rows, ""]))
    hidden = toctree([f"api/{room}" for room in pages]).replace(":maxdepth: 1", ":hidden:")
    write(source / "api.md", "\n".join([*parts, hidden]))


def anchor(name: str) -> str:
    """Return the anchor of a name on its page."""
    return name.rsplit(".", 1)[-1].lower()


def first_sentence(name: str) -> str:
    """Return the first sentence of a docstring, on one line."""
    paragraph = (inspect.getdoc(found(name)) or "").split("\n\n")[0]
    sentence = re.split(r"(?<=\.)\s", " ".join(paragraph.split()))[0]
    return sentence.replace("|", "\\|")


def by_room() -> dict[str, list[str]]:
    """Return the public names, the shortest way to each, under the rooms that define them."""
    names = [name for name in sk.__all__ if not inspect.ismodule(getattr(sk, name)) and name != "__version__"]
    known = {getattr(sk, name) for name in names}
    for module in ("stats", "plot"):
        inside = getattr(sk, module)
        names += [
            f"{module}.{n}"
            for n in inside.__all__
            if callable(getattr(inside, n)) and getattr(inside, n) not in known
        ]
    rooms = defaultdict(list)
    for name in names:
        rooms[found(name).__module__.split(".")[1]].append(name)
    return rooms


def found(name: str) -> object:
    """Return what a dotted public name means."""
    value: object = sk
    for part in name.split("."):
        value = getattr(value, part)
    return value


def documented(name: str) -> str:
    """Return the directive that shows a name with its docstring."""
    value = found(name)
    kind = "function"
    if isinstance(value, type):
        kind = "exception" if issubclass(value, BaseException) else "class"
    members = "\n   :members:" if kind == "class" else ""
    return f"## {name.rsplit('.', 1)[-1]}\n\n```{{eval-rst}}\n.. auto{kind}:: spacekit.{name}{members}\n```\n"


def main(arguments: list[str]) -> int:
    """Build the site and say where it is; a warning of Sphinx is an error."""
    parser = argparse.ArgumentParser(prog="docs", description="Build the site of the documentation.")
    words = "where to put source/ and html/, which are replaced (build/site)"
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "build" / "site", help=words)
    folder = parser.parse_args(arguments).folder.resolve()
    for part in ("source", "html"):  # nothing else in the folder is touched
        shutil.rmtree(folder / part, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    gather(folder / "source")
    code = sphinx(["-b", "html", "-q", "-W", "--keep-going", str(folder / "source"), str(folder / "html")])
    if code == 0:
        print(folder / "html" / "index.html")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
