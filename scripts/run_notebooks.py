"""Run notebooks from a fresh kernel and keep their outputs, without what differs from run to run or machine to machine.

.venv/bin/python scripts/run_notebooks.py                  # all of notebooks/
.venv/bin/python scripts/run_notebooks.py 01-first-look    # those whose names begin so
"""

import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def main(names: list[str]) -> int:
    """Run the notebooks whose names begin with one of those given; all where none is given."""
    paths = sorted(p for p in FOLDER.glob("*.ipynb") if not names or p.name.startswith(tuple(names)))
    if not paths:
        print(f"no notebook in {FOLDER.name}/ begins with {names}", file=sys.stderr)
        return 2
    os.environ.pop("SOCIALDATA_API_KEY", None)  # notebooks are shown as they look without a key
    for path in paths:
        run(path)
        print(f"{path.name}: done")
    return 0


def run(path: Path) -> None:
    """Run one notebook in place; an error in a cell stops, and the file stays as it was."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", store_widget_state=False)
    client.execute(cwd=str(path.parent))
    notebook.metadata = nbformat.NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    for number, cell in enumerate(notebook.cells, 1):
        cell["id"] = f"cell-{number:02d}"
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = steady(cell.outputs)
    nbformat.write(notebook, path)


def steady(outputs: list[nbformat.NotebookNode]) -> list[nbformat.NotebookNode]:
    """Join the pieces of a stream, cut elsewhere in each run, and drop views of widgets that end with the kernel."""
    kept: list[nbformat.NotebookNode] = []
    for output in outputs:
        if kept and output.output_type == "stream" == kept[-1].output_type and output.name == kept[-1].name:
            kept[-1].text += output.text
            continue
        if "data" in output:
            output.data.pop("application/vnd.jupyter.widget-view+json", None)
        kept.append(output)
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
