"""Which Space is next, on a clock that is passed in."""

import pytest

from spacekit.fetching.decisions import Decision
from spacekit.fetching.pacing import WINDOW_S, Pacer, Wait
from spacekit.fetching.queue import Queue
from spacekit.fetching.tasks import SpaceTask, Task

END = Decision()


def queue_of(ids: str, pacer: Pacer, max_requests: int | None = None) -> Queue:
    """Make a queue of Spaces."""
    return Queue([SpaceTask(space_id) for space_id in ids], pacer, max_requests)


def take(queue: Queue, now: float) -> SpaceTask:
    """Take a Space that must be there."""
    task = queue.take(now)
    assert isinstance(task, SpaceTask)
    return task


def take_and_put_back(queue: Queue, now: float, again_s: float) -> Task:
    """Take a Space whose answer is useless, so that it is to be asked again."""
    task = take(queue, now)
    queue.answered(now)
    queue.follow(task, Decision(again_s), now)
    return task


def test_spaces_come_in_order_then_nothing() -> None:
    """Each Space is taken once, in the order asked, then None."""
    queue = queue_of("abc", Pacer(None))
    assert [take(queue, 0.0).space_id for _ in range(3)] == ["a", "b", "c"]
    assert queue.take(0.0) is None
    assert queue.sent == 3


def test_a_space_that_waits_holds_up_no_other() -> None:
    """New Spaces go on while one waits; it goes first once its wait is over."""
    queue = queue_of("abc", Pacer(None))
    first = take_and_put_back(queue, 0.0, 5.0)
    assert take(queue, 1.0).space_id == "b"
    assert take(queue, 5.0) is first
    assert first.requests == 2
    assert take(queue, 5.0).space_id == "c"


def test_wait_says_why_and_how_long() -> None:
    """With only waiting Spaces left, or at the limit, the reason and the seconds are returned."""
    queue = queue_of("ab", Pacer(1))
    take(queue, 0.0)
    queue.answered(1.0)
    assert queue.take(1.0) == queue.waiting(1.0) == Wait(WINDOW_S, "rate limit")
    queue = queue_of("a", Pacer(None))
    take_and_put_back(queue, 0.0, 4.0)
    assert queue.take(1.0) == queue.waiting(1.0) == Wait(3.0, "1 to be asked again")


def test_a_slow_answer_is_waited_for_by_name() -> None:
    """After two seconds without an answer, the run says that it waits for answers; not before, and not after."""
    queue = queue_of("a", Pacer(None))
    take(queue, 10.0)
    assert queue.waiting(11.9) is None
    assert queue.waiting(12.0) == Wait(0.0, "1 to be answered")
    queue.answered(13.0)
    assert queue.waiting(20.0) is None


def test_an_answer_frees_the_slot_of_the_pacer() -> None:
    """A request counts until a window after its answer."""
    queue = queue_of("ab", Pacer(1))
    take(queue, 0.0)
    assert queue.take(500.0) == Wait(WINDOW_S, "rate limit")
    queue.answered(500.0)
    assert take(queue, 500.0 + WINDOW_S).space_id == "b"


@pytest.mark.parametrize("budget", [0, 1, 2])
def test_budget_counts_requests_and_stops_only_where_something_is_left(budget: int) -> None:
    """No request over the budget, and no word of a stop where it was just enough."""
    queue = queue_of("ab", Pacer(None), budget)
    for _ in range(budget):
        take(queue, 0.0)
    assert queue.take(0.0) is None
    assert queue.sent == budget
    assert (queue.stopped is None) == (budget == 2)


def test_a_spent_budget_ends_waiting_spaces_at_once() -> None:
    """A Space that could not be asked again anyway is not waited for."""
    queue = queue_of("a", Pacer(None), 1)
    take_and_put_back(queue, 0.0, 100.0)
    assert queue.take(0.0) is None


def test_a_hold_stops_all_spaces() -> None:
    """What the service asks is waited for, by new Spaces too, for the reason that the decision has."""
    queue = queue_of("ab", Pacer(None))
    queue.follow(take(queue, 0.0), Decision(hold=Wait(7.0, "asked to wait")), 1.0)
    assert queue.take(2.0) == Wait(6.0, "asked to wait")
    assert take(queue, 8.0).space_id == "b"


def test_no_new_space_still_finishes_those_begun() -> None:
    """New Spaces are left, waiting ones still get their turn; the first reason stays."""
    queue = queue_of("abc", Pacer(None))
    begun = take_and_put_back(queue, 0.0, 1.0)
    queue.follow(take(queue, 0.0), Decision(no_new="no credit"), 0.0)
    assert take(queue, 1.0) is begun
    queue.follow(begun, Decision(no_new="other"), 1.0)
    assert queue.take(1.0) is None
    assert queue.stopped == "no credit"


def test_a_stop_ends_everything_but_the_space_that_caused_it() -> None:
    """After a stop nothing is taken and nothing is waited for; its own Space has ended."""
    queue = queue_of("ab", Pacer(None))
    take_and_put_back(queue, 0.0, 0.0)
    last = take(queue, 0.0)
    queue.follow(last, Decision(stop="not accepted"), 0.0)
    assert queue.take(1.0) is queue.waiting(1.0) is None
    assert (last.ended, queue.stopped) == (True, "not accepted")


def test_closing_a_queue_that_is_done_changes_nothing() -> None:
    """Where every Space has ended, a late stop is no stop."""
    queue = queue_of("a", Pacer(None))
    queue.follow(take(queue, 0.0), END, 0.0)
    queue.close("cancelled")
    assert queue.stopped is None


def test_seconds_left_are_known_only_where_there_is_a_limit() -> None:
    """At the limit, the forecast of the pacer; without one, None."""
    assert queue_of("a", Pacer(None)).seconds_left(9, 0.0) is None
    assert queue_of("a", Pacer(1)).seconds_left(3, 0.0) == 2 * WINDOW_S
