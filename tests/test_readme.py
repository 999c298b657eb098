"""The README: every block of it is run, in order, as a reader would paste it."""

import ast
import inspect
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
from nbclient import NotebookClient

import spacekit as sk
from spacekit.cli.main import main
from spacekit.fetching.client import Client
from spacekit.fields import TABLES
from spacekit.server import Server

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
PYTHON = [code for language, code in BLOCKS if language == "python"]
SHELL = [line for language, code in BLOCKS if language == "sh" for line in code.strip().splitlines()]
KEY = "1|sandbox"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Server]:
    """The documented service on this machine in place of the real one, a key, and an empty folder with ids."""
    posts = json.loads(
        json.dumps(sk.sample_posts()).replace("sample_radio", "XEng")
    )  # the host of the README
    with Server(posts=posts) as server:
        made = inspect.unwrap(Client.__init__)
        defaults = tuple(
            server.url if value == made.__defaults__[1] else value for value in made.__defaults__ or ()
        )
        monkeypatch.setattr(made, "__defaults__", defaults)
        monkeypatch.setenv("SOCIALDATA_API_KEY", KEY)
        monkeypatch.chdir(tmp_path)
        Path("ids.txt").write_text("1SAMPLEIFQBSG\n1SAMPLExARSif\n1SAMPLEnoRec1\n")
        yield server


def run_cell(code: str, names: dict[str, Any]) -> list[Any]:
    """Run a block as a notebook cell; give the value of each line that is an expression."""
    values = []
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Expr):
            values.append(eval(compile(ast.Expression(statement.value), "README", "eval"), names))  # noqa: S307
        else:
            exec(compile(ast.Module([statement], []), "README", "exec"), names)  # noqa: S102
    return values


def test_python_blocks_run_in_order(service: Server) -> None:
    """The one cell fetches what is pasted; the block with a key finds the Spaces of a host."""
    names: dict[str, Any] = {}
    run_cell(PYTHON[0], names)
    assert names["batch"].counts == {"ok": 12, "duplicate": 1, "invalid": 1}
    plt.close("all")
    for block in PYTHON[1:]:
        run_cell(block, names)
    assert names["batch"].complete


def shown_by(*command: Any, **options: Any) -> str:
    """What Python prints for the one cell, as a script or as typed into the interpreter; it warns of nothing."""
    environment = {**os.environ, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, *command], check=True, capture_output=True, text=True, env=environment, **options
    )
    assert "Warning" not in done.stderr
    return done.stdout


def check_one_cell(words: str) -> None:
    """The card with a small table, the picture, and the comparison that the README shows."""
    assert "12 Spaces of 14 inputs" in words
    assert "1 invalid" in words
    assert re.search(r"The Tuesday show +sample_radio +2026-02-17 20:01 +47,646 +1,799 +3.6 %", words)
    (picture,) = re.findall(r"^Picture: (.+)$", words, re.MULTILINE)
    assert Path(picture).read_bytes().startswith(b"\x89PNG")
    Path(picture).unlink()
    (comparison,) = [code for language, code in BLOCKS if language == "text"]
    assert comparison in words
    assert len(comparison.splitlines()[0].split()) == 7


def test_the_one_cell_runs_as_a_script(tmp_path: Path) -> None:
    """It prints everything."""
    script = tmp_path / "cell.py"
    script.write_text(PYTHON[0], encoding="utf-8")
    check_one_cell(shown_by(script))


def test_the_one_cell_runs_in_the_plain_interpreter() -> None:
    """Line by line, as pasted."""
    check_one_cell(shown_by("-i", "-q", input=PYTHON[0]))


