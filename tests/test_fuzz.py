"""Whatever is pasted, read or typed: an answer or an error in our own words, nothing lost silently, and no key."""

import contextlib
import io
import os
import random
import re
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import fuzzed
import pytest
from key_forms import KEY, assert_no_key

import spacekit as sk
from spacekit.cli.main import main
from spacekit.ids import Found
from spacekit.words import Key

TIMES = [1, pytest.param(100, marks=pytest.mark.slow)]
"""How many times as many cases; the slow ones take some minutes. `SPACEKIT_FUZZ_SEED` chooses other ones."""
HELD = Key(KEY)
"""As a Client of this process has it: then it is known wherever it is."""
SEED = int(os.environ.get("SPACEKIT_FUZZ_SEED", "14"))
_FOUND_ANYWHERE = re.compile(r"(?<![^\W_])(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{13}(?![^\W_])")


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """A whole file of every kind."""
    return fuzzed.good_files()


@contextlib.contextmanager
def case(seed: int, what: object) -> Iterator[None]:
    """Say of a failure which case it was."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            yield
    except BaseException as error:
        error.add_note(f"case {seed}: {what!r:.2000}")
        raise


def assert_told(found: Found) -> None:
    """Each entry is an id, or says why not; nothing of the key is in what is shown."""
    assert all((entry.space_id is None) != (entry.reason is None) for entry in found.entries)
    assert_no_key(repr(found.entries), str(found), found._repr_html_(), repr(found.rejected))


def lines_of(content: bytes) -> set[int]:
    """The lines of a file that begin an object."""
    return {place for place, line in enumerate(content.split(b"\n"), 1) if line[:1] == b"{"}


def lines_told(batch: sk.Batch) -> set[int]:
    """The lines that outcomes name: "line 3", "lines 4 to 9"."""
    names = (re.search(r"lines? (\d+)(?: to (\d+))?", row.input) for row in batch.outcome_rows)
    return {line for name in names if name for line in range(int(name[1]), int(name[2] or name[1]) + 1)}


@pytest.mark.parametrize("times", TIMES)
def test_pasted_text(times: int) -> None:
    """Each id that stands by itself is found or rejected; each line of a list is an entry."""
    for seed in range(300 * times):
        chance = random.Random(SEED + seed)
        text = fuzzed.pasted(chance)
        with case(seed, text):
            assert_told(sk.find_ids(text))
            alone = sk.find_ids(f"{text}\n1jMJgLdenVjxL")
            assert "1jMJgLdenVjxL" in alone or '"' in text or any(mark in text for mark in "{["), text


@pytest.mark.parametrize("times", TIMES)
def test_lists(times: int) -> None:
    """Each entry of a list that is not empty is an id, a repeat or rejected."""
    odd = [None, float("nan"), "", " ", 7, 1.5, True, b"1jMJgLdenVjxL", object(), [], {}, {"id": 1}, ("a",)]
    for seed in range(300 * times):
        chance = random.Random(SEED + seed)
        values = [
            chance.choice([*odd, fuzzed.pasted(chance), fuzzed.pasted(chance)])
            for _ in range(chance.randrange(6))
        ]
        with case(seed, values):
            found = sk.find_ids(values)
            assert_told(found)
            meant = [value for value in values if isinstance(value, str) and re.search(r"[^\W_]", value)]
            assert len(found.entries) >= len([value for value in meant if '"tweets"' not in value])


@pytest.mark.parametrize("times", TIMES)
def test_files_of_ids(times: int, files: dict[str, bytes], tmp_path: Path) -> None:
    """Files of every kind, damaged or under a wrong name: ids, or an error of ours."""
    for seed in range(150 * times):
        chance = random.Random(SEED + seed)
        kind = chance.choice(list(files))
        path = tmp_path / f"f.{kind if chance.random() < 0.7 else chance.choice(fuzzed.FORMATS)}"
        content = (
            fuzzed.pasted(chance).encode("utf-8", "surrogatepass")
            if chance.random() < 0.3
            else fuzzed.damaged(files[kind], chance)
        )
        path.write_bytes(content)
        with case(seed, (path.name, kind, content)), contextlib.suppress(sk.SpacekitError):
            assert_told(sk.find_ids(path))
        path.unlink()


@pytest.mark.parametrize("times", TIMES)
def test_files_of_answers(times: int, files: dict[str, bytes], tmp_path: Path) -> None:
    """Files of every kind, damaged or under a wrong name: an outcome for each line, or an error of ours."""
    for seed in range(150 * times):
        chance = random.Random(SEED + seed)
        kind = chance.choice([*files, "jsonl", "jsonl"])
        path = tmp_path / f"f.{kind if chance.random() < 0.7 else chance.choice(fuzzed.FORMATS)}"
        content = fuzzed.damaged(files[kind], chance)
        path.write_bytes(content)
        with case(seed, (path.name, kind, content)), contextlib.suppress(sk.SpacekitError):
            batch = sk.read(path, progress=False)
            tables = [batch.spaces, batch.creators, batch.participants, batch.problems, batch.outcomes]
            assert_no_key(
                batch.outcomes["message"].to_csv(), batch.problems.drop(columns="space_id").to_csv()
            )
            assert len(tables[0]) == len(batch.records) == len(batch)
            if kind == "jsonl" and path.suffix == ".jsonl" and content[:1] == b"{":
                of_all = any(row.input == path.name for row in batch.outcome_rows)
                assert of_all or lines_of(content) <= lines_told(batch)
        path.unlink()


@pytest.mark.parametrize("times", TIMES)
def test_arguments_of_the_command(
    times: int, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any arguments in any order: an exit code that is documented, no traceback, no control characters, no key."""
    monkeypatch.chdir(tmp_path)
    known = fuzzed.options()
    for seed in range(120 * times):
        chance = random.Random(SEED + seed)
        for name in ("jsonl", "csv", "db", "zip", "xlsx"):
            if chance.random() < 0.2 or not Path(f"a.{name}").exists():
                Path(f"a.{name}").write_bytes(
                    files[name] if chance.random() < 0.8 else fuzzed.damaged(files[name], chance)
                )
        arguments = fuzzed.command(chance, known)
        out, err = io.StringIO(), io.StringIO()
        stdin = io.StringIO(fuzzed.pasted(chance))
        with (
            case(seed, arguments),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            patch.object(sys, "stdin", stdin),
        ):
            try:
                code: object = main(arguments)
            except SystemExit as end:
                code = end.code
            assert code in (None, 0, 1, 2, 3, 4, 5)
            assert "Traceback" not in err.getvalue()
            assert not re.search(
                r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", err.getvalue()
            )
            assert_no_key(out.getvalue().replace("\x00", ""), err.getvalue())
