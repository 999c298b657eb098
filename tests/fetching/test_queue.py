"""Whose turn it is, on a clock that is passed in."""

import pytest

from spacekit.fetching.pacing import WINDOW_S, Pacer, Wait
from spacekit.fetching.queue import Line, Task


def take(line: Line, now: float) -> Task:
    """Take a Space that must be there."""
    task = line.take(now)
    assert isinstance(task, Task)
    return task


def test_spaces_come_in_order_then_nothing() -> None:
    """Each Space is given once, in the order asked, then None."""
    line = Line("abc", Pacer(None))
    assert [take(line, 0.0).space_id for _ in range(3)] == ["a", "b", "c"]
    assert line.take(0.0) is None
    assert line.sent == 3


def test_a_space_that_waits_holds_up_no_other() -> None:
    """New Spaces go on while one waits; it goes first once its wait is over."""
    line = Line("abc", Pacer(None))
    first = take(line, 0.0)
    line.again(first, 5.0)
    assert take(line, 1.0).space_id == "b"
    assert take(line, 5.0) is first
    assert first.requests == 2
    assert take(line, 5.0).space_id == "c"


def test_wait_says_why_and_how_long() -> None:
    """With only waiting Spaces left, or at the limit, the wait is told."""
    line = Line("abc", Pacer(2))
    line.again(take(line, 0.0), 4.0)
    line.again(take(line, 0.0), 9.0)
    assert line.take(1.0) == line.waiting(1.0) == Wait(WINDOW_S, "rate limit")
    line = Line("a", Pacer(None))
    line.again(take(line, 0.0), 4.0)
    assert line.take(1.0) == line.waiting(1.0) == Wait(3.0, "1 to be asked again")


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_budget_counts_requests_and_stops_only_where_something_is_left(budget: int) -> None:
    """No request over the budget, and no word of a stop where it was just enough."""
    line = Line("ab", Pacer(None), budget)
    for _ in range(budget):
        take(line, 0.0)
    assert line.take(0.0) is None
    assert line.sent == budget
    assert (line.stopped is None) == (budget == 2)


def test_a_spent_budget_ends_waiting_spaces_at_once() -> None:
    """A Space that could not be asked again anyway is not waited for."""
    line = Line("a", Pacer(None), 1)
    line.again(take(line, 0.0), 100.0)
    assert line.take(0.0) is None


def test_begin_no_more_finishes_those_begun() -> None:
    """New Spaces are left, waiting ones still get their turn; the first reason stays."""
    line = Line("ab", Pacer(None))
    begun = take(line, 0.0)
    line.again(begun, 1.0)
    line.begin_no_more("no credit")
    line.begin_no_more("other")
    assert take(line, 1.0) is begun
    assert line.take(1.0) is None
    assert line.stopped == "no credit"


def test_close_gives_out_nothing() -> None:
    """After close nothing is taken and nothing is waited for."""
    line = Line("ab", Pacer(None))
    line.again(take(line, 0.0), 0.0)
    line.close("cancelled")
    assert line.take(1.0) is line.waiting(1.0) is None
