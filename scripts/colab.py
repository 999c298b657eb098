"""
Put the buttons "Open in Colab" into README.md and the notebooks, or take them out.

The address is the `Repository` of `[project.urls]` in pyproject.toml, on GitHub: Colab opens no other. Without it there
are no buttons. After a change of it run this, then scripts/run_notebooks.py.
"""

import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
TAG = "colab"
BUTTON = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({})"
OPENS = "https://colab.research.google.com/github/{}/blob/main/notebooks/{}"
INSTALLS = """\
import sys

if "google.colab" in sys.modules:  # Colab does not have spacekit yet
    %pip install -q "{} @ https://github.com/{}/archive/refs/heads/main.zip\""""


def repository(project: dict[str, object]) -> str:
    """Return owner and name of the repository, as `owner/name`; empty if pyproject.toml has no address."""
    urls = project.get("urls", {})
    address = str(urls.get("Repository", "")) if isinstance(urls, dict) else ""
    match = re.fullmatch(r"https://github\.com/([\w.-]+/[\w.-]+?)(?:\.git)?/?", address)
    if address and not match:
        raise SystemExit(
            f"pyproject.toml: Repository is {address!r}. Colab opens https://github.com/OWNER/NAME only."
        )
    return match[1] if match else ""


def with_button(text: str, place: str, notebook: str) -> str:
    """Return a text with the button below its title, and no other."""
    title, _, rest = re.sub(r"^\[!\[Open in Colab\].*\n\n", "", text, flags=re.MULTILINE).partition("\n\n")
    button = BUTTON.format(OPENS.format(place, notebook))
    return "\n\n".join([title, button, rest] if place else [title, rest])


def mark(path: Path, name: str, place: str) -> None:
    """Put the button and the cell that installs spacekit into a notebook, or take them out."""
    notebook = nbformat.read(path, as_version=4)
    cells = [cell for cell in notebook.cells if TAG not in cell.metadata.get("tags", ())]
    cells[0].source = with_button(cells[0].source, place, path.name)
    if place:
        code = INSTALLS.format(name, place)
        cells.insert(1, nbformat.v4.new_code_cell(code, id=TAG, metadata={"tags": [TAG]}))
    notebook.cells = cells
    nbformat.write(notebook, path)


def main() -> int:
    """Bring README and notebooks in step with pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    place = repository(project)
    notebooks = sorted((ROOT / "notebooks").glob("*.ipynb"))
    for path in notebooks:
        mark(path, project["name"], place)
    readme = ROOT / "README.md"
    text = with_button(readme.read_text(encoding="utf-8"), place, notebooks[0].name)
    readme.write_text(text, encoding="utf-8", newline="\n")
    print(f"buttons open github.com/{place}" if place else "no buttons: [project.urls] has no Repository")
    return 0


if __name__ == "__main__":
    sys.exit(main())
