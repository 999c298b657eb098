"""Whether the service is down, decided without threads, network or clock."""

import pytest

from spacekit.errors import DataError, ServiceError
from spacekit.fetching.decisions import Decision, Result
from spacekit.fetching.outage import ANY, LIMITED_S, PATIENCE_S, PLAIN, Outage
from spacekit.fetching.pacing import Pacer
from spacekit.fetching.queue import Queue
from spacekit.fetching.reasons import Broken
from spacekit.fetching.tasks import SpaceTask, Task

AGAIN = Decision(again_s=0.0)
REFUSED = Result("failed", None, None, ServiceError(""), 0, broken=Broken("the connection is refused"))


def failure(status: int, retry_after_s: float | None = None) -> Result:
    """A useless answer."""
    return Result("failed", status, b"", ServiceError(""), 0, retry_after_s)


def spaces(number: int) -> list[SpaceTask]:
    """Spaces that were asked for once, in vain, at 0."""
    return [SpaceTask(f"1Made{place:08d}", requests=1, tries=1) for place in range(number)]


def fail(outage: Outage, task: Task, result: Result, now: float = 0.0) -> None:
    """Note a failure, where most Spaces are still to be asked for, and others are under way."""
    outage.failed(task, result, now, has_new=True, alone=False)


def down(result: Result, number: int = PLAIN) -> Outage:
    """An outage that has just begun."""
    outage = Outage()
    for task in spaces(number):
        fail(outage, task, result)
    assert outage.is_on
    return outage


def asked_at(outage: Outage, result: Result) -> list[float]:
    """When the service is asked again, where it goes on failing, and when the run stops."""
    now, times = 0.0, []
    for task in spaces(100):
        while wait := outage.wait(now):
            now += wait.seconds
        if outage.is_over(now):
            return [*times, now]
        times.append(now)
        outage.probe(task)
        fail(outage, task, result, now)
        if outage.is_over(now):
            return times
    raise AssertionError(times)


@pytest.mark.parametrize("result", [REFUSED, failure(429), failure(502), failure(503), failure(504)])
def test_a_few_plain_failures_are_an_outage(result: Result) -> None:
    """Of different Spaces: one that fails again and again may be the Space."""
    outage = Outage()
    (first, *others) = spaces(PLAIN)
    for _ in range(9):
        fail(outage, first, result)
    for task in others:
        assert not outage.is_on
        fail(outage, task, result)
    assert outage.is_on


@pytest.mark.parametrize("result", [failure(500), failure(200), Result("failed", 302, b"", DataError(""), 0)])
def test_what_may_be_about_the_spaces_takes_more_of_them(result: Result) -> None:
    """A 500, a page, a redirect."""
    outage = Outage()
    for task in spaces(ANY):
        assert not outage.is_on
        fail(outage, task, result)
    assert outage.is_on


def test_broken_spaces_at_the_end_are_no_outage() -> None:
    """Where every Space was begun, and the service answers, all are asked in full."""
    outage = Outage()
    for task in spaces(2 * ANY):
        outage.failed(task, failure(500), 0.0, has_new=False, alone=False)
    assert not outage.is_on


def test_a_useful_answer_ends_it() -> None:
    """The count begins anew."""
    outage = down(failure(503))
    outage.passed()
    assert not outage.is_on
    for task in spaces(PLAIN - 1):
        fail(outage, task, failure(503))
    assert not outage.is_on


def test_attempts_are_given_back() -> None:
    """Those that failed since the last useful answer have as many left as before; one that ended has ended."""
    outage, tasks = Outage(), spaces(PLAIN)
    tasks[1].tries, tasks[2].ended = 3, True
    fail(outage, tasks[1], failure(503))
    for task in tasks:
        fail(outage, task, failure(503))
    assert [task.tries for task in tasks] == [0, 1, 1, 0, 0]


def test_it_is_asked_again_at_growing_distances() -> None:
    """A second, two, four, ... and at most fifteen, for three quarters of a minute."""
    assert asked_at(down(failure(503)), failure(503)) == [1, 3, 7, 15, 30, PATIENCE_S]


def test_a_429_is_asked_for_a_minute() -> None:
    """What other processes had sent with the key hardly counts by then; and no run waits longer for a dead service."""
    times = asked_at(down(failure(429)), failure(429))
    assert times == [1, 3, 7, 15, 30, 45, LIMITED_S]


@pytest.mark.parametrize(
    ("asked_s", "times"), [(5.0, [5, 10, 15, 23, 38, 53]), (40.0, [40]), (90.0, [90]), (600.0, [600])]
)
def test_a_retry_after_is_believed_once(asked_s: float, times: list[float]) -> None:
    """Nothing is sent before; one that is over and brings another, longer than a minute in all, ends the run."""
    result = failure(429, asked_s)
    assert asked_at(down(result), result) == times


def test_a_service_that_hangs_is_not_waited_for_to_the_end() -> None:
    """A request that is under way when the time is over does not hold the run up."""
    outage, result = Outage(), Result("failed", None, None, ServiceError(""), 0, broken=Broken("no answer"))
    for task in spaces(PLAIN):
        fail(outage, task, result, 30.0)
    outage.probe(spaces(1)[0])
    wait = outage.wait(31.0)
    assert wait is not None
    assert outage.is_over(31.0 + wait.seconds)
    assert 31.0 + wait.seconds <= 50


def test_a_single_space_is_not_asked_for_minutes() -> None:
    """Where nothing else is under way, and no answer came for long, the service is down."""
    outage = Outage()
    (task,) = spaces(1)
    outage.failed(task, REFUSED, 30.0, has_new=False, alone=True)
    assert not outage.is_on
    outage.failed(task, REFUSED, 60.0, has_new=False, alone=True)
    assert outage.is_on
    assert outage.is_over(60.0)


def test_all_waits_are_multiples_of_the_backoff() -> None:
    """A Client with a hundredth of the usual one waits a hundredth."""
    outage = Outage(0.005)
    for task in spaces(PLAIN):
        fail(outage, task, failure(503))
    assert asked_at(outage, failure(503)) == pytest.approx([0.01, 0.03, 0.07, 0.15, 0.3, 0.45])


def test_old_and_new_spaces_are_asked_for_by_turns() -> None:
    """One at a time: it may be about those that were asked for before."""
    tasks = spaces(PLAIN + 3)
    queue = Queue(tasks, Pacer(None))
    taken = []
    for _ in range(PLAIN):
        task = queue.take(0.0)
        assert isinstance(task, SpaceTask)
        taken.append(task)
    for task in taken:
        queue.answered(0.0)
        queue.note(task, failure(503), 0.0)
        queue.follow(task, AGAIN, 0.0)
    first = queue.take(1.0)
    assert isinstance(first, SpaceTask)
    assert first in taken
    assert not isinstance(queue.take(1.0), SpaceTask)
    queue.answered(1.0)
    queue.note(first, failure(503), 1.0)
    queue.follow(first, AGAIN, 1.0)
    assert not isinstance(queue.take(2.0), SpaceTask)
    assert queue.take(3.0) is tasks[PLAIN]


def test_the_reason_says_what_came_and_for_how_long() -> None:
    """In the words of the answer."""
    assert down(REFUSED).reason(45.0) == (
        "the service seems down: the connection is refused; no useful answer to 5 requests in 45 s"
    )
    wait = down(failure(503)).wait(0.0)
    assert wait is not None
    assert (wait.why, wait.is_down) == ("the service seems down (status 503)", True)
