"""The project as a whole: files in step, imports in one direction, names and words by rule, notebooks as run."""

import ast
import functools
import graphlib
import importlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "spacekit"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "requirements").glob("*.txt")}

MAP_LINE = re.compile(r"^\| `([a-z_]+)(?:/|\.py)` \|.*\|([^|]*)\|$", re.MULTILINE)


def rooms() -> dict[str, set[str]]:
    """The rooms that each room may import, as the table of CONTRIBUTING says it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return {room: set(re.findall(r"[a-z_]+", allowed)) for room, allowed in MAP_LINE.findall(text)}


ROOMS = rooms()
# A folder such as plot/ is one room, as is a file beside it.
MODULES = sorted(
    {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in PACKAGE.rglob("*.py")}
    - {"__init__", "__main__"}
)
NOTEBOOKS = sorted(
    path for path in ROOT.glob("notebooks/**/*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
# Written so that this file does not match itself.
MACHINE_PATH = re.compile(r"(?<![\w.~>}-])/(?:home|Users|root|work)/\w|\b[A-Z]:\\{1,2}Users\\")
API_KEY = re.compile(r"\b\d+\|\w{8,}")
TEXT_SUFFIXES = {
    ".py",
    ".md",
    ".toml",
    ".yml",
    ".yaml",
    ".txt",
    ".ipynb",
    ".json",
    ".jsonl",
    ".csv",
    ".cfg",
    "",
}


def normal_name(requirement: str) -> str:
    """Name of a requirement as indexes compare it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", requirement)[0]).lower()  # type: ignore[index]  # always matches


def pins(file: str = "all.txt") -> dict[str, list[str]]:
    """Every pinned package with its lines; of several versions for several systems, the last."""
    blocks = re.split(r"\n(?=\S)", PINS[file].strip())
    return {normal_name(block): block.splitlines() for block in blocks}


def pinned(name: str, file: str) -> str:
    """The version of a package that is pinned."""
    return pins(file)[name][0].split("==")[1].split()[0]


def tracked_files() -> list[Path]:
    """The project's own text files: what git has or would take; without git, all but what is made."""
    listing = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    names = [name for name in listing.stdout.split("\0") if name] if listing.returncode == 0 else []
    paths = [ROOT / name for name in names] or [
        path
        for path in ROOT.rglob("*")
        if not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
    ]
    return [
        path
        for path in paths
        if path.is_file() and path.suffix in TEXT_SUFFIXES and path.parent != ROOT / "tests" / "written"
    ]


# --- files in step ---


