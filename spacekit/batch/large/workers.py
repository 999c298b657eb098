"""Runs a function over many tasks in processes of its own, and returns the results in order.

The processes are new interpreters, so that a script needs no `if __name__ == "__main__"` and a notebook works too.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, BinaryIO, TypeVar, cast

from spacekit.errors import SpacekitError

Task = TypeVar("Task")
_Result = TypeVar("_Result")


def cores() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    function: Callable[[Task], _Result], tasks: Iterable[Task], processes: int
) -> Generator[_Result]:
    """
    Yield the result of a function of a module for each task, in the order of the tasks.

    Parameters
    ----------
    function, tasks
        Both can be pickled.
    processes
        How many at a time; with 1, all is done in this process.

    Raises
    ------
    SpacekitError
        A process ended without an answer, for example because memory ran out.
    """
    if processes == 1:
        yield from map(function, tasks)
        return
    crew: list[_Worker] = []
    own = threading.local()

    def ask(task: Task) -> _Result:
        if not hasattr(own, "worker"):
            own.worker = _Worker(function)
            crew.append(own.worker)
        result: _Result = own.worker.ask(task)
        return result

    pool = ThreadPoolExecutor(processes)
    waiting: deque[Future[_Result]] = deque()
    try:
        for task in tasks:
            waiting.append(pool.submit(ask, task))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for worker in crew:
            worker.stop()
        pool.shutdown()


class _Worker:
    """A process that answers one task after the other."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-P", "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(place for place in sys.path if place)},
        )
        self._tasks, self._answers = (
            cast("BinaryIO", self._process.stdin),
            cast("BinaryIO", self._process.stdout),
        )
        self._send(function)

    def ask(self, task: Any) -> Any:
        """Return the result of a task, or raise its error."""
        try:
            self._send(task)
            ok, result = pickle.load(self._answers)  # noqa: S301  # our own process wrote it
        except (EOFError, OSError):
            raise SpacekitError(
                f"A process of spacekit ended early (exit code {self._process.wait()}). "
                "Run the same again: what is done is not done again. If memory is short, use processes=1."
            ) from None
        if not ok:
            raise result
        return result

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._tasks, self._answers):
            with suppress(OSError):  # the process had not read all
                pipe.close()

    def _send(self, value: Any) -> None:
        pickle.dump(value, self._tasks)
        self._tasks.flush()


def main() -> None:
    """Answer tasks from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all: the process that asks decides
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed must not get between the answers
    try:
        function = pickle.load(sys.stdin.buffer)  # noqa: S301  # as above
        while True:
            task = pickle.load(sys.stdin.buffer)  # noqa: S301
            try:
                answer = True, function(task)
            except Exception as error:  # noqa: BLE001  # it is raised where the task came from
                answer = False, error
            pickle.dump(answer, answers)
            answers.flush()
    except (EOFError, OSError):  # who asked is gone; Windows has no error of its own for it
        return


if __name__ == "__main__":
    main()
