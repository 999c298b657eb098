"""How a run stands, in words and as a bar."""

import io
import sys

import pytest

from spacekit.fetching.progress import Bar, Lines, Progress


def test_note_says_why_and_how_long() -> None:
    """What is waited for stands there with the time, where it is known; nothing while requests go out."""
    assert Progress(9, 1, 2, 6, waiting_for="rate limit", wait_s=11.2).note == "rate limit: next in 12 s"
    assert Progress(9, 1, 2, 6, waiting_for="8 answers").note == "8 answers"
    assert Progress(9, 1, 2, 6).note == ""


def test_text_has_failed_left_and_time() -> None:
    """One line says it all."""
    assert str(Progress(9, 1, 2, 6, 300.0, "rate limit", 3)) == (
        "failed 2, left 6, at least 5 min to go, rate limit: next in 3 s"
    )


def test_bar_shows_counts_and_what_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar's count is of ended Spaces; a wait shows although no count moves; it closes with a line end."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    bar = Bar()
    bar(Progress(total=4, done=1, failed=1, left=2))
    bar(Progress(total=4, done=1, failed=1, left=2, waiting_for="rate limit", wait_s=12))
    bar(Progress(total=4, done=3, failed=1, left=0))
    bar.close()
    written = sys.stderr.getvalue()  # type: ignore[attr-defined]  # the StringIO above
    assert "2/4" in written
    assert "failed 1, left 2, rate limit: next in 12 s" in written
    assert written.endswith("\n")
    assert "4/4" in written.rpartition("\r")[2]


def test_bar_that_never_began_closes() -> None:
    """Closing a bar that has shown nothing writes nothing."""
    Bar().close()


def test_a_notebooks_bar_is_full_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search plans for 500 posts and gets 19: its widget then ends at 19 too."""
    import tqdm.auto
    import tqdm.notebook

    monkeypatch.setattr(tqdm.auto, "tqdm", tqdm.notebook.tqdm)
    bar = Bar()
    bar(Progress(total=500, done=0, failed=0, left=500, unit="post"))
    bar(Progress(total=19, done=19, failed=0, left=0, unit="post"))
    widget = bar._bar.container.children[1]
    bar.close()
    assert (widget.value, widget.max) == (19, 19)


def test_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe the first line comes after ten seconds, then one each half minute, none at the end."""
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    now = [0.0]
    lines = Lines(lambda: now[0])
    written = []
    for now[0] in range(100):
        lines(
            Progress(
                total=3000, done=now[0], failed=1, left=2999 - now[0], waiting_for="rate limit", wait_s=3
            )
        )
        written.append(sys.stderr.getvalue().count("\n"))  # type: ignore[attr-defined]  # the StringIO above
    lines(Progress(total=3000, done=3000, failed=0, left=0))
    assert [written.index(n) for n in (1, 2, 3)] == [10, 40, 70]
    first = sys.stderr.getvalue().splitlines()[0]  # type: ignore[attr-defined]
    assert "UTC: 10 of 3,000 Spaces are there, failed 1, left 2989, rate limit: next in 3 s" in first


def test_a_closed_terminal_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither bar nor lines raise where standard error is gone."""

    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    now = [0.0]
    for shown in (Bar(), Lines(lambda: now[0])):
        for now[0] in (0.0, 20.0):
            shown(Progress(total=4, done=1, failed=1, left=2, waiting_for="rate limit", wait_s=12))
    Bar().close()
