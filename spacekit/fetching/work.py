"""What a run asks for, and what it does with each answer. Starts no threads, and decides nothing about retries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

from spacekit.archive import Archive, Observation, Stored
from spacekit.batch.outcomes import OUTCOMES
from spacekit.fetching.answers import Answer, balance_of, record_of
from spacekit.fetching.decisions import Result
from spacekit.fetching.http import BALANCE, Endpoint, space_path
from spacekit.fetching.progress import Progress
from spacekit.fetching.sharing import Shared, asked_elsewhere
from spacekit.fetching.tasks import SpaceTask, Task
from spacekit.words import plural

T = TypeVar("T", bound=Task)


class Work(Generic[T]):
    """
    Something to ask for, and what follows from the answers.

    Threads call `send` and `read`. `note`, `after`, `admit` and `progress` are called one at a time; `is_due`, `look`,
    `keep` and `end` by one thread alone, the one that writes.

    Attributes
    ----------
    tasks
        What to ask for at first.
    is_shared
        Whether it is shared with other runs, so that `look` may be due at any time.
    """

    tasks: Sequence[T]
    is_shared = False

    @property
    def expects(self) -> int:
        """How many tasks may still come of `admit`."""
        return 0

    @property
    def waits_for(self) -> str | None:
        """What other runs ask for and this one waits for, in words; None if for nothing."""
        return None

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

    def is_due(self, ready: int) -> bool:  # noqa: ARG002  # for those who share with other runs
        """Whether it is time for `look`, with so many tasks ready that are not begun. Quick."""
        return False

    def look(self, ready: int) -> None:
        """Look for more to ask for. It may take a while."""

    def admit(self) -> Iterable[T]:
        """Return what `look` has found."""
        return ()

    def keep(self, tasks: Sequence[T]) -> None:
        """Write what has come, and only then count it."""

    def end(self) -> None:
        """Let other runs ask for what was not asked for here."""

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

    Attributes
    ----------
    stored
        Answers that other runs got meanwhile.
    """

    tasks: list[SpaceTask]

    def __init__(self, endpoint: Endpoint, ids: Sequence[str]) -> None:
        self.tasks = [SpaceTask(space_id) for space_id in ids]
        self.stored = Stored()
        self._endpoint = endpoint
        self._counted = (0, 0)  # one value, so that nobody reads half a change

    @property
    def results(self) -> Sequence[SpaceTask]:
        """What became of the Spaces of which `stored` has no answer."""
        return self.tasks

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
        """Count what has come."""
        self._count(len(tasks), sum(task.result is None or task.result.error is not None for task in tasks))

    def progress(self) -> tuple[Progress, int]:
        """Return the Spaces that are there, that failed and that are left."""
        return self._progress(len(self.tasks), 0)

    def _count(self, ended: int, failed: int) -> None:
        self._counted = (self._counted[0] + ended, self._counted[1] + failed)

    def _progress(self, total: int, elsewhere: int) -> tuple[Progress, int]:
        ended, failed = self._counted
        left = total - ended
        return Progress(total, ended - failed, failed, left), left - elsewhere


class Wanted(NamedTuple):
    """Which answers of other runs will do: those that arrived after a mark, and were fetched at a time or later."""

    mark: int
    not_before: int
    """Epoch milliseconds."""
    begun_after: int = 0
    """The mark after which a search must have begun."""


class SharedSpaces(Spaces):
    """
    Spaces that go into an archive, and are shared with the other runs on it: each is asked for by one of them.

    Parameters
    ----------
    endpoint, ids
        As for `Spaces`.
    archive
        Gets each answer before it is counted.
    wanted
        Which answers of other runs will do.
    leave
        Leave out what other runs ask for, in place of waiting for their answers.

    Attributes
    ----------
    left
        The Spaces that were left to other runs.
    """

    is_shared = True

    def __init__(
        self, endpoint: Endpoint, ids: Sequence[str], archive: Archive, wanted: Wanted, *, leave: bool = False
    ) -> None:
        super().__init__(endpoint, ids)
        self._open = {task.space_id: task for task in self.tasks}
        self.tasks = []
        self._asked: list[SpaceTask] = []
        self._found: list[SpaceTask] = []
        self._archive, self._wanted, self._leave = archive, wanted, leave
        self._mark, self._total = wanted.mark, len(ids)
        self._shared = Shared(archive, ids)
        self.left: set[str] = set()

    @property
    def results(self) -> Sequence[SpaceTask]:
        """What became of the Spaces that no other run got or was left."""
        return [*self._asked, *self._open.values()]

    @property
    def expects(self) -> int:
        """How many Spaces are not claimed yet."""
        return len(self._shared)

    @property
    def waits_for(self) -> str | None:
        """The Spaces that other runs are asking for."""
        held = len(self._shared.held)
        words = f"another run is asking for {plural(held, 'Space')}"
        return asked_elsewhere(words, self._shared.until) if held else None

    def is_due(self, ready: int) -> bool:
        """Whether to claim more, or to see what other runs have got."""
        return self._shared.is_due(ready)

    def look(self, ready: int) -> None:
        """Claim Spaces, unless another run has got them since this one began."""
        taken = self._shared.take(ready)
        self._take_in()
        self._shared.release(space_id for space_id in taken if space_id not in self._open)
        self._found = [self._open.pop(space_id) for space_id in taken if space_id in self._open]
        self._asked += self._found
        if self._leave:
            self._leave_out(list(self._shared.held))

    def admit(self) -> Iterable[SpaceTask]:
        """Return the Spaces that were claimed."""
        found, self._found = self._found, []
        return found

    def keep(self, tasks: Sequence[SpaceTask]) -> None:
        """Put the answers into the archive; other runs may ask for a Space without one."""
        observations = {task.space_id: kept for task in tasks if (kept := _observation(task))}
        self._archive.add(observations.values(), just_fetched=True)
        self._shared.release(task.space_id for task in tasks if task.space_id not in observations)
        super().keep(tasks)

    def end(self) -> None:
        """Let other runs ask for the rest."""
        self._shared.end()

    def progress(self) -> tuple[Progress, int]:
        """Return the Spaces that are there, that failed and that are left; those of other runs are not asked for."""
        return self._progress(self._total - len(self.left), len(self._shared.held))

    def _take_in(self) -> None:
        """Take the answers that other runs have got since the last look."""
        ids, self._mark = self._archive.since(self._mark)
        arrived = self._archive.kept([i for i in ids if i in self._open], self._wanted.not_before)
        self._shared.drop(arrived)
        if self._leave:
            self._leave_out(list(arrived))
            return
        for space_id in arrived:
            del self._open[space_id]
        self.stored.update(arrived)
        self._count(len(arrived), sum(kept.outcome.record is None for kept in arrived.values()))

    def _leave_out(self, ids: Sequence[str]) -> None:
        self._shared.drop(ids)
        self.left.update(ids)
        for space_id in ids:
            del self._open[space_id]


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
