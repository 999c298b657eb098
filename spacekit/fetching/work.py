"""What a run asks for, and what it does with each answer. Starts no threads, and decides nothing about retries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from spacekit.archive import Archive, Observation
from spacekit.batch.outcomes import OUTCOMES
from spacekit.fetching.answers import Answer, balance_of, record_of
from spacekit.fetching.decisions import Result
from spacekit.fetching.http import BALANCE, Endpoint, space_path
from spacekit.fetching.progress import Progress
from spacekit.fetching.queue import SpaceTask, Task

T = TypeVar("T", bound=Task)


class Work(Generic[T]):
    """
    Something to ask for, and what follows from the answers.

    Threads call `send` and `read`; `note`, `after` and `progress` are called one at a time.

    Attributes
    ----------
    tasks
        What to ask for at first.
    """

    tasks: Sequence[T]

    def send(self, task: T) -> Answer:
        """Send one request, and return its answer whatever its status."""
        raise NotImplementedError

    def read(self, task: T, answer: Answer) -> None:
        """Raise what an answer means, unless it is useful."""
        raise NotImplementedError

    def note(self, task: T, result: Result) -> bool:  # noqa: ARG002  # for those who have another address
        """Note where an answer came from; return whether a 404 can be confirmed at another address."""
        return False

    def after(self, task: T) -> Iterable[T]:  # noqa: ARG002  # for those whose answers lead on
        """Return what is to be asked now that a task has ended."""
        return ()

    def keep(self, tasks: Sequence[T]) -> None:
        """Write what has come, and only then count it. Called by one thread alone."""

    def progress(self) -> tuple[Progress, int]:
        """Return how far it has come, and how many requests are still to be sent at least."""
        return Progress(1, 0, 0, 1), 1


class Spaces(Work[SpaceTask]):
    """
    Spaces, each asked for once, at the address that answers.

    Parameters
    ----------
    endpoint
        Where.
    ids
        The Spaces.
    archive
        Gets each answer before it is counted.
    """

    def __init__(self, endpoint: Endpoint, ids: Sequence[str], archive: Archive | None = None) -> None:
        self.tasks = [SpaceTask(space_id) for space_id in ids]
        self._endpoint, self._archive = endpoint, archive
        self._counted = (0, 0)  # one value, so that nobody reads half a change

    def send(self, task: SpaceTask) -> Answer:
        """Ask at an address that has not answered 404, where there is one."""
        task.address = self._endpoint.address_for(task.denied)
        return self._endpoint.ask(space_path(task.address, task.space_id), f"Space {task.space_id!r}")

    def read(self, task: SpaceTask, answer: Answer) -> None:
        """Raise unless the answer is the Space."""
        record_of(answer, task.space_id)

    def note(self, task: SpaceTask, result: Result) -> bool:
        """Keep to an address that has answered with a Space; remember one that answered 404."""
        if result.error is None:
            self._endpoint.settle(task.address)
        elif result.status == 404:
            task.denied += (task.address,)
        return self._endpoint.address_for(task.denied) not in task.denied

    def keep(self, tasks: Sequence[SpaceTask]) -> None:
        """Put the answers into the archive."""
        observations = [kept for task in tasks if (kept := _observation(task))]
        if self._archive is not None and observations:
            self._archive.add(observations)
        failed = sum(task.result is None or task.result.error is not None for task in tasks)
        self._counted = (self._counted[0] + len(tasks), self._counted[1] + failed)

    def progress(self) -> tuple[Progress, int]:
        """Return the Spaces that are there, that failed and that are left."""
        written, failed = self._counted
        left = len(self.tasks) - written
        return Progress(len(self.tasks), written - failed, failed, left), left


def _observation(task: SpaceTask) -> Observation | None:
    """Return what an archive keeps of a Space that has ended: an answer about the Space, not about the asker."""
    result = task.result
    if result is None or result.status is None or result.body is None or not OUTCOMES[result.outcome].kept:
        return None
    return Observation(task.space_id, result.fetched_at, result.status, result.body)


class Balance(Work[Task]):
    """The balance of the account; `usd` once it has come."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.tasks = [Task()]
        self.usd = 0.0
        self._endpoint = endpoint

    def send(self, task: Task) -> Answer:  # noqa: ARG002  # there is one balance
        """Ask for it."""
        return self._endpoint.ask(BALANCE, "Balance")

    def read(self, task: Task, answer: Answer) -> None:  # noqa: ARG002  # as above
        """Read it."""
        self.usd = balance_of(answer)
