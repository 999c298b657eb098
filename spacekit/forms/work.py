"""A thread that does the newest of several jobs, and can be waited for. It knows nothing of the jobs."""

from __future__ import annotations

import threading
from collections.abc import Callable

_Job = Callable[[threading.Event], None]
"""What to do. Its event is set once there is a newer job, or nobody waits any more."""


class Newest:
    """
    Does one job at a time, then the newest; those between are dropped.

    Parameters
    ----------
    fail
        Called in the thread with what a job raised, because nobody would see an error in a thread.
    """

    def __init__(self, fail: Callable[[Exception], None]) -> None:
        self._fail = fail
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._next: tuple[_Job, threading.Event] | None = None
        self._overtaken = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def submit(self, job: _Job) -> None:
        """Do this job as soon as the running one has ended; nothing once closed."""
        with self._lock:
            if self._closed:
                return
            self._overtaken.set()
            self._overtaken = threading.Event()
            self._next = (job, self._overtaken)
            if self._idle.is_set():
                self._idle.clear()
                self._thread = threading.Thread(target=self._run, name="spacekit form", daemon=True)
                self._thread.start()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until all is done, and return whether it is."""
        return self._idle.wait(timeout_s)

    def close(self) -> None:
        """Drop the next job, set the event of the running one, and wait for its end."""
        with self._lock:
            self._closed = True
            self._next = None
            self._overtaken.set()
        if threading.current_thread() is not self._thread:  # a form may be collected in its own thread
            self._idle.wait()

    def _run(self) -> None:
        try:
            while (job := self._take()) is not None:
                self._do(*job)
        except BaseException:
            self._idle.set()  # nobody waits for a thread that died; Python reports it
            raise

    def _do(self, job: _Job, overtaken: threading.Event) -> None:
        try:
            job(overtaken)
        except Exception as error:  # noqa: BLE001  # handed on: nobody sees a thread's errors
            self._fail(error)

    def _take(self) -> tuple[_Job, threading.Event] | None:
        with self._lock:
            job, self._next = self._next, None
            if job is None:
                self._idle.set()
            return job
