"""What a reader of a notebook relies on: its parts, facts beside each chart, and outputs that hold on any machine."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("*.ipynb"))

MACHINE = re.compile(r"/(?:tmp|home|Users)/|[A-Z]:\\|ipykernel_|127\.0\.0\.1:\d|localhost:\d")
"""Paths of a machine, and ports, which are others on the next run."""

Cell = dict[str, Any]


def cells(path: Path) -> list[Cell]:
    """The cells of a notebook, their sources as text."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]


def words(cell: Cell) -> str:
    """All text that a cell put out; text that stands for a picture is none."""
    told = [output.get("text", []) for output in cell.get("outputs", ())]
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if "image/png" not in data:
            told += [data.get("text/plain", []), data.get("text/html", [])]
    return "".join("".join(lines) for lines in told)


def shows_chart(cell: Cell) -> bool:
    """Whether a picture was put out."""
    return any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)


def pictures(notebook: nbformat.NotebookNode) -> list[str]:
    """The pictures that the cells of a notebook put out, in their order."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    return [output.data["image/png"] for output in outputs if "image/png" in output.get("data", {})]


@every_notebook
def test_notebook_has_its_parts(path: Path) -> None:
    """A notebook begins with title, question, data and how to use one's own, and ends with findings."""
    first, *_, last = cells(path)
    assert first["source"].startswith("# ")
    for part in ("**Question.**", "**Data.**", "your own"):
        assert part.lower() in first["source"].lower()
    assert last["source"].startswith("## Findings\n")


@every_notebook
def test_notebook_says_that_data_is_made_up(path: Path) -> None:
    """Made-up data is called so where a notebook says what its data is."""
    assert "made up" in (data := cells(path)[0]["source"].replace("\n", " ").lower()) or "made-up" in data


@every_notebook
def test_notebook_prints_the_facts_of_each_chart(path: Path) -> None:
    """With each chart, or right below it, the facts that it shows are put out as text, which is compared."""
    code = [cell for cell in cells(path) if cell["cell_type"] == "code"]
    for cell, following in zip(code, [*code[1:], {}], strict=True):
        if shows_chart(cell):
            assert words(cell) or (words(following) and not shows_chart(following)), cell["source"]


@every_notebook
def test_notebook_holds_nothing_of_a_machine(path: Path) -> None:
    """No output holds a path or a port, or was written to stderr: it would differ on the next machine."""
    for cell in cells(path):
        assert not MACHINE.search(re.sub(r"base64,[\w+/=]+", "", words(cell))), cell["source"]
        assert "stderr" not in [output.get("name") for output in cell.get("outputs", ())], cell["source"]


@every_notebook
def test_notebook_leaves_its_forms_alive_with_a_still_picture(path: Path) -> None:
    """No cell closes a form, and where no kernel runs each form shows its chart."""
    for cell in cells(path):
        assert not re.search(r"^(form|explorer)\.close\(", cell["source"], re.MULTILINE), cell["source"]
        if re.search(r"^(form|explorer)$", cell["source"], re.MULTILINE):
            assert "<img alt=" in words(cell), cell["source"]


@every_notebook
def test_notebook_names_no_file_of_the_project(path: Path) -> None:
    """Its code needs nothing beside it: a notebook service opens it alone."""
    code = "\n".join(cell["source"] for cell in cells(path) if cell["cell_type"] == "code")
    assert not re.search(r"""["'](\.\./|docs/|notebooks/|spacekit/|tests/|demo/)""", code)


@pytest.mark.slow
@every_notebook
def test_notebook_runs_alone(path: Path, tmp_path: Path) -> None:
    """
    In an empty folder, in which it leaves nothing, and its pictures are those that the code draws.

    With other fonts all pictures are others; where some are the same, a different one is out of date.
    """
    notebook = nbformat.read(path, as_version=4)
    before = pictures(notebook)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute(cwd=str(tmp_path))
    assert list(tmp_path.iterdir()) == []
    same = [old.strip() == new.strip() for old, new in zip(before, pictures(notebook), strict=True)]
    assert all(same) or not any(same), same
