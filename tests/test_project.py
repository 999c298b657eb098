"""The project as a whole: files in step, imports in one direction, notebooks as run, and run.py."""

import ast
import graphlib
import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "spacekit"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "requirements" / "all.txt").read_text(encoding="utf-8")

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


def pins() -> dict[str, list[str]]:
    """Every pinned package with its lines."""
    blocks = re.split(r"\n(?=\S)", PINS.strip())
    return {normal_name(block): block.splitlines() for block in blocks}


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
    return [path for path in paths if path.is_file() and path.suffix in TEXT_SUFFIXES]


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


def test_every_pin_has_hashes() -> None:
    """Each pinned package has one exact version and at least one hash."""
    for name, (first, *rest) in pins().items():
        assert re.match(r"[\w.-]+==[\w.!+-]+( ; .+)? \\$", first), name
        assert rest, name
        assert all(re.fullmatch(r"    --hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest), name


def test_pins_name_no_index() -> None:
    """The pins hold for any package index: no index option, no address."""
    assert not re.search(r"://|(?m:^\s*-)(?!-hash)|--(extra-)?index|--find-links|--trusted", PINS)


def test_every_dependency_is_pinned() -> None:
    """All dependencies, extras and build tools of pyproject.toml are among the pins."""
    wanted = [
        *PROJECT["dependencies"],
        *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
    ]
    build = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    assert {normal_name(line) for line in [*wanted, *build]} <= set(pins())


def test_no_second_lock_file() -> None:
    """requirements/all.txt is the only lock file."""
    assert not [
        name for name in ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock") if (ROOT / name).exists()
    ]


def test_changelog_has_this_version() -> None:
    """The version of the package has its part in the changelog."""
    version = re.search(
        r'^__version__ = "(.+)"$', (PACKAGE / "words.py").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert version
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_machine_paths() -> None:
    """No file tells where on somebody's machine it was made."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in tracked_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


# --- rooms ---


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
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths]
    return {name for tree in trees for name in imported_rooms(tree)} & set(MODULES) - {module}


def files_imported(path: Path) -> set[Path]:
    """The files of the package that a file imports, late and for types as well."""
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
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


def test_import_check_sees_every_form() -> None:
    """The check above finds plain, relative, late and `from spacekit import` imports, for types as well."""
    code = (
        "import spacekit.fetching.http\nfrom . import ids\nfrom .tables import normalize\nfrom spacekit import plot\n"
        "def f():\n    from spacekit.cli import main\n"
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .archive import Archive\n"
    )
    assert set(imported_rooms(ast.parse(code))) == {"fetching", "ids", "tables", "plot", "cli", "archive"}


def test_import_is_light() -> None:
    """`import spacekit` loads pandas, and nothing heavy that a table does not need."""
    heavy = ("requests", "tqdm", "matplotlib", "ipywidgets", "scipy", "duckdb", "dask")
    code = f"import sys, spacekit; print([n for n in {heavy!r} if n in sys.modules], 'pandas' in sys.modules)"
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


# --- run.py ---


@pytest.fixture
def run() -> ModuleType:
    """The bootstrap, as a module."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def elsewhere(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The bootstrap of another, empty project folder, whose commands are noted and not run."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "all.txt").write_text("pinned", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text("[project]", encoding="utf-8")
    for name in ("ROOT", "VENV", "VENV_PYTHON", "PINS", "MARKER"):
        monkeypatch.setattr(run, name, tmp_path / getattr(run, name).relative_to(ROOT))
    run.commands = []  # type: ignore[attr-defined]  # noted for the test
    monkeypatch.setattr(run, "quietly", lambda command, _failure: run.commands.append(command))
    monkeypatch.setattr(run, "venv_version", lambda: "3.11")
    return run


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_run_lists_its_verbs(
    run: ModuleType, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a verb or with --help, run.py lists each verb with one line, and ends well."""
    assert run.main(arguments) == 0
    printed = capsys.readouterr().out
    for verb in ("demo", "test", "lab", "app", "check", "bench", "lock"):
        assert re.search(rf"^  {verb} +\S.+$", printed, re.MULTILINE)


def test_run_unknown_verb(run: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown verb ends with 2 and the list, before anything is installed."""
    assert run.main(["tset"]) == 2
    printed = capsys.readouterr().err
    assert "no verb 'tset'" in printed
    assert "  test " in printed


@pytest.mark.parametrize(
    ("version", "old"), [((2, 7), True), ((3, 10), True), ((3, 11), False), ((3, 14, 1), False)]
)
def test_run_tells_an_old_python(run: ModuleType, version: tuple[int, ...], old: bool) -> None:
    """A Python before 3.11 gets one sentence with its own version and the one needed."""
    assert bool(run.too_old(version)) is old
    if old:
        assert f"Python {version[0]}.{version[1]};" in run.too_old(version)
        assert "3.11" in run.too_old(version)


def test_run_can_be_read_by_an_old_python() -> None:
    """Python 3.7 can parse run.py, so that the sentence is shown and no SyntaxError."""
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize("name", ["venv", "ensurepip"])
def test_run_tells_what_to_install(
    elsewhere: ModuleType, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where venv or ensurepip is missing, run.py says what to install and leaves nothing behind."""
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda asked: None if asked == name else find_spec(asked)
    )
    assert elsewhere.main(["demo"]) == 1
    printed = capsys.readouterr().err
    assert f"no '{name}'" in printed
    assert "apt-get install python3-venv" in printed
    assert not elsewhere.VENV.exists()


def test_run_installs_pins_then_project(elsewhere: ModuleType) -> None:
    """The pins come first, with hashes; then the project without dependencies of its own; then the mark."""
    elsewhere.ensure_environment()
    venv, pins_first, project = elsewhere.commands
    assert venv[1:3] == ["-m", "venv"]
    assert pins_first[-3:] == ["--require-hashes", "-r", str(elsewhere.PINS)]
    assert project[-4:] == ["--no-deps", "--no-build-isolation", "-e", str(elsewhere.ROOT)]
    assert elsewhere.read_marker() == elsewhere.fingerprint("3.11")


def test_run_does_nothing_when_ready(elsewhere: ModuleType) -> None:
    """A second start runs no pip."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    elsewhere.ensure_environment()
    assert elsewhere.commands == []


def test_run_makes_an_interrupted_venv_anew(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was installed before an interruption is thrown away: half a package may be among it."""

    def stop(command: list[str], failure: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(elsewhere, "quietly", stop)
        assert elsewhere.main(["demo"]) == 130
    half = elsewhere.VENV / "half-a-package"
    half.touch()
    elsewhere.ensure_environment()
    assert not half.exists()
    assert len(elsewhere.commands) == 3


@pytest.mark.parametrize("changed", ["requirements/all.txt", "pyproject.toml"])
def test_run_follows_changed_pins(elsewhere: ModuleType, changed: str) -> None:
    """Changed pins or metadata are installed on top of what is there."""
    elsewhere.ensure_environment()
    elsewhere.commands.clear()
    (elsewhere.ROOT / changed).write_text("changed", encoding="utf-8")
    elsewhere.ensure_environment()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


def test_run_remakes_a_venv_of_another_python(elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """A .venv that no longer runs, or runs another Python, is made anew."""
    elsewhere.ensure_environment()
    for version in ("", "3.13"):
        monkeypatch.setattr(elsewhere, "venv_version", lambda version=version: version)
        assert elsewhere.set_up_needed(elsewhere.read_marker(), version) == "make"


def test_run_never_deletes_a_venv_of_others(
    elsewhere: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A .venv that run.py did not make is used if it works; else run.py says so and leaves it alone."""
    theirs = elsewhere.VENV / "theirs"
    elsewhere.VENV.mkdir()
    theirs.touch()
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "")
    assert elsewhere.main(["demo"]) == 1
    assert "was not made by run.py" in capsys.readouterr().err
    monkeypatch.setattr(elsewhere, "venv_version", lambda: "3.11")
    elsewhere.ensure_environment()
    assert theirs.exists()
    assert ["venv" in command for command in elsewhere.commands] == [False, False]


@pytest.mark.skipif(sys.platform == "win32", reason="a venv has no links there")
def test_run_knows_a_real_venv(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a .venv whose python is but a link to another Python is none: pip would install outside the project."""
    half = tmp_path / ".venv" / "bin"
    half.mkdir(parents=True)
    (half / "python").symlink_to(Path(sys.executable).resolve())
    monkeypatch.setattr(run, "VENV", half.parent)
    monkeypatch.setattr(run, "VENV_PYTHON", half / "python")
    assert subprocess.run([half / "python", "-c", ""], check=False).returncode == 0
    assert run.venv_version() == ""
    with pytest.raises(run.SetupError, match="no working environment"):
        run.pip("install", "nothing")


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the tests do not run in a venv")
def test_run_knows_its_own_venv(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """The venv that these tests run in is known as one, with its version."""
    monkeypatch.setattr(run, "VENV", Path(sys.prefix))
    monkeypatch.setattr(run, "VENV_PYTHON", Path(sys.executable))
    assert run.venv_version() == f"3.{sys.version_info[1]}"


def test_run_keeps_the_mark_until_the_end(elsewhere: ModuleType) -> None:
    """A .venv that is emptied keeps its mark, so that one half removed is not taken for somebody else's."""
    (elsewhere.VENV / "lib").mkdir(parents=True)
    elsewhere.MARKER.write_text(elsewhere.UNFINISHED, encoding="utf-8")
    elsewhere.empty_venv()
    assert list(elsewhere.VENV.iterdir()) == [elsewhere.MARKER]


@pytest.mark.skipif(sys.platform == "win32", reason="a lock belongs to one process there")
def test_run_lock_outlives_a_killed_run(
    run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pip that outlives its run.py still holds the lock: nobody else writes into .venv meanwhile."""
    monkeypatch.setattr(run, "ROOT", tmp_path)
    with run.setup_lock():
        pip = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, close_fds=False)
    with (tmp_path / ".venv.lock").open("w") as lock:
        assert not run.try_lock(lock.fileno())
        pip.communicate(b"\n")
        assert run.try_lock(lock.fileno())


@pytest.mark.parametrize(
    ("arguments", "replaces", "on_all_cores"),
    [
        ([], False, True),
        (["-k", "tests"], False, False),
        (["-x"], False, False),
        (["-q", "--durations", "10"], False, True),
        (["notebooks", "-q"], True, True),
        (["tests/test_project.py"], True, False),
        (["tests/test_project.py::test_no_second_lock_file"], True, False),
    ],
)
def test_run_test_passes_arguments_on(
    run: ModuleType, arguments: list[str], replaces: bool, on_all_cores: bool
) -> None:
    """Paths replace the whole suite, options are added to it; few tests, and a search for a fault, run alone."""
    command = run.test_arguments(arguments)
    assert ("tests" not in command[: command.index("--nbval")]) is replaces
    assert ("-n" in command) is on_all_cores
    assert command[len(command) - len(arguments) :] == arguments


def test_run_check_knows_its_steps(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps run even after one failed, and the exit code says that one did."""
    ran = []
    monkeypatch.setattr(run, "python", lambda *command: ran.append(command) or int("ruff" in command))
    assert run.check([]) == 1
    assert len(ran) == len(run.check_steps())
    assert run.check(["types"]) == 0
    assert run.check(["tpyes"]) == 2
