"""The command `spacekit`: its parser, its help, its exit codes, and what it does as a process."""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import DOCUMENTED, Run

import spacekit as sk
from spacekit.cli import main as cli
from spacekit.cli.catalogue import COMMANDS
from spacekit.cli.options import in_options


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Every parser with its name: the top, each command, each action of `archive`."""

    def below(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
        if isinstance(parser, cli.Command):
            parser.fill()
        yield parser
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    yield from below(child)

    return {parser.prog: parser for parser in below(cli.parser())}


@pytest.mark.parametrize("name", list(parsers()))
def test_help_explains_every_argument(name: str, run: Run) -> None:
    """`--help` of each command names and explains each of its arguments, in 80 columns."""
    parser = parsers()[name]
    code, out, err = run(*name.split()[1:], "--help")
    assert (code, err) == (0, "")
    assert max(map(len, out.splitlines())) <= 80
    for action in parser._actions:
        assert action.help or isinstance(action, argparse._SubParsersAction), action
        assert all(option in out for option in action.option_strings or [str(action.metavar)])


def test_commands_are_those_of_the_parser(run: Run) -> None:
    """`COMMANDS` is the list of commands, and `--help` shows each with what it does."""
    out = " ".join(run("--help")[1].split())
    assert all(f"{name} {summary}" in out for name, summary in COMMANDS.items())


def test_help_lists_the_exit_codes(run: Run) -> None:
    """`--help` lists every exit code, and how to set the key."""
    out = run("--help")[1]
    assert re.findall(r"^  (\d+)  ", out, re.MULTILINE) == [*"012345", "129", "130", "141", "143"]
    assert "export SOCIALDATA_API_KEY='123|abc'" in out


@pytest.mark.parametrize("command", list(COMMANDS))
def test_each_command_lists_its_exit_codes(command: str, run: Run) -> None:
    """A command that asks the service lists 4 and 5, the others do not; servers are ended, so they list no signal."""
    codes = re.findall(r"^  (\d+)  ", run(command, "--help")[1], re.MULTILINE)
    serves = command in ("serve", "app")
    asks = command in ("fetch", "search", "plan", "refresh", "watch")
    assert codes == [*"012", *("" if serves else "3"), *("45" if asks else "")] + (
        [] if serves else ["129", "130", "141", "143"]
    )


def test_version(run: Run) -> None:
    """`--version` prints the package's."""
    assert run("--version") == (0, f"spacekit {sk.__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["nothing"],
        ["ids"],
        ["ids", "123|abcdefgh"],
        ["fetch", "--sandbox", "-o", "x.foo"],
        ["fetch", "--sandbox", "--base-url", "http://127.0.0.1:1"],
        ["fetch", "--sandbox", "--api-key", "1|x"],
        ["fetch", "--sandbox", "-o", "x.csv", "--outcomes", "x.csv"],
        ["plan", DOCUMENTED, "--max-age", "30"],
        ["plan", DOCUMENTED, "--max-age", "soon"],
        ["plan", DOCUMENTED, "--workers", "0"],
        ["plan", DOCUMENTED, "--requests-per-minute", "-1"],
        ["plan", DOCUMENTED, "--timeout", "0"],
        ["plan", DOCUMENTED, "--price", "nan"],
        ["tables"],
        ["tables", "samples", "--to", "x", "--table", "spaces"],
        ["tables", "samples", "others.jsonl"],
        ["tables", "sampels"],
        ["chart"],
        ["chart", "nothing", "samples", "-o", "x.png"],
        ["chart", "hosts", "samples", "-o", "x.gif"],
        ["chart", "hosts", "samples", "-o", "x.png", "--by", "host"],
        ["chart", "hosts", "samples", "-o", "x.png", "--size", "big"],
        ["chart", "calendar", "samples", "-o", "x.png", "--tz", "Nowhere/Land"],
        ["compare", "samples", "--confidence", "95"],
        ["watch"],
        ["serve", "--port", "99999"],
    ],
)
def test_wrong_usage_is_2(
    arguments: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wrong usage ends with 2 and one line that says where help is; nothing is written."""
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    last = err.splitlines()[-1]
    assert (code, out) == (2, "")
    assert re.fullmatch(r"spacekit.*: .+[.?] See spacekit.* --help", last)
    assert "123|" not in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["ids", "--file", "nothing.txt"],
        ["tables", "nothing.jsonl"],
        ["tables", "document.jsonl"],
        ["tables", "words.txt"],
        ["chart", "hosts", "nothing.jsonl", "-o", "x.png"],
        ["chart", "hosts", "samples", "-o", "nowhere/x.png"],
        ["compare", "words.txt"],
        ["fetch", "--sandbox", "-o", "nowhere/x.csv"],
        ["fetch", "--sandbox", "--archive", "words.txt"],
        ["refresh", "--archive", "nothing.db"],
        ["watch", "--archive", "nothing.db"],
        ["archive", "info", "nothing.db"],
        ["archive", "check", "words.txt"],
        ["archive", "import", "new.db", "nothing.jsonl"],
        ["serve", "nothing.jsonl"],
    ],
)
def test_errors_are_1_and_one_line(
    arguments: list[str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error ends with 1, and its last line says what is wrong; no traceback, nothing made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "document.jsonl").write_text('[{"code": 88}]')
    (tmp_path / "words.txt").write_text("only words")
    code, out, err = run(*arguments)
    printed = [line for line in err.splitlines() if "Made-up" not in line]
    assert (code, out) == (1, "")
    assert len(printed) == 1
    assert printed[0].startswith("spacekit: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document.jsonl", "words.txt"]


@pytest.mark.parametrize(
    ("words", "here"),
    [
        ("Check SOCIALDATA_API_KEY, or api_key=.", "Check SOCIALDATA_API_KEY."),
        ("Check the id; max_age=0 asks again.", "Check the id; --max-age 0 asks again."),
        ("the budget is spent (max_requests)", "the budget is spent (--max-requests)"),
        ("by: there is no column 'x'.", "--by: there is no column 'x'."),
        (
            "Run it again; see .outcomes for the cause.",
            "Run it again; see the table of outcomes (fetch --outcomes FILE, tables --table outcomes) for the cause.",
        ),
        ("There is none. Or try spacekit.sandbox().", "There is none. Or try --sandbox."),
        ("JSON, no ids. Read it with sk.read.", "JSON, no ids. Read it with spacekit tables."),
        (
            'Give fetched_at= for all, or {"fetched_at": 1}.',
            'Give --fetched-at for all, or {"fetched_at": 1}.',
        ),
        ("a.db: locked. Open it again with Archive(path).", "a.db: locked. Run the same again."),
        (
            "Base URL: 'x'. Leave it out; pass api_key=.",
            "--base-url: 'x'. Leave it out; set SOCIALDATA_API_KEY.",
        ),
        ("SQLite. sk.Archive opens an archive.", "SQLite. spacekit archive opens an archive."),
        ("data/max_age.txt: cannot read 'fetched_at'", "data/max_age.txt: cannot read 'fetched_at'"),
    ],
)
def test_messages_name_options(words: str, here: str) -> None:
    """What is an argument in Python is named as an option; names in files and quotes stay as they are."""
    assert in_options(words) == here


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no error of the input or the service is not hidden."""

    def broken(source: str) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr("spacekit.cli.selection.opened", broken)
    with pytest.raises(ValueError, match="a bug"):
        cli.main(["compare", "samples"])


def test_closed_pipe_is_quiet() -> None:
    """Where nobody reads the output any more, the command ends with 141 and says nothing about it."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "spacekit", "tables", "samples"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == 141
    assert "BrokenPipe" not in done.stderr
    assert "Exception" not in done.stderr


@pytest.mark.parametrize("words", [["--help"], [], ["help"], ["-V"], ["comprae"]])
def test_no_heavy_import_for_help(words: list[str]) -> None:
    """What is no command's own loads none of what commands need."""
    heavy = ("pandas", "numpy", "pyarrow", "requests", "tqdm", "matplotlib", "ipywidgets", "scipy", "msgspec")
    code = (
        f"import sys; from spacekit.cli.main import main\ntry: main({words!r})\nexcept SystemExit: pass\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_command_without_a_sandbox_does_not_advise_it(run: Run, tmp_path: Path) -> None:
    """Without a key, `refresh` names only what it takes."""
    with sk.sandbox() as client, sk.Archive(tmp_path / "a.db") as archive:
        client.fetch(DOCUMENTED, archive, progress=False)
    code, _, err = run(
        "refresh", "--archive", tmp_path / "a.db", "--ages", "1160D"
    )  # due two days after its answer
    assert (code, err) == (5, "spacekit: API key: there is none. Set SOCIALDATA_API_KEY.\n")


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (["comprae"], "'compare'"),
        (["at_age"], "'at-age'"),
        (["help", "chrat"], "'chart'"),
        (["archive", "exprt"], "'export'"),
        (["compare", "samples", "--bi", "host"], "'--by'"),
        (["compare", "--outputt=x.csv", "samples"], "'--output'"),
        (["compare", "samples", "--by", "hots"], "'host'"),
        (["compare", "samples", "--by", "host,sate"], "'state'"),
        (["contrast", "samples", "--by", "weekday", "--reference", "Mondy"], "'Monday'"),
        (["chart", "hostz", "samples", "-o", "x.png"], "'hosts'"),
        (["tables", "samples", "--table", "measure"], "'measures'"),
        (["completion", "powershel"], "'powershell'"),
    ],
)
def test_the_nearest_word_is_named(arguments: list[str], nearest: str, run: Run) -> None:
    """A misspelled command, option, action, group, column, chart, table or shell is answered with the right one."""
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert f"Did you mean {nearest}" in err


def test_no_arguments_print_the_help(run: Run) -> None:
    """`spacekit` alone, `--help` and `help` print the same on standard output; `help COMMAND` prints that of one."""
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out == run("--help")[1] == run("help")[1]
    assert run("help", "compare") == run("compare", "--help")
    assert run("help", "archive", "forget") == run("archive", "forget", "--help")
    assert run("-V") == run("--version")


def test_a_key_as_an_option_is_not_shown(run: Run) -> None:
    """The message says where the key belongs, and does not repeat it."""
    code, _, err = run("fetch", "--sandbox", "--api-key=123|secret")
    assert (code, "secret" in err, "SOCIALDATA_API_KEY" in err) == (2, False, True)
