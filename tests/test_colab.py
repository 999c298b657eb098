"""scripts/colab.py: buttons come from one address, and go without it; docs/colab.md says how to do without."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from scripts import colab
from spacekit import __version__

ROOT = Path(__file__).resolve().parent.parent


def run(folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run the copy of the script that lies in a folder."""
    command = [sys.executable, str(folder / "scripts" / "colab.py")]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


def texts(folder: Path) -> dict[str, bytes]:
    """What the script may change."""
    return {
        path.name: path.read_bytes() for path in [folder / "README.md", *folder.glob("notebooks/*.ipynb")]
    }


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of what the script reads and writes, without an address."""
    (tmp_path / "scripts").mkdir()
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    for name in ("scripts/colab.py", "README.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "spacekit-audiences"\n', encoding="utf-8")
    return tmp_path


def give_address(folder: Path, address: str) -> None:
    """Name the repository in pyproject.toml."""
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(f'[project.urls]\nRepository = "{address}"\n')


def test_buttons_come_and_go_with_the_address(copied: Path) -> None:
    """README and notebooks have one, and a cell that installs; without an address they are as they were."""
    before = texts(copied)
    give_address(copied, "https://github.com/OWNER/NAME.git")
    assert run(copied).returncode == 0
    marked = texts(copied)
    assert run(copied).returncode == 0
    assert texts(copied) == marked
    for name, text in marked.items():
        notebook = "01-first-look.ipynb" if name == "README.md" else name
        assert (
            text.decode().count(f"colab.research.google.com/github/OWNER/NAME/blob/main/notebooks/{notebook}")
            == 1
        )
    cells = json.loads(marked["01-first-look.ipynb"])["cells"]
    assert "".join(cells[0]["source"]).startswith("# A first look")
    assert "github.com/OWNER/NAME/archive" in "".join(cells[1]["source"])
    (copied / "pyproject.toml").write_text('[project]\nname = "spacekit-audiences"\n', encoding="utf-8")
    assert run(copied).returncode == 0
    assert texts(copied) == before


def test_another_address_is_refused(copied: Path) -> None:
    """Colab opens notebooks of GitHub only."""
    before = texts(copied)
    give_address(copied, "https://example.org/spacekit")
    done = run(copied)
    assert done.returncode == 1
    assert "https://github.com/OWNER/NAME only" in done.stderr
    assert texts(copied) == before


def test_buttons_are_in_step() -> None:
    """README and notebooks have a button exactly if pyproject.toml has an address."""
    import tomllib

    place = colab.repository(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"])
    for text in texts(ROOT).values():
        assert text.decode().count("[![Open in Colab]") == bool(place)


def test_the_page_names_the_wheel_that_is_built() -> None:
    """The file has this version."""
    page = (ROOT / "docs" / "colab.md").read_text(encoding="utf-8")
    assert f"spacekit_audiences-{__version__}-py3-none-any.whl" in page