def test_the_one_cell_runs_in_a_notebook() -> None:
    """It shows a card, a picture with words for who cannot see it, and a table; each once."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(PYTHON[0])])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    card, picture, table = notebook.cells[0].outputs
    assert "12 Spaces" in card["data"]["text/html"]
    assert "image/png" in picture["data"]
    assert "made-up data" in picture["metadata"]["image/png"]["alt"]
    assert "59 to 89 %" in table["data"]["text/html"]


def test_questions_are_answered_with_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the samples each call has intervals, after less before among them; hosts alone are thin, as the text says."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown: list[Any] = []
    monkeypatch.setattr(sk, "show", lambda *things: shown.extend(things))
    run_cell(next(code for code in PYTHON if "at_age" in code), names)
    overall, hosts, contrast = shown
    assert overall[["share_low", "share_high"]].notna().all(axis=None)
    assert hosts[["low", "high"]].notna().all(axis=None)
    assert contrast[["difference", "low", "high", "p_holm"]].notna().all(axis=None)
    medians = sk.compare(names["week"], by=names["march"]).set_index("group")["share_median"]
    assert contrast.difference[0] == pytest.approx(medians["after"] - medians["before"], abs=1e-9)
    sizes = sk.compare(names["week"], by="host")
    assert sizes["thin"].all()
    spaces = names["week"].groupby("creator_id").size()
    told = f"{len(names['week'])} Spaces by {len(spaces)} hosts"
    assert told in " ".join(README.split())
    assert (spaces.min(), spaces.max()) == (1, 5)


def test_every_block_is_python_or_shell() -> None:
    """So that none escapes these tests."""
    assert {language for language, _ in BLOCKS} == {"python", "sh", "text"}
    assert len(PYTHON) == 4


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("spacekit ")])
def test_shell_commands_run(line: str, service: Server) -> None:
    """Each ends well, on an archive that the first one makes."""
    fetch = next(entry for entry in SHELL if entry.startswith("spacekit fetch"))
    for command in dict.fromkeys([fetch, line]):
        words = shlex.split(command)[1:]
        extra = ["--base-url", service.url] if words[0] in ("fetch", "search") else []
        assert main([*words, *extra]) == 0


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("python3 run.py")])
def test_run_commands_are_there(line: str, tmp_path: Path) -> None:
    """`demo` runs whole; `test` is what runs this, so only its help of verbs is looked at."""
    verb = shlex.split(line)[2]
    listed = subprocess.run(
        [sys.executable, ROOT / "run.py", "--help"], capture_output=True, text=True, check=True
    )
    assert f"  {verb} " in listed.stdout
    if verb == "demo":
        assert main(["demo", "--out", str(tmp_path / "demo")]) == 0
        assert {path.name for path in (tmp_path / "demo").iterdir()} == {
            "spaces.csv",
            "creators.csv",
            "audience.png",
        }


@pytest.mark.parametrize("line", [line for line in SHELL if "pip install" in line])
def test_install_commands_install_the_package(line: str, tmp_path: Path) -> None:
    """Into an empty folder, with what is on this machine: no dependency is downloaded for a test."""
    words = shlex.split(line)
    offline = ["--no-deps", "--no-build-isolation", "--target", str(tmp_path / "site"), "-q"]
    command = [sys.executable, "-m", *words, *offline]
    if words[0] == "uv":
        pytest.importorskip("uv", reason="uv is for those who work on spacekit")
        command += ["--offline", "--python", sys.executable]
    environment = {**os.environ, "UV_CACHE_DIR": str(tmp_path / "cache")}
    subprocess.run(command, check=True, cwd=ROOT, capture_output=True, env=environment)
    assert (tmp_path / "site" / "spacekit" / "samples" / "samples.jsonl").exists()
    assert (tmp_path / "site" / "spacekit" / "py.typed").exists()


@pytest.mark.parametrize("line", [line for line in SHELL if line.startswith("export")])
def test_the_key_is_read_from_where_the_readme_puts_it(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name and the quotes are right."""
    name, _, value = shlex.split(line)[1].partition("=")
    monkeypatch.setenv(name, value)
    assert "key set" in repr(sk.Client())


def test_no_shell_line_is_left_out() -> None:
    """Every line is of a kind that is run above."""
    kinds = ("spacekit ", "python3 run.py", "pip install", "uv pip install", "export ")
    assert [line for line in SHELL if not line.startswith(kinds)] == []


def test_links_lead_to_files() -> None:
    """What the README points to in the project is there."""
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert target.startswith("https://") or (ROOT / target).exists(), target


def test_the_number_of_columns_is_right() -> None:
    """The README names it."""
    assert f"{len(TABLES['spaces'])} columns" in README


@pytest.mark.parametrize("block", PYTHON)
def test_python_blocks_paste_into_the_plain_interpreter(block: str) -> None:
    """An indented block ends with a blank line, which the interpreter needs where a notebook does not."""
    lines = block.splitlines()
    for line, following in pairwise(lines):
        assert not (line.startswith("    ") and following and not following.startswith(" ")), following
