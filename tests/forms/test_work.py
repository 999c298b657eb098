"""The thread of a form: the newest job counts, and an error ends nothing."""

import threading

import pytest

from spacekit.forms import work


def test_newest_job_wins() -> None:
    """Of jobs that come while one runs only the newest is done, and the event of the running one is set."""
    done: list[int] = []
    newest = work.Newest(lambda error: pytest.fail(str(error)))
    begun, go = threading.Event(), threading.Event()

    def slow(overtaken: threading.Event) -> None:
        begun.set()
        go.wait(30)
        done.append(-int(overtaken.is_set()))

    newest.submit(slow)
    begun.wait(30)
    for number in (1, 2, 3):
        newest.submit(lambda _overtaken, number=number: done.append(number))
    assert not newest.wait(0)
    go.set()
    assert newest.wait(30)
    assert done == [-1, 3]


def test_error_in_a_job_does_not_end_the_work() -> None:
    """What a job raises is handed on, and the next job is done all the same."""
    failed: list[Exception] = []
    newest = work.Newest(failed.append)
    newest.submit(lambda _overtaken: 1 / 0)  # type: ignore[arg-type, return-value]  # the value is not the point
    newest.wait(30)
    newest.submit(lambda _overtaken: failed.append(ValueError()))
    newest.wait(30)
    assert [type(error) for error in failed] == [ZeroDivisionError, ValueError]
