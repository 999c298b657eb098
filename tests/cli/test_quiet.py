"""`--quiet` leaves out all but errors, and the first cause of an exit code that is not 0."""

from pathlib import Path

import pytest
from commands import Run

SAYS = {
    "tables": ("tables", "samples"),
    "compare": ("compare", "samples"),
    "chart": ("chart", "audience", "samples", "-o", "a.png"),
    "at-age": ("at-age", "7D", "samples"),
    "growth": ("growth", "samples"),
    "to": ("tables", "samples", "--to", "out"),
}


@pytest.mark.parametrize("words", SAYS.values(), ids=SAYS)
def test_nothing_is_said(
    words: tuple[str, ...], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where all went well; without the option there is something."""
    monkeypatch.chdir(tmp_path)
    assert run(*words)[2]
    code, out, err = run(*words, "--quiet")
    assert (code, err) == (0, "")
    assert out or "--to" in words


def test_the_cause_is_said_in_one_line(run: Run) -> None:
    """And no remark with it."""
    code, _, err = run("compare", "samples", "--at-age", "900D", "--quiet")
    assert code == 3
    assert err.count("\n") == 1
    assert "23 Spaces, and not one has a count at" in err


def test_no_start_in_the_time_asked_for_is_a_cause(run: Run) -> None:
    """It is why the table is empty."""
    code, _, err = run("hosts", "samples", "--since", "2031", "--quiet")
    assert (code, err.count("\n")) == (3, 1)
    assert "0 of 87 Spaces started from 2031-01-01" in err


def test_a_space_that_is_not_in_the_archive_is_a_cause(run: Run, archive: Path) -> None:
    """The first one, where there are several."""
    code, _, err = run("archive", "forget", archive, "1jMJgLdenVjxL", "1nAKEABCDEFGH", "--quiet")
    assert code == 3
    assert err == f"spacekit: {archive} has no answer for 1jMJgLdenVjxL\n"