def test_environment_yml_is_in_step() -> None:
    """environment.yml is what scripts/environment.py makes of pyproject.toml."""
    command = [sys.executable, "scripts/environment.py", "--check"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_environment_check_fails_when_out_of_step(tmp_path: Path) -> None:
    """The check of environment.yml sees a changed dependency."""
    (tmp_path / "scripts").mkdir()
    for name in ("scripts/environment.py", "environment.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    project = tmp_path / "pyproject.toml"
    project.write_text(project.read_text(encoding="utf-8").replace('"tqdm>=', '"tqdm>=0'), encoding="utf-8")
    command = [sys.executable, str(tmp_path / "scripts/environment.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "out of step" in done.stderr


@pytest.mark.parametrize("file", PINS)
def test_every_pin_has_hashes(file: str) -> None:
    """Each pinned package has one exact version and at least one hash."""
    for name, (first, *rest) in pins(file).items():
        assert re.match(r"[\w.-]+==[\w.!+-]+( ; .+)? \\$", first), name
        assert rest, name
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest), name


@pytest.mark.parametrize("file", ["all.txt", "oldest.txt", "oldest.in"])
def test_pins_name_no_index(file: str) -> None:
    """The pins hold for any package index: no index option, no address."""
    text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
    assert not re.search(r"://|(?m:^\s*-)(?!-hash)|--(extra-)?index|--find-links|--trusted", text)


@pytest.mark.parametrize("line", [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]])
def test_the_lowest_versions_are_tested(line: str) -> None:
    """oldest.txt pins what pyproject.toml allows at the lowest, and all.txt something newer or the same."""
    name, floor = normal_name(line), re.search(r">=([\d.]+)", line)[1]  # type: ignore[index]  # all have one
    oldest = pinned(name, "oldest.txt")
    assert f"{oldest}.".startswith(f"{floor}.")
    assert [int(n) for n in floor.split(".")] <= [int(n) for n in pinned(name, "all.txt").split(".")[:3]]


def test_the_floors_are_those_of_notebook_services() -> None:
    """Nobody on Colab has to replace pandas, matplotlib, pyarrow or ipywidgets."""
    assert {"pandas>=2.2", "matplotlib>=3.10", "pyarrow>=18", "ipywidgets>=7.7,!=8.1.9"} <= set(
        PROJECT["dependencies"]
    )


@pytest.mark.parametrize("file", PINS)
def test_no_pin_is_excluded(file: str) -> None:
    """Version 8.1.9, with which VS Code is reported to draw nothing, is not pinned."""
    assert pinned("ipywidgets", file) != "8.1.9"


def test_every_dependency_is_pinned() -> None:
    """All dependencies, extras and build tools of pyproject.toml are among the pins."""
    wanted = [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
    ]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert {normal_name(line) for line in [*wanted, *build]} <= set(pins())


def test_no_second_lock_file() -> None:
    """Versions are locked in requirements/ alone: the newest in all.txt, the oldest in oldest.txt."""
    assert set(PINS) == {"all.txt", "oldest.txt"}
    assert not [
        name for name in ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock") if (ROOT / name).exists()
    ]


def test_changelog_has_this_version() -> None:
    """The version of the package has its part in the changelog."""
    version = re.search(
        r'^__version__ = "(.+)"$',
        (PACKAGE / "words" / "wording.py").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert version
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_machine_paths() -> None:
    """No file shows where on somebody's machine it was made."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@functools.cache
def built(kind: str) -> set[str]:
    """The files that an sdist or a wheel would hold, by their names in it."""
    builders = {"sdist": "sdist.SdistBuilder", "wheel": "wheel.WheelBuilder"}
    module, name = builders[kind].split(".")
    builder = getattr(importlib.import_module(f"hatchling.builders.{module}"), name)(str(ROOT))
    return {Path(file.distribution_path).as_posix() for file in builder.recurse_included_files()}


def test_the_sdist_holds_the_project() -> None:
    """From an unpacked sdist the tests run: it has every file that git has, text or picture."""
    command = ["git", "ls-files", "-z"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    names = [name for name in listing.stdout.split("\0") if (ROOT / name).is_file()]
    assert set(names) - built("sdist") - {"pyproject.toml"} == set()  # which every sdist has
    assert {"run.py", "bench/harness.py", ".ci/run", "requirements/all.txt", "tests/conftest.py"} <= built(
        "sdist"
    )


def test_the_wheel_holds_the_package() -> None:
    """Its code, samples, web files and page, and nothing else."""
    made = {"__pycache__", ".ipynb_checkpoints"}
    files = [path for path in PACKAGE.rglob("*") if path.is_file() and not made & set(path.parts)]
    assert built("wheel") == {path.relative_to(ROOT).as_posix() for path in files}


# --- rooms ---


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imported_rooms(node: ast.AST) -> Iterator[str]:
    """The project's modules that a file imports, wherever in it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            names = [alias.name for alias in child.names]
        elif isinstance(child, ast.ImportFrom):
            base = "spacekit" if child.level and not child.module else child.module or ""
            base = f"spacekit.{base}" if child.level and child.module else base
            names = [f"{base}.{alias.name}" for alias in child.names] if base == "spacekit" else [base]
        else:
            yield from imported_rooms(child)
            continue
        yield from (name.split(".")[1] for name in names if name.startswith("spacekit."))


def imports_of(module: str) -> set[str]:
    """The other modules that a module imports; for a package, those of all its files."""
    package = PACKAGE / module
    paths = package.rglob("*.py") if package.is_dir() else [package.with_suffix(".py")]
    trees = [tree_of(path) for path in paths]
    return {name for tree in trees for name in imported_rooms(tree)} & set(MODULES) - {module}


def files_imported(path: Path) -> set[Path]:
    """The files of the package that a file imports, late and for types as well."""
    modules = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    places = {ROOT.joinpath(*name.split(".")) for name in modules if name.split(".")[0] == "spacekit"}
    return {place.with_suffix(".py") for place in places if place.with_suffix(".py").is_file()}


def test_every_room_is_on_the_map() -> None:
    """The table of CONTRIBUTING has the rooms that are there, in an order in which each uses earlier ones only."""
    assert sorted(ROOMS) == MODULES
    seen: set[str] = set()
    for room, allowed in ROOMS.items():
        assert allowed <= seen, room
        seen.add(room)


@pytest.mark.parametrize("module", MODULES)
def test_imports_go_one_way(module: str) -> None:
    """A room imports only what its line of the table names; for types and late as well."""
    assert imports_of(module) <= ROOMS[module]


def test_no_circle_of_files() -> None:
    """Files can be put in an order in which each imports earlier ones only; types and late imports count."""
    files = [path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"]
    order = graphlib.TopologicalSorter({path: files_imported(path) for path in files})
    assert len(list(order.static_order())) == len(files)


def test_the_house_is_small() -> None:
    """A reader sees the whole package in one look: at most 18 entries, and none is called utils."""
    entries = {path.name for path in PACKAGE.iterdir()} - {"__pycache__"}
    assert len(entries) <= 18
    assert not [path for path in PACKAGE.rglob("*util*") if "__pycache__" not in path.parts]


# --- names and words of the code ---


def parsed(*patterns: str) -> dict[Path, ast.Module]:
    """The syntax trees of the project's Python files that fit the patterns."""
    paths = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
    return {path: tree_of(path) for path in paths}


def files_of(module: str) -> list[Path]:
    """The files of a room."""
    return sorted((PACKAGE / module).rglob("*.py")) or [PACKAGE / f"{module}.py"]


def names_made(tree: ast.Module) -> Iterator[str]:
    """The functions, classes and constants of a module."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def names_used(tree: ast.Module) -> set[str]:
    """Every name and attribute that a file uses or imports."""
    nodes = list(ast.walk(tree))
    return (
        {node.id for node in nodes if isinstance(node, ast.Name)}
        | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        | {node.name.split(".")[-1] for node in nodes if isinstance(node, ast.alias)}
    )


@pytest.fixture(scope="module")
def uses() -> Counter[str]:
    """How many files of the project use each name."""
    trees = parsed("spacekit/**/*.py", "tests/**/*.py", "scripts/*.py", "bench/**/*.py")
    return Counter(name for tree in trees.values() for name in names_used(tree))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_marks_its_own_helpers(module: str, uses: Counter[str]) -> None:
    """What only its own module uses begins with one underscore."""
    for path in files_of(module):
        made = [name for name in names_made(tree_of(path)) if not name.startswith("_")]
        assert [name for name in made if uses[name] == (name in names_used(tree_of(path)))] == [], path


def test_nobody_imports_the_helpers_of_another_module() -> None:
    """What begins with an underscore is used in its own module only; tests and benches included."""
    for path, tree in parsed("spacekit/**/*.py", "tests/**/*.py", "scripts/*.py", "bench/**/*.py").items():
        froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        names = [alias.name for node in froms if "spacekit" in (node.module or "") for alias in node.names]
        assert [name for name in names if re.match("_[^_]", name)] == [], path


@pytest.mark.parametrize("module", MODULES)
def test_docstrings_say_what_the_caller_gets(module: str) -> None:
    """No docstring begins with Give or Tell: it says Return, Yield, or what there is."""
    for path in files_of(module):
        nodes = ast.walk(tree_of(path))
        kinds = ast.Module, ast.ClassDef, ast.FunctionDef
        texts = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, kinds)]
        assert [text for text in texts if re.match(r"(Give|Tell)s?\b", text)] == [], path


@pytest.mark.parametrize("module", MODULES)
def test_no_file_is_long(module: str) -> None:
    """A file of the package has 400 lines at most."""
    assert [path for path in files_of(module) if path.read_text(encoding="utf-8").count("\n") > 400] == []


def test_import_check_sees_every_form() -> None:
    """The check above finds plain, relative, late and `from spacekit import` imports, for types as well."""
    code = (
        "import spacekit.fetching.http\nfrom . import ids\nfrom .tables import normalize\nfrom spacekit import plot\n"
        "def f():\n    from spacekit.cli import main\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .archive import Archive\n"
    )
    assert set(imported_rooms(ast.parse(code))) == {"fetching", "ids", "tables", "plot", "cli", "archive"}


def test_import_is_light() -> None:
    """`import spacekit` loads nothing heavy, and its tables nothing but pandas: the command handles Ctrl-C at once."""
    heavy = ("requests", "tqdm", "matplotlib", "ipywidgets", "scipy", "duckdb", "dask")
    code = (
        "import sys, spacekit; light = 'pandas' not in sys.modules; "
        f"spacekit.Tables; print([n for n in {heavy!r} if n in sys.modules], light)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


# --- notebooks ---


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The code cells that hold any code."""
    return [
        cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_was_run_in_order(path: Path) -> None:
    """Every code cell was executed once, from a fresh kernel, in order: 1, 2, 3, ..."""
    counts = [cell["execution_count"] for cell in code_cells(json.loads(path.read_text(encoding="utf-8")))]
    assert counts == list(range(1, len(counts) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_keeps_no_state_and_no_errors(path: Path) -> None:
    """No saved widget state and no traceback is committed."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert "widgets" not in notebook["metadata"]
    kinds = {output["output_type"] for cell in code_cells(notebook) for output in cell["outputs"]}
    assert "error" not in kinds


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebook_holds_no_key(path: Path) -> None:
    """Nothing that looks like a key (digits, a bar, an opaque rest) stands in a notebook."""
    assert not API_KEY.search(path.read_text(encoding="utf-8"))


# --- the guard of the tests ---


def test_guard_refuses_other_addresses(network_guard: Any) -> None:
    """A test that connects or looks a name up outside loopback gets an error, and would fail at its end."""
    with socket.socket() as sock, pytest.raises(OSError, match="Only loopback"):
        sock.connect(("192.0.2.1", 80))
    with pytest.raises(OSError, match="Only loopback"):
        socket.create_connection(("example.invalid", 80))
    assert network_guard.tries == ["192.0.2.1", "example.invalid"]
    network_guard.tries.clear()


def test_guard_lets_loopback_through() -> None:
    """A server on this machine can be reached, by address and by name."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, server.getsockname()[1])).close()


def test_no_key_in_the_environment() -> None:
    """Tests run without a key, also where the user has one."""
    assert "SOCIALDATA_API_KEY" not in os.environ
