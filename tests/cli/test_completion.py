"""`spacekit completion`: scripts, tried in the shells that are there."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from commands import Run

from spacekit.cli import catalogue, chart, main
from spacekit.cli.completion import SHELLS
from spacekit.cli.options import GROUP_WORDS
from spacekit.cli.tables import TABLES
from spacekit.plot import CHARTS
from spacekit.stats import groups

LINES = {
    "spacekit comp": {"compare", "completion"},
    "spacekit archive ex": {"export"},
    "spacekit compare --conf": {"--confidence"},
    "spacekit chart re": {"reach", "replay_share"},
    "spacekit chart growth sp": {"spaces.db"},
    "spacekit compare spaces.db --by we": {"weekday"},
    "spacekit tables spaces.db --table me": {"measures"},
    "spacekit hosts spaces.db --format pa": {"parquet"},
    "spacekit help at": {"at-age"},
    "spacekit completion f": {"fish"},
}
"""What is typed, and what it can become."""


def shell(name: str, script: str, folder: Path) -> list[str]:
    """The lines that a script in a real shell prints."""
    program = shutil.which(name)
    if program is None:
        pytest.skip(f"there is no {name} here")
    (folder / "spaces.db").touch()
    done = subprocess.run([program, "-c", script], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stderr == ""
    return done.stdout.splitlines()


@pytest.fixture(params=SHELLS)
def script(request: pytest.FixtureRequest, run: Run, tmp_path: Path) -> tuple[str, Path]:
    """The script of each shell, in a file."""
    code, out, err = run("completion", request.param)
    assert (code, err) == (0, "")
    path = tmp_path / f"script.{request.param}"
    path.write_text(out, encoding="utf-8")
    return request.param, path


def test_a_script_names_every_command_and_value(script: tuple[str, Path]) -> None:
    """Commands, charts, tables and formats are in it; it is ASCII, so that no encoding spoils it."""
    text = script[1].read_text(encoding="utf-8")
    commands = main.parser()._get_positional_actions()[0].choices
    commands["tables"].fill()
    formats = commands["tables"]._option_string_actions["--format"].choices
    assert all(word in text for word in (*catalogue.COMMANDS, *CHARTS, *TABLES, *formats))
    assert text.isascii()


def test_what_is_listed_without_loading_it_is_all() -> None:
    """Charts and words of groups, which take long to load, are those of `plot` and `stats`."""
    assert tuple(CHARTS) == chart.NAMES
    assert GROUP_WORDS == groups._WORDS


@pytest.mark.parametrize("line", LINES)
def test_in_bash(line: str, run: Run, tmp_path: Path) -> None:
    """Bash completes what is typed, as its function does at TAB."""
    (tmp_path / "c.bash").write_text(run("completion", "bash")[1], encoding="utf-8")
    code = f"""
        source ./c.bash
        function=$(complete -p spacekit | sed 's/.*-F //; s/ .*//')
        COMP_WORDS=({line}); COMP_CWORD={line.count(" ")}; COMP_LINE="{line}"; COMP_POINT={len(line)}
        $function
        printf '%s\\n' "${{COMPREPLY[@]}}" """
    assert set(shell("bash", code, tmp_path)) == LINES[line]


@pytest.mark.parametrize("line", LINES)
def test_in_fish(line: str, run: Run, tmp_path: Path) -> None:
    """Fish completes what is typed, with what it means beside it."""
    (tmp_path / "c.fish").write_text(run("completion", "fish")[1], encoding="utf-8")
    found = shell("fish", f"source ./c.fish; complete -C '{line}'", tmp_path)
    assert {one.split("\t")[0] for one in found} == LINES[line]


def test_fish_says_what_each_chart_shows(run: Run, tmp_path: Path) -> None:
    """Beside its name, in the words of `chart --list`."""
    (tmp_path / "c.fish").write_text(run("completion", "fish")[1], encoding="utf-8")
    found = shell("fish", "source ./c.fish; complete -C 'spacekit chart '", tmp_path)
    assert {line for line in found if "\t" in line} >= {
        f"{name}\t{made.shows.removesuffix('.')}" for name, made in CHARTS.items()
    }


def test_in_zsh(run: Run, tmp_path: Path) -> None:
    """Zsh, which completes at a terminal only, completes a value, a command and a file."""
    pexpect = pytest.importorskip("pexpect")
    if shutil.which("zsh") is None:
        pytest.skip("there is no zsh here")
    (tmp_path / "_spacekit").write_text(run("completion", "zsh")[1], encoding="utf-8")
    (tmp_path / "spaces.db").touch()
    options = {"cwd": str(tmp_path), "env": {**os.environ, "TERM": "dumb"}, "dimensions": (40, 160)}
    terminal = pexpect.spawn("zsh", ["-f", "-i"], encoding="utf-8", timeout=60, **options)
    terminal.sendline("fpath=($PWD $fpath); autoload -Uz compinit; compinit -u -D; echo re''ady")
    terminal.expect_exact("ready")
    for typed, whole in (
        ("spacekit compare --by we", "spacekit compare --by weekday"),
        ("spacekit over-t", "spacekit over-time"),
        ("spacekit chart growth sp", "spacekit chart growth spaces.db"),
    ):
        terminal.send(f"{typed}\t")
        terminal.expect_exact(whole)
        terminal.send("\x15")  # clears the line
    terminal.close(force=True)


def test_no_python_is_started(script: tuple[str, Path]) -> None:
    """TAB runs nothing of spacekit: it would take a second each time."""
    assert "python" not in script[1].read_text(encoding="utf-8").lower()
    assert os.access(script[1], os.R_OK)
